"""Linear and mixed-integer programs as a float solver takes them: boxes, kinds and rows, from exact
whole numbers.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.highs.tolerances import (
    WIDENED,
    WIDENED_BLINDLY,
    WIDENED_LEAST,
    WIDENED_MOST,
)
from optimiser.engine.translations import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Linear, Row
    from optimiser.front import Flags, Floats

__all__ = ["Cut", "LinearProgram", "cut", "cut_of", "nearest", "program_of", "span"]

_LARGEST = 2.0**14
# a whole number of more bits has no float
_BITS = 1000


@dataclass(frozen=True, eq=False)
class Cut:
    """One row: ``lower <= sum(values * x[columns]) <= upper``."""

    columns: NDArray[np.int32]
    values: Floats
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """Bounds and kinds of the columns, and the rows in compressed form."""

    lower: Floats
    upper: Floats
    integral: Flags
    rows: tuple[Cut, ...]

    def relaxed(self) -> LinearProgram:
        """The same without integrality."""
        return LinearProgram(self.lower, self.upper, np.zeros_like(self.integral), self.rows)

    def with_rows(self, rows: Sequence[Cut], /) -> LinearProgram:
        """The same with more rows."""
        return LinearProgram(self.lower, self.upper, self.integral, (*self.rows, *rows))


def span(row: Row, lower: Floats, upper: Floats, /) -> tuple[float, float]:
    """The least and the greatest value of the row over the box, ends (columns,), constant
    included.
    """
    low = high = nearest(row.constant)
    for j, c in row.terms:
        a, b = nearest(c) * float(lower[j]), nearest(c) * float(upper[j])
        low += min(a, b)
        high += max(a, b)
    return low, high


@kept
def program_of(linear: Linear, /) -> LinearProgram:
    """The columns and rows of ``linear`` as floats, rows scaled by powers of two where their
    numbers are large.
    """
    lower = np.array([-np.inf if c.lower is None else nearest(c.lower) for c in linear.columns])
    upper = np.array([np.inf if c.upper is None else nearest(c.upper) for c in linear.columns])
    integral = np.array([c.kind == "whole" for c in linear.columns], dtype=bool)
    lower[integral], upper[integral] = np.ceil(lower[integral]), np.floor(upper[integral])
    bare = LinearProgram(lower, upper, integral, ())
    return bare.with_rows([cut_of(bare, row, row.lower, row.upper) for row in linear.rows])


def cut_of(program: LinearProgram, row: Row, low: float | None, high: float | None, /) -> Cut:
    """The row with the given bounds; one over whole columns only is widened by less than half a
    unit.
    """
    widen = 0.0
    if program.integral[[j for j, _ in row.terms]].all():
        least, most = span(row, program.lower, program.upper)
        size = max(abs(least), abs(most))
        widen = (
            min(WIDENED_MOST, max(WIDENED_LEAST, WIDENED * size))
            if math.isfinite(size)
            else WIDENED_BLINDLY
        )
    return cut(
        row.terms,
        -math.inf if low is None else nearest(low - row.constant) - widen,
        math.inf if high is None else nearest(high - row.constant) + widen,
    )


def cut(terms: Sequence[tuple[int, int | Fraction]], low: float, high: float, /) -> Cut:
    """``low <= sum(c * x[j]) <= high``, scaled by a power of two where the numbers are large."""
    bits = max((_bits(c) for _, c in terms), default=0)
    # numbers beyond the range of a float come back into it first, all of the row by the same power
    # of two
    shift = Fraction(1, 1 << bits - _BITS) if bits > _BITS else 1
    values = np.array([nearest(c * shift) for _, c in terms])
    largest = float(np.abs(values).max(initial=1.0))
    factor = (
        math.ldexp(1.0, -math.ceil(math.log2(largest / _LARGEST))) if largest > _LARGEST else 1.0
    )
    if bits > _BITS:
        low, high = (
            side if math.isinf(side) else nearest(Fraction(side) * shift) for side in (low, high)
        )
    return Cut(
        np.array([j for j, _ in terms], dtype=np.int32),
        values * factor,
        low * factor,
        high * factor,
    )


def nearest(value: float | Fraction, /) -> float:
    """The float nearest to a number; the largest float for what is beyond all floats, so that
    finite stays finite.
    """
    try:
        return float(value)
    except OverflowError:
        return sys.float_info.max if value > 0 else -sys.float_info.max


def _bits(value: int | Fraction) -> int:
    """How many bits its whole part takes."""
    return (abs(value.numerator) // value.denominator).bit_length()
