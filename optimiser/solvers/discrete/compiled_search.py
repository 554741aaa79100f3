"""The front of a whole-number problem by the compiled engine, and the canonical plan of each point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.solvers import conflict, highs
from optimiser.solvers.canonical import runs
from optimiser.solvers.contract import Budget, Outcome
from optimiser.solvers.discrete.beside import Beside
from optimiser.solvers.discrete.gaps import box_reach, cut_by, proven_gap, stepped_gap
from optimiser.solvers.discrete.integer import Translation, Untranslatable, translated
from optimiser.solvers.discrete.preferring import Preferring
from optimiser.solvers.discrete.whole import Whole, whole_of
from optimiser.solvers.refutation_tree import RefutationTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Basis, Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Options
    from optimiser.solvers.kernel import Answer, KernelOutcome, Limits, Progress, SubProblem

    Integers = NDArray[np.int64]

__all__ = ["compiled_search"]

# weights that compare a run of rows in order stay below this, so that every step of the engine is exact
_CHUNK = 1 << 20
_UNLIMITED = 1 << 62
_SECONDS = 5.0
# nodes that confirming HiGHS may take, and how much longer than HiGHS itself took
_NODES, _TIMES = 50_000, 10.0
_FIRST, _EVERY = 1.0, 2.0
# shares of the range down to which the largest open boxes come first
_WIDE, _NARROW = 1e-2, 1e-3
# plans of unfinished sub-problems that are kept
_KEPT = 64


def compiled_search(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """The front by the compiled engine; None where it refuses the problem or cannot be loaded."""
    try:
        from optimiser.solvers import kernel

        translation = translated(problem)
    except (ImportError, Untranslatable):
        return None
    if kernel.refusal(translation.program) is not None:
        return None
    beside = Beside(problem, options, budget)
    if (stop := budget.exhausted()) is not None:
        # what could not even start claims nothing, but lists what is easily found
        return Outcome(beside.finish()[:, : len(problem.decisions)], "approximate", stopped=stop)

    if not kernel.compiled_before():
        budget.announce("compiling the exact engine, once: about half a minute")
    known = None if budget.checkpoints is None else budget.checkpoints.known
    weights = np.array(_preferences(translation), dtype=np.int64).reshape(-1, len(translation.columns))
    exact = problem.linear is not None and problem.linear.resolution is None
    with Preferring(translation.program, weights, budget, workers=options.workers) as preferring:
        fallback = _Fallback(translation, budget)
        watch = _Watch(translation, options, budget, preferring if exact else None, beside)
        try:
            found = kernel.solve_front(
                translation.program,
                known=known if known is not None and known.shape[1:] == translation.program.lower.shape else None,
                limits=_limits(options),
                fallback=fallback,
                on_slice=watch,
            )
        finally:
            beside.end()
        if found.status == "refused":
            return None
        more = watch.rest(found) if found.status == "stopped" else np.empty((0, len(translation.columns)), dtype=np.int64)
        budget.report(found=len(found.points) + len(more), solved=found.subproblems)
        plans, left = preferring.finish(found.x) if exact else (found.x, 0)
    unsettled = f"of {left} of {len(plans)} points another plan with the same objectives may be preferred" if left else ""
    said = _Said(watch.gap, unsettled, more, fallback.unconfirmed)
    return _outcome(translation, replace(found, x=plans), options, budget, said)


def _limits(options: Options) -> Limits:
    """Runs that may be stopped spread what they leave open: soon where a time limit is set, else after a while."""
    from optimiser.solvers import kernel

    if options.time_limit is None:
        return kernel.Limits(points=options.points, anytime=_WIDE, patience=_SECONDS)
    return kernel.Limits(points=options.points, anytime=_NARROW, patience=min(1.0, 0.1 * options.time_limit))


def _outcome(translation: Translation, found: KernelOutcome, options: Options, budget: Budget, said: _Said) -> Outcome:
    """The strongest claim that holds."""
    problem = translation.problem
    linear = problem.linear
    assert linear is not None
    statistics = {"engine": "compiled", **found.statistics}
    basis: Basis = "numerical" if said.unconfirmed else "exact"
    doubt = f"HiGHS, not confirmed: {said.unconfirmed} sub-problems" if said.unconfirmed else ""
    if found.status == "infeasible":
        groups = conflict.explain(problem, options, budget)
        return Outcome(
            np.empty((0, len(problem.decisions))),
            "infeasible",
            conflict=groups,
            subproblems=found.subproblems,
            basis=basis,
            note=doubt,
        )
    exact = linear.resolution is None
    plans = translation.decisions(np.vstack([found.x, said.more]))
    if found.status == "complete" and exact:
        note = "; ".join(filter(None, (doubt, said.unsettled)))
        return Outcome(plans, "complete", subproblems=found.subproblems, note=note, statistics=statistics, basis=basis)
    # the run may be over: what bounds its result has a few seconds of its own
    whole = whole_of(problem, options, Budget(_SECONDS)) if len(plans) else None
    if found.status == "complete" and isinstance(whole, Whole):
        reach = stepped_gap(whole, plans, np.zeros(len(whole.axes)))
        return Outcome(
            plans,
            "covering",
            gap=reach.gap,
            scale=reach.scale,
            resolution=reach.resolution,
            subproblems=found.subproblems,
            statistics=statistics,
        )
    stopped: Literal["time_limit", "interrupted", "points"] | None = budget.exhausted()
    if stopped is None and found.reason == "enough points":
        stopped = "points"
    zones, floors = cut_by(*_open(found.zones, found.floors), (said.more @ translation.program.objectives.T).astype(np.float64))
    proven = proven_gap(whole, zones, floors) if isinstance(whole, Whole) and len(plans) else None
    return Outcome(
        plans,
        "approximate" if proven is None else "covering",
        gap=None if proven is None else min(said.gap, proven[0]),
        scale=() if proven is None else proven[1],
        stopped=stopped,
        subproblems=found.subproblems,
        note="; ".join(filter(None, ("" if stopped is not None else found.reason, said.unsettled))),
        statistics=statistics,
    )


def _preferences(translation: Translation) -> list[Integers]:
    """Weights to minimise one after the other, in the order of the problem's rows of preference."""
    found = []
    for run in runs(translation.problem, _CHUNK):
        weights = np.zeros(translation.program.rows.shape[1], dtype=np.int64)
        for row, values in run:
            weights *= values or 1
            for j, weight in row:
                weights += weight * translation.expression(j)
        found.append(weights)
    return [weights for weights in found if weights.any()]


def _unbeaten(points: Integers, others: Integers) -> NDArray[np.int64]:
    """Positions of the points (k, m) that no other one and none of ``others`` (r, m) is as good as, equal ones once."""
    kept: list[int] = []
    for i, y in enumerate(points):
        rest = np.vstack([others, points[kept], points[i + 1 :]])
        equal = (points[i + 1 :] == y).all(axis=1).any()
        if not equal and not (rest <= y).all(axis=1).any():
            kept.append(i)
    return np.array(kept, dtype=np.int64)


def _open(zones: Integers, floors: Integers) -> tuple[Floats, Floats]:
    """Zones and floors as floats, infinite where unlimited."""
    upper = np.where(zones >= _UNLIMITED, np.inf, zones.astype(np.float64))
    return upper, np.where(floors <= -_UNLIMITED, -np.inf, floors.astype(np.float64))


@dataclass(frozen=True)
class _Said:
    """What the run knows beside the engine's outcome.

    Attributes:
        gap: proven on the way.
        unsettled: in words which plans are not settled.
        more: (k, columns) plans that hold and that no point of the engine is as good as.
        unconfirmed: how many sub-problems rest on HiGHS's word.
    """

    gap: float
    unsettled: str
    more: Integers
    unconfirmed: int


class _Watch:
    """Called by the engine now and then: passes on how far it is, with a gap that never grows, and says when to stop."""

    def __init__(
        self, translation: Translation, options: Options, budget: Budget, preferring: Preferring | None, beside: Beside, /
    ) -> None:
        self._translation, self._problem = translation, translation.problem
        self._options, self._budget, self._preferring, self._beside = options, budget, preferring, beside
        self._whole: object = None
        self._due = self._save_at = _FIRST
        self._saved = self._seen = 0
        self._kept: dict[tuple[int, ...], Integers] = {}
        self.gap = 1.0

    def __call__(self, progress: Progress, /) -> bool:
        budget = self._budget
        if self._preferring is not None:
            self._preferring.see(progress)
        self._hand_over(progress)
        self._beside.turn()
        stop = budget.exhausted() is not None
        if not stop and budget.seconds() >= self._due and progress.points:
            self._measure(progress)
            self._due = budget.seconds() + _FIRST
        if budget.seconds() >= self._save_at and progress.points > self._saved:
            self._save(progress.plans())
        self.gap = min(self.gap, self._beside.gap)
        found = max(progress.points, self._beside.found)
        budget.report(found=found, solved=progress.subproblems, gap=self.gap if self.gap < 1.0 else None)
        return stop

    def rest(self, found: KernelOutcome, /) -> Integers:
        """(k, columns) what a stopped run lists beside the engine's points; all of that is saved."""
        translation = self._translation
        self._hand_over_plans(found.x[self._seen :] if self._seen <= len(found.x) else found.x)
        spread = self._beside.finish()
        self.gap = min(self.gap, self._beside.gap)
        columns = np.rint(spread[:, list(translation.columns)]).astype(np.int64) if len(spread) else found.x[:0]
        more = np.vstack([columns, *(x[None] for x in self._kept.values())])
        more = more[_unbeaten(more @ translation.program.objectives.T, found.x @ translation.program.objectives.T)]
        self._save(np.vstack([found.x, more]))
        return more

    def _hand_over(self, progress: Progress) -> None:
        """New points of the engine, and the best plan so far of the sub-problem it is at, which may never be finished."""
        if progress.points > self._seen:
            self._hand_over_plans(progress.plans()[self._seen : progress.points])
            self._seen = progress.points
        plan = progress.incumbent()
        if plan is not None:
            point = tuple((self._translation.program.objectives @ plan).tolist())
            if point not in self._kept:
                self._kept = {p: x for p, x in self._kept.items() if not all(a <= b for a, b in zip(point, p, strict=True))}
                self._kept = {**dict(list(self._kept.items())[-_KEPT:]), point: plan}
                self._hand_over_plans(plan[None])

    def _hand_over_plans(self, plans: Integers) -> None:
        translation = self._translation
        linear = self._problem.linear
        assert linear is not None
        full = np.zeros((len(plans), len(linear.columns)))
        full[:, : len(self._problem.decisions)] = translation.decisions(plans)
        full[:, list(translation.columns)] = plans
        self._beside.see(full)

    def _save(self, plans: Integers, /) -> None:
        """Hand out the plans so far, for another run to go on from; not more than a tenth of the time goes into it."""
        if self._budget.checkpoints is None or len(plans) <= self._saved:
            return
        began = self._budget.seconds()
        self._budget.checkpoints.save(plans)
        now = self._budget.seconds()
        self._saved, self._save_at = len(plans), now + max(_EVERY, 9.0 * (now - began))

    def _measure(self, progress: Progress) -> None:
        """The gap by what is open, cheaply; an upper bound of the one at the end."""
        if self._whole is None:
            self._whole = whole_of(self._problem, self._options, Budget(_FIRST))
        if isinstance(self._whole, Whole):
            floors, zones = progress.boxes()
            reach = box_reach(self._whole, *_open(zones, floors))
            if reach is not None:
                self.gap = min(self.gap, float(reach.max(initial=0.0)))


class _Fallback:
    """HiGHS for a sub-problem that is over the engine's node budget, confirmed by the refutation tree as far as that gets.

    Attributes:
        unconfirmed: how many answers rest on HiGHS's word.
    """

    def __init__(self, translation: Translation, budget: Budget, /) -> None:
        self._translation = translation
        self._budget = budget
        self._tree: RefutationTree | None = None
        self.unconfirmed = 0

    def __call__(self, sub: SubProblem, /) -> Answer:
        from optimiser.solvers.kernel import Answer

        began = self._budget.seconds()
        proposed = self._proposed(sub)
        x = None if proposed.status != "optimal" else np.rint(proposed.x[list(self._translation.columns)]).astype(np.int64)
        if x is not None and not self._holds(x, sub):
            x = None
        answer = self._confirmed(sub, x, max(_SECONDS, _TIMES * (self._budget.seconds() - began)))
        if answer is not None:
            return answer
        if proposed.status == "infeasible" or x is not None:
            self.unconfirmed += 1
            return Answer(x, proven=True)
        return Answer(None, proven=False)

    def _proposed(self, sub: SubProblem) -> highs.Answer:
        linear = self._translation.problem.linear
        assert linear is not None
        program, columns = highs.program_of(linear), self._translation.columns
        cuts = [
            self._cut(row, int(limit))
            for row, limit in zip((*self._translation.program.objectives, sub.objective), (*sub.limits, sub.cut), strict=True)
            if limit < _UNLIMITED
        ]
        cost = {columns[i]: float(sub.objective[i]) for i in np.flatnonzero(sub.objective)}
        return highs.minimise(program, cost, self._budget, cuts=cuts)

    def _confirmed(self, sub: SubProblem, x: Integers | None, seconds: float) -> Answer | None:
        """What is proven: that nothing is better than ``x``, or what is best; None where time or nodes ended first."""
        from optimiser.solvers.kernel import Answer

        below = int(sub.objective @ x) if x is not None else int(sub.cut) + 1 if sub.cut < _UNLIMITED else None
        uppers = [None if limit >= _UNLIMITED else int(limit) for limit in sub.limits]
        answer = self._asked().least(self._terms(sub.objective), uppers, nodes=_NODES, seconds=seconds, below=below)
        if answer.status == "empty":
            return Answer(x, proven=True)
        if answer.status != "optimal":
            return None
        found = np.array([int(answer.x[j]) for j in self._translation.columns], dtype=np.int64)
        return Answer(found, proven=True) if self._holds(found, sub) else None

    def _asked(self) -> RefutationTree:
        if self._tree is None:
            linear = self._translation.problem.linear
            assert linear is not None
            rows = [self._terms(row) for row in self._translation.program.objectives]
            self._tree = RefutationTree(linear, rows, self._budget)
        return self._tree

    def _terms(self, row: Integers) -> dict[int, int]:
        return {self._translation.columns[i]: int(row[i]) for i in np.flatnonzero(row)}

    def _cut(self, row: Integers, limit: int) -> highs.Cut:
        at = np.flatnonzero(row)
        columns = np.array([self._translation.columns[i] for i in at], dtype=np.int32)
        return highs.Cut(columns, row[at].astype(np.float64), -np.inf, float(limit) + 0.4)

    def _holds(self, x: Integers, sub: SubProblem) -> bool:
        program = self._translation.program
        activity = program.rows @ x
        return bool(
            (activity >= program.row_lower).all()
            and (activity <= program.row_upper).all()
            and (x >= program.lower).all()
            and (x <= program.upper).all()
            and all(x[y] == x[list(factors)].prod() for y, factors in program.products.items())
            and (program.objectives @ x <= sub.limits).all()
            and int(sub.objective @ x) <= sub.cut
        )
