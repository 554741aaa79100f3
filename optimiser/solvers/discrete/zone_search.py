"""Every efficient point of a discrete linear problem, by search zones.

A zone is searched by minimising one objective, and among its optima the sum of all, under upper bounds on every objective.
What is found is efficient, for whatever dominates it lies in the same zone; that nothing is below it in the minimised
objective closes one of the zones it leaves behind. In two objectives this is the epsilon-constraint method: one problem a
point and one more. A point that turns out not to be optimal after all does no harm: what dominates it lies in an open zone.
So the front is complete exactly when every "there is nothing here" is right.

References:
    Y. Y. Haimes, L. S. Lasdon and D. A. Wismer (1971). On a bicriterion formulation of the problems of integrated system
    identification and system optimization. IEEE Transactions on Systems, Man, and Cybernetics 1, 296-297.
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in multi-objective
    optimization. European Journal of Operational Research 245, 767-778.
    S. Tamby and D. Vanderpooten (2021). Enumeration of the nondominated set of multiobjective discrete optimization
    problems. INFORMS Journal on Computing 33, 72-85.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import conflict, highs
from optimiser.solvers.contract import Budget, Options, Outcome
from optimiser.solvers.discrete.beside import Beside
from optimiser.solvers.discrete.gaps import stepped_gap
from optimiser.solvers.discrete.lexicographic import canonical_plan
from optimiser.solvers.discrete.spread import spread_over
from optimiser.solvers.discrete.whole import Whole, whole_of
from optimiser.solvers.discrete.zones import inside, inside_any, split

if TYPE_CHECKING:
    from typing import Literal

    from optimiser.front import Basis, Floats
    from optimiser.problem import Problem

__all__ = ["searched"]

# augmented weights stay small enough for a float solver to see the last digit; else two solves take the place of one
_AUGMENTED = 1e8
_REPAIRS = 30
# nodes that may go into confirming that nothing holds
_CONFIRMING = 2_000_000


@dataclass(eq=False)
class _Search:
    """The state of a run: open zones, zones proven empty, points found."""

    whole: Whole
    options: Options
    budget: Budget
    slack: Floats
    bounds: Floats
    refuted: Floats
    unresolved: Floats
    beside: Beside
    plans: list[Floats] = field(default_factory=list)
    points: list[tuple[float, ...]] = field(default_factory=list)
    solved: int = 0


@dataclass(frozen=True, eq=False)
class _Found:
    """The answer of one zone: empty, a plan with its point, or nothing certain."""

    kind: Literal["empty", "point", "unknown"]
    plan: Floats | None = None
    point: tuple[float, ...] = ()
    proven: bool = False


def searched(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """The front by search zones, each sub-problem solved by HiGHS."""
    nothing = np.empty((0, len(problem.decisions)))
    whole = whole_of(problem, options, budget)
    if not isinstance(whole, Whole):
        status, objective = whole
        if status == "infeasible":
            return _infeasible(problem, options, budget, 0)
        if status == "unbounded":
            return Outcome(nothing, "unbounded", objective=objective)
        return Outcome(nothing, "approximate", stopped=budget.exhausted(), note="HiGHS could not solve the relaxation")
    search = _started(whole, options, budget)
    try:
        search.beside.corners()
        stopped = _run(search)
    finally:
        search.beside.end()
    if not search.points and stopped is None and not len(search.unresolved):
        return _infeasible(problem, options, budget, search.solved)
    plans = _canonical(search)
    return _outcome(search, np.array(plans).reshape(len(plans), len(problem.decisions)), stopped)


def _infeasible(problem: Problem, options: Options, budget: Budget, solved: int) -> Outcome:
    """HiGHS's word that nothing holds, confirmed where that can be done in whole numbers."""
    spread, nothing = spread_over(problem, budget), np.empty((0, len(problem.decisions)))
    while spread is not None and spread.frame is None and budget.exhausted() is None and spread.nodes < _CONFIRMING:
        if not spread.step():
            break
    groups = conflict.explain(problem, options, budget)
    basis: Basis = "exact" if spread is not None and spread.infeasible else "numerical"
    return Outcome(nothing, "infeasible", conflict=groups, subproblems=solved, basis=basis)


def _started(whole: Whole, options: Options, budget: Budget) -> _Search:
    m = len(whole.axes)
    slack = np.zeros(m)
    if options.gap and all(axis.unit for axis in whole.axes) and all(math.isfinite(axis.high) for axis in whole.axes):
        slack = np.array([math.floor(options.gap * (a.high - a.low)) if a.exact else 0.0 for a in whole.axes])
    none = np.empty((0, m))
    return _Search(whole, options, budget, slack, np.full((1, m), np.inf), none, none, Beside(whole.problem, options, budget))


def _run(search: _Search) -> Literal["time_limit", "interrupted", "points"] | None:
    """Search zone after zone until none is open."""
    while len(search.bounds):
        stopped = search.budget.exhausted()
        if stopped is not None:
            return stopped
        if search.options.points is not None and len(search.points) > search.options.points:
            return "points"
        at = _next(search)
        zone = search.bounds[at]
        search.bounds = np.delete(search.bounds, at, axis=0)
        if inside_any(zone, search.refuted):
            continue
        k = _direction(search, zone)
        found = _searched(search, zone, k)
        if found.kind == "empty":
            search.refuted = np.vstack([search.refuted[~inside(search.refuted, zone)], zone])
        elif found.kind == "unknown":
            search.unresolved = np.vstack([search.unresolved, zone])
        else:
            search.bounds = np.vstack([search.bounds, zone])
            _learn(search, found, zone, k)
        search.beside.turn()
        search.budget.report(found=len(search.points), solved=search.solved, gap=search.beside.gap)
    return None


def _next(search: _Search) -> int:
    """Two objectives: from one end to the other; else, or where a few points are to stand for all, the largest zone."""
    if len(search.bounds) == 1:
        return 0
    lows = np.array([axis.low for axis in search.whole.axes])
    highs_ = np.array([axis.high if math.isfinite(axis.high) else axis.low + 1e9 for axis in search.whole.axes])
    edges = np.minimum(search.bounds, highs_) - lows
    return int(np.argmax(np.log(np.maximum(edges, 1e-9) / np.maximum(highs_ - lows, 1e-9)).sum(axis=1)))


def _direction(search: _Search, zone: Floats) -> int:
    """The objective to minimise: the one in which the zone is largest, of two always the first unless points are few."""
    if len(zone) == 2 and search.options.points is None:
        return 0
    axes = search.whole.axes
    shares = [
        (min(u, axis.high) - axis.low) / (axis.high - axis.low) if math.isfinite(axis.high) else 1.0
        for u, axis in zip(zone, axes, strict=True)
    ]
    return int(np.argmax(shares))


def _learn(search: _Search, found: _Found, zone: Floats, k: int) -> None:
    """A new point: smaller zones, and one box that is now known to be empty."""
    if found.plan is None:
        raise ValueError("a found point has a plan")
    point = np.array(found.point)
    search.plans.append(found.plan)
    search.points.append(found.point)
    for name in ("bounds", "unresolved"):
        zones = getattr(search, name)
        kept, children, _ = split(zones, point)
        setattr(search, name, np.vstack([zones[kept], children]))
    if found.proven:
        box = zone.copy()
        box[k] = point[k] + search.slack[k]
        search.refuted = np.vstack([search.refuted[~inside(search.refuted, box)], box])


def _searched(search: _Search, zone: Floats, k: int) -> _Found:
    """The best of objective k in the zone, then of the sum of all; every answer is checked in whole numbers."""
    whole = search.whole
    cuts = [
        whole.cut(j, float(u - axis.step - search.slack[j]))
        for j, (u, axis) in enumerate(zip(zone, whole.axes, strict=True))
        if math.isfinite(u)
    ]
    weight = _augmented(search, zone, k)
    for _ in range(_REPAIRS):
        answer = _minimised(search, _weights(whole, k, weight), cuts)
        if answer.status == "infeasible":
            return _Found("empty")
        if answer.status != "optimal":
            return _Found("unknown")
        read = whole.plan(answer.x)
        if read is not None and _below(read[1], zone, search):
            break
        # a tolerance let through what does not hold exactly: forbid this one plan
        forbidden = _no_good(whole, answer.x)
        if forbidden is None:
            return _Found("unknown")
        cuts.append(forbidden)
    else:
        return _Found("unknown")
    plan, point = read
    search.beside.note(answer.x)
    proven = answer.bound > answer.value - 0.5 * (weight or 1.0)
    if weight is None and len(whole.axes) > 1:
        plan, point = _second_stage(search, cuts, k, plan, point)
    return _Found("point", plan, point, proven)


def _second_stage(
    search: _Search, cuts: list[highs.Cut], k: int, plan: Floats, point: tuple[float, ...]
) -> tuple[Floats, tuple[float, ...]]:
    """Among the optima of objective k one that nothing dominates; the first plan where that cannot be found out."""
    whole = search.whole
    weights = [1.0 / max(1.0, axis.high - axis.low) if math.isfinite(axis.high) else 1e-9 for axis in whole.axes]
    smallest = min(weights)
    noise = 0.0 if whole.axes[k].exact else 1e-9 * abs(point[k])
    fixed = [*cuts, whole.cut(k, point[k] + noise)]
    answer = _minimised(search, [w / smallest for w in weights], fixed)
    if answer.status != "optimal":
        return plan, point
    read = whole.plan(answer.x)
    if read is None or read[1][k] > point[k]:
        return plan, point
    return read


def _augmented(search: _Search, zone: Floats, k: int) -> float | None:
    """The weight W of objective k in W * f_k + sum of the others that puts f_k first; None where it would be too large."""
    axes = search.whole.axes
    if not all(axis.exact for axis in axes):
        return None
    tops = [min(u - 1.0, axis.high) for u, axis in zip(zone, axes, strict=True)]
    weight = 1.0 + sum(top - axis.low for j, (top, axis) in enumerate(zip(tops, axes, strict=True)) if j != k)
    return weight if weight * max(1.0, tops[k] - axes[k].low) < _AUGMENTED else None


def _weights(whole: Whole, k: int, weight: float | None) -> list[float]:
    rest = 0.0 if weight is None else 1.0
    return [(weight or 1.0) if j == k else rest for j in range(len(whole.axes))]


def _minimised(search: _Search, weights: list[float], cuts: list[highs.Cut]) -> highs.Answer:
    search.solved += 1
    return highs.minimise(search.whole.program, search.whole.cost(weights), search.budget, cuts=cuts)


def _below(point: tuple[float, ...], zone: Floats, search: _Search) -> bool:
    return all(v < u for v, u in zip(point, zone - search.slack, strict=True))


def _no_good(whole: Whole, x: Floats) -> highs.Cut | None:
    """A row that only the given plan breaks; None unless every decision is yes/no."""
    decisions = whole.problem.decisions
    if not all(d.binary for d in decisions):
        return None
    taken = np.rint(x[: len(decisions)])
    signs = np.where(taken > 0.5, -1.0, 1.0)
    return highs.Cut(np.arange(len(decisions), dtype=np.int32), signs, 1.0 - float(taken.sum()), np.inf)


def _canonical(search: _Search) -> list[Floats]:
    """The canonical plan of each point, as long as the budget lasts."""
    plans = []
    for plan, point in zip(search.plans, search.points, strict=True):
        if search.budget.exhausted() is None and search.whole.exact:
            plan, solved = canonical_plan(search.whole, plan, point, search.budget)  # noqa: PLW2901
            search.solved += solved
        plans.append(plan)
    return plans


def _outcome(search: _Search, x: Floats, stopped: Literal["time_limit", "interrupted", "points"] | None) -> Outcome:
    """The strongest claim that holds."""
    whole = search.whole
    statistics = {"zones unresolved": len(search.unresolved)} if len(search.unresolved) else {}
    if stopped is not None or len(search.unresolved):
        note = "" if stopped is not None else f"HiGHS could not decide {len(search.unresolved)} sub-problems"
        more = search.beside.finish()
        spread = search.beside.spread
        if more is not None and spread is not None:
            x = np.vstack([x, spread.problem.decisions(more)])
        gap = search.beside.gap if len(x) else None
        return Outcome(
            x,
            "approximate" if gap is None else "covering",
            gap=gap,
            scale=() if gap is None or spread is None else spread.scale,
            stopped=stopped,
            subproblems=search.solved,
            note=note,
            statistics=statistics,
            basis="exact",
            bounds=search.beside.bounds(),
        )
    if whole.exact and not search.slack.any():
        return Outcome(x, "complete", subproblems=search.solved, statistics=statistics)
    reach = stepped_gap(whole, x, search.slack)
    return Outcome(
        x,
        "covering",
        gap=reach.gap,
        scale=reach.scale,
        resolution=reach.resolution,
        subproblems=search.solved,
        statistics=statistics,
    )
