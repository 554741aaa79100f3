"""Every tolerance of the engine's own files, of its methods and of its certificates, by name and
with its reason; the rooms below have one such file each.

A tolerance here decides what is looked at, listed or tried, never what is called exact.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

__all__ = [
    "EQUAL",
    "FEASIBILITY",
    "INWARDS",
    "NEAR",
    "NOISE",
    "RESOLUTION",
    "ROOM",
    "SAME",
    "SCREEN",
    "STALE",
    "STALE_GENERATIONS",
    "STATED",
    "TINY",
    "UNDERFLOW",
    "UNIT_ROUNDOFF",
]

UNIT_ROUNDOFF: Final = 2.0**-53
"""A sum, product or quotient of doubles is wrong by at most this share of itself (round to
nearest)."""

UNDERFLOW: Final = 1e-290
"""Products of numbers of sensible size do not get here; what does is lost to underflow."""

FEASIBILITY: Final = 1e-6
"""How far a rule may be from holding, relative to max(1, |bound|), where nobody says otherwise:
what floating-point solvers leave (1e-9 after scaling, seldom 1e-7), and some to spare."""

ROOM: Final = 1e-9
"""Share of a tolerance by which a violation in floats must exceed it to be beyond it for sure: the
tolerance is a decimal, and the float of it and its product with other floats are rounded."""

SAME: Final = 1e-9
"""Two points of a floating-point search are the same within this share of an objective's range:
evaluation noise is 1e-12 or so, and nobody tells plans apart by less."""

EQUAL: Final = 1e-9
"""Objectives that are irrational are equal within this, relative to max(1, |value|)."""

NEAR: Final = (Fraction(1, 10**6), Fraction(1, 10**10))
"""A row or an end of a range this close, relative to max(1, |bound|), is one that a plan nearly
stands on: first more than floating-point solvers leave (1e-9 after scaling, seldom 1e-7), then
little more than rounding, where the first took too many."""

INWARDS: Final = (4.0, 256.0, 16384.0)
"""How far a plan is moved inwards, in multiples of what floats may be wrong: a hair first."""

RESOLUTION: Final = 1e-9
"""Share of an objective's range that enumeration tells apart where expressions are irrational."""

NOISE: Final = 1e-12
"""Share of the largest value within which enumeration takes values in floats for equal: some
thousand units of roundoff, more than evaluating an expression costs."""

SCREEN: Final = 1e-9
"""A plan is only left out without a look in exact arithmetic where another one beats it by more
than this, relative to max(1, |value|): far more than evaluation noise."""

STALE: Final = 1e-5
"""A search that gained less than this share of its hypervolume over a third of its work ends."""

STALE_GENERATIONS: Final = 1e-4
"""The same for pymoo's algorithms, between two looks: they gain little, long, and prove nothing."""

TINY: Final = 1e-12
"""In place of a coordinate of 0 on axes scaled to 1, where an algorithm divides by it."""

STATED: Final = 2.0**-40
"""A gap is stated a little larger than it is proven, by this share of itself, so that it holds with
scales and values rounded to floats, too."""
