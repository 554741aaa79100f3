"""Exact proof that a front in two objectives misses no integer slice: a tree over the whole numbers.

At every node the relaxation's front, in fractions, is dominated by the front, or the relaxation is infeasible by exact duals;
else the node is split. Nothing rests on the tolerances of a float solver.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.continuous.envelope import Piece, Point, dominated
from optimiser.solvers.continuous.rational import ExactLp, exact_lp, exact_vertex
from optimiser.solvers.continuous.vertices import ExactRun, InexactError, best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.continuous.rational import Vertex
    from optimiser.solvers.contract import Budget

__all__ = ["nothing_else"]

_NODES = 400
_SIZE = 60
_FIRST, _SECOND = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))


def nothing_else(problem: Problem, pieces: Sequence[Piece], budget: Budget, /) -> bool:
    """Whether it is proven, exactly and within a small tree, that no plan lies below the pieces."""
    linear = problem.linear
    if linear is None or max(len(linear.columns), len(linear.rows)) > _SIZE:
        return False
    program, lp = highs.program_of(linear), exact_lp(linear)
    whole = np.flatnonzero(program.integral)
    waiting = [(program.lower.copy(), program.upper.copy())]
    for _ in range(_NODES):
        if not waiting:
            return True
        lower, upper = waiting.pop()
        if budget.exhausted() is not None:
            return False
        node = highs.Program(lower, upper, np.zeros_like(program.integral), program.rows)
        exact = _narrowed(lp, whole, lower, upper)
        if (lower > upper).any() or _infeasible(node, exact, budget):
            continue
        try:
            vertices = _standing_out(ExactRun(problem, node, exact, budget), pieces)
        except InexactError:
            return False
        if not vertices:
            continue
        split = _split(whole, lower, upper, vertices)
        if split is None:
            return False
        waiting += split
    return not waiting


def _standing_out(run: ExactRun, pieces: Sequence[Piece]) -> list[Vertex]:
    """Vertices of the relaxation that show that not all of it is dominated; none where all is.

    What the relaxation cannot reach is known from supporting lines: between two vertices it stays above the lines of both.
    """
    ends = []
    for weights in (_FIRST, _SECOND):
        ends.append((best(run, weights), weights))
        if not dominated([_point(ends[-1][0])], pieces):
            return [ends[-1][0]]
    waiting = [(ends[0], ends[1])]
    while waiting:
        (a, wa), (b, wb) = waiting.pop()
        if _point(a) == _point(b) or dominated(_beneath(a, wa, b, wb), pieces):
            continue
        weights = (a.y[1] - b.y[1], b.y[0] - a.y[0])
        if min(weights) <= 0:
            return [a, b]
        total = sum(weights, Fraction(0))
        weights = (weights[0] / total, weights[1] / total)
        middle = best(run, weights)
        if _dot(weights, middle) == _dot(weights, a):
            if dominated([_point(a), _point(b)], pieces):
                continue
            return [a, b]
        if not dominated([_point(middle)], pieces):
            return [middle]
        waiting += [((a, wa), (middle, weights)), ((middle, weights), (b, wb))]
    return []


def _beneath(a: Vertex, wa: Point, b: Vertex, wb: Point) -> list[Point]:
    """The lower chain of the two supporting lines, from one vertex to the other."""
    va, vb = _dot(wa, a), _dot(wb, b)
    det = wa[0] * wb[1] - wa[1] * wb[0]
    if det == 0:
        return [_point(a), _point(b)]
    corner = ((va * wb[1] - vb * wa[1]) / det, (wa[0] * vb - wb[0] * va) / det)
    left = [_point(a)] if a.y[0] < corner[0] else []
    right = [_point(b)] if b.y[1] < corner[1] else []
    return [*left, corner, *right]


def _point(vertex: Vertex) -> Point:
    return vertex.y[0], vertex.y[1]


def _dot(weights: Point, vertex: Vertex) -> Fraction:
    return weights[0] * vertex.y[0] + weights[1] * vertex.y[1]


def _narrowed(lp: ExactLp, whole: np.ndarray, lower: Floats, upper: Floats) -> ExactLp:
    columns = list(lp.columns)
    for j in whole.tolist():
        columns[j] = (
            Fraction(int(lower[j])) if math.isfinite(lower[j]) else None,
            Fraction(int(upper[j])) if math.isfinite(upper[j]) else None,
        )
    return ExactLp(tuple(columns), lp.rows, lp.sides, lp.objectives)


def _split(whole: np.ndarray, lower: Floats, upper: Floats, vertices: Sequence[Vertex]) -> list[tuple[Floats, Floats]] | None:
    """The two halves of the node at the whole number whose values are furthest from whole; None where all are fixed."""
    best, at, value = Fraction(-1), -1, Fraction(0)
    for j in whole.tolist():
        if lower[j] == upper[j]:
            continue
        for v in vertices:
            part = v.x[j] - math.floor(v.x[j])
            if min(part, 1 - part) > best:
                best, at, value = min(part, 1 - part), j, v.x[j]
    if at < 0:
        return None
    floor = min(math.floor(value), upper[at] - 1.0)
    below, above = upper.copy(), lower.copy()
    below[at], above[at] = floor, floor + 1.0
    return [(lower, below), (above, upper)]


def _infeasible(program: highs.Program, lp: ExactLp, budget: Budget) -> bool:
    """Whether exact duals prove that no point holds: the smallest total violation of the rows is above 0."""
    if highs.minimise(program, {}, budget).status != "infeasible":
        return False
    n, rows = len(lp.columns), len(lp.rows)
    half = np.full(2 * rows, np.inf)
    cuts = [
        highs.Cut(
            np.concatenate([r.columns, [n + 2 * i, n + 2 * i + 1]]).astype(np.int32),
            np.concatenate([r.values, [1.0, -1.0]]),
            r.lower,
            r.upper,
        )
        for i, r in enumerate(program.rows)
    ]
    wider = highs.Program(
        np.concatenate([program.lower, np.zeros(2 * rows)]),
        np.concatenate([program.upper, half]),
        np.zeros(n + 2 * rows, dtype=bool),
        tuple(cuts),
    )
    exact = ExactLp(
        (*lp.columns, *((Fraction(0), None) for _ in range(2 * rows))),
        tuple({**row, n + 2 * i: 1, n + 2 * i + 1: -1} for i, row in enumerate(lp.rows)),
        lp.sides,
        (),
    )
    cost = {n + i: Fraction(1) for i in range(2 * rows)}
    answer = highs.minimise(wider, dict.fromkeys(cost, 1.0), budget)
    vertex = exact_vertex(exact, answer.basis, cost) if answer.status == "optimal" else None
    return vertex is not None and sum(vertex.x[n:], Fraction(0)) > 0
