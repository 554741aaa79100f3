"""The corners first, then plans spread over the front: step by step, so that it can be stopped at
any time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.contract import Budget, Saved
from optimiser.engine.exact.anytime import Anytime, Asked
from optimiser.engine.exact.corners import Corners, Finder, Frame
from optimiser.engine.exact.few_plans import few_of
from optimiser.engine.exact.narrowed import narrowed
from optimiser.engine.exact.saving import named, under
from optimiser.engine.exact.wide_program import WideProgram, wide_program
from optimiser.engine.measuring import Measured, Measures, measurable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem

    Integers = NDArray[np.int64]

__all__ = ["Spread", "soon", "spread_over"]

_ZONES = "zones."
# so many plans with equal objectives are compared, and found with so many nodes
_LISTED, _LISTING_NODES = 64, 5_000
# nodes for a first plan of a run that was stopped before it had any
_EASILY = 10_000
# numbers in rows beyond which a relaxation takes longer to make than a stopped run may still take
_MOST_AFTERWARDS = 20_000
# seconds that a stopped run may still take for plans that were handed over, and for bounds
_MOMENT = 1.0


def spread_over(problem: Problem, budget: Budget, /) -> Spread | None:
    """A search that has yet to begin; None where distances mean nothing, or where nothing answers
    its questions.
    """
    linear, view = problem.linear, wide_program(problem)
    if not linear or linear.resolution is not None:
        return None
    if view is None or not measurable(problem):
        return None
    if narrowed(view) is None and _relaxed(view, [1] * len(view.objectives), budget) is None:
        return None
    return Spread(view, budget)


def _relaxed(problem: WideProgram, ranges: Iterable[int], budget: Budget) -> Asked | None:
    from optimiser.engine.exact.relaxed import Relaxed

    try:
        return Relaxed(problem, list(ranges), budget)
    except ValueError:
        return None


def soon(problem: WideProgram, pace: float, /) -> bool:
    """Whether a relaxation is made in a moment by a machine of that pace."""
    return pace * problem.entries <= _MOST_AFTERWARDS


class Spread:
    """One search: see :class:`.corners.Corners` and :class:`.anytime.Anytime`.

    Args:
        problem: what is searched.
        budget: ends a step that takes long.

    Attributes:
        problem: as given.
        measures: what its values are worth.
    """

    def __init__(self, problem: WideProgram, budget: Budget, /) -> None:
        self.problem, self._budget = problem, budget
        self._corners = Corners(problem, self._finder)
        self.measures = Measures(problem.problem, problem.unit, problem.offset, problem.spans())
        self._frame: Measured | None = None
        self._search: Anytime | None = None
        self._handed: deque[Integers] = deque()
        self._slices = 0

    @property
    def frame(self) -> Measured | None:
        """The ideal and the scale, once the corners are proven."""
        if self._frame is None and self._corners.frame is not None:
            rows, corners = self._corners.frame, np.array(self._corners.best)
            self._frame = self.measures.frame(
                rows.ideal, rows.scale, self.problem.decisions(corners)
            )
        return self._frame

    @property
    def infeasible(self) -> bool:
        """Whether it is proven that nothing holds."""
        return self._corners.infeasible

    @property
    def corners(self) -> Integers | None:
        """(m, n) the best plan of every objective, once all are proven."""
        return None if self.frame is None else np.array(self._corners.best)

    @property
    def gap(self) -> float | None:
        """What is proven of the plans; None until the corners are."""
        return None if self._search is None else self._search.gap

    @property
    def complete(self) -> bool:
        """Whether every efficient point is that of one of the plans."""
        return self._search is not None and self._search.complete

    @property
    def solved(self) -> int:
        """Slices and questions so far."""
        return self._slices + (0 if self._search is None else self._search.solved)

    @property
    def nodes(self) -> int:
        """The largest number of nodes that the search for a corner has taken so far."""
        return self._corners.nodes

    @property
    def asked(self) -> Asked | None:
        """What answers the questions; None until the corners are proven."""
        return None if self._search is None else self._search.asked

    def __len__(self) -> int:
        return len(self._corners.plans) if self._search is None else len(self._search)

    @property
    def plans(self) -> Integers:
        """(k, n) the plans so far; until the corners are proven some may beat others."""
        if self._search is not None:
            return self._search.plans
        found = [*self._corners.plans, *self._handed]
        return np.array(found, dtype=np.int64).reshape(len(found), len(self.problem.columns))

    @property
    def scale(self) -> tuple[float, ...]:
        """(m,) the scale in the objectives' units; empty until the corners are proven."""
        return () if self.frame is None else self.measures.scale(self.frame)

    def bounds(self) -> tuple[Fraction | None, ...]:
        """(m,) what every objective is proven to be at least, in its own unit."""
        if self.frame is None and self._soon:
            self._relax()
        if self.frame is not None:
            return self.measures.bounds(self.frame.ideal)
        floors = enumerate(self._corners.floors)
        return self.measures.bounds([self.measures.low(k, value) for k, value in floors])

    def state(self) -> Saved:
        """Where the search stands, to be saved: plans are those of the posed problem."""
        numbers, corners = self._corners.state()
        arrays: dict[str, NDArray[Any]] = dict(corners)
        if self._search is not None:
            arrays |= named(_ZONES, self._search.state())
        return Saved("", self.problem.decisions(self.plans), self.gap, numbers, arrays)

    def restore(self, saved: Saved, /) -> None:
        """Go on from a state of the same problem."""
        self._corners.restore(saved.numbers, saved.arrays)
        search = self._prepared()
        if search is not None:
            search.restore(under(_ZONES, saved.arrays))

    def hand(self, plans: Iterable[Integers], /) -> None:
        """Hand over plans (n,) that hold."""
        self._handed.extend(plans)

    def step(self, gap: float = 0.0, /) -> bool:
        """One slice of a corner, or one question; False where nothing is left to do."""
        if not self._corners.over:
            self._slices += 1
            self._corners.step(lambda: True)
            return not self._corners.infeasible
        search = self._prepared()
        if search is None:
            return False
        self._offer(search)
        return search.step(gap)

    def first(self, most: int, /) -> Anytime | None:
        """The plans so far and what is proven of them; None where they are more than so many."""
        search = self._search
        return None if search is None or len(self) > most else search.among(self.plans)

    def few(
        self, most: int, over: Callable[[], bool], gap: float, first: Anytime | None, /
    ) -> Anytime | None:
        """At most so many of the plans, the corners among them, and what is proven of these, or the
        first ones, if that is less; None until the corners are.
        """
        if self._search is None:
            return None
        few = few_of(self._search, most, over, gap=gap)
        return few if first is None or few.gap < first.gap else first

    def settle(self) -> None:
        """Take in what was handed over; where there is no plan at all, one that is easily found."""
        search, problem = self._prepared(), self.problem
        over = _moment()
        if search is not None:
            self._offer(search)
            search.take(over)
        if not len(self) and not self._handed and not self._soon:
            self.hand(problem.ends()[:1])
        if not self._corners.over and not len(self) and not self._handed:
            asked = self._asker(Frame.about(self.problem.spans()))
            x = (
                None
                if asked is None
                else asked.ask([None] * len(self.problem.objectives), _EASILY, over)[0]
            )
            if asked is not None and x is not None:
                self.hand([asked.better(x, _EASILY, over)])
            if not self._handed:
                self.hand(problem.ends()[:1])

    def preferred(self, plans: Integers, /) -> tuple[Integers, int]:
        """(k, n) of all plans with the same objectives the canonical ones, and of how many of them
        that is not proven.
        """
        frame, left, found = self._corners.frame, 0, plans.copy()
        asked = None if frame is None else self._asker(frame)
        for i, x in enumerate(plans):
            equal, all_of_them = [x], False
            if asked is not None and not self._over():
                equal, all_of_them = asked.alike(x, _LISTED, _LISTING_NODES, self._over)
            found[i] = min(equal, key=self.problem.preference)
            left += not all_of_them
        return found, left

    def rest(self) -> list[Integers]:
        """Plans (n,) that were handed over and are not among the plans."""
        return [] if self._search is None else self._search.rest()

    def _offer(self, search: Anytime) -> None:
        handed = [self._handed.popleft() for _ in range(len(self._handed))]
        search.offer(handed)

    def _prepared(self) -> Anytime | None:
        frame, rows = self.frame, self._corners.frame
        if self._search is None and frame is not None and rows is not None:
            asked = self._asker(rows)
            if asked is not None:
                self._search = Anytime(self.problem, asked, self.measures, frame, self._over)
                self._search.begin([*self._corners.best, *self._corners.plans])
        return self._search

    @property
    def _soon(self) -> bool:
        return soon(self.problem, self._budget.pace)

    def _over(self) -> bool:
        return self._budget.exhausted() is not None

    def _asker(self, frame: Frame) -> Asked | None:
        if (narrow := narrowed(self.problem)) is not None:
            from optimiser.engine.exact.questions import Within

            return Within(self.problem, narrow, frame)
        return _relaxed(self.problem, frame.scale, self._budget)

    def _finder(self, problem: WideProgram) -> Finder:
        if (narrow := narrowed(problem)) is not None:
            from optimiser.engine.exact.questions import LeastAnswer

            return LeastAnswer(problem, narrow)
        from optimiser.engine.exact.halved import Halved
        from optimiser.engine.exact.relaxed import Relaxed

        return Halved(
            Relaxed(problem, [high - low for low, high in problem.spans()], self._budget), problem
        )

    def _relax(self) -> None:
        """Bounds by the relaxation, where corners are not proven."""
        from optimiser.engine.exact.relaxed import Relaxed

        ranges = [high - low for low, high in self.problem.spans()]
        relaxed = _relaxed(self.problem, ranges, Budget(_MOMENT))
        if isinstance(relaxed, Relaxed):
            for k in range(len(ranges)):
                self._corners.raise_floor(k, relaxed.bound(k))


def _moment() -> Callable[[], bool]:
    """Whether a moment is over, which begins when that is first asked: what loads the engine does
    not count.
    """
    begun: list[Budget] = []

    def over() -> bool:
        if not begun:
            begun.append(Budget(_MOMENT))
        return begun[0].exhausted() is not None

    return over
