"""How far a region must be moved, the same in every scaled objective, until it holds a point; at
most 0 where it does already.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.regions import EPSILON
from optimiser.dominance import non_dominated
from optimiser.results.mixtures import least_shift

if TYPE_CHECKING:
    from optimiser.analysis.regions import Region, Scaling
    from optimiser.front import Flags, Floats

    Scaled = tuple[Fraction, ...]

__all__ = ["farthest", "farthest_of_mixtures", "held", "shifts"]

_BLOCK = 2**21  # numbers in one array at a time
# of points in three and more objectives, beyond which not every other one is measured
_MOST_PAIRS = 2**28
_DRAWN = 64  # of the others are measured at a time, to pass over those that are nearer
_MOST_PROGRAMS = 4_000  # linear programs, a millisecond each
_MOST_TIES = 64
_MOST_MIXED = 2**14  # pieces by points, a quarter of a second

_TWO = 2


def held(points: Floats, others: Floats, /) -> Flags:
    """(q,) which of the others one of the points equals or dominates, exactly; no other may
    dominate another one.

    Args:
        points: (k, m), -inf where it is as good as anything.
        others: (q, m) finite.
    """
    # as good as anything is better than all others
    lowest = others.min(axis=0) - np.maximum(1.0, np.abs(others.min(axis=0)))
    both = np.concatenate([np.maximum(points, lowest), others])
    # of equal ones the first is kept, and all others have their place behind the points
    distinct, place = np.unique(others, axis=0, return_inverse=True)
    both = np.concatenate([both[: len(points)], distinct])
    return np.asarray(~non_dominated(both)[len(points) :][place.reshape(-1)], dtype=bool)


def shifts(region: Region, points: Floats, scaling: Scaling, /) -> tuple[Floats, Floats]:
    """Two bounds, (q,) each, on the least shift of the region that holds each of the (q, m)
    points.
    """
    spans = scaling.spans
    upper = _least(region.points, points, spans)
    lower = upper
    if region.cells:
        lower, upper = _mixed(region, points, upper, spans)
    if region.floor is not None:
        above = ((region.floor - points) / spans).max(axis=1)
        lower, upper = np.maximum(lower, above), np.maximum(upper, above)
    return lower, upper


def _least(points: Floats, others: Floats, spans: Floats, /) -> Floats:
    """(q,) how far the nearest of the points is from being as good as each of the others."""
    if others.shape[1] == _TWO:
        return _least_of_two(points, others, spans)
    found = np.empty(len(others))
    size = max(1, _BLOCK // max(1, points.size))
    for start in range(0, len(others), size):
        block = others[start : start + size]
        # the difference first: equal values give 0, and its sign is right
        distance = np.full((len(block), len(points)), -np.inf)
        for column, span in enumerate(spans.tolist()):
            np.maximum(
                distance, (points[None, :, column] - block[:, None, column]) / span, out=distance
            )
        found[start : start + size] = distance.min(axis=1)
    return found


def _least_of_two(points: Floats, others: Floats, spans: Floats, /) -> Floats:
    """(q,) the same in two objectives: along the points that no other one dominates one distance
    grows and the other one falls, and the least greater one is where they cross.
    """
    x, y = points[np.lexsort(points.T[::-1])].T
    efficient = np.append(True, y[1:] < np.minimum.accumulate(y)[:-1])
    x, y = x[efficient], y[efficient]
    low, high = np.zeros(len(others), dtype=np.intp), np.full(len(others), len(x))
    while (low < high).any():
        middle = np.minimum((low + high) // 2, len(x) - 1)
        crossed = (x[middle] - others[:, 0]) / spans[0] >= (y[middle] - others[:, 1]) / spans[1]
        left = low < high
        high = np.where(left & crossed, middle, high)
        low = np.where(left & ~crossed, middle + 1, low)
    before, behind = np.maximum(low - 1, 0), np.minimum(low, len(x) - 1)
    falling = (y[before] - others[:, 1]) / spans[1]
    growing = (x[behind] - others[:, 0]) / spans[0]
    between = np.minimum(falling, growing)
    return np.asarray(np.where(low == 0, growing, np.where(low == len(x), falling, between)))


def _mixed(
    region: Region, others: Floats, upper: Floats, spans: Floats, /
) -> tuple[Floats, Floats]:
    corners = np.minimum(upper, _least(region.corners, others, spans))
    if others.shape[1] == _TWO:
        between = np.minimum(upper, _segments(region, others, spans))
        return between, between
    if not region.convex or len(others) > _MOST_PROGRAMS:
        return corners, upper
    bounds = [least_shift(region.points / spans, point / spans) for point in others]
    lows, highs = np.array(bounds).reshape(-1, 2).T
    return np.maximum(corners, lows), np.minimum(upper, highs)


def _segments(region: Region, others: Floats, spans: Floats, /) -> Floats:
    """(q,) the same for the segments of a region in two objectives: the best is at an end, or where
    both objectives tie.
    """
    scaled = region.points / spans
    lines = [sorted(cell, key=lambda row: tuple(scaled[row])) for cell in region.cells]
    ends = np.array([pair for line in lines for pair in pairwise(line)])
    start, step = scaled[ends[:, 0]], scaled[ends[:, 1]] - scaled[ends[:, 0]]
    slope = step[:, 0] - step[:, 1]
    found = np.empty(len(others))
    size = max(1, _BLOCK // len(ends))
    for first in range(0, len(others), size):
        gaps = start[None, :, :] - (others[first : first + size] / spans)[:, None, :]
        tie = np.divide(
            gaps[..., 1] - gaps[..., 0], slope, out=np.zeros(gaps.shape[:2]), where=slope > 0.0
        )
        share = np.clip(tie, 0.0, 1.0)[..., None]
        found[first : first + size] = (gaps + share * step).max(axis=2).min(axis=1)
    return found


def farthest(
    points: Floats, others: Floats, scaling: Scaling, /
) -> tuple[Fraction | float, Fraction | float]:
    """The greatest over the (q, m) others of the least shift of the (k, m) points: two bounds,
    equal where it is exact.

    Values are taken as the decimals that they are printed as; -inf among the points, or among the
    others, is allowed.
    """
    if not np.isfinite(others).all():
        return np.inf, np.inf
    largest = max(
        np.abs(points[np.isfinite(points)]).max(initial=0.0), np.abs(others).max(initial=0.0)
    )
    off = 8 * EPSILON * float(largest / scaling.spans.min()) + 2 * float(scaling.slip.max())
    if others.shape[1] > _TWO and len(points) * len(others) > _MOST_PAIRS:
        top = _farthest_of_many(points, others, scaling.spans, off)
        return top - off, top + 4 * off
    nearest = _least(points, others, scaling.spans)
    top = float(nearest.max())
    if top == 0.0 or not np.isfinite(top):
        return (Fraction(0), Fraction(0)) if top == 0.0 else (top, top)
    ties = np.flatnonzero(nearest >= top - 2 * off)
    exact = [
        _exact(points, others[row], float(nearest[row]) + 2 * off, scaling)
        for row in ties[:_MOST_TIES].tolist()
    ]
    if len(ties) > _MOST_TIES or None in exact:
        return (Fraction(top) - Fraction(off), Fraction(top) + Fraction(off))
    found = max(shift for shift in exact if shift is not None)
    return found, found


def _farthest_of_many(points: Floats, others: Floats, spans: Floats, off: float, /) -> float:
    """The greatest of the least shifts, or up to 3 ``off`` less.

    A few others are measured; all that are held where the points are moved by the greatest shift
    so far are no farther. That leaves about one in as many as were drawn.

    References:
        Chan, T. M. (1999). Geometric applications of a randomized optimization technique. Discrete
        & Computational Geometry, 22(4), 547-567.
    """
    rng = np.random.default_rng(0)
    top, left = -np.inf, np.arange(len(others))
    while len(left):
        drawn = rng.permutation(left)[:_DRAWN]
        top = max(top, float(_least(points, others[drawn], spans).max()))
        if not np.isfinite(top):
            return top  # some point is as good as anything
        moved = points - (top + 2 * off) * spans
        left = np.setdiff1d(left, drawn, assume_unique=True)
        left = left[~held(moved, others[left])] if len(left) else left
    return top


def _exact(points: Floats, other: Floats, most: float, scaling: Scaling, /) -> Fraction | None:
    """The least shift of the points that holds the other one; None where too many are as near."""
    gaps = (points - other) / scaling.spans
    near = np.flatnonzero(gaps.max(axis=1) <= most)
    if len(near) > _MOST_TIES:
        return None
    goal = [scaling.value(k, value) for k, value in enumerate(other.tolist())]
    return min(
        max(
            (scaling.value(k, value) - goal[k]) / scaling.span[k]
            for k, value in enumerate(points[row].tolist())
            if np.isfinite(value)
        )
        for row in near.tolist()
    )


def farthest_of_mixtures(region: Region, points: Floats, scaling: Scaling, /) -> Fraction | None:
    """The greatest over the (q, 2) points of the least shift of a region, exactly; None where that
    takes long, and for more than two objectives.
    """
    if points.shape[1] != _TWO:
        return None
    lines = [sorted(cell, key=lambda row: region.points[row].tolist()) for cell in region.cells]
    pieces = [pair for line in lines for pair in pairwise(line)]
    pieces += [(row, row) for row in range(len(region.points))]
    nearest = shifts(region, points, scaling)[0]
    largest = max(np.abs(region.points).max(), np.abs(points).max())
    off = 16 * EPSILON * float(largest / scaling.spans.min()) + 2 * float(scaling.slip.max())
    ties = points[nearest >= nearest.max() - 2 * off]
    if len(ties) * len(pieces) > _MOST_MIXED:
        return None
    ours = scaling.exactly(region.points)
    return max(
        min(_shift_of(ours[a], ours[b], goal) for a, b in pieces)
        for goal in scaling.exactly(np.unique(ties, axis=0))
    )


def _shift_of(start: Scaled, stop: Scaled, goal: Scaled, /) -> Fraction:
    """The least shift that makes a segment of two objectives hold a point: at an end, or where both
    objectives need the same.
    """
    (x, y), (u, v) = ([p - q for p, q in zip(end, goal, strict=True)] for end in (start, stop))
    first, last = x - y, u - v
    ends = min(max(x, y), max(u, v))
    if first * last >= 0:
        return ends
    share = first / (first - last)
    return min(ends, x + share * (u - x))
