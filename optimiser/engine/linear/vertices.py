"""All vertices and segments of a linear front in two objectives, or the optimum in one, in exact
fractions.

References:
    Y. P. Aneja and K. P. K. Nair (1979). Bicriteria transportation problem. Management Science 25,
    73-78.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine import highs
from optimiser.engine.contract import Outcome
from optimiser.engine.linear.bases import ExactBasis, exact_basis
from optimiser.engine.linear.tolerances import NEXT
from optimiser.engine.rationals.exact_simplex import ExactSimplex, UnfinishedError
from optimiser.engine.rationals.rational import Basis, ExactLp, Vertex, exact_lp, values_of

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear, Problem

__all__ = [
    "EmptyError",
    "ExactRun",
    "InexactError",
    "UnboundedBelowError",
    "best",
    "canonical",
    "chain",
    "corner_weights",
    "exact_front",
    "exact_run",
    "first_of",
    "front_of",
    "vertex_at",
    "weighted",
]

Weights = tuple[Fraction, ...]


class InexactError(Exception):
    """What exact arithmetic did not confirm before a limit."""


class EmptyError(InexactError):
    """Exact arithmetic shows that nothing is feasible."""


class UnboundedBelowError(InexactError):
    """A weighted sum has no least value: an exact feasible point and an exact ray show it.

    Attributes:
        objective: the position of the first with a weight.
    """

    def __init__(self, objective: int) -> None:
        super().__init__()
        self.objective = objective


@dataclass(eq=False)
class ExactRun:
    """The problem as HiGHS sees it and as fractions see it.

    Attributes:
        simplex: where a proposed basis was not enough, at the last optimum.
        bases: what was proposed so far; None where it is not a feasible basis.
    """

    problem: Problem
    program: highs.LinearProgram
    lp: ExactLp
    budget: Budget
    solved: int = field(default=0)
    simplex: ExactSimplex | None = None
    bases: dict[Basis, ExactBasis | None] = field(default_factory=dict)


def exact_front(run: ExactRun, /) -> Outcome:
    """The complete front of a problem without whole numbers and with one or two objectives.

    Raises:
        InexactError: it has none, or the budget ends.
    """
    corners = [best(run, (Fraction(1),))] if len(run.lp.objectives) == 1 else chain(run)
    plans = [canonical(run, corners[i], corner_weights(corners, i)) for i in range(len(corners))]
    cells = tuple((i, i + 1) for i in range(len(plans) - 1))
    return front_of(run, plans, cells)


def front_of(
    run: ExactRun, plans: Sequence[Vertex], cells: tuple[tuple[int, ...], ...], /
) -> Outcome:
    """The vertices and cells as a complete front."""
    x = np.array([[float(v) for v in plan.x[: len(run.problem.decisions)]] for plan in plans])
    lows = tuple(
        min(plan.y[k] for plan in plans) / row.scale for k, row in enumerate(run.lp.objectives)
    )
    of: Literal["points", "cells"] = "cells" if cells else "points"
    points = tuple(plan.x for plan in plans)
    return Outcome(
        x,
        "complete",
        of=of,
        cells=cells,
        subproblems=run.solved,
        basis="exact",
        bounds=lows,
        points=points,
    )


_ZERO, _ONE = Fraction(0), Fraction(1)


def exact_run(problem: Problem, linear: Linear, budget: Budget, /) -> ExactRun:
    """A run over all of ``linear``."""
    return ExactRun(problem, highs.program_of(linear), exact_lp(linear), budget)


def weighted(lp: ExactLp, weights: Weights, /) -> dict[int, Fraction]:
    """The weighted sum of the objectives: {column: coefficient}."""
    by = math.lcm(*(w.denominator for w in weights))
    cost: dict[int, int] = {}
    for weight, row in zip(weights, lp.objectives, strict=True):
        if weight:
            whole = int(weight * by)
            for j, c in row.terms:
                cost[j] = cost.get(j, 0) + whole * c
    return {j: Fraction(c, by) for j, c in cost.items() if c}


def best(run: ExactRun, weights: Weights, /, *, basis: Basis | None = None) -> Vertex:
    """A vertex that minimises the weighted sum, exactly.

    Args:
        basis: where to start, if not at the basis that HiGHS proposes.

    Raises:
        UnboundedBelowError: there is no least weighted sum.
        EmptyError: nothing is feasible.
        InexactError: the budget ends.
    """
    cost = weighted(run.lp, weights)
    run.solved += 1
    basis = basis or _proposed(run, cost)
    found = _known(run, basis)
    if found is not None and found.optimal(weights):
        return found.vertex
    simplex = _feasible(run, basis)
    try:
        if simplex.minimise(cost) == "unbounded":
            raise UnboundedBelowError(next(k for k, w in enumerate(weights) if w))
    except UnfinishedError as error:
        raise InexactError from error
    run.budget.report(solved=run.solved)
    return vertex_at(run.lp, simplex)


def _known(run: ExactRun, basis: Basis | None) -> ExactBasis | None:
    if basis is not None and basis not in run.bases:
        run.bases[basis] = exact_basis(run.lp, basis)
    return None if basis is None else run.bases[basis]


def _feasible(run: ExactRun, basis: Basis | None) -> ExactSimplex:
    """The simplex of the run at a feasible basis, that proposed if possible."""
    try:
        if run.simplex is None:
            run.simplex = ExactSimplex(run.lp, basis, run.budget)
        elif basis is not None:
            run.simplex.adopt(basis)
        if not run.simplex.feasible():
            raise EmptyError
    except UnfinishedError as error:
        raise InexactError from error
    return run.simplex


def first_of(run: ExactRun, order: Sequence[int], /) -> Vertex:
    """The canonical plan that is best in the first objective of ``order``, among the best in the
    second, and so on.

    Raises:
        UnboundedBelowError: the first, or the next where those before are best, has no least value.
        EmptyError: nothing is feasible.
        InexactError: the budget ends.
    """
    basis = None
    for share in NEXT:
        run.solved += 1
        basis = highs.minimise(run.program, _blend(run.lp, order, share), run.budget).basis
        found = _known(run, basis)
        if found is not None and found.first(order, alone=True):
            return found.vertex
    face = _feasible(run, basis).copy()
    try:
        for k in order:
            if face.minimise(dict(run.lp.objectives[k].terms)) == "unbounded":
                raise UnboundedBelowError(k)
            face.hold()
    except UnfinishedError as error:
        raise InexactError from error
    return _nearest(run, face)


def _blend(lp: ExactLp, order: Sequence[int], share: float) -> dict[int, float]:
    """One sum with weights far apart, each so many times the one before: mostly its optimum is the
    first of the order.
    """
    blend: dict[int, float] = {}
    for place, k in enumerate(order):
        terms = lp.objectives[k].terms
        largest = max((abs(c) for _, c in terms), default=1)
        for j, c in terms:
            blend[j] = blend.get(j, 0.0) + share**place * (c / largest)
    return blend


def _nearest(run: ExactRun, face: ExactSimplex) -> Vertex:
    """The plan of a face whose decisions, in column order, are nearest 0."""
    try:
        for j in range(len(run.problem.decisions)):
            if face.single:
                break
            face.nearest_zero(j)
    except UnfinishedError as error:
        raise InexactError from error
    return vertex_at(run.lp, face)


def _proposed(run: ExactRun, cost: Mapping[int, Fraction]) -> Basis | None:
    largest = max((abs(c) for c in cost.values()), default=_ZERO) or _ONE
    return highs.minimise(
        run.program, {j: float(c / largest) for j, c in cost.items()}, run.budget
    ).basis


def vertex_at(lp: ExactLp, simplex: ExactSimplex, /) -> Vertex:
    """The vertex where the simplex stands."""
    x = simplex.x
    return Vertex(x, values_of(lp, x), simplex.basis())


def chain(run: ExactRun, /) -> list[Vertex]:
    """The vertices of the front in two objectives, by the first.

    Raises:
        InexactError: fractions do not confirm one.
    """
    return _thinned(_between(run, *(best(run, w) for w in ((_ONE, _ZERO), (_ZERO, _ONE)))))


def _between(run: ExactRun, first: Vertex, last: Vertex) -> list[Vertex]:
    """Vertices from the first to the last: as long as something lies below the line of two
    neighbours, it goes between.
    """
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
    """The weights under which the two points are equally good; scaled, so that numbers stay
    short.
    """
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
    """Weights strictly between the normals of the segments on both sides: the i-th corner alone is
    their best.
    """
    if len(corners[i].y) == 1:
        return (_ONE,)
    left = _normal(corners[i - 1], corners[i]) if i > 0 else (_ONE, _ZERO)
    right = _normal(corners[i], corners[i + 1]) if i + 1 < len(corners) else (_ZERO, _ONE)
    return left[0] + right[0], left[1] + right[1]


def canonical(run: ExactRun, vertex: Vertex, weights: Weights, /) -> Vertex:
    """The plan with the vertex's objectives whose decisions, in column order, are nearest 0.

    Args:
        weights: such that no other point is as good.

    Raises:
        InexactError: the budget ends.
    """
    found = _known(run, vertex.basis)
    if found is not None and found.optimal(weights) and found.alone(weights):
        return found.vertex
    face = _feasible(run, vertex.basis).copy()
    if (
        face.minimise(weighted(run.lp, weights)) == "unbounded"
        or vertex_at(run.lp, face).y != vertex.y
    ):
        raise AssertionError("the weights have another best point")
    face.hold()
    return _nearest(run, face)
