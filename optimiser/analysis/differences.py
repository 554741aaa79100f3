"""Differences of values as they are shown."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite, nan
from typing import TYPE_CHECKING

from optimiser.results.tolerances import TOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.front import Floats, Front
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.results.ranked_plans import RankedPlans

__all__ = [
    "decimals_apart",
    "difference",
    "plans_apart",
    "rows_apart",
    "shown_difference",
    "told_difference",
]


def shown_difference(before: float, after: float, /) -> float:
    """The difference of two values as decimals: of 103.6 and 100 it is 3.6, not a float beside
    it.
    """
    return float(Fraction(repr(after)) - Fraction(repr(before)))


def difference(before: float | None, after: float | None, /) -> float | None:
    """The same; None where one is undefined."""
    return None if before is None or after is None else shown_difference(before, after)


def decimals_apart(values: Floats, others: Floats, /) -> tuple[float, ...]:
    """(q,) values less others as decimals; NaN where one is undefined."""
    return tuple(
        shown_difference(b, a) if isfinite(a) and isfinite(b) else nan
        for a, b in zip(values.tolist(), others.tolist(), strict=True)
    )


def told_difference(before: Fraction, after: Fraction, /) -> float:
    """The difference of two exact values: that of the decimals that floats show, which is what a
    reader gets; where these are so near one another that it says little, the exact one.

    >>> told_difference(Fraction(1, 3), Fraction(2, 3))
    0.3333333333333333
    >>> told_difference(Fraction(10**9), 10**9 + Fraction(1, 10**9))
    1e-09
    """
    shown = Fraction(repr(float(after))) - Fraction(repr(float(before)))
    exact = after - before
    return float(shown if abs(shown - exact) <= TOLD * abs(exact) else exact)


def rows_apart(front: Front, row: int, other: int, /) -> tuple[float, ...]:
    """(m,) the objectives of a plan less those of another one, the user's directions; NaN where one
    is undefined.
    """
    pairs = zip(front.y[row].tolist(), front.y[other].tolist(), strict=True)
    return tuple(
        told_difference(front.value(other, j), front.value(row, j))
        if isfinite(own) and isfinite(its)
        else nan
        for j, (own, its) in enumerate(pairs)
    )


def plans_apart(result: RankedPlans, plan: NamedPlan, other: NamedPlan, /) -> tuple[float, ...]:
    """The same of any two plans of a result."""
    m = len(result.front.columns)
    if plan.row is not None and other.row is not None:
        return rows_apart(result.front, plan.row, other.row)
    pairs = zip(_exact(result, other)[:m], _exact(result, plan)[:m], strict=True)
    return tuple(
        nan if before is None or after is None else told_difference(before, after)
        for before, after in pairs
    )


def _exact(result: RankedPlans, plan: NamedPlan) -> Sequence[Fraction | None]:
    points = None
    if plan.row is not None and any(result.front.stands):
        points = result.points([plan.row])
    return result.model.rationals(result.encoded([(plan.id, plan.cells)]), points)[0]
