"""The plans listed of a linear front: exactly feasible vertices, from the corners on, and the
ranges behind gaps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.contract import Outcome
from optimiser.engine.linear.extremes import ListedExtremes, corners, listing_of
from optimiser.engine.linear.verdicts import confirmed
from optimiser.engine.linear.vertices import (
    ExactRun,
    UnboundedBelowError,
    best,
    exact_run,
    first_of,
    front_of,
    vertex_at,
)
from optimiser.engine.rationals.exact_simplex import ExactSimplex, UnfinishedError
from optimiser.engine.rationals.rational import Basis, Vertex, exact_vertex, values_of
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

__all__ = ["Listed", "MergedVertices", "listed_corners", "merged"]

_ZERO, _ONE = Fraction(0), Fraction(1)
# seconds, and the share of what is left of a limit, that exact corners may take; and all repairs of
# plans together
_SECONDS, _SHARE, _REPAIR = 10.0, 0.5, 5.0
# what a float solver's tolerances may hide, as a share of a range
_SLACK = Fraction(1, 10**9)


@dataclass(frozen=True)
class MergedVertices:
    """Which objectives differ.

    Attributes:
        axes: positions of those that are neither constant nor, up to a constant, a positive
            multiple of an earlier one.
        of: for each objective the place among the axes of the one that it is a multiple of, and the
            factor; None of a constant.
    """

    axes: tuple[int, ...]
    of: tuple[tuple[int, Fraction] | None, ...]


def merged(objectives: Sequence[Row], /) -> MergedVertices:
    """The objectives by their rows."""
    seen: dict[tuple[tuple[int, int], ...], tuple[int, int]] = {}
    axes: list[int] = []
    of: list[tuple[int, Fraction] | None] = []
    for k, row in enumerate(objectives):
        terms = [(j, c) for j, c in sorted(row.terms) if c]
        shared = math.gcd(*(c for _, c in terms))
        if not shared:
            of.append(None)
            continue
        key = tuple((j, c // shared) for j, c in terms)
        if key not in seen:
            seen[key] = len(axes), shared
            axes.append(k)
        place, first = seen[key]
        of.append((place, Fraction(shared, first)))
    return MergedVertices(tuple(axes), tuple(of))


@dataclass(eq=False)
class Listed:
    """Plans and their points above the offsets, in whole-number rows' units.

    Attributes:
        matrix: (m, columns) the objectives' rows.
        axes: positions of the objectives that have a range and are not a multiple of another.
        ranges: (axes,) by which gaps are measured.
        offsets: (axes,) the least value of each.
        floor: (axes,) the offsets without constants, in shares of the ranges.
        scale: (m,) the ranges of all objectives in their own units; 0 of a constant.
        corners: (m,) the best plan of each objective.
        bounds: (m,) the least value of each in its own unit, where proven.
        above: exact points above the offsets.
        points: all columns of each plan, exactly; None where that is not confirmed to hold.
        unsure: how many plans are not confirmed to hold exactly.
    """

    run: ExactRun
    matrix: Floats
    axes: tuple[int, ...]
    ranges: Floats
    offsets: tuple[Fraction, ...]
    floor: Floats
    scale: tuple[float, ...]
    corners: tuple[Vertex, ...]
    bounds: tuple[Fraction, ...] = ()
    above: list[tuple[Fraction, ...]] = field(default_factory=list)
    points: list[tuple[Fraction, ...] | None] = field(default_factory=list)
    unsure: int = 0
    _x: list[Floats] = field(default_factory=list)
    _known: set[tuple[Fraction, ...]] = field(default_factory=set)
    _spent: float = 0.0

    def __len__(self) -> int:
        return len(self.above)

    @property
    def sure(self) -> bool:
        """Whether corners and all plans are exact."""
        return bool(self.bounds) and not self.unsure

    @property
    def note(self) -> str:
        """What is not sure, in words."""
        if self.sure:
            return ""
        if not self.bounds:
            return stored("the best value of each objective is HiGHS's word")
        return stored(
            "{number} of {total} plans are HiGHS's word", number=self.unsure, total=len(self)
        )

    def plans(self) -> Floats:
        """(k, n) the decisions of the plans, each the float nearest to its exact value."""
        return np.array(self._x)[:, : len(self.run.problem.decisions)]

    def shares(self) -> Floats:
        """(k, axes) the points above the offsets in shares of the ranges."""
        return np.array([self.share(i) for i in range(len(self))])

    def share(self, i: int) -> Floats:
        """(axes,) the same of one."""
        return np.array([float(v) for v in self.above[i]]) / self.ranges

    def trim(self, most: int) -> None:
        """Forget the plans after the first ``most``."""
        del self.above[most:], self._x[most:], self.points[most:]

    def put(self, vertex: Vertex, *, sure: bool = True) -> bool:
        """List a plan, sure to hold exactly or not, unless its point is listed."""
        point = tuple(vertex.y[k] - o for k, o in zip(self.axes, self.offsets, strict=True))
        if point in self._known:
            return False
        self._known.add(point)
        self.above.append(point)
        self._x.append(np.array([float(v) for v in vertex.x]))
        self.points.append(vertex.x if sure else None)
        return True

    def add(self, basis: Basis, x: Floats) -> bool:
        """List the vertex of a basis; where exact arithmetic does not confirm one, the floats
        (columns,) as they are, not sure.
        """
        vertex = exact_vertex(self.run.lp, basis, None) or self._repaired(basis)
        if vertex is None:
            exact = tuple(Fraction(v) for v in x.tolist())
            vertex = Vertex(exact, values_of(self.run.lp, exact))
            new = self.put(vertex, sure=False)
            self.unsure += new
            return new
        return self.put(vertex)

    def _repaired(self, basis: Basis) -> Vertex | None:
        """A feasible vertex near a basis that is singular or not feasible, while there is time for
        that.
        """
        part = self.run.budget.part(_REPAIR - self._spent)
        try:
            simplex = ExactSimplex(self.run.lp, basis, part)
            return vertex_at(self.run.lp, simplex) if simplex.feasible() else None
        except UnfinishedError:
            return None
        finally:
            self._spent += part.seconds()


def listed_corners(problem: Problem, budget: Budget, /) -> Listed | Outcome:
    """The lexicographic best plan of each objective, that objective first and then the others in
    their order.

    Returns:
        An outcome where that is all there is: infeasible, unbounded, one plan that is best in
        everything, or too little to go on.
    """
    linear = problem.linear
    if not linear:
        raise ValueError("the problem has no rows")
    if linear.resolution is None:
        part = exact_run(problem, linear, budget.part(min(_SECONDS, budget.remaining() * _SHARE)))
        vertices: list[Vertex] = []
        found = confirmed(part, lambda: _exact_corners(part, vertices))
        if isinstance(found, Outcome):
            return found
        if found is not None:
            found.run.budget = budget
            return found
        if vertices and budget.exhausted() is not None:
            x = np.array([[float(v) for v in vertex.x] for vertex in vertices])[
                :, : len(problem.decisions)
            ]
            points = tuple(vertex.x for vertex in vertices)
            return Outcome(
                x, "approximate", stopped=budget.exhausted(), subproblems=part.solved, points=points
            )
    listing = listing_of(problem, budget)
    verdict = corners(listing)
    if verdict is not None:
        return verdict
    if linear.resolution is not None or listing.partial:
        x = np.array(listing.x)[:, : len(problem.decisions)]
        return Outcome(x, "approximate", stopped=budget.exhausted(), subproblems=listing.solved)
    return _float_corners(problem, linear, listing)


def _exact_corners(run: ExactRun, found: list[Vertex]) -> Listed | Outcome:
    """Fills ``found`` one after the other."""
    m = len(run.lp.objectives)
    for k in range(m):
        found.append(first_of(run, (k, *(other for other in range(m) if other != k))))
        run.budget.report(found=len(found), solved=run.solved)
    if len({vertex.y for vertex in found}) == 1:
        return front_of(run, found[:1], ())
    lows = tuple(min(vertex.y[k] for vertex in found) for k in range(m))
    listed = _listed(run, found, lows, tuple(_reach(run, found, k) for k in range(m)), sure=True)
    listed.bounds = tuple(low / row.scale for low, row in zip(lows, run.lp.objectives, strict=True))
    return listed


def _reach(run: ExactRun, found: Sequence[Vertex], k: int) -> Fraction:
    """The range of objective k over the corners, else over everything that is feasible."""
    values = [vertex.y[k] for vertex in found]
    if max(values) > min(values) or not run.lp.objectives[k].terms:
        return max(values) - min(values)
    weights = [_ZERO] * len(run.lp.objectives)
    weights[k] = -_ONE
    try:
        return best(run, tuple(weights)).y[k] - values[0]
    except UnboundedBelowError:
        # any number does as a scale; this one is of the size of the values themselves
        return max(abs(values[0]), abs(run.lp.objectives[k].scale))


def _listed(
    run: ExactRun,
    found: Sequence[Vertex],
    lows: Sequence[Fraction],
    reach: Sequence[Fraction],
    *,
    sure: bool,
) -> Listed:
    rows = run.lp.objectives
    differ = merged(rows)
    axes = tuple(k for k in differ.axes if reach[k] > 0)
    matrix = np.zeros((len(rows), len(run.lp.columns)))
    for k, row in enumerate(rows):
        for j, c in row.terms:
            matrix[k, j] = float(c)
    sizes = [_ZERO if of is None else of[1] * reach[differ.axes[of[0]]] for of in differ.of]
    floor = np.array([float((lows[k] - rows[k].constant) / reach[k]) for k in axes])
    listed = Listed(
        run,
        matrix,
        axes,
        np.array([float(reach[k]) for k in axes]),
        tuple(lows[k] for k in axes),
        floor,
        tuple(float(size / row.scale) for size, row in zip(sizes, rows, strict=True)),
        tuple(found),
    )
    for vertex in found:
        listed.put(vertex, sure=sure)
    return listed


def _float_corners(problem: Problem, linear: Linear, listing: ListedExtremes) -> Listed | Outcome:
    """The same where exact arithmetic took too long: plans and best values as HiGHS has them."""
    run = exact_run(problem, linear, listing.budget)
    run.solved = listing.solved
    exact = [tuple(Fraction(v) for v in x.tolist()) for x in listing.x]
    found = [Vertex(x, values_of(run.lp, x)) for x in exact]
    values = list(zip(*(vertex.y for vertex in found), strict=True))
    reach = [max(v) - min(v) for v in values]
    if not any(reach):
        x = np.array(listing.x)[:, : len(problem.decisions)]
        return Outcome(
            x, "approximate", stopped=listing.budget.exhausted(), subproblems=listing.solved
        )
    listed = _listed(
        run,
        found,
        [min(v) - _SLACK * r for v, r in zip(values, reach, strict=True)],
        reach,
        sure=False,
    )
    listed.unsure = len(found)
    return listed
