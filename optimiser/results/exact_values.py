"""Values that floats do not tell apart: where plans of a front are so near one another in an
objective that rounding hides how they differ, or by how much, the exact values are kept beside it.

Rounding keeps order, so that only equal floats hide one; and of floats next to one another the
difference is mostly rounding. Most fronts have neither: that is seen from the floats, and from the
exact order that the engine compared plans in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from optimiser.results.tolerances import BARELY, NEAR, TOLD

if TYPE_CHECKING:
    from optimiser.engine.problem import Point, Problem
    from optimiser.formulate import Model
    from optimiser.front import Column, Flags, Floats, Front
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.results.ranked_plans import RankedPlans

__all__ = [
    "beside",
    "compared",
    "ended",
    "exact_number",
    "exact_text",
    "with_exact_values",
]

# characters of a decimal, and binary digits of what is kept: a fraction of 4,000 digits a side
_SHORT, _LONG = 40, 13_000

_Rationals = Callable[[Sequence[int]], Sequence[Sequence[Fraction | None]]]
"""Rows of plans -> for each the m values of its objectives, the user's direction."""


def with_exact_values(
    front: Front,
    model: Model,
    problem: Problem,
    x: Floats,
    points: Sequence[Point | None],
    /,
    *,
    order: Floats | None = None,
) -> Front:
    """The front with the exact values that it needs: none where real decisions are those of a
    floating-point search, which differ by its tolerance.

    Args:
        front: k plans, m objectives; of a whole run, as the ends of columns are taken from it.
        model, problem: whose plans they are.
        x: (k, n) their decisions.
        points: of those that are known exactly, their decisions; None of the others.
        order: (k, m) floats in the exact order of the minimised objectives; None where it is not
            known, and plans of equal floats are looked at one by one.
    """
    near = _near_each(front, order)
    if not any(near) or not (problem.discrete or front.proof.basis == "exact"):
        return front
    return _with(front, near, lambda rows: _rationals(model, x, points, rows))


def _near_each(front: Front, order: Floats | None) -> list[list[list[int]]]:
    """For each objective the runs of rows whose values are near one another."""
    return [
        _near(front.y[:, j], None if order is None else order[:, j])
        for j in range(len(front.columns))
    ]


def _rationals(
    model: Model, x: Floats, points: Sequence[Point | None], rows: Sequence[int]
) -> Sequence[Sequence[Fraction | None]]:
    own = [points[row] for row in rows]
    return model.rationals(x[list(rows)], own if any(own) else None)


def _with(front: Front, near: list[list[list[int]]], rationals: _Rationals) -> Front:
    """A front with the exact values of those of these runs in which floats hide something."""
    rows = sorted({row for runs in near for run in runs for row in run})
    values = dict(zip(rows, rationals(rows), strict=True)) if rows else {}
    exact = [dict(own) for own in front.exact or ({},) * len(front)]
    for j, runs in enumerate(near):
        for run in runs:
            found = {row: values[row][j] for row in run}
            # a stranger may list other values than those that its plans have
            own = {row: v for row, v in found.items() if _kept(v, float(front.y[row, j]))}
            if _hides(own, front.y[:, j]):
                for row, value in own.items():
                    exact[row][j] = value
    if not any(exact):
        return front
    told = _told(front, exact)
    # where values are large beside their range a float that is rounded is off by a part of it
    far = np.flatnonzero(told.base).tolist()
    left = [row for row, kept in enumerate(exact) if not kept.keys() >= set(far)]
    if not left:
        return told
    for row, known in zip(left, rationals(left), strict=True):
        found = {j: known[j] for j in far}
        exact[row] |= {j: v for j, v in found.items() if _kept(v, float(front.y[row, j]))}
    return _told(front, exact)


def _told(front: Front, exact: Sequence[Mapping[int, Fraction]]) -> Front:
    told = replace(front, exact=tuple(exact))
    return replace(told, columns=ended(told))


def beside(result: RankedPlans, plan: Sequence[str], objectives: Floats, /) -> Front:
    """The front of a result with another plan behind it, to be compared with the listed ones.

    Args:
        result: k plans.
        plan: the cells of the other one.
        objectives: (m,) its values, the user's units and directions.

    Returns:
        k + 1 plans, exact values with them where floats do not tell the last from the others.
    """
    front, k = result.front, len(result.front)

    def rationals(rows: Sequence[int]) -> Sequence[Sequence[Fraction | None]]:
        own = [row for row in rows if row < k]
        model, found = result.model, list[Sequence[Fraction | None]]()
        if own:
            x, points = result.decisions(own), result.points(own)
            found += _rationals(model, x, points, range(len(own)))
        if k in rows:
            found += model.rationals(result.encoded([("", plan)]))
        return found

    wide = replace(
        front,
        y=np.vstack([front.y, objectives]),
        x=np.zeros((k + 1, 0)),
        indicators=np.zeros((k + 1, len(front.indicator_columns))),
        cells=(*front.cells, tuple(plan)),
        ids=(*front.ids, ""),
        stands=(),
        exact=(*front.exact, {}) if front.exact else (),
    )
    if not np.isfinite(objectives).all():
        return wide
    # the plans of the front are told apart already
    order = np.vstack([front.order, np.full(len(front.columns), np.nan)])
    near = _near_each(wide, order)
    if not any(near) and not front.hidden:
        return wide
    found = _with(wide, near, rationals)
    columns = [
        column
        if column.ends is None
        else own
        if own.ends
        else replace(column, ends=_ends(column, found.told(j)[:k]))
        for j, (column, own) in enumerate(zip(found.columns, front.columns, strict=True))
    ]
    return replace(found, columns=tuple(columns))


def compared(result: RankedPlans, plan: NamedPlan, /) -> tuple[Front, int]:
    """The front with which a plan is compared, and its row there: behind the k listed ones where it
    is none of them.
    """
    if plan.row is not None:
        return result.front, plan.row
    return beside(result, plan.cells, plan.objectives), len(result.front)


def exact_text(value: Fraction, /) -> str:
    """A number in full: its decimals where these end and are few, else a fraction.

    >>> exact_text(Fraction(10**18 + 1, 10**9)), exact_text(Fraction(1, 3))
    ('1000000000.000000001', '1/3')
    """
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    text, ratio = str(decimal).lower(), f"{value.numerator}/{value.denominator}"
    return text if len(text) < _SHORT and decimal == value else ratio


def exact_number(text: str, near: float, /) -> Fraction | None:
    """What such a text says; None where its nearest float is another one."""
    try:
        value = Fraction(text)
        return value if float(value) == near else None
    except (ZeroDivisionError, OverflowError):
        return None


def _kept(exact: Fraction | None, near: float) -> TypeGuard[Fraction]:
    """Whether a value has a float as its nearest, and is short enough to be kept."""
    if exact is None or max(map(int.bit_length, exact.as_integer_ratio())) > _LONG:
        return False
    return abs(exact) <= sys.float_info.max and float(exact) == near


def _near(values: Floats, order: Floats | None) -> list[list[int]]:
    """Runs of rows whose (k,) values may be nearer to one another than floats tell."""
    rows = np.argsort(values, kind="stable")
    ordered = values[rows]
    size = np.maximum(np.abs(ordered[1:]), np.abs(ordered[:-1]))
    close: Flags = np.diff(ordered) <= NEAR * size
    differ: Flags = close if order is None else close & (np.diff(order[rows]) != 0.0)
    if not differ.any():
        return []
    starts = np.concatenate([[0], np.flatnonzero(~close) + 1, [len(rows)]])
    return [
        rows[start:end].tolist()
        for start, end in pairwise(starts.tolist())
        if differ[start : end - 1].any()
    ]


def _hides(exact: Mapping[int, Fraction], values: Floats) -> bool:
    """Whether the floats of some plans do not tell how their exact values differ, or barely."""
    ordered = sorted((value, row) for row, value in exact.items())
    for (less, row), (more, other) in pairwise(ordered):
        if less < more:
            shown = Fraction(repr(float(values[other]))) - Fraction(repr(float(values[row])))
            apart, size = more - less, max(abs(less), abs(more))
            if abs(shown - apart) > TOLD * apart or apart < BARELY * size:
                return True
    return False


def ended(front: Front, /) -> tuple[Column, ...]:
    """The columns of a front of a whole run, with the exact ends where exact values are known."""
    known = {j for own in front.exact for j in own}
    return tuple(
        replace(column, ends=_ends(column, front.told(j))) if j in known else column
        for j, column in enumerate(front.columns)
    )


def _ends(column: Column, told: list[Fraction]) -> tuple[Fraction, Fraction]:
    """The worst and the best value."""
    low, high = min(told), max(told)
    return (high, low) if column.sign > 0 else (low, high)
