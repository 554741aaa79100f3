"""One run over one problem: sources of points that are paid by what they find, and an archive that
forgets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import breeder_of
from optimiser.engine.nonlinear.evaluator import Evaluator, Margins
from optimiser.engine.nonlinear.filling import Filling
from optimiser.engine.nonlinear.listed_choices import ListedChoices
from optimiser.engine.nonlinear.newton import Newton
from optimiser.engine.nonlinear.polish import Polish
from optimiser.engine.nonlinear.population import Generations, Restarts
from optimiser.engine.nonlinear.record import SearchRecord
from optimiser.engine.nonlinear.scheduler import Account, ChildSource, Scheduler

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats, Problem

__all__ = ["Evolved", "Run", "SearchProgress", "Start"]

# as many points as a Newton neighbourhood has; more would share second derivatives with points too
# far away
_NEIGHBOURHOOD = 30
# smaller batches cost as much
_BATCH = 100
_MEMORY = 3
_FEW = 30
# measuring how much is covered costs as much as tens of points
_SELDOM = 4


@dataclass(frozen=True, eq=False)
class Evolved:
    """What a run found.

    Attributes:
        x: (k, n) decisions of the feasible non-dominated points, sorted by their objectives;
            read-only; possibly none.
        y: (k, m) their objectives, minimised; read-only.
        statistics: counts by name, in a fixed order.
        stopped: what ``should_stop`` said; None where the run ended by itself.
    """

    x: Floats
    y: Floats
    statistics: Mapping[str, object] = field(default_factory=dict)
    stopped: str | None = None


@dataclass(frozen=True)
class SearchProgress:
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


@dataclass(frozen=True, eq=False)
class Start:
    """What a run begins with.

    Attributes:
        seed: of the one source of randomness.
        size: points a generation.
        plans: (k, n) decisions to begin with, the rest of the population being drawn.
        parts: the slices of the problem, where they are few.
        should_stop: a word ends making plans hold.
    """

    seed: int | tuple[int, ...]
    size: int
    plans: Floats | None = None
    parts: tuple[Problem, ...] = ()
    should_stop: Callable[[], object] | None = None


class Run:
    """The sources over one problem, the record that they share and the scheduler that pays them.

    Attributes:
        evaluator: the problem with a meter on it.
        record: what was found.
    """

    def __init__(self, problem: Problem, margins: Margins | None, start: Start, /) -> None:
        rng, size = np.random.default_rng(start.seed), start.size
        self.evaluator = Evaluator(problem, margins)
        space = self.evaluator.space
        choices = ListedChoices(space, start.parts) if start.parts else None
        self._breeder = breeder_of(
            self.evaluator, rng, choices=choices, should_stop=start.should_stop
        )
        self.record = SearchRecord(self.evaluator.n, self.evaluator.m, self.evaluator.p, rng)
        self._generations = Generations(self._breeder, self.record, size, start.plans)
        self.record.settle()
        sources: list[ChildSource] = [
            self._generations,
            Filling(self._breeder, self.record, max(size, _BATCH)),
        ]
        if self.evaluator.smooth and space.real.any():
            sources += [
                Newton(self._breeder, self.record, _NEIGHBOURHOOD),
                Polish(self._breeder, self.record),
            ]
        sources.append(Restarts(self._breeder, self.record, size))
        self._sources = {source.name: source for source in sources}
        self._scheduler = Scheduler()
        self._last = ""
        self._gains: list[tuple[float, float]] = []
        self._covered = 0.0

    def add(self, source: ChildSource, /) -> None:
        """One more source; it has to count its work on the run's own meter."""
        self._sources[source.name] = source

    @property
    def work(self) -> float:
        """Units so far."""
        return self.evaluator.work

    @property
    def feasible(self) -> float:
        """Share of the population that is feasible."""
        return float(self._generations.population.batch.feasible.mean())

    def advance(self) -> str:
        """One slice of the source whose turn it is."""
        ready = [name for name, source in self._sources.items() if source.ready]
        # a front of a few points says little about pay: generations have every other slice until
        # there is more of it
        few = not self._sources["spread"].ready and self._last != "generations"
        name = self._last = self._scheduler.choose(["generations"] if few else ready)
        before = self.evaluator.work
        self._sources[name].advance()
        gain = self.record.read_gain()
        self._scheduler.pay(name, gain, self.evaluator.work - before)
        self.record.settle()
        self.record.read_gain()
        self._gains.append((self.work, gain))
        return name

    def stagnates(self, tolerance: float, /) -> bool:
        """True where the last third of the work gained less than the tolerance."""
        if tolerance <= 0.0 or len(self._gains) < _FEW or self.record.coverage.empty:
            return False
        return (
            sum(gain for at, gain in self._gains if at > self.work * (1.0 - 1.0 / _MEMORY))
            < tolerance
        )

    def progress(self, name: str, /) -> SearchProgress:
        """How far the run is; ``name`` worked last."""
        if len(self._gains) % _SELDOM == 1:
            self._covered = self.record.coverage.covered()
        return SearchProgress(
            found=self.record.archive.held,
            work=self.work,
            hypervolume=self._covered,
            feasible=self.feasible,
            source=name,
        )

    def result(self, stopped: str | None, /) -> Evolved:
        """What was found."""
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
