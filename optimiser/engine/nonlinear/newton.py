"""Newton steps as a source of points: whole neighbourhoods of the front at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder
from optimiser.engine.nonlinear.newton_steps import NewtonSteps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.engine.nonlinear.record import SearchRecord
    from optimiser.engine.problem import Floats

__all__ = ["Newton"]

_ROUNDS = 2
_SLICE = 400.0


class Newton:
    """Polish of whole neighbourhoods of the front."""

    name = "newton"

    def __init__(self, breeder: Breeder, record: SearchRecord, size: int, /) -> None:
        self._breeder = breeder
        self._record = record
        self._size = size
        self._step = NewtonSteps(breeder)
        self._steps = 0

    @property
    def ready(self) -> bool:
        """True where there is a front to polish."""
        return not self._record.coverage.empty

    def counts(self) -> Mapping[str, int]:
        """Points that were moved."""
        return {"steps": self._steps}

    def advance(self) -> None:
        """Neighbourhoods worth a slice."""
        start = self._breeder.evaluator.work
        while self._breeder.evaluator.work < start + _SLICE:
            self._polish()

    def _polish(self) -> None:
        """One neighbourhood: second derivatives at a point of the front, steps for that point and
        those around it.
        """
        evaluator, record, rng = self._breeder.evaluator, self._record, self._breeder.rng
        u = self._neighbourhood()
        hessians = self._step.hessians(u[0], record.coverage.span)
        damping = 10.0 ** rng.uniform(-9.0, -2.0)
        for _ in range(_ROUNDS):
            step = self._step(u, record.coverage.span, hessians, damping)
            self._steps += len(u)
            trial = np.concatenate([np.clip(u + share * step, 0.0, 1.0) for share in (1.0, 0.4)])
            batch = self._breeder.constraints.inside(self._step.settled(trial))
            record.offer(batch)
            u = evaluator.space.encode(batch.x[: len(u)])

    def _neighbourhood(self) -> Floats:
        """(k, n) points of the archive, the first drawn at random, the others nearest to it in
        objective space.
        """
        record, rng = self._record, self._breeder.rng
        coverage = record.coverage
        cells = coverage.champions()
        site = cells[rng.integers(0, len(cells))]
        y = record.archive.known
        rows = rng.choice(len(y), min(len(y), 8 * self._size), replace=False)
        distance = (((y[rows] - coverage.y[site]) / coverage.span) ** 2).sum(axis=1)
        rows = rows[np.argsort(distance, kind="stable")[: self._size]]
        x = np.concatenate([coverage.x[site][None], record.archive.sample(rows)])
        space = self._breeder.evaluator.space
        if not space.continuous:
            same = (x[:, space.discrete] == x[0, space.discrete]).all(axis=1)
            x = x[same]
        return space.encode(x)
