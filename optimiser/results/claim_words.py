"""What a front claims, in words that never say more than holds: proof, bounds, best values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

import numpy as np

from optimiser.results.table import number

if TYPE_CHECKING:
    from optimiser.front import Column, Flags, Floats, Front, Proof

__all__ = [
    "best_flags",
    "best_notes",
    "best_texts",
    "bound_words",
    "proof_words",
    "proven_best",
    "share_words",
]

# of a bound that is shown in words
_DIGITS = 6

_STOPPED = {
    "time_limit": "the time limit",
    "interrupted": "an interrupt",
    "points": "the number of points",
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
    values: Floats = front.minimised
    best = values == values.min(axis=0)
    flags: Flags = best & ~best.all(axis=0) & np.array(proven_best(front), dtype=bool)
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
                f"{_towards(best, up=column.sense != 'maximise')}, which is listed"
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
    >>> bound_words(Column("npv", sense="maximise"), 5117.2)
    'at most 5117.2'
    >>> bound_words(Column("cost", sense="minimise"), 2 / 3)
    'at least 0.666666'
    """
    up = column.sense == "maximise"
    return f"{'at most' if up else 'at least'} {_towards(bound, up=up)}"


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


def proof_words(front: Front, /) -> str:
    """What the front claims, in one line that never says more than holds."""
    proof = front.proof
    if proof.status == "approximate":
        text = "approximate: no proof"
    elif proof.status == "complete":
        text = f"complete: {_extent(proof, len(front.ids))}, {_basis_words(front)}"
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
