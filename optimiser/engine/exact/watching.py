"""What goes on between two slices of the compiled engine: progress, plans to spread, gaps, and a
state to go on from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.fallback import Fallback
from optimiser.engine.exact.gaps import cut_by
from optimiser.engine.exact.saving import ENGINE, named
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.beside import Beside
    from optimiser.engine.exact.kernel import (
        IntegerProgram,
        KernelOutcome,
        KernelProgress,
        Snapshot,
    )
    from optimiser.engine.exact.preferring import Preferring
    from optimiser.engine.exact.saving import Before
    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.engine.problem import Linear, Problem
    from optimiser.front import Floats

    Integers = NDArray[np.int64]

__all__ = ["EngineWatch", "Given"]

_UNLIMITED = 1 << 62
# seconds before a gap is measured and a state saved for the first time, and between two states
_FIRST, _EVERY = 1.0, 2.0
# plans of unfinished sub-problems that are kept
_KEPT = 64


@dataclass(frozen=True, eq=False)
class Given:
    """The problem, its rows, these in whole numbers, and as the compiled engine takes them."""

    problem: Problem
    linear: Linear
    view: WideProgram
    program: IntegerProgram

    @property
    def exact(self) -> bool:
        """Whether the rows describe the problem exactly."""
        return self.linear.resolution is None


def _unbeaten(points: Integers, others: Integers) -> NDArray[np.int64]:
    """Positions of the points (k, m) that no other one and none of ``others`` (r, m) is as good as,
    of equal ones the first.
    """
    rows = np.vstack([others, points])
    # what is as good as a row comes before it by the first objective, then the second, ...
    order = np.lexsort(rows.T[::-1])
    rows = rows[order]
    beaten = np.zeros(len(rows), dtype=np.bool_)
    if rows.shape[1] == 2:
        beaten[1:] = np.minimum.accumulate(rows[:-1, 1]) <= rows[1:, 1]
    else:
        for i, row in enumerate(rows):
            beaten[i] = (rows[:i] <= row).all(axis=1).any()
    kept = order[~beaten] - len(others)
    return np.sort(kept[kept >= 0])


def _open(zones: Integers, floors: Integers) -> tuple[Floats, Floats]:
    """Zones and floors as floats, infinite where unlimited."""
    upper = np.where(zones >= _UNLIMITED, np.inf, zones.astype(np.float64))
    return upper, np.where(floors <= -_UNLIMITED, -np.inf, floors.astype(np.float64))


class EngineWatch:
    """Called by the engine now and then: passes on how far it is, with a gap that never grows, and
    says when to stop.
    """

    def __init__(
        self,
        given: Given,
        budget: Budget,
        preferring: Preferring | None,
        beside: Beside,
        earlier: Before,
    ) -> None:
        self._given, self._budget = given, budget
        self._preferring, self._beside, self._earlier = preferring, beside, earlier
        self.fallback = Fallback(given.linear, given.view, given.program, budget)
        self._due = self._save_at = _FIRST
        self._seen = self._tentative = 0
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
            self._tentative = len(progress.tentative())
            self._due = budget.seconds() + _FIRST
        if budget.seconds() >= self._save_at:
            self._save(
                lambda: np.vstack([progress.plans(0), progress.tentative()]), progress.snapshot
            )
        self._lower(self._beside.gap)
        budget.report(
            found=max(progress.points, self._beside.found),
            solved=progress.subproblems,
            gap=self.gap,
            listed=progress.points + self._tentative + self._beside.found,
        )
        return stop

    def rest(self, found: KernelOutcome, /) -> Integers:
        """(k, columns) what a stopped run lists beside the engine's points; all of that is
        saved.
        """
        objectives = self._given.program.objectives
        self._beside.see(found.x[self._seen :] if self._seen <= len(found.x) else found.x)
        spread = self._beside.finish()
        self._lower(self._beside.gap)
        more = np.vstack(
            [
                found.tentative,
                *([] if spread is None else [spread]),
                *(x[None] for x in self._kept.values()),
            ]
        )
        more = more[_unbeaten(more @ objectives.T, found.x @ objectives.T)]
        if self._beside.frame is not None and not self.fallback.unconfirmed:
            values = (more @ objectives.T).astype(np.float64)
            # what is at or above a tentative plan is listed, or better is
            left = len(found.zones) - len(found.tentative)
            zones, floors = _open(found.zones[:left], found.floors[:left])
            self._lower(self._beside.reach(*cut_by(zones, floors, values)))
        self._own = self.gap
        self._save(lambda: np.vstack([found.x, more]), lambda: found.snapshot)
        return more

    def _hand_over(self, progress: KernelProgress) -> None:
        """New points of the engine, and the best plan so far of the sub-problem it is at, which may
        never be finished.
        """
        if progress.points > self._seen:
            self._beside.see(progress.plans(self._seen))
            self._seen = progress.points
        plan = progress.incumbent()
        if plan is not None:
            point = tuple((self._given.program.objectives @ plan).tolist())
            if point not in self._kept:
                self._kept = {
                    p: x
                    for p, x in self._kept.items()
                    if not all(a <= b for a, b in zip(point, p, strict=True))
                }
                self._kept = {**dict(list(self._kept.items())[-_KEPT:]), point: plan}
                self._beside.see(plan[None])

    def _save(
        self, plans: Callable[[], Integers], snapshot: Callable[[], Snapshot | None], /
    ) -> None:
        """Hand out the state, for another run to go on from; not more than a tenth of the time goes
        into it.
        """
        if self._budget.checkpoints is None:
            return  # and nothing is copied for it
        began = self._budget.seconds()
        spread = self._beside.state()
        found = self._given.view.decisions(
            np.vstack([plans(), *(x[None] for x in self._kept.values())])
        )
        listed = found if spread is None else np.vstack([found, spread.plans])
        # what rests on HiGHS's word is no state to go on from
        state = None if self.fallback.unconfirmed else snapshot()
        engine = {} if state is None else named(ENGINE, state.arrays())
        self._budget.checkpoints.save(self._earlier.saved(listed, self._own, spread, {}, engine))
        now = self._budget.seconds()
        self._save_at = now + max(_EVERY, 9.0 * (now - began))

    def _measure(self, progress: KernelProgress) -> None:
        """The gap by what is open, cheaply; an upper bound of the one at the end."""
        if self._beside.frame is not None and not self.fallback.unconfirmed:
            floors, zones = progress.boxes()
            own = self._beside.reach(*_open(zones, floors))
            if own is not None:
                self._own = own if self._own is None else min(self._own, own)
                self._lower(own)

    def _lower(self, gap: float | None) -> None:
        if gap is not None:
            self.gap = gap if self.gap is None else min(self.gap, gap)
