"""The generational core: a population that mates, varies and survives, choosing its operator by
what it paid lately.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder, Credit
from optimiser.engine.nonlinear.evaluator import Batch
from optimiser.engine.nonlinear.survival import crowding, ranks, survivors, tournament
from optimiser.engine.nonlinear.variation import differential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.engine.nonlinear.record import SearchRecord
    from optimiser.engine.nonlinear.survival import Ranks
    from optimiser.engine.problem import Floats

__all__ = ["Generations", "Population", "Restarts"]

_GENERATIONS = 10
_LIFE = 60
_CHANCE = 300.0
Operator = Literal["crossover", "gentle", "difference", "rotated"]
_OPERATORS: tuple[Operator, ...] = ("crossover", "gentle", "difference", "rotated")
_FLOOR = 0.05


class Generations:
    """The main population, which takes in what the others found.

    Attributes:
        population: the plans.
    """

    name = "generations"
    ready = True

    def __init__(
        self, breeder: Breeder, record: SearchRecord, size: int, starts: Floats | None = None, /
    ) -> None:
        self._breeder, self._record = breeder, record
        self._slices = 0
        self.population = Population(breeder, size, starts=starts)
        record.offer(self.population.news)

    def advance(self) -> None:
        """Newcomers from the front, then ten generations."""
        # steps towards the constraints cost as much as several generations: every other time, and
        # only until something is found
        self._slices += 1
        self._breeder.scarce = self._record.coverage.empty and self._slices % 2 == 0
        newcomers = self._record.sample(self.population.size // 5, self._breeder.rng)
        if len(newcomers):
            self.population.take(newcomers)
        for _ in range(_GENERATIONS):
            self.population.evolve(self._record)
        self._breeder.scarce = False

    def counts(self) -> Mapping[str, int]:
        """Nothing besides."""
        return {}


class Restarts:
    """Populations that start from nothing, one after another, each twice as long as the one
    before.
    """

    name = "restarts"

    def __init__(self, breeder: Breeder, record: SearchRecord, size: int, /) -> None:
        self._breeder, self._record, self._size = breeder, record, size
        self._population: Population | None = None
        self._left = 0
        self._started = 0

    @property
    def ready(self) -> bool:
        """True once the main population has had its chance."""
        return self._breeder.evaluator.work >= _CHANCE * self._size

    def advance(self) -> None:
        """Ten generations."""
        if self._population is None or self._left <= 0:
            self._population = Population(self._breeder, self._size)
            self._record.offer(self._population.news)
            self._left = _LIFE << min(self._started, 6)
            self._started += 1
        for _ in range(_GENERATIONS):
            self._population.evolve(self._record)
        self._left -= _GENERATIONS

    def counts(self) -> Mapping[str, int]:
        """Populations."""
        return {"populations": self._started}


class Population:
    """A generational island.

    Attributes:
        batch: the plans, best first.
        u: (k, n) the same in the cube.
        news: the latest feasible plans of the best front: the only ones that an archive could want.
    """

    def __init__(self, breeder: Breeder, size: int, /, *, starts: Floats | None = None) -> None:
        self._breeder = breeder
        self.size = size
        u = breeder.sample(size)
        if starts is not None and len(starts):
            u[: len(starts)] = breeder.evaluator.space.encode(starts[:size])
        self.batch = breeder.plans(u)
        self.u = breeder.evaluator.space.encode(self.batch.x)
        self.credit = Credit((1.0,) * len(_OPERATORS), _FLOOR)
        space = breeder.evaluator.space
        self._signature = (1.0 + np.sqrt(2.0 + np.arange(space.n)) % 1.0) / space.width
        self._settle()
        self.news = self.batch.take(self._rank == 0)

    def evolve(self, record: SearchRecord, /) -> None:
        """One generation, whose best new plans are offered to the record."""
        choice = self.credit.draw(self._breeder.rng)
        self.take(self._breeder.plans(self._offspring(_OPERATORS[choice])))
        self.credit.pay(choice, record.offer(self.news))

    def take(self, newcomers: Batch, /) -> None:
        """Let k newcomers compete for a place."""
        old = len(self.batch)
        self.batch = Batch.join(self.batch, newcomers)
        space = self._breeder.evaluator.space
        self.u = np.concatenate([self.u, space.encode(newcomers.x)])
        rank = self._settle()
        self.news = newcomers.take(rank[old:] == 0)

    def _settle(self) -> Ranks:
        """Rank, crowd and cut to size, best first; the ranks of all (feasible fronts from 0)."""
        total = self._breeder.evaluator.total(self.batch)
        # twins: of two points with the same decisions the older one stays
        key = np.round((self.batch.x * self._signature).sum(axis=1), 10)
        _, first = np.unique(key, return_index=True)
        unique = np.sort(first) if len(first) > self.size else np.arange(len(key))
        rank = np.full(len(key), np.iinfo(np.int64).max)
        rank[unique] = ranks(self.batch.y[unique], total[unique])
        crowd = np.zeros(len(key))
        crowd[unique] = crowding(self.batch.y[unique], rank[unique])
        chosen = survivors(rank, crowd, self.size)
        self.batch, self.u = self.batch.take(chosen), self.u.take(chosen, axis=0)
        self._rank, self._crowd = rank[chosen], crowd[chosen]
        return rank

    def _offspring(self, operator: Operator) -> Floats:
        rng, size = self._breeder.rng, self.size + self.size % 2
        space = self._breeder.evaluator.space
        if operator in ("crossover", "gentle"):
            parents = self.u.take(tournament(self._rank, self._crowd, size, rng), axis=0)
            wide = operator == "gentle"
            child = self._breeder.cross(parents, eta=10.0 if wide else 15.0)[: self.size]
            columns, eta = (0.25, 50.0) if wide else (1.0, 20.0)
            return self._breeder.vary(child, columns=columns, eta=eta)
        rebound = self._breeder.rebound
        base = self.u.take(tournament(self._rank, self._crowd, self.size, rng), axis=0)
        plus, minus = self.u.take(rng.integers(0, len(self.u), (2, self.size)), axis=0)
        if operator == "difference":
            child = differential(base, plus, minus, rng, scale=0.5, crossover=0.5, rebound=rebound)
        else:
            scale = float(rng.choice([0.3, 0.6, 0.9]))
            child = differential(
                base, plus, minus, rng, scale=scale, crossover=1.0, rebound=rebound
            )
        if not space.continuous:
            child = self._breeder.inherit(child, base, plus)
        return self._breeder.vary(child) if operator == "difference" else child
