"""The algorithms of pymoo, each by its name, for whatever can be evaluated: feasible plans, none
dominating another, no proof.

All share the operators for columns of every kind, the repair of logic rows and an unbounded
archive. pymoo sees objectives scaled by the ranges of the first population: some of its algorithms
compare lengths across objectives.

References:
    K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective genetic
    algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6, 182-197. K. Deb and H. Jain
    (2014). An evolutionary many-objective optimization algorithm using reference-point-based
    nondominated sorting approach, part I. IEEE Transactions on Evolutionary Computation 18, 577-601
    (NSGA-III). H. Seada and K. Deb (2016). A unified evolutionary optimization procedure for
    single, multiple, and many objectives. IEEE Transactions on Evolutionary Computation 20, 358-369
    (U-NSGA-III). A. Panichella (2022). An improved Pareto front modeling algorithm for large-scale
    many-objective optimization. GECCO (AGE-MOEA-II). N. Beume, B. Naujoks and M. Emmerich (2007).
    SMS-EMOA: multiobjective selection based on dominated hypervolume. European Journal of
    Operational Research 181, 1653-1669. Q. Zhang and H. Li (2007). MOEA/D. IEEE Transactions on
    Evolutionary Computation 11, 712-731. R. Cheng, Y. Jin, M. Olhofer and B. Sendhoff (2016). A
    reference vector guided evolutionary algorithm for many-objective optimization. IEEE
    Transactions on Evolutionary Computation 20, 773-791 (RVEA). J. Blank and K. Deb (2020). pymoo:
    multi-objective optimization in Python. IEEE Access 8, 89497-89509.
"""

from __future__ import annotations

import importlib.util
import math
import warnings
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.engine.admitting import listed
from optimiser.engine.contract import Budget, Options, Outcome, Stop
from optimiser.engine.methods.pymoo.genome import Genome, genome_of
from optimiser.engine.methods.pymoo.measurement import Measurement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["AGEMOEA2", "MOEAD", "NSGA2", "NSGA3", "RVEA", "SMSEMOA", "UNSGA3"]

_POPULATION = 100
_LISTED = 100
_LATEST = 40_000
_EARLIEST = 12_000
_LOOK = 4_000
_STALE = 1e-4
_NOISE = 1e-11
_REPEATS = 4
_TINY = 1e-12
# exact hypervolume contributions of some 200 points take seconds a generation beyond this
_MOST_HYPERVOLUME = 5


class _Pymoo:
    """What pymoo's algorithms have in common here; one of them says its name and how it is made."""

    proof: ClassVar[bool] = False

    def declines(self, problem: Problem, /) -> str | None:
        for d in problem.decisions:
            if d.kind != "listed" and (d.lower is None or d.upper is None):
                return f"decision {d.name!r} has no finite bounds"
        return self.refuses(problem)

    def refuses(self, problem: Problem, /) -> str | None:
        """What this algorithm cannot take besides."""
        return "it needs at least two objectives" if len(problem.objectives) == 1 else None

    def suits(self, problem: Problem, /) -> str:
        return (
            f"{len(problem.decisions)} bounded decisions"
            if problem.linear
            else problem.linear.reason
        )

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """pymoo's algorithm for m objectives."""
        raise NotImplementedError

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        from optimiser.engine.nonlinear import Archive, choose

        n, m = len(problem.decisions), len(problem.objectives)
        # whole numbers hold exactly or not at all: what is let in here is noise, and the last word
        # is the exact one
        tolerance = (
            options.feasibility if problem.exact is None else min(_NOISE, options.feasibility)
        )
        run = Measurement(
            problem,
            genome_of(problem),
            Archive(n, m),
            np.random.default_rng(options.seed),
            tolerance,
        )
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            stopped = _evolve(run, _prepared(self, run, options), budget)
        x, y = run.archive.x, run.archive.y
        if problem.exact is not None and len(x):
            holds = problem.exact(x)[1]
            x, y = x[holds], y[holds]
        chosen = choose(y, options.points or _LISTED) if m > 1 and len(y) else np.arange(len(y))
        chosen = listed(problem, x, y, chosen, options.points or _LISTED)
        statistics = {"evaluations": run.evaluations, "archive": len(x)}
        return Outcome(
            x[chosen],
            "approximate",
            stopped=stopped,
            statistics=statistics,
            subproblems=run.evaluations,
        )


class NSGA2(_Pymoo):
    """Ranks by dominance, then by crowding; for one objective pymoo's genetic algorithm."""

    name: ClassVar[str] = "nsga2"
    rank: ClassVar[int] = 95
    proves: ClassVar[str] = "nothing: pymoo's NSGA-II, for one objective its genetic algorithm"

    def refuses(self, problem: Problem, /) -> str | None:
        return None

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import nsga2
        from pymoo.algorithms.soo.nonconvex.ga import GA

        return (
            nsga2.NSGA2(pop_size=_POPULATION, **operators)
            if m > 1
            else GA(pop_size=_POPULATION, **operators)
        )


class NSGA3(_Pymoo):
    """Niches along reference directions."""

    name: ClassVar[str] = "nsga3"
    rank: ClassVar[int] = 96
    proves: ClassVar[str] = "nothing: pymoo's NSGA-III, for three and more objectives"

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import nsga3
        from pymoo.operators.selection.tournament import TournamentSelection

        return nsga3.NSGA3(
            _directions(m), selection=TournamentSelection(func_comp=_less_violated), **operators
        )


class UNSGA3(_Pymoo):
    """NSGA-III with pressure among parents of one niche."""

    name: ClassVar[str] = "unsga3"
    rank: ClassVar[int] = 97
    proves: ClassVar[str] = "nothing: pymoo's U-NSGA-III, for two and more objectives"

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import unsga3
        from pymoo.operators.selection.tournament import TournamentSelection

        return unsga3.UNSGA3(
            _directions(m), selection=TournamentSelection(func_comp=_nearer_in_niche), **operators
        )


class AGEMOEA2(_Pymoo):
    """Diversity by distances on a model of the front's curvature."""

    name: ClassVar[str] = "age-moea2"
    rank: ClassVar[int] = 97
    proves: ClassVar[str] = "nothing: pymoo's AGE-MOEA-II"

    def refuses(self, problem: Problem, /) -> str | None:
        if importlib.util.find_spec("numba") is None:
            return "it needs the package numba"
        return super().refuses(problem)

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import age2

        class Survival(age2.AGEMOEA2Survival):  # type: ignore[misc]
            @staticmethod
            def pairwise_distances(front: Floats, p: float) -> Floats:
                # a point in the ideal has no direction to be projected along: pymoo divides by 0
                nowhere = np.asarray((front <= 0).all(axis=1), dtype=bool)
                found: Floats = age2.AGEMOEA2Survival.pairwise_distances(
                    np.where(nowhere[:, None], _TINY, front), p
                )
                return found

        algorithm = age2.AGEMOEA2(pop_size=_POPULATION, **operators)
        algorithm.survival = Survival()
        return algorithm


class SMSEMOA(_Pymoo):
    """Drops the least contributor to the hypervolume."""

    name: ClassVar[str] = "sms-emoa"
    rank: ClassVar[int] = 97
    proves: ClassVar[str] = f"nothing: pymoo's SMS-EMOA, for up to {_MOST_HYPERVOLUME} objectives"

    def refuses(self, problem: Problem, /) -> str | None:
        m = len(problem.objectives)
        if m > _MOST_HYPERVOLUME:
            return (
                f"exact hypervolume contributions of {m} objectives take too long; it takes "
                f"{_MOST_HYPERVOLUME} at most"
            )
        return super().refuses(problem)

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import sms

        return sms.SMSEMOA(pop_size=_POPULATION, **operators)


class MOEAD(_Pymoo):
    """One scalar problem a direction, solved among its neighbours; a generation at a time."""

    name: ClassVar[str] = "moead"
    rank: ClassVar[int] = 98
    proves: ClassVar[str] = "nothing: pymoo's MOEA/D, without constraints"

    def refuses(self, problem: Problem, /) -> str | None:
        bound = [*problem.constraints, *(row.group for row in problem.logic)]
        if bound:
            return f"it takes no constraints, and the model has {bound[0]!r}"
        return super().refuses(problem)

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import moead

        rest = {name: value for name, value in operators.items() if name != "eliminate_duplicates"}
        return moead.ParallelMOEAD(_directions(m), **rest)


class RVEA(_Pymoo):
    """The angle to reference directions, and more and more the distance along them."""

    name: ClassVar[str] = "rvea"
    rank: ClassVar[int] = 98
    proves: ClassVar[str] = "nothing: pymoo's RVEA, for three and more objectives"

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        from pymoo.algorithms.moo import rvea

        return rvea.RVEA(_directions(m), **operators)


def _evolve(run: Measurement, algorithm: Any, budget: Budget) -> Stop | None:
    """Generation after generation until the budget or the evaluations are spent, or the archive no
    longer grows.
    """
    look, last, last_size, latest = _LOOK, 0.0, 0, _latest(run.problem)
    while run.evaluations < latest:
        stopped = budget.exhausted()
        if stopped is not None:
            return stopped
        infills = algorithm.ask()
        if infills is None or len(infills) == 0:
            break
        genes, y, v = run.measure(np.asarray(infills.get("X"), dtype=np.float64))
        limited = algorithm.problem.has_constraints()
        infills.set(
            "X",
            genes,
            "F",
            y,
            "G",
            v if limited else np.empty((len(y), 0)),
            "H",
            np.empty((len(y), 0)),
        )
        for individual in infills:
            individual.evaluated.update(("F", "G", "H"))
        algorithm.evaluator.n_eval += len(infills)
        algorithm.tell(infills=infills)
        if run.evaluations >= look:
            look += _LOOK
            last_size = len(run.archive)
            budget.report(
                found=last_size,
                solved=run.evaluations,
                hypervolume=run.covered(),
                feasible=run.feasible,
            )
            if last_size == 0:
                continue
            volume = run.volume()
            stale = volume <= last * (1.0 + _STALE) and last > 0.0
            last = volume
            if stale and run.evaluations >= _EARLIEST:
                break
    budget.report(found=last_size, solved=run.evaluations)
    return None


def _latest(problem: Problem) -> int:
    """Evaluations after which to stop."""
    return min(_LATEST, _REPEATS * _combinations(problem) + _POPULATION)


def _combinations(problem: Problem) -> int:
    """How many plans there are, as far as that is fewer than the search would look at anyway."""
    counts = [d.count for d in problem.decisions]
    return (
        _LATEST if None in counts else min(_LATEST, math.prod(c for c in counts if c is not None))
    )


def _prepared(solver: _Pymoo, run: Measurement, options: Options) -> Any:
    """pymoo's algorithm, ready to be asked."""
    from pymoo.core.problem import Problem as PymooProblem
    from pymoo.termination.max_gen import MaximumGenerationTermination

    genome, problem = run.genome, run.problem
    m = len(problem.objectives)
    p = 0 if isinstance(solver, MOEAD) else len(problem.constraints) + len(problem.logic) + 1
    # in a small space pymoo would look for new plans that do not exist
    distinct = _combinations(problem) == _LATEST
    algorithm = solver.make(m, {**_operators(genome, run.rng), "eliminate_duplicates": distinct})
    shape = PymooProblem(
        n_var=len(genome.lower), n_obj=m, n_ieq_constr=p, xl=genome.lower, xu=genome.upper
    )
    # nobody but RVEA, which paces itself by it, gets to the last generation before the evaluations
    # are spent
    generations = MaximumGenerationTermination(
        1 + _latest(run.problem) // (algorithm.pop_size or _POPULATION)
    )
    algorithm.setup(shape, termination=generations, seed=options.seed, verbose=False)
    return algorithm


def _operators(genome: Genome, rng: np.random.Generator) -> dict[str, Any]:
    """Sampling, crossover and mutation for columns of every kind."""
    from pymoo.core.crossover import Crossover
    from pymoo.core.mutation import Mutation
    from pymoo.core.sampling import Sampling
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM

    real = ~genome.discrete

    class InitialSample(Sampling):  # type: ignore[misc]
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
                first, second = (
                    np.where(real, blended[0], first),
                    np.where(real, blended[1], second),
                )
            return np.stack([first, second])

    class Mutate(Mutation):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.real = PM(eta=20)

        def _do(self, problem: Any, genes: Floats, *args: Any, **kwargs: Any) -> Floats:
            changed = genome.mutate(genes, rng)
            return (
                np.where(real, self.real._do(problem, genes, **kwargs), changed)
                if real.any()
                else changed
            )

    return {"sampling": InitialSample(), "crossover": Cross(), "mutation": Mutate()}


def _directions(m: int) -> Floats:
    """At least 100 even directions (k, m); a second, inner layer where the first has all of them on
    the border.
    """
    from pymoo.util.ref_dirs import get_reference_directions

    parts = 1
    while math.comb(m + parts - 1, parts) < _POPULATION:
        parts += 1
    outer = np.asarray(
        get_reference_directions("das-dennis", m, n_partitions=parts), dtype=np.float64
    )
    if parts >= m:
        return outer
    inner = np.asarray(
        get_reference_directions("das-dennis", m, n_partitions=max(1, parts - 1)), dtype=np.float64
    )
    return np.vstack([outer, 0.5 * inner + 0.5 / m])


def _less_violated(
    pop: Any, pairs: Any, random_state: np.random.Generator, **_: Any
) -> NDArray[np.int64]:
    """Tournament of NSGA-III; pymoo's own tosses its coin without the seed where both break
    constraints alike.
    """
    violation = pop.get("CV")[:, 0]
    return _winners(pairs, [violation], random_state)


def _nearer_in_niche(
    pop: Any, pairs: Any, random_state: np.random.Generator, **_: Any
) -> NDArray[np.int64]:
    """Tournament of U-NSGA-III: less violation, and of two feasible ones in a niche the better
    rank, then the nearer.
    """
    violation = pop.get("CV")[:, 0]
    niche, rank, distance = (pop.get(name) for name in ("niche", "rank", "dist_to_niche"))
    a, b = pairs.T
    alike = np.array(
        [
            violation[i] <= 0 and violation[j] <= 0 and niche[i] == niche[j]
            for i, j in zip(a, b, strict=True)
        ]
    )
    # ranks and niches are only set where plans are feasible
    known = violation <= 0
    order = [
        np.where(known, np.array([0 if v is None else v for v in values], dtype=float), 0.0)
        for values in (rank, distance)
    ]
    by_niche = _winners(pairs, [violation, *order], random_state)
    return np.asarray(
        np.where(alike[:, None], by_niche, _winners(pairs, [violation], random_state))
    )


def _winners(pairs: Any, criteria: list[Floats], rng: np.random.Generator) -> NDArray[np.int64]:
    """(k, 2) positions -> (k, 1): the smaller by the first criterion in which they differ, else
    either.
    """
    a, b = np.asarray(pairs).T
    first = rng.random(len(a)) < 0.5
    for value in reversed(criteria):
        first = np.where(value[a] == value[b], first, value[a] < value[b])
    chosen: NDArray[np.int64] = np.where(first, a, b)[:, None].astype(np.int64)
    return chosen
