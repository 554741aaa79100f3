"""NSGA-II by pymoo for whatever can be evaluated: feasible plans, none dominating another, no proof.

References:
    K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective genetic algorithm: NSGA-II.
    IEEE Transactions on Evolutionary Computation 6, 182-197.
    J. Blank and K. Deb (2020). pymoo: multi-objective optimization in Python. IEEE Access 8, 89497-89509.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.solvers.archive import Archive, representatives
from optimiser.solvers.contract import Budget, Options, Outcome, Stop
from optimiser.solvers.feasibility import logic_violations
from optimiser.solvers.genome import Genome, genome_of

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem

__all__ = ["NSGA2"]

_POPULATION = 100
_LISTED = 100
_LATEST = 40_000
_EARLIEST = 12_000
_LOOK = 4_000
_STALE = 1e-4
_NEWTON = 3
_WORST = 1e30
_RARE = 0.3
_NOISE = 1e-11
_REPEATS = 4


@dataclass(eq=False)
class _Run:
    """The problem as the search sees it, and everything worth keeping that it has met."""

    problem: Problem
    genome: Genome
    archive: Archive
    rng: np.random.Generator
    tolerance: float
    evaluations: int = 0
    feasible: float = 1.0
    low: Floats = field(default_factory=lambda: np.empty(0))
    high: Floats = field(default_factory=lambda: np.empty(0))

    def measure(self, genes: Floats) -> tuple[Floats, Floats, Floats]:
        """(k, n) genes -> the repaired genes, objectives (k, m) and violations (k, p); feasible plans are kept."""
        x = self.genome.repair(self.genome.decode(genes), self.rng)
        y, v = self._evaluate(x)
        if self.feasible < _RARE and self.problem.gradient is not None:
            x, y, v = self._pulled(x, y, v)
        good = np.asarray((v <= 0).all(axis=1), dtype=bool)
        self.feasible = 0.8 * self.feasible + 0.2 * float(good.mean())
        self.archive.add(x[good], y[good])
        return self.genome.encode(x), np.where(good[:, None] | np.isfinite(y), y, _WORST), v

    def _evaluate(self, x: Floats) -> tuple[Floats, Floats]:
        self.evaluations += len(x)
        y, rest = self.problem.evaluate(x)
        # the last column is there for points that are undefined, and for pymoo, which wants at least one
        v = np.hstack([rest, logic_violations(self.problem, x), np.zeros((len(x), 1))])
        v = np.where(v <= self.tolerance, 0.0, np.where(np.isfinite(v), v, _WORST))
        lost = np.asarray(~np.isfinite(y).all(axis=1), dtype=bool)
        if lost.any():
            v = np.where(lost[:, None], _WORST, v)
            y = np.where(np.isfinite(y), y, _WORST)
        return y, v

    def _pulled(self, x: Floats, y: Floats, v: Floats) -> tuple[Floats, Floats, Floats]:
        """Gauss-Newton steps of the real decisions onto the constraints that are broken; what does not help is undone."""
        gradient = self.problem.gradient
        p = len(self.problem.constraints)
        movable = ~self.genome.discrete
        if gradient is None or p == 0 or not movable.any():
            return x, y, v
        rows = np.flatnonzero((v[:, :p] > 0).any(axis=1) & (v < _WORST).all(axis=1))
        for _ in range(_NEWTON):
            if len(rows) == 0:
                break
            broken = self.problem.evaluate(x[rows])[1]
            slopes = np.where((broken > 0)[:, :, None], gradient(x[rows])[1], 0.0)[:, :, movable]
            finite = np.isfinite(slopes).all(axis=(1, 2)) & np.isfinite(broken).all(axis=1)
            rows, slopes, broken = rows[finite], slopes[finite], broken[finite]
            if len(rows) == 0:
                break
            moved = x[rows]
            moved[:, movable] -= (np.linalg.pinv(slopes, rcond=1e-10) @ broken[:, :, None])[:, :, 0]
            moved[:, movable] = np.clip(moved[:, movable], self.genome.lower[movable], self.genome.upper[movable])
            new_y, new_v = self._evaluate(moved)
            better = new_v.sum(axis=1) < v[rows].sum(axis=1)
            x[rows[better]], y[rows[better]], v[rows[better]] = moved[better], new_y[better], new_v[better]
            rows = rows[better & (new_v[:, :p] > 0).any(axis=1)]
        return x, y, v


class NSGA2:
    """pymoo's NSGA-II (one objective: its genetic algorithm) with an unbounded archive."""

    name: ClassVar[str] = "nsga2"
    rank: ClassVar[int] = 95
    proof: ClassVar[bool] = False
    proves: ClassVar[str] = "nothing: feasible plans, none dominating another (any expressions, bounded decisions)"

    def declines(self, problem: Problem, /) -> str | None:
        for d in problem.decisions:
            if d.kind != "listed" and (d.lower is None or d.upper is None):
                return f"decision {d.name!r} has no finite bounds"
        return None

    def suits(self, problem: Problem, /) -> str:
        return problem.nonlinear or f"{len(problem.decisions)} bounded decisions"

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        n, m = len(problem.decisions), len(problem.objectives)
        # whole numbers hold exactly or not at all: what is let in here is noise, and the last word is the exact one
        tolerance = options.feasibility if problem.exact is None else min(_NOISE, options.feasibility)
        run = _Run(problem, genome_of(problem), Archive(n, m), np.random.default_rng(options.seed), tolerance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stopped = _evolve(run, options, budget)
        x, y = run.archive.plans()
        if problem.exact is not None and len(x):
            holds = problem.exact(x)[1]
            x, y = x[holds], y[holds]
        chosen = representatives(y, options.points or _LISTED) if m > 1 else np.arange(len(y))
        statistics = {"evaluations": run.evaluations, "archive": len(x)}
        return Outcome(x[chosen], "approximate", stopped=stopped, statistics=statistics, subproblems=run.evaluations)


def _evolve(run: _Run, options: Options, budget: Budget) -> Stop | None:
    """Generation after generation until the budget or the evaluations are spent, or the archive no longer grows."""
    algorithm = _algorithm(run, options)
    latest = min(_LATEST, _REPEATS * _combinations(run.problem) + _POPULATION)
    look, last, last_size = _LOOK, 0.0, 0
    while run.evaluations < latest:
        stopped = budget.exhausted()
        if stopped is not None:
            return stopped
        infills = algorithm.ask()
        if infills is None:
            break
        genes, y, v = run.measure(np.asarray(infills.get("X"), dtype=np.float64))
        infills.set("X", genes, "F", y, "G", v, "H", np.empty((len(y), 0)))
        for individual in infills:
            individual.evaluated.update(("F", "G", "H"))
        algorithm.evaluator.n_eval += len(infills)
        algorithm.tell(infills=infills)
        if run.evaluations >= look:
            look += _LOOK
            plans, points = run.archive.plans()
            budget.report(found=len(plans), solved=run.evaluations)
            if len(points) == 0:
                continue
            volume = _volume(run, points)
            stale = volume <= last * (1.0 + _STALE) and last > 0.0
            last, last_size = volume, len(plans)
            if stale and run.evaluations >= _EARLIEST:
                break
    budget.report(found=last_size, solved=run.evaluations)
    return None


def _combinations(problem: Problem) -> int:
    """How many plans there are, as far as that is fewer than the search would look at anyway."""
    counts = [d.count for d in problem.decisions]
    return _LATEST if None in counts else min(_LATEST, math.prod(c for c in counts if c is not None))


def _volume(run: _Run, points: Floats) -> float:
    """The archive's hypervolume between bounds that are fixed when it is first asked for."""
    if len(run.low) == 0:
        run.low, run.high = points.min(axis=0), points.max(axis=0)
    return run.archive.hypervolume(run.low, run.high)


def _algorithm(run: _Run, options: Options) -> Any:
    """pymoo's algorithm for the number of objectives, with operators for columns of every kind."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.crossover import Crossover
    from pymoo.core.mutation import Mutation
    from pymoo.core.problem import Problem as PymooProblem
    from pymoo.core.sampling import Sampling
    from pymoo.core.termination import NoTermination
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM

    genome, rng = run.genome, run.rng
    real = ~genome.discrete

    class Sample(Sampling):  # type: ignore[misc]
        def _do(self, problem: Any, n_samples: int, *args: Any, **kwargs: Any) -> Floats:
            return genome.sample(n_samples, rng)

    class Cross(Crossover):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(2, 2, prob=0.9)
            self.real = SBX(prob=1.0, eta=15)

        def _do(self, problem: Any, parents: Floats, *args: Any, **kwargs: Any) -> Floats:
            first, second = genome.exchange(parents[0], parents[1], rng)
            if real.any():
                blended = self.real._do(problem, parents, **kwargs)
                first, second = np.where(real, blended[0], first), np.where(real, blended[1], second)
            return np.stack([first, second])

    class Mutate(Mutation):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.real = PM(eta=20)

        def _do(self, problem: Any, genes: Floats, *args: Any, **kwargs: Any) -> Floats:
            changed = genome.mutate(genes, rng)
            return np.where(real, self.real._do(problem, genes, **kwargs), changed) if real.any() else changed

    m = len(run.problem.objectives)
    p = len(run.problem.constraints) + len(run.problem.logic) + 1
    # in a small space pymoo would look for new plans that do not exist
    distinct = _combinations(run.problem) == _LATEST
    operators = {"sampling": Sample(), "crossover": Cross(), "mutation": Mutate(), "eliminate_duplicates": distinct}
    algorithm = NSGA2(pop_size=_POPULATION, **operators) if m > 1 else GA(pop_size=_POPULATION, **operators)
    shape = PymooProblem(n_var=len(genome.lower), n_obj=m, n_ieq_constr=p, xl=genome.lower, xu=genome.upper)
    algorithm.setup(shape, termination=NoTermination(), seed=options.seed, verbose=False)
    return algorithm
