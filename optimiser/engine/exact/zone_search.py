"""Every efficient point of a discrete linear problem, by search zones.

A zone is searched by minimising one objective, and among its optima the sum of all, under upper
bounds on every objective. What is found is efficient, for whatever dominates it lies in the same
zone; that nothing is below it in the minimised objective closes one of the zones it leaves behind.
In two objectives this is the epsilon-constraint method: one problem a point and one more. A point
that turns out not to be optimal after all does no harm: what dominates it lies in an open zone. So
the front is complete exactly when every "there is nothing here" is right.

References:
    Y. Y. Haimes, L. S. Lasdon and D. A. Wismer (1971). On a bicriterion formulation of the problems
        of integrated system identification and system optimization. IEEE Transactions on Systems,
        Man, and Cybernetics 1, 296-297.
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in
        multi-objective optimization. European Journal of Operational Research 245, 767-778.
    S. Tamby and D. Vanderpooten (2021). Enumeration of the nondominated set of multiobjective
        discrete optimization problems. INFORMS Journal on Computing 33, 72-85.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import conflict
from optimiser.engine.contract import Budget, Options, Outcome
from optimiser.engine.exact.beside import Beside
from optimiser.engine.exact.gaps import stepped_gap
from optimiser.engine.exact.lexicographic import Canonical
from optimiser.engine.exact.notes import unconfirmed_note, unsettled_by, unsettled_note
from optimiser.engine.exact.saving import before, unfit
from optimiser.engine.exact.search_zones import inside, inside_any, split
from optimiser.engine.exact.sub_problems import SubProblems
from optimiser.engine.exact.tolerances import CONSTANT
from optimiser.engine.exact.whole import Whole, whole_of
from optimiser.language import joined, stored

if TYPE_CHECKING:
    from typing import Literal

    from optimiser.engine.exact.saving import Before
    from optimiser.engine.exact.sub_problems import Found
    from optimiser.engine.problem import Problem
    from optimiser.front import Basis, Floats

__all__ = ["searched"]

_ENGINE = "zones."
# seconds before the state is saved for the first time, and between two times at the least
_FIRST, _EVERY = 1.0, 2.0


@dataclass(eq=False)
class _Search:
    """The state of a run: open zones, zones proven empty, points found."""

    whole: Whole
    options: Options
    budget: Budget
    questions: SubProblems
    bounds: Floats
    refuted: Floats
    unresolved: Floats
    beside: Beside
    earlier: Before
    plans: list[Floats] = field(default_factory=list)
    points: list[tuple[float, ...]] = field(default_factory=list)
    unsettled: int = 0
    save_at: float = _FIRST

    @property
    def solved(self) -> int:
        return self.questions.solved


def searched(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """The front by search zones, each sub-problem solved by HiGHS."""
    nothing = np.empty((0, len(problem.decisions)))
    whole = whole_of(problem, options, budget)
    if not isinstance(whole, Whole):
        status, objective = whole
        if status == "infeasible":
            return Outcome(
                nothing,
                "infeasible",
                conflict=conflict.conflicting_groups(problem, budget),
                basis="exact",
            )
        if status == "unbounded":
            return Outcome(nothing, "unbounded", objective=objective, basis="exact")
        return Outcome(
            nothing,
            "approximate",
            stopped=budget.exhausted(),
            note=stored("the relaxation could not be solved"),
        )
    search = _started(whole, options, budget)
    try:
        _go_on(search)
        search.beside.corners()
        stopped = _run(search)
    finally:
        search.beside.end()
    if stopped is not None:
        search.beside.finish()
        _save(search)
    if not search.points and stopped is None and not len(search.unresolved):
        groups = conflict.conflicting_groups(problem, budget)
        basis, note = _ground(search)
        return Outcome(
            nothing,
            "infeasible",
            conflict=groups,
            subproblems=search.solved,
            basis=basis,
            note=note,
        )
    plans = _canonical(search)
    return _outcome(search, np.array(plans).reshape(len(plans), len(problem.decisions)), stopped)


def _started(whole: Whole, options: Options, budget: Budget) -> _Search:
    m = len(whole.axes)
    # whole numbers of any width
    kind = object if whole.counted else np.float64
    none = np.empty((0, m), dtype=kind)
    everything = np.full((1, m), np.inf, dtype=kind)
    beside = Beside(whole.problem, options, budget)
    return _Search(
        whole,
        options,
        budget,
        SubProblems(whole, budget),
        everything,
        none,
        none,
        beside,
        before(whole.problem, budget),
    )


def _go_on(search: _Search) -> None:
    """Take in what an earlier run left: its plans, its zones and what is proven of them, where it
    was of this very problem.
    """
    spread, proven = search.earlier.spread(), search.earlier.proven
    if spread is not None:
        search.beside.restore(spread)
    if proven is None or not search.whole.counted:
        return
    m, n = len(search.whole.axes), len(search.whole.problem.decisions)
    names = ("bounds", "refuted", "unresolved", "points")
    plans = proven.arrays.get(_ENGINE + "plans")
    if any(len(proven.numbers.get(_ENGINE + name, ())) % m for name in names) or (
        plans is not None and plans.shape[1:] != (n,)
    ):
        raise unfit()
    tables = {name: _unpacked(proven.numbers.get(_ENGINE + name, ()), m) for name in names}
    if (
        plans is None
        or len(plans) != len(tables["points"])
        or _ENGINE + "bounds" not in proven.numbers
    ):
        return
    # what was given up is tried again
    search.bounds, search.refuted = (
        np.vstack([tables["bounds"], tables["unresolved"]]),
        tables["refuted"],
    )
    search.plans, search.points = list(plans), [tuple(point) for point in tables["points"].tolist()]


def _save(search: _Search) -> None:
    """Hand out the state; not more than a tenth of the time goes into it."""
    budget, spread = search.budget, search.beside.state()
    if budget.checkpoints is None:
        return
    began = budget.seconds()
    own = np.array(search.plans).reshape(len(search.plans), len(search.whole.problem.decisions))
    numbers = {
        _ENGINE + "bounds": _packed(search.bounds),
        _ENGINE + "refuted": _packed(search.refuted),
        _ENGINE + "unresolved": _packed(search.unresolved),
        _ENGINE + "points": _packed(
            np.array(search.points, dtype=object).reshape(
                len(search.points), len(search.whole.axes)
            )
        ),
    }
    proven = search.whole.counted and not search.questions.unconfirmed
    engine = (numbers, {_ENGINE + "plans": own}) if proven else ({}, {})
    listed = own if spread is None else np.vstack([own, spread.plans])
    budget.checkpoints.save(search.earlier.saved(listed, None, spread, *engine))
    now = budget.seconds()
    search.save_at = now + max(_EVERY, 9.0 * (now - began))


def _packed(table: Floats) -> tuple[int, ...]:
    """Whole numbers of any width, twice as large, and 1 for what is infinite, row after row."""
    return tuple(1 if v == math.inf else 2 * int(v) for v in table.ravel().tolist())


def _unpacked(numbers: tuple[int, ...], m: int) -> Floats:
    values = [math.inf if v % 2 else v // 2 for v in numbers]
    return np.array(values, dtype=object).reshape(-1, m)


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
        found = search.questions.best(zone, k)
        if found.kind == "empty":
            search.refuted = np.vstack([search.refuted[~inside(search.refuted, zone)], zone])
        elif found.kind == "unknown" and search.budget.exhausted() is not None:
            search.bounds = np.vstack([search.bounds, zone])
        elif found.kind == "unknown":
            search.unresolved = np.vstack([search.unresolved, zone])
        else:
            search.bounds = np.vstack([search.bounds, zone])
            _learn(search, found, zone, k)
        search.budget.report(found=len(search.points), solved=search.solved)
        if search.budget.seconds() >= search.save_at:
            _save(search)
    return None


def _next(search: _Search) -> int:
    """Two objectives: from one end to the other; else, or where a few points are to stand for all,
    the largest zone.
    """
    if len(search.bounds) == 1:
        return 0
    lows = np.array([axis.low for axis in search.whole.axes])
    highs_ = np.array(
        [axis.high if math.isfinite(axis.high) else axis.low + 1e9 for axis in search.whole.axes]
    )
    edges = np.minimum(search.bounds.astype(np.float64), highs_) - lows
    return int(
        np.argmax(
            np.log(np.maximum(edges, CONSTANT) / np.maximum(highs_ - lows, CONSTANT)).sum(axis=1)
        )
    )


def _direction(search: _Search, zone: Floats) -> int:
    """The objective to minimise: the one in which the zone is largest, of two always the first
    unless points are few.
    """
    if len(zone) == 2 and search.options.points is None:
        return 0
    axes = search.whole.axes
    shares = [
        1.0
        if math.isinf(axis.high)
        else (min(float(u), axis.high) - axis.low) / max(axis.high - axis.low, CONSTANT)
        for u, axis in zip(zone, axes, strict=True)
    ]
    return int(np.argmax(shares))


def _learn(search: _Search, found: Found, zone: Floats, k: int) -> None:
    """A new point: smaller zones, and one box that is now known to be empty."""
    if found.plan is None:
        raise ValueError("a found point has a plan")
    point = np.array(found.point, dtype=zone.dtype)
    search.plans.append(found.plan)
    search.points.append(found.point)
    for name in ("bounds", "unresolved"):
        zones = getattr(search, name)
        kept, children, _ = split(zones, point)
        setattr(search, name, np.vstack([zones[kept], children]))
    if found.proven:
        box = zone.copy()
        box[k] = point[k]
        search.refuted = np.vstack([search.refuted[~inside(search.refuted, box)], box])


def _canonical(search: _Search) -> list[Floats]:
    """The canonical plan of each point, as long as the budget lasts."""
    if not search.whole.counted:
        return search.plans
    canonical = Canonical(search.whole, search.budget)
    plans = []
    for found, point in zip(search.plans, search.points, strict=True):
        plan, settled = found, False
        if search.budget.exhausted() is None:
            plan, settled = canonical.plan(found, point)
        search.unsettled += not settled
        plans.append(plan)
    search.questions.solved += canonical.solved
    return plans


def _ground(search: _Search) -> tuple[Basis, str]:
    """What the run rests on, and in words where that is HiGHS's word."""
    count = search.questions.unconfirmed
    if search.whole.counted and not count:
        return "exact", ""
    return "numerical", unconfirmed_note(count)


def _outcome(
    search: _Search, x: Floats, stopped: Literal["time_limit", "interrupted", "points"] | None
) -> Outcome:
    """The strongest claim that holds."""
    whole, count = search.whole, len(search.unresolved)
    basis, ground = _ground(search)
    undecided = (
        stored("HiGHS could not decide {number} sub-problems", number=count)
        if count and stopped is None
        else ""
    )
    said = Outcome(
        x,
        "covering",
        stopped=stopped,
        subproblems=search.solved,
        note=joined(undecided, ground, unsettled_note(search.unsettled, len(x))),
        statistics={"zones unresolved": count} if count else {},
        basis=basis,
        bounds=whole.floors,
    )
    if stopped is not None or count:
        # what is said of an unfinished front are the plans spread beside it, all in exact
        # arithmetic
        more, spread, gap = search.beside.finish(), search.beside.spread, search.beside.gap
        if more is not None and spread is not None:
            said = replace(
                said,
                x=np.vstack([x, spread.problem.decisions(more)]),
                bounds=search.beside.bounds(),
            )
        said = replace(said, x=np.vstack([said.x, search.earlier.plans]))
        if gap is None or spread is None or not len(said.x):
            return replace(said, status="approximate")
        gap = min(gap, gap if search.earlier.gap is None else search.earlier.gap)
        note = joined(undecided, search.earlier.words)
        return replace(said, gap=gap, scale=spread.scale, basis="exact", note=note)
    if whole.counted:
        stopped = unsettled_by(search.unsettled, search.budget)
        return replace(said, status="complete", stopped=stopped)
    reach = stepped_gap(whole, x)
    return replace(said, gap=reach.gap, scale=reach.scale, resolution=reach.resolution)
