"""The tolerances that a scenario has where it writes none."""

from __future__ import annotations

from typing import Final

__all__ = ["EDGE", "FEASIBILITY"]

#: the largest violation that is within tolerance, relative to max(1, |bound|): what floating-point
#: solvers reach
FEASIBILITY: Final = 1e-6
#: quantiles are taken this far inside the open interval: a scrambled point may be 0, where a normal
#: distribution has no finite value
EDGE: Final = 2.0**-53
