"""Values of expressions at plans as they are printed: the exact value, rounded once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.expressions import Enclosure, enclosing
from optimiser.formulate.exact_numbers import ExactNumbers, PlanByPlan
from optimiser.formulate.once import once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Point
    from optimiser.expressions import Remembering
    from optimiser.formulate.parts import Parts
    from optimiser.front import Floats

__all__ = ["Change", "ExactRows", "Objectives", "Valuation"]

#: digits of an enclosure until both of its ends round to the same float
_DIGITS: Final = (30, 120)
#: decisions for each plan beyond which few are read one by one, and not by what reads many at once
_MANY: Final = 300

ExactRows = Sequence[Sequence[Fraction | None]]
"""(k, nodes) values; None where undefined."""

Change = tuple["NDArray[np.intp]", "Floats"]
"""Columns (c,) of a plan, and their values (c,) from then on."""


class Valuation:
    """Nodes at given plans, parameters held.

    Args:
        pieces: the model and its parameter values.
        nodes: what is valued.
    """

    def __init__(self, pieces: Parts, nodes: Sequence[int], /) -> None:
        self._pieces = pieces
        self._nodes = tuple(nodes)

    @once
    def _with(self, digits: int) -> Remembering[Enclosure]:
        return enclosing(self._pieces.graph, self._nodes, self._pieces.values, digits=digits)

    @cached_property
    def _numbers(self) -> ExactNumbers | None:
        """Many whole plans at once; None where a decision is real, or plans would be valued one by
        one all the same.
        """
        if any(domain.kind == "real" for domain in self._pieces.domains):
            return None
        numbers = ExactNumbers(self._pieces, self._nodes)
        return numbers if numbers.polynomial else None

    def enclosed(self, point: Point, /, *, digits: int = _DIGITS[0]) -> list[Enclosure]:
        """The nodes at a plan of n rationals: exact where they are rational."""
        names = (domain.name for domain in self._pieces.domains)
        found = self._with(digits).at(dict(zip(names, point, strict=True)))
        return [found[node] for node in self._nodes]

    def exact(self, points: Sequence[Point], /) -> list[tuple[Fraction | None, ...]]:
        """Plans of n rationals each -> the nodes' values; None where irrational or undefined."""
        return [tuple(value.exact for value in self.enclosed(point)) for point in points]

    def floats(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Floats:
        """(k, n) plans -> (k, nodes) the exact values, each rounded once; NaN where undefined.

        Args:
            x: the decisions.
            points: where they are known exactly, they; None where they are what the floats stand
                for.
        """
        found = np.full((len(x), len(self._nodes)), np.nan)
        few = _MANY * len(x) <= x.shape[1]
        if not few and self._numbers is not None:
            found = self._numbers.floats(x)
        known = np.isfinite(found).all(axis=1)
        if points is not None:
            known &= np.array([given is None for given in points], dtype=bool)
        for row in np.flatnonzero(~known).tolist():
            given = None if points is None else points[row]
            found[row] = self._rounded(x[row], given)
        return found

    def rationals(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> ExactRows:
        """(k, n) plans -> (k, nodes) the same values as they are, of which sums are right: what is
        irrational as the decimal that its float shows; None where undefined.
        """
        if points is None and self._numbers is not None:
            whole = self._numbers.columns(x)
            each = [
                [Fraction(number) / column.denominator for number in column.numbers.tolist()]
                for column in whole
            ]
            return [list(row) for row in zip(*each, strict=True)] if each else [[] for _ in x]
        floats = self.floats(x, points)
        found: list[list[Fraction | None]] = []
        for row, near in enumerate(floats.tolist()):
            given = None if points is None else points[row]
            if given is None:
                at = self._plan_by_plan.at(x[row])
                enclosed = [at[node] for node in self._nodes]
            else:
                enclosed = self.enclosed(given)
            found.append(_as_told(enclosed, near))
        return found

    def along(self, x: Floats, changes: Sequence[Change], /) -> ExactRows:
        """(n,) a plan -> c + 1 rows of the nodes' values, as :meth:`rationals`: at it, then after
        each of c changes; told is only what changes.
        """
        domains, plan, enclosed = self._pieces.domains, x.copy(), self._with(_DIGITS[0])
        found = []
        with enclosed.alone:
            for columns, values in [(np.arange(len(x)), x), *changes]:
                plan[columns] = values
                moved = zip(columns.tolist(), values.tolist(), strict=True)
                at = enclosed.at({domains[j].name: domains[j].rational(v) for j, v in moved})
                own = [at[node] for node in self._nodes]
                exact = [value.exact for value in own]
                if None in exact:
                    near = [_float(value) for value in own]
                    exact = _as_told(own, self._rounded(plan, None) if None in near else near)
                found.append(exact)
        return found

    @cached_property
    def _plan_by_plan(self) -> PlanByPlan[Enclosure]:
        return PlanByPlan(self._pieces.domains, self._with(_DIGITS[0]))

    def _rounded(self, x: Floats, point: Point | None) -> list[float | None]:
        """Correctly rounded values of one plan of floats (n,), or of the rationals that it is;
        those of the floats where an enclosure does not settle the last digit.
        """
        if point is None:
            at = self._plan_by_plan.at(x)
            found = [at[node] for node in self._nodes]
        else:
            found = self.enclosed(point)
        values = [_float(value) for value in found]
        if None in values:
            domains = self._pieces.domains
            told = zip(domains, x.tolist(), strict=True)
            exactly = tuple(d.rational(v) for d, v in told) if point is None else point
            values = [_float(value) for value in self.enclosed(exactly, digits=_DIGITS[1])]
        if None in values:
            held = [float(value) for value in self._pieces.values.values()]
            near = self._pieces.shared.program(self._nodes).values(x[None, :], held)[0].tolist()
            values = [n if value is None else value for n, value in zip(near, values, strict=True)]
        return values


def _as_told(values: Sequence[Enclosure], near: Sequence[float | None]) -> list[Fraction | None]:
    """Values as they are; of what is irrational the decimal that its float shows."""
    return [
        (Fraction(repr(other)) if other is not None and math.isfinite(other) else None)
        if value.exact is None
        else value.exact
        for value, other in zip(values, near, strict=True)
    ]


def _float(value: Enclosure) -> float | None:
    """The float that both ends round to; NaN where undefined or too large, None where the ends
    differ.
    """
    if value.defined is False:
        return math.nan
    if value.low is None or value.high is None or value.defined is None:
        return None
    try:
        low, high = float(value.low), float(value.high)
    except OverflowError:
        return math.nan
    return low + 0.0 if low == high else None


class Objectives:
    """The m objectives at given plans, minimised."""

    def __init__(self, pieces: Parts, /) -> None:
        self._signs = [objective.sign for objective in pieces.objectives]
        self._pieces = pieces

    @cached_property
    def _valuation(self) -> Valuation:
        return Valuation(self._pieces, [objective.node for objective in self._pieces.objectives])

    def exact(self, points: Sequence[Point], /) -> list[tuple[Fraction | None, ...]]:
        """As :meth:`Valuation.exact`."""
        found = self._valuation.exact(points)
        return [
            tuple(None if v is None else s * v for v, s in zip(row, self._signs, strict=True))
            for row in found
        ]

    def floats(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Floats:
        """(k, n) plans -> (k, m) as solvers see them; else as :meth:`Valuation.floats`."""
        return np.asarray(
            self._valuation.floats(x, points) * np.array(self._signs, dtype=np.float64) + 0.0
        )
