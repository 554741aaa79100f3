"""Which of several plans with equal objectives is listed, and which of many plans are efficient.

The canonical plan has the fewest technologies, then the smallest decisions in column order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.front import non_dominated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.problem import Problem

__all__ = ["canonical_order", "clusters", "efficient", "ordinals", "technologies"]

_EXACT = 2**53


def technologies(problem: Problem, x: Floats, /) -> NDArray[np.int64]:
    """(k,) how many technologies each of the (k, n) plans adopts."""
    count = np.zeros(len(x), dtype=np.int64)
    for columns in problem.adopted.values():
        count += x[:, list(columns)].sum(axis=1) > 0.5
    return count


def canonical_order(problem: Problem, x: Floats, /) -> NDArray[np.int64]:
    """(k,) row positions of the (k, n) plans, the plan to prefer first."""
    keys = [x[:, j] for j in reversed(range(x.shape[1]))]
    return np.asarray(np.lexsort([*keys, technologies(problem, x)]), dtype=np.int64)


def ordinals(keys: NDArray[Any], /) -> Floats:
    """(k, m) floats in exactly the order of the (k, m) whole numbers ``keys``."""
    if keys.dtype != object and (keys.size == 0 or np.abs(keys).max() < _EXACT):
        return keys.astype(np.float64)
    ranks = np.empty(keys.shape)
    for k in range(keys.shape[1]):
        ranks[:, k] = np.unique(keys[:, k], return_inverse=True)[1].reshape(-1)
    return ranks


def clusters(y: Floats, tolerance: Floats, /) -> Floats:
    """(k, m) positions on each axis, values that follow one another within ``tolerance`` (m,) sharing one.

    Evaluation noise must not make two plans out of one point; many plans close together must not become one either, so no two
    values that share a position are further apart than the tolerance.
    """
    ranks = np.empty(y.shape)
    for k in range(y.shape[1]):
        order = np.argsort(y[:, k], kind="stable")
        ranks[order, k] = np.cumsum(_firsts(y[order, k], float(tolerance[k]))) if len(y) else 0.0
    return ranks


def _firsts(values: Floats, tolerance: float) -> NDArray[np.bool_]:
    """(k,) where in ascending values a new group begins."""
    first = np.append(True, np.diff(values) > tolerance)
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(values))
    wide = values[ends - 1] - values[starts] > tolerance
    for start, end in zip(starts[wide], ends[wide], strict=True):
        at = start
        while values[end - 1] - values[at] > tolerance:
            at = min(end - 1, at + int(np.searchsorted(values[at:end], values[at] + tolerance, side="right")))
            first[at] = True
    return np.asarray(first, dtype=bool)


def efficient(problem: Problem, x: Floats, ranks: Floats, /) -> NDArray[np.int64]:
    """Row positions of the non-dominated plans, the canonical one of equal points, in canonical order."""
    if len(x) == 0:
        return np.empty(0, dtype=np.int64)
    # a cheap first pass: sorting all of a large block canonically costs more than filtering it
    candidates = np.flatnonzero(_weakly_kept(ranks))
    order = candidates[canonical_order(problem, x[candidates])]
    return np.asarray(order[non_dominated(ranks[order])], dtype=np.int64)


def _weakly_kept(ranks: Floats) -> NDArray[np.bool_]:
    if ranks.shape[1] == 1:
        return np.asarray(ranks[:, 0] == ranks[:, 0].min(), dtype=bool)
    import moocore

    return np.asarray(moocore.is_nondominated(np.ascontiguousarray(ranks), keep_weakly=True), dtype=bool)
