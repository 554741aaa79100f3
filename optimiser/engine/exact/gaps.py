"""The gap that a run has proven: how far a plan can at most be from the listed ones.

In an unfinished run a point f(x) that no listed one covers within t * scale has f(x) + t * scale in
some open zone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.tolerances import NO_RANGE
from optimiser.engine.measuring import stated
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.exact.whole import Whole
    from optimiser.engine.measuring import Measured
    from optimiser.front import Flags, Floats

__all__ = ["Reach", "box_reach", "cut_by", "stepped_gap"]

# beyond so many zones more points cost more than they tell
_ZONES = 20_000
# comparisons at once, and in all: half a second
_BLOCK, _COMPARISONS = 1 << 20, 1 << 26


def cut_by(zones: Floats, floors: Floats, points: Floats, /) -> tuple[Floats, Floats]:
    """The zones (u, m) that more points (k, m) leave, each with the row of ``floors`` of the zone
    that it was cut from.

    A part is left out only within a zone whose floor is nowhere higher: what it holds is at or
    above that one's floor too.
    """
    upper, lower = np.ascontiguousarray(zones.T), np.ascontiguousarray(floors.T)
    m, left = len(upper), _COMPARISONS
    for point in points:
        hit = np.flatnonzero(_everywhere(upper > point[:, None]))
        if not len(hit):
            continue
        if upper.shape[1] > _ZONES or left < 0:
            break
        parts, below = np.repeat(upper[:, hit], m, axis=1), np.repeat(lower[:, hit], m, axis=1)
        parts[np.tile(np.arange(m), len(hit)), np.arange(parts.shape[1])] = np.tile(point, len(hit))
        upper, lower = np.delete(upper, hit, axis=1), np.delete(lower, hit, axis=1)
        some = _everywhere(parts > below)
        parts, below = parts[:, some], below[:, some]
        left -= parts.shape[1] * upper.shape[1]
        step = max(1, _BLOCK // (1 + upper.shape[1]))
        for start in range(0, parts.shape[1], step):
            part, floor = parts[:, start : start + step], below[:, start : start + step]
            # what is within a part is within what that one is within: any before it will do
            gone = _within(part, floor, upper, lower).any(axis=1)
            gone |= np.tril(_within(part, floor, part, floor), -1).any(axis=1)
            upper = np.hstack([upper, part[:, ~gone]])
            lower = np.hstack([lower, floor[:, ~gone]])
    return upper.T, lower.T


def _everywhere(flags: Flags) -> Flags:
    """(u,) where all of (m, u) hold."""
    found: Flags = np.logical_and.reduce(flags, axis=0)
    return found


def _within(parts: Floats, below: Floats, upper: Floats, lower: Floats) -> Flags:
    """(p, u) which parts (m, p) lie in which zones (m, u) whose floors are nowhere higher."""
    found = np.ones((parts.shape[1], upper.shape[1]), dtype=np.bool_)
    for part, floor, high, low in zip(parts, below, upper, lower, strict=True):
        found &= part[:, None] <= high
        found &= floor[:, None] >= low
    return found


def box_reach(frame: Measured, zones: Floats, floors: Floats, /) -> float:
    """The share of the scale within which listed plans cover all that is in the boxes from
    ``floors`` to ``zones``, both (u, m).

    Values are whole numbers of fewer than 53 bits, or infinite.
    """
    varying = [k for k, width in enumerate(frame.scale) if width > 0]
    if not varying or not len(zones):
        return 0.0
    ideal, scale = (
        np.array([float(row[k]) for k in varying]) for row in (frame.ideal, frame.scale)
    )
    depth = zones[:, varying] - np.maximum(floors[:, varying], ideal)
    return min(1.0, stated(float((depth / scale).min(axis=1).clip(0.0, 1.0).max(initial=0.0))))


@dataclass(frozen=True)
class Reach:
    """How far a plan can be from the listed ones, by what, and the smallest difference that was
    seen.
    """

    gap: float
    scale: tuple[float, ...]
    resolution: float | None


def stepped_gap(whole: Whole, x: Floats, /) -> Reach:
    """What a front (k, n) claims whose points were only told apart by rounded rows."""
    y, _ = whole.problem.evaluate(x)
    scale, gaps = [], [0.0]
    rounding = whole.linear.resolution or 0.0
    for k, axis in enumerate(whole.axes):
        width = (
            axis.high - axis.low
            if math.isfinite(axis.high)
            else float(np.ptp(y[:, k])) / (axis.unit or 1.0)
        )
        size = max(abs(axis.low), abs(axis.high) if math.isfinite(axis.high) else 0.0)
        step = (0.0 if axis.exact else axis.step) + 2.0 * rounding * size
        if rounding and not axis.unit:
            # each logarithm is rounded to a whole number: half a unit a term, for either of two
            # plans
            step += len(axis.terms) + 1.0
        if axis.unit:
            scale.append(abs(axis.unit) * width)
            gaps.append(step / width if width else 0.0)
        else:
            # behind a link: a relative change of the value, since what it links is a logarithm
            scale.append(float(np.ptp(y[:, k])))
            relative = math.expm1(min(700.0, step / _link_scale(whole, k)))
            gaps.append(float(np.abs(y[:, k]).max()) * relative / scale[-1] if scale[-1] else 0.0)
    coarse = [a.step / max(a.high - a.low, NO_RANGE) for a in whole.axes if not a.exact]
    resolution = None if whole.exact else max([rounding, *coarse])
    return Reach(float(max(gaps)), tuple(scale), resolution)


def _link_scale(whole: Whole, k: int) -> float:
    """Row units per unit of the linear expression behind the link."""
    objective = whole.linear.objectives[k]
    terms = dict(whole.axes[k].terms)
    return next((abs(float(terms[j] / c * objective.scale)) for j, c in objective.terms if c), 1.0)
