"""Linear fronts between two polyhedra: listed plans with all their mixtures on one side, supporting
half-spaces on the other.

A facet of the lower hull of the listed points has the same weighted value everywhere; the optimum
for its weights says how much better any plan can be. Floats choose the facets and the multipliers
behind their optima; what is claimed of them is proven by :mod:`optimiser.engine.linear.enclosure`,
of listed plans that are exactly feasible vertices.

References:
    A. R. Warburton (1983). Quasiconcave vector maximization: connectedness of the sets of Pareto-
        optimal and weak Pareto-optimal alternatives. Journal of Optimization Theory and
        Applications 40, 537-557.
    H. P. Benson (1998). An outer approximation algorithm for generating all efficient extreme
        points in the outcome set of a multiple objective linear programming problem. Journal of
        Global Optimization 13, 1-24.
    R. S. Solanki, P. A. Appino and J. L. Cohon (1993). Approximating the noninferior set in
        multiobjective linear programming problems. European Journal of Operational Research 68,
        356-373.
    G. Rote (1992). The convergence rate of the sandwich algorithm for approximating convex
        functions. Computing 48, 337-361.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.engine import highs
from optimiser.engine.contract import Outcome
from optimiser.engine.linear.enclosure import OuterApproximation
from optimiser.engine.linear.hull import Facets, Hull, HullError, efficient_faces
from optimiser.engine.linear.polyhedron import complete_front
from optimiser.engine.linear.tolerances import GAP, INSIDE, ON, SLACK, TILT
from optimiser.engine.linear.vertex_listing import Listed, listed_corners
from optimiser.engine.linear.vertices import InexactError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget, Options, Stop
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["sandwiched"]

_ENDLESS = 1 << 62
# without an asked gap: how many plans at most, by the number of objectives that differ
_PLANS = {2: 2000, 3: 2000, 4: 400, 5: 150}
_MANY = 80
_DIGITS = 10
# what the complete front may take, as seconds and as a share of what is left of a time limit
_SECONDS, _SHARE = 4.0, 0.5


@dataclass(eq=False)
class _Sandwiching:
    """The hull of the listed points in shares of their ranges, and what was measured.

    Attributes:
        listed: the plans, and which objectives have a range.
        costs: (axes, columns) these objectives in shares of their ranges.
        lows: rounded weights -> a lower bound of the weighted share, as far as floats tell.
        duals: rounded weights -> (p,) the multipliers behind it.
        waiting: the plans that stand out below measured facets and are not listed.
        starts: the basis behind each listed point that has one.
    """

    listed: Listed
    held: highs.Held
    hull: Hull
    costs: Floats
    lows: dict[bytes, float] = field(default_factory=dict)
    duals: dict[bytes, Floats] = field(default_factory=dict)
    waiting: dict[bytes, _Found] = field(default_factory=dict)
    starts: dict[int, Any] = field(default_factory=dict)
    gap: float = math.inf


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan below a facet, by how much, and the basis that it was found at."""

    x: Floats
    share: Floats
    gap: float
    start: Any


def sandwiched(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """All vertices and faces where exact arithmetic gets there in its time, else mixtures within a
    proven gap of every plan.

    Only for problems without whole numbers and without links.
    """
    listed = listed_corners(problem, budget)
    if isinstance(listed, Outcome):
        return listed
    if options.points is None and options.gap is None and listed.sure:
        complete = _complete(listed)
        if complete is not None:
            return complete
    if options.points is not None:
        listed.trim(options.points)
    try:
        run = _opened(listed)
    except HullError:
        return _outcome(listed, OuterApproximation(listed).of_points(), (), budget.exhausted())
    stopped = _refine(run, options)
    cells = _cells(run)
    # the front of a linear model is connected: else faces were lost, and with them which mixtures
    # are meant
    if len(listed) > 1 and not _connected(cells, len(listed)):
        return _outcome(listed, OuterApproximation(listed).of_points(), (), stopped)
    return _outcome(listed, _enclosed(run), cells, stopped)


def _complete(listed: Listed) -> Outcome | None:
    budget = listed.run.budget
    part = replace(listed.run, budget=budget.part(min(_SECONDS, budget.remaining() * _SHARE)))
    try:
        return complete_front(part, listed.corners)
    except InexactError:
        listed.run.solved = part.solved
        return None


def _opened(listed: Listed) -> _Sandwiching:
    costs = listed.matrix[list(listed.axes)] / listed.ranges[:, None]
    return _Sandwiching(
        listed, highs.Held(listed.run.program, listed.run.budget), Hull(listed.shares()), costs
    )


def _refine(run: _Sandwiching, options: Options) -> Stop | Literal["points"] | None:
    """List the plans that stand out below the hull until none does by more than the gap asked for;
    why it stopped.
    """
    listed, budget = run.listed, run.listed.run.budget
    target = (options.gap or GAP) * INSIDE
    most = options.points or (
        _PLANS.get(len(listed.axes), _MANY) if options.gap is None else _ENDLESS
    )
    while True:
        facets = run.hull.facets()
        full = len(listed) >= most
        found = _standing_out(run, facets, target, all_of_them=full or options.points is not None)
        run.gap = min(run.gap, max(0.0, float(_gaps(run, facets).max())))
        budget.report(found=len(listed), solved=listed.run.solved, gap=run.gap + SLACK)
        if budget.exhausted() is not None:
            return budget.exhausted()
        if not found or full:
            return "points" if found and options.points is not None else None
        # the furthest first: a short list shall be a good one
        found.sort(key=lambda f: -f.gap)
        chosen = found[:1] if options.points is not None else found[: most - len(listed)]
        run.waiting = {
            key: f for key, f in run.waiting.items() if all(f is not other for other in chosen)
        }
        try:
            _list(run, chosen)
        except HullError:
            return None


def _list(run: _Sandwiching, chosen: Sequence[_Found]) -> None:
    """List the plans at their exact vertices and let the hull grow."""
    new = []
    for f in chosen:
        if run.listed.add(highs.codes_of(f.start), f.x):
            run.starts[len(run.listed) - 1] = f.start
            new.append(run.listed.share(-1))
    if new:
        run.hull.add(np.array(new))


def _standing_out(
    run: _Sandwiching, facets: Facets, target: float, *, all_of_them: bool
) -> list[_Found]:
    """Measure the facets not yet measured; a plan for each below which there is one by more than
    ``target``.

    Unless all are wanted, a facet that a plan found just now stands out of is left to the next
    hull, which will not have it.
    """
    found: list[_Found] = []
    for i, key in enumerate(_keys(facets)):
        weights, level = facets.weights[i], float(facets.levels[i])
        if key in run.lows:
            found += [run.waiting[key]] if key in run.waiting else []
            continue
        if run.listed.run.budget.exhausted() is not None:
            break
        if not all_of_them and any(float(weights @ f.share) < level - target / 2 for f in found):
            continue
        one = _measured(run, key, weights, level, _near(run, facets.simplices[i]))
        if one is None:
            break
        run.lows[key] = level - one.gap
        if one.gap > target:
            run.waiting[key] = one
            found.append(one)
    return found


def _near(run: _Sandwiching, simplex: NDArray[np.int64]) -> Any:
    return next((run.starts[s] for s in simplex.tolist() if s in run.starts), None)


def _measured(
    run: _Sandwiching, key: bytes, weights: Floats, level: float, start: Any
) -> _Found | None:
    """The plan furthest below the facet and how far that is; None where the solver does not say."""
    listed = run.listed
    listed.run.solved += 1
    answer = run.held.minimise(weights @ run.costs, start=start)
    if answer.status != "optimal" or answer.reduced is None:
        return None
    run.duals[key] = answer.reduced[1]
    # never further than the best value of each objective
    gap = min(level + SLACK, level - (answer.bound - float(weights @ listed.floor)))
    if gap > SLACK and weights.min() < TILT:
        # among plans that are equally good for such weights, one that no other dominates
        listed.run.solved += 1
        tilted = run.held.minimise((weights + TILT) @ run.costs)
        answer = tilted if tilted.status == "optimal" else answer
    return _Found(answer.x, run.costs @ answer.x - listed.floor, gap, run.held.basis())


def _keys(facets: Facets) -> list[bytes]:
    return [row.tobytes() for row in np.round(facets.weights, _DIGITS)]


def _gaps(run: _Sandwiching, facets: Facets) -> Floats:
    """(f,) how far below each facet a plan can be; where that was not measured, by the best value
    of each objective.
    """
    lows = [run.lows.get(key, -SLACK) for key in _keys(facets)]
    return np.asarray(facets.levels - lows)


def _enclosed(run: _Sandwiching) -> float | None:
    """The gap as it is proven."""
    enclosure = OuterApproximation(run.listed)
    if not run.hull.closed():
        try:
            run.hull.joggle()
        except HullError:
            return enclosure.of_points()
        if not run.hull.closed():
            return enclosure.of_points()
        _standing_out(run, run.hull.facets(), math.inf, all_of_them=True)
    facets = run.hull.facets()
    nothing = np.zeros(len(run.listed.run.program.rows))
    duals = np.array([run.duals.get(key, nothing) for key in _keys(facets)])
    return enclosure.of_mixtures(facets, duals)


def _outcome(
    listed: Listed, gap: float | None, cells: tuple[tuple[int, ...], ...], stopped: Any
) -> Outcome:
    return Outcome(
        listed.plans(),
        "approximate" if gap is None else "covering",
        of="cells" if cells else "points",
        gap=gap,
        scale=listed.scale,
        stopped=stopped,
        resolution=None if listed.sure else SLACK,
        cells=cells,
        subproblems=listed.run.solved,
        note=listed.note,
        basis="exact" if listed.sure else "numerical",
        bounds=listed.bounds,
        points=tuple(listed.points),
    )


def _cells(run: _Sandwiching) -> tuple[tuple[int, ...], ...]:
    """The simplices of the hull that positive weights have as their best, and the lower faces at
    its rim.
    """
    facets = run.hull.facets()
    shares = run.hull.points
    inner = (facets.weights > ON).all(axis=1)
    found = {tuple(sorted(s)) for s in facets.simplices[inner].tolist() if min(s) >= 0}
    rim = []
    for i in np.flatnonzero(~inner):
        on = shares @ facets.weights[i] - facets.levels[i] <= ON
        rim.append((facets.weights[i], frozenset(np.flatnonzero(on).tolist())))
    covered = [frozenset(s) for s in found]
    for face in efficient_faces(rim, np.add, lambda w: bool((w > ON).all())):
        if len(face) > 1 and not any(covering.issuperset(face) for covering in covered):
            found.add(face)
    return tuple(sorted(found))


def _connected(cells: Sequence[Sequence[int]], count: int) -> bool:
    """Whether faces lead from each of the listed plans to every other one."""
    meeting: dict[int, list[Sequence[int]]] = {}
    for cell in cells:
        for place in cell:
            meeting.setdefault(place, []).append(cell)
    found, left = {0}, [0]
    while left:
        for cell in meeting.get(left.pop(), ()):
            left += [place for place in cell if place not in found]
            found.update(cell)
    return len(found) == count
