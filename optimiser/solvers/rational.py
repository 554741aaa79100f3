"""Linear programs in exact fractions: HiGHS proposes a basis, fractions decide whether it is feasible and optimal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs

if TYPE_CHECKING:
    from optimiser.problem import Linear, Row
    from optimiser.solvers.contract import Budget

__all__ = ["Vertex", "exact_lp", "exact_vertex", "smallest_on_face"]

_BASIC = 1
_LARGEST = 120
_TINY = 1e-7

Bound = Fraction | None
Basis = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class ExactLp:
    """Columns and rows of a problem without whole numbers, with exact bounds; rows as {column: coefficient}."""

    columns: tuple[tuple[Bound, Bound], ...]
    rows: tuple[Mapping[int, int], ...]
    sides: tuple[tuple[Bound, Bound], ...]
    objectives: tuple[Row, ...]


@dataclass(frozen=True)
class Vertex:
    """A basic solution: all columns, and the objectives' values, in fractions."""

    x: tuple[Fraction, ...]
    y: tuple[Fraction, ...]


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
        tuple((c.lower, c.upper) for c in linear.columns), tuple(dict(r.terms) for r in linear.rows), sides, linear.objectives
    )


def exact_vertex(lp: ExactLp, basis: Basis | None, cost: Mapping[int, Fraction] | None, /) -> Vertex | None:
    """The exact solution of a basis; None unless it is feasible and, where a cost is given, optimal, both exactly."""
    if basis is None:
        return None
    basic = [j for j, s in enumerate(basis[0]) if s == _BASIC]
    tight = [i for i, s in enumerate(basis[1]) if s != _BASIC]
    if len(basic) != len(tight) or len(basic) > _LARGEST:
        return None
    x = _primal(lp, basis, basic, tight)
    if x is None or not _holds(lp, x):
        return None
    if cost is not None and not _optimal(lp, basis, basic, tight, cost):
        return None
    return Vertex(tuple(x), tuple(_value(row.terms, row.constant, x) for row in lp.objectives))


def smallest_on_face(
    program: highs.Program, lp: ExactLp, costs: Sequence[Mapping[int, float]], budget: Budget, /
) -> Vertex | None:
    """The vertex that minimises the costs in order, each among the optima of those before; feasible exactly, or None.

    Columns and rows whose reduced cost is not 0 stay where they are on the whole optimal face, so that no tolerance piles up.
    """
    lower, upper = program.lower.copy(), program.upper.copy()
    low = np.array([row.lower for row in program.rows])
    high = np.array([row.upper for row in program.rows])
    basis = None
    for cost in costs:
        rows = [highs.Cut(r.columns, r.values, a, b) for r, a, b in zip(program.rows, low, high, strict=True)]
        answer = highs.minimise(highs.Program(lower, upper, program.integral, tuple(rows)), cost, budget)
        if answer.status != "optimal" or answer.reduced is None:
            return None
        basis = answer.basis
        columns, duals = answer.reduced
        size = max((abs(c) for c in cost.values()), default=1.0)
        lower = np.where(columns < -_TINY * size, upper, lower)
        upper = np.where(columns > _TINY * size, lower, upper)
        low = np.where(duals < -_TINY * size, high, low)
        high = np.where(duals > _TINY * size, low, high)
        if (lower == upper).all():
            break
    if basis is None:
        return None
    return exact_vertex(_narrowed(lp, program, (lower, upper), (low, high)), basis, None)


def _narrowed(
    lp: ExactLp,
    program: highs.Program,
    columns: tuple[np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray],
) -> ExactLp:
    """The exact bounds of the face that float bounds describe: each side is one of the two of the whole."""
    given = [
        _side(bounds, float(program.lower[j]), float(columns[0][j]), float(columns[1][j]))
        for j, bounds in enumerate(lp.columns)
    ]
    sides = [
        _side(bounds, float(program.rows[i].lower), float(rows[0][i]), float(rows[1][i])) for i, bounds in enumerate(lp.sides)
    ]
    return ExactLp(tuple(given), lp.rows, tuple(sides), lp.objectives)


def _side(bounds: tuple[Bound, Bound], first: float, low: float, high: float) -> tuple[Bound, Bound]:
    if low != high:
        return bounds
    only = bounds[0] if low == first else bounds[1]
    return only, only


def _primal(lp: ExactLp, basis: Basis, basic: list[int], tight: list[int]) -> list[Fraction] | None:
    x = [Fraction(0)] * len(lp.columns)
    inside = set(basic)
    for j, (bounds, status) in enumerate(zip(lp.columns, basis[0], strict=True)):
        if j not in inside:
            at = _resting(bounds, status)
            if at is None:
                return None
            x[j] = at
    system, right = [], []
    for i in tight:
        at = _resting(lp.sides[i], basis[1][i])
        if at is None:
            return None
        system.append({j: Fraction(c) for j, c in lp.rows[i].items() if j in inside})
        right.append(at - sum((c * x[j] for j, c in lp.rows[i].items() if j not in inside), Fraction(0)))
    solved = _solve(system, right, basic)
    if solved is None:
        return None
    for j, value in solved.items():
        x[j] = value
    return x


def _resting(bounds: tuple[Bound, Bound], status: int) -> Fraction | None:
    """Where a nonbasic column or row rests: 0 lower, 2 upper, 3 free at zero."""
    low, high = bounds
    if status == 2:  # noqa: PLR2004
        return high if high is not None else low
    if low is not None:
        return low
    return high if high is not None else Fraction(0)


def _holds(lp: ExactLp, x: list[Fraction]) -> bool:
    return all(_between(v, bounds) for v, bounds in zip(x, lp.columns, strict=True)) and all(
        _between(_value(tuple(row.items()), 0, x), bounds) for row, bounds in zip(lp.rows, lp.sides, strict=True)
    )


def _between(value: Fraction, bounds: tuple[Bound, Bound]) -> bool:
    return (bounds[0] is None or value >= bounds[0]) and (bounds[1] is None or value <= bounds[1])


def _optimal(lp: ExactLp, basis: Basis, basic: list[int], tight: list[int], cost: Mapping[int, Fraction]) -> bool:
    """Dual feasibility of the basis, exactly."""
    inside = set(basic)
    system = [{i: Fraction(c) for i in tight if (c := lp.rows[i].get(j, 0))} for j in basic]
    duals = _solve(system, [cost.get(j, Fraction(0)) for j in basic], tight)
    if duals is None:
        return False
    reduced = [cost.get(j, Fraction(0)) for j in range(len(lp.columns))]
    for i, dual in duals.items():
        if not _rests_well(dual, lp.sides[i], basis[1][i]):
            return False
        for j, c in lp.rows[i].items():
            reduced[j] -= dual * c
    return all(
        _rests_well(reduced[j], lp.columns[j], basis[0][j]) for j in range(len(lp.columns)) if j not in inside
    )


def _rests_well(price: Fraction, bounds: tuple[Bound, Bound], status: int) -> bool:
    """Whether moving off the bound cannot pay."""
    if bounds[0] is not None and bounds[0] == bounds[1]:
        return True
    at = _resting(bounds, status)
    if at == bounds[0] and at is not None:
        return price >= 0
    if at == bounds[1] and at is not None:
        return price <= 0
    return price == 0


def _value(terms: Sequence[tuple[int, int]], constant: int, x: Sequence[Fraction]) -> Fraction:
    return sum((c * x[j] for j, c in terms), Fraction(constant))


def _solve(system: list[dict[int, Fraction]], right: list[Fraction], unknowns: Sequence[int]) -> dict[int, Fraction] | None:
    """Gauss-Jordan elimination on sparse rows, shortest row first; None where the system is singular."""
    rows = [(dict(row), value) for row, value in zip(system, right, strict=True)]
    done: dict[int, tuple[dict[int, Fraction], Fraction]] = {}
    while rows:
        at = min(range(len(rows)), key=lambda i: len(rows[i][0]))
        row, value = rows.pop(at)
        if not row:
            return None
        pivot = min(row)
        by = row.pop(pivot)
        row, value = {j: c / by for j, c in row.items()}, value / by
        rows = [_eliminated(other, pivot, row, value) for other in rows]
        done = {j: _eliminated(other, pivot, row, value) for j, other in done.items()}
        done[pivot] = (row, value)
    if len(done) != len(unknowns):
        return None
    return {j: value for j, (_, value) in done.items()}


def _eliminated(
    other: tuple[dict[int, Fraction], Fraction], pivot: int, row: dict[int, Fraction], value: Fraction
) -> tuple[dict[int, Fraction], Fraction]:
    terms, right = other
    by = terms.pop(pivot, None)
    if by is None:
        return other
    for j, c in row.items():
        total = terms.get(j, Fraction(0)) - by * c
        if total:
            terms[j] = total
        else:
            terms.pop(j, None)
    return terms, right - by * value
