"""The gap that a run has proven: how far a plan can at most be from the listed ones.

In an unfinished run a point f(x) that no listed one covers within t * scale has f(x) + t * scale in
some open zone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.anytime import stated
from optimiser.engine.exact.tolerances import NO_RANGE

if TYPE_CHECKING:
    from optimiser.engine.exact.measuring import Measured
    from optimiser.engine.exact.whole import Whole
    from optimiser.front import Floats

__all__ = ["Reach", "box_reach", "cut_by", "stepped_gap"]

# beyond so many zones more points cost more than they tell
_ZONES = 20_000


def cut_by(zones: Floats, floors: Floats, points: Floats, /) -> tuple[Floats, Floats]:
    """The zones (u, m) that more points (k, m) leave, each with the row of ``floors`` of the zone
    that it was cut from.

    A part is left out only within a zone whose floor is nowhere higher: what it holds is at or
    above that one's floor too.
    """
    for point in points:
        hit = np.flatnonzero((point < zones).all(axis=1))
        if not len(hit):
            continue
        if len(zones) > _ZONES:
            break
        m = zones.shape[1]
        parts, below = np.repeat(zones[hit], m, axis=0), np.repeat(floors[hit], m, axis=0)
        parts[np.arange(len(parts)), np.tile(np.arange(m), len(hit))] = np.tile(point, len(hit))
        zones, floors = np.delete(zones, hit, axis=0), np.delete(floors, hit, axis=0)
        for part, floor in zip(parts, below, strict=True):
            if (part > floor).all() and not ((part <= zones) & (floor >= floors)).all(axis=1).any():
                zones, floors = np.vstack([zones, part]), np.vstack([floors, floor])
    return zones, floors


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


def stepped_gap(whole: Whole, x: Floats, slack: Floats, /) -> Reach:
    """What a front (k, n) claims whose points were only told apart in steps (m,) of ``slack``, or
    by rounded rows.
    """
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
        step = slack[k] + (0.0 if axis.exact else axis.step) + 2.0 * rounding * size
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
