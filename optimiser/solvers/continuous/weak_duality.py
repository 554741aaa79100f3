"""Lower bounds of many weighted sums at once, from multipliers that only have to be good: rounded outwards, so they hold.

References:
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear programming. Mathematical Programming 99,
    283-296.
    N. J. Higham (2002). Accuracy and Stability of Numerical Algorithms, second edition. SIAM: sections 3.1 and 4.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.solvers.continuous.rational import Bound, ExactLp
    from optimiser.solvers.program import Program

__all__ = ["UNIT", "WeakDuality", "implied", "weak_duality"]

# twice the unit roundoff of a double: a factor of 2 to spare for terms of second order
UNIT = 2.0**-52
# operations a term goes through beside the sums: representations, products, the end of a range, and some to spare
_FEW = 16
# products of numbers of sensible size do not get here; what does is lost to underflow
_UNDERFLOW = 1e-290
# numbers beyond are not those that the floats stand for
_HUGE = 1e290
_PASSES = 3


@dataclass(frozen=True, eq=False)
class WeakDuality:
    """A linear program in the floats nearest to its numbers.

    Attributes:
        objectives: (m, n)
        matrix: (p, n) sparse.
        sides, box: (2, p) and (2, n) the exact ends rounded outwards or to nearest, infinite where there is none.
    """

    objectives: Floats
    matrix: Any
    sides: Floats
    box: Floats

    def bounds(self, weights: Floats, duals: Floats, /) -> Floats:
        """(f,) lower bounds of the least ``weights[i] @ objectives @ x``, whatever ``duals`` are; -inf where there is none.

        Exactly, for any y, ``w'Cx >= sum_i y_i side_i + sum_j min over the box of r_j x_j`` with r = w'C - y'A, and a y_i whose
        side is infinite counts as 0. With u = 2^-53 and N operations a term goes through in any order of summation, the
        representation of its factors included, the computed r_j is within gamma_N S_j of the exact one, S_j = sum_k |w_k c_kj| +
        sum_i |y_i a_ij|, and everything else adds at most as much of T = sum_i |y_i side_i| + sum_j S_j max(|l_j|, |u_j|). Twice
        u covers gamma_N and the error in T. A column without an end counts only if its sign is certain.

        Args:
            weights: (f, m), meant exactly.
            duals: (f, p)
        """
        (low, high), (lower, upper) = self.sides, self.box
        endless = (duals > 0.0) & ~np.isfinite(low) | (duals < 0.0) & ~np.isfinite(high) | ~np.isfinite(duals)
        duals = np.where(endless, 0.0, duals)
        side = np.where(duals > 0.0, np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0))
        reduced = weights @ self.objectives - duals @ self.matrix
        sizes = np.abs(weights) @ np.abs(self.objectives) + np.abs(duals) @ abs(self.matrix)
        share = (self.objectives.shape[1] + len(weights[0]) + 2 * duals.shape[1] + _FEW) * UNIT
        noise = share * sizes + np.where(sizes > 0.0, _UNDERFLOW, 0.0)
        end = np.where(reduced > 0.0, lower, upper)
        lost = (reduced - noise < 0.0) & ~np.isfinite(upper) | (reduced + noise > 0.0) & ~np.isfinite(lower)
        reach = np.maximum(*(np.where(np.isfinite(ends), np.abs(ends), 0.0) for ends in (lower, upper)))
        parts = reduced * np.where(np.isfinite(end), end, 0.0)
        total = np.abs(duals * side).sum(axis=1) + sizes @ reach
        found = (duals * side).sum(axis=1) + parts.sum(axis=1) - share * total - _UNDERFLOW * (1.0 + reach.sum())
        sound = ~lost.any(axis=1) & np.isfinite(found) & (total < _HUGE) & (sizes.max(axis=1, initial=0.0) < _HUGE)
        return np.asarray(np.where(sound, found, -np.inf))


def weak_duality(program: Program, lp: ExactLp, /) -> WeakDuality:
    """The program for bounds; ends that columns lack are taken from the rows where these imply them."""
    from scipy.sparse import csr_array

    n = len(lp.columns)
    objectives = np.zeros((len(lp.objectives), n))
    for k, row in enumerate(lp.objectives):
        for j, c in row.terms:
            objectives[k, j] = _nearest(c)
    sizes = [len(row.columns) for row in program.rows]
    index = np.concatenate([row.columns for row in program.rows] or [np.empty(0, dtype=np.int32)])
    values = np.concatenate([row.values for row in program.rows] or [np.empty(0)])
    matrix = csr_array((values, index, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)), shape=(len(sizes), n))
    sides = np.array([[row.lower for row in program.rows], [row.upper for row in program.rows]]).reshape(2, len(sizes))
    ends = implied(lp)
    box = np.array([[-math.inf if low is None else _nearest(low) for low, _ in ends],
                    [math.inf if high is None else _nearest(high) for _, high in ends]]).reshape(2, n)  # fmt: skip
    return WeakDuality(objectives, matrix, sides, box)


def _nearest(value: int | Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def implied(lp: ExactLp, /) -> list[tuple[Bound, Bound]]:
    """The exact ends of the columns, those that the rows imply included where a column has none of its own."""
    ends = list(lp.columns)
    for _ in range(_PASSES):
        before = list(ends)
        for row, (low, high) in zip(lp.rows, lp.sides, strict=True):
            if any(None in ends[j] for j in row):
                _tightened(ends, row, low, high)
        if ends == before:
            break
    return ends


def _tightened(ends: list[tuple[Bound, Bound]], row: dict[int, int] | Any, low: Bound, high: Bound) -> None:
    """Ends that one row implies: what is left for a column when the others are as small, or as large, as they can be."""
    least = [_part(c, ends[j], -1) for j, c in row.items()]
    most = [_part(c, ends[j], 1) for j, c in row.items()]
    for place, (j, c) in enumerate(row.items()):
        if not c or None not in ends[j]:
            continue
        rest_low, rest_high = _others(least, place), _others(most, place)
        above = None if high is None or rest_low is None else (high - rest_low) / c
        below = None if low is None or rest_high is None else (low - rest_high) / c
        first, second = (below, above) if c > 0 else (above, below)
        ends[j] = (first if ends[j][0] is None else ends[j][0], second if ends[j][1] is None else ends[j][1])


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
