"""What rounding may be in the way of a proof."""

from __future__ import annotations

from typing import Final

__all__ = ["MUCH", "ROUNDING"]

#: A constraint never binds although rounding leaves so much of its size in doubt: bounds of long
#: sums are rounded outwards, and 0.1 + 0.2 <= 0.3 never binds.
ROUNDING: Final = 1e-9
#: How many times the tolerance proves that a constraint never holds. The size of the bound, which
#: the tolerance is a share of, is not known to the interval: ten times that of its larger end is
#: safely more.
MUCH: Final = 10
