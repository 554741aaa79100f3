"""Who is better and who survives: constrained non-dominated ranks, then crowding.

References:
    Deb, Pratap, Agarwal, Meyarivan (2002), A fast and elitist multiobjective genetic algorithm:
    NSGA-II. IEEE Transactions on Evolutionary Computation 6(2), 182-197.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Floats

    Ranks = NDArray[np.int64]

__all__ = ["crowding", "ranks", "survivors", "tournament"]

_INFEASIBLE = 1 << 40


def ranks(y: Floats, violation: Floats, /) -> Ranks:
    """(k,) ranks, 0 best: feasible points by non-dominated front, infeasible ones after them by
    violation (k,).
    """
    import moocore

    feasible = violation <= 0
    if feasible.all():
        found: Ranks = moocore.pareto_rank(y).astype(np.int64)
        return found
    rank = np.empty(len(y), dtype=np.int64)
    if feasible.any():
        rank[feasible] = moocore.pareto_rank(y[feasible])
    rank[~feasible] = _INFEASIBLE + np.unique(violation[~feasible], return_inverse=True)[1]
    return rank


def crowding(y: Floats, rank: Ranks, /) -> Floats:
    """(k,) for each point the sum over objectives of the distance between its neighbours in its own
    front.
    """
    k, m = y.shape
    distance = np.zeros(k)
    finite = bool(np.isfinite(y).all())
    for j in range(m):
        column = y[:, j]
        order = np.lexsort((column, rank))
        value, front = column[order], rank[order]
        new = np.empty(k + 1, dtype=bool)
        new[0] = new[-1] = True
        np.not_equal(front[1:], front[:-1], out=new[1:-1])
        known = value if finite else value[np.isfinite(value)]
        spread = (known.max() - known.min() if len(known) else 0.0) or 1.0
        gap = np.zeros(k)
        with np.errstate(invalid="ignore"):
            gap[1:-1] = (value[2:] - value[:-2]) / spread
        gap[new[:-1] | new[1:]] = np.inf
        distance[order] += gap
    return distance if finite else np.nan_to_num(distance, nan=0.0, posinf=np.inf)


def survivors(rank: Ranks, crowd: Floats, size: int, /) -> NDArray[np.int64]:
    """(size,) positions of the best by rank (k,), then by crowding (k,), best first."""
    return np.lexsort((-crowd, rank))[:size]


def tournament(
    rank: Ranks, crowd: Floats, count: int, rng: np.random.Generator, /
) -> NDArray[np.int64]:
    """(count,) winners of binary tournaments."""
    first, second = rng.integers(0, len(rank), (2, count))
    better = (rank[first] < rank[second]) | (
        (rank[first] == rank[second]) & (crowd[first] >= crowd[second])
    )
    winners: NDArray[np.int64] = np.where(better, first, second)
    return winners
