"""Trees for regions as the compiled search grows them, in numbers rounded to its width: proposals,
of which exact arithmetic keeps what holds.

A row's numbers are divided by a power of 2, so that those of a leaf's multipliers are multipliers
of the rows as they are, times another one. What the rounding may hide is taken off a region's
limits and added to the sides of rows: a listed plan that stands on a limit is outside of the
rounded region, and only the leaf that holds it is left to the exact search.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.refuting import NotRefutedError, refute

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.refuting import RefutingTree
    from optimiser.engine.problem import Linear, Row

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Vector = dict[int, int]
    Region = Sequence[tuple[Sequence[int], Fraction]]

__all__ = ["ProposedTree", "ProposedTrees", "proposed_trees"]

# bits of a row's largest activity: sums of it with multipliers stay exact, and floats tell its
# values apart
_BITS = 26
# ends of columns, and numbers in all rows, beyond which nothing is proposed
_END, _NUMBERS = 1 << 30, 1 << 20
_NODES = 50_000
_UNBOUNDED, _BEYOND = 1 << 62, 1 << 50


@dataclass(frozen=True, eq=False)
class ProposedTree:
    """Nodes in preorder.

    Attributes:
        columns: the column a node branches on, -1 where it is a leaf.
        values: v: first child ``x <= v``, second child ``x >= v + 1``.
        vectors: at a leaf whole multipliers, of the region's limits (at most 0) and then the rows.
    """

    columns: list[int]
    values: list[int]
    vectors: list[Vector]

    @property
    def nodes(self) -> Iterator[tuple[int, int, Vector]]:
        """A node's column, value and multipliers."""
        return zip(self.columns, self.values, self.vectors, strict=True)


@dataclass(frozen=True, eq=False)
class _Rounded:
    """Rows as :class:`optimiser.engine.exact.refuting.RefutingRows`."""

    matrix: Integers
    constants: Integers
    low: Integers
    high: Integers
    low_known: Flags
    high_known: Flags
    lower: Integers
    upper: Integers
    lower_known: Flags
    upper_known: Flags
    whole: Flags


@dataclass(frozen=True, eq=False)
class _Line:
    """``2 ** shift`` times numbers whose sum is within ``error`` of the row's."""

    numbers: list[int]
    shift: int
    error: int


class ProposedTrees:
    """Trees for regions of one problem."""

    def __init__(self, linear: Linear, box: tuple[list[int], list[int]], /) -> None:
        self._constants = [row.constant for row in linear.objectives]
        self._lines = [
            *(_line(row, *box, stretched=True) for row in linear.objectives),
            *(_line(row, *box, stretched=False) for row in linear.rows),
        ]
        self._rows = _rounded(linear, self._lines, *box)

    def tree(self, region: Region, /) -> ProposedTree | None:
        """A tree for a region; None where it limits sums of objectives, or is not found empty."""
        m = len(self._constants)
        place: dict[int, int] = {}
        box = [_UNBOUNDED] * m
        for i, (weights, level) in enumerate(region):
            k = next(k for k, weight in enumerate(weights) if weight)
            if sum(weights) != 1 or k in place:
                return None
            place[k], line = i, self._lines[k]
            highest = (level - self._constants[k]) / Fraction(2) ** line.shift
            # beyond what sums can be, a limit says the same wherever it is
            end = math.floor(highest) - line.error
            box[k] = max(-_BEYOND, min(_BEYOND, end))
        try:
            (tree,) = refute(self._rows, np.array([box], dtype=np.int64), nodes=_NODES)
        except NotRefutedError:
            return None
        return ProposedTree(
            tree.columns.tolist(), tree.values.tolist(), self._vectors(tree, place, len(region))
        )

    def _vectors(self, tree: RefutingTree, place: Mapping[int, int], limits: int) -> list[Vector]:
        """Multipliers of the rows as they are, where a node has some."""
        m = len(self._constants)
        entries = zip(tree.rows.tolist(), tree.multipliers.tolist(), strict=True)
        sizes = iter(tree.sizes.tolist())
        found: list[Vector] = []
        for count in tree.counts.tolist():
            some = [next(entries) for _ in range(next(sizes))] if count else []
            most = max((self._lines[i].shift for i, _ in some), default=0)
            # a limit is the upper side of its sum
            found.append(
                {
                    limits + i - m if i >= m else place[i]: (y if i >= m else -y)
                    << most - self._lines[i].shift
                    for i, y in some
                }
            )
        return found


def proposed_trees(linear: Linear, /) -> ProposedTrees | None:
    """None where a column has no end, and where the rows hold very many numbers."""
    columns = linear.columns
    if len(columns) * (len(linear.rows) + len(linear.objectives)) > _NUMBERS:
        return None
    if any(c.lower is None or c.upper is None for c in columns):
        return None
    inwards = [c.kind == "whole" for c in columns]
    ends = [(c.lower or 0, c.upper or 0) for c in columns]
    lower = [math.ceil(a) if w else math.floor(a) for w, (a, _) in zip(inwards, ends, strict=True)]
    upper = [math.floor(b) if w else math.ceil(b) for w, (_, b) in zip(inwards, ends, strict=True)]
    if max(map(abs, (*lower, *upper)), default=0) > _END:
        return None
    return ProposedTrees(linear, (lower, upper))


def _line(row: Row, lower: Sequence[int], upper: Sequence[int], *, stretched: bool) -> _Line:
    """Numbers of at most, or about, so many bits."""
    numbers = [0] * len(lower)
    for j, c in row.terms:
        numbers[j] += c
    sizes = [max(1, abs(a), abs(b)) for a, b in zip(lower, upper, strict=True)]
    width = sum(abs(c) * size for c, size in zip(numbers, sizes, strict=True))
    shift = width.bit_length() - _BITS
    if shift <= 0:
        return (
            _Line([c << -shift for c in numbers], shift, 0) if stretched else _Line(numbers, 0, 0)
        )
    half = 1 << shift - 1
    # each number is off by a half at most, and so is what is cut off a side
    error = sum(size for c, size in zip(numbers, sizes, strict=True) if c) // 2 + 1
    return _Line([(c + half) >> shift for c in numbers], shift, error)


def _rounded(
    linear: Linear, lines: Sequence[_Line], lower: Sequence[int], upper: Sequence[int]
) -> _Rounded:
    m = len(linear.objectives)
    sides = [
        _sides(row, line, lower, upper) for row, line in zip(linear.rows, lines[m:], strict=True)
    ]
    low, high = ([pair[end] for pair in sides] for end in (0, 1))
    every = np.ones(len(lower), dtype=np.bool_)
    return _Rounded(
        matrix=np.array([line.numbers for line in lines], dtype=np.int64),
        constants=np.zeros(m, dtype=np.int64),
        low=_known(low),
        high=_known(high),
        low_known=np.array([end is not None for end in low], dtype=np.bool_),
        high_known=np.array([end is not None for end in high], dtype=np.bool_),
        lower=np.array(lower, dtype=np.int64),
        upper=np.array(upper, dtype=np.int64),
        lower_known=every,
        upper_known=every,
        whole=np.array([c.kind == "whole" for c in linear.columns], dtype=np.bool_),
    )


def _sides(
    row: Row, line: _Line, lower: Sequence[int], upper: Sequence[int]
) -> tuple[int | None, int | None]:
    """The sides of a rounded row; None where it always holds."""
    parts = [(c * a, c * b) for c, a, b in zip(line.numbers, lower, upper, strict=True)]
    least, most = sum(map(min, parts)), sum(map(max, parts))
    low = high = None
    if row.lower is not None:
        low = -(-math.ceil(row.lower - row.constant) >> line.shift) - line.error
    if row.upper is not None:
        high = (math.floor(row.upper - row.constant) >> line.shift) + line.error
    return (
        None if low is None or low <= least else min(low, most + 1),
        None if high is None or high >= most else max(high, least - 1),
    )


def _known(ends: Sequence[int | None]) -> Integers:
    return np.array([end or 0 for end in ends], dtype=np.int64)
