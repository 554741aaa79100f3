"""What floating point and numpy's functions may be wrong by."""

from __future__ import annotations

from typing import Final

__all__ = ["LIBRARY", "PEAK", "POLE", "REACH", "SAFE", "TINY", "UNIT"]

#: half a unit in the last place of a number near 1
UNIT: Final = 2.0**-53
#: numpy's functions are within 4 units in the last place (numpy.org, "Accuracy of mathematical
#: functions"); doubled
LIBRARY: Final = 16 * UNIT
#: sums and products of the bounds themselves are rounded, too
SAFE: Final = 1.0 + 1e-6
#: below the smallest normal number errors are absolute
TINY: Final = 1e-300
#: an interval through a function of the math library reaches so much further, as a share: these are
#: within a unit in the last place, 2.2e-16
REACH: Final = 4e-16
#: how near a peak of a sine counts as passed: absolutely, and as a share of the argument, whose
#: distance to a multiple of pi is rounded
PEAK: Final = (1e-12, 1e-15)
#: nearer than this to a pole of the tangent nothing is known, and further its bounds reach so much
#: further, as a share of its slope
POLE: Final = 1e-9
