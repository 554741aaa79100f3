"""All vertices and segments of a linear front in two objectives, or the optimum in one, in exact fractions.

References:
    Y. P. Aneja and K. P. K. Nair (1979). Bicriteria transportation problem. Management Science 25, 73-78.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.continuous.rational import ExactLp, Vertex, exact_lp, exact_vertex, smallest_on_face
from optimiser.solvers.contract import Outcome

if TYPE_CHECKING:
    from optimiser.problem import Linear, Problem
    from optimiser.solvers.contract import Budget

__all__ = ["ExactRun", "InexactError", "best", "canonical", "chain", "corner_weights", "exact_front", "exact_run", "weighted"]

Weights = tuple[Fraction, ...]


class InexactError(Exception):
    """A basis that fractions do not confirm, or a limit."""


@dataclass(eq=False)
class ExactRun:
    """The problem as HiGHS sees it and as fractions see it."""

    problem: Problem
    program: highs.Program
    lp: ExactLp
    budget: Budget
    solved: int = field(default=0)


def exact_front(problem: Problem, budget: Budget, /) -> Outcome | None:
    """The complete front of a problem without whole numbers and with one or two objectives; None where not all is exact."""
    linear = problem.linear
    if linear is None or linear.resolution is not None:
        return None
    run = exact_run(problem, linear, budget)
    try:
        corners = [best(run, (Fraction(1),))] if len(linear.objectives) == 1 else chain(run)
        plans = [canonical(run, corners[i], corner_weights(corners, i)) for i in range(len(corners))]
    except InexactError:
        return None
    x = np.array([[float(v) for v in plan.x[: len(problem.decisions)]] for plan in plans])
    if len(linear.objectives) == 1 or len(plans) == 1:
        return Outcome(x, "complete", subproblems=run.solved, basis="exact")
    cells = tuple((i, i + 1) for i in range(len(plans) - 1))
    return Outcome(x, "complete", of="cells", cells=cells, subproblems=run.solved, basis="exact")


_ZERO, _ONE = Fraction(0), Fraction(1)


def exact_run(problem: Problem, linear: Linear, budget: Budget, /) -> ExactRun:
    """A run over all of ``linear``."""
    return ExactRun(problem, highs.program_of(linear), exact_lp(linear), budget)


def weighted(lp: ExactLp, weights: Weights, /) -> dict[int, Fraction]:
    """The weighted sum of the objectives: {column: coefficient}."""
    cost: dict[int, Fraction] = {}
    for weight, row in zip(weights, lp.objectives, strict=True):
        for j, c in row.terms:
            cost[j] = cost.get(j, _ZERO) + weight * c
    return cost


def best(run: ExactRun, weights: Weights, /) -> Vertex:
    """A vertex that minimises the weighted sum, confirmed in fractions.

    Raises:
        InexactError: they do not confirm it.
    """
    cost = weighted(run.lp, weights)
    largest = max((abs(c) for c in cost.values()), default=_ZERO) or _ONE
    run.solved += 1
    answer = highs.minimise(run.program, {j: float(c / largest) for j, c in cost.items()}, run.budget)
    vertex = exact_vertex(run.lp, answer.basis, cost) if answer.status == "optimal" else None
    if vertex is None:
        raise InexactError
    run.budget.report(solved=run.solved)
    return vertex


def chain(run: ExactRun, /) -> list[Vertex]:
    """The vertices of the front in two objectives, by the first.

    Raises:
        InexactError: fractions do not confirm one.
    """
    return _thinned(_between(run, *(best(run, w) for w in ((_ONE, _ZERO), (_ZERO, _ONE)))))


def _between(run: ExactRun, first: Vertex, last: Vertex) -> list[Vertex]:
    """Vertices from the first to the last: as long as something lies below the line of two neighbours, it goes between."""
    found, waiting = [first], [last]
    while waiting:
        a, b = found[-1], waiting[-1]
        weights = _normal(a, b)
        middle = best(run, weights) if all(w > 0 for w in weights) else b
        if all(w > 0 for w in weights) and _weigh(weights, middle) < _weigh(weights, a):
            waiting.append(middle)
        else:
            found.append(waiting.pop())
    return found


def _normal(a: Vertex, b: Vertex) -> Weights:
    """The weights under which the two points are equally good; scaled, so that numbers stay short."""
    weights = (a.y[1] - b.y[1], b.y[0] - a.y[0])
    total = sum(map(abs, weights), _ZERO) or _ONE
    return weights[0] / total, weights[1] / total


def _weigh(weights: Weights, vertex: Vertex) -> Fraction:
    return sum((w * y for w, y in zip(weights, vertex.y, strict=True)), _ZERO)


def _thinned(vertices: list[Vertex]) -> list[Vertex]:
    """Without what another dominates or equals, and without points inside a segment."""
    kept: list[Vertex] = []
    for v in sorted(vertices, key=lambda v: v.y):
        if kept and kept[-1].y[1] <= v.y[1]:
            continue
        if len(kept) > 1 and _turn(kept[-2], kept[-1], v) == 0:
            kept.pop()
        kept.append(v)
    return kept


def _turn(a: Vertex, b: Vertex, c: Vertex) -> Fraction:
    return (b.y[0] - a.y[0]) * (c.y[1] - a.y[1]) - (b.y[1] - a.y[1]) * (c.y[0] - a.y[0])


def corner_weights(corners: list[Vertex], i: int, /) -> Weights:
    """Weights strictly between the normals of the segments on both sides: the i-th corner alone is their best."""
    if len(corners[i].y) == 1:
        return (_ONE,)
    left = _normal(corners[i - 1], corners[i]) if i > 0 else (_ONE, _ZERO)
    right = _normal(corners[i], corners[i + 1]) if i + 1 < len(corners) else (_ZERO, _ONE)
    return left[0] + right[0], left[1] + right[1]


def canonical(run: ExactRun, vertex: Vertex, weights: Weights, /) -> Vertex:
    """The plan with the vertex's objectives that has the smallest decisions in column order.

    Args:
        weights: such that no other point is as good.
    """
    cost = {j: float(c) for j, c in weighted(run.lp, weights).items()}
    largest = max((abs(c) for c in cost.values()), default=0.0) or 1.0
    costs = [{j: c / largest for j, c in cost.items()}, *({j: 1.0} for j in range(len(run.problem.decisions)))]
    run.solved += 1
    plan = smallest_on_face(run.program, run.lp, costs, run.budget)
    return plan if plan is not None and plan.y == vertex.y else vertex
