"""Which points no other one dominates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Flags, Floats

__all__ = ["non_dominated", "undominated"]

# points that all others are compared with at a time, and at first
_ROUND = 32
_GOLDEN = 0.618033988749895  # its multiples are spread evenly
# more are not sorted before a sample has discarded most: one of so many
_SORTED, _EVERY = 1024, 16
# pairs, compared within some 15 ms: importing moocore takes 40
_COMPARED = 2**22


def non_dominated(points: Floats, /) -> Flags:
    """Which of the (k, m) minimised points no other dominates; of equal points the first is kept.

    The comparison is exact on the floats given.
    """
    if len(points) == 0:
        return np.zeros(0, dtype=bool)
    if not np.isfinite(points).all():
        raise ValueError("points must be finite")
    best = np.flatnonzero(undominated(points))
    # stable: the first of equal points comes first among them
    order = best[np.lexsort(points[best].T)]
    flags = np.zeros(len(points), dtype=bool)
    flags[order[_different(points[order].T)]] = True
    return flags


def undominated(points: Floats, /) -> Flags:
    """(k,) which of the (k, m) minimised points no other dominates; equal points are kept together.

    Those of a sample that are undominated in it discard most; the rest is compared in the order of
    the sums of coordinates. Rounding keeps order, so that who dominates has no greater sum, and
    where sums are equal comes first in the order of the columns. What that leaves after as much
    work as importing moocore, moocore decides.
    """
    columns = np.ascontiguousarray(points.T)
    if len(columns) == 1:
        return np.asarray(columns[0] == columns[0].min(initial=np.inf), dtype=bool)
    left = np.arange(len(points))
    sums = _sums(columns)
    if len(left) > _SORTED:
        few = np.arange(0, len(left), _EVERY)
        few = few[undominated(points[few])]
        if len(few) * len(left) > _COMPARED:
            return _by_moocore(points)
        left = _outside(columns, sums, few)
    left = left[np.lexsort((*columns[::-1, left], sums[left]))]
    columns = columns[:, left]
    first = _different(columns)
    flags = np.zeros(len(points), dtype=bool)
    flags[left] = _sifted(columns[:, first])[np.cumsum(first) - 1]
    return flags


def _by_moocore(points: Floats) -> Flags:
    import moocore

    found = moocore.is_nondominated(np.ascontiguousarray(points), keep_weakly=True)
    return np.asarray(found, dtype=bool)


def _sums(columns: Floats) -> Floats:
    """(k,) sums of the coordinates (m, k), each by its range; zeros where one is infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        width = columns.max(axis=1, initial=-np.inf) - columns.min(axis=1, initial=np.inf)
        sums = (columns / np.where(width > 0, width, 1.0)[:, None]).sum(axis=0)
    return np.asarray(sums if np.isfinite(sums).all() else np.zeros_like(sums))


def _outside(columns: Floats, sums: Floats, few: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those that a few do not dominate with a lesser sum; neighbours dominate much the same, so
    that they do not come one after the other.
    """
    left, rest, total = np.arange(columns.shape[1]), columns, sums
    scattered = few[np.argsort(few * _GOLDEN % 1)]
    for start in range(0, len(few), _ROUND):
        some = scattered[start : start + _ROUND]
        behind = _not_better(rest[:, None, :], columns[:, some, None])
        behind &= total > sums[some, None]
        kept = ~behind.any(axis=0)
        left, rest, total = left[kept], rest[:, kept], total[kept]
    return left


def _sifted(columns: Floats) -> Flags:
    """Which of different points (m, k), of which none dominates one before it, none dominates."""
    flags = np.zeros(columns.shape[1], dtype=bool)
    left = np.arange(columns.shape[1])
    size, compared = _ROUND, 0
    while len(left):
        compared += size * len(left)
        if compared > _COMPARED:
            flags[left] = _by_moocore(columns.T)
            break
        behind = _not_better(columns[:, None, :], columns[:, :size, None])
        np.fill_diagonal(behind, val=False)
        kept = np.asarray(~behind.any(axis=0))
        flags[left[:size]] = kept[:size]
        kept[:size] = False
        left, columns = left[kept], columns[:, kept]
        size *= 2
    return flags


def _not_better(columns: Floats, than: Floats) -> Flags:
    """Where no coordinate is better; both (m, ...), without an array of all of them."""
    behind = columns[0] >= than[0]
    for column, value in zip(columns[1:], than[1:], strict=True):
        behind &= column >= value
    return np.asarray(behind, dtype=bool)


def _different(columns: Floats) -> Flags:
    """(k,) which points (m, k), in order, differ from the one before."""
    first = np.ones(columns.shape[1], dtype=bool)
    first[1:] = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    return first
