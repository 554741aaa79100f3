"""Filling the front: children of neighbours on it, one cell of directions at a time.

The Pareto set of m objectives is, almost everywhere, a smooth manifold of m - 1 dimensions: between
and just beyond neighbours there are more plans like them.

References:
    Zhang, Li (2007), MOEA/D. IEEE Transactions on Evolutionary Computation 11(6), 712-731
        (neighbourhoods of directions).
    Zhang, Zhou, Jin (2008), RM-MEDA. IEEE Transactions on Evolutionary Computation 12(1), 41-63.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder, Credit
from optimiser.engine.nonlinear.variation import (
    differential,
    manifold,
    mutate,
    simulated_binary,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimiser.engine.nonlinear.record import SearchRecord
    from optimiser.engine.problem import Floats

__all__ = ["Filling"]

# how often each way is taken at least; the last one, which crosses with plans far away, more often
# where derivatives are missing
_FLOORS = (0.04, 0.04, 0.04, 0.04, 0.04)
_FAR = 0.04
_FAR_WITHOUT_DERIVATIVES = 0.5
_BATCHES = 10
# numpy costs the same for a few points as for many: once the front is known, batches may grow, and
# a share of them
_GROWTH = 8
_SHARE = 3


class Filling:
    """Children of the points that stand for neighbouring directions."""

    name = "spread"

    def __init__(self, breeder: Breeder, record: SearchRecord, size: int, /) -> None:
        self._breeder = breeder
        self._record = record
        self._size = size
        far = _FAR if breeder.evaluator.smooth else _FAR_WITHOUT_DERIVATIVES
        self.credit = Credit((*_FLOORS, far))

    @property
    def ready(self) -> bool:
        """True where there are enough different points to speak of neighbours."""
        return len(self._record.coverage.champions()) >= 4

    def advance(self) -> None:
        """Ten batches, or fewer large ones where there are many plans to start from."""
        size = int(
            np.clip(len(self._record.archive.known) // _SHARE, self._size, _GROWTH * self._size)
        )
        for _ in range(_BATCHES):
            self._batch(size)

    def counts(self) -> Mapping[str, int]:
        """Nothing besides."""
        return {}

    def _batch(self, size: int) -> None:
        rng, coverage, space = (
            self._breeder.rng,
            self._record.coverage,
            self._breeder.evaluator.space,
        )
        champions = coverage.champions()
        cell = champions[rng.integers(0, len(champions), size)]
        base = space.encode(coverage.x[cell])
        near = self._neighbours(cell)
        choice = self.credit.draw(rng)
        child = self._child(choice, base, near)
        if not space.continuous:
            child = self._settle_discrete(child, base, near)
        batch = self._breeder.plans(child)
        before = coverage.length.copy()
        self._record.offer(batch)
        m = self._breeder.evaluator.m
        self.credit.pay(choice, float((coverage.length**m - before**m).sum()) / size)

    def _neighbours(self, cell: NDArray[np.int64]) -> Floats:
        """(k, q, n) points that stand for the directions around each cell; its own where none
        reaches one.
        """
        coverage = self._record.coverage
        near = coverage.near[cell]
        near = np.where(coverage.length[near] > 0, near, cell[:, None])
        k, q = near.shape
        return self._breeder.evaluator.space.encode(coverage.x[near.ravel()]).reshape(k, q, -1)

    def _child(self, choice: int, base: Floats, near: Floats) -> Floats:
        rng = self._breeder.rng
        k, q, _ = near.shape
        first, second = rng.integers(0, q, (2, k))
        every = np.arange(k)
        if choice == 0:
            # between and a little beyond two neighbours; the second step gives the plane that three
            # objectives need
            child = base + rng.uniform(-0.6, 1.2, (k, 1)) * (near[every, first] - base)
            if self._breeder.evaluator.m > 2:
                child += rng.uniform(-0.5, 0.5, (k, 1)) * (near[every, second] - base)
            return within(child, base, rng)
        if choice == 1:
            return manifold(base, near, rng, scale=float(rng.choice([0.3, 0.7, 1.2])))
        if choice == 2:
            child = differential(
                base, near[every, first], near[every, second], rng, scale=0.7, crossover=0.7
            )
            return mutate(child, rng, rate=0.5 / base.shape[1])
        if choice == len(_FLOORS):
            # columns of a plan from anywhere on the front: what each of two has found, as far as
            # columns are separable
            coverage = self._record.coverage
            champions = coverage.champions()
            far = coverage.x[champions[rng.integers(0, len(champions), k)]]
            mate = self._breeder.evaluator.space.encode(far)
            child = simulated_binary(base, mate, rng, eta=10.0)[:k]
            return mutate(child, rng, rate=0.25 / base.shape[1], eta=50.0)
        # one or two columns anew: a little elsewhere, or anywhere, which is how a separate piece of
        # the front is found
        size = (
            float(rng.choice([15.0, 50.0, 200.0]))
            if choice == 3
            else float(rng.choice([0.0, 0.0, 3.0]))
        )
        return mutate(base, rng, rate=float(rng.integers(1, 3)) / base.shape[1], eta=size)

    def _settle_discrete(self, child: Floats, base: Floats, near: Floats) -> Floats:
        """Discrete columns come from the point or a neighbour, and are seldom varied."""
        rng = self._breeder.rng
        k, q, _ = near.shape
        columns = self._breeder.few
        if not len(columns):
            return child
        child = child.copy()
        donor = near[np.arange(k), rng.integers(0, q, k)]
        take = rng.random((k, len(columns))) < 0.2
        child[:, columns] = np.where(take, donor[:, columns], base[:, columns])
        return self._breeder.vary(child) if rng.random() < 0.3 else child
