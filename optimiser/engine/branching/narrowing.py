"""Boxes narrowed by rows, in whole numbers and fractions: what a box loses holds no point.

References:
    M. W. P. Savelsbergh (1994). Preprocessing and probing techniques for mixed integer programming
    problems. ORSA Journal on Computing 6, 445-454 (bounds from the least and the greatest activity
    of a row).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Box", "Line", "Lines", "line"]

Number = int | Fraction
End = int | Fraction | None

# a row is looked at so many times on average before narrowing gives up: two rows can narrow each
# other by one unit for ever
_VISITS = 8
# terms looked at before a wide problem gives up, well under a second
_TERMS = 1_000_000
# an end of a real column moves only where that takes this share of its range: fractions grow with
# every move
_SHARE = Fraction(1, 8)


@dataclass(frozen=True, slots=True)
class Line:
    """``low <= sum(factors * x[columns]) <= high`` with whole factors."""

    columns: tuple[int, ...]
    factors: tuple[int, ...]
    low: End
    high: End


@dataclass(slots=True)
class Box:
    """The ends of every column, None where there is none; whole numbers of a whole column."""

    lower: list[End]
    upper: list[End]

    def copy(self) -> Box:
        """The same ends, to be changed apart."""
        return Box(self.lower.copy(), self.upper.copy())

    def fixed(self, j: int, /) -> bool:
        """Whether column j has one value only."""
        return self.lower[j] is not None and self.lower[j] == self.upper[j]


def line(terms: Mapping[int, Number], low: End, high: End, whole: Sequence[bool], /) -> Line:
    """The row in whole numbers; over whole columns without common factor, its sides rounded to what
    can be reached.

    >>> line({0: 2, 1: 4}, 1, 5, [True, True])
    Line(columns=(0, 1), factors=(1, 2), low=1, high=2)
    """
    some = {j: c for j, c in terms.items() if c}
    by = Fraction(
        math.lcm(*(Fraction(c).denominator for c in some.values())),
        math.gcd(*(Fraction(c).numerator for c in some.values())) or 1,
    )
    factors = {j: int(c * by) for j, c in some.items()}
    shared = math.gcd(*factors.values()) or 1
    by, factors = by / shared, {j: c // shared for j, c in factors.items()}
    low, high = (None if side is None else side * by for side in (low, high))
    if all(whole[j] for j in some):
        low, high = (
            None if low is None else math.ceil(low),
            None if high is None else math.floor(high),
        )
    return Line(tuple(factors), tuple(factors.values()), low, high)


class Lines:
    """Rows, and which of them a column stands in.

    Args:
        lines: the rows.
        whole: (n,) which columns take whole numbers only.
    """

    def __init__(self, lines: Sequence[Line], whole: Sequence[bool], /) -> None:
        self.lines, self.whole = list(lines), tuple(whole)
        self._of: list[list[int]] = [[] for _ in whole]
        for i, row in enumerate(self.lines):
            for j in row.columns:
                self._of[j].append(i)

    def narrow(
        self, box: Box, columns: Iterable[int] | None = None, /, *, reals: bool = False
    ) -> bool:
        """Narrow the box, in place; False where a row shows that it is empty.

        Args:
            box: ends of the columns.
            columns: those whose ends have moved since the box was narrowed last; None looks at
                every row.
            reals: also the ends of real columns.
        """
        if any(
            a is not None and b is not None and a > b
            for a, b in zip(box.lower, box.upper, strict=True)
        ):
            return False
        waiting = deque(
            range(len(self.lines))
            if columns is None
            else dict.fromkeys(i for j in columns for i in self._of[j])
        )
        queued = set(waiting)
        visits, terms = _VISITS * len(self.lines), 0
        while waiting and visits and terms < _TERMS:
            i = waiting.popleft()
            visits, terms = visits - 1, terms + len(self.lines[i].columns)
            queued.discard(i)
            moved = self._look(self.lines[i], box, reals)
            if moved is None:
                return False
            for j in moved:
                for other in self._of[j]:
                    if other not in queued:
                        waiting.append(other)
                        queued.add(other)
        return True

    def hold(self, x: Sequence[Number], /) -> bool:
        """Whether the point (n,) satisfies every row."""
        for row in self.lines:
            value = sum(c * x[j] for j, c in zip(row.columns, row.factors, strict=True))
            if (row.low is not None and value < row.low) or (
                row.high is not None and value > row.high
            ):
                return False
        return True

    def _look(self, row: Line, box: Box, reals: bool) -> list[int] | None:
        """The columns whose ends one row has moved; None where it cannot hold."""
        moved: list[int] = []
        for sign, side in ((1, row.high), (-1, None if row.low is None else -row.low)):
            if side is None:
                continue
            # sign * row <= side: what is left beyond the least that all columns take together
            room: Number = side
            open_at = -1
            for j, factor in zip(row.columns, row.factors, strict=True):
                c = sign * factor
                end = box.lower[j] if c > 0 else box.upper[j]
                if end is not None:
                    room -= c * end
                elif open_at >= 0:
                    break
                else:
                    open_at = j
            else:
                if open_at < 0 and room < 0:
                    return None
                for j, factor in zip(row.columns, row.factors, strict=True):
                    if open_at in (-1, j) and (reals or self.whole[j]):
                        if self._move(box, j, sign * factor, room):
                            moved.append(j)
                        if _crossed(box, j):
                            return None
        return moved

    def _move(self, box: Box, j: int, c: int, room: Number) -> bool:
        """Column j can go no further from the end that costs least than ``room`` lets it."""
        near, far = (box.lower[j], box.upper[j]) if c > 0 else (box.upper[j], box.lower[j])
        if self.whole[j]:
            count = room // c if c > 0 else -(room // -c)
            end: Number = count if near is None else near + count
            if far is not None and (end >= far if c > 0 else end <= far):
                return False
        else:
            step = Fraction(room) / c
            if (
                far is not None
                and near is not None
                and abs(step) >= (1 - _SHARE) * abs(Fraction(far) - near)
            ):
                return False
            end = step if near is None else near + step
            end = _outwards(end, up=c > 0)
            if far is not None and (end >= far if c > 0 else end <= far):
                return False
        if c > 0:
            box.upper[j] = end
        else:
            box.lower[j] = end
        return True


def _crossed(box: Box, j: int) -> bool:
    low, high = box.lower[j], box.upper[j]
    return low is not None and high is not None and low > high


def _outwards(value: Number, *, up: bool) -> Fraction:
    """A float at or beyond the value, which keeps numbers short; the value itself where it is
    beyond all floats.
    """
    try:
        near = float(value)
    except OverflowError:
        return Fraction(value)
    if Fraction(near) != value:
        near = math.nextafter(near, math.inf if up else -math.inf)
    return Fraction(near) if math.isfinite(near) else Fraction(value)
