"""Linear programs in exact fractions: HiGHS proposes a basis, fractions decide whether it is
feasible and optimal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.rationals.lifting import lifted
from optimiser.engine.translations import kept

if TYPE_CHECKING:
    from optimiser.engine.problem import Linear, Row

__all__ = [
    "BASIC",
    "Basis",
    "Bound",
    "ExactLp",
    "Vertex",
    "exact_lp",
    "exact_vertex",
    "over_one",
    "resting",
    "solve",
    "values_of",
]

BASIC, _UPPER = 1, 2
# basic columns: what lifting does in about a second, and what elimination does
_LARGEST, _ELIMINATED = 500, 80
_RIGHT = -1
# below so many rows elimination is as fast
_LIFTED = 6

Bound = Fraction | None
Basis = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class ExactLp:
    """Columns and rows of a problem without whole numbers, with exact bounds; rows as {column:
    coefficient}.
    """

    columns: tuple[tuple[Bound, Bound], ...]
    rows: tuple[Mapping[int, int], ...]
    sides: tuple[tuple[Bound, Bound], ...]
    objectives: tuple[Row, ...]

    def with_fixed(self, values: Mapping[int, Fraction], /) -> ExactLp:
        """The same with the given columns at the given values."""
        columns = tuple(
            (values[j], values[j]) if j in values else bounds
            for j, bounds in enumerate(self.columns)
        )
        return ExactLp(columns, self.rows, self.sides, self.objectives)


@dataclass(frozen=True)
class Vertex:
    """A basic solution: all columns, and the objectives' values, in fractions; the basis where it
    is known.
    """

    x: tuple[Fraction, ...]
    y: tuple[Fraction, ...]
    basis: Basis | None = None


@kept
def exact_lp(linear: Linear, /) -> ExactLp:
    """The exact view of ``linear``."""
    sides = tuple(
        (
            None if r.lower is None else Fraction(r.lower - r.constant),
            None if r.upper is None else Fraction(r.upper - r.constant),
        )
        for r in linear.rows
    )
    return ExactLp(
        tuple((c.lower, c.upper) for c in linear.columns),
        tuple(dict(r.terms) for r in linear.rows),
        sides,
        linear.objectives,
    )


def exact_vertex(
    lp: ExactLp, basis: Basis | None, cost: Mapping[int, Fraction] | None, /
) -> Vertex | None:
    """The exact solution of a basis; None unless it is feasible and, where a cost is given,
    optimal, both exactly.
    """
    if basis is None:
        return None
    basic = [j for j, s in enumerate(basis[0]) if s == BASIC]
    tight = [i for i, s in enumerate(basis[1]) if s != BASIC]
    if len(basic) != len(tight) or len(basic) > _LARGEST:
        return None
    x = _primal(lp, basis, basic, tight)
    if x is None or not _holds(lp, x):
        return None
    if cost is not None and not _optimal(lp, basis, basic, tight, cost):
        return None
    return Vertex(tuple(x), values_of(lp, x))


def _primal(lp: ExactLp, basis: Basis, basic: list[int], tight: list[int]) -> list[Fraction] | None:
    x = [Fraction(0)] * len(lp.columns)
    inside = set(basic)
    for j, (bounds, status) in enumerate(zip(lp.columns, basis[0], strict=True)):
        if j not in inside:
            x[j] = resting(bounds, status)
    # whole numbers over one denominator: fractions would look for common factors at every step
    outside = {j: v for j, v in enumerate(x) if v}
    by = math.lcm(*(v.denominator for v in outside.values()))
    whole = {j: v.numerator * (by // v.denominator) for j, v in outside.items()}
    system, right = [], []
    for i in tight:
        row = lp.rows[i]
        system.append({j: c for j, c in row.items() if j in inside})
        rest = sum(c * whole[j] for j, c in row.items() if j in whole)
        right.append(resting(lp.sides[i], basis[1][i]) - Fraction(rest, by))
    solved = solve(system, right, basic)
    if solved is None:
        return None
    for j, value in solved.items():
        x[j] = value
    return x


def resting(bounds: tuple[Bound, Bound], status: int, /) -> Fraction:
    """Where a nonbasic column or row rests: 0 lower, 2 upper, 3 free at zero."""
    low, high = bounds
    if low is None or (status == _UPPER and high is not None):
        return Fraction(0) if high is None else high
    return low


def _holds(lp: ExactLp, x: list[Fraction]) -> bool:
    by, whole = over_one(x)
    return all(
        _between(v, bounds, by) for v, bounds in zip(whole, lp.columns, strict=True)
    ) and all(
        _between(sum(c * whole[j] for j, c in row.items()), bounds, by)
        for row, bounds in zip(lp.rows, lp.sides, strict=True)
    )


def over_one(values: Sequence[Fraction], /) -> tuple[int, list[int]]:
    """A common denominator and the numerators over it."""
    by = math.lcm(*(v.denominator for v in values))
    return by, [v.numerator * (by // v.denominator) for v in values]


def _between(value: int, bounds: tuple[Bound, Bound], by: int) -> bool:
    low, high = bounds
    return (low is None or value * low.denominator >= low.numerator * by) and (
        high is None or value * high.denominator <= high.numerator * by
    )


def _optimal(
    lp: ExactLp, basis: Basis, basic: list[int], tight: list[int], cost: Mapping[int, Fraction]
) -> bool:
    """Dual feasibility of the basis, exactly."""
    inside = set(basic)
    system = [{i: c for i in tight if (c := lp.rows[i].get(j, 0))} for j in basic]
    duals = solve(system, [cost.get(j, Fraction(0)) for j in basic], tight)
    if duals is None:
        return False
    reduced = [cost.get(j, Fraction(0)) for j in range(len(lp.columns))]
    for i, dual in duals.items():
        if not _rests_well(dual, lp.sides[i], basis[1][i]):
            return False
        for j, c in lp.rows[i].items():
            reduced[j] -= dual * c
    return all(
        _rests_well(reduced[j], lp.columns[j], basis[0][j])
        for j in range(len(lp.columns))
        if j not in inside
    )


def _rests_well(price: Fraction, bounds: tuple[Bound, Bound], status: int) -> bool:
    """Whether moving off the bound cannot pay."""
    if bounds[0] is not None and bounds[0] == bounds[1]:
        return True
    at = resting(bounds, status)
    if at == bounds[0] and at is not None:
        return price >= 0
    if at == bounds[1] and at is not None:
        return price <= 0
    return price == 0


def values_of(lp: ExactLp, x: Sequence[Fraction], /) -> tuple[Fraction, ...]:
    """The objectives' rows at the columns ``x``."""
    by, whole = over_one(x)
    return tuple(
        Fraction(sum(c * whole[j] for j, c in row.terms) + row.constant * by, by)
        for row in lp.objectives
    )


def solve(
    system: Sequence[Mapping[int, int]], right: Sequence[int | Fraction], unknowns: Sequence[int], /
) -> dict[int, Fraction] | None:
    """The solution of a square system; None where it is singular, or large and lifting does not do
    it.

    Elimination on sparse rows of whole numbers, shortest row first, where lifting does not do it:
    whole numbers divided by their common factor are several times faster than fractions.
    """
    if len(system) != len(unknowns):
        return None
    if len(system) >= _LIFTED:
        by = math.lcm(*(v.denominator for v in right))
        found = lifted(
            [[row.get(j, 0) for j in unknowns] for row in system], [int(v * by) for v in right]
        )
        if found is not None:
            return {j: Fraction(v, found[1] * by) for j, v in zip(unknowns, found[0], strict=True)}
    if len(system) > _ELIMINATED:
        return None
    rows = [_whole({**row, _RIGHT: value}) for row, value in zip(system, right, strict=True)]
    done: list[tuple[int, dict[int, int]]] = []
    while rows:
        row = rows.pop(min(range(len(rows)), key=lambda i: len(rows[i]) - (_RIGHT in rows[i])))
        unknown = [j for j in row if j != _RIGHT]
        if not unknown:
            return None
        count = {j: sum(j in other for other in rows) for j in unknown}
        pivot = min(unknown, key=lambda j: (count[j], j))
        rows = [_eliminated(other, pivot, row) if pivot in other else other for other in rows]
        done.append((pivot, row))
    if len(done) != len(unknowns):
        return None
    values: dict[int, Fraction] = {}
    for pivot, row in reversed(done):
        rest = sum((c * values[j] for j, c in row.items() if j not in (_RIGHT, pivot)), Fraction(0))
        values[pivot] = (row.get(_RIGHT, 0) - rest) / row[pivot]
    return values


def _whole(row: Mapping[int, int | Fraction]) -> dict[int, int]:
    by = math.lcm(*(Fraction(c).denominator for c in row.values()))
    return {j: int(c * by) for j, c in row.items() if c}


def _eliminated(other: dict[int, int], pivot: int, row: dict[int, int]) -> dict[int, int]:
    by, of = row[pivot], other[pivot]
    common = math.gcd(by, of)
    by, of = by // common, of // common
    total = {j: c * by for j, c in other.items()}
    for j, c in row.items():
        total[j] = total.get(j, 0) - of * c
    shared = math.gcd(*total.values()) or 1
    return {j: c // shared for j, c in total.items() if c}
