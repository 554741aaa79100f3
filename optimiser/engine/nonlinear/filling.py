"""Filling the front: children of neighbours on it, one cell of directions at a time.

The Pareto set of m objectives is, almost everywhere, a smooth manifold of m - 1 dimensions: between
and just beyond neighbours there are more plans like them.

References:
    Zhang, Li (2007), MOEA/D. IEEE Transactions on Evolutionary Computation 11(6), 712-731
        (neighbourhoods of directions).
    Zhang, Zhou, Jin (2008), RM-MEDA. IEEE Transactions on Evolutionary Computation 12(1), 41-63.
    Bäck, Schwefel (1993), An overview of evolutionary algorithms for parameter optimization.
        Evolutionary Computation 1(1), 1-23 (global recombination).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder, Credit
from optimiser.engine.nonlinear.variation import (
    agreed,
    differential,
    downhill,
    manifold,
    median_of_five,
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

# six ways, the last of which crosses plans far away from each other, and how often each counts
_FAR = 5
_WAYS = dict.fromkeys(range(_FAR + 1), 1.0)
# one more with derivatives, which takes what plans have in common from all of the front. It counts
# by how many plans there are for each that stands for a direction, all once there are so many: a
# front that is not reached has few, and what they have in common is a wrong basin (DTLZ3). Without
# derivatives, where it takes longer until they have the right things in common, WFG1 to WFG4 lose
_COMMON = 6
_DENSE = 200
_WITH_SLOPES = _WAYS | {_COMMON: 16.0}
# two more without derivatives, where columns come to the front by being exchanged, and slopes have
# to be found by trying
_EXCHANGE, _PROBE = 7, 8
_BLIND = _WAYS | {_FAR: 3.0, _EXCHANGE: 1.0, _PROBE: 2.0}
# how many columns of a child come from another plan, on average
_EXCHANGED = (0.5, 1.0, 2.0, 4.0, 8.0)
_FLOOR = 0.04
_BATCHES = 10
# how far its children are from where they come from, in distances of neighbours
_AROUND = 0.7
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
        ways = _BLIND if breeder.blind else _WITH_SLOPES
        # nothing but reals has slopes
        real = breeder.evaluator.space.real.any()
        self._ways = [way for way in ways if real or way != _PROBE]
        self.credit = Credit(tuple(ways[way] for way in self._ways), _FLOOR)

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
        drawn, choice = self._draw(len(champions))
        if choice == _PROBE:
            self._pay(drawn, size, lambda: self._probe(front, cell))
            return
        child = self._child(choice, front, cell)
        if not space.continuous:
            child = self._settle_discrete(child, front, cell)
        self._pay(drawn, size, lambda: self._record.offer(self._breeder.plans(child)))

    def _draw(self, directions: float) -> tuple[int, int]:
        """The place of a way in the credit, and the way; what plans have in common counts by how
        dense the front is.
        """
        rng = self._breeder.rng
        dense = self._record.archive.held / (_DENSE * directions)
        while True:
            drawn = self.credit.draw(rng)
            if self._ways[drawn] != _COMMON or rng.random() < dense:
                return drawn, self._ways[drawn]

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
        if choice in (1, _COMMON):
            near = front.take(self._near(cell[:, None], np.arange(q)), axis=0)
            if choice == _COMMON:
                # none on a bound, where the other ways put more than enough
                child = manifold(base, near, rng, scale=_AROUND, rebound=1.0)
                return self._in_common(child, front)
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
        return self._anew(base, wide=choice == 4)

    def _anew(self, base: Floats, *, wide: bool) -> Floats:
        """(k, n) plans -> (k, n), one or two columns of each anew: a little elsewhere, or anywhere,
        which is how a separate piece of the front is found.
        """
        rng, k = self._breeder.rng, len(base)
        size = float(rng.choice([0.0, 0.0, 3.0] if wide else [15.0, 50.0, 200.0]))
        count = int(rng.integers(1, 4 if self._breeder.blind else 3))
        if self._breeder.blind and count == 1:
            child, row, column = base.copy(), np.arange(k), rng.integers(0, base.shape[1], k)
            child[row, column] = mutate(base[row, column][:, None], rng, rate=1.0, eta=size)[:, 0]
            return child
        return mutate(base, rng, rate=count / base.shape[1], eta=size)

    def _in_common(self, child: Floats, front: Floats) -> Floats:
        """The children (k, n), each with the medians of five plans from anywhere on the front in
        the columns in which the front (d, n) agrees.

        A plan stands for a direction as soon as it is nearer to it than others are, however little
        it is behind the front: what is left of that is noise, which medians take away.
        """
        rng, coverage = self._breeder.rng, self._record.coverage
        cells = coverage.champions()
        own = front.take(cells, axis=0)
        near = front.take(
            self._near(cells, rng.integers(0, coverage.near.shape[1], len(cells))), axis=0
        )
        columns = agreed(own, near)
        rows = rng.integers(0, len(own), (5, len(child)))
        child[:, columns] = median_of_five(own[:, columns].take(rows, axis=0))
        return child

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
