"""The hypervolume of a region: exactly in one and two objectives and of points that are not too
many, else between two bounds.

References:
    Zitzler, E., Thiele, L., Laumanns, M., Fonseca, C. M. & Grunert da Fonseca, V. (2003).
    Performance assessment of multiobjective optimizers: an analysis and review. IEEE Transactions
    on Evolutionary Computation, 7(2), 117-132.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from operator import itemgetter, lt
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.analysis.regions import EPSILON, Region
from optimiser.analysis.tolerances import THIN
from optimiser.front import REFERENCE
from optimiser.results.mixtures import best_mixture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.regions import Extended, Scaling
    from optimiser.front import Floats

__all__ = ["volume"]

# corners of a hull beyond which its volume takes seconds; there it lies between those of the
# vertices and of the cells' corners
_MOST_CORNERS = 20_000
_LONG = 100_000  # binary digits
# that points in three and more objectives are cut into: a third of a second
_MOST_SLICES = 2**18
_PLANE = 2
_MOST_AXES = 4  # qhull slows down by orders of magnitude beyond


def volume(region: Region, scaling: Scaling, /) -> tuple[Extended, Extended]:
    """The least and the greatest hypervolume that the region can have, up to 1.1 on every scaled
    axis.

    One number twice where it is known exactly; the upper one is infinite where nothing is known of
    some objective.
    """
    if not np.isfinite(region.points).all():
        return Fraction(0), math.inf
    m = region.points.shape[1]
    if m == 1:
        low = min(scaling.exactly(region.points.min(axis=0, keepdims=True)))[0]
        length = max(Fraction(0), REFERENCE - low)
        return length, length
    bounds: tuple[Extended, Extended]
    if m == 2:
        area = _area(region, scaling)
        bounds = (area, area) if area is not None else _enclosed(region, scaling)
    elif not region.cells:
        bounds = _of_points(region.points, scaling)
    else:
        bounds = _hull(region, scaling) or _enclosed(region, scaling)
    return (
        bounds
        if region.floor is None
        else (min(bounds), min(max(bounds), _box(region.floor, scaling)))
    )


def _enclosed(region: Region, scaling: Scaling, /) -> tuple[Extended, Extended]:
    """Between the points alone and the best corner of each cell."""
    return volume(Region(region.points), scaling)[0], volume(
        Region(region.enclosing.points), scaling
    )[1]


def _box(floor: Floats, scaling: Scaling, /) -> Extended:
    if not np.isfinite(floor).all():
        return math.inf
    (sides,) = scaling.exactly(floor[None, :])
    return math.prod((max(Fraction(0), REFERENCE - side) for side in sides), start=Fraction(1))


def _area(region: Region, scaling: Scaling, /) -> Fraction | None:
    """The exact area above a staircase of points and segments; None where a segment lies above
    another part of it.
    """
    xs, right, width = _whole(region.points[:, 0], scaling, 0)
    ys, top, height = _whole(region.points[:, 1], scaling, 1)
    places = list(zip(xs, ys, strict=True))
    pieces = [(place, place) for place in places]
    for cell in region.cells:
        line = sorted(places[row] for row in cell)
        pieces += pairwise(line)
    total: Fraction | int = 0
    reached, level = None, top
    for (x, y), (end, low) in sorted(pieces):
        if x >= right:
            break
        if reached is not None:
            if x < reached:
                return None
            total += (x - reached) * (top - level)
        if end > x:
            if y > level < top or low > y:
                return None
            total += _beside((x, y), (end, low), min(end, right), top)
        reached, level = min(end, right), min(level, low)
    total += 0 if reached is None else (right - reached) * (top - level)
    return Fraction(total) / (width * height)


def _whole(values: Floats, scaling: Scaling, k: int, /) -> tuple[list[int], int, Fraction]:
    """Values of one objective, the reference among them, as multiples of a unit; and how many
    units are its span.
    """
    ratios = [Decimal(repr(value)).as_integer_ratio() for value in values.tolist()]
    if scaling.told and scaling.told[k]:
        told = [scaling.value(k, value).as_integer_ratio() for value in values.tolist()]
        # of fractions of many denominators what floats say has to do
        if sum(bottom.bit_length() for bottom in {own for _, own in told}) <= _LONG:
            ratios = told
    reference = scaling.ideal[k] + REFERENCE * scaling.span[k]
    size = math.lcm(reference.denominator, *{bottom for _, bottom in ratios})
    unit = Fraction(1, size)
    return (
        [top * (size // bottom) for top, bottom in ratios],
        int(reference / unit),
        scaling.span[k] / unit,
    )


def _beside(start: tuple[int, int], stop: tuple[int, int], right: int, top: int, /) -> Fraction:
    """The area between the reference and a segment that falls, as far as ``right``."""
    (x, y), (end, low) = start, stop
    slope = Fraction(low - y, end - x)
    left, height = Fraction(x), Fraction(top - y)
    if height < 0:  # the segment comes below the reference on its way, or not at all
        if low >= top:
            return Fraction(0)
        left, height = left + height / slope, Fraction(0)
        if left >= right:
            return Fraction(0)
    return (right - left) * (2 * height - slope * (right - left)) / 2


def _of_points(points: Floats, scaling: Scaling, /) -> tuple[Extended, Extended]:
    """In three and more objectives: exactly, or where that takes long computed in floats, with a
    bound on what rounding may have done.
    """
    if len(points) ** (points.shape[1] - _PLANE) <= _MOST_SLICES:
        columns = [_whole(values, scaling, k) for k, values in enumerate(points.T)]
        values, ends, spans = zip(*columns, strict=True)
        found = Fraction(_sliced(list(zip(*values, strict=True)), ends)) / math.prod(spans)
        return found, found
    import moocore

    scaled, off = scaling.nearly(points)
    reference = float(REFERENCE)
    inside = scaled[(scaled < reference).all(axis=1)]
    sides = reference - np.minimum(scaled.min(axis=0), reference) + off + EPSILON
    if len(inside) == 0:
        near = bool((scaled < reference + off).all(axis=1).any())
        return Fraction(0), Fraction(_shifted(sides, off)) if near else Fraction(0)
    inside = inside[np.lexsort(inside.T[::-1])]
    found = float(moocore.hypervolume(inside, ref=reference))
    # moving every point by ``off`` moves the volume by at most the slabs at the sides of the box;
    # the sum of boxes itself loses at most an EPSILON of the whole box for each point and objective
    error = _shifted(sides, off + EPSILON) + 4 * EPSILON * (len(inside) + 4) * scaled.shape[
        1
    ] * float(np.prod(sides))
    return Fraction(max(0.0, found - error)), Fraction(found + error)


def _sliced(points: Sequence[tuple[int, ...]], ends: Sequence[int], /) -> int:
    """The volume up to the ends, by slices along the last objective."""
    inside = sorted((p for p in points if all(map(lt, p, ends))), key=itemgetter(-1))
    heights = [(p[-1], q[-1]) for p, q in pairwise([*inside, ends])]
    stairs: list[tuple[int, int]] = []
    total = size = 0
    for i, (low, high) in enumerate(heights):
        if len(ends) == _PLANE + 1:
            size += _grown(stairs, inside[i][:-1], ends)
        elif low < high:
            size = _sliced([p[:-1] for p in inside[: i + 1]], ends[:-1])
        total += size * (high - low)
    return total


def _grown(stairs: list[tuple[int, int]], point: Sequence[int], ends: Sequence[int], /) -> int:
    """By how much a staircase, from left to right, grows by a point, which becomes a part of it."""
    left, level = point
    first = last = bisect_left(stairs, (left,))
    above = stairs[first - 1][1] if first else ends[1]
    gained = 0
    while above > level:
        right, below = stairs[last] if last < len(stairs) else (ends[0], level)
        gained += (right - left) * (above - level)
        left, above = right, max(below, level)
        last += below >= level and last < len(stairs)
    if gained:
        stairs[first:last] = [(point[0], level)]
    return gained


def _shifted(sides: Floats, off: Floats, /) -> float:
    """By how much the volume of a box at most grows when every side does."""
    return 2 * float(np.prod(sides + off) - np.prod(sides)) + 16 * EPSILON * float(
        np.prod(sides + off)
    )


def _hull(region: Region, scaling: Scaling, /) -> tuple[Extended, Extended] | None:
    """The volume of a convex region below the reference, between what the errors of floating point
    allow.

    Below a corner that no point exceeds, it is the convex hull of the points with any of their
    values replaced by the corner's.
    """
    from scipy.spatial import ConvexHull, QhullError

    scaled, off = scaling.nearly(region.points)
    m = scaled.shape[1]
    reference = np.full(m, float(REFERENCE))
    if not region.convex or m > _MOST_AXES or len(scaled) * 2**m > _MOST_CORNERS:
        return None
    if (scaled.min(axis=0) >= reference).any():
        return Fraction(0), Fraction(
            _shifted(np.maximum(reference - scaled.min(axis=0), 0.0), off + EPSILON)
        )
    corner = np.maximum(reference, scaled.max(axis=0))
    raised = [np.where(mask, corner, scaled) for mask in product((False, True), repeat=m)]
    try:
        hull = ConvexHull(np.unique(np.concatenate(raised), axis=0))
        out = _outside(hull)
        if (corner > reference).any():
            cut = _cut(hull, scaled, reference)
            if cut is None:
                return None
            hull = ConvexHull(cut)
            out = max(out, _outside(hull))
    except (QhullError, ValueError):
        return None
    error = 2 * (out + float(off.max()) + 64 * EPSILON) * m * hull.area
    return Fraction(max(0.0, hull.volume - error)), Fraction(hull.volume + error)


def _outside(hull: Any, /) -> float:
    """How far a point stands out of a facet of the hull that was computed of them."""
    return max(0.0, float((hull.points @ hull.equations[:, :-1].T + hull.equations[:, -1]).max()))


def _cut(hull: Any, points: Floats, reference: Floats, /) -> Floats | None:
    """The corners of a hull cut at a reference; None where hardly anything is left of it."""
    from scipy.spatial import HalfspaceIntersection

    share, shift = best_mixture(points, reference)
    if shift > -THIN:
        return None
    m = len(reference)
    sides = np.hstack([np.eye(m), -reference[:, None]])
    inside = (share @ points + reference) / 2
    return np.asarray(
        HalfspaceIntersection(np.concatenate([hull.equations, sides]), inside).intersections
    )
