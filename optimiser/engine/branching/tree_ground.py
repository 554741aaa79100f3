"""What every question about a problem starts from: its rows in whole numbers, its relaxation, and
what was learnt about its columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.branching.narrowing import Box, Line, Lines, line
from optimiser.engine.branching.node_relaxation import NodeRelaxation
from optimiser.engine.translations import kept

if TYPE_CHECKING:
    from optimiser.engine.branching.narrowing import Number
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear

__all__ = ["TreeGround", "TreeRows", "tree_rows"]


@dataclass(frozen=True, eq=False)
class TreeRows:
    """The rows of a problem as boxes are narrowed by them.

    Attributes:
        whole: which columns take whole numbers only.
        box: the ends of the columns.
    """

    whole: tuple[bool, ...]
    rows: tuple[Line, ...]
    box: Box

    @cached_property
    def narrowed(self) -> tuple[Box, bool]:
        """The box that the rows alone leave, real columns' ends included, and whether it may hold
        something.
        """
        box = self.box.copy()
        possible = Lines(self.rows, self.whole).narrow(box, reals=True)
        return box, possible


@kept
def tree_rows(linear: Linear, /) -> TreeRows:
    """The rows of ``linear``; over whole columns without common factors."""
    whole = tuple(c.kind == "whole" for c in linear.columns)
    box = Box(
        [_rounded(c.lower, math.ceil, w) for c, w in zip(linear.columns, whole, strict=True)],
        [_rounded(c.upper, math.floor, w) for c, w in zip(linear.columns, whole, strict=True)],
    )
    rows = tuple(
        line(
            dict(row.terms),
            None if row.lower is None else row.lower - row.constant,
            None if row.upper is None else row.upper - row.constant,
            whole,
        )
        for row in linear.rows
    )
    return TreeRows(whole, rows, box)


def _rounded(
    end: Fraction | None, towards: Callable[[Fraction], int], whole: bool
) -> int | Fraction | None:
    return towards(end) if whole and end is not None else end


class TreeGround:
    """A problem in whole numbers, its relaxation, and what was learnt about its columns.

    Args:
        linear: the exact rows.
        limits: terms of rows that a question bounds from above.
        budget: ends every question.
    """

    def __init__(
        self, linear: Linear, limits: Sequence[Mapping[int, Number]], budget: Budget, /
    ) -> None:
        self.budget = budget
        self._linear = tree_rows(linear)
        self.whole, self.rows, self.box = self._linear.whole, self._linear.rows, self._linear.box
        self.limits = [dict(terms) for terms in limits]
        n = len(self.whole)
        # (columns, down or up): sums of gains a unit, and how many
        self.gains, self.counts = np.zeros((n, 2)), np.zeros((n, 2))

    @property
    def possible(self) -> bool:
        """Whether the rows alone leave anything."""
        return self._linear.narrowed[1]

    def start(self) -> Box:
        """The box that the rows alone leave, real columns' ends included."""
        return self._linear.narrowed[0].copy()

    @cached_property
    def relaxed(self) -> NodeRelaxation:
        """The relaxation, held from one question to the next."""
        limits = [line(terms, None, None, self.whole) for terms in self.limits]
        return NodeRelaxation(self.rows, limits, self.start(), self.budget)
