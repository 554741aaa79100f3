"""The nonlinear engine: a population, a front that fills itself, polish and restarts, paid by what they find.

The answer is the archive: every feasible non-dominated point that was ever evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.evolution.evaluation import Evaluator, Margins
from optimiser.solvers.evolution.population import Breeder, Population
from optimiser.solvers.evolution.record import Record
from optimiser.solvers.evolution.repair import Logic
from optimiser.solvers.evolution.scheduler import Scheduler
from optimiser.solvers.evolution.spread import Spread

if TYPE_CHECKING:
    from optimiser.problem import Floats, Problem

__all__ = ["Evolved", "Progress", "evolve"]


@dataclass(frozen=True, eq=False)
class Evolved:
    """What a run found.

    Attributes:
        x: (k, n) decisions of the feasible non-dominated points, sorted by their objectives; read-only.
        y: (k, m) their objectives, minimised; read-only.
        statistics: counts by name, in a fixed order.
        stopped: what ``should_stop`` said; None where the run ended by itself.
    """

    x: Floats
    y: Floats
    statistics: Mapping[str, object] = field(default_factory=dict)
    stopped: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a run is: points in the archive, counted work, estimated hypervolume, share of feasible points lately."""

    found: int
    work: float
    hypervolume: float
    feasible: float


class _Run:
    def __init__(self, problem: Problem, margins: Margins | None, seed: int, size: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.evaluator = Evaluator(problem, margins)
        self.logic = Logic(problem.logic, self.evaluator.space)
        self.breeder = Breeder(self.evaluator, self.logic, self.rng)
        self.record = Record(self.evaluator.n, self.evaluator.m, self.rng)
        self.population = Population(self.breeder, size)
        self.spread = Spread(self.breeder, self.record, size)
        self.record.offer(self.population.news)
        self.record.settle()
        self.scheduler = Scheduler()

    def available(self) -> list[str]:
        names = ["generations"]
        if self.spread.ready:
            names.append("spread")
        return names

    def slice(self, name: str) -> None:
        if name == "generations":
            for _ in range(10):
                self.record.offer(self.population.evolve())
        else:
            for _ in range(10):
                self.spread.evolve()


def evolve(
    problem: Problem,
    /,
    *,
    seed: int,
    work: float,
    population: int = 100,
    margins: Margins | None = None,
    should_stop: Callable[[], str | None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evolved:
    run = _Run(problem, margins, seed, population)
    stopped = None
    while run.evaluator.work < work:
        stopped = should_stop() if should_stop is not None else None
        if stopped is not None:
            break
        name = run.scheduler.choose(run.available())
        before = run.evaluator.work
        run.slice(name)
        run.scheduler.pay(name, run.record.read_gain(), run.evaluator.work - before)
        run.record.settle()
        run.record.read_gain()
    x, y = run.record.archive.x, run.record.archive.y
    order = np.lexsort(y.T[::-1])
    x, y = x[order], y[order]
    stats = {a.name: (a.slices, a.work, a.gain, a.rate) for a in run.scheduler.accounts.values()}
    return Evolved(x, y, stats, stopped)
