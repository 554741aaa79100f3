"""What a run without a time limit gives: the same bytes on any machine; and the plans it lists,
before and after the last step.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.default_runs --seeds 2
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.problems.standard import Floats, Instance
from benchmarks.reference_fronts import INSTANCES, reference, referenced
from benchmarks.runs import ours
from optimiser.engine.methods import evolutionary
from optimiser.engine.nonlinear import EFFICIENT, Finish, choose, evolve, finish, residuals
from optimiser.engine.tolerances import STALE

__all__: list[str] = []

_FIRST = 11


def main() -> None:
    """Measure and print a table in Markdown, one line a problem; of several seeds the worst."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument(
        "--problems", default=",".join(referenced()), help="names, separated by commas"
    )
    arguments.add_argument("--seeds", type=int, default=2)
    options = arguments.parse_args()
    ours(INSTANCES["osy"][0](), 1, 0.5)
    print(
        "| problem | target | share | CPU s | of 100 plans locally efficient | after the last "
        "step | its CPU s |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in options.problems.split(","):
        make, seconds, goal = INSTANCES[name]
        true = reference(name)
        shares, times, before, after, last = [], [], [], [], []
        for seed in range(_FIRST, _FIRST + options.seeds):
            problem, margins = instance = make()
            start = time.process_time()
            found = evolve(
                problem,
                seed=seed,
                work=evolutionary._WORK,
                tolerance=STALE,
                margins=margins,
            )
            middle = time.process_time()
            done = finish(problem, found.x, found.y, Finish(100), margins=margins)
            end = time.process_time()
            times.append(middle - start)
            last.append(end - middle)
            shares.append(true.ratio(done.y))
            before.append(_efficient(instance, found.x[choose(found.y, 100)]))
            after.append(_efficient(instance, done.x[done.shown]))
        target = f"{goal:g} in {seconds:g} s" if goal else ""
        known = [[c for c in counts if c is not None] for counts in (before, after)]
        plans = [str(min(counts)) if len(counts) == len(times) else "" for counts in known]
        print(
            f"| {name} | {target} | {min(shares):.5f} | {max(times):.1f} | {plans[0]} | "
            f"{plans[1]} | {max(last):.1f} |",
            flush=True,
        )


def _efficient(instance: Instance, x: Floats) -> int | None:
    """How many of the plans (k, n) are locally efficient; None without derivatives."""
    problem, margins = instance
    if problem.gradient is None:
        return None
    return int((residuals(problem, np.array(x), margins=margins) <= EFFICIENT).sum())


if __name__ == "__main__":
    main()
