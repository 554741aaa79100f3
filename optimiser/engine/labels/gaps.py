"""How far plans can be from those that a stopped search lists: what its open labels can still come
to, against what is listed.

A plan x that no listed one is within a share t of has ``f(x) + t scale < u`` for one of the corners
u of what the listed ones leave. Its rows are then below ``u`` moved by ``t scale``; where no label
can be completed to that, all is within t. The least such t is narrowed down. Behind a link the
objective is what is moved, and the row is what it can be at most then: so t need not be a share of
rows.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import numpy as np

from optimiser.engine.labels.tolerances import FINEST, NEARLY
from optimiser.engine.measuring import measurable, stated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.engine.labels._native import Open
    from optimiser.engine.labels.reading import LabelModel
    from optimiser.engine.measuring import Measures

__all__ = ["proven_gap"]

# until a share does not hold this part of the last one that does is asked for
_STEP = 0.125
# values of a row, evenly spaced, of which it is known what they are worth
_KNOWN = 512
# a side that bounds nothing
_FAR = 1 << 60


class _Moving(Protocol):
    """The sides of zones in one objective."""

    def by(self, share: float, /) -> list[int]:
        """What a row is at most that is below each side by more than this share of the range."""
        ...


def proven_gap(
    given: LabelModel, left: Open, plans: Sequence[Sequence[int]], scale: Sequence[float], /
) -> float | None:
    """The share of the scale (m,) within which the plans (k, columns), among them all that the
    search knew, cover everything that it left open; None where that is not known.
    """
    if not plans or not any(scale) or not measurable(given.problem):
        return None
    measures, spans = given.measures(), given.spans()
    moving: list[_Moving] = []
    for k, sides in enumerate(left.sides(given.values(plans).tolist())):
        if not scale[k]:
            moving.append(_Constant(len(sides)))
        elif k in measures.linked:
            moving.append(_Linked(measures, k, sides, spans[k], scale[k]))
        else:
            moving.append(_Plain(sides, Fraction(scale[k]) / given.unit[k]))
    low, high = 0.0, 1.0
    while high - low > max(FINEST, NEARLY * high):
        share = 0.5 * (low + high) if low else _STEP * high
        if left.reaches([one.by(share) for one in moving]):
            low = share
        else:
            high = share
    return stated(high) if high < 1.0 else None


class _Constant:
    """An objective that is the same in every plan."""

    def __init__(self, sides: int) -> None:
        self._sides = [_FAR] * sides

    def by(self, share: float, /) -> list[int]:
        return self._sides


class _Plain:
    """An objective that is its row; ``scale`` in the row's whole numbers."""

    def __init__(self, sides: Sequence[int], scale: Fraction) -> None:
        self._sides, self._scale = sides, scale

    def by(self, share: float, /) -> list[int]:
        # whole and below u - t s
        most = 1 + math.floor(Fraction(share) * self._scale)
        return [side - most for side in self._sides]


class _Linked:
    """An objective behind a link: what rows are worth is known of every side and of some between
    the ends of a span, and of others that they are worth as much as the next lower one at least.
    """

    def __init__(
        self,
        measures: Measures,
        k: int,
        sides: Sequence[int],
        span: tuple[int, int],
        scale: float,
    ) -> None:
        low, high = span
        rows = {low + (high - low) * i // _KNOWN for i in range(_KNOWN + 1)}
        self._rows = sorted(rows | {*sides})
        worth = [float(measures.low(k, row)) for row in self._rows]
        self._least = np.maximum.accumulate(np.array(worth))
        self._sides, self._scale = sides, scale
        self._most = np.array([float(measures.high(k, side)) for side in sides])

    def by(self, share: float, /) -> list[int]:
        # rounded such that more rows are within
        moved = math.nextafter(share * self._scale, 0.0)
        below = np.nextafter(self._most - moved, np.inf)
        first = np.searchsorted(self._least, below)
        rows = [*self._rows, _FAR]
        return [
            min(side, rows[at]) - 1 for side, at in zip(self._sides, first.tolist(), strict=True)
        ]
