"""What a run has found so far: the archive, and how much of the front it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.evolution.archive import Archive
from optimiser.solvers.evolution.coverage import Coverage

if TYPE_CHECKING:
    from optimiser.solvers.evolution.evaluation import Batch

__all__ = ["Record"]

_DIRECTIONS = {2: 200, 3: 300, 4: 400}


class Record:
    """The archive and its coverage, which see the same points.

    Attributes:
        gained: the sum of the relative hypervolume gains since it was last read.
    """

    def __init__(self, n: int, m: int, rng: np.random.Generator, /) -> None:
        self.archive = Archive(n, m)
        self.coverage = Coverage(n, m, rng, count=_DIRECTIONS.get(m, 500))
        self._ideal = np.full(m, np.inf)
        self.gained = 0.0

    def offer(self, batch: Batch, /) -> float:
        """Take in the feasible points of a batch; the relative gain of hypervolume."""
        if not len(batch):
            return 0.0
        if not batch.feasible.all():
            batch = batch.take(batch.feasible)
        self.archive.add(batch.x, batch.y)
        gain = self.coverage.add(batch.x, batch.y) if not self.coverage.empty else 0.0
        self.gained += gain
        return gain

    def settle(self) -> None:
        """Renew the axes where the front has moved out of them; that is no gain."""
        y = self.archive.y
        if not len(y):
            return
        ideal, nadir = y.min(axis=0), y.max(axis=0)
        if self.coverage.strays(ideal, nadir):
            first = self.coverage.empty
            self.coverage.rescale(ideal, nadir, self.archive.x, y)
            self.gained += 1.0 if first else 0.0

    def read_gain(self) -> float:
        """The gain since the last reading."""
        gained, self.gained = self.gained, 0.0
        return gained
