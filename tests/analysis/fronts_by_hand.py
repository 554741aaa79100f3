"""Hypervolumes of fronts in fractions, by slices."""

from __future__ import annotations

from fractions import Fraction

from tests.near_values import Values

__all__ = ["scaled", "volume"]

REFERENCE = Fraction(11, 10)


def scaled(points: list[Values], base: list[Values]) -> list[Values]:
    ends = [(min(column), max(column)) for column in zip(*base, strict=True)]
    spans = [(low, high - low or abs(low) or Fraction(1)) for low, high in ends]
    return [
        tuple((v - low) / span for v, (low, span) in zip(point, spans, strict=True))
        for point in points
    ]


def volume(points: list[Values]) -> Fraction:
    """By slices along the last objective."""
    if not points:
        return Fraction(0)
    if len(points[0]) == 1:
        return max(Fraction(0), REFERENCE - min(points)[0])
    levels = sorted({point[-1] for point in points if point[-1] < REFERENCE})
    total = Fraction(0)
    for low, high in zip(levels, [*levels, REFERENCE][1:], strict=True):
        total += (high - low) * volume([point[:-1] for point in points if point[-1] <= low])
    return total
