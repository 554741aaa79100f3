"""Plans spread over a linear front with a proven gap, whatever the number of objectives and the kinds of decisions.

The zone in which a plan could be furthest from the listed ones is searched next: the largest t with
f(x) + t * scale <= u proves that no plan of the zone u is more than t away, and its optimum, made efficient, is listed.

References:
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of Optimization Theory and
    Applications 42, 499-524.
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in multi-objective
    optimization. European Journal of Operational Research 245, 767-778.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.continuous.extremes import SLACK, Listing, corners, listing_of, proven_scale
from optimiser.solvers.contract import Outcome
from optimiser.solvers.discrete.zones import split

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Budget, Options

__all__ = ["covered"]

_POINTS = 60
_ENDLESS = 1 << 62  # an asked gap is reached, however many plans it takes
_CLOSED = 1e-6
_GAP = 1e-3


@dataclass(eq=False)
class _Run:
    """What is listed, and the open zones with a proven bound on how far a plan in them can be from the listed ones."""

    listing: Listing
    scale: Floats
    zones: Floats
    away: Floats
    sure: np.ndarray
    closed: float = 0.0


def covered(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """The corners, then the plan that closes the largest gap, again and again."""
    listing = listing_of(problem, budget)
    verdict = corners(listing, options)
    if verdict is not None:
        return verdict
    if listing.partial and budget.exhausted() is not None:
        # corners that are missing say nothing of the ranges that a gap would be a share of
        return Outcome(_listed(listing), "approximate", stopped=budget.exhausted(), subproblems=listing.solved)
    run = _Run(listing, proven_scale(listing), np.full((1, len(listing.matrix)), np.inf), np.array([np.inf]), np.array([False]))
    for point in listing.y:
        _insert(run, point)
    stopped = _fill(run, options)
    return _outcome(run, stopped)


def _insert(run: _Run, point: Floats) -> None:
    kept, children, origin = split(run.zones, np.where(run.scale > 0, point, -np.inf))
    # a coordinate without scale is no reason to split: its children would hold nothing
    run.zones, run.away, run.sure = (
        np.vstack([run.zones[kept], children]),
        np.concatenate([run.away[kept], run.away[origin]]),
        np.concatenate([run.sure[kept], np.zeros(len(children), dtype=bool)]),
    )


def _fill(run: _Run, options: Options) -> Any:
    """List plans until the gap is closed, the list is long enough or the budget is spent."""
    most = options.points or (_POINTS if options.gap is None else _ENDLESS)
    # a finite front can be listed to its last point
    target = options.gap or (0.0 if run.listing.problem.discrete else _GAP)
    while len(run.zones):
        at = int(np.argmax(run.away))
        if run.away[at] <= target:
            return None
        if run.listing.budget.exhausted() is not None:
            return run.listing.budget.exhausted()
        if not run.sure[at]:
            _measure(run, at)
            continue
        if len(run.listing.x) >= most:
            return "points" if options.points is not None else None
        point = _efficient_in(run, run.zones[at])
        if point is None or not (point < run.zones[at]).all():
            # the best that can be said of this zone stays said of it
            run.closed = max(run.closed, float(run.away[at]))
            _drop(run, at)
        else:
            _insert(run, point)
        run.listing.budget.report(gap=max(run.closed, float(run.away.max(initial=0.0))))
    return None


def _drop(run: _Run, at: int) -> None:
    run.zones, run.away, run.sure = np.delete(run.zones, at, axis=0), np.delete(run.away, at), np.delete(run.sure, at)


def _measure(run: _Run, at: int) -> None:
    """How far at most a plan of the zone is from the listed ones: a proven bound."""
    answer = _furthest(run, run.zones[at])
    if answer.status == "infeasible":
        _drop(run, at)
    elif answer.status == "optimal":
        bound = max(0.0, -answer.bound) + SLACK
        run.away[at] = min(run.away[at], bound)
        run.sure[at] = True
        if bound <= _CLOSED:
            run.closed = max(run.closed, bound)
            _drop(run, at)
    else:
        run.closed = max(run.closed, float(run.away[at]))
        _drop(run, at)


def _furthest(run: _Run, zone: Floats) -> highs.Answer:
    """The largest t with f(x) + t * scale <= zone, as a minimum of -t; t is the last column."""
    columns = len(run.listing.program.lower)
    cuts = []
    for k, u in enumerate(zone):
        if math.isfinite(u):
            at = np.flatnonzero(run.listing.matrix[k]).astype(np.int32)
            values = np.append(run.listing.matrix[k, at], run.scale[k]) / run.scale[k]
            cuts.append(highs.Cut(np.append(at, np.int32(columns)), values, -math.inf, float(u / run.scale[k])))
    wider = highs.Program(
        np.append(run.listing.program.lower, 0.0),
        np.append(run.listing.program.upper, np.inf),
        np.append(run.listing.program.integral, False),
        run.listing.program.rows,
    )
    run.listing.solved += 1
    return highs.minimise(wider, {columns: -1.0}, run.listing.budget, cuts=cuts)


def _efficient_in(run: _Run, zone: Floats) -> Floats | None:
    """List an efficient plan that is in all objectives as far inside the zone as any; its point."""
    answer = _furthest(run, zone)
    if answer.status != "optimal":
        return None
    reached = run.listing.matrix @ answer.x[:-1]
    weights = 1.0 / np.where(run.scale > 0, run.scale, 1.0)
    cuts = [run.listing.below(k, float(v)) for k, v in enumerate(reached)]
    better = run.listing.minimise(weights @ run.listing.matrix, cuts)
    return run.listing.add(better.x if better.status == "optimal" else answer.x[:-1])


def _listed(listing: Listing) -> Floats:
    return np.array(listing.x)[:, : len(listing.problem.decisions)]


def _outcome(run: _Run, stopped: Any) -> Outcome:
    """Covering with the gap of the widest zone; where nothing bounds that, or a link stands between, approximate."""
    x = _listed(run.listing)
    gap = max(run.closed, float(run.away.max(initial=0.0)), SLACK)
    if not math.isfinite(gap) or not run.listing.plain:
        return Outcome(x, "approximate", stopped=stopped, subproblems=run.listing.solved)
    scale = tuple(float(s) for s in run.scale)
    return Outcome(x, "covering", gap=gap, scale=scale, stopped=stopped, resolution=SLACK, subproblems=run.listing.solved)
