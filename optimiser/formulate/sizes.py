"""How large the numbers of a reformulation may be, and rows that say the same in smaller numbers.

A whole column of 2**31 steps is beyond every search in whole numbers; a row over real columns whose
largest term is 2**31 times its smallest is beyond what a floating-point solver tells from rounding.
A reformulation that makes such numbers is declined, and says so: enumeration and exact arithmetic
read the expressions themselves. Rows over whole columns may be as wide as they are, since they are
read in whole numbers; where they can be said in smaller numbers, they are.

References:
    M. W. P. Savelsbergh, Preprocessing and probing techniques for mixed integer programming
    problems, ORSA Journal on Computing 6 (1994) 445-454.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from optimiser.engine.problem import Domain, Row
from optimiser.formulate.forms import NotLinear

__all__ = [
    "MOST_COLUMNS",
    "MOST_STEPS",
    "TooWide",
    "decimal_exponent",
    "magnitude",
    "oversized",
    "sizes_of",
    "tightened",
]

#: a whole auxiliary column takes fewer values than this
MOST_STEPS: Final = 2**31
# : auxiliary columns of a whole problem: beyond, no search comes to an end, and making them takes
# longer than it may
MOST_COLUMNS: Final = 30_000
# : the largest term of a row is at most so many times the smallest: a solver's tolerance of 1e-9
# still sees that
_SPREAD: Final = 2**31


class TooWide(NotLinear):
    """A linear form exists, but its numbers would be too large; the message says of what, in a
    planner's words.
    """


def magnitude(value: Fraction, /) -> str:
    """A number as a planner reads sizes, also beyond floats.

    >>> magnitude(Fraction(1234567)), magnitude(Fraction(10) ** 400), magnitude(Fraction(-1, 8))
    ('1.2e+06', '1.0e+400', '-0.12')
    """
    size = abs(value)
    if not size or Fraction(10) ** -300 < size < Fraction(10) ** 300:
        return f"{float(value):.2g}"
    exponent = decimal_exponent(size)
    return f"{'-' if value < 0 else ''}{float(size / Fraction(10) ** exponent):.1f}e{exponent:+d}"


def decimal_exponent(size: Fraction, /) -> int:
    """The exponent of the leading decimal digit of a positive number, whatever its size."""
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if size >= Fraction(10) ** guess else guess - 1


def sizes_of(columns: Sequence[Domain], /) -> tuple[Fraction | int | None, ...]:
    """How large each column can be, a whole one at least 1; None where it has no bounds."""
    found: list[Fraction | int | None] = []
    for column in columns:
        if column.lower is None or column.upper is None:
            found.append(None)
            continue
        top = max(abs(column.lower), abs(column.upper))
        found.append(top if column.kind == "real" else max(1, math.ceil(top)) if top else 0)
    return tuple(found)


def oversized(row: Row, sizes: Sequence[Fraction | int | None], /) -> bool:
    """Whether the terms of a row are further apart than a floating-point solver sees.

    Args:
        row: the row; terms that are always 0 do not count, and one without bounds is never too
            large.
        sizes: from :func:`sizes_of`.
    """
    terms = []
    for j, c in row.terms:
        size = sizes[j]
        if size is None:
            return False
        if size:
            terms.append(abs(c) * size)
    return bool(terms) and max(terms) > _SPREAD * min(terms)


def tightened(row: Row, columns: Sequence[Domain], /) -> Row:
    """A row that the same whole points satisfy, in smaller numbers where there are some; the row
    itself where not.

    Of ``sum a_j x_j <= b`` with the greatest sum M, a coefficient with ``|a_j| > M - b > 0`` needs
    to be no larger than M - b: one step of x_j away from the end that makes the sum greatest, the
    row holds whatever the others are.
    """
    if (
        row.constant
        or (row.lower is None) == (row.upper is None)
        or any(columns[j].kind != "whole" for j, _ in row.terms)
    ):
        return row
    sign = 1 if row.upper is not None else -1
    bound = sign * (row.upper if row.upper is not None else row.lower or 0)
    ends: dict[int, int] = {}
    for j, c in row.terms:
        low, high = columns[j].lower, columns[j].upper
        if low is None or high is None:
            return row
        ends[j] = math.floor(high) if sign * c > 0 else math.ceil(low)
    excess = sum(sign * c * ends[j] for j, c in row.terms) - bound
    if excess <= 0:
        return row
    terms = []
    for j, c in row.terms:
        smaller = max(-excess, min(excess, sign * c))
        bound -= (sign * c - smaller) * ends[j]
        terms.append((j, smaller))
    divisor = math.gcd(bound, *(c for _, c in terms))
    terms = [(j, sign * c // divisor) for j, c in terms]
    bound, scale = bound // divisor, row.scale / divisor
    if sign > 0:
        return replace(row, terms=tuple(terms), upper=bound, scale=scale)
    return replace(row, terms=tuple(terms), lower=-bound, scale=scale)
