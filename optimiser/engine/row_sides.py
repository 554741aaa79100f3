"""The rows that always hold, side by side as floats, with how far floats may be wrong there.

Rounded coefficients, decisions and a sum in any order miss a row's value by at most
``g(N) sum |c_j x_j|`` with N the terms and g(N) = N u / (1 - N u). Where every number on the way is
whole and below 2**53, nothing is rounded and the sign of an excess is exact.

References:
    N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002, section 3.1
    (errors of inner products).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.tolerances import UNIT_ROUNDOFF
from optimiser.engine.translations import kept
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain, Problem, Row
    from optimiser.front import Flags, Floats

__all__ = ["RowSides", "row_sides"]

# whole numbers up to here, and sums of them, are floats
_LARGEST = 1 << 52
# numbers that are looked at at once
_BLOCK = 1 << 20


@kept
def row_sides(problem: Problem, /) -> RowSides | None:
    """What the logic rows ask for, in floats; None where nothing."""
    starts, columns, weights = [0], array("q"), array("d")
    sides: list[tuple[float, float, float, bool, bool]] = []
    tops = [_top(domain) for domain in problem.decisions]
    ones = len(tops)
    for row in problem.logic:
        plain = row.scale.numerator == 1 == row.scale.denominator
        for bound, sign in ((row.lower, -1.0), (row.upper, 1.0)):
            if bound is None:
                continue
            whole = _sums_are_whole(row, bound, tops)
            by = 1 if whole or plain else row.scale
            size = row.room(bound) if not whole or plain else row.room(bound) * row.scale
            columns.extend(j for j, _ in row.terms)
            weights.extend(float(c / by) for _, c in row.terms)
            columns.append(ones)
            weights.append(float(row.constant / by))
            starts.append(len(columns))
            sides.append((float(bound / by), sign, float(size), row.structural, whole))
    if not sides:
        return None
    limits, signs, sizes, structural, whole_ones = zip(*sides, strict=True)
    return RowSides(
        starts=np.array(starts),
        columns=np.array(columns, dtype=np.intp),
        weights=np.array(weights),
        limits=np.array(limits),
        signs=np.array(signs),
        sizes=np.array(sizes),
        structural=np.array(structural, dtype=bool),
        whole=np.array(whole_ones, dtype=bool),
    )


def _sums_are_whole(row: Row, bound: int, tops: Sequence[int | None]) -> bool:
    """Whether floats hold every sum on the way to a row's value, and its bound."""
    largest = abs(row.constant) + abs(bound)
    for j, c in row.terms:
        top = tops[j]
        if top is None:
            return False
        largest += abs(c) * top
    return largest < _LARGEST


def _top(domain: Domain) -> int | None:
    """The largest size of a whole column, at least 1; None of other columns, and without bounds."""
    if domain.kind != "whole" or domain.lower is None or domain.upper is None:
        return None
    return max(1, math.ceil(abs(domain.lower)), math.ceil(abs(domain.upper)))


@dataclass(frozen=True, eq=False)
class RowSides:
    """s sides of rows, with e numbers in all; behind the n decisions there is a column of ones.

    Attributes:
        starts: (s + 1,) where the numbers of each begin.
        columns, weights: (e,) the numbers.
        limits, signs, sizes: (s,) a plan's excess is ``sign * (value - limit) / size``.
        structural: (s,) whether no tolerance applies.
        whole: (s,) whether every sum on the way is a whole number that floats hold, so that the
            sign of an excess is exact.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.intp]
    weights: Floats
    limits: Floats
    signs: Floats
    sizes: Floats
    structural: Flags
    whole: Flags

    def excesses(self, x: Floats, /) -> Iterator[tuple[slice, slice, Floats, Floats]]:
        """Block by block which of the (k, n) plans and of the s sides it is of, the excesses in
        floats (sides, plans), and by how much they may be wrong: coefficients and decisions rounded
        once, then summed.
        """
        k = len(x)
        # a block of plans, then of sides, so that neither many plans nor many rows fill the memory
        step = max(1, min(k, _BLOCK // max(1, int(np.diff(self.starts).max()))))
        for first in range(0, k, step):
            plans = slice(first, min(k, first + step))
            columns = np.vstack([x[plans].T, np.ones(plans.stop - first)])
            sizes = np.abs(columns)
            begin = 0
            while begin < len(self.limits):
                most = self.starts[begin] + _BLOCK // columns.shape[1]
                end = max(begin + 1, int(np.searchsorted(self.starts, most, side="right")) - 1)
                yield (plans, slice(begin, end), *self._block(columns, sizes, begin, end))
                begin = end

    def _block(self, columns: Floats, sizes: Floats, begin: int, end: int) -> tuple[Floats, Floats]:
        starts = self.starts[begin : end + 1]
        own = slice(starts[0], starts[-1])
        places, weights = self.columns[own], self.weights[own, None]
        at = starts[:-1] - starts[0]
        limits, size = self.limits[begin:end, None], self.sizes[begin:end, None]
        rounding = 2 * (np.diff(starts)[:, None] + 5) * UNIT_ROUNDOFF
        # a plan outside its domains may be infinite, and is out for that
        with np.errstate(invalid="ignore"):
            value = np.add.reduceat(columns[places] * weights, at, axis=0)
            total = np.add.reduceat(sizes[places] * np.abs(weights), at, axis=0)
            return (
                self.signs[begin:end, None] * (value - limits) / size,
                rounding * (total + np.abs(limits)) / size,
            )
