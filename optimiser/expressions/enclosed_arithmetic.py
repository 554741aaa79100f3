"""A value between two rationals, and the sums, products and quotients of such."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from optimiser.expressions.graph import GraphNode
from optimiser.frozen import dataclass

__all__ = [
    "ANYTHING",
    "MOST_BITS",
    "NOWHERE",
    "PERHAPS",
    "Enclosure",
    "add",
    "divide",
    "greatest",
    "least",
    "point",
    "times",
]

_ZERO = Fraction(0)
# exponents of two beyond which a number is not kept: its fraction alone would take a page, and the
# next power a book
MOST_BITS = 60_000


@dataclass(frozen=True)
class Enclosure:
    """A value between two rationals; None is an end of which nothing is known.

    ``defined`` is False where the value is surely undefined, None where that cannot be told.
    """

    low: Fraction | None
    high: Fraction | None
    defined: bool | None = True

    @property
    def exact(self) -> Fraction | None:
        """The value, where it is known exactly."""
        return self.low if self.defined and self.low is not None and self.low == self.high else None


NOWHERE = Enclosure(None, None, False)
ANYTHING = Enclosure(None, None)
PERHAPS = Enclosure(None, None, None)


_NOTHING = Enclosure(_ZERO, _ZERO)


def point(value: Fraction, /) -> Enclosure:
    """The enclosure of an exact value; that of 0, which most decisions are, is a single object."""
    return Enclosure(value, value) if value.numerator else _NOTHING


def least(values: Sequence[Fraction | None], /) -> Fraction | None:
    """The smallest of some ends; None, an end without limit, where one is: safe for low ends, and
    for high ends too.
    """
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None


def greatest(values: Sequence[Fraction | None], /) -> Fraction | None:
    """The greatest of several ends; None where one is not known."""
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def add(node: GraphNode, below: Sequence[Enclosure], /) -> Enclosure:
    """The weighted sum of a sum node."""
    terms = [
        (weight, part)
        for weight, part in zip(node.coefficients, below, strict=True)
        if part is not _NOTHING and weight
    ]
    if all(part.low is part.high for _, part in terms):
        known = _total(node.value, [(w, part.low) for w, part in terms])
        return Enclosure(known, known)
    low = _total(node.value, [(w, part.low if w > 0 else part.high) for w, part in terms])
    return Enclosure(
        low, _total(node.value, [(w, part.high if w > 0 else part.low) for w, part in terms])
    )


def _total(start: Fraction, terms: Sequence[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """A weighted sum of ends, over one denominator: fractions would look for common factors at
    every step.
    """
    known = [(start.numerator, start.denominator)]
    for weight, end in terms:
        if end is None:
            return None
        if above := end.numerator:
            known.append((weight.numerator * above, weight.denominator * end.denominator))
    by = math.lcm(*{below for _, below in known})
    return Fraction(sum(above * (by // below) for above, below in known), by)


def times(left: Enclosure, right: Enclosure, /) -> Enclosure:
    """The product."""
    a, b, c, d = left.low, left.high, right.low, right.high
    if a is None or b is None or c is None or d is None:
        zero = a == b == 0 or c == d == 0
        return point(_ZERO) if zero else ANYTHING
    if a is b and c is d:  # of exact values, whose comparison costs more than their product
        known = a * c
        return Enclosure(known, known)
    if a.numerator >= 0 and c.numerator >= 0:
        return Enclosure(a * c, b * d)
    ends = (a * c, a * d, b * c, b * d)
    return Enclosure(min(ends), max(ends))


def divide(above: Enclosure, below: Enclosure, /) -> Enclosure:
    """The quotient; undefined where the divisor is 0."""
    low, high = below.low, below.high
    if low is None or high is None:
        return PERHAPS
    if low == high == 0:
        return NOWHERE
    if low <= 0 <= high:
        return PERHAPS
    return times(above, Enclosure(1 / high, 1 / low))
