"""The plan nearest to a point among those that obey linear rows, by mixed-integer programming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.contract import Budget, Stop
from optimiser.engine.nonlinear.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimiser.engine.nonlinear.logic_rows import LogicRows
    from optimiser.engine.problem import Floats

__all__ = ["project"]


def project(
    space: Space,
    rows: LogicRows,
    x: Floats,
    /,
    *,
    should_stop: Callable[[], object] | None = None,
) -> Floats | None:
    """(n,) decisions -> decisions that obey the rows, nearest in the sum of differences scaled by
    the columns' widths.

    The program's columns are, for each decision, a step up and a step down, or one selector a
    listed value.

    Args:
        x: (n,) the point, on the columns' values.
        should_stop: asked while the program is solved.

    Returns:
        (n,) the plan, right to the program's tolerance; None where there is none, or none in time.
    """
    steps = np.array([1.0, -1.0])
    values = [space.listed.get(j, steps) for j in range(space.n)]
    starts = np.cumsum([0, *map(len, values)])
    total, every = int(starts[-1]), np.concatenate(values)
    cost, integral, top = np.empty(total), np.zeros(total, dtype=np.int64), np.ones(total)
    offset = x.copy()
    for j, value in enumerate(values):
        own = slice(starts[j], starts[j + 1])
        integral[own] = 0 if space.real[j] else 1
        if j in space.listed:
            cost[own] = np.abs(value - x[j]) / space.width[j]
            offset[j] = 0.0
        else:
            cost[own] = 1.0 / space.width[j]
            top[own] = space.upper[j] - x[j], x[j] - space.lower[j]
    at = rows.a @ offset
    cuts = []
    for terms, low, high in zip(rows.terms, rows.lower - at, rows.upper - at, strict=True):
        entries = {
            p: c * v
            for j, c in terms.items()
            for p, v in enumerate(values[j].tolist(), starts[j])
            if v
        }
        cuts.append(
            highs.Cut(
                np.array([*entries], dtype=np.int32), np.array([*entries.values()]), low, high
            )
        )
    for j in space.listed:
        places = np.arange(starts[j], starts[j + 1], dtype=np.int32)
        cuts.append(highs.Cut(places, np.ones(len(places)), 1.0, 1.0))
    program = highs.LinearProgram(np.zeros(total), top, integral > 0, tuple(cuts))
    found = highs.minimise(program, cost, _Asked(should_stop))
    if found.status != "optimal":
        return None
    solution = np.where(integral > 0, np.rint(found.x), found.x)
    nearest: Floats = space.snap((offset + np.add.reduceat(every * solution, starts[:-1]))[None])[0]
    return nearest


class _Asked(Budget):
    """Ends once somebody says so."""

    def __init__(self, should_stop: Callable[[], object] | None) -> None:
        super().__init__()
        self._should_stop = should_stop

    def exhausted(self) -> Stop | None:
        return "interrupted" if self._should_stop is not None and self._should_stop() else None
