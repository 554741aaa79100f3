"""Whole-number problems as the compiled engine takes them, and its answers as plans."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel import IntegerProgram
    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

__all__ = ["Translation", "Untranslatable", "translated"]

_WIDEST = 1 << 62


class Untranslatable(ValueError):
    """The rows are not all over whole columns with bounds and numbers that fit; the message says
    why.
    """


@dataclass(frozen=True, eq=False)
class Translation:
    """An integer program and the way back.

    Attributes:
        program: the arrays.
        columns: (columns of the program,) their positions in ``Linear.columns``.
        implied: decision -> the equality row that gives its value from the other columns.
        grain: (m,) an objective row is this times the program's, plus its constant.
    """

    problem: Problem
    program: IntegerProgram
    columns: tuple[int, ...]
    implied: dict[int, Row]
    grain: tuple[int, ...]

    def decisions(self, x: NDArray[np.int64], /) -> Floats:
        """(k, columns of the program) -> (k, n) decisions."""
        place = {column: i for i, column in enumerate(self.columns)}
        result = np.zeros((len(x), len(self.problem.decisions)))
        for j in range(len(self.problem.decisions)):
            result[:, j] = x[:, place[j]] if j in place else self._implied(j, x, place)
        return result

    def expression(self, j: int, /) -> NDArray[np.int64]:
        """(columns of the program,) weights that order plans as decision j does: of an implied one
        the columns behind it.
        """
        weights = np.zeros(len(self.columns), dtype=np.int64)
        place = {column: i for i, column in enumerate(self.columns)}
        if j in place:
            weights[place[j]] = 1
            return weights
        terms = self.implied[j].terms
        own = dict(terms)[j]
        for i, c in terms:
            if i != j:
                weights[place[i]] = -c if own > 0 else c
        return weights

    def _implied(self, j: int, x: NDArray[np.int64], place: dict[int, int]) -> list[float]:
        row = self.implied[j]
        own = Fraction(dict(row.terms)[j])
        rest = [(place[i], c) for i, c in row.terms if i != j]
        assert row.upper is not None
        return [float((row.upper - sum(c * int(point[i]) for i, c in rest)) / own) for point in x]


def translated(problem: Problem, /) -> Translation:
    """The rows of a problem as an integer program.

    Raises:
        Untranslatable: a column has no bounds or is real, or a number is too large.
    """
    from optimiser.engine.exact.kernel import IntegerProgram

    linear = problem.linear
    if linear is None:
        raise Untranslatable("the model is not linear")
    implied = _implied_columns(problem, linear)
    columns = tuple(j for j in range(len(linear.columns)) if j not in implied)
    for j in columns:
        column = linear.columns[j]
        if column.kind != "whole":
            raise Untranslatable(f"column '{column.name}' is a real number")
        if column.lower is None or column.upper is None:
            raise Untranslatable(f"column '{column.name}' has no bounds")
    place = {column: i for i, column in enumerate(columns)}
    grain = tuple(math.gcd(*(c for _, c in row.terms)) or 1 for row in linear.objectives)
    objectives = [
        {place[j]: c // g for j, c in row.terms}
        for row, g in zip(linear.objectives, grain, strict=True)
    ]
    defining = {id(row) for row in implied.values()}
    products = {linear.columns[j].name for j in linear.products}
    rows = [row for row in linear.rows if id(row) not in defining and row.name not in products]
    program = IntegerProgram(
        objectives=_matrix(objectives, len(columns)),
        rows=_matrix([{place[j]: c for j, c in row.terms} for row in rows], len(columns)),
        row_lower=_vector([-_WIDEST if row.lower is None else row.lower for row in rows]),
        row_upper=_vector([_WIDEST if row.upper is None else row.upper for row in rows]),
        lower=_vector([math.ceil(linear.columns[j].lower or 0) for j in columns]),
        upper=_vector([math.floor(linear.columns[j].upper or 0) for j in columns]),
        products={
            place[j]: tuple(place[i] for i in factors) for j, factors in linear.products.items()
        },
    )
    return Translation(problem, program, columns, implied, grain)


def _implied_columns(problem: Problem, linear: Linear) -> dict[int, Row]:
    """Listed decisions that stand in a single row, an equality: the other columns of the row say
    what they are.
    """
    uses: dict[int, list[Row]] = {}
    for row in (*linear.rows, *linear.objectives):
        for j, _ in row.terms:
            uses.setdefault(j, []).append(row)
    return {
        j: uses[j][0]
        for j, decision in enumerate(problem.decisions)
        if decision.kind == "listed"
        and len(uses.get(j, [])) == 1
        and uses[j][0].lower == uses[j][0].upper is not None
    }


def _matrix(rows: list[dict[int, int]], width: int) -> NDArray[np.int64]:
    matrix = np.zeros((len(rows), width), dtype=np.int64)
    for i, terms in enumerate(rows):
        for j, c in terms.items():
            matrix[i, j] = _fits(c)
    return matrix


def _vector(values: list[int]) -> NDArray[np.int64]:
    return np.array([_fits(value) for value in values], dtype=np.int64)


def _fits(value: int) -> Any:
    if abs(value) > _WIDEST:
        raise Untranslatable("a number is too large for whole-number arithmetic in 64 bits")
    return value
