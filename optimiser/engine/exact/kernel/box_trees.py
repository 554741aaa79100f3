"""Trees that refute boxes of one problem in whole numbers: m objectives, then r rows, n columns."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel._native import Grown

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["BoxLimits", "BoxTrees", "RefutingArrays", "TreeEnd"]


class TreeEnd(IntEnum):
    """How a tree ends; in the order of the compiled code."""

    DONE = 0  # every box is empty
    LIMIT = 1  # more nodes than were allowed
    FOUND = 2  # what is fixed lies in a box
    NUMBERS = 3  # whole numbers too wide to confirm a bound
    DEPTH = 4  # more levels than were allowed


class RefutingArrays(NamedTuple):
    """The problem."""

    matrix: Integers  # (m + r, n)
    scaled: Floats  # (m + r, n) the same divided by ``scale``
    low: Integers  # (r,) sides of the rows
    high: Integers  # (r,)
    whole: Flags  # (n,)
    lower: Floats  # (n + m + r,) bounds of columns and of the scaled rows' activities
    upper: Floats  # (n + m + r,)
    weight: Floats  # (m + r,) how much a unit of each multiplier adds to a bound at the most
    scale: Floats  # (m + r,)


class BoxLimits(NamedTuple):
    """The b boxes of a tree."""

    limits: Integers  # (b, m) what the objectives' rows are at most
    ends: Floats  # (b, m) the same divided by the rows' scale
    bounded: Flags  # (b, m) whether that says anything


class BoxTrees:
    """One problem's trees."""

    def __init__(self, arrays: RefutingArrays, /) -> None:
        from optimiser.engine.exact.kernel._native import BoxProgram

        self._program = BoxProgram(**arrays._asdict())

    def grow(
        self, boxes: BoxLimits, /, *, aim: int, depth: int, most: int
    ) -> tuple[TreeEnd, Grown]:
        """A tree that empties the boxes, with objective ``aim`` minimised and at most so many
        levels and nodes: how it ends, and what it is.
        """
        grown = self._program.grow(*boxes, aim=aim, depth=depth, most=most)
        return TreeEnd(grown.end), grown
