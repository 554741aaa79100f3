"""The plan nearest to a point among those that obey linear rows, by mixed-integer programming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.contract import Budget
from optimiser.engine.nonlinear.space import Space

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats

__all__ = ["project"]


def project(space: Space, a: Floats, lower: Floats, upper: Floats, x: Floats, /) -> Floats | None:
    """(n,) decisions -> decisions with lower <= a x <= upper, nearest in the sum of differences
    scaled by the columns' widths.

    The program's columns are, for each decision, a step up and a step down, or one selector a
    listed value.

    Args:
        a: (r, n) rows.
        lower, upper: (r,) their bounds.
        x: (n,) the point, on the columns' values.

    Returns:
        (n,) the plan, right to the program's tolerance; None where there is none.
    """
    values = [space.listed.get(j, np.array([1.0, -1.0])) for j in range(space.n)]
    starts = np.cumsum([0, *(len(v) for v in values)])
    total = int(starts[-1])
    read, picks = np.zeros((space.n, total)), np.zeros((len(space.listed), total))
    cost, integral, top = np.empty(total), np.zeros(total, dtype=np.int64), np.ones(total)
    offset = x.copy()
    for j, value in enumerate(values):
        own = slice(starts[j], starts[j + 1])
        read[j, own] = value
        integral[own] = 0 if space.real[j] else 1
        if j in space.listed:
            cost[own] = np.abs(value - x[j]) / space.width[j]
            picks[list(space.listed).index(j), own] = 1.0
            offset[j] = 0.0
        else:
            cost[own] = 1.0 / space.width[j]
            top[own] = space.upper[j] - x[j], x[j] - space.lower[j]
    rows = [
        (a[i] @ read, lower[i] - a[i] @ offset, upper[i] - a[i] @ offset) for i in range(len(a))
    ]
    rows += [(pick, 1.0, 1.0) for pick in picks]
    cuts = [
        highs.Cut((used := np.flatnonzero(row)).astype(np.int32), row[used], low, high)
        for row, low, high in rows
    ]
    program = highs.LinearProgram(np.zeros(total), top, integral > 0, tuple(cuts))
    found = highs.minimise(program, cost, Budget())
    if found.status != "optimal":
        return None
    solution = np.where(integral > 0, np.rint(found.x), found.x)
    nearest: Floats = space.snap((offset + read @ solution)[None])[0]
    return nearest
