"""Square systems of whole numbers, solved exactly with the help of an approximate inverse.

A residual that is known exactly is multiplied by 2^k and by the inverse; the rounded product gives
k more bits of the solution, and a new residual that is no larger. Bits enough, the solution is the
only fraction near by with so small a denominator. What comes out is checked in the system itself,
so that no bound on rounding errors has to be believed.

References:
    Z. Wan (2006). An algorithm to solve integer linear systems exactly using numerical methods.
        Journal of Symbolic Computation 41, 621-632.
    W. Cook and D. E. Steffy (2011). Solving very sparse rational systems of equations. ACM
        Transactions on Mathematical Software 37, 39:1-39:21.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

__all__ = ["lifted"]

# numbers that a double and the residuals' 64 bits hold with room to spare
_LARGEST = 2**45
# bits a round: as many as a double's 53 leave after those that the condition of the matrix takes,
# and not more than are useful
_DOUBLE, _MOST, _LEAST = 48, 30, 4
_SPARE = 8


def lifted(
    matrix: Sequence[Sequence[int]], right: Sequence[int], /
) -> tuple[list[int], int] | None:
    """Numerators (r,) and the common denominator of the solution; None where numbers or condition
    do not admit it.
    """
    if (
        max(map(abs, right), default=0) >= _LARGEST
        or max(abs(c) for row in matrix for c in row) >= _LARGEST
    ):
        return None
    whole = np.array(matrix, dtype=np.int64)
    square = whole.astype(np.float64)
    try:
        inverse = np.linalg.inv(square)
    except np.linalg.LinAlgError:
        return None
    condition = float(np.abs(square).sum(axis=1).max() * np.abs(inverse).sum(axis=1).max())
    determinant = float(np.linalg.slogdet(square)[1]) / math.log(2.0)
    if not math.isfinite(condition) or not math.isfinite(determinant):
        return None
    lost = math.log2(condition)
    bits = min(_MOST, int(_DOUBLE - lost))
    if bits < _LEAST:
        return None
    least = Fraction(2) ** (max(0, math.ceil(determinant)) + 1)
    size = math.log2(1 + max(map(abs, right), default=0)) + lost
    rounds = math.ceil((2 * (max(0.0, determinant) + 1) + lost + max(0.0, size) + _SPARE) / bits)
    values, shift = _expanded(whole, inverse, right, bits, rounds)
    if values is None:
        return None
    numerators, denominator = _reconstructed(values, shift, int(least))
    for row, b in zip(matrix, right, strict=True):
        if sum(map(int.__mul__, row, numerators)) != b * denominator:
            return None
    return numerators, denominator


def _expanded(
    whole: np.ndarray, inverse: np.ndarray, right: Sequence[int], bits: int, rounds: int
) -> tuple[list[int] | None, int]:
    """The solution to so many bits: whole numbers over 2^shift."""
    residual = np.array(right, dtype=np.int64)
    values, shift = [0] * len(right), 0
    for number in range(rounds + 1):
        step = bits if number else 0
        digits = np.rint(inverse @ (residual * 2.0**step))
        if not (np.abs(digits) < 2.0**62).all():
            return None, 0
        more = digits.astype(np.int64)
        # 64-bit numbers wrap around: right as long as the new residual itself is small, which a
        # good inverse makes it
        residual = (residual << step) - whole @ more
        if number and np.abs(residual).max(initial=0) >= _LARGEST:
            return None, 0
        shift += step
        values = [(v << step) + d for v, d in zip(values, more.tolist(), strict=True)]
    return values, shift


def _reconstructed(values: list[int], shift: int, largest: int) -> tuple[list[int], int]:
    """The nearest fractions with one denominator."""
    one = 1 << shift
    denominator = 1
    for v in values:
        scaled = v * denominator
        # most denominators are that of the first
        if abs((scaled + (one >> 1)) % one - (one >> 1)) * largest > one:
            denominator *= Fraction(scaled, one).limit_denominator(largest).denominator
    return [(v * denominator + (one >> 1)) // one for v in values], denominator
