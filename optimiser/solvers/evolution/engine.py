"""The nonlinear engine: sources of points that are paid by what they find, and an archive that forgets nothing.

Generations find where the front is, restarts whether there is another one; spreading fills it; Newton steps and sequential
quadratic programming put points on it to the last digit. Which of them works next is the scheduler's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.evolution.breeder import Breeder
from optimiser.solvers.evolution.evaluation import Evaluator, Margins
from optimiser.solvers.evolution.newton import Newton
from optimiser.solvers.evolution.polish import Polish
from optimiser.solvers.evolution.population import Generations, Restarts
from optimiser.solvers.evolution.record import Record
from optimiser.solvers.evolution.repair import Logic
from optimiser.solvers.evolution.restoration import Constraints
from optimiser.solvers.evolution.scheduler import Account, Scheduler, Source
from optimiser.solvers.evolution.spread import Spread

if TYPE_CHECKING:
    from optimiser.problem import Floats, Problem

__all__ = ["Evolved", "Progress", "evolve"]

# as many points as a Newton neighbourhood has; more would share second derivatives with points too far away
_NEIGHBOURHOOD = 30
_MEMORY = 3


@dataclass(frozen=True, eq=False)
class Evolved:
    """What a run found.

    Attributes:
        x: (k, n) decisions of the feasible non-dominated points, sorted by their objectives; read-only; possibly none.
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
    """How far a run is.

    Attributes:
        found: points in the archive, before those that still wait to be compared.
        work: units so far.
        hypervolume: an estimate, 1 for a single point in the ideal.
        feasible: share of the population that is feasible.
        source: who worked last.
    """

    found: int
    work: float
    hypervolume: float
    feasible: float
    source: str


def evolve(  # noqa: PLR0913 - what is left out is not needed by most callers
    problem: Problem,
    /,
    *,
    seed: int,
    work: float,
    population: int = 100,
    tolerance: float = 0.0,
    starts: Floats | None = None,
    margins: Margins | None = None,
    should_stop: Callable[[], str | None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evolved:
    """Approximate the front of a problem with bounded decisions.

    The same arguments give the same bytes, unless ``should_stop`` ended the run.

    Args:
        seed: of the one source of randomness.
        work: counted units after which to stop; one is about the cost of making, evaluating and judging one point.
        population: points a generation.
        tolerance: stop earlier when the last third of the work gained a smaller share of the hypervolume.
        starts: (k, n) decisions to begin with, the rest of the population being drawn.
        margins: signed values of the constraints and which are equalities; without them constrained problems get no polish.
        should_stop: asked between slices, tens of milliseconds apart; a word ends the run.
        on_progress: told after each slice.
    """
    run = _Run(problem, margins, seed, population, starts)
    stopped = None
    while run.evaluator.work < work and not run.stagnates(tolerance):
        stopped = should_stop() if should_stop is not None else None
        if stopped is not None:
            break
        name = run.advance()
        if on_progress is not None:
            on_progress(run.progress(name))
    return run.result(stopped)


class _Run:
    def __init__(self, problem: Problem, margins: Margins | None, seed: int, size: int, starts: Floats | None) -> None:
        rng = np.random.default_rng(seed)
        self.evaluator = Evaluator(problem, margins)
        logic = Logic(problem.logic, self.evaluator.space)
        constraints = Constraints(self.evaluator, logic)
        self._breeder = Breeder(self.evaluator, logic, constraints, rng)
        self.record = Record(self.evaluator.n, self.evaluator.m, self.evaluator.p, rng)
        self._generations = Generations(self._breeder, self.record, size, starts)
        self.record.settle()
        sources: list[Source] = [self._generations, Spread(self._breeder, self.record, size)]
        if self.evaluator.smooth and self.evaluator.space.real.any():
            sources += [Newton(self._breeder, self.record, _NEIGHBOURHOOD), Polish(self._breeder, self.record)]
        sources.append(Restarts(self._breeder, self.record, size))
        self._sources = {source.name: source for source in sources}
        self._scheduler = Scheduler()
        self._last = ""
        self._gains: list[tuple[float, float]] = []

    def advance(self) -> str:
        """One slice of the source whose turn it is."""
        ready = [name for name, source in self._sources.items() if source.ready]
        # a front of a few points says little about pay: generations have every other slice until there is more of it
        few = not self._sources["spread"].ready and self._last != "generations"
        name = self._last = self._scheduler.choose(["generations"] if few else ready)
        before = self.evaluator.work
        self._sources[name].advance()
        gain = self.record.read_gain()
        self._scheduler.pay(name, gain, self.evaluator.work - before)
        self.record.settle()
        self.record.read_gain()
        self._gains.append((self.evaluator.work, gain))
        return name

    def stagnates(self, tolerance: float) -> bool:
        """True where the last third of the work gained less than the tolerance."""
        work = self.evaluator.work
        if tolerance <= 0.0 or len(self._gains) < 30 or self.record.coverage.empty:
            return False
        return sum(gain for at, gain in self._gains if at > work * (1.0 - 1.0 / _MEMORY)) < tolerance

    def progress(self, name: str) -> Progress:
        return Progress(
            found=len(self.record.archive.known),
            work=self.evaluator.work,
            hypervolume=self.record.coverage.volume(),
            feasible=float(self._generations.population.batch.feasible.mean()),
            source=name,
        )

    def result(self, stopped: str | None) -> Evolved:
        x, y = self.record.archive.x, self.record.archive.y
        order = np.lexsort(y.T[::-1])
        x, y = x[order], y[order]
        x.setflags(write=False)
        y.setflags(write=False)
        statistics: dict[str, object] = {
            "evaluations": self.evaluator.evaluations,
            "gradients": self.evaluator.gradients,
            "work": round(self.evaluator.work, 3),
            "hypervolume": self.record.coverage.volume(),
        }
        for name, source in self._sources.items():
            account = self._scheduler.accounts.get(name)
            statistics[name] = {**(account or Account(name)).summary(), **source.counts()}
        return Evolved(x, y, statistics, stopped)
