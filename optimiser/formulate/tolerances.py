"""What is rounding in a model, and how finely it is written."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

__all__ = ["ENCLOSED", "LOG_RESOLUTION", "MISSED", "OUTSIDE", "SMALLEST", "UNBEARABLE"]

#: a comparison that is missed by less in a phase is rounding
MISSED: Final = 1e-9
#: a value this share of a feature's range outside it is what a solver's tolerance leaves
OUTSIDE: Final = 1e-6
#: parameters and factors lie between this and its inverse: beyond, their products are no floats
SMALLEST: Final = 1e-300
#: no number of a row is larger: sums of a few of them are no floats
UNBEARABLE: Final = 10**300
#: coefficients that are logarithms are multiples of this
LOG_RESOLUTION: Final = Fraction(1, 10**8)
#: digits to which values behind links are enclosed
ENCLOSED: Final = 30
