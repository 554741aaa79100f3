"""Plans spread over a linear front with a proven gap, whatever the number of objectives and the
kinds of decisions.

The zone in which a plan could be furthest from the listed ones is searched next: the largest t with
f(x) + t * scale <= u proves that no plan of the zone u is more than t away, and its optimum, made
efficient, is listed. Corners, bounds and gaps come from the refutation tree, so that they are
exact; a search that takes long leaves the bound it has reached, and goes on when its zone is the
widest again.

References:
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of
        Optimization Theory and Applications 42, 499-524.
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in
        multi-objective optimization. European Journal of Operational Research 245, 767-778.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.engine.exact.search_zones import split
from optimiser.engine.linear.depth import Depths
from optimiser.engine.linear.mixed_corners import MixedCorners, activity, corners_of
from optimiser.engine.linear.tolerances import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget, Options, Stop
    from optimiser.engine.linear.mixed_corners import Value
    from optimiser.engine.problem import Linear, Point, Problem
    from optimiser.front import Floats

__all__ = ["covered", "verdict_of"]

_POINTS = 60
_ENDLESS = 1 << 62  # an asked gap is reached, however many plans it takes
# nodes of the first question about a zone, and of the one that makes a plan efficient; the next
# question gets so many times more
_NODES, _MORE, _LEVELS = 60, 6, 5
_POLISH = 400
# a plan is listed where it is further inside its zone than this part of the gap that is aimed at
_APART = 0.5
_ZERO, _WHOLE = Fraction(0), Fraction(1)


@dataclass(eq=False)
class _Covering:
    """What is listed, and the open zones with a proven bound on how far a plan in them can be from
    the listed ones.

    Attributes:
        scale: (m,) in the units of the rows; 0 leaves an objective out.
        zones: (u, m) upper limits, rounded up.
        away: (u,) bounds, rounded up.
        efforts: (u,) how often each was searched.
        given_up: the largest bound of a zone that is not searched any more.
    """

    problem: Problem
    linear: Linear
    corners: MixedCorners
    scale: list[Fraction]
    depths: Depths
    budget: Budget
    zones: Floats
    away: Floats
    efforts: NDArray[np.int64]
    plans: list[Point] = field(default_factory=list)
    points: list[Value] = field(default_factory=list)
    given_up: float = 0.0


def verdict_of(
    problem: Problem, linear: Linear, corners: MixedCorners, budget: Budget, /
) -> Outcome | None:
    """What is certain before there is a front: infeasible, unbounded; None where there is a
    plan.
    """
    nothing = np.empty((0, len(problem.decisions)))
    if corners.status == "infeasible":
        groups = conflict.conflicting_groups(problem, budget)
        return Outcome(
            nothing, "infeasible", conflict=groups, subproblems=corners.solved, basis="exact"
        )
    if corners.status == "unbounded":
        name = problem.objectives[corners.worst]
        return Outcome(
            nothing, "unbounded", objective=name, subproblems=corners.solved, basis="exact"
        )
    if not corners.plans:
        return Outcome(
            nothing, "approximate", stopped=budget.exhausted(), subproblems=corners.solved
        )
    return None


def covered(
    problem: Problem, options: Options, budget: Budget, /, *, known: MixedCorners | None = None
) -> Outcome:
    """The corners, then the plan that closes the largest gap, again and again.

    Args:
        problem: with exact rows.
        options: how many plans, or how small a gap.
        budget: ends what takes long.
        known: the corners, where they were searched for before.
    """
    linear = problem.linear
    if not linear:
        raise ValueError("the problem has no rows")
    corners = known or corners_of(linear, budget)
    verdict = verdict_of(problem, linear, corners, budget)
    if verdict is not None:
        return verdict
    scale = corners.scale(linear)
    if scale is None:
        # corners that are missing say nothing of the ranges that a gap would be a share of
        return _told(
            problem,
            linear,
            corners,
            corners.plans,
            Outcome(np.empty(0), "approximate", stopped=budget.exhausted()),
        )
    run = _opened(problem, linear, corners, scale, budget)
    stopped = _fill(run, options)
    return _outcome(run, stopped)


def _opened(
    problem: Problem, linear: Linear, corners: MixedCorners, scale: list[Fraction], budget: Budget
) -> _Covering:
    m = len(scale)
    lows = [min(values) for values in zip(*corners.points[:m], strict=True)]
    highs = [max(values) for values in zip(*corners.points, strict=True)]
    most = max(
        [
            Fraction(1),
            *((high - low) / by for low, high, by in zip(lows, highs, scale, strict=True) if by),
        ]
    )
    depths = Depths(linear, scale, most, budget)
    whole = np.full((1, m), np.inf), np.array([np.inf]), np.zeros(1, dtype=np.int64)
    run = _Covering(problem, linear, corners, scale, depths, budget, *whole)
    for x, point in zip(corners.plans, corners.points, strict=True):
        _insert(run, x, point)
    return run


def _insert(run: _Covering, x: Point, point: Value) -> bool:
    """List a plan unless one that is as good is listed; what its point leaves of the zones."""
    if any(all(a <= b for a, b in zip(other, point, strict=True)) for other in run.points):
        return False
    kept = [
        i
        for i, other in enumerate(run.points)
        if not all(a <= b for a, b in zip(point, other, strict=True))
    ]
    run.plans, run.points = (
        [*(run.plans[i] for i in kept), x],
        [*(run.points[i] for i in kept), point],
    )
    # a coordinate without scale is no reason to split: its children would hold nothing
    upper = np.array([_up(v) if by else -math.inf for v, by in zip(point, run.scale, strict=True)])
    stay, children, origin = split(run.zones, upper)
    box = np.array([_box(run, zone) for zone in children]).reshape(len(children))
    run.zones = np.vstack([run.zones[stay], children])
    run.away = np.concatenate([run.away[stay], np.minimum(run.away[origin], box)])
    run.efforts = np.concatenate([run.efforts[stay], np.zeros(len(children), dtype=np.int64)])
    run.budget.report(found=len(run.plans), solved=run.corners.solved)
    return True


def _box(run: _Covering, zone: Floats) -> float:
    """How far inside the zone a plan can be by the best values alone."""
    reach = [
        (Fraction(u) - low) / by
        for u, low, by in zip(zone.tolist(), run.corners.bounds, run.scale, strict=True)
        if by and low is not None and math.isfinite(u)
    ]
    return _up(max(_ZERO, min(reach))) if reach else math.inf


def _up(value: Fraction) -> float:
    """The least float that is not below."""
    near = float(value)
    return near if Fraction(near) >= value else math.nextafter(near, math.inf)


def _fill(run: _Covering, options: Options) -> Stop | Literal["points"] | None:
    """List plans until the gap is closed, the list is long enough or the budget is spent."""
    most = options.points or (_POINTS if options.gap is None else _ENDLESS)
    target = options.gap or GAP
    while len(run.zones):
        at = int(np.argmax(run.away))
        gap = max(run.given_up, float(run.away[at]))
        run.budget.report(
            found=len(run.plans), solved=run.corners.solved, gap=gap if math.isfinite(gap) else None
        )
        if run.away[at] <= target:
            return None
        if run.budget.exhausted() is not None:
            return run.budget.exhausted()
        if len(run.plans) >= most and run.efforts[at] > 0:
            return "points" if options.points is not None else None
        _search(run, at, target, listing=len(run.plans) < most)
    return None


def _search(run: _Covering, at: int, target: float, *, listing: bool) -> None:
    """One question about the widest zone: a smaller bound, or a plan inside it, or nothing is
    there.

    A zone that is within the target needs no plan of its own: one would split all zones that it
    lies in, each to be asked about anew. A plan inside a zone by a part of the target is as far
    from all listed ones, so that none is met again and again.
    """
    zone = [Fraction(u) if math.isfinite(u) else None for u in run.zones[at].tolist()]
    run.corners.solved += 1
    depth = run.depths.of(zone, nodes=_NODES * _MORE ** int(run.efforts[at]))
    run.efforts[at] += 1
    if depth.bound is not None:
        run.away[at] = min(run.away[at], _up(depth.bound))
    if depth.bound == 0:
        _drop(run, at)
    elif run.away[at] <= target:
        return
    elif depth.x and listing and _inside(run, zone, depth.x) > target * _APART:
        x = _efficient(run, depth.x)
        _insert(run, x, activity(run.linear, x))
    elif run.efforts[at] >= _LEVELS:
        run.given_up = max(run.given_up, float(run.away[at]))
        _drop(run, at)


def _inside(run: _Covering, zone: Sequence[Fraction | None], x: Point) -> Fraction:
    """How far inside the zone a plan is, as a share of the scale; a zone without limits holds any
    plan as far as can be.
    """
    values = activity(run.linear, x)
    reach = [
        (u - v) / by
        for u, v, by in zip(zone, values, run.scale, strict=True)
        if by and u is not None
    ]
    return min(reach, default=_WHOLE)


def _drop(run: _Covering, at: int) -> None:
    keep = np.arange(len(run.zones)) != at
    run.zones, run.away, run.efforts = run.zones[keep], run.away[keep], run.efforts[keep]


def _efficient(run: _Covering, x: Point) -> Point:
    """A plan that is as good in everything and the best of those in the sum of shares, as far as a
    short search tells.
    """
    values = activity(run.linear, x)
    uppers = [v - row.constant for v, row in zip(values, run.linear.objectives, strict=True)]
    cost: dict[int, Fraction | int] = {}
    for row, by in zip(run.linear.objectives, run.scale, strict=True):
        for j, c in row.terms:
            cost[j] = cost.get(j, _ZERO) + c / (by or Fraction(1))
    run.corners.solved += 1
    better = run.corners.tree.least(cost, uppers, nodes=_POLISH)
    return better.x or x


def _outcome(run: _Covering, stopped: Stop | Literal["points"] | None) -> Outcome:
    """Covering with the gap of the widest zone; where a link stands between, approximate."""
    linear = run.linear
    gap = max(run.given_up, float(run.away.max(initial=0.0)))
    plain = linear.resolution is None and not any(linear.linked)
    if not plain or not math.isfinite(gap):
        claim = Outcome(np.empty(0), "approximate", stopped=stopped)
        return _told(run.problem, linear, run.corners, run.plans, claim)
    scale = tuple(
        float(by / row.scale) for by, row in zip(run.scale, linear.objectives, strict=True)
    )
    alone = len(run.plans) == 1 and gap == 0.0
    claim = (
        Outcome(np.empty(0), "complete", basis="exact")
        if alone
        else Outcome(np.empty(0), "covering", gap=gap, scale=scale, stopped=stopped, basis="exact")
    )
    return _told(run.problem, linear, run.corners, run.plans, claim)


def _told(
    problem: Problem, linear: Linear, corners: MixedCorners, plans: Sequence[Point], claim: Outcome
) -> Outcome:
    """The claim with its plans and what is proven of the best values."""
    from dataclasses import replace

    plain = linear.resolution is None and not any(linear.linked)
    bounds = [
        None if low is None else low / row.scale
        for low, row in zip(corners.bounds, linear.objectives, strict=True)
    ]
    x = np.array([[float(v) for v in plan[: len(problem.decisions)]] for plan in plans]).reshape(
        len(plans), -1
    )
    return replace(
        claim,
        x=x,
        points=tuple(plans),
        bounds=tuple(bounds) if plain else (),
        subproblems=corners.solved,
    )
