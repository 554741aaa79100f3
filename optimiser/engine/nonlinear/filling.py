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
    downhill,
    manifold,
    mutate,
    probes,
    simulated_binary,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from optimiser.engine.nonlinear.record import SearchRecord
    from optimiser.engine.problem import Floats

    Cells = NDArray[np.int64]

__all__ = ["Filling"]

# five ways, and one that crosses plans far away from each other
_FAR = 5
_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
# two more without derivatives, where columns come to the front by being exchanged, and slopes have
# to be found by trying
_EXCHANGE, _PROBE = 6, 7
_WEIGHTS_BLIND = (1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 2.0)
# how many columns of a child come from another plan, on average
_EXCHANGED = (0.5, 1.0, 2.0, 4.0, 8.0)
_FLOOR = 0.04
_BATCHES = 10
# how far columns are tried, as powers of ten: far beyond how unequal columns are that should agree
_TRIED = (-1.3, -0.4)
# share of the tries that lead out of corners
_INWARD = 0.3
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
        weights = _WEIGHTS_BLIND if breeder.blind else _WEIGHTS
        # nothing but reals has slopes
        real = breeder.evaluator.space.real.any()
        self.credit = Credit(weights if real else weights[:_PROBE], _FLOOR)

    @property
    def ready(self) -> bool:
        """True where there are enough different points to speak of neighbours."""
        return len(self._record.coverage.champions()) >= 4

    def advance(self) -> None:
        """Ten batches, or fewer large ones where there are many plans to start from."""
        size = int(np.clip(self._record.archive.held // _SHARE, self._size, _GROWTH * self._size))
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
        # every direction once: a batch names most of them several times
        front = space.encode(coverage.x)
        choice = self.credit.draw(rng)
        if choice == _PROBE:
            self._pay(choice, size, lambda: self._probe(front, cell))
            return
        child = self._child(choice, front, cell)
        if not space.continuous:
            child = self._settle_discrete(child, front, cell)
        self._pay(choice, size, lambda: self._record.offer(self._breeder.plans(child)))

    def _pay(self, choice: int, size: int, offer: Callable[[], object]) -> None:
        """Credit a choice with what its points gain."""
        coverage = self._record.coverage
        before = coverage.powers
        offer()
        self.credit.pay(choice, float((coverage.powers - before).sum()) / size)

    def _probe(self, front: Floats, cell: Cells) -> None:
        """Try columns of one plan, and step downhill from all of ``cell`` (k,)."""
        rng, record, space = self._breeder.rng, self._record, self._breeder.evaluator.space
        columns = np.flatnonzero(space.real)
        columns = rng.permutation(columns)[: max(1, len(cell) // 4)]
        h = float(10.0 ** rng.uniform(*_TRIED))
        tried = self._breeder.plans(probes(front[cell[0]], columns, h))
        record.offer(tried)
        entries = front[cell[0], columns]
        # one way inwards, if anything is near a bound, and one for the rest
        inward = bool(rng.random() < _INWARD)
        slope = downhill(entries, tried.y / record.coverage.span, h, inward=inward)
        longest = np.abs(slope).max(initial=0.0)
        if longest <= 0.0:
            return
        base = front.take(cell[: max(1, len(cell) - len(tried))], axis=0)
        length = 10.0 ** rng.uniform(-3.0, 0.0, (len(base), 1))
        child = base.copy()
        child[:, columns] += length * (slope / longest)
        child = within(child, base, rng, self._breeder.rebound)
        record.offer(self._breeder.plans(child))

    def _near(self, cell: Cells, place: Cells) -> Cells:
        """Of each direction of ``cell`` the one that is so many places away; itself where that is
        not reached.
        """
        coverage = self._record.coverage
        found = coverage.near[cell, place]
        return np.where(coverage.length[found] > 0, found, cell)

    def _child(self, choice: int, front: Floats, cell: Cells) -> Floats:
        """(k, n) children of the points ``front`` (d, n) of the directions ``cell`` (k,) and of
        those near them.
        """
        rng, rebound = self._breeder.rng, self._breeder.rebound
        k, q = len(cell), self._record.coverage.near.shape[1]
        base = front.take(cell, axis=0)
        # drawn for every way, so that each goes on from the same numbers
        places = rng.integers(0, q, k), rng.integers(0, q, k)
        if choice in (0, 2):
            first, second = (front.take(self._near(cell, place), axis=0) for place in places)
        if choice == 0:
            # between and a little beyond two neighbours; the second step gives the plane that three
            # objectives need
            child = base + rng.uniform(-0.6, 1.2, (k, 1)) * (first - base)
            if self._breeder.evaluator.m > 2:
                child += rng.uniform(-0.5, 0.5, (k, 1)) * (second - base)
            return within(child, base, rng, rebound)
        if choice == 1:
            near = front.take(self._near(cell[:, None], np.arange(q)), axis=0)
            scale = float(rng.choice([0.3, 0.7, 1.2]))
            return manifold(base, near, rng, scale=scale, rebound=rebound)
        if choice == 2:
            child = differential(
                base, first, second, rng, scale=0.7, crossover=0.7, rebound=rebound
            )
            return mutate(child, rng, rate=0.5 / base.shape[1])
        if choice == _FAR:
            # of two plans from anywhere on the front, what each has found, as far as columns are
            # separable
            child = simulated_binary(base[: -(-k // 2)], base[k // 2 :], rng, eta=10.0)[:k]
            return mutate(child, rng, rate=0.25 / base.shape[1], eta=50.0)
        if choice == _EXCHANGE:
            # columns as another plan has them: blends miss narrow wells
            donor = front.take(cell[rng.permutation(k)], axis=0)
            rate = rng.choice(_EXCHANGED, (k, 1)) / base.shape[1]
            return np.where(rng.random(base.shape) < rate, donor, base)
        # one or two columns anew: a little elsewhere, or anywhere, which is how a separate piece of
        # the front is found
        size = (
            float(rng.choice([15.0, 50.0, 200.0]))
            if choice == 3
            else float(rng.choice([0.0, 0.0, 3.0]))
        )
        count = int(rng.integers(1, 4 if self._breeder.blind else 3))
        if self._breeder.blind and count == 1:
            child, row, column = base.copy(), np.arange(k), rng.integers(0, base.shape[1], k)
            child[row, column] = mutate(base[row, column][:, None], rng, rate=1.0, eta=size)[:, 0]
            return child
        return mutate(base, rng, rate=count / base.shape[1], eta=size)

    def _settle_discrete(self, child: Floats, front: Floats, cell: Cells) -> Floats:
        """Discrete columns come from the point or a neighbour, and are seldom varied."""
        rng = self._breeder.rng
        k, q = len(cell), self._record.coverage.near.shape[1]
        columns = self._breeder.few
        if not len(columns):
            return child
        child = child.copy()
        donor = front[self._near(cell, rng.integers(0, q, k))]
        take = rng.random((k, len(columns))) < 0.2
        child[:, columns] = np.where(take, donor[:, columns], front[cell][:, columns])
        return self._breeder.vary(child) if rng.random() < 0.3 else child
