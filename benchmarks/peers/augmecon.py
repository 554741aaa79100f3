"""Child process: the front of an instance by pyaugmecon with HiGHS; runs in an environment of its
own.

The grid has a point for every whole number of the widest constrained objective, and nadir points
are given where the front is known: the settings with which it finds every point. The widest
objective is the one optimised. One worker.

python benchmarks/peers/augmecon.py INSTANCE SECONDS
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyomo.environ as pyo  # type: ignore[import-not-found]
from pyaugmecon import PyAugmecon  # type: ignore[import-not-found]
from pyomo.contrib.appsi.solvers.highs import Highs  # type: ignore[import-not-found]
from pyomo.opt import (  # type: ignore[import-not-found]
    SolverResults,
    SolverStatus,
    TerminationCondition,
)

__all__: list[str] = []


def main() -> None:
    """Solve and print the answer as JSON."""
    path, seconds = sys.argv[1:]
    data = json.loads(Path(path).read_text())
    width = [worst - best for worst, best in zip(data["nadir"], data["ideal"], strict=True)]
    order = sorted(range(len(width)), key=lambda k: -width[k])
    options = {
        "grid_points": max(width[k] for k in order[1:]) + 1,
        "nadir_points": [-data["nadir"][k] for k in order[1:]],
        "cpu_count": 1,
        "shared_flag": False,
        "output_excel": False,
        "solver_name": "highs_once",
        "solver_io": None,
        "name": "front",
    }
    model = model_of(data, order)
    used = cpu()
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(time.process_time() + float(seconds)) + 1, resource.RLIM_INFINITY)
    )
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        os.chdir(folder)
        peer = PyAugmecon(model, options, {})
        peer.solve()
    # It hands out what it has even where its worker was ended by the limit.
    if any(worker.exitcode for worker in peer.procs.procs):
        sys.exit("a worker was ended before its work was done")
    place = {k: i for i, k in enumerate(order)}
    points = [
        [-round(point[place[k]]) for k in range(len(order))]
        for point in peer.get_pareto_solutions()
    ]
    solves = peer.model.models_solved.value() + len(order) ** 2
    print(
        json.dumps(
            {"cpu": cpu() - used, "loading": used, "points": points, "solves": solves, "claim": ""}
        )
    )


def cpu() -> float:
    """CPU seconds of this process and of the ended workers."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def model_of(data: dict[str, Any], order: list[int], /) -> Any:
    """The instance in Pyomo, objectives maximised."""
    model: Any = pyo.ConcreteModel()
    n = len(data["rows"][0])
    model.x = pyo.Var(range(len(data["objectives"][0])), domain=pyo.Binary)
    model.held = pyo.ConstraintList()
    for row, limit in zip(data["rows"], data["limits"], strict=True):
        model.held.add(sum(c * model.x[j] for j, c in enumerate(row) if c) <= limit)
    for k, pair in enumerate(data["products"], start=n):
        for factor in pair:
            model.held.add(model.x[k] <= model.x[factor])
    model.obj_list = pyo.ObjectiveList()
    for k in order:
        row = data["objectives"][k]
        model.obj_list.add(
            expr=sum(-c * model.x[j] for j, c in enumerate(row) if c), sense=pyo.maximize
        )
    for objective in model.obj_list.values():
        objective.deactivate()
    return model


@pyo.SolverFactory.register("highs_once", doc="HiGHS without the exception for infeasible models")
class HighsOnce:
    """What pyaugmecon asks of a solver of Pyomo: a fresh HiGHS for every solve, on one thread,
    without a gap.
    """

    def __init__(self, **_: Any) -> None:
        self.options: dict[str, Any] = {}

    def solve(self, model: Any) -> SolverResults:
        """Solve, load the solution where there is one, and say how it ended."""
        solver = Highs()
        solver.config.load_solution = False
        solver.highs_options = {"mip_rel_gap": 0.0, "threads": 1, "parallel": "off"}
        answer = solver.solve(model)
        results = SolverResults()
        ended = answer.termination_condition.name
        results.solver.status = SolverStatus.ok if ended == "optimal" else SolverStatus.warning
        results.solver.termination_condition = {
            "optimal": TerminationCondition.optimal,
            "infeasible": TerminationCondition.infeasible,
            "infeasibleOrUnbounded": TerminationCondition.infeasibleOrUnbounded,
        }.get(ended, TerminationCondition.error)
        if ended == "optimal":
            answer.solution_loader.load_vars()
        return results


if __name__ == "__main__":
    main()
