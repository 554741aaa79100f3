"""The algorithms of pymoo, each by its name, for whatever can be evaluated: feasible plans, none
dominating another, no proof.

All share the operators for columns of every kind, the repair of logic rows and an unbounded
archive. pymoo sees objectives scaled by the ranges of the first population: some of its algorithms
compare lengths across objectives.

References:
    K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective genetic
        algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6, 182-197.
    K. Deb and H. Jain (2014). An evolutionary many-objective optimization algorithm using
        reference-point-based nondominated sorting approach, part I. IEEE Transactions on
        Evolutionary Computation 18, 577-601 (NSGA-III).
    H. Seada and K. Deb (2016). A unified evolutionary optimization procedure for single, multiple,
        and many objectives. IEEE Transactions on Evolutionary Computation 20, 358-369 (U-NSGA-III).
    A. Panichella (2022). An improved Pareto front modeling algorithm for large-scale many-objective
        optimization. GECCO (AGE-MOEA-II).
    N. Beume, B. Naujoks and M. Emmerich (2007). SMS-EMOA: multiobjective selection based on
        dominated hypervolume. European Journal of Operational Research 181, 1653-1669.
    Q. Zhang and H. Li (2007). MOEA/D. IEEE Transactions on Evolutionary Computation 11, 712-731.
    R. Cheng, Y. Jin, M. Olhofer and B. Sendhoff (2016). A reference vector guided evolutionary
        algorithm for many-objective optimization. IEEE Transactions on Evolutionary Computation 20,
        773-791 (RVEA).
    J. Blank and K. Deb (2020). pymoo: multi-objective optimization in Python. IEEE Access 8,
        89497-89509.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.engine.admitting import listed
from optimiser.engine.contract import Budget, Options, Outcome, Stop
from optimiser.engine.methods.pymoo.operators import (
    directions,
    less_violated,
    nearer_in_niche,
    operators_of,
)
from optimiser.engine.tolerances import STALE_GENERATIONS, TINY
from optimiser.extras import without
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.methods.pymoo.measurement import Measurement
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["AGEMOEA2", "MOEAD", "NSGA2", "NSGA3", "RVEA", "SMSEMOA", "UNSGA3"]

_POPULATION = 100
_LISTED = 100
_LATEST = 40_000
_EARLIEST = 12_000
_LOOK = 4_000
_REPEATS = 4
# exact hypervolume contributions of some 200 points take seconds a generation beyond this
_MOST_HYPERVOLUME = 5


class _Pymoo:
    """What pymoo's algorithms have in common here; one of them says its name and how it is made."""

    proof: ClassVar[bool] = False

    def declines(self, problem: Problem, /) -> str | None:
        """An installation without pymoo, decisions without finite bounds, and what the algorithm
        itself cannot take.
        """
        if missing := without("pymoo"):
            return missing
        for d in problem.decisions:
            if d.kind != "listed" and (d.lower is None or d.upper is None):
                return stored("decision {name!r} has no finite bounds", name=d.name)
        return self.refuses(problem)

    def refuses(self, problem: Problem, /) -> str | None:
        """What this algorithm cannot take besides."""
        return stored("it needs at least two objectives") if len(problem.objectives) == 1 else None

    def suits(self, problem: Problem, /) -> str:
        """Why no other solver could be used, or how many decisions there are."""
        return (
            stored("{number} bounded decisions", number=len(problem.decisions))
            if problem.linear
            else problem.linear.reason
        )

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """pymoo's algorithm for m objectives."""
        raise NotImplementedError

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """Generation after generation, of which the archive keeps every plan worth keeping."""
        from optimiser.engine.methods.pymoo.measurement import Measurement
        from optimiser.engine.nonlinear import choose

        rng = np.random.default_rng(options.seed)
        run = Measurement(problem, rng, should_stop=budget.exhausted)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            stopped = _evolve(run, _prepared(self, run, options), budget)
        x, y = run.archive.x, run.archive.y
        if problem.exact is not None and len(x):
            holds = problem.exact(x)[1]
            x, y = x[holds], y[holds]
        several = len(problem.objectives) > 1 and len(y)
        chosen = choose(y, options.points or _LISTED) if several else np.arange(len(y))
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
    proves: ClassVar[str] = stored(
        "nothing: pymoo's NSGA-II, for one objective its genetic algorithm"
    )

    def refuses(self, problem: Problem, /) -> str | None:
        """Nothing: a single objective goes to the genetic algorithm."""
        return None

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """NSGA-II, for one objective the genetic algorithm."""
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
    proves: ClassVar[str] = stored("nothing: pymoo's NSGA-III, for three and more objectives")

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """NSGA-III over even directions; its tournament tosses the coin of this run."""
        from pymoo.algorithms.moo import nsga3
        from pymoo.operators.selection.tournament import TournamentSelection

        return nsga3.NSGA3(
            directions(m, _POPULATION),
            selection=TournamentSelection(func_comp=less_violated),
            **operators,
        )


class UNSGA3(_Pymoo):
    """NSGA-III with pressure among parents of one niche."""

    name: ClassVar[str] = "unsga3"
    rank: ClassVar[int] = 97
    proves: ClassVar[str] = stored("nothing: pymoo's U-NSGA-III, for two and more objectives")

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """U-NSGA-III over even directions; its tournament tosses the coin of this run."""
        from pymoo.algorithms.moo import unsga3
        from pymoo.operators.selection.tournament import TournamentSelection

        return unsga3.UNSGA3(
            directions(m, _POPULATION),
            selection=TournamentSelection(func_comp=nearer_in_niche),
            **operators,
        )


class AGEMOEA2(_Pymoo):
    """Diversity by distances on a model of the front's curvature."""

    name: ClassVar[str] = "age-moea2"
    rank: ClassVar[int] = 97
    proves: ClassVar[str] = stored("nothing: pymoo's AGE-MOEA-II")

    def refuses(self, problem: Problem, /) -> str | None:
        """A single objective, or an installation without numba."""
        return without("numba") or super().refuses(problem)

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """AGE-MOEA-II; a point in the ideal, which has no direction, is moved off it."""
        from pymoo.algorithms.moo import age2

        class Survival(age2.AGEMOEA2Survival):  # type: ignore[misc]  # pymoo has no types
            @staticmethod
            def pairwise_distances(front: Floats, p: float) -> Floats:
                # a point in the ideal has no direction to be projected along: pymoo divides by 0
                nowhere = np.asarray((front <= 0).all(axis=1), dtype=bool)
                found: Floats = age2.AGEMOEA2Survival.pairwise_distances(
                    np.where(nowhere[:, None], TINY, front), p
                )
                return found

        algorithm = age2.AGEMOEA2(pop_size=_POPULATION, **operators)
        algorithm.survival = Survival()
        return algorithm


class SMSEMOA(_Pymoo):
    """Drops the least contributor to the hypervolume."""

    name: ClassVar[str] = "sms-emoa"
    rank: ClassVar[int] = 97
    proves: ClassVar[str] = stored(
        "nothing: pymoo's SMS-EMOA, for up to {most} objectives", most=_MOST_HYPERVOLUME
    )

    def refuses(self, problem: Problem, /) -> str | None:
        """A single objective, or more than hypervolumes are quick for."""
        m = len(problem.objectives)
        if m > _MOST_HYPERVOLUME:
            return stored(
                "exact hypervolume contributions of {number} objectives take too long; it takes "
                "{most} at most",
                number=m,
                most=_MOST_HYPERVOLUME,
            )
        return super().refuses(problem)

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """SMS-EMOA."""
        from pymoo.algorithms.moo import sms

        return sms.SMSEMOA(pop_size=_POPULATION, **operators)


class MOEAD(_Pymoo):
    """One scalar problem a direction, solved among its neighbours; a generation at a time."""

    name: ClassVar[str] = "moead"
    rank: ClassVar[int] = 98
    proves: ClassVar[str] = stored("nothing: pymoo's MOEA/D, without constraints")

    def refuses(self, problem: Problem, /) -> str | None:
        """A single objective, or any constraint."""
        bound = [*problem.constraints, *(row.group for row in problem.logic)]
        if bound:
            return stored(
                "it takes no constraints, and the model has {constraint!r}", constraint=bound[0]
            )
        return super().refuses(problem)

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """MOEA/D in generations, which looks for no duplicates."""
        from pymoo.algorithms.moo import moead

        rest = {name: value for name, value in operators.items() if name != "eliminate_duplicates"}
        return moead.ParallelMOEAD(directions(m, _POPULATION), **rest)


class RVEA(_Pymoo):
    """The angle to reference directions, and more and more the distance along them."""

    name: ClassVar[str] = "rvea"
    rank: ClassVar[int] = 98
    proves: ClassVar[str] = stored("nothing: pymoo's RVEA, for three and more objectives")

    def make(self, m: int, operators: dict[str, Any], /) -> Any:
        """RVEA over even directions."""
        from pymoo.algorithms.moo import rvea

        return rvea.RVEA(directions(m, _POPULATION), **operators)


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
        u, y, v = run.measure(np.asarray(infills.get("X"), dtype=np.float64))
        limited = algorithm.problem.has_constraints()
        infills.set(
            "X",
            u,
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
            stale = volume <= last * (1.0 + STALE_GENERATIONS) and last > 0.0
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

    problem, n, m = run.problem, run.breeder.evaluator.n, run.breeder.evaluator.m
    p = 0 if isinstance(solver, MOEAD) else run.limits
    # in a small space pymoo would look for new plans that do not exist
    distinct = _combinations(problem) == _LATEST
    algorithm = solver.make(m, {**operators_of(run.breeder), "eliminate_duplicates": distinct})
    shape = PymooProblem(n_var=n, n_obj=m, n_ieq_constr=p, xl=np.zeros(n), xu=np.ones(n))
    # nobody but RVEA, which paces itself by it, gets to the last generation before the evaluations
    # are spent
    generations = MaximumGenerationTermination(
        1 + _latest(run.problem) // (algorithm.pop_size or _POPULATION)
    )
    algorithm.setup(shape, termination=generations, seed=options.seed, verbose=False)
    return algorithm
