"""Child process: a front of a linear program with a proven gap of cells, by `optimiser`.

python benchmarks/peers/linear.py SEED SECONDS
"""

from __future__ import annotations

import json
import resource
import sys
import time
from fractions import Fraction
from typing import Any

import numpy as np

from optimiser.engine import Options, solve
from optimiser.engine.problem import Domain, Linear, Problem, Row

__all__: list[str] = []

_GAP = 1e-3


def main() -> None:
    """Solve, having solved something small before, and print the answer as JSON."""
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    options = Options(gap=_GAP)
    solve(program(seed, variables=6, rows=4), options)
    used = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, resource.RLIM_INFINITY))
    solution = solve(program(seed), options)
    answer = {
        "cpu": time.process_time() - used,
        "points": len(solution.x),
        "solves": solution.subproblems,
        "claim": f"{solution.proof.status} of {solution.proof.of}",
        "gap": solution.proof.gap,
    }
    print(json.dumps(answer))


def program(seed: int, /, *, variables: int = 60, rows: int = 40, objectives: int = 3) -> Problem:
    """Random sparse capacities and profits, variables within 0 and 5."""
    draw = np.random.default_rng(seed)
    matrix = draw.integers(0, 20, (rows, variables)) * (draw.random((rows, variables)) < 0.4)
    profits = draw.integers(1, 50, (objectives, variables)) * (
        draw.random((objectives, variables)) < 0.7
    )
    limits = 2 * matrix.sum(axis=1) + 5
    costs = -profits

    def terms(row: Any) -> tuple[tuple[int, int], ...]:
        return tuple((int(j), int(row[j])) for j in np.flatnonzero(row))

    columns = tuple(Domain(f"x{j}", "real", Fraction(0), Fraction(5)) for j in range(variables))
    aims = tuple(Row(f"f{k}", f"f{k}", terms(row)) for k, row in enumerate(costs))
    logic = tuple(
        Row(f"r{i}", f"r{i}", terms(5 * r), None, int(b))
        for i, (r, b) in enumerate(zip(matrix, limits, strict=True))
    )
    linear = Linear(columns, aims, logic, linked=("",) * objectives)

    def evaluate(x: Any) -> tuple[Any, Any]:
        return x @ costs.T.astype(np.float64), np.zeros((len(x), 0))

    return Problem(
        columns,
        tuple(a.name for a in aims),
        np.ones(objectives),
        logic,
        (),
        evaluate,
        None,
        None,
        linear,
    )


if __name__ == "__main__":
    main()
