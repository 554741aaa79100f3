"""All vertices and faces of a linear front in three and more objectives, in whole numbers and
fractions.

The upper image f(X) + R^m_+ is approached from within: the facets of the points found so far are
known exactly, and the exact optimum for a facet's weights either is a new point below it or proves
that the facet is one of the upper image. When all are, nothing is missing.

References:
    M. Ehrgott, A. Löhne and L. Shao (2012). A dual variant of Benson's "outer approximation
        algorithm" for multiple objective linear programming. Journal of Global Optimization 52,
        757-778.
    A. H. Hamel, A. Löhne and B. Rudloff (2014). Benson type algorithms for linear vector
        optimization and applications. Journal of Global Optimization 59, 811-836.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.linear.double_description import Ray, UpperImage
from optimiser.engine.linear.faces import bounded_faces, vertices_of
from optimiser.engine.linear.vertex_listing import merged
from optimiser.engine.linear.vertices import (
    ExactRun,
    InexactError,
    best,
    canonical,
    front_of,
    weighted,
)
from optimiser.engine.rationals.rational import Vertex, over_one

if TYPE_CHECKING:
    from optimiser.engine.contract import Outcome

__all__ = ["complete_front"]

Weights = tuple[Fraction, ...]
_ZERO, _ONE = Fraction(0), Fraction(1)
# seconds after which the pace of the search says something
_TRIAL = 0.3


@dataclass(eq=False)
class _Describing:
    """The points found so far, by their values of the objectives that differ.

    Attributes:
        axes: positions of the objectives that are neither constant nor a multiple of an earlier
            one.
        found: point -> the basic solution behind it.
        measured: the weights whose exact optimum is among the points, or about to be.
    """

    exact: ExactRun
    held: highs.Held
    axes: tuple[int, ...]
    found: dict[Weights, Vertex] = field(default_factory=dict)
    measured: set[Ray] = field(default_factory=set)


def complete_front(exact: ExactRun, corners: Sequence[Vertex], /) -> Outcome:
    """The complete front of a problem without whole numbers.

    Args:
        corners: an exact best plan of each objective.

    Raises:
        InexactError: the budget ends or will not be enough.
    """
    run = _Describing(
        exact, highs.Held(exact.program, exact.budget), merged(exact.lp.objectives).axes
    )
    return _described(run, _closed(run, [corners[k] for k in run.axes]))


def _closed(run: _Describing, corners: Sequence[Vertex]) -> UpperImage:
    """The upper image: every facet's optimum is known to be its level."""
    m = len(run.axes)
    points = {_point(run, vertex): vertex for vertex in corners}
    first, *others = (_added(run, vertex) for vertex in points.values())
    image = UpperImage(first)
    for other in others:
        image.add(other)
    for k in range(m):
        run.measured.add(tuple(int(i == k) for i in range(m)))
    while True:
        waiting = [ray for ray in image.facets if _direction(ray) not in run.measured]
        if not waiting:
            return image
        if _hopeless(run, len(waiting)):
            raise InexactError
        new: dict[Ray, Vertex] = {}
        for ray in waiting:
            # what a point found just now cuts off anyway need not be measured
            if any(_below(ray, point) for point in new):
                continue
            vertex = _measured(run, _direction(ray))
            point = _homogeneous(_point(run, vertex))
            if _below(ray, point):
                new.setdefault(point, vertex)
        for vertex in new.values():
            _look(run)
            image.add(_added(run, vertex))


def _hopeless(run: _Describing, waiting: int) -> bool:
    """Whether the facets that wait, the least of what is left to do, need more time than there
    is.
    """
    budget = run.exact.budget
    return (
        budget.seconds() > _TRIAL
        and waiting * budget.seconds() / len(run.measured) > budget.remaining()
    )


def _look(run: _Describing) -> None:
    if run.exact.budget.exhausted() is not None:
        raise InexactError


def _point(run: _Describing, vertex: Vertex) -> Weights:
    return tuple(vertex.y[k] for k in run.axes)


def _added(run: _Describing, vertex: Vertex) -> Weights:
    point = _point(run, vertex)
    run.found[point] = vertex
    run.exact.budget.report(found=len(run.found), solved=run.exact.solved)
    return point


def _measured(run: _Describing, weights: Ray) -> Vertex:
    """An exact optimum for the weights of the axes."""
    _look(run)
    full = _all_weights(run, weights)
    cost = weighted(run.exact.lp, full)
    largest = max((abs(c) for c in cost.values()), default=_ZERO) or _ONE
    prices = np.zeros(len(run.exact.lp.columns))
    for j, c in cost.items():
        prices[j] = float(c / largest)
    proposed = run.held.codes() if run.held.minimise(prices).status == "optimal" else None
    vertex = best(run.exact, full, basis=proposed)
    run.measured.add(weights)
    return vertex


def _all_weights(run: _Describing, weights: Sequence[int]) -> Weights:
    full = [_ZERO] * len(run.exact.lp.objectives)
    for k, weight in zip(run.axes, weights, strict=True):
        full[k] = Fraction(weight)
    return tuple(full)


def _direction(ray: Ray) -> Ray:
    """The weights of a facet without common factor: parallel ones share their optimum."""
    shared = math.gcd(*ray[:-1])
    return tuple(w // shared for w in ray[:-1])


def _homogeneous(point: Weights) -> Ray:
    """The point over one denominator, and that, negative."""
    by, whole = over_one(point)
    return (*whole, -by)


def _below(ray: Ray, point: Ray) -> bool:
    """Whether the point lies below the facet."""
    return sum(map(int.__mul__, ray, point)) < 0


def _described(run: _Describing, image: UpperImage) -> Outcome:
    """The vertices of the front, each with its canonical plan, and the largest faces."""
    m = len(run.axes)
    facets = image.facets
    points = list(run.found)
    plans: list[Vertex] = []
    position: dict[int, int] = {}
    for i in vertices_of(facets.values(), m, len(points)):
        _look(run)
        normals = [ray[:-1] for ray, mask in facets.items() if mask >> m + i & 1]
        # inside the cone of its facets' weights the vertex is the only best point
        weights = _all_weights(run, [sum(column) for column in zip(*normals, strict=True)])
        position[i] = len(plans)
        plans.append(canonical(run.exact, run.found[points[i]], weights))
    faces = [
        tuple(sorted(position[i] for i in position if face >> i & 1))
        for face in bounded_faces(facets.values(), m)
    ]
    return front_of(run.exact, plans, tuple(sorted(face for face in faces if len(face) > 1)))
