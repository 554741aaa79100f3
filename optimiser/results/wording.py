"""A result in words and readable numbers: text only, for every place that shows one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

import numpy as np

from optimiser.ranking import Ranked, methods
from optimiser.results.table import is_number, number

if TYPE_CHECKING:
    from optimiser.front import Column, Floats, Front, Proof
    from optimiser.results.ranked_plans import RankedPlans, ReferenceOutcome
    from optimiser.scenario import Scenario

__all__ = [
    "ILLUSTRATIVE",
    "arrow",
    "arrow_of",
    "best_flags",
    "best_notes",
    "best_texts",
    "bound_words",
    "decision_words",
    "markdown",
    "override_words",
    "plan_words",
    "proof_words",
    "proven_best",
    "ranking_words",
    "readable",
    "readable_or",
    "reference_words",
    "score_texts",
    "share_words",
    "title_words",
    "weight_words",
]

ILLUSTRATIVE = "illustrative: invented numbers"

# Values that are closer than this share of the objective's range are the same point.
SAME = 1e-9

# of a bound that is shown in words
_DIGITS = 6

# What Markdown would read as markup; backslashes are legal before ASCII punctuation only.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_STOPPED = {
    "time_limit": "the time limit",
    "interrupted": "an interrupt",
    "points": "the number of points",
}


def arrow(column: Column, /) -> str:
    """Which way an objective gets better."""
    return arrow_of(column.sense)


def arrow_of(sense: str, /) -> str:
    """The arrow of a sense; empty for an indicator that is no objective."""
    return {"maximise": "↑", "minimise": "↓"}.get(sense, "")


def override_words(scenario: Scenario, /) -> str:
    """What was changed in a scenario when it was read, and where its uncertain parameters were put;
    empty where it is as it is written.
    """
    words = [f"set: {', '.join(scenario.overrides)}"] if scenario.overrides else []
    at = scenario.at
    if at in ("low", "high"):
        words.append(f"at: {at} (uncertain parameters at the {at} end of their ranges)")
    elif at:
        words.append(f"at: {at}")
    return "; ".join(words)


def title_words(scenario: Scenario, /) -> str:
    """The scenario's title with its name, or the name alone."""
    return f"{scenario.title} ({scenario.name})" if scenario.title else str(scenario.name)


def readable(values: Sequence[float], /) -> list[str]:
    """One column of numbers with the same number of decimals, as many as reading needs.

    Short decimals stay as given; others get five significant digits, or more where the range is
    narrow.

    >>> readable([0.1, 11.0, 7.25]), readable([1 / 3, 2000 / 3])
    (['0.10', '11.00', '7.25'], ['0.33', '666.67'])
    """
    clean = [_without_noise(value) for value in values]
    places = max((_places(value) for value in clean), default=0)
    largest = max(map(abs, clean), default=0.0)
    if largest >= 1e15 or 0.0 < largest < 1e-4:
        return [f"{value:.5g}" for value in clean]
    if places > 0 and _whole_digits(largest) + places > 7:
        span = max(clean) - min(clean)
        needed = 4 - _magnitude(largest)
        if span > 0.0:
            needed = max(needed, 3 - _magnitude(span))
        places = min(places, max(0, min(needed, 10)))
    texts = [f"{value:.{places}f}" for value in clean]
    if any(value != 0.0 and float(text) == 0.0 for value, text in zip(clean, texts, strict=True)):
        return [f"{value:.5g}" for value in clean]
    return [text.removeprefix("-") if float(text) == 0.0 else text for text in texts]


def _without_noise(value: float, /) -> float:
    """0.30000000000000004 as 0.3; whole numbers keep all their digits."""
    return float(value) + 0.0 if float(value).is_integer() else float(f"{value:.12g}")


def _places(value: float, /) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _magnitude(value: float, /) -> int:
    return math.floor(math.log10(value)) if value > 0.0 else 0


def _whole_digits(value: float, /) -> int:
    return max(1, _magnitude(value) + 1)


def markdown(words: str, /) -> str:
    """User text that Markdown shows as written."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def readable_or(values: Sequence[float | None], missing: str, /) -> list[str]:
    """As ``readable``, with a word in the place of every value that is none."""
    there = [value is not None and math.isfinite(value) for value in values]
    texts = iter(
        readable(
            [
                value
                for value, known in zip(values, there, strict=True)
                if known and value is not None
            ]
        )
    )
    return [next(texts) if known else missing for known in there]


def proven_best(front: Front, /) -> list[bool]:
    """Of each objective whether no plan can be better than the best listed one: its bound is that
    very value.
    """
    bounds = front.proof.bounds or (None,) * len(front.columns)
    return [bound == best for bound, best in zip(bounds, front.ideal.tolist(), strict=True)]


def best_flags(front: Front, /) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(k, m) where a plan has the best value of an objective in which the plans differ, and that is
    proven to be the best.
    """
    values: Floats = front.minimised
    best = values == values.min(axis=0)
    flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (
        best & ~best.all(axis=0) & np.array(proven_best(front), dtype=bool)
    )
    return flags


def best_texts(front: Front, texts: Sequence[str], /) -> list[str]:
    """The best listed values, as written in ``texts``, each as what it is: the best, or a value
    that the best is no worse than.

    ``478.5`` where nothing can be better; else ``≥ 478.5`` of a maximised objective and ``≤ 656``
    of a minimised one.
    """
    signs = ["≥ " if column.sense == "maximise" else "≤ " for column in front.columns]
    return [
        text if best else sign + text
        for sign, text, best in zip(signs, texts, proven_best(front), strict=True)
    ]


def best_notes(front: Front, /) -> list[str]:
    """One line for each objective whose best value is not known: what is."""
    notes = []
    bounds = front.proof.bounds or (None,) * len(front.columns)
    for column, best, bound, known in zip(
        front.columns, front.ideal.tolist(), bounds, proven_best(front), strict=True
    ):
        if not known:
            listed = (
                f"the best {column.title or column.name} is {_least(column)} "
                f"{readable([best])[0]}, which is listed"
            )
            limit = (
                "how much better it can be is not known"
                if bound is None
                else f"and {bound_words(column, bound)}, which is proven"
            )
            notes.append(f"{listed}{'; ' if bound is None else ', '}{limit}")
    return notes


def _least(column: Column, /) -> str:
    return "at least" if column.sense == "maximise" else "at most"


def bound_words(column: Column, bound: float, /) -> str:
    """A bound on an objective, rounded outwards where it has many digits.

    >>> from optimiser.front import Column
    >>> bound_words(Column("npv", sense="maximise"), 5117.2), bound_words(Column("cost",
    sense="minimise"), 2 / 3) ('at most 5117.2', 'at least 0.666666')
    """
    value = Decimal(repr(bound))
    step = Decimal(1).scaleb(value.adjusted() - _DIGITS + 1)
    if (
        abs(bound) < 1e15
        and value != value.to_integral_value()
        and value.normalize().as_tuple().digits[_DIGITS:]
    ):
        value = value.quantize(
            step, rounding=ROUND_CEILING if column.sense == "maximise" else ROUND_FLOOR
        )
    return f"{'at most' if column.sense == 'maximise' else 'at least'} {number(float(value))}"


def plan_words(scenario: Scenario, front: Front, row: int, /) -> list[str]:
    """The decisions of one plan that are not 0, each in a few words."""
    return [
        decision_words(scenario, name, cell)
        for name, cell in zip(front.decision_columns, front.cells[row], strict=True)
        if cell != "0"
    ] or ["nothing adopted" if scenario.technologies else "everything at 0"]


def decision_words(scenario: Scenario, name: str, cell: str, /) -> str:
    """One decision: ``iot``, ``ai_scheduling (pilot)``, ``rooftop_pv (5 MW from 2027)``, ``A = 3 M
    CNY``.
    """
    mode, _, phase = cell.partition("@")
    amount = f"{float(mode):.6g}" if is_number(mode) and not mode.isdigit() else mode
    if name in scenario.variables:
        variable = scenario.variables[name]
        if variable.type == "binary":
            return name
        return f"{name} = {amount}{_unit(variable.unit)}"
    technology = scenario.technologies.get(name)
    if technology is not None and technology.scale is not None:
        words = f"{amount}{_unit(technology.scale.unit)}"
    else:
        words = "" if mode == "1" else mode
    words = f"{words} from {phase}".strip() if phase else words
    return f"{name} ({words})" if words else name


def _unit(unit: str | None, /) -> str:
    return f" {unit}" if unit else ""


def score_texts(result: RankedPlans, /) -> list[str]:
    """The scores of all plans: four decimals where values are scaled, since the fifth never decides
    anything.
    """
    scores = result.ranking.score.tolist()
    return readable(
        scores if result.ranking.normalise == "none" else [round(score, 4) for score in scores]
    )


def weight_words(weight: float, /) -> str:
    """A share of the weights: ``0.5``, ``0.333``."""
    return f"{weight:.3g}"


def ranking_words(front: Front, ranking: Ranked, /) -> str:
    """The method, what it did to the values, and the weights."""
    method = methods().get(ranking.method)
    title = method.title if method else ranking.method
    done = {
        "range": "each objective scaled to its range over the listed plans",
        "none": "values as they are",
        "vector": "each objective divided by its Euclidean length",
    }.get(ranking.normalise, ranking.normalise)
    weights = ", ".join(
        f"{column.name} {weight_words(weight)}"
        for column, weight in zip(front.columns, ranking.weights.tolist(), strict=True)
    )
    return f"ranked by {title} ({done}), weights: {weights}"


def proof_words(front: Front, /) -> str:
    """What the front claims, in one line that never says more than holds."""
    proof = front.proof
    if proof.status == "approximate":
        text = "approximate: no proof"
    elif proof.status == "complete":
        text = f"complete: {_extent(proof, len(front))}, {_basis_words(front)}"
    elif proof.gap is None:
        text = "covering: how much better other plans can be is not known yet"
    else:
        of = "mixtures of plans " if proof.of == "cells" else ""
        text = f"covering: {of}within {share_words(proof.gap)}, {_basis_words(front)}"
    extra = []
    if proof.stopped:
        extra.append(f"stopped by {_STOPPED.get(proof.stopped, proof.stopped)}")
    if proof.resolution is not None:
        extra.append(f"differences below {proof.resolution:g} of a range are not seen")
    if proof.note:
        extra.append(proof.note)
    return f"{text} ({'; '.join(extra)})" if extra else text


def _basis_words(front: Front, /) -> str:
    if front.proof.proven:
        return "proven"
    # a list of all combinations is compared in floating point where expressions are irrational; all
    # else asks HiGHS
    by = "floating point" if front.provenance.solver == "enumerate" else "HiGHS"
    return f"numerically ({by}), not proven"


def _extent(proof: Proof, plans: int, /) -> str:
    if proof.of == "points":
        return f"{plans} of {plans}"
    kinds = [min(len(cell), 3) for cell in proof.cells]
    parts = [f"{plans} {'vertex' if plans == 1 else 'vertices'}"]
    for size, one, many in ((2, "segment", "segments"), (3, "face", "faces")):
        count = kinds.count(size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    if proof.open_ends:
        count = len(proof.open_ends)
        parts.append(f"{count} half-open {'segment' if count == 1 else 'segments'}")
    return ", ".join(parts)


def share_words(share: float, /) -> str:
    """A share as a percentage, rounded up: a proof is never shown tighter than it is.

    >>> share_words(0.01), share_words(0.01049), share_words(0.0000123)
    ('1.0 %', '1.1 %', '0.0013 %')
    """
    percentage = Decimal(repr(share)) * 100
    step = Decimal("0.1")
    while 0 < percentage < step * 5 and step > Decimal("1e-12"):
        step /= 10
    rounded = percentage.quantize(step, rounding=ROUND_CEILING)
    return f"{rounded:f} %"


def reference_words(result: RankedPlans, outcome: ReferenceOutcome, /) -> str:
    """How a reference plan stands against the front."""
    if outcome.violated:
        return f"infeasible: {', '.join(outcome.violated)}"
    if outcome.tolerated:
        return f"holds within tolerance only: {', '.join(outcome.tolerated)}"
    if outcome.equals is not None:
        own = dict(
            zip(
                result.front.decision_columns,
                result.front.cells[result.plan(outcome.equals)],
                strict=True,
            )
        )
        return (f"on the front: {outcome.equals}") + (
            "" if own == dict(outcome.cells) else ", another plan with the same values"
        )
    if outcome.dominated_by is not None:
        return f"dominated by {outcome.dominated_by}"
    if outcome.dominates:
        others = " and others" if len(outcome.dominates) > 3 else ""
        return f"better than {', '.join(outcome.dominates[:3])}{others}"
    if outcome.mixed:
        if len(outcome.mixed) == 1:
            place = (
                ("on the front, on the half-open segment")
                if outcome.on_front
                else "dominated by the half-open segment"
            )
            return f"{place} from {outcome.mixed[0]}"
        return (
            f"{'on the front, between' if outcome.on_front else 'dominated by a mixture of'} "
            f"{' and '.join(outcome.mixed)}"
        )
    return "not listed, and no listed plan dominates it"
