"""Local upper bounds: what a list of points leaves open.

A local upper bound u of a list of points is a maximal vector such that no listed point z has z < u
in every coordinate. Every point that no listed one weakly dominates lies strictly below one of
them. They depend on the points alone.

References:
    K. Klamroth, R. Lacour, D. Vanderpooten (2015). On the representation of the search region in
        multi-objective optimization.
    European Journal of Operational Research 245, 767-778 (algorithm 2, which needs no general
        position).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.certificate.error import CertificateError
from optimiser.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["UNBOUNDED", "check_undominated", "first_dominated", "local_upper_bounds"]

UNBOUNDED = 1 << 62
"""The coordinate of a bound that excludes nothing."""

_BLOCK = 1 << 22


def local_upper_bounds(points: Integers, /) -> Integers:
    """(k, m) mutually non-dominated points, |coordinates| < 2**62 -> (l, m) bounds in lexicographic
    order.

    >>> bounds = local_upper_bounds(np.array([[1, 5], [3, 2]]))
    >>> bounds.tolist() == [[1, UNBOUNDED], [3, 5], [UNBOUNDED, 2]]
    True
    """
    points = np.asarray(points, dtype=np.int64)
    m = points.shape[1]
    order = np.lexsort(points.T[::-1])
    room = np.empty((max(16, 4 * len(points)), m), dtype=np.int64)
    room[0] = UNBOUNDED
    count = 1
    for z in points[order]:
        bounds = room[:count]
        inside = np.ones(count, dtype=np.bool_)
        for k in range(m):
            inside &= bounds[:, k] > z[k]
        split = bounds[inside]
        kept = bounds[~inside]
        new = np.concatenate([_children(split, kept, z, k) for k in range(m)])
        count = len(kept) + len(new)
        if count > len(room):
            room = np.empty((2 * count, m), dtype=np.int64)
        room[: len(kept)] = kept
        room[len(kept) : count] = new
    bounds = room[:count]
    return np.ascontiguousarray(bounds[np.lexsort(bounds.T[::-1])])


def check_undominated(points: Integers, /) -> None:
    """Insist that none of the (k, m) points equals or dominates another one.

    Raises:
        CertificateError: one does; it names the first that is equalled or dominated.
    """
    dominated = first_dominated(points)
    if dominated is not None:
        raise CertificateError(
            tr(
                "plan {number} of the list is equalled or dominated by another",
                number=dominated + 1,
            )
        )


def first_dominated(points: Integers, /) -> int | None:
    """The first of the (k, m) points that another one equals or dominates; None where there is
    none.
    """
    k, m = points.shape
    step = max(1, _BLOCK // max(1, k))
    for start in range(0, k, step):
        block = points[start : start + step]
        below = np.ones((len(block), k), dtype=np.bool_)
        for j in range(m):
            below &= points[:, j] <= block[:, j, None]
        found = np.flatnonzero(below.sum(axis=1) > 1)
        if len(found):
            return start + int(found[0])
    return None


def _children(split: Integers, kept: Integers, z: Integers, k: int) -> Integers:
    """The maximal ones of the bounds that ``split`` leaves where coordinate k is cut back to that
    of z.
    """
    if not len(split):
        return split
    candidates = split.copy()
    candidates[:, k] = z[k]
    candidates = np.unique(candidates, axis=0) if len(candidates) > 1 else candidates
    beside = kept[kept[:, k] == z[k]]
    others = np.concatenate([candidates, beside])
    covered = np.ones((len(candidates), len(others)), dtype=np.bool_)
    for j in range(len(z)):
        if j != k:
            covered &= others[:, j] >= candidates[:, j, None]
    covered[np.arange(len(candidates)), np.arange(len(candidates))] = False
    result: Integers = candidates[~covered.any(axis=1)]
    return result
