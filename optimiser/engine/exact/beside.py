"""Plans spread over the front while another engine lists it from end to end: what a stopped run
falls back on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.gaps import box_reach
from optimiser.engine.exact.spreading import Spread, spread_over

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget, Options, Saved
    from optimiser.engine.measuring import Measured
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

    Integers = NDArray[np.int64]

__all__ = ["Beside"]

# seconds before it begins, and the share of the time it takes, without and with a time limit
_PATIENCE, _SHARE = 1.0, 0.1
# that share while the gap is larger than what a planner can decide by
_LARGER, _NARROW = 0.3, 0.05
_SOON, _HALF = 0.03, 0.5
_WAIT = 0.2
# nodes of a corner after which what lists the front begins even where one is still open
_NODES = 2_000_000


class Beside:
    """One spread search, in a thread of its own where two may be used, else by turns with the
    engine.

    Args:
        problem: what the engine solves.
        options: how many threads may be used, and how long it may take.
        budget: of the run.
    """

    def __init__(self, problem: Problem, options: Options, budget: Budget, /) -> None:
        self._options, self._run = options, budget
        self._budget = budget.part(np.inf)
        self.spread: Spread | None = spread_over(problem, self._budget)
        self._thread: threading.Thread | None = None
        self._spent = 0.0
        limit = options.time_limit
        self._patience = _PATIENCE if limit is None else min(_PATIENCE, _SOON * limit)
        self._least = 1.0
        self._state: Saved | None = None
        self._asked = False
        # a single objective's corner is the answer itself, and who asks for a few plans has a
        # spread already
        self._idle = len(problem.objectives) == 1 or options.points is not None

    @property
    def frame(self) -> Measured | None:
        """The ideal and the scale, once the corners are proven."""
        return None if self.spread is None else self.spread.frame

    @property
    def gap(self) -> float | None:
        """The least that was proven so far; None until the corners are."""
        gap = None if self.spread is None else self.spread.gap
        self._least = self._least if gap is None else min(self._least, gap)
        return None if gap is None else self._least

    def reach(self, zones: Floats, floors: Floats, /) -> float | None:
        """The share of the scale within which plans cover all that is in the boxes from ``floors``
        to ``zones``, both (u, m), of the rows' values; None until the corners are proven.
        """
        frame = self.frame
        if self.spread is None or frame is None:
            return None
        return box_reach(frame, *self.spread.measures.boxes(zones, floors))

    @property
    def found(self) -> int:
        """Plans here."""
        return 0 if self.spread is None else len(self.spread)

    def corners(self) -> Integers | None:
        """(m, n) the corners, searched for before anything else; None where they are not all found
        in good time.
        """
        spread = self.spread
        if spread is None or self._idle:
            return None
        while spread.frame is None and self._run.exhausted() is None and spread.nodes < _NODES:
            self._run.report(found=len(spread), solved=spread.solved)
            if not spread.step():
                break
        return spread.corners

    def restore(self, saved: Saved, /) -> None:
        """Go on from the state of an earlier run of the same problem."""
        if self.spread is not None and not self._idle:
            self.spread.restore(saved)

    def state(self) -> Saved | None:
        """Where the search stands, to be saved: as of the end of a step not long ago; None where
        there is nothing to say yet.
        """
        if self.spread is None or self._idle:
            return None
        if self._thread is None or not self._thread.is_alive():
            return self.spread.state()
        self._asked = True
        return self._state

    def see(self, plans: Iterable[Integers], /) -> None:
        """Hand over plans (n,) that hold."""
        if self.spread is not None:
            self.spread.hand(plans)

    def note(self, full: Floats, /) -> None:
        """Hand over an answer over all columns (columns,) of the problem, where it holds."""
        x = None if self.spread is None else self.spread.problem.read(full)
        if x is not None:
            self.see([x])

    def turn(self) -> None:
        """Called by the engine now and then: begin, or take one's turn."""
        if self.spread is None or self._idle or self._run.seconds() < self._patience:
            return
        if self._options.workers < 2:
            while self._wanted() and self._work(self.spread):
                pass
        elif self._thread is None:
            self._thread = threading.Thread(target=self._loop, args=(self.spread,), daemon=True)
            self._thread.start()

    def finish(self) -> Integers | None:
        """(k, n) the plans found here or handed over; the gap counts them all."""
        self.end()
        if self.spread is None:
            return None
        self.spread.settle()
        rest = self.spread.rest()
        return np.vstack([self.spread.plans, *(x[None] for x in rest)])

    def bounds(self) -> tuple[Fraction | None, ...]:
        """(m,) what every objective is proven to be at least; empty where nothing is said."""
        return () if self.spread is None else self.spread.bounds()

    def end(self) -> None:
        """Stop working."""
        self._budget.cancel()
        if self._thread is not None:
            self._thread.join()

    def _wanted(self) -> bool:
        """Whether less than its share of the time was spent here."""
        both, gap = self._options.time_limit is not None, self.gap
        wide = gap is None or gap > _NARROW
        share = (
            (_LARGER if wide else _SHARE)
            if not both
            else 1.0
            if self._options.workers > 1
            else _HALF
        )
        return self._budget.exhausted() is None and self._spent <= share * (
            self._run.seconds() - self._patience
        )

    def _loop(self, spread: Spread) -> None:
        pause = threading.Event()
        while self._budget.exhausted() is None:
            if not self._wanted():
                pause.wait(_WAIT)
            elif not self._work(spread):
                return

    def _work(self, spread: Spread) -> bool:
        """One step; False where there is nothing to do."""
        began = self._run.seconds()
        more = spread.step()
        if self._asked:
            self._asked, self._state = False, spread.state()
        self._spent += self._run.seconds() - began
        return more
