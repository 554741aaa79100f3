"""The gap that a run has proven: how far a plan can at most be from the listed ones.

In an unfinished run a point f(x) that no listed one covers within t * scale has f(x) + t * scale in some open zone; the
relaxation bounds the largest such t of each zone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.contract import Budget

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.solvers.discrete.whole import Whole

__all__ = ["Reach", "box_reach", "cut_by", "proven_gap", "stepped_gap"]

_NOISE = 1e-7
_SECONDS = 1.0
# beyond so many zones more points cost more than they tell
_ZONES = 20_000


def proven_gap(whole: Whole, zones: Floats, floors: Floats | None = None, /) -> tuple[float, tuple[float, ...]] | None:
    """The gap of the open zones (u, m) and the scale it is measured by; None where an objective has no proven range.

    What is below a zone and not dominated by any listed plan is at or above its row of ``floors`` (u, m).

    The box of the relaxation bounds every zone at once; the widest zones are bounded again by a relaxation each, for a
    second at most.
    """
    reach = box_reach(whole, zones, floors)
    if reach is None:
        return None
    widths = np.array([axis.high - axis.low for axis in whole.axes])
    budget = Budget(_SECONDS)
    sure = np.zeros(len(zones), dtype=bool)
    while len(zones) and budget.exhausted() is None:
        at = int(np.argmax(reach))
        if sure[at]:
            break
        closer = _reach(whole, zones[at], widths, budget)
        if closer is not None:
            reach[at] = min(reach[at], closer)
        sure[at] = True
    return float(reach.max(initial=0.0)), whole.scale


def cut_by(zones: Floats, floors: Floats, points: Floats, /) -> tuple[Floats, Floats]:
    """The zones (u, m) that more points (k, m) leave, each with the row of ``floors`` of the zone that it was cut from.

    A part is left out only within a zone whose floor is nowhere higher: what it holds is at or above that one's floor too.
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


def box_reach(whole: Whole, zones: Floats, floors: Floats | None, /) -> Floats | None:
    """(u,) shares of the objectives' ranges within which a listed plan covers whatever is in each box from floor to zone."""
    widths = np.array([axis.high - axis.low for axis in whole.axes])
    if not whole.exact or not np.isfinite(widths).all() or not all(axis.unit for axis in whole.axes):
        return None
    lows, highs_ = (np.array([getattr(axis, end) for axis in whole.axes]) for end in ("low", "high"))
    depth = np.minimum(zones, highs_ + widths) - (lows if floors is None else np.maximum(floors, lows))
    return np.asarray((depth / np.maximum(widths, _NOISE)).min(axis=1, initial=1.0).clip(0.0, 1.0))


def _reach(whole: Whole, zone: Floats, widths: Floats, budget: Budget) -> float | None:
    """The largest t with f(x) + t * width <= zone over the relaxation, rounded up; 0 where there is none."""
    column = len(whole.program.lower)
    program = highs.Program(
        np.append(whole.program.lower, 0.0),
        np.append(whole.program.upper, 1.0),
        np.zeros(column + 1, dtype=bool),
        whole.program.rows,
    )
    cuts = []
    for u, width, axis in zip(zone, widths, whole.axes, strict=True):
        if math.isfinite(u) and width > 0.0:
            terms = [(j, float(c) / width) for j, c in axis.terms]
            cuts.append(highs.cut([*((j, Fraction(c)) for j, c in terms), (column, Fraction(1))], -math.inf, float(u) / width))
    answer = highs.minimise(program, {column: -1.0}, budget, cuts=cuts)
    if answer.status == "infeasible":
        return 0.0
    return min(1.0, -answer.value + _NOISE) if answer.status == "optimal" else None


@dataclass(frozen=True)
class Reach:
    """How far a plan can be from the listed ones, by what, and the smallest difference that was seen."""

    gap: float
    scale: tuple[float, ...]
    resolution: float | None


def stepped_gap(whole: Whole, x: Floats, slack: Floats, /) -> Reach:
    """What a front (k, n) claims whose points were only told apart in steps (m,) of ``slack``, or by rounded rows."""
    y, _ = whole.problem.evaluate(x)
    scale, gaps = [], [0.0]
    rounding = whole.linear.resolution or 0.0
    for k, axis in enumerate(whole.axes):
        width = axis.high - axis.low if math.isfinite(axis.high) else float(np.ptp(y[:, k])) / (axis.unit or 1.0)
        size = max(abs(axis.low), abs(axis.high) if math.isfinite(axis.high) else 0.0)
        step = slack[k] + (0.0 if axis.exact else axis.step) + 2.0 * rounding * size
        if rounding and not axis.unit:
            # each logarithm is rounded to a whole number: half a unit a term, for either of two plans
            step += len(axis.terms) + 1.0
        if axis.unit:
            scale.append(abs(axis.unit) * width)
            gaps.append(step / width if width else 0.0)
        else:
            # behind a link: a relative change of the value, since what it links is a logarithm
            scale.append(float(np.ptp(y[:, k])))
            relative = math.expm1(min(700.0, step / _link_scale(whole, k)))
            gaps.append(float(np.abs(y[:, k]).max()) * relative / scale[-1] if scale[-1] else 0.0)
    coarse = [a.step / max(a.high - a.low, 1e-300) for a in whole.axes if not a.exact]
    resolution = None if whole.exact else max([rounding, *coarse])
    return Reach(float(max(gaps)), tuple(scale), resolution)


def _link_scale(whole: Whole, k: int) -> float:
    """Row units per unit of the linear expression behind the link."""
    objective = whole.linear.objectives[k]
    terms = dict(whole.axes[k].terms)
    return next((abs(float(terms[j] / c * objective.scale)) for j, c in objective.terms if c), 1.0)
