"""What objectives are worth where distances are measured: a row's whole numbers as they are, and
behind a link the objective itself.

A link keeps order, not distance: that a plan is further than so much from a listed one is said of
what is minimised, not of its logarithm. So zones and shares of ranges stand in what is minimised,
enclosed by floats that are rounded outwards, and a limit there becomes the highest value of the row
that may be within it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.tolerances import STATED
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

    Ends = tuple[float, float]
    Number = int | float | Fraction

__all__ = ["Measured", "Measures", "measurable", "stated"]

# steps that narrow down the highest row within a limit, at the most, and the binary digits of all
# rows to which it is: what is asked for may be a little less than meant
_STEPS, _DIGITS = 60, 24
# binary digits of a share
_SHARE = 53


def stated(bound: float, /) -> float:
    """A proven gap as it may be claimed of rounded values."""
    return min(1.0, bound * (1.0 + STATED))


def measurable(problem: Problem, /) -> bool:
    """Whether it is known what every objective is worth."""
    linear = problem.linear
    if not linear:
        return False
    known = linear.enclosing or (None,) * len(linear.linked)
    return all(not link or known[k] is not None for k, link in enumerate(linear.linked))


@dataclass(frozen=True)
class Measured:
    """A frame in what objectives are worth: (m,) the least, and the ranges, 0 where an objective is
    the same in every plan.
    """

    ideal: tuple[Number, ...]
    scale: tuple[Number, ...]


class Measures:
    """The measures of m objectives.

    Args:
        problem: whose every objective is measurable.
        unit, offset: (m,) a row's value in the objective's unit is unit * whole number + offset.
        spans: (m,) the least and the greatest of these whole numbers.

    Attributes:
        linked: positions of objectives behind a link.
    """

    def __init__(
        self,
        problem: Problem,
        unit: Sequence[Fraction],
        offset: Sequence[Fraction],
        spans: Sequence[tuple[int, int]],
        /,
    ) -> None:
        self._problem, self._unit, self._offset, self._spans = problem, unit, offset, spans
        linear = problem.linear
        assert linear
        self._functions = linear.enclosing or (None,) * len(unit)
        self.linked = [k for k, function in enumerate(self._functions) if function is not None]
        self._known: dict[tuple[int, int], Ends] = {}
        # of what plans are worth the row's value
        self._rows: dict[tuple[int, float], int] = {}

    def plan(self, values: Sequence[int], /) -> list[Number]:
        """(m,) what a plan of these values (m,) is worth at most."""
        return [self.high(k, value) for k, value in enumerate(values)]

    def low(self, k: int, value: int, /) -> Number:
        """What objective k is worth at least where its row has this value."""
        return self._ends(k, value)[0] if self._functions[k] else value

    def high(self, k: int, value: int, /) -> Number:
        """What it is worth at most there."""
        if not self._functions[k]:
            return value
        worth = self._ends(k, value)[1]
        self._rows[k, worth] = max(value, self._rows.get((k, worth), value))
        return worth

    def below(self, k: int, worth: float, /) -> int:
        """What the row is at most in plans that are better than a plan of this worth."""
        if not self._functions[k]:
            return int(worth) - 1
        found = self._rows.get((k, worth))
        return self.within(k, Fraction(worth)) if found is None else found - 1

    def within(self, k: int, worth: Fraction, /) -> int:
        """What the row is at most in plans that are worth at most so much."""
        if not self._functions[k]:
            return math.floor(worth)
        aim = _outwards(worth, up=True)
        low, high = self._spans[k][0], self._spans[k][1] + 1
        under, over = (self._ends(k, end)[0] - aim for end in (low, high))
        if under > 0.0:
            return low - 1
        if over <= 0.0:
            return high - 1
        apart = max(1, (high - low) >> _DIGITS)
        before = 0.0
        # regula falsi: an end that stays twice counts half then (Dowell and Jarratt 1971)
        for _ in range(_STEPS):
            if high - low <= apart:
                break
            share = under / (under - over) if math.isfinite(over - under) else 0.5
            moved = (high - low) * int(share * 2**_SHARE) >> _SHARE
            middle = min(max(low + moved, low + 1), high - 1)
            off = self._ends(k, middle)[0] - aim
            again = 0.5 if off * before > 0.0 else 1.0
            before = off
            if off > 0.0:
                high, over, under = middle, off, under * again
            else:
                low, under, over = middle, off, over * again
        return high - 1

    def frame(self, ideal: Sequence[int], scale: Sequence[int], corners: Floats, /) -> Measured:
        """A frame (m,) of rows in what they are worth; decisions (m, n) of the corners."""
        least_of: list[Number] = [*ideal]
        width_of: list[Number] = [*scale]
        for k in self.linked:
            least, most = self.low(k, ideal[k]), self.high(k, ideal[k] + scale[k])
            if exact := self._exactly(k, corners):
                # a corner is the least, and where the corners agree, more is known of rows alone
                least, most = min(exact), max(exact) if min(exact) < max(exact) else most
            least_of[k] = least
            width_of[k] = Fraction(most) - Fraction(least) if scale[k] else 0
        return Measured(tuple(least_of), tuple(width_of))

    def scale(self, frame: Measured, /) -> tuple[float, ...]:
        """(m,) the ranges of a frame in the objectives' units."""
        units = (1 if k in self.linked else unit for k, unit in enumerate(self._unit))
        return tuple(float(u * s) for u, s in zip(units, frame.scale, strict=True))

    def bounds(self, ideal: Sequence[Number], /) -> tuple[Fraction | None, ...]:
        """What is worth so much (m,), in the objectives' units; None where it is infinite."""
        return tuple(
            unit * Fraction(worth) + offset
            if k not in self.linked
            else Fraction(worth)
            if math.isfinite(worth)
            else None
            for k, (unit, worth, offset) in enumerate(
                zip(self._unit, ideal, self._offset, strict=True)
            )
        )

    def boxes(self, zones: Floats, floors: Floats, /) -> tuple[Floats, Floats]:
        """Boxes of the rows' values, ``floors`` to ``zones``, both (u, m), in what they are
        worth.
        """
        if not self.linked:
            return zones, floors
        return self._each(zones, 1), self._each(floors, 0)

    def _each(self, values: Floats, side: int) -> Floats:
        values = values.copy()
        for k in self.linked:
            column, place = np.unique(values[:, k], return_inverse=True)
            worth = [
                self._ends(k, int(v))[side] if math.isfinite(v) else v for v in column.tolist()
            ]
            values[:, k] = np.array(worth)[place]
        return values

    def _exactly(self, k: int, decisions: Floats) -> list[Fraction]:
        """What plans (k, n) are worth; nothing where that is not rational."""
        if self._problem.values is None:
            return []
        points = [self._problem.point(x) for x in decisions.tolist()]
        known = [row[k] for row in self._problem.values(points)]
        return [value for value in known if value is not None] if None not in known else []

    def _ends(self, k: int, value: int) -> Ends:
        found = self._known.get((k, value))
        if found is None:
            function = self._functions[k]
            assert function is not None
            low, high = function(self._unit[k] * value + self._offset[k])
            found = _outwards(low, up=False), _outwards(high, up=True)
            self._known[k, value] = found
        return found


def _outwards(value: Fraction | None, *, up: bool) -> float:
    if value is None:
        return math.inf if up else -math.inf
    if abs(value) > sys.float_info.max:
        size = math.inf if up == (value > 0) else sys.float_info.max
        return size if value > 0 else -size
    near = float(value)
    if (near >= value) if up else (near <= value):
        return near
    return math.nextafter(near, math.inf if up else -math.inf)
