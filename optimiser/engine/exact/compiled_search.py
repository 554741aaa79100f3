"""The front of a whole-number problem by the compiled engine, and the canonical plan of each
point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.engine import conflict
from optimiser.engine.canonical import positioned, runs
from optimiser.engine.contract import Budget, Outcome
from optimiser.engine.exact.beside import Beside
from optimiser.engine.exact.fallback import Fallback
from optimiser.engine.exact.gaps import box_reach, cut_by, stepped_gap
from optimiser.engine.exact.preferring import Preferring
from optimiser.engine.exact.saving import before, named, under
from optimiser.engine.exact.translation import Translation, Untranslatable, translated
from optimiser.engine.exact.whole import Whole, whole_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Options, Stop
    from optimiser.engine.exact.kernel import KernelOutcome, KernelProgress, Limits, Snapshot
    from optimiser.engine.exact.saving import Before
    from optimiser.engine.problem import Problem
    from optimiser.front import Basis, Floats

    Integers = NDArray[np.int64]

__all__ = ["compiled_search"]

# weights that compare a run of rows in order stay below this, so that every step of the engine is
# exact
_CHUNK = 1 << 20
_UNLIMITED = 1 << 62
_ENGINE = "engine."
_SECONDS = 5.0
_FIRST, _EVERY = 1.0, 2.0
# shares of the range down to which the largest open boxes come first
_WIDE, _NARROW = 1e-2, 1e-3
# plans of unfinished sub-problems that are kept
_KEPT = 64


def compiled_search(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """The front by the compiled engine; None where it refuses the problem or cannot be loaded."""
    try:
        from optimiser.engine.exact import kernel

        translation = translated(problem)
    except (ImportError, Untranslatable):
        return None
    if kernel.refusal(translation.program) is not None:
        return None
    if not kernel.compiled_before():
        budget.announce("compiling the exact engine, once: about half a minute")
    beside, earlier = Beside(problem, options, budget), before(problem, budget)
    if (spread := earlier.spread()) is not None:
        beside.restore(spread)
    corners = beside.corners()
    if (stop := budget.exhausted()) is not None:
        return _unstarted(translation, beside, earlier, stop, budget)
    weights = np.array(_preferences(translation), dtype=np.int64).reshape(
        -1, len(translation.columns)
    )
    exact = problem.linear is not None and problem.linear.resolution is None
    with Preferring(translation.program, weights, budget, workers=options.workers) as preferring:
        watch = _Watch(translation, budget, preferring if exact else None, beside, earlier)
        try:
            found = kernel.solve_front(
                translation.program,
                corners=corners,
                start=None
                if earlier.proven is None
                else kernel.Snapshot.read(under(_ENGINE, earlier.proven.arrays)),
                limits=_limits(options),
                fallback=watch.fallback,
                on_slice=watch,
            )
        finally:
            beside.end()
        if found.status == "refused":
            return None
        more = (
            watch.rest(found)
            if found.status == "stopped"
            else np.empty((0, len(translation.columns)), dtype=np.int64)
        )
        budget.report(found=len(found.points) + len(more), solved=found.subproblems)
        plans, left = preferring.finish(found.x) if exact else (found.x, 0)
    unsettled = (
        f"of {left} of {len(plans)} points another plan with the same objectives may be preferred"
        if left
        else ""
    )
    said = _Said(beside, earlier, watch.gap, unsettled, more, watch.fallback.unconfirmed)
    return _outcome(translation, replace(found, x=plans), options, budget, said)


def _unstarted(
    translation: Translation, beside: Beside, earlier: Before, stop: Stop, budget: Budget
) -> Outcome:
    """What was over before the engine began claims what the corners prove, and lists what is easily
    found.
    """
    plans = beside.finish()
    listed = (
        earlier.plans if plans is None else np.vstack([translation.decisions(plans), earlier.plans])
    )
    gaps = [gap for gap in (beside.gap, earlier.gap) if gap is not None]
    if budget.checkpoints is not None and len(listed):
        engine = (
            ({}, {}) if earlier.proven is None else (earlier.proven.numbers, earlier.proven.arrays)
        )
        budget.checkpoints.save(earlier.saved(listed, None, beside.state(), *engine))
    return _claimed(listed, beside, min(gaps, default=None), stop, note=earlier.words)


def _claimed(
    plans: Floats,
    beside: Beside,
    gap: float | None,
    stop: Stop | Literal["points"] | None,
    **more: Any,
) -> Outcome:
    """Plans of a run that was stopped, with the gap that is proven of them, if the corners are."""
    scale = () if beside.spread is None else beside.spread.scale
    status: Literal["approximate", "covering"] = (
        "approximate" if gap is None or not len(plans) else "covering"
    )
    return Outcome(
        plans,
        status,
        gap=gap if status == "covering" else None,
        scale=scale if status == "covering" else (),
        stopped=stop,
        basis="exact",
        bounds=beside.bounds(),
        **more,
    )


def _limits(options: Options) -> Limits:
    """Runs that may be stopped spread what they leave open: soon where a time limit is set, else
    after a while.
    """
    from optimiser.engine.exact import kernel

    if options.time_limit is None:
        return kernel.Limits(points=options.points, anytime=_WIDE, patience=_FIRST)
    return kernel.Limits(
        points=options.points, anytime=_NARROW, patience=min(1.0, 0.1 * options.time_limit)
    )


def _outcome(
    translation: Translation, found: KernelOutcome, options: Options, budget: Budget, said: _Said
) -> Outcome:
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
    note = "; ".join(filter(None, (doubt, said.unsettled)))
    if found.status == "complete" and exact:
        bounds = () if basis == "exact" else said.beside.bounds()
        return Outcome(
            plans,
            "complete",
            subproblems=found.subproblems,
            note=note,
            statistics=statistics,
            basis=basis,
            bounds=bounds,
        )
    # the run may be over: what bounds its result has a few seconds of its own
    whole = whole_of(problem, options, Budget(_SECONDS)) if found.status == "complete" else None
    if isinstance(whole, Whole):
        reach = stepped_gap(whole, plans, np.zeros(len(whole.axes)))
        return Outcome(
            plans,
            "covering",
            gap=reach.gap,
            scale=reach.scale,
            resolution=reach.resolution,
            subproblems=found.subproblems,
            note=note,
            statistics=statistics,
        )
    stopped: Stop | Literal["points"] | None = budget.exhausted()
    if stopped is None and found.reason == "enough points":
        stopped = "points"
    note = "; ".join(
        filter(
            None, ("" if stopped is not None else found.reason, said.unsettled, said.earlier.words)
        )
    )
    plans = np.vstack([plans, said.earlier.plans])
    return _claimed(
        plans,
        said.beside,
        said.gap,
        stopped,
        subproblems=found.subproblems,
        note=note,
        statistics=statistics,
    )


def _preferences(translation: Translation) -> list[Integers]:
    """Weights to minimise one after the other, in the order of the problem's rows of preference."""
    found = []
    for run in runs(translation.problem, _CHUNK):
        weights = np.zeros(translation.program.rows.shape[1], dtype=np.int64)
        for row, values in run:
            weights *= values or 1
            for j, weight in positioned(translation.problem, row):
                weights += weight * translation.expression(j)
        found.append(weights)
    return [weights for weights in found if weights.any()]


def _unbeaten(points: Integers, others: Integers) -> NDArray[np.int64]:
    """Positions of the points (k, m) that no other one and none of ``others`` (r, m) is as good as,
    equal ones once.
    """
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
        beside: the spread, with the corners.
        earlier: what an earlier run left.
        gap: proven on the way; None without any.
        unsettled: in words which plans are not settled.
        more: (k, columns) plans that hold and that no point of the engine is as good as.
        unconfirmed: how many sub-problems rest on HiGHS's word.
    """

    beside: Beside
    earlier: Before
    gap: float | None
    unsettled: str
    more: Integers
    unconfirmed: int


class _Watch:
    """Called by the engine now and then: passes on how far it is, with a gap that never grows, and
    says when to stop.
    """

    def __init__(
        self,
        translation: Translation,
        budget: Budget,
        preferring: Preferring | None,
        beside: Beside,
        earlier: Before,
    ) -> None:
        self._translation, self._budget, self._preferring, self._beside = (
            translation,
            budget,
            preferring,
            beside,
        )
        self._earlier = earlier
        self.fallback = Fallback(translation, budget)
        self._due = self._save_at = _FIRST
        self._seen = 0
        self._kept: dict[tuple[int, ...], Integers] = {}
        # of the engine's own points, and of all plans
        self._own: float | None = None
        self.gap = earlier.gap

    def __call__(self, progress: KernelProgress, /) -> bool:
        budget = self._budget
        if self._preferring is not None:
            self._preferring.see(progress)
        self._hand_over(progress)
        self._beside.turn()
        stop = budget.exhausted() is not None
        if not stop and budget.seconds() >= self._due and progress.points:
            self._measure(progress)
            self._due = budget.seconds() + _FIRST
        if budget.seconds() >= self._save_at:
            self._save(progress.plans(), progress.snapshot)
        self._lower(self._beside.gap)
        budget.report(
            found=max(progress.points, self._beside.found),
            solved=progress.subproblems,
            gap=self.gap,
        )
        return stop

    def rest(self, found: KernelOutcome, /) -> Integers:
        """(k, columns) what a stopped run lists beside the engine's points; all of that is
        saved.
        """
        translation = self._translation
        self._beside.see(found.x[self._seen :] if self._seen <= len(found.x) else found.x)
        spread = self._beside.finish()
        self._lower(self._beside.gap)
        more = np.vstack(
            [found.x[:0] if spread is None else spread, *(x[None] for x in self._kept.values())]
        )
        more = more[
            _unbeaten(
                more @ translation.program.objectives.T, found.x @ translation.program.objectives.T
            )
        ]
        frame = self._beside.frame
        if frame is not None and not self.fallback.unconfirmed:
            values = (more @ translation.program.objectives.T).astype(np.float64)
            self._lower(box_reach(frame, *cut_by(*_open(found.zones, found.floors), values)))
        self._own = self.gap
        self._save(np.vstack([found.x, more]), lambda: found.snapshot)
        return more

    def _hand_over(self, progress: KernelProgress) -> None:
        """New points of the engine, and the best plan so far of the sub-problem it is at, which may
        never be finished.
        """
        if progress.points > self._seen:
            self._beside.see(progress.plans()[self._seen : progress.points])
            self._seen = progress.points
        plan = progress.incumbent()
        if plan is not None:
            point = tuple((self._translation.program.objectives @ plan).tolist())
            if point not in self._kept:
                self._kept = {
                    p: x
                    for p, x in self._kept.items()
                    if not all(a <= b for a, b in zip(point, p, strict=True))
                }
                self._kept = {**dict(list(self._kept.items())[-_KEPT:]), point: plan}
                self._beside.see(plan[None])

    def _save(self, plans: Integers, snapshot: Callable[[], Snapshot | None], /) -> None:
        """Hand out the state, for another run to go on from; not more than a tenth of the time goes
        into it.
        """
        if self._budget.checkpoints is None:
            return
        began = self._budget.seconds()
        spread = self._beside.state()
        found = self._translation.decisions(
            np.vstack([plans, *(x[None] for x in self._kept.values())])
        )
        listed = found if spread is None else np.vstack([found, spread.plans])
        # what rests on HiGHS's word is no state to go on from
        state = None if self.fallback.unconfirmed else snapshot()
        engine = {} if state is None else named(_ENGINE, state.arrays())
        self._budget.checkpoints.save(self._earlier.saved(listed, self._own, spread, {}, engine))
        now = self._budget.seconds()
        self._save_at = now + max(_EVERY, 9.0 * (now - began))

    def _measure(self, progress: KernelProgress) -> None:
        """The gap by what is open, cheaply; an upper bound of the one at the end."""
        frame = self._beside.frame
        if frame is not None and not self.fallback.unconfirmed:
            floors, zones = progress.boxes()
            own = box_reach(frame, *_open(zones, floors))
            self._own = own if self._own is None else min(self._own, own)
            self._lower(own)

    def _lower(self, gap: float | None) -> None:
        if gap is not None:
            self.gap = gap if self.gap is None else min(self.gap, gap)
