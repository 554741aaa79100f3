"""What is rounding in a fit."""

from __future__ import annotations

from typing import Final

__all__ = ["FLAT", "FLOOR", "POSITIVE", "ROUNDING", "SETTLED"]

#: beyond, a coefficient of a dependence this small beside the largest one is rounding
ROUNDING: Final = 1e-9
#: the smallest eigenvalue of the Hessian against the largest, for each observation
FLOOR: Final = 1e-13
#: steps that change no logit by more than this are rounding
SETTLED: Final = 1e-13
#: a loss that rises by no more than this share has not risen: sums of n logarithms are rounded
FLAT: Final = 1e-14
#: what counts as above 0 in a direction that separates two classes, beside components up to 1
POSITIVE: Final = 1e-9
