"""What a front claims, in words that never say more than holds: proof, bounds, best values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.language import listed, marked, retold, tr, trn
from optimiser.results.table import number
from optimiser.results.tolerances import ROUNDING

if TYPE_CHECKING:
    from optimiser.front import Column, Flags, Front, Proof

__all__ = [
    "STAR",
    "best_flags",
    "best_notes",
    "best_texts",
    "bound_words",
    "claim_words",
    "directed",
    "near_notes",
    "outwards",
    "percent",
    "proof_words",
    "proven_best",
    "share_words",
    "status_words",
    "value_notes",
]

STAR = marked("* proven: no plan can be better in this objective")
"""What a star behind a value says: below every table that has one."""

# of a bound that is shown in words
_DIGITS = 6

_STATUS = {
    "complete": marked("complete"),
    "covering": marked("covering"),
    "approximate": marked("approximate"),
}
_STOPPED = {
    "time_limit": marked("stopped by the time limit"),
    "interrupted": marked("stopped by an interrupt"),
    "points": marked("stopped by the number of points"),
}

# what is known of a best value, by whether it is maximised and whether there is no bound
_BEST = {
    (True, True): marked(
        "the best {name} is at least {value}, which is listed; how much better it can be is not "
        "known"
    ),
    (False, True): marked(
        "the best {name} is at most {value}, which is listed; how much better it can be is not "
        "known"
    ),
    (True, False): marked(
        "the best {name} is at least {value}, which is listed, and at most {bound}, which is proven"
    ),
    (False, False): marked(
        "the best {name} is at most {value}, which is listed, and at least {bound}, which is proven"
    ),
}


def proven_best(front: Front, /) -> list[bool]:
    """Of each objective whether no plan can be better than the best listed one: its bound is that
    very value.
    """
    bounds = front.proof.bounds or (None,) * len(front.columns)
    return [bound == best for bound, best in zip(bounds, front.ideal.tolist(), strict=True)]


def best_flags(front: Front, /) -> Flags:
    """(k, m) where a plan has the best value of an objective in which the plans differ, and that is
    proven to be the best.
    """
    best = front.order == front.order.min(axis=0)
    flags: Flags = best & ~best.all(axis=0) & np.array(proven_best(front), dtype=bool)
    return flags


def best_texts(front: Front, texts: Sequence[str], /) -> list[str]:
    """The best listed values, as written in ``texts``, each as what it is: the best, or a value
    that the best is no worse than.

    ``478.5`` where nothing can be better; else ``≥ 478.5`` of a maximised objective and ``≤ 656``
    of a minimised one.
    """
    found = []
    for column, text, value, best in zip(
        front.columns, texts, front.ideal.tolist(), proven_best(front), strict=True
    ):
        if column.sense == "maximise":
            known = f"≥ {outwards(text, value, up=False)}"
        else:
            known = f"≤ {outwards(text, value, up=True)}"
        found.append(text if best else known)
    return found


def best_notes(front: Front, /) -> list[str]:
    """One line for each objective whose best value is not known: what is."""
    notes = []
    bounds = front.proof.bounds or (None,) * len(front.columns)
    for column, best, bound, known in zip(
        front.columns, front.ideal.tolist(), bounds, proven_best(front), strict=True
    ):
        if not known:
            up = column.sense == "maximise"
            said = _BEST[up, bound is None]
            value = _towards(best, up=not up)
            limit = "" if bound is None else _towards(bound, up=up)
            notes.append(tr(said, name=column.title or column.name, value=value, bound=limit))
    return notes


def value_notes(front: Front, /) -> list[str]:
    """What is to be known of the values of several plans: of the best ones, and of those that look
    alike.
    """
    return [*best_notes(front), *near_notes(front)] if len(front.ids) > 1 else []


def near_notes(front: Front, /) -> list[str]:
    """One line for each objective in which plans differ whose floats do not."""
    notes = []
    for j in front.hidden:
        column, told = front.columns[j], sorted(set(front.told(j)))
        alike = [b - a for a, b in pairwise(told) if float(a) == float(b)]
        if alike:
            words = tr(
                "{name}: plans whose values look the same differ, some by no more than {least}; "
                "what is said of order, best values and differences goes by exact values",
                name=column.title or column.name,
                least=number(directed(min(alike), _DIGITS, up=True)),
            )
            notes.append(words)
    return notes


def bound_words(column: Column, bound: float, /) -> str:
    """A bound on an objective, rounded outwards where it has many digits.

    >>> from optimiser.front import Column
    >>> bound_words(Column("npv", sense="maximise"), 5117.2)
    'at most 5117.2'
    >>> bound_words(Column("cost", sense="minimise"), 2 / 3)
    'at least 0.666666'
    """
    up = column.sense == "maximise"
    value = _towards(bound, up=up)
    return tr("at most {value}", value=value) if up else tr("at least {value}", value=value)


def _towards(value: float, /, *, up: bool) -> str:
    """A number with so many digits that nobody reads more, rounded to the side on which what is
    said of it still holds.
    """
    exact = Decimal(repr(value))
    step = min(Decimal(1), Decimal(1).scaleb(exact.adjusted() - _DIGITS + 1))
    if (
        abs(value) < 1e15
        and exact != exact.to_integral_value()
        and exact.normalize().as_tuple().digits[_DIGITS:]
    ):
        exact = exact.quantize(step, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return number(float(exact))


def outwards(text: str, value: float | Fraction, /, *, up: bool) -> str:
    """A bound as it is written, its last digit moved where that was rounded to the side on which
    what is said of it does not hold; a float is what it shows without its rounding error.

    >>> outwards("12.345", 12.3454321, up=True), outwards("12.345", 12.3454321, up=False)
    ('12.346', '12.345')
    >>> outwards("0.3", 0.1 + 0.2, up=True)
    '0.3'
    """
    if _holds(Fraction(text), value, up=up):
        return text
    mantissa, power, _ = text.partition("e")
    if power:
        digits = max(5, sum(map(str.isdecimal, mantissa)))
        return f"{directed(value, digits, up=up):.{digits}g}"
    places = len(mantissa.partition(".")[2])
    steps = _as_decimals(value) * 10**places
    return f"{Decimal(math.ceil(steps) if up else math.floor(steps)).scaleb(-places):f}"


def directed(value: float | Fraction, digits: int, /, *, up: bool) -> float:
    """A number with so many significant digits that is no less, or else no greater; likewise.

    >>> directed(2 / 3, 3, up=True), directed(2 / 3, 3, up=False), directed(0.1 + 0.2, 3, up=True)
    (0.667, 0.666, 0.3)
    """
    nearest = float(f"{float(value):.{digits}g}")
    if _holds(_as_decimals(nearest), value, up=up):
        return nearest
    exact = _as_decimals(value)
    with localcontext(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR):
        return float(Decimal(exact.numerator) / Decimal(exact.denominator))


def _holds(shown: Fraction, value: float | Fraction, /, *, up: bool) -> bool:
    """Whether a number is on the right side of a bound, but for rounding errors."""
    beyond = _as_decimals(value) - shown if up else shown - _as_decimals(value)
    return beyond <= ROUNDING * abs(shown)


def _as_decimals(value: float | Fraction) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(repr(value))


def proof_words(front: Front, /) -> str:
    """What the front claims, in one line that never says more than holds."""
    proof = front.proof
    if proof.status == "approximate":
        claim = tr("approximate: no proof")
    elif proof.status == "complete":
        plans, basis = _extent(proof, len(front.ids)), _basis_words(front)
        claim = tr("complete: {plans}, {basis}", plans=plans, basis=basis)
    elif proof.gap is None:
        claim = tr("covering: how much better other plans can be is not known yet")
    else:
        gap, basis = share_words(proof.gap), _basis_words(front)
        claim = (
            tr("covering: mixtures of plans within {gap}, {basis}", gap=gap, basis=basis)
            if proof.of == "cells"
            else tr("covering: within {gap}, {basis}", gap=gap, basis=basis)
        )
    extra = []
    if proof.stopped:
        extra.append(tr(_STOPPED[proof.stopped]))
    if proof.resolution is not None:
        extra.append(
            tr("differences below {share:g} of a range are not seen", share=proof.resolution)
        )
    if proof.note:
        extra.append(retold(proof.note))
    if not extra:
        return claim
    return tr("{claim} ({remarks})", claim=claim, remarks=tr("; ").join(extra))


def claim_words(proof: Mapping[str, Any], /) -> str:
    """What a recorded front claims, in a few words: its status, the gap of what is covering, and
    that it is not proven or was stopped.

    >>> claim_words({"status": "covering", "basis": "exact", "gap": 0.01, "stopped": None})
    'covering: within 1.0 %, proven'
    """
    status, gap = proof["status"], proof["gap"]
    basis = tr("proven") if proof["basis"] == "exact" else tr("not proven")
    if status == "approximate":
        claim = tr("approximate: no proof")
    elif status == "complete":
        claim = tr("{claim}, {basis}", claim=status_words(status), basis=basis)
    elif gap is None:
        claim = status_words(status)
    else:
        claim = tr("covering: within {gap}, {basis}", gap=share_words(gap), basis=basis)
    if proof["stopped"] not in _STOPPED:
        return claim
    return tr("{claim} ({remarks})", claim=claim, remarks=tr(_STOPPED[proof["stopped"]]))


def status_words(status: str, /) -> str:
    """What kind of claim it is, in a word."""
    return tr(_STATUS[status])


def _basis_words(front: Front, /) -> str:
    if front.proof.proven:
        return tr("proven")
    # a list of all combinations is compared in floating point where expressions are irrational; all
    # else asks HiGHS
    if front.provenance.solver == "enumerate":
        return tr("numerically (floating point), not proven")
    return tr("numerically (HiGHS), not proven")


def _extent(proof: Proof, plans: int, /) -> str:
    if proof.of == "points":
        return tr("{plans} of {plans}", plans=plans)
    kinds = [min(len(cell), 3) for cell in proof.cells]
    parts = [trn("{number} vertex", "{number} vertices", plans)]
    if count := kinds.count(2):
        parts.append(trn("{number} segment", "{number} segments", count))
    if count := kinds.count(3):
        parts.append(trn("{number} face", "{number} faces", count))
    if count := len(proof.open_ends):
        parts.append(trn("{number} half-open segment", "{number} half-open segments", count))
    return listed(parts)


def percent(share: float, /) -> str:
    """A share of something as a table has it, with one decimal: none and all only where it is that.

    >>> percent(0.107), percent(0.5), percent(0.0004), percent(0.0)
    ('10.7 %', '50 %', '< 0.1 %', '0 %')
    >>> percent(0.9996), percent(1.0), percent(1.234)
    ('> 99.9 %', '100 %', '123.4 %')
    """
    text = f"{100 * share:.1f}".removesuffix(".0")
    if share > 0.0 and float(text) == 0.0:
        return "< 0.1 %"
    if share < 1.0 and float(text) >= 100.0:
        return "> 99.9 %"
    return f"{text} %"


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
