"""Differences of values as they are shown."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["difference"]


def difference(before: float | None, after: float | None, /) -> float | None:
    """The difference of two values as decimals: of 103.6 and 100 it is 3.6, not a float beside
    it.
    """
    if before is None or after is None:
        return None
    return float(Fraction(repr(after)) - Fraction(repr(before)))
