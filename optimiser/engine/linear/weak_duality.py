"""Lower bounds of many weighted sums at once, from multipliers that only have to be good: rounded
outwards, so they hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.claims import safe_bounds

if TYPE_CHECKING:
    from optimiser.engine.highs.linear_program import LinearProgram
    from optimiser.engine.rationals.rational import Bound, ExactLp
    from optimiser.front import Floats

__all__ = ["WeakDuality", "implied", "weak_duality"]

_PASSES = 3


@dataclass(frozen=True, eq=False)
class WeakDuality:
    """A linear program in the floats nearest to its numbers.

    Attributes:
        objectives: (m, n)
        matrix: (p, n) sparse.
        sides, box: (2, p) and (2, n) the exact ends rounded outwards or to nearest, infinite where
            there is none.
    """

    objectives: Floats
    matrix: Any
    sides: Floats
    box: Floats

    def bounds(self, weights: Floats, duals: Floats, /) -> Floats:
        """(f,) lower bounds of the least ``weights[i] @ objectives @ x``, whatever ``duals`` are;
        -inf where there is none.

        Args:
            weights: (f, m), meant exactly.
            duals: (f, p)
        """
        costs, sizes = weights @ self.objectives, np.abs(weights) @ np.abs(self.objectives)
        sides, box = (self.sides[0], self.sides[1]), (self.box[0], self.box[1])
        return safe_bounds(
            self.matrix, duals, sides, costs, box, sizes=sizes, terms=weights.shape[1]
        )


def weak_duality(program: LinearProgram, lp: ExactLp, /) -> WeakDuality:
    """The program for bounds; ends that columns lack are taken from the rows where these imply
    them.
    """
    from scipy.sparse import csr_array

    n = len(lp.columns)
    objectives = np.zeros((len(lp.objectives), n))
    for k, row in enumerate(lp.objectives):
        for j, c in row.terms:
            objectives[k, j] = _nearest(c)
    sizes = [len(row.columns) for row in program.rows]
    index = np.concatenate([row.columns for row in program.rows] or [np.empty(0, dtype=np.int32)])
    values = np.concatenate([row.values for row in program.rows] or [np.empty(0)])
    matrix = csr_array(
        (values, index, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)),
        shape=(len(sizes), n),
    )
    sides = np.array(
        [[row.lower for row in program.rows], [row.upper for row in program.rows]]
    ).reshape(2, len(sizes))
    ends = implied(lp)
    box = np.array(
        [
            [-math.inf if low is None else _nearest(low) for low, _ in ends],
            [math.inf if high is None else _nearest(high) for _, high in ends],
        ]
    ).reshape(2, n)
    return WeakDuality(objectives, matrix, sides, box)


def _nearest(value: int | Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def implied(lp: ExactLp, /) -> list[tuple[Bound, Bound]]:
    """The exact ends of the columns, those that the rows imply included where a column has none of
    its own.
    """
    ends = list(lp.columns)
    for _ in range(_PASSES):
        before = list(ends)
        for row, (low, high) in zip(lp.rows, lp.sides, strict=True):
            if any(None in ends[j] for j in row):
                _tightened(ends, row, low, high)
        if ends == before:
            break
    return ends


def _tightened(
    ends: list[tuple[Bound, Bound]], row: dict[int, int] | Any, low: Bound, high: Bound
) -> None:
    """Ends that one row implies: what is left for a column when the others are as small, or as
    large, as they can be.
    """
    least = [_part(c, ends[j], -1) for j, c in row.items()]
    most = [_part(c, ends[j], 1) for j, c in row.items()]
    for place, (j, c) in enumerate(row.items()):
        if not c or None not in ends[j]:
            continue
        rest_low, rest_high = _others(least, place), _others(most, place)
        above = None if high is None or rest_low is None else (high - rest_low) / c
        below = None if low is None or rest_high is None else (low - rest_high) / c
        first, second = (below, above) if c > 0 else (above, below)
        ends[j] = (
            first if ends[j][0] is None else ends[j][0],
            second if ends[j][1] is None else ends[j][1],
        )


def _part(c: int, ends: tuple[Bound, Bound], sign: int) -> Bound:
    end = ends[1] if (c > 0) == (sign > 0) else ends[0]
    return None if end is None else c * end


def _others(parts: Sequence[Bound], place: int) -> Bound:
    total = Fraction(0)
    for i, part in enumerate(parts):
        if i != place:
            if part is None:
                return None
            total += part
    return total
