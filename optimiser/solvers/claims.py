"""The one gate for claims: what a floating-point solver proposes, exact arithmetic confirms here, or it stays unconfirmed.

Every "empty", "infeasible", "unbounded", "optimal value", "bound" and "equal" that a front rests on passes through this module.
What it confirms may be called exact; what it does not is numerical, and the front says so.
"""

from __future__ import annotations

import math
from fractions import Fraction

__all__ = ["outwards"]


def outwards(low: Fraction | float, /, *, best: float) -> float | None:
    """A proven lower bound as a float that is one too; the listed value itself where that is the bound, correctly rounded.

    >>> outwards(Fraction(1, 3), best=0.5) <= Fraction(1, 3), outwards(Fraction(1, 3), best=1 / 3) == 1 / 3
    (True, True)

    Args:
        low: exact, or a float that is a lower bound itself; None is the answer where it is not finite.
        best: the best value listed.
    """
    if isinstance(low, float) and not math.isfinite(low):
        return None
    near = float(low)
    if near == best or Fraction(near) <= low:
        return near
    return math.nextafter(near, -math.inf)
