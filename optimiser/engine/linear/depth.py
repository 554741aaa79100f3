"""How far inside limits a plan can lie, proven: the largest t with f(x) + t * scale <= u.

Below the limits u of a zone a plan with t > 0 lies strictly inside it. That there is none empties
the zone; the largest t bounds how far any plan of the zone is from being covered. Both are asked of
the refutation tree, so that both are exact.

References:
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of
    Optimization Theory and Applications 42, 499-524.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.problem import Domain

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear, Point

__all__ = ["Depth", "Depths"]

_ZERO = Fraction(0)


@dataclass(frozen=True)
class Depth:
    """What is proven of a zone.

    Attributes:
        bound: no plan is further inside than this; 0 where none is inside at all; None where
            nothing is proven.
        x: (columns,) the plan furthest inside that was met, empty without one.
        final: whether the bound is that plan's own depth, or 0.
    """

    bound: Fraction | None
    x: Point
    final: bool


class Depths:
    """Questions about the zones of one problem.

    Args:
        linear: the problem's exact rows.
        scale: (m,) what t is a share of, in the units of the objectives' rows; an objective of
            scale 0 is left out.
        most: no plan is further inside any zone that is asked about.
        budget: ends every question.
        weights: (m,) of a further limit, on ``sum(weights * f / scale) + t``; without it there is
            none.
    """

    def __init__(
        self,
        linear: Linear,
        scale: Sequence[Fraction],
        most: Fraction,
        budget: Budget,
        /,
        *,
        weights: Sequence[Fraction] | None = None,
    ) -> None:
        self._t = len(linear.columns)
        self._rows = [
            (k, row, by)
            for k, (row, by) in enumerate(zip(linear.objectives, scale, strict=True))
            if by
        ]
        limits: list[dict[int, Fraction | int]] = [
            {**dict(row.terms), self._t: by} for _, row, by in self._rows
        ]
        self._shift = _ZERO
        if weights is not None:
            total: dict[int, Fraction | int] = {self._t: Fraction(1)}
            for k, row, by in self._rows:
                self._shift += weights[k] * row.constant / by
                for j, c in row.terms:
                    total[j] = total.get(j, _ZERO) + weights[k] * c / by
            limits.append(total)
        wider = replace(linear, columns=(*linear.columns, Domain("t", "real", _ZERO, most)))
        self._weighted = weights is not None
        self._tree = RefutationTree(wider, limits, budget)

    def of(
        self, zone: Sequence[Fraction | None], /, *, level: Fraction | None = None, nodes: int
    ) -> Depth:
        """The zone with these upper limits (m,), in the units of the rows, None where there is
        none.

        Args:
            zone: the limits.
            level: of the weighted sum.
            nodes: gives up after so many.
        """
        uppers = [None if (u := zone[k]) is None else u - row.constant for k, row, _ in self._rows]
        if self._weighted:
            uppers.append(None if level is None else level - self._shift)
        found = self._tree.least({self._t: -1}, uppers, nodes=nodes, below=_ZERO)
        if found.status == "empty":
            return Depth(_ZERO, (), True)
        bound = None if found.bound is None else max(_ZERO, -found.bound)
        return Depth(bound, found.x[: self._t], found.status == "optimal")
