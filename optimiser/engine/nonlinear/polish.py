"""Single points driven to the front by sequential quadratic programming, the ends of every
objective first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder
from optimiser.engine.nonlinear.hypervolumes import REFERENCE
from optimiser.engine.nonlinear.scalar import Aim, Axes, coarse, drive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.engine.nonlinear.record import SearchRecord
    from optimiser.engine.problem import Floats

__all__ = ["Polish"]

_AGAIN = 6
_SLICE = 400.0


class Polish:
    """One scalar problem after another.

    Attributes:
        solved: how many so far.
    """

    name = "polish"

    def __init__(self, breeder: Breeder, record: SearchRecord, /) -> None:
        self._breeder = breeder
        self._record = record
        self._real = np.flatnonzero(breeder.evaluator.space.real)
        self._queue: list[int] = []
        self.solved = 0

    @property
    def ready(self) -> bool:
        """True where there is a front to start from."""
        return not self._record.coverage.empty

    def counts(self) -> Mapping[str, int]:
        """Sub-problems."""
        return {"subproblems": self.solved}

    def advance(self) -> None:
        """Sub-problems worth a slice: the ends first, then directions in random order."""
        start = self._breeder.evaluator.work
        while self._breeder.evaluator.work < start + _SLICE:
            self._next()

    def _next(self) -> None:
        coverage, rng = self._record.coverage, self._breeder.rng
        cells = coverage.champions()
        m = self._breeder.evaluator.m
        if self.solved < m:
            start = cells[np.argmin(coverage.y[cells, self.solved])]
            self._solve(coverage.x[start], anchor=self.solved)
            return
        if self.solved < 3 * m or self.solved % _AGAIN == 0:
            # an end may have several basins: once more from some point of the front, or from
            # anywhere
            x = coverage.x[cells[rng.integers(0, len(cells))]]
            self._solve(
                self._anywhere(x) if rng.random() < 0.5 else x, anchor=int(rng.integers(0, m))
            )
            return
        if not self._queue:
            self._queue = [int(i) for i in rng.permutation(len(coverage.w))]
        cell = self._queue.pop()
        reached = coverage.length[cell] > 0
        start = cell if reached else int(cells[np.argmax(coverage.w[cells] @ coverage.w[cell])])
        self._solve(coverage.x[start], cell=cell)

    def _anywhere(self, x: Floats) -> Floats:
        """A random point with the discrete columns of a given one: the end of an objective may have
        several basins.
        """
        u = self._breeder.evaluator.space.encode(x[None])
        u[:, self._real] = self._breeder.rng.random((1, len(self._real)))
        point: Floats = self._breeder.evaluator.space.decode(u)[0]
        return point

    def _solve(self, x: Floats, *, anchor: int | None = None, cell: int = 0) -> None:
        self.solved += 1
        coverage, m = self._record.coverage, self._breeder.evaluator.m
        aim = (
            Aim(anchor)
            if anchor is not None
            else Aim(origin=np.full(m, REFERENCE), line=coverage.w[cell])
        )
        batch = drive(
            self._breeder,
            x,
            Axes(coverage.ideal, coverage.span),
            aim,
            coarse(len(self._real)),
        )
        last = self._breeder.constraints.inside(batch.take(np.array([len(batch) - 1])))
        self._record.offer(batch.take(batch.feasible))
        self._record.offer(last)
