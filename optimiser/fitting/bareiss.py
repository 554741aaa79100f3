"""Elimination in whole numbers: every division comes out even, so that nothing is rounded and the
rank is no matter of taste.

References:
    E. H. Bareiss, Sylvester's identity and multistep integer-preserving Gaussian elimination, Math.
    Comp. 22 (1968) 565-578.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["eliminate", "inverse", "null_space", "solve"]


def eliminate(
    matrix: Sequence[Sequence[int]], width: int, /
) -> tuple[list[list[int]], list[int], int]:
    """Gauss-Jordan without fractions over the first ``width`` columns.

    Returns:
        The rows that are not zero there, the pivot column of each, and the number d that stands in
        every pivot: row / d is the reduced row.
    """
    rows = [list(row) for row in matrix]
    pivots: list[int] = []
    previous = 1
    for column in range(width):
        done = len(pivots)
        found = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        rows[done], rows[found] = rows[found], rows[done]
        pivot, lead = rows[done][column], rows[done]
        for i, row in enumerate(rows):
            if i != done:
                factor = row[column]
                rows[i] = [
                    (pivot * a - factor * b) // previous for a, b in zip(row, lead, strict=True)
                ]
        previous = pivot
        pivots.append(column)
    return rows[: len(pivots)], pivots, previous


def null_space(
    matrix: Sequence[Sequence[int]], width: int, /
) -> tuple[list[int], list[list[Fraction]]]:
    """The pivot columns, and for each other column the dependence on them: vectors v with ``matrix
    v = 0``.
    """
    rows, pivots, d = eliminate(matrix, width)
    vectors = []
    for free in (column for column in range(width) if column not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for row, pivot in zip(rows, pivots, strict=True):
            vector[pivot] = Fraction(-row[free], d)
        vectors.append(vector)
    return pivots, vectors


def inverse(matrix: Sequence[Sequence[int]], /) -> list[list[Fraction]]:
    """The inverse of a regular matrix."""
    size = len(matrix)
    rows, _, d = eliminate(
        [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)], size
    )
    return [[Fraction(value, d) for value in row[size:]] for row in rows]


def solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction], /) -> list[Fraction]:
    """The solution of a regular system."""
    whole = []
    for row, value in zip(matrix, right, strict=True):
        common = math.lcm(*(number.denominator for number in (*row, value)))
        whole.append([int(number * common) for number in (*row, value)])
    rows, _, d = eliminate(whole, len(matrix))
    return [Fraction(row[-1], d) for row in rows]
