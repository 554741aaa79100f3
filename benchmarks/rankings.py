"""What rankings cost: 1,000 plans with five objectives by every method, and 10,000 weights.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.rankings
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from optimiser.front import Column, Front, Proof, Provenance
from optimiser.ranking import methods, rank, scores_over

__all__ = ["made", "main"]

_PLANS, _OBJECTIVES, _WEIGHTS, _TURNS = 1_000, 5, 10_000, 5


def made(k: int, m: int, /) -> Front:
    """k random plans on the simplex, m objectives, each with a target."""
    y = np.random.default_rng(1).dirichlet(np.ones(m), k)
    columns = tuple(Column(f"o{j}", sense="maximise", target=0.2) for j in range(m))
    none = np.zeros((k, 0))
    ids = tuple(f"p{row:012x}" for row in range(k))
    proof, source = Proof("approximate"), Provenance("enumerate", "made", 1)
    return Front(columns, y, none, (), none, (), ((),) * k, ids, proof, source)


def main() -> None:
    """Measure and print the least of several turns, in milliseconds, as a table in Markdown."""
    front = made(_PLANS, _OBJECTIVES)
    print(f"| {_PLANS} plans, {_OBJECTIVES} objectives | ms |\n| --- | --- |")
    for method in methods():
        print(f"| {method} | {_least(lambda method=method: rank(front, method=method)):.2f} |")
    linear = _least(lambda: rank(front, method="promethee2", preference="linear:0.05:0.2"))
    print(f"| promethee2, linear | {linear:.2f} |")
    weights = np.random.default_rng(2).dirichlet(np.ones(_OBJECTIVES), _WEIGHTS)
    many = _least(lambda: scores_over(front, weights, method="topsis"))
    print(f"| topsis, {_WEIGHTS} weights | {many:.0f} |")


def _least(work: Callable[[], object], /) -> float:
    """Milliseconds of CPU time."""
    found = []
    for _ in range(_TURNS):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return 1e3 * min(found)


if __name__ == "__main__":
    main()
