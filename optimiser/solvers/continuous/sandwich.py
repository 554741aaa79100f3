"""Linear fronts between two polyhedra: listed plans with all their mixtures on one side, supporting half-spaces on the other.

A facet of the lower hull of the listed points has the same weighted value everywhere; the optimum for its weights says how
much better any plan can be. The largest such difference, with weights that add up to 1 and objectives divided by their
scales, is the gap: moved by it, every plan lies in the hull.

References:
    H. P. Benson (1998). An outer approximation algorithm for generating all efficient extreme points in the outcome set of a
    multiple objective linear programming problem. Journal of Global Optimization 13, 1-24.
    R. S. Solanki, P. A. Appino and J. L. Cohon (1993). Approximating the noninferior set in multiobjective linear
    programming problems. European Journal of Operational Research 68, 356-373.
    G. Rote (1992). The convergence rate of the sandwich algorithm for approximating convex functions. Computing 48, 337-361.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.continuous.extremes import SLACK, Listing, corners, listing_of, proven_scale, tidy
from optimiser.solvers.continuous.hull import Facets, Hull, HullError, efficient_faces
from optimiser.solvers.contract import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.continuous.rational import Basis
    from optimiser.solvers.contract import Budget, Options, Stop

__all__ = ["sandwiched"]

_GAP = 1e-3
_ENDLESS = 1 << 62
# without an asked gap: how many plans at most, by the number of objectives that differ
_PLANS = {2: 2000, 3: 2000, 4: 400, 5: 150}
_MANY = 80
_TINY = 1e-6
_ON = 1e-9
_DIGITS = 10


@dataclass(eq=False)
class _Run:
    """The hull of the listed points in shares of their ranges, and what was measured.

    Attributes:
        axes: the objectives with a range.
        costs: (axes, columns) these objectives in shares of their ranges.
        lows: rounded weights -> a proven lower bound of the weighted share.
        waiting: the plans that stand out below measured facets and are not listed.
        starts: the basis behind each listed point that has one.
    """

    listing: Listing
    held: highs.Held
    hull: Hull
    axes: NDArray[np.int64]
    costs: Floats
    scale: Floats
    ideal: Floats
    lows: dict[bytes, float] = field(default_factory=dict)
    waiting: dict[bytes, _Found] = field(default_factory=dict)
    starts: dict[int, Any] = field(default_factory=dict)
    bases: dict[int, Basis] = field(default_factory=dict)
    gap: float = math.inf


def sandwiched(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """All vertices and faces where these are few, else plans whose mixtures come within a proven gap of every plan.

    Only for problems without whole numbers and without links.
    """
    listing = listing_of(problem, budget)
    verdict = corners(listing, options)
    if verdict is not None:
        return verdict
    scale = proven_scale(listing)
    best = np.array(listing.y).min(axis=0)
    if options.points is not None:
        del listing.x[options.points :], listing.y[options.points :]
    if listing.partial or not listing.plain:
        x = np.array(listing.x)[:, : len(problem.decisions)]
        return Outcome(x, "approximate", stopped=budget.exhausted(), subproblems=listing.solved)
    run = _opened(listing, scale, best)
    stopped = _refine(run, options)
    return _outcome(run, stopped)


def _opened(listing: Listing, scale: Floats, best: Floats) -> _Run:
    # where fewer than two have a range one plan is ideal, and a hull needs two
    axes = np.flatnonzero(scale > 0) if (scale > 0).sum() > 1 else np.arange(len(scale))
    sizes = np.where(scale > 0, scale, 1.0)[axes]
    y = np.array(listing.y)[:, axes] / sizes
    ideal = best[axes] / sizes
    costs = listing.matrix[axes] / sizes[:, None]
    return _Run(listing, highs.Held(listing.program, listing.budget), Hull(y - ideal), axes, costs, scale, ideal)


def _refine(run: _Run, options: Options) -> Stop | Literal["points"] | None:
    """List the plans that stand out below the hull until none does by more than the gap asked for; why it stopped."""
    listing, budget = run.listing, run.listing.budget
    target = options.gap or _GAP
    most = options.points or (_PLANS.get(len(run.axes), _MANY) if options.gap is None else _ENDLESS)
    while True:
        facets = run.hull.facets()
        full = len(listing.x) >= most
        found = _standing_out(run, facets, target, all_of_them=full or options.points is not None)
        run.gap = min(run.gap, max(0.0, float(_gaps(run, facets).max())))
        budget.report(found=len(listing.x), solved=listing.solved, gap=run.gap)
        if budget.exhausted() is not None:
            return budget.exhausted()
        if not found or full:
            return "points" if found and options.points is not None else None
        # the furthest first: a short list shall be a good one
        found.sort(key=lambda f: -f.gap)
        chosen = found[:1] if options.points is not None else found[: most - len(listing.x)]
        try:
            run.hull.add(np.array([f.share for f in chosen]))
        except HullError:
            return None
        run.waiting = {key: f for key, f in run.waiting.items() if all(f is not other for other in chosen)}
        for f in chosen:
            run.starts[len(listing.x)], run.bases[len(listing.x)] = f.start, f.basis
            listing.x.append(f.x)
            listing.y.append(listing.matrix @ f.x)


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan below a facet, and by how much."""

    x: Floats
    share: Floats
    gap: float
    start: Any
    basis: Basis


def _standing_out(run: _Run, facets: Facets, target: float, *, all_of_them: bool) -> list[_Found]:
    """Measure the facets not yet measured; a plan for each below which there is one by more than ``target``.

    Unless all are wanted, a facet that a plan found just now stands out of is left to the next hull, which will not have it.
    """
    found: list[_Found] = []
    for i, key in enumerate(_keys(facets)):
        weights, level = facets.weights[i], float(facets.levels[i])
        if key in run.lows:
            found += [run.waiting[key]] if key in run.waiting else []
            continue
        if run.listing.budget.exhausted() is not None:
            break
        if not all_of_them and any(float(weights @ f.share) < level - target / 2 for f in found):
            continue
        one = _measured(run, weights, level, _near(run, facets.simplices[i]))
        if one is None:
            break
        run.lows[key] = level - one.gap
        if one.gap > target:
            run.waiting[key] = one
            found.append(one)
    return found


def _near(run: _Run, simplex: NDArray[np.int64]) -> Any:
    return next((run.starts[s] for s in simplex.tolist() if s in run.starts), None)


def _measured(run: _Run, weights: Floats, level: float, start: Any) -> _Found | None:
    """The plan furthest below the facet and a bound on how far that is; None where the solver does not say."""
    run.listing.solved += 1
    answer = run.held.minimise(weights @ run.costs, start=start)
    if answer.status != "optimal":
        return None
    # never further than the best value of each objective
    gap = min(level + SLACK, level - (answer.bound - float(weights @ run.ideal)))
    if gap > SLACK and weights.min() < _TINY:
        # among plans that are equally good for such weights, one that no other dominates
        run.listing.solved += 1
        tilted = run.held.minimise((weights + _TINY) @ run.costs)
        answer = tilted if tilted.status == "optimal" else answer
    x = tidy(run.listing, answer.x)
    return _Found(x, run.costs @ x - run.ideal, gap, run.held.basis(), run.held.codes())


def _keys(facets: Facets) -> list[bytes]:
    return [row.tobytes() for row in np.round(facets.weights, _DIGITS)]


def _gaps(run: _Run, facets: Facets) -> Floats:
    """(f,) how far below each facet a plan can be; where that was not measured, by the best value of each objective."""
    lows = [run.lows.get(key, -SLACK) for key in _keys(facets)]
    return np.asarray(facets.levels - lows)


def _outcome(run: _Run, stopped: Any) -> Outcome:
    x = np.array(run.listing.x)[:, : len(run.listing.problem.decisions)]
    return Outcome(
        x,
        "covering",
        of="cells",
        gap=run.gap + SLACK,
        scale=tuple(float(s) for s in run.scale),
        stopped=stopped,
        resolution=SLACK,
        cells=_cells(run),
        subproblems=run.listing.solved,
    )


def _cells(run: _Run) -> tuple[tuple[int, ...], ...]:
    """The simplices of the hull that positive weights have as their best, and the lower faces at its rim."""
    facets = run.hull.facets()
    shares = run.hull.points
    inner = (facets.weights > _ON).all(axis=1)
    found = {tuple(sorted(s)) for s in facets.simplices[inner].tolist()}
    rim = []
    for i in np.flatnonzero(~inner):
        on = shares @ facets.weights[i] - facets.levels[i] <= _ON
        rim.append((facets.weights[i], frozenset(np.flatnonzero(on).tolist())))
    covered = [frozenset(s) for s in found]
    for face in efficient_faces(rim, np.add, lambda w: bool((w > _ON).all())):
        if len(face) > 1 and not any(covering.issuperset(face) for covering in covered):
            found.add(face)
    return tuple(sorted(found))
