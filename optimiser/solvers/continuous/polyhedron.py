"""All vertices and faces of a linear front in three and more objectives, in exact fractions.

Floats propose the hull of the vertices found; fractions decide. Facet by facet, the exact optimum for the facet's weights
either gives a new vertex or proves that the front does not reach below. What proves that nothing is missing: every proposed
simplex lies in a half-space that holds the whole front, every ridge lies in two simplices, and one simplex lies at infinity;
a closed surface on the boundary of the polyhedron is all of that boundary.

References:
    H. P. Benson (1998). An outer approximation algorithm for generating all efficient extreme points in the outcome set of a
    multiple objective linear programming problem. Journal of Global Optimization 13, 1-24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.continuous.hull import Hull, HullError, efficient_faces
from optimiser.solvers.continuous.rational import Basis, Vertex, exact_vertex, smallest_on_face
from optimiser.solvers.continuous.vertices import ExactRun, InexactError, best, canonical, exact_run, weighted
from optimiser.solvers.contract import Outcome

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Budget

__all__ = ["complete_front"]

Weights = tuple[Fraction, ...]
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(eq=False)
class _Run:
    """Distinct vertices by their points, and the weights whose optimum is known."""

    exact: ExactRun
    held: highs.Held
    most: int
    vertices: dict[Weights, Vertex] = field(default_factory=dict)
    lows: dict[Weights, Fraction] = field(default_factory=dict)


def complete_front(problem: Problem, bases: Sequence[Basis], budget: Budget, /, *, most: int) -> Outcome | None:
    """The complete front of a problem without whole numbers; None where not all is exact or it has too many vertices.

    Args:
        bases: of efficient vertices, to start from.
        most: vertices at most.
    """
    linear = problem.linear
    if linear is None or linear.resolution is not None:
        return None
    exact = exact_run(problem, linear, budget)
    run = _Run(exact, highs.Held(exact.program, budget), most)
    try:
        _start(run, bases)
        # a single vertex that is the best in every objective is the whole front
        facets = _closed(run) if len(run.vertices) > 1 else []
        return None if facets is None else _outcome(run, facets)
    except (InexactError, HullError):
        return None


def _start(run: _Run, bases: Sequence[Basis]) -> None:
    m = len(run.exact.lp.objectives)
    rows = [{j: float(c / row.scale) for j, c in row.terms} for row in run.exact.lp.objectives]
    for k in range(m):
        corner = smallest_on_face(run.exact.program, run.exact.lp, [rows[(k + i) % m] for i in range(m)], run.exact.budget)
        run.exact.solved += m
        if corner is None:
            raise InexactError
        weights = tuple(_ONE if i == k else _ZERO for i in range(m))
        run.lows[weights] = best(run.exact, weights).y[k]
        if corner.y[k] != run.lows[weights]:
            raise InexactError
        run.vertices.setdefault(corner.y, corner)
    for basis in bases:
        vertex = exact_vertex(run.exact.lp, basis, None)
        if vertex is not None:
            run.vertices.setdefault(vertex.y, vertex)


def _closed(run: _Run) -> list[tuple[Weights, frozenset[int]]] | None:
    """Every facet of the front's lower hull with the positions of the vertices on it."""
    while len(run.vertices) <= run.most:
        points = list(run.vertices)
        hull = Hull(_shares(points))
        if not hull.closed():
            return None
        planes = _planes(points, hull.facets().simplices)
        if planes is None:
            return None
        known = len(points)
        for weights, level in planes:
            if run.exact.budget.exhausted() is not None:
                return None
            _measure(run, weights, level)
        if len(run.vertices) == known:
            return [(w, frozenset(i for i, p in enumerate(points) if _dot(w, p) == level)) for w, level in planes]
    return None


def _measure(run: _Run, weights: Weights, level: Fraction) -> None:
    """The exact optimum for the weights, unless a vertex found since stands out below the facet anyway."""
    if weights in run.lows or any(_dot(weights, p) < level for p in run.vertices):
        return
    cost = weighted(run.exact.lp, weights)
    largest = max((abs(c) for c in cost.values()), default=_ZERO) or _ONE
    prices = np.zeros(len(run.exact.lp.columns))
    for j, c in cost.items():
        prices[j] = float(c / largest)
    run.exact.solved += 1
    answer = run.held.minimise(prices)
    vertex = exact_vertex(run.exact.lp, run.held.codes(), cost) if answer.status == "optimal" else None
    if vertex is None:
        vertex = best(run.exact, weights)
    run.lows[weights] = _dot(weights, vertex.y)
    if run.lows[weights] < level:
        run.vertices.setdefault(vertex.y, vertex)
    run.exact.budget.report(found=len(run.vertices), solved=run.exact.solved)


def _shares(points: Sequence[Weights]) -> Floats:
    """(k, m) the points as shares of their ranges."""
    shares = []
    for values in zip(*points, strict=True):
        low, high = min(values), max(values)
        shares.append([float((v - low) / ((high - low) or _ONE)) for v in values])
    return np.array(shares).T


def _planes(points: Sequence[Weights], simplices: np.ndarray) -> list[tuple[Weights, Fraction]] | None:
    """The exact weights and levels of all simplices; None unless each bounds all points and each simplex lies in one."""
    m = len(points[0])
    planes: dict[Weights, Fraction] = {}
    flat = []
    for simplex in simplices.tolist():
        weights = _weights([points[i] for i in simplex if i >= 0], [i + m for i in simplex if i < 0], m)
        if weights is None:
            flat.append(simplex)
            continue
        level = min(_dot(weights, p) for p in points)
        if min(weights) < 0 or any(_dot(weights, points[i]) != level for i in simplex if i >= 0):
            return None
        planes[weights] = level
    # a simplex without volume must lie in a facet that others span
    for simplex in flat:
        if not any(all(_dot(w, points[i]) == level if i >= 0 else w[i + m] == 0 for i in simplex) for w, level in planes.items()):
            return None
    return list(planes.items())


def _weights(vertices: Sequence[Weights], directions: Sequence[int], m: int) -> Weights | None:
    """The weights, adding up to 1, under which the points are equal and the directions cost nothing; None where not unique."""
    first = vertices[0]
    rows = [[a - b for a, b in zip(v, first, strict=True)] for v in vertices[1:]]
    rows += [[_ONE if k == d else _ZERO for k in range(m)] for d in directions]
    basis, pivots = _reduced(rows)
    if len(pivots) != m - 1:
        return None
    free = next(k for k in range(m) if k not in pivots)
    weights = [_ZERO] * m
    weights[free] = _ONE
    for row, pivot in zip(basis, pivots, strict=True):
        weights[pivot] = -row[free]
    total = sum(weights, _ZERO)
    return tuple(w / total for w in weights) if total else None


def _reduced(rows: Sequence[Sequence[Fraction]]) -> tuple[list[list[Fraction]], list[int]]:
    """The reduced row echelon form without empty rows, and the columns of its pivots."""
    done: list[list[Fraction]] = []
    pivots: list[int] = []
    for row in rows:
        rest = list(row)
        for other, pivot in zip(done, pivots, strict=True):
            if rest[pivot]:
                rest = [a - rest[pivot] * b for a, b in zip(rest, other, strict=True)]
        at = next((k for k, v in enumerate(rest) if v), None)
        if at is None:
            continue
        rest = [v / rest[at] for v in rest]
        done = [[a - o[at] * b for a, b in zip(o, rest, strict=True)] if o[at] else o for o in done]
        done.append(rest)
        pivots.append(at)
    return done, pivots


def _dot(weights: Weights, point: Weights) -> Fraction:
    return sum((w * y for w, y in zip(weights, point, strict=True) if w), _ZERO)


def _outcome(run: _Run, facets: list[tuple[Weights, frozenset[int]]]) -> Outcome:
    """The vertices of the front, each with its canonical plan, and the largest faces."""
    points = list(run.vertices)
    m = len(points[0])
    plans: list[Vertex] = []
    position: dict[int, int] = {}
    for i, point in enumerate(points):
        normals = [w for w, on in facets if i in on]
        if facets and len(_reduced(normals)[1]) < m:
            continue
        weights = tuple(sum(column, _ZERO) for column in zip(*normals, strict=True)) if normals else (_ONE,) * m
        position[i] = len(plans)
        plans.append(canonical(run.exact, run.vertices[point], weights))
    x = np.array([[float(v) for v in plan.x[: len(run.exact.problem.decisions)]] for plan in plans])
    sharp = [(w, frozenset(position[i] for i in on if i in position)) for w, on in facets]
    cells = efficient_faces(sharp, _total, _positive)
    cells = [cell for cell in cells if len(cell) > 1]
    if not cells:
        return Outcome(x, "complete", subproblems=run.exact.solved, basis="exact")
    return Outcome(x, "complete", of="cells", cells=tuple(cells), subproblems=run.exact.solved, basis="exact")


def _total(a: Weights, b: Weights) -> Weights:
    return tuple(p + q for p, q in zip(a, b, strict=True))


def _positive(weights: Weights) -> bool:
    return min(weights) > 0
