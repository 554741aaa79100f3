"""The corners first, then plans spread over the front: step by step, so that it can be stopped at any time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.contract import Budget
from optimiser.solvers.discrete.anytime import Anytime, Asked
from optimiser.solvers.discrete.corners import Corners, Finder, Frame
from optimiser.solvers.discrete.posed import Posed, posed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.problem import Problem

    Integers = NDArray[np.int64]

__all__ = ["Spread", "spread_over"]

# plans handed over that are taken in between two steps
_BATCH = 20
# seconds that a stopped run may still take: for plans that were handed over, for a first plan, for bounds
_MOMENT = 1.0


def spread_over(problem: Problem, budget: Budget, /, *, thorough: bool = False) -> Spread | None:
    """A search that has yet to begin; None where distances mean nothing, or where nothing answers its questions."""
    view = posed(problem)
    if view is None or (view.narrow is None and _relaxed(view, [1] * len(view.objectives), budget) is None):
        return None
    return Spread(view, budget, thorough)


def _relaxed(problem: Posed, ranges: Iterable[int], budget: Budget) -> Asked | None:
    from optimiser.solvers.discrete.relaxed import Relaxed

    try:
        return Relaxed(problem, list(ranges), budget)
    except ValueError:
        return None


class Spread:
    """One search: see :class:`.corners.Corners` and :class:`.anytime.Anytime`.

    Args:
        problem: what is searched.
        budget: ends a step that takes long.
        thorough: as of the latter.

    Attributes:
        problem: as given.
    """

    def __init__(self, problem: Posed, budget: Budget, thorough: bool, /) -> None:
        self.problem, self._budget, self._thorough = problem, budget, thorough
        self._corners = Corners(problem, self._finder)
        self._search: Anytime | None = None
        self._handed: deque[Integers] = deque()
        self._slices = 0

    @property
    def frame(self) -> Frame | None:
        """The ideal and the scale, once the corners are proven."""
        return self._corners.frame

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

    def __len__(self) -> int:
        return len(self._corners.plans) if self._search is None else len(self._search)

    @property
    def plans(self) -> Integers:
        """(k, n) the plans so far; until the corners are proven some may beat others."""
        if self._search is not None:
            return self._search.plans
        found = self._corners.plans
        return np.array(found, dtype=np.int64).reshape(len(found), len(self.problem.columns))

    @property
    def scale(self) -> tuple[float, ...]:
        """(m,) the scale in the objectives' units; empty until the corners are proven."""
        return () if self.frame is None else tuple(float(u * s) for u, s in zip(self.problem.unit, self.frame.scale, strict=True))

    def bounds(self) -> tuple[Fraction, ...]:
        """(m,) what every objective is proven to be at least, in its own unit."""
        if self.frame is None:
            self._relax()
        view = self.problem
        return tuple(u * low + o for u, low, o in zip(view.unit, self._corners.floors, view.offset, strict=True))

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
        for _ in range(min(_BATCH, len(self._handed))):
            search.learn(self._handed.popleft())
        return search.step(gap) or bool(self._handed)

    def measure(self, over: Callable[[], bool], gap: float, /) -> None:
        """Lower the gap without further plans."""
        if self._search is not None:
            self._search.measure(over, gap=gap)

    def settle(self) -> None:
        """Take in what was handed over; where there is no plan at all, look for one, a moment long."""
        moment = Budget(_MOMENT)
        search = self._prepared()
        while search is not None and self._handed and moment.exhausted() is None:
            search.learn(self._handed.popleft())
        while self.frame is None and not len(self) and not self._handed and not self._corners.over and moment.exhausted() is None:
            self._corners.step(lambda: True)
        self._prepared()

    def rest(self) -> list[Integers]:
        """What was handed over and not taken in."""
        return list(self._handed)

    def _prepared(self) -> Anytime | None:
        frame = self.frame
        if self._search is None and frame is not None:
            asked = self._asker(frame)
            if asked is not None:
                self._search = Anytime(self.problem, asked, frame, self._over, thorough=self._thorough)
                self._search.begin(self._corners.best if self._thorough else [*self._corners.best, *self._corners.plans])
        return self._search

    def _over(self) -> bool:
        return self._budget.exhausted() is not None

    def _asker(self, frame: Frame) -> Asked | None:
        if self.problem.narrow is not None:
            from optimiser.solvers.discrete.questions import Within

            return Within(self.problem, self.problem.narrow, frame.scale)
        return _relaxed(self.problem, frame.scale, self._budget)

    def _finder(self, problem: Posed) -> Finder:
        if problem.narrow is not None:
            from optimiser.solvers.discrete.questions import Least

            return Least(problem, problem.narrow)
        from optimiser.solvers.discrete.relaxed import Halved, Relaxed

        return Halved(Relaxed(problem, [high - low for low, high in problem.spans()], self._budget), problem)

    def _relax(self) -> None:
        """Bounds by the relaxation, where corners are not proven."""
        from optimiser.solvers.discrete.relaxed import Relaxed

        ranges = [high - low for low, high in self.problem.spans()]
        relaxed = _relaxed(self.problem, ranges, Budget(_MOMENT))
        if isinstance(relaxed, Relaxed):
            for k in range(len(ranges)):
                self._corners.raise_floor(k, relaxed.bound(k))
