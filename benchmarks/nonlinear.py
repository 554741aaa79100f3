"""The nonlinear engine against NSGA-II of pymoo at equal CPU time: share of the true hypervolume, worst and median of the seeds.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.nonlinear --problems zdt1,osy --seeds 5
OPENBLAS_NUM_THREADS=1 python -m benchmarks.nonlinear --algorithms --problems zdt4,osy,dtlz7 --seeds 3 --scale 0.5
OPENBLAS_NUM_THREADS=1 python -m benchmarks.nonlinear --store --problems re21,re41   (computes missing references, minutes)
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from itertools import product
from typing import Literal

import numpy as np

from benchmarks.reference_fronts import INSTANCES, STORED, THINNED, hypervolume, reference
from optimiser.problem import Problem
from optimiser.solvers import Budget, Options, pymoo_algorithms, registry
from optimiser.solvers.evolution import Margins, choose, evolve
from optimiser.solvers.evolution.archive import Archive
from optimiser.solvers.evolution.space import Space
from tests.solvers.evolution.problems import Floats

__all__: list[str] = []

_SHOWN = 100
_LONG = 400_000
_PACE = 15_000
_REFERENCE_SEEDS = (101, 102)


def main() -> None:
    """Measure and print, one line an instance."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--problems", default=",".join(INSTANCES), help="names, separated by commas")
    arguments.add_argument("--seeds", type=int, default=5)
    arguments.add_argument("--scale", type=float, default=1.0, help="times the seconds of the table")
    arguments.add_argument("--no-peers", action="store_true")
    arguments.add_argument("--algorithms", action="store_true", help="every engine by name, with its archive, at equal CPU time")
    arguments.add_argument("--store", action="store_true", help="compute and store references instead")
    options = arguments.parse_args()
    names = options.problems.split(",")
    unknown = sorted(set(names) - set(INSTANCES))
    if unknown:
        sys.exit(f"unknown problems: {', '.join(unknown)}; known: {', '.join(INSTANCES)}")
    if options.store:
        for name in names:
            _store(name)
        return
    _warm()
    if options.algorithms:
        _compare(names, range(1, options.seeds + 1), options.scale)
        return
    print("worst and median share of the true hypervolume; t/10: after a tenth of the time; 100: the 100 plans shown")
    print(
        f"{'problem':14s} {'cpu s':>5s} {'goal':>6s}  {'ours':>15s} {'t/10':>7s} {'100':>7s}"
        f"  {'NSGA-II+archive':>15s} {'its 100':>7s}  reached in t/10"
    )
    for name in names:
        print(_line(name, range(1, options.seeds + 1), options.scale, peers=not options.no_peers), flush=True)


def _line(name: str, seeds: range, scale: float, *, peers: bool) -> str:
    make, seconds, goal = INSTANCES[name]
    seconds *= scale
    try:
        true = reference(name)
    except KeyError:
        return f"{name:14s} has no stored reference: run with --store --problems {name!r} first"
    ours, early, shown, archived, last = [], [], [], [], []
    for seed in seeds:
        y = _ours(make(), seed, seconds)
        ours.append(true.ratio(y))
        shown.append(true.ratio(y[choose(y, _SHOWN)]))
        early.append(true.ratio(_ours(make(), seed, seconds / 10)))
        if peers:
            whole, population = _nsga2(make()[0], seed, seconds)
            archived.append(true.ratio(whole))
            last.append(true.ratio(population))
    met = "" if min(ours) >= goal else " BELOW"
    text = f"{name:14s} {seconds:5.1f} {goal:6.4f}  {min(ours):.5f} {np.median(ours):.5f} {min(early):.5f} {min(shown):.5f}"
    if peers:
        faster = sum(a >= b for a, b in zip(early, archived, strict=True))
        text += f"  {min(archived):.5f} {np.median(archived):.5f} {min(last):.5f}  {faster}/{len(early)}"
    return text + met


def _compare(names: list[str], seeds: range, scale: float) -> None:
    """A line an instance: the median share of the true hypervolume that each engine's archive reaches."""
    theirs = [name for name, solver in registry().items() if type(solver).__module__ == pymoo_algorithms.__name__]
    methods = ["evolutionary", *theirs]
    # imports and compilation are not what is compared
    for method, name in product(theirs, ("zdt1", "zdt4")):
        _by_name(method, INSTANCES[name][0](), 1, 0.3)
    print(f"{'problem':14s} {'cpu s':>5s}  " + " ".join(f"{name:>12s}" for name in methods))
    for name in names:
        make, seconds, _ = INSTANCES[name]
        seconds *= scale
        true = reference(name)
        cells = []
        for method in methods:
            if registry()[method].declines(make()[0]) is not None:
                cells.append(f"{'declines':>12s}")
                continue
            reached = [true.ratio(_by_name(method, make(), seed, seconds)) for seed in seeds]
            cells.append(f"{np.median(reached):12.5f}")
        print(f"{name:14s} {seconds:5.1f}  " + " ".join(cells), flush=True)


def _by_name(method: str, instance: tuple[Problem, Margins | None], seed: int, seconds: float) -> Floats:
    if method == "evolutionary":
        return _ours(instance, seed, seconds)
    solver = registry()[method]
    # RVEA paces itself by the evaluations to come; only the clock ends the others
    pymoo_algorithms._EARLIEST = 10**9
    pymoo_algorithms._LATEST = int(_PACE * seconds) if method == "rvea" else 10**9
    outcome = solver.solve(instance[0], Options(seed=seed, points=10**9), _Clock(seconds))
    return np.asarray(instance[0].evaluate(outcome.x)[0])


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


def _ours(instance: tuple[Problem, Margins | None], seed: int, seconds: float) -> Floats:
    problem, margins = instance
    return evolve(problem, seed=seed, work=np.inf, margins=margins, should_stop=_deadline(seconds)).y


def _nsga2(problem: Problem, seed: int, seconds: float) -> tuple[Floats, Floats]:
    """NSGA-II of pymoo, 100 points a generation: all that it ever saw, filtered, and its last population."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem as Theirs

    space = Space(problem.decisions)
    m, p = len(problem.objectives), len(problem.constraints)
    archive = Archive(space.n, m)

    class Wrapped(Theirs):  # type: ignore[misc]
        def _evaluate(self, u: Floats, out: dict[str, Floats], *_: object, **__: object) -> None:
            x = space.decode(u)
            y, v = problem.evaluate(x)
            feasible = np.isfinite(y).all(axis=1) & (v <= 0).all(axis=1)
            archive.add(x[feasible], y[feasible])
            out["F"] = np.nan_to_num(y, nan=1e30, posinf=1e30)
            if p:
                out["G"] = v

    stop = _deadline(seconds)
    algorithm = NSGA2(pop_size=100)
    algorithm.setup(Wrapped(n_var=space.n, n_obj=m, n_ieq_constr=p, xl=0.0, xu=1.0), seed=seed, verbose=False)
    while not stop():
        algorithm.next()
    found = algorithm.pop
    good = (found.get("CV").ravel() <= 0) if p else np.ones(len(found), dtype=bool)
    return archive.y, found.get("F")[good]


def _warm() -> None:
    """Imports are not what is compared."""
    make = INSTANCES["osy"][0]
    problem, margins = make()
    evolve(problem, seed=1, work=5000, margins=margins)
    _nsga2(problem, 1, 0.2)


def _store(name: str) -> None:
    """The union of two long runs as a reference; how near each comes to it says how good it is."""
    import moocore

    problem, margins = INSTANCES[name][0]()
    found = [evolve(problem, seed=seed, work=_LONG, margins=margins).y for seed in _REFERENCE_SEEDS]
    y = np.asarray(moocore.filter_dominated(np.concatenate(found)))
    ideal, nadir = y.min(axis=0), y.max(axis=0)
    at_most = THINNED if y.shape[1] > 3 else None
    volume = hypervolume(y, ideal, nadir, at_most=at_most)
    single = [round(hypervolume(part, ideal, nadir, at_most=at_most) / volume, 6) for part in found]
    entry = {
        "points": len(y),
        "ideal": ideal.tolist(),
        "nadir": nadir.tolist(),
        "hypervolume": volume,
        "single_runs": single,
        "work": _LONG,
    }
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    stored[name] = entry
    STORED.write_text(json.dumps(dict(sorted(stored.items())), indent=1) + "\n", encoding="utf-8")
    print(name, len(y), "points; single runs reach", single, flush=True)


if __name__ == "__main__":
    main()
