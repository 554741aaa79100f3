"""One run of an optimiser on a problem in arrays, for so many CPU seconds, and when it had found
what.

Everything that is evaluated is written down with the CPU time, for every optimiser alike: the
archive of an optimiser at a moment is what it had evaluated until then, infeasible and dominated
points left out.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from benchmarks.problems.standard import Floats, Instance
from optimiser.engine import Budget, Options, registry
from optimiser.engine.methods.pymoo import algorithms
from optimiser.engine.methods.pymoo.operators import directions, less_violated
from optimiser.engine.nonlinear import evolve
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.problem import Problem

__all__ = ["PEERS", "Trace", "by_name", "missing", "ours", "run"]

Stop = Callable[[], object]

_PACE = 15_000
_POPULATION = 100
# above all objectives, and how much may be broken before it makes no difference
_BEHIND, _WORST = 1e16, 1e12


@dataclass(eq=False)
class Trace:
    """What was evaluated when.

    Attributes:
        evaluated: points so far, infeasible ones too.
        population: (k, m) the objectives of the feasible plans that the optimiser hands back.
    """

    start: float = field(default_factory=time.process_time)
    evaluated: int = 0
    times: list[float] = field(default_factory=list)
    parts: list[Floats] = field(default_factory=list)
    population: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def watched(self, problem: Problem, /) -> Problem:
        """The same problem, writing down what is asked of it."""
        logic = LogicRepair(problem.logic, Space(problem.decisions))

        def evaluate(x: Floats) -> tuple[Floats, Floats]:
            y, v = problem.evaluate(x)
            self.note(y, np.column_stack([v, ~logic.holds(x)]) if len(logic) else v)
            return y, v

        return replace(problem, evaluate=evaluate)

    def note(self, y: Floats, v: Floats, /) -> None:
        """Write down feasible points."""
        self.evaluated += len(y)
        keep = np.isfinite(y).all(axis=1)
        if v.shape[1]:
            keep &= (v <= 0.0).all(axis=1)
        if keep.any():
            self.times.append(time.process_time() - self.start)
            self.parts.append(y[keep])

    def archive(self, seconds: float = np.inf, /) -> Floats:
        """(k, m) non-dominated feasible points evaluated in the first so many CPU seconds."""
        import moocore

        last = int(np.searchsorted(self.times, seconds, side="right"))
        if last == 0:
            return np.empty((0, self.parts[0].shape[1] if self.parts else 0))
        return np.asarray(moocore.filter_dominated(np.concatenate(self.parts[:last])))

    def first(self, reaches: Callable[[Floats], bool], low: float, high: float, /) -> float:
        """CPU seconds until the archive satisfies a condition that it then keeps, between two
        moments, to about a twentieth.

        Returns:
            ``low`` where it does so by then, infinite where not by ``high``.
        """
        if reaches(self.archive(low)):
            return low
        if not reaches(self.archive(high)):
            return np.inf
        while high > 1.05 * low:
            middle = float(np.sqrt(low * high))
            low, high = (low, middle) if reaches(self.archive(middle)) else (middle, high)
        return high


class _Clock(Budget):
    """A budget in seconds of this process's own."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._stop = _deadline(seconds)

    def exhausted(self) -> Literal["time_limit", "interrupted"] | None:
        return "time_limit" if self._stop() else None


def _deadline(seconds: float) -> Callable[[], str | None]:
    end = time.process_time() + seconds
    return lambda: "time" if time.process_time() >= end else None


def missing(name: str, /) -> str:
    """Why a peer cannot be measured here; empty where it can."""
    module = {"platypus": "platypus", "pygmo": "pygmo"}.get(name, "pymoo")
    package = {"platypus": "platypus-opt"}.get(name, module)
    return (
        ""
        if importlib.util.find_spec(module)
        else f"{name} is not installed here: pip install {package}"
    )


def ours(instance: Instance, seed: int, seconds: float, /) -> Trace:
    """The engine of this project."""
    problem, margins = instance
    trace = Trace()
    trace.population = evolve(
        trace.watched(problem),
        seed=seed,
        work=np.inf,
        margins=margins,
        should_stop=_deadline(seconds),
    ).y
    return trace


def run(
    name: str,
    instance: Instance,
    seed: int,
    /,
    *,
    seconds: float = np.inf,
    evaluations: float = np.inf,
) -> Trace:
    """A peer by the name in ``PEERS``."""
    trace = Trace()
    end = time.process_time() + seconds
    PEERS[name](
        instance[0],
        trace,
        seed,
        lambda: time.process_time() >= end or trace.evaluated >= evaluations,
    )
    return trace


def by_name(method: str, instance: Instance, seed: int, seconds: float, /) -> Floats:
    """(k, m) the archive of an engine that ``--method`` names."""
    if method == "evolutionary":
        return ours(instance, seed, seconds).population
    # RVEA paces itself by the evaluations to come; only the clock ends the others
    algorithms._EARLIEST = 10**9
    algorithms._LATEST = int(_PACE * seconds) if method == "rvea" else 10**9
    outcome = registry()[method].solve(
        instance[0], Options(seed=seed, points=10**9), _Clock(seconds)
    )
    return np.asarray(instance[0].evaluate(outcome.x)[0])


def _pymoo(algorithm: Any, problem: Problem, trace: Trace, seed: int, stop: Stop) -> None:
    """An algorithm of pymoo in the unit cube, everything as pymoo sets it."""
    from pymoo.core.problem import Problem as Theirs

    space = Space(problem.decisions)
    p = len(problem.constraints)

    class Wrapped(Theirs):  # type: ignore[misc]
        def _evaluate(self, u: Floats, out: dict[str, Floats], *_: object, **__: object) -> None:
            y, v = problem.evaluate(space.decode(u))
            trace.note(y, v)
            out["F"] = np.nan_to_num(y, nan=1e30, posinf=1e30)
            if p:
                out["G"] = v

    shape = Wrapped(n_var=space.n, n_obj=len(problem.objectives), n_ieq_constr=p, xl=0.0, xu=1.0)
    algorithm.setup(shape, seed=seed, verbose=False)
    while not stop():
        algorithm.next()
    found = algorithm.pop
    good = (found.get("CV").ravel() <= 0) if p else np.ones(len(found), dtype=bool)
    trace.population = found.get("F")[good]


def _nsga2(problem: Problem, trace: Trace, seed: int, stop: Stop) -> None:
    from pymoo.algorithms.moo.nsga2 import NSGA2

    _pymoo(NSGA2(pop_size=_POPULATION), problem, trace, seed, stop)


def _nsga3(problem: Problem, trace: Trace, seed: int, stop: Stop) -> None:
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.operators.selection.tournament import TournamentSelection

    # its own tournament tosses a coin without the seed
    selection = TournamentSelection(func_comp=less_violated)
    even = directions(len(problem.objectives), _POPULATION)
    _pymoo(NSGA3(even, selection=selection), problem, trace, seed, stop)


def _sms_emoa(problem: Problem, trace: Trace, seed: int, stop: Stop) -> None:
    from pymoo.algorithms.moo.sms import SMSEMOA

    _pymoo(SMSEMOA(pop_size=_POPULATION), problem, trace, seed, stop)


def _platypus(problem: Problem, trace: Trace, seed: int, stop: Stop) -> None:
    """NSGA-II of Platypus, which evaluates point by point."""
    import random

    import platypus

    space = Space(problem.decisions)
    m, p = len(problem.objectives), len(problem.constraints)

    def function(u: list[float]) -> Any:
        y, v = problem.evaluate(space.decode(np.array([u])))
        trace.note(y, v)
        values = np.nan_to_num(y[0], nan=1e30, posinf=1e30).tolist()
        return (values, v[0].tolist()) if p else values

    random.seed(seed)
    theirs = platypus.Problem(space.n, m, p, function=function)
    theirs.types[:] = platypus.Real(0.0, 1.0)
    theirs.constraints[:] = "<=0"
    algorithm = platypus.NSGAII(theirs, population_size=_POPULATION)
    while not stop():
        algorithm.step()
    found = [s for s in algorithm.result if s.feasible]
    trace.population = np.array([list(s.objectives) for s in found]).reshape(len(found), m)


class _UserProblem:
    """What pygmo asks of a problem."""

    def __init__(self, problem: Problem, trace: Trace) -> None:
        self._problem, self._trace, self._space = problem, trace, Space(problem.decisions)

    def fitness(self, u: Floats) -> Floats:
        return self.batch_fitness(u)

    def batch_fitness(self, us: Floats) -> Floats:
        y, v = self._problem.evaluate(self._space.decode(us.reshape(-1, self._space.n)))
        self._trace.note(y, v)
        y = np.nan_to_num(y, nan=1e30, posinf=1e30)
        # Deb's rule, which it has not: behind all that breaks nothing, the less broken the better
        broken = ~(v <= 0.0).all(axis=1)
        total = np.nan_to_num(v[broken].sum(axis=1, keepdims=True), nan=_WORST, posinf=_WORST)
        y[broken] = _BEHIND * (1.0 + np.minimum(total, _WORST))
        return np.asarray(y.ravel())

    def get_nobj(self) -> int:
        return len(self._problem.objectives)

    def get_bounds(self) -> tuple[list[float], list[float]]:
        return [0.0] * self._space.n, [1.0] * self._space.n

    def __deepcopy__(self, _: object) -> _UserProblem:
        return self


def _pygmo(problem: Problem, trace: Trace, seed: int, stop: Stop) -> None:
    """NSGA-II of pygmo, whole generations at once; constraints are handled for it."""
    import pygmo

    shape = pygmo.problem(_UserProblem(problem, trace))
    inner = pygmo.nsga2(gen=10, seed=seed)
    inner.set_bfe(pygmo.bfe(pygmo.member_bfe()))
    algorithm = pygmo.algorithm(inner)
    population = pygmo.population(
        shape, size=_POPULATION, seed=seed, b=pygmo.bfe(pygmo.member_bfe())
    )
    while not stop():
        population = algorithm.evolve(population)
    trace.population = np.asarray(population.get_f())


PEERS: dict[str, Callable[[Problem, Trace, int, Stop], None]] = {
    "nsga2": _nsga2,
    "nsga3": _nsga3,
    "sms-emoa": _sms_emoa,
    "platypus": _platypus,
    "pygmo": _pygmo,
}
