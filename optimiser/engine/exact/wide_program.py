"""A discrete linear problem in whole numbers of any width: the one form of which the compiled
engine's arrays, and what asks and answers beside it, are made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import IntegerProgram
from optimiser.engine.sparse_rows import sparse_rows
from optimiser.engine.translations import kept
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel import IntegerProgram
    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

    Integers = NDArray[np.int64]
    Terms = dict[int, int]

__all__ = [
    "FITS",
    "Implied",
    "WholeRow",
    "WideProgram",
    "matrix_of",
    "span",
    "wide_program",
    "width",
]

# Sums below this are exact in 64 bits.
FITS = 1 << 62


@dataclass(frozen=True, eq=False)
class WholeRow:
    """``lower <= sum of terms <= upper`` in whole numbers of any width; None is no limit."""

    terms: Mapping[int, int]
    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True, eq=False)
class Implied:
    """What a listed decision is: ``(constant + sum of terms) / over`` in whole numbers, over > 0.

    Attributes:
        terms: over the columns of the program.
        alone: whether it stands in no other row: else it is put in its place there.
    """

    constant: int
    terms: Mapping[int, int]
    over: int
    alone: bool


@dataclass(frozen=True, eq=False)
class WideProgram:
    """Minimise the objectives over whole columns x with ``lower <= x <= upper`` that hold every
    row.

    Attributes:
        columns: positions of the columns in ``Linear.columns``.
        implied: listed decision -> what it is.
        objectives: m rows whose values are whole numbers without a common factor.
        unit, offset: objective k is ``unit[k] * value + offset[k]``, exactly.
        rows: every constraint, those that define products left out.
        lower, upper: of the columns.
        products: column -> the columns whose product it is.
    """

    problem: Problem
    columns: tuple[int, ...]
    implied: Mapping[int, Implied]
    objectives: tuple[WholeRow, ...]
    unit: tuple[Fraction, ...]
    offset: tuple[Fraction, ...]
    rows: tuple[WholeRow, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    products: Mapping[int, tuple[int, ...]]

    def values(self, x: Integers, /) -> tuple[int, ...]:
        """(m,) the objectives' values at the columns (n,)."""
        return tuple(self._objectives.values(x))

    def holds(self, x: Integers, /) -> bool:
        """Whether the columns (n,) are a plan."""
        activity = self._rows.values(x)
        return (
            all(
                low <= v <= high
                for v, low, high in zip(x.tolist(), self.lower, self.upper, strict=True)
            )
            and all(
                (row.lower is None or v >= row.lower) and (row.upper is None or v <= row.upper)
                for v, row in zip(activity, self.rows, strict=True)
            )
            and all(
                int(x[z]) == math.prod(int(x[i]) for i in factors)
                for z, factors in self.products.items()
            )
        )

    def decisions(self, x: Integers, /) -> Floats:
        """(k, n) columns -> (k, decisions)."""
        result = np.zeros((len(x), len(self.problem.decisions)))
        for j in range(result.shape[1]):
            if j in self.place:
                result[:, j] = x[:, self.place[j]]
            else:
                given = self.implied[j]
                sums = [given.constant] * len(x)
                for i, c in given.terms.items():
                    sums = [s + c * v for s, v in zip(sums, x[:, i].tolist(), strict=True)]
                result[:, j] = [s / given.over for s in sums]
        return result

    def expression(self, j: int, /) -> Integers:
        """(n,) weights that order plans as decision j does: of an implied one the columns behind
        it.
        """
        terms = {self.place[j]: 1} if j in self.place else self.implied[j].terms
        weights = np.zeros(len(self.columns), dtype=np.int64)
        for i, c in terms.items():
            weights[i] = c
        return weights

    def preference(self, x: Integers, /) -> list[float]:
        """What is compared between plans (n,) with equal objectives."""
        decisions = self.decisions(x[None])[0]
        rows = [math.fsum(w * decisions[j] for j, w in row) for row in self.problem.order]
        return [*rows, *decisions.tolist()]

    def read(self, full: Floats, /) -> Integers | None:
        """The (n,) columns of a float answer over all columns of the problem, rounded; None where
        they are no plan.
        """
        x = np.rint(full[list(self.columns)])
        if not (np.isfinite(x).all() and (np.abs(x) < FITS).all()):
            return None
        whole = x.astype(np.int64)
        for z, factors in self.products.items():
            whole[z] = whole[list(factors)].prod()
        return whole if self.holds(whole) else None

    def ends(self) -> Integers:
        """(k, n) all columns at their lower bounds, and all at their upper ones, if that holds."""
        ends = [np.array(end, dtype=np.int64) for end in (self.lower, self.upper)]
        held = [end for end in ends if self.holds(end)]
        return np.array(held, dtype=np.int64).reshape(len(held), len(self.columns))

    def spans(self) -> list[tuple[int, int]]:
        """(m,) the least and the greatest value of each objective over the columns' bounds."""
        return [span(line.terms, self.lower, self.upper) for line in self.objectives]

    def opposite(self, k: int, /) -> WideProgram:
        """The same with nothing to minimise but the negated objective k."""
        negated = WholeRow({j: -c for j, c in self.objectives[k].terms.items()})
        return replace(self, objectives=(negated,), unit=(-self.unit[k],), offset=(self.offset[k],))

    @cached_property
    def entries(self) -> int:
        """How many numbers stand in the rows."""
        return sum(len(row.terms) for row in self.rows)

    @cached_property
    def used(self) -> tuple[bool, ...]:
        """(n,) which columns some row, objective or product depends on."""
        lines = {j for line in (*self.objectives, *self.rows) for j in line.terms}
        products = {j for z, factors in self.products.items() for j in (z, *factors)}
        return tuple(j in lines or j in products for j in range(len(self.columns)))

    @cached_property
    def place(self) -> dict[int, int]:
        """Column of ``Linear.columns`` -> its position here."""
        return {column: i for i, column in enumerate(self.columns)}

    @cached_property
    def program(self) -> IntegerProgram | None:
        """The arrays that the compiled engine solves as they are; None where a number is too large
        for 64 bits, or where an implied decision stands in several rows.
        """
        rows = [
            (-FITS if row.lower is None else row.lower, FITS if row.upper is None else row.upper)
            for row in self.rows
        ]
        numbers = [c for line in (*self.objectives, *self.rows) for c in line.terms.values()]
        ends = [*(end for pair in rows for end in pair), *self.lower, *self.upper]
        wide = any(abs(number) > FITS for number in (*numbers, *ends))
        if wide or not all(given.alone for given in self.implied.values()):
            return None
        sides = np.array(rows, dtype=np.int64).reshape(-1, 2)
        return IntegerProgram(
            objectives=matrix_of([line.terms for line in self.objectives], len(self.columns)),
            rows=sparse_rows([row.terms for row in self.rows], len(self.columns)),
            row_lower=sides[:, 0].copy(),
            row_upper=sides[:, 1].copy(),
            lower=np.array(self.lower, dtype=np.int64),
            upper=np.array(self.upper, dtype=np.int64),
            products=self.products,
        )

    @cached_property
    def _objectives(self) -> _Sums:
        return _Sums([line.terms for line in self.objectives], self)

    @cached_property
    def _rows(self) -> _Sums:
        return _Sums([line.terms for line in self.rows], self)


class _Sums:
    """Exact values of rows at plans: in 64 bits where every partial sum fits, else in Python's
    integers.
    """

    def __init__(self, rows: Sequence[Mapping[int, int]], problem: WideProgram, /) -> None:
        lower, upper = problem.lower, problem.upper
        fits = all(width(terms, lower, upper) < FITS for terms in rows)
        self._rows = rows
        self._matrix = sparse_rows(rows, len(problem.columns)) if fits else None
        self._box = np.array(lower, dtype=object), np.array(upper, dtype=object)

    def values(self, x: Integers, /) -> list[int]:
        """One value a row at the columns (n,)."""
        if self._matrix is not None and bool(
            (x >= self._box[0]).all() and (x <= self._box[1]).all()
        ):
            return [int(v) for v in self._matrix @ x]
        whole = x.tolist()
        return [sum(c * whole[j] for j, c in terms.items()) for terms in self._rows]


@kept
def wide_program(problem: Problem, /) -> WideProgram | None:
    """The rows of the problem in whole numbers; None where a column is real or without bounds."""
    linear = problem.linear
    if not linear:
        return None
    equal, alone = _implied(problem, linear)
    columns = tuple(j for j in range(len(linear.columns)) if j not in equal)
    boxes = [linear.columns[j] for j in columns]
    if any(c.kind != "whole" or c.lower is None or c.upper is None for c in boxes):
        return None
    place = {column: i for i, column in enumerate(columns)}
    if not all(j in place or j == own for own, row in equal.items() for j, _ in row.terms):
        return None
    meant = {j: _meaning(j, row, place, alone=j in alone) for j, row in equal.items()}
    names = {linear.columns[j].name for j in linear.products}
    rows = [_line(row, place, meant) for row in linear.rows if row.name not in names]
    objectives = [_whole(*_substituted(row, place, meant)) for row in linear.objectives]
    return WideProgram(
        problem,
        columns,
        meant,
        tuple(WholeRow(terms) for terms, _, _ in objectives),
        tuple(
            factor / row.scale
            for (_, factor, _), row in zip(objectives, linear.objectives, strict=True)
        ),
        tuple(
            (constant + row.constant) / row.scale
            for (_, _, constant), row in zip(objectives, linear.objectives, strict=True)
        ),
        tuple(row for row in rows if row is not None),
        tuple(math.ceil(c.lower or 0) for c in boxes),
        tuple(math.floor(c.upper or 0) for c in boxes),
        {place[z]: tuple(place[i] for i in factors) for z, factors in linear.products.items()},
    )


def _implied(problem: Problem, linear: Linear) -> tuple[dict[int, Row], set[int]]:
    """Listed decisions that are real columns, or that stand in a single row: the equality row that
    says what they are; and those that stand in a single row.
    """
    uses = Counter(j for row in (*linear.rows, *linear.objectives) for j, _ in row.terms)
    alone = {j for j, d in enumerate(problem.decisions) if d.kind == "listed" and uses[j] == 1}
    listed = alone | {
        j
        for j, d in enumerate(problem.decisions)
        if d.kind == "listed" and linear.columns[j].kind == "real"
    }
    found: dict[int, Row] = {}
    for row in linear.rows:
        mine = [j for j, _ in row.terms if j in listed and j not in found]
        if len(mine) == 1 and row.lower is not None and row.lower == row.upper:
            found[mine[0]] = row
    return found, alone


def _meaning(j: int, row: Row, place: Mapping[int, int], *, alone: bool) -> Implied:
    own = dict(row.terms)[j]
    sign = 1 if own > 0 else -1
    terms = {place[i]: -sign * c for i, c in row.terms if i != j}
    return Implied(sign * ((row.lower or 0) - row.constant), terms, abs(own), alone)


def _substituted(
    row: Row, place: Mapping[int, int], meant: Mapping[int, Implied]
) -> tuple[dict[int, Fraction | int], Fraction | int]:
    """The row over the columns of the program, and what is added to it."""
    terms: dict[int, Fraction | int] = {}
    constant: Fraction | int = 0
    for j, c in row.terms:
        if j in place:
            terms[place[j]] = terms.get(place[j], 0) + c
            continue
        given = meant[j]
        constant += Fraction(c * given.constant, given.over)
        for i, part in given.terms.items():
            terms[i] = terms.get(i, 0) + Fraction(c * part, given.over)
    return {i: c for i, c in terms.items() if c}, constant


def _whole(
    terms: Mapping[int, Fraction | int], constant: Fraction | int
) -> tuple[Terms, Fraction, Fraction | int]:
    """Whole numbers without a common factor, the factor that gives the terms back, and the
    constant.
    """
    den = math.lcm(*(c.denominator for c in terms.values()))
    # most are whole already, and fractions take their time
    numbers = {i: c.numerator * (den // c.denominator) for i, c in terms.items()}
    divisor = math.gcd(*numbers.values()) or 1
    return {i: c // divisor for i, c in numbers.items()}, Fraction(divisor, den), constant


def _plain(row: Row, place: Mapping[int, int]) -> WholeRow | None:
    """A row over columns of the program as it is; None where it is to be put otherwise."""
    terms = {place[j]: c for j, c in row.terms if c and j in place}
    if len(terms) != len(row.terms) or math.gcd(*terms.values()) != 1:
        return None
    low, high, moved = row.lower, row.upper, row.constant
    return WholeRow(
        terms, None if low is None else low - moved, None if high is None else high - moved
    )


def _line(row: Row, place: Mapping[int, int], meant: Mapping[int, Implied]) -> WholeRow | None:
    """A constraint; None where it says nothing."""
    if (plain := _plain(row, place)) is not None:
        return plain
    terms, factor, constant = _whole(*_substituted(row, place, meant))
    moved = row.constant + constant
    low, high = (
        None if side is None else round_(side - moved if factor == 1 else (side - moved) / factor)
        for side, round_ in ((row.lower, math.ceil), (row.upper, math.floor))
    )
    if not terms and (low is None or low <= 0) and (high is None or high >= 0):
        return None
    return WholeRow(terms, low, high)


def span(
    terms: Mapping[int, int], lower: Sequence[int], upper: Sequence[int], /
) -> tuple[int, int]:
    """The least and the greatest value of the terms over the bounds."""
    ends = [(c * lower[j], c * upper[j]) for j, c in terms.items()]
    return sum(min(pair) for pair in ends), sum(max(pair) for pair in ends)


def width(terms: Mapping[int, int], lower: Sequence[int], upper: Sequence[int], /) -> int:
    """The largest that any partial sum of the row can be in size."""
    return sum(abs(c) * max(1, abs(lower[j]), abs(upper[j])) for j, c in terms.items())


def matrix_of(rows: Sequence[Mapping[int, int]], n: int, /) -> Integers:
    """(rows, n) int64."""
    matrix = np.zeros((len(rows), n), dtype=np.int64)
    for i, terms in enumerate(rows):
        for j, c in terms.items():
            matrix[i, j] = c
    return matrix
