"""Child process: the front of an instance by `optimiser`, whichever revision is on the path.

python benchmarks/peers/ours.py INSTANCE SECONDS METHOD

A method, or ``zones``: the search zones without labels ahead of them.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from optimiser.engine import Options, Solution, registry, run, solve
from optimiser.engine.problem import Domain, Linear, Problem, Row

__all__: list[str] = []

# Too many plans to enumerate: what the measured method needs is loaded before the clock starts.
_ITEMS = 40
_SMALL = {
    "objectives": [[-1 - j % 7 for j in range(_ITEMS)], [-1 - j % 5 for j in range(_ITEMS)]],
    "rows": [[1 + j % 3 for j in range(_ITEMS)]],
    "limits": [6],
    "products": [],
    "upper": [1] * _ITEMS,
}


def main() -> None:
    """Solve, having solved something small before, and print the answer as JSON."""
    path, seconds, method = sys.argv[1:]
    problem = problem_of(json.loads(Path(path).read_text()))
    solved(problem_of(_SMALL), method)
    used = spent()
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(time.process_time() + float(seconds)) + 1, resource.RLIM_INFINITY)
    )
    solution = solved(problem, method)
    cpu = spent() - used
    answer = {
        "cpu": cpu,
        "loading": used,
        "points": np.rint(solution.y).astype(np.int64).tolist(),
        "solves": solution.subproblems,
        "claim": solution.proof.status,
    }
    print(json.dumps(answer))


def solved(problem: Problem, method: str, /) -> Solution:
    """The front by a method, or by the search zones alone."""
    if method == "zones":
        return run(registry()["exact"], "", problem, Options())
    return solve(problem, Options(method=method))


def spent() -> float:
    """CPU seconds of this process, its threads and its ended workers."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def problem_of(data: Mapping[str, Any], /) -> Problem:
    """The instance as a solver sees it."""
    costs, rows = (
        np.array(data["objectives"], dtype=np.int64),
        np.array(data["rows"], dtype=np.int64),
    )
    limits, pairs = np.array(data["limits"], dtype=np.int64), [tuple(p) for p in data["products"]]
    n = rows.shape[1]

    def whole(name: str, most: int = 1) -> Domain:
        return Domain(name, "whole", Fraction(0), Fraction(most))

    def terms(row: Any) -> tuple[tuple[int, int], ...]:
        return tuple((int(j), int(row[j])) for j in np.flatnonzero(row))

    decisions = tuple(whole(f"x{j}", most) for j, most in enumerate(data["upper"]))
    objectives = tuple(Row(f"f{k}", f"f{k}", terms(row)) for k, row in enumerate(costs))
    logic = tuple(
        Row(f"r{i}", f"r{i}", terms(r), None, int(b))
        for i, (r, b) in enumerate(zip(rows, limits, strict=True))
    )
    products, defining = {}, []
    for z, (i, j) in enumerate(pairs, start=n):
        products[z] = (i, j)
        name = f"x{i}*x{j}"
        defining += [Row(name, name, ((f, -1), (z, 1)), None, 0) for f in (i, j)]
        defining.append(Row(name, name, ((i, 1), (j, 1), (z, -1)), None, 1))
    columns = (*decisions, *(whole(f"x{i}*x{j}") for i, j in pairs))
    linear = Linear(columns, objectives, (*logic, *defining), products, ("",) * len(objectives))

    def exact(x: Any) -> tuple[Any, Any]:
        full = np.rint(linear.extend(x)).astype(np.int64)
        return full @ costs.T, (full[:, :n] @ rows.T <= limits).all(axis=1)

    def evaluate(x: Any) -> tuple[Any, Any]:
        return linear.extend(x) @ costs.T.astype(np.float64), np.zeros((len(x), 0))

    names = tuple(o.name for o in objectives)
    return Problem(decisions, names, np.ones(len(names)), logic, (), evaluate, None, exact, linear)


if __name__ == "__main__":
    main()
