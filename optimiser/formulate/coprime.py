"""Rationals as powers of independent numbers: equal products are equal exponents.

References:
    E. Bach, J. Driscoll and J. Shallit (1993). Factor refinement. Journal of Algorithms 15,
        199-222.
    D. J. Bernstein (2005). Factoring into coprimes in essentially linear time. Journal of
        Algorithms 54, 1-30.
    H. Cohen (1993). A Course in Computational Algebraic Number Theory. Springer, section 2.4
        (echelon forms by elementary row operations).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

__all__ = ["coordinates", "coprime_base", "exponents_of"]


def coprime_base(numbers: Iterable[int], /) -> tuple[int, ...]:
    """Pairwise coprime whole numbers above 1, of whose powers each of these positive ones is a
    product.

    >>> coprime_base([12, 18]), coprime_base([10, 100, 1])
    ((2, 3), (10,))
    """
    base: list[int] = []
    waiting = [number for number in set(numbers) if number > 1]
    while waiting:
        one = waiting.pop()
        for place, other in enumerate(base):
            if (common := math.gcd(one, other)) > 1:
                del base[place]
                # the product of all numbers shrinks by what is common, so that this ends
                waiting += [n for n in (one // common, other // common, common) if n > 1]
                break
        else:
            base.append(one)
    return tuple(sorted(base))


def exponents_of(value: Fraction, base: Sequence[int], /) -> tuple[int, ...]:
    """(b,) the powers of a base's numbers whose product a positive rational is.

    >>> exponents_of(Fraction(18, 5), (2, 3, 5))
    (1, 2, -1)
    """
    return tuple(
        _multiplicity(value.numerator, one) - _multiplicity(value.denominator, one) for one in base
    )


def _multiplicity(number: int, factor: int) -> int:
    count = 0
    while number % factor == 0:
        number, count = number // factor, count + 1
    return count


def coordinates(
    vectors: Sequence[Sequence[int]], /
) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """(r, b) independent whole vectors whose whole multiples make up the same sums as (v, b) ones,
    and the (v, r) multiples of which each of these consists.

    >>> coordinates([(2, 4), (3, 6)])
    ([(1, 2)], [(2,), (3,)])
    """
    distinct = list(dict.fromkeys(tuple(vector) for vector in vectors if any(vector)))
    echelon = _echelon([list(vector) for vector in distinct])
    if len(echelon) == len(distinct):
        # they are independent as they are, and no multiples are smaller
        return distinct, [
            tuple(int(own == tuple(vector)) for own in distinct) for vector in vectors
        ]
    return [tuple(row) for row in echelon], [_multiples(vector, echelon) for vector in vectors]


def _echelon(rows: list[list[int]]) -> list[list[int]]:
    """Rows of the same whole combinations, each with its first number where those after it have
    none.
    """
    echelon: list[list[int]] = []
    for column in range(len(rows[0]) if rows else 0):
        # Euclid's algorithm on what stands in the column, until one row has it alone
        while len(having := [row for row in rows if row[column]]) > 1:
            least = min(having, key=lambda row: (abs(row[column]), sum(map(abs, row))))
            for row in having:
                if row is not least:
                    times = row[column] // least[column]
                    row[:] = [a - times * b for a, b in zip(row, least, strict=True)]
        if having:
            pivot = having[0]
            rows = [row for row in rows if row is not pivot]
            echelon.append(pivot if pivot[column] > 0 else [-a for a in pivot])
    return echelon


def _multiples(vector: Sequence[int], echelon: Sequence[Sequence[int]]) -> tuple[int, ...]:
    rest, found = list(vector), []
    for row in echelon:
        column = next(j for j, a in enumerate(row) if a)
        times = rest[column] // row[column]
        rest = [a - times * b for a, b in zip(rest, row, strict=True)]
        found.append(times)
    return tuple(found)
