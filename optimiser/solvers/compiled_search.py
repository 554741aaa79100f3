"""The front of a whole-number problem by the compiled engine, and the canonical plan of each point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.solvers import conflict, highs
from optimiser.solvers.contract import Budget, Outcome
from optimiser.solvers.gaps import box_reach, proven_gap, stepped_gap
from optimiser.solvers.integer import Translation, Untranslatable, translated
from optimiser.solvers.whole import Whole, whole_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Options
    from optimiser.solvers.kernel import Answer, KernelOutcome, Limits, Progress, SubProblem

    Integers = NDArray[np.int64]

__all__ = ["compiled_search"]

# weights that compare a run of columns in order stay below this, so that every step of the engine is exact
_CHUNK = 1 << 20
_UNLIMITED = 1 << 62
_SECONDS = 5.0
_FIRST, _EVERY = 1.0, 2.0
# shares of the range down to which the largest open boxes come first
_WIDE, _NARROW = 1e-2, 1e-3


def compiled_search(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """The front by the compiled engine; None where it refuses the problem or cannot be loaded."""
    try:
        from optimiser.solvers import kernel

        translation = translated(problem)
    except (ImportError, Untranslatable):
        return None
    if kernel.refusal(translation.program) is not None:
        return None
    if (stop := budget.exhausted()) is not None:
        return Outcome(np.empty((0, len(problem.decisions))), "approximate", stopped=stop)

    if not kernel.compiled_before():
        budget.announce("compiling the exact engine, once: about half a minute")
    watch = _Watch(problem, options, budget)
    known = None if budget.checkpoints is None else budget.checkpoints.known
    found = kernel.solve_front(
        translation.program,
        known=known if known is not None and known.shape[1:] == translation.program.lower.shape else None,
        limits=_limits(options),
        fallback=_Fallback(translation, budget),
        on_slice=watch,
    )
    if found.status == "refused":
        return None
    budget.report(found=len(found.points), solved=found.subproblems)
    if found.status == "stopped":
        watch.save(found.x)
    return _outcome(translation, found, options, budget, watch.gap)


def _limits(options: Options) -> Limits:
    """Runs that may be stopped spread what they leave open: soon where a time limit is set, else after a while."""
    from optimiser.solvers import kernel

    if options.time_limit is None:
        return kernel.Limits(points=options.points, anytime=_WIDE, patience=_SECONDS)
    return kernel.Limits(points=options.points, anytime=_NARROW, patience=min(1.0, 0.1 * options.time_limit))


def _outcome(translation: Translation, found: KernelOutcome, options: Options, budget: Budget, gap: float) -> Outcome:
    """The strongest claim that holds."""
    problem = translation.problem
    linear = problem.linear
    assert linear is not None
    statistics = {"engine": "compiled", **found.statistics}
    if found.status == "infeasible":
        groups = conflict.explain(problem, options, budget)
        return Outcome(np.empty((0, len(problem.decisions))), "infeasible", conflict=groups, subproblems=found.subproblems)
    exact = linear.resolution is None
    x = _canonical_plans(translation, found, budget) if exact else found.x
    plans = translation.decisions(x)
    if found.status == "complete" and exact:
        return Outcome(plans, "complete", subproblems=found.subproblems, statistics=statistics)
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
    proven = proven_gap(whole, *_open(found.zones, found.floors)) if isinstance(whole, Whole) and len(plans) else None
    return Outcome(
        plans,
        "approximate" if proven is None else "covering",
        gap=None if proven is None else min(gap, proven[0]),
        scale=() if proven is None else proven[1],
        stopped=stopped,
        subproblems=found.subproblems,
        note="" if stopped is not None else found.reason,
        statistics=statistics,
    )


def _canonical_plans(translation: Translation, found: KernelOutcome, budget: Budget) -> Integers:
    """(k, columns) of the plans with each point's objectives the canonical one, as long as the budget lasts.

    It has the fewest technologies, then the smallest decisions in column order.
    """
    from optimiser.solvers import kernel

    weights = np.array(_preferences(translation), dtype=np.int64).reshape(-1, found.x.shape[1])
    return kernel.prefer(translation.program, found.x, weights, stop=lambda: budget.exhausted() is not None).x


def _preferences(translation: Translation) -> list[Integers]:
    """Weights to minimise one after the other: the number of technologies, then the decisions in column order."""
    problem, width = translation.problem, translation.program.rows.shape[1]
    place = {column: i for i, column in enumerate(translation.columns)}
    adopted = np.zeros(width, dtype=np.int64)
    for columns in problem.adopted.values():
        for j in columns:
            adopted[place[j]] += 1
    chunks, chunk, size = [adopted], np.zeros(width, dtype=np.int64), 1
    for j, domain in enumerate(problem.decisions):
        if j not in place:
            # a listed decision: the columns that say what it is
            row = translation.implied[j]
            own = dict(row.terms)[j]
            expression = np.zeros(width, dtype=np.int64)
            for i, c in row.terms:
                if i != j:
                    expression[place[i]] = -c if own > 0 else c
            chunks += [chunk, expression]
            chunk, size = np.zeros(width, dtype=np.int64), 1
            continue
        count = domain.count or _CHUNK
        if size * count > _CHUNK:
            chunks.append(chunk)
            chunk, size = np.zeros(width, dtype=np.int64), 1
        chunk *= count
        chunk[place[j]] = 1
        size *= count
    return [weights for weights in (*chunks, chunk) if weights.any()]


def _open(zones: Integers, floors: Integers) -> tuple[Floats, Floats]:
    """Zones and floors as floats, infinite where unlimited."""
    upper = np.where(zones >= _UNLIMITED, np.inf, zones.astype(np.float64))
    return upper, np.where(floors <= -_UNLIMITED, -np.inf, floors.astype(np.float64))


class _Watch:
    """Called by the engine now and then: passes on how far it is, with a gap that never grows, and says when to stop."""

    def __init__(self, problem: Problem, options: Options, budget: Budget, /) -> None:
        self._problem, self._options, self._budget = problem, options, budget
        self._whole: object = None
        self._due = self._save_at = _FIRST
        self._saved = 0
        self.gap = 1.0

    def __call__(self, progress: Progress, /) -> bool:
        budget = self._budget
        stop = budget.exhausted() is not None
        if not stop and budget.seconds() >= self._due and progress.points:
            self._measure(progress)
            self._due = budget.seconds() + _FIRST
        if budget.seconds() >= self._save_at and progress.points > self._saved:
            self.save(progress.plans())
        budget.report(found=progress.points, solved=progress.subproblems, gap=self.gap if self.gap < 1.0 else None)
        return stop

    def save(self, plans: Integers, /) -> None:
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
    """HiGHS for a sub-problem that is over the engine's node budget; its answers are checked in whole numbers."""

    def __init__(self, translation: Translation, budget: Budget, /) -> None:
        self._translation = translation
        self._budget = budget

    def __call__(self, sub: SubProblem, /) -> Answer:
        from optimiser.solvers.kernel import Answer

        linear = self._translation.problem.linear
        assert linear is not None
        program, columns = highs.program_of(linear), self._translation.columns
        objectives = self._translation.program.objectives
        cuts = [
            self._cut(row, int(limit))
            for row, limit in zip((*objectives, sub.objective), (*sub.limits, sub.cut), strict=True)
            if limit < _UNLIMITED
        ]
        cost = {columns[i]: float(sub.objective[i]) for i in np.flatnonzero(sub.objective)}
        answer = highs.minimise(program, cost, self._budget, cuts=cuts)
        if answer.status == "infeasible":
            return Answer(None, proven=True)
        if answer.status != "optimal":
            return Answer(None, proven=False)
        x = np.rint(answer.x[list(columns)]).astype(np.int64)
        return Answer(x, proven=True) if self._holds(x, sub) else Answer(None, proven=False)

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
