"""What rounding may be in the way of a proof, and how far numbers go."""

from __future__ import annotations

from typing import Final

__all__ = ["LARGEST", "MUCH", "ROUNDING"]

#: As for the numbers that a scenario writes: beyond are sums and differences that are no floats.
LARGEST: Final = 10**300

#: How much of its size rounding may leave in doubt: bounds of long sums are rounded outwards, and
#: that 0.1 + 0.2 <= 0.3 never binds is for exact sums to tell.
ROUNDING: Final = 1e-9
#: How many times the tolerance proves that a constraint never holds. The size of the bound, which
#: the tolerance is a share of, is not known to the interval: ten times that of its larger end is
#: safely more.
MUCH: Final = 10
