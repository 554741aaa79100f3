"""What a run has found so far: the archive, and how much of the front it covers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.archive import Archive
from optimiser.engine.nonlinear.dominance import non_dominated
from optimiser.engine.nonlinear.evaluator import Batch
from optimiser.engine.nonlinear.hypervolumes import Coverage

if TYPE_CHECKING:
    from optimiser.engine.problem import Flags, Floats

__all__ = ["SearchRecord"]

_FEW = 20
_DIRECTIONS = {2: 200, 3: 300, 4: 400}


class SearchRecord:
    """The archive and its coverage, which see the same points.

    Attributes:
        gained: the sum of the relative hypervolume gains since it was last read.
        listener: told of the points that are taken in.
    """

    def __init__(self, n: int, m: int, p: int, rng: np.random.Generator, /) -> None:
        self.archive = Archive(n, m)
        self.coverage = Coverage(n, m, rng, count=_DIRECTIONS.get(m, 500))
        self._p = p
        self._seen = -1
        self.gained = 0.0
        self.listener: Callable[[Batch], object] | None = None

    def offer(self, batch: Batch, /) -> float:
        """Take in the feasible points of a batch; the relative gain of hypervolume."""
        if not len(batch):
            return 0.0
        keep = batch.feasible
        if len(batch) > _FEW and keep.any():
            keep = self._promising(batch.y, keep)
        if not keep.all():
            batch = batch.take(keep)
        if self.listener is not None:
            self.listener(batch)
        self.archive.add(batch.x, batch.y)
        gain = self.coverage.add(batch.x, batch.y) if not self.coverage.empty else 0.0
        self.gained += gain
        return gain

    def _promising(self, y: Floats, feasible: Flags) -> Flags:
        """(k,) which feasible points no other of them and no champion dominates: a small filter
        that saves the large one.
        """
        rows = np.flatnonzero(feasible)
        champions = self.coverage.y.take(self.coverage.champions(), axis=0)
        own = y if len(rows) == len(y) else y.take(rows, axis=0)
        good = non_dominated(np.concatenate([own, champions]))
        found: Flags = np.zeros(len(y), dtype=bool)
        found[rows[good[good < len(rows)]]] = True
        return found

    def settle(self) -> None:
        """Renew the axes where the front has moved out of them; that is no gain."""
        if self.archive.filtered == self._seen and not self.coverage.empty:
            return
        y = self.archive.y if self.coverage.empty else self.archive.known
        if not len(y):
            return
        self._seen = self.archive.filtered
        ideal, nadir = y.min(axis=0), y.max(axis=0)
        if self.coverage.strays(ideal, nadir):
            first = self.coverage.empty
            self.coverage.rescale(ideal, nadir, self.archive.x, self.archive.y)
            self.gained += 1.0 if first else 0.0

    def sample(self, count: int, rng: np.random.Generator, /) -> Batch:
        """Some of the points that stand for directions."""
        cells = self.coverage.champions()
        cells = rng.choice(cells, min(count, len(cells)), replace=False)
        return Batch(
            self.coverage.x.take(cells, axis=0),
            self.coverage.y.take(cells, axis=0),
            np.zeros((len(cells), self._p)),
            np.ones(len(cells), dtype=bool),
        )

    def read_gain(self) -> float:
        """The gain since the last reading."""
        gained, self.gained = self.gained, 0.0
        return gained
