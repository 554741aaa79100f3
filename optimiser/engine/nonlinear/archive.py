"""Every feasible non-dominated point ever seen, with its decisions; unbounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.dominance import non_dominated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Floats

__all__ = ["Archive"]


class Archive:
    """An unbounded set of mutually non-dominated points.

    New points wait in a buffer and are filtered in batches: a filter of everything costs
    milliseconds, so it has to be rare. Decisions stay where they were written until half of them
    are dead: moving long rows is what would cost.

    Attributes:
        filtered: how often all points were compared.
    """

    def __init__(self, n: int, m: int, /) -> None:
        self._x = np.empty((1024, n))
        self._y = np.empty((1024, m))
        self._alive = np.empty(0, dtype=np.int64)
        self._used = 0
        self._waiting = 0
        self.filtered = 0

    def __len__(self) -> int:
        return len(self.y)

    @property
    def x(self) -> Floats:
        """(k, n) decisions of the non-dominated points, in the order in which they were found."""
        self._filter()
        return self._x.take(self._alive, axis=0)

    @property
    def y(self) -> Floats:
        """(k, m) their objectives."""
        self._filter()
        return self.known

    def add(self, x: Floats, y: Floats, /) -> None:
        """Offer feasible points (k, n) with their objectives (k, m)."""
        k = len(y)
        if not k:
            return
        self._reserve(k)
        self._x[self._used : self._used + k] = x
        self._y[self._used : self._used + k] = y
        self._used += k
        self._waiting += k
        if self._waiting > max(512, len(self._alive) // 2):
            self._filter()

    @property
    def known(self) -> Floats:
        """(k, m) objectives without the points that still wait: as good for a guess, and nothing
        is compared.
        """
        return self._y.take(self._alive, axis=0)

    @property
    def held(self) -> int:
        """How many rows ``known`` has."""
        return len(self._alive)

    def sample(self, rows: NDArray[np.int64], /) -> Floats:
        """(len(rows), n) decisions of some rows of ``known``."""
        return self._x.take(self._alive[rows], axis=0)

    def _filter(self) -> None:
        if not self._waiting:
            return
        candidates = np.concatenate(
            [self._alive, np.arange(self._used - self._waiting, self._used)]
        )
        self._alive = candidates[non_dominated(self._y.take(candidates, axis=0))]
        self._waiting = 0
        self.filtered += 1

    def _reserve(self, k: int) -> None:
        if self._used + k <= len(self._x):
            return
        self._filter()
        kept = len(self._alive)
        size = len(self._x)
        while size < 2 * (kept + k):
            size *= 2
        x, y = np.empty((size, self._x.shape[1])), np.empty((size, self._y.shape[1]))
        self._x.take(self._alive, axis=0, out=x[:kept], mode="clip")
        self._y.take(self._alive, axis=0, out=y[:kept], mode="clip")
        self._x, self._y, self._alive, self._used = x, y, np.arange(kept), kept
