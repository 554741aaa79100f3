"""The gap that an unfinished run has proven: how far a plan in a zone still open can at most be from the listed ones.

A point f(x) that no listed one covers within t * scale has f(x) + t * scale in some open zone; the relaxation bounds the
largest such t of each zone.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.solvers.contract import Budget
    from optimiser.solvers.whole import Whole

__all__ = ["proven_gap"]

_NOISE = 1e-7


def proven_gap(whole: Whole, zones: Floats, budget: Budget, /) -> tuple[float, tuple[float, ...]] | None:
    """The gap of the open zones (u, m) and the scale it is measured by; None where none can be proven in time."""
    widths = [axis.high - axis.low for axis in whole.axes]
    if not whole.exact or not all(math.isfinite(w) for w in widths) or not all(axis.unit for axis in whole.axes):
        return None
    gap = 0.0
    for zone in zones:
        if not np.isfinite(zone).any() or budget.exhausted() is not None:
            return None
        reach = _reach(whole, zone, widths, budget)
        if reach is None:
            return None
        gap = max(gap, reach)
    scale = tuple(abs(axis.unit) * width for axis, width in zip(whole.axes, widths, strict=True))
    return gap, scale


def _reach(whole: Whole, zone: Floats, widths: list[float], budget: Budget) -> float | None:
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
        if math.isfinite(u):
            terms = [(j, float(c) / width) for j, c in axis.terms]
            cuts.append(highs.cut([*((j, Fraction(c)) for j, c in terms), (column, Fraction(1))], -math.inf, float(u) / width))
    answer = highs.minimise(program, {column: -1.0}, budget, cuts=cuts)
    if answer.status == "infeasible":
        return 0.0
    return min(1.0, -answer.value + _NOISE) if answer.status == "optimal" else None
