"""Plans, rankings and numbers of a result in words: text only, for every place that shows one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from optimiser.ranking import Ranked, methods
from optimiser.results.table import is_number
from optimiser.results.tolerances import SMALLEST_PLAIN

if TYPE_CHECKING:
    from optimiser.front import Column, Front
    from optimiser.results.ranked_plans import RankedPlans, ReferenceOutcome
    from optimiser.scenario import Scenario

__all__ = [
    "ARROWS",
    "ILLUSTRATIVE",
    "arrow",
    "decision_words",
    "override_words",
    "plan_words",
    "ranking_words",
    "readable",
    "readable_columns",
    "readable_or",
    "reference_words",
    "score_texts",
    "title_words",
    "weight_words",
]

ARROWS: Mapping[str, str] = {"maximise": "↑", "minimise": "↓", "": ""}
"""Which way a sense is."""

ILLUSTRATIVE = "illustrative: invented numbers"


def arrow(column: Column, /) -> str:
    """Which way an objective gets better; empty for an indicator that is no objective."""
    return ARROWS[column.sense]


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
    if largest >= 1e15 or 0.0 < largest < SMALLEST_PLAIN:
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


def readable_columns(columns: Iterable[Sequence[float | None]], /) -> list[list[str]]:
    """Several columns, each as ``readable``, with gaps where a value is none."""
    return [readable_or(column, "") for column in columns]


def plan_words(scenario: Scenario, front: Front, rows: Iterable[int], /) -> list[list[str]]:
    """Of each of these plans the decisions that are not 0, each in a few words."""
    nothing = ["nothing adopted" if scenario.technologies else "everything at 0"]
    return [
        [
            decision_words(scenario, name, cell)
            for name, cell in zip(front.decision_columns, front.cells[row], strict=True)
            if cell != "0"
        ]
        or nothing
        for row in rows
    ]


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
