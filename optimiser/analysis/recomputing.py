"""What verification stands on: the listed plans computed again from the scenario and their decisions alone.

Plans with discrete decisions and rational objectives are compared in exact arithmetic. A plan with real-number decisions is, so
far, what its cells show: decimals rounded from a vertex, so that what is compared between such plans has a tolerance. Everything
that knows about it is in this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import non_dominated
from optimiser.solvers.canonical import ordinals
from optimiser.study.feasibility import violated
from optimiser.study.words import decision_words

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Flags, Floats, Front
    from optimiser.problem import Problem
    from optimiser.scenario import Scenario
    from optimiser.study import Result

__all__ = ["IRRATIONAL", "REAL", "Ground", "Point", "broken", "exactly", "ground_of", "pure"]

IRRATIONAL = 1e-9
"""An irrational value is right within this share of its size, or of the range where that is larger: libraries of functions differ
from machine to machine in the last digits, and sums of large terms make more of that."""

REAL = 1e-9
"""Values of plans whose real-number decisions were rounded to decimals are compared within this share of their size or range."""

Point = tuple[Fraction, ...]
"""The m objectives of a plan, minimised, exact."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A result with what its plans are, computed again.

    Attributes:
        x: (k, n) the decisions of the listed plans.
        points: of the k listed plans; None where an objective is irrational.
    """

    result: Result
    model: Model
    problem: Problem
    x: Floats
    points: tuple[Point, ...] | None

    @property
    def front(self) -> Front:
        return self.result.front

    @property
    def scenario(self) -> Scenario:
        return self.result.scenario

    @property
    def exact(self) -> bool:
        """Whether plans are compared in exact arithmetic."""
        return self.problem.exact is not None and self.points is not None

    def slack(self, values: Floats, /) -> Floats:
        """(m,) what two values may differ by and be the same; ``values`` are (k, m) of the listed plans."""
        if self.exact:
            return np.zeros(values.shape[1])
        return np.asarray(REAL * np.maximum(np.abs(values).max(axis=0), np.ptp(values, axis=0)))

    def order(self, *blocks: Floats) -> list[Floats]:
        """Each (k, n) block of discrete plans as (k, m) floats in the exact order of the objectives of all of them."""
        assert self.problem.exact is not None
        ranks = ordinals(self.problem.exact(np.concatenate(blocks))[0])
        return np.split(ranks, np.cumsum([len(block) for block in blocks])[:-1])

    def undominated(self) -> tuple[Flags, Floats]:
        """(k,) which listed plans no other one dominates or equals, the first of equal ones aside, and what was compared."""
        compared = self.order(self.x)[0] if self.exact else self.front.minimised
        return non_dominated(compared), compared

    def points_of(self, x: Floats, /) -> tuple[Point, ...] | None:
        """The points of any (k, n) plans; None where a value is irrational."""
        return _points(self.model, self.problem, x)

    def named(self, x: Floats, /) -> str:
        """A plan that is not listed, so that it can be found: its id and what it decides."""
        readings = self.model.read(x[None, :])
        cells = zip(self.model.decision_columns, readings.cells[0], strict=True)
        words = [decision_words(self.scenario, name, cell) for name, cell in cells if cell != "0"]
        return f"{readings.ids[0]} ({' + '.join(words) or 'nothing adopted'})"


def ground_of(result: Result, model: Model, x: Floats, /) -> Ground:
    """The ground of a result whose (k, n) decisions could be read."""
    problem = model.at()
    return Ground(result, model, problem, x, _points(model, problem, x))


def _points(model: Model, problem: Problem, x: Floats) -> tuple[Point, ...] | None:
    signs = [Fraction(int(sign)) for sign in problem.signs]
    found: list[Point] = []
    for row in model.fractions(x):
        known = [value for value in row[: len(signs)] if value is not None]
        if len(known) < len(signs):
            return None
        found.append(tuple(sign * value for sign, value in zip(signs, known, strict=True)))
    return tuple(found)


def broken(problem: Problem, x: Floats, /) -> tuple[str, ...]:
    """What a listed plan of (n,) decisions breaks, by the scenario's own names."""
    return violated(problem, x)


def exactly(problem: Problem, x: Floats, /) -> bool | None:
    """Whether (n,) decisions hold everything exactly, no tolerance granted; None where that cannot be told."""
    point = np.asarray(x, dtype=np.float64)[None, :]
    if problem.exact is not None:
        return bool(problem.exact(point)[1][0]) and not violated(problem, x)
    if problem.constraints:
        return None
    values = [Fraction(repr(value)) for value in x.tolist()]
    for domain, value in zip(problem.decisions, values, strict=True):
        if domain.kind == "listed" and value not in domain.values:
            return False
        if domain.kind == "whole" and value.denominator != 1:
            return False
        if (domain.lower is not None and value < domain.lower) or (domain.upper is not None and value > domain.upper):
            return False
    return all(_within(row.lower, _total(row.terms, values, row.constant), row.upper) for row in problem.logic)


def _total(terms: Iterable[tuple[int, int]], values: Sequence[Fraction], constant: int) -> Fraction:
    return sum((coefficient * values[column] for column, coefficient in terms), Fraction(constant))


def _within(low: int | None, value: Fraction, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def pure(problem: Problem, /) -> bool:
    """Whether every mixture of plans is a plan, and has the mixture of their objectives: all is linear, nothing is whole."""
    linear = problem.linear
    if linear is None or linear.resolution is not None or any(linear.linked):
        return False
    return all(column.kind == "real" for column in (*problem.decisions, *linear.columns))
