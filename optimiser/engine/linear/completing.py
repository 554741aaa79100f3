"""All columns of listed plans, and of the ends of their segments: what shows that mixtures of them
are plans.

A result keeps decisions. The columns behind them (selectors, products, bounds of absolute values)
are found again, such that both ends of a segment agree in every whole one; an end that belongs to
no plan is the point of its slice as good as the neighbour that meets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.exact.refuting import NotRefutedError
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear, Point

__all__ = ["Completing"]

Values = tuple[Fraction, ...]


class Completing:
    """Columns of plans of one problem.

    Args:
        linear: the exact rows.
        plans: the decisions of each, exactly.
        values: for each the objectives in the units of their rows; None where nobody knows them
            exactly.
        budget: ends what takes long.

    Methods raise :class:`NotRefutedError` where there are no such columns, or they were not found
    in time.
    """

    def __init__(
        self,
        linear: Linear,
        plans: Sequence[Point],
        values: Sequence[Values | None],
        budget: Budget,
        /,
    ) -> None:
        self._linear, self._plans, self._targets = linear, plans, values
        self._whole = [j for j, c in enumerate(linear.columns) if c.kind == "whole"]
        self._rows = [dict(row.terms) for row in linear.objectives]
        self._tree = RefutationTree(linear, self._rows, budget)
        self._known: dict[int, Point] = {}
        self._budget = budget

    def plan(self, i: int, /) -> Point:
        """All columns of plan i."""
        if i not in self._known:
            found = self._completed(i, {})
            if found is None:
                raise self._none(
                    stored("plan {number} of the list does not hold exactly", number=i + 1)
                )
            self._known[i] = found
        return self._known[i]

    def segment(self, i: int, j: int, /) -> tuple[Point, Point]:
        """Both ends of a segment, with the same whole numbers."""
        for a, b in ((i, j), (j, i)):
            first = self.plan(a)
            second = self._completed(b, {w: first[w] for w in self._whole})
            if second is not None:
                return (first, second) if a == i else (second, first)
        raise self._none(
            stored(
                "the mixtures of plans {first} and {second} are not shown to be plans",
                first=i + 1,
                second=j + 1,
            )
        )

    def open_end(
        self, i: int, limit: Sequence[float], signs: Sequence[float], /
    ) -> tuple[Point, Point]:
        """Plan i, and the point of its slice that is printed as ``limit`` (m,) in the planner's
        directions.
        """
        x, scales = self.plan(i), [row.scale for row in self._linear.objectives]
        whole = {w: x[w] for w in self._whole}
        printed = [
            sign * float(v / scale)
            for sign, v, scale in zip(signs, self.values(x), scales, strict=True)
        ]
        # a right end is met by a plan as good in the first objective, a left one by a plan as good
        # in the second
        right = signs[0] * (limit[0] - printed[0]) > 0
        k, other = (0, 1) if right else (1, 0)
        for value in sorted({self.values(self.plan(j))[k] for j in range(len(self._plans))}):
            if float(value / scales[k]) * signs[k] + 0.0 == limit[k]:
                uppers: list[Fraction | None] = [None, None]
                uppers[k] = value - self._linear.objectives[k].constant
                found = self._tree.least(self._rows[other], uppers, fixed=whole)
                end = self.values(found.x) if found.status == "optimal" else ()
                if [
                    s * float(v / by) + 0.0 for s, v, by in zip(signs, end, scales, strict=False)
                ] == list(limit):
                    return x, found.x
        raise self._none(
            stored(
                "the open end of the segment from plan {number} is not met by a listed plan",
                number=i + 1,
            )
        )

    def values(self, x: Point, /) -> Values:
        """The objectives of all columns, in the units of their rows."""
        return tuple(
            sum((c * x[j] for j, c in row.terms), Fraction(row.constant))
            for row in self._linear.objectives
        )

    def _none(self, reason: str) -> NotRefutedError:
        return NotRefutedError(
            reason if self._budget.exhausted() is None else stored("the time limit came first")
        )

    def _completed(self, i: int, whole: Mapping[int, Fraction]) -> Point | None:
        plan, target = self._plans[i], self._targets[i]
        if any(j < len(plan) and plan[j] != v for j, v in whole.items()):
            return None
        fixed = _followed(self._linear, {**whole, **dict(enumerate(plan))})
        if fixed is None or len(fixed) == len(self._linear.columns):
            return None if fixed is None else tuple(fixed[j] for j in range(len(fixed)))
        uppers: list[Fraction | None] = [None] * len(self._rows)
        if target is not None:
            uppers = [
                v - row.constant for v, row in zip(target, self._linear.objectives, strict=True)
            ]
        return self._tree.least({}, uppers, fixed=fixed).x or None


def _followed(linear: Linear, fixed: dict[int, Fraction]) -> dict[int, Fraction] | None:
    """The columns given, and those that the rows leave one value to, one after the other; None
    where a row cannot hold.
    """
    ends: dict[int, list[Fraction | None]] = {
        j: [c.lower, c.upper] for j, c in enumerate(linear.columns) if j not in fixed
    }
    waiting = list(linear.rows)
    while waiting:
        left = []
        for row in waiting:
            terms = [(j, c) for j, c in row.terms if c and j not in fixed]
            if len(terms) > 1:
                left.append(row)
                continue
            rest = sum((c * fixed[j] for j, c in row.terms if j in fixed), Fraction(row.constant))
            if terms:
                _tighten(
                    ends[terms[0][0]],
                    terms[0][1],
                    *(None if end is None else end - rest for end in (row.lower, row.upper)),
                )
            elif (row.lower is not None and rest < row.lower) or (
                row.upper is not None and rest > row.upper
            ):
                return None
        known = {j: low for j, (low, high) in ends.items() if low is not None and low == high}
        fixed |= known
        for j in known:
            del ends[j]
        if not known:
            break
        waiting = left
    return fixed


def _tighten(
    ends: list[Fraction | None], factor: int, low: Fraction | None, high: Fraction | None
) -> None:
    """The ends of a column of which ``factor`` times lies between two values."""
    first, second = (low, high) if factor > 0 else (high, low)
    if first is not None and (ends[0] is None or first / factor > ends[0]):
        ends[0] = first / factor
    if second is not None and (ends[1] is None or second / factor < ends[1]):
        ends[1] = second / factor
