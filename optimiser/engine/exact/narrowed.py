"""A whole-number problem in whole numbers of any width, and as the compiled engine takes it:
rounded outwards where too wide.

Every row ``sum a_j x_j <= b`` over columns with ``x_j >= l_j`` is, with ``a_j = q a'_j + r_j`` and
``0 <= r_j < q``, at least as strict as ``sum a'_j x_j <= floor((b - sum r_j l_j) / q)``; every
objective is at least ``q sum a'_j x_j + sum r_j l_j``. So what the narrower program proves empty is
empty, and what it proves of a least value bounds the true one; plans are read with the numbers as
they are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel import IntegerProgram, NormalForm, Precision
    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

    Integers = NDArray[np.int64]
    Terms = dict[int, int]

__all__ = ["Narrowed", "WholeRow", "WideProgram", "narrowed", "posed", "span"]

# sums below this are exact in 64 bits
_FITS = 1 << 62
# bits of the sum of a row's numbers: what the engine is tried with, one after the other
_BITS = (62, 44, 36, 30, 24)


@dataclass(frozen=True, eq=False)
class WholeRow:
    """``lower <= sum of terms <= upper`` in whole numbers of any width; None is no limit."""

    terms: Mapping[int, int]
    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True, eq=False)
class WideProgram:
    """Minimise the objectives over whole columns x with ``lower <= x <= upper`` that hold every
    row.

    Attributes:
        columns: positions of the columns in ``Linear.columns``.
        implied: listed decision -> what it is: a constant and terms over the columns.
        objectives: m rows whose values are whole numbers without a common factor.
        unit, offset: objective k is ``unit[k] * value + offset[k]``, exactly.
        rows: every constraint, those that define products left out.
        lower, upper: of the columns.
        products: column -> the columns whose product it is.
    """

    problem: Problem
    columns: tuple[int, ...]
    implied: Mapping[int, tuple[Fraction, Mapping[int, Fraction]]]
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
        place = {column: i for i, column in enumerate(self.columns)}
        for j in range(result.shape[1]):
            if j in place:
                result[:, j] = x[:, place[j]]
            else:
                constant, terms = self.implied[j]
                result[:, j] = [
                    float(constant + sum(c * int(row[i]) for i, c in terms.items())) for row in x
                ]
        return result

    def read(self, full: Floats, /) -> Integers | None:
        """The (n,) columns of a float answer over all columns of the problem, rounded; None where
        they are no plan.
        """
        x = np.rint(full[list(self.columns)])
        if not (np.isfinite(x).all() and (np.abs(x) < _FITS).all()):
            return None
        whole = x.astype(np.int64)
        for z, factors in self.products.items():
            whole[z] = whole[list(factors)].prod()
        return whole if self.holds(whole) else None

    def spans(self) -> list[tuple[int, int]]:
        """(m,) the least and the greatest value of each objective over the columns' bounds."""
        return [span(line.terms, self.lower, self.upper) for line in self.objectives]

    def opposite(self, k: int, /) -> WideProgram:
        """The same with nothing to minimise but the negated objective k."""
        negated = WholeRow({j: -c for j, c in self.objectives[k].terms.items()})
        return replace(self, objectives=(negated,), unit=(-self.unit[k],), offset=(self.offset[k],))

    @cached_property
    def used(self) -> tuple[bool, ...]:
        """(n,) which columns some row, objective or product depends on."""
        lines = {j for line in (*self.objectives, *self.rows) for j in line.terms}
        products = {j for z, factors in self.products.items() for j in (z, *factors)}
        return tuple(j in lines or j in products for j in range(len(self.columns)))

    @cached_property
    def narrow(self) -> Narrowed | None:
        """The widest program that the compiled engine takes; None where it takes none or cannot be
        loaded.
        """
        return narrowed(self)

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
        fits = all(_width(terms, lower, upper) < _FITS for terms in rows)
        self._rows = rows
        self._matrix = _matrix(rows, len(problem.columns)) if fits else None
        self._box = np.array(lower, dtype=object), np.array(upper, dtype=object)

    def values(self, x: Integers, /) -> list[int]:
        """One value a row at the columns (n,)."""
        if self._matrix is not None and bool(
            (x >= self._box[0]).all() and (x <= self._box[1]).all()
        ):
            return [int(v) for v in self._matrix @ x]
        whole = x.tolist()
        return [sum(c * whole[j] for j, c in terms.items()) for terms in self._rows]


def posed(problem: Problem, /) -> WideProgram | None:
    """The problem in whole numbers; None where a column is real or without bounds, or where
    distances are not kept.
    """
    linear = problem.linear
    if linear is None or linear.resolution is not None or any(linear.linked):
        return None
    implied = _implied(problem, linear)
    columns = tuple(j for j in range(len(linear.columns)) if j not in implied)
    boxes = [linear.columns[j] for j in columns]
    if any(c.kind != "whole" or c.lower is None or c.upper is None for c in boxes):
        return None
    place = {column: i for i, column in enumerate(columns)}
    meant = {
        j: (constant, {place[i]: c for i, c in terms.items()})
        for j, (constant, terms) in implied.items()
        if set(terms) <= set(place)
    }
    if len(meant) < len(implied):
        return None
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


def _implied(problem: Problem, linear: Linear) -> dict[int, tuple[Fraction, dict[int, Fraction]]]:
    """Listed decisions that are real columns, or that stand in a single row: what an equality row
    says they are.
    """
    uses = Counter(j for row in (*linear.rows, *linear.objectives) for j, _ in row.terms)
    listed = {
        j
        for j, d in enumerate(problem.decisions)
        if d.kind == "listed" and (linear.columns[j].kind == "real" or uses[j] == 1)
    }
    found: dict[int, tuple[Fraction, dict[int, Fraction]]] = {}
    for row in linear.rows:
        mine = [(j, c) for j, c in row.terms if j in listed and j not in found]
        if len(mine) == 1 and row.lower is not None and row.lower == row.upper:
            j, own = mine[0]
            rest = {i: Fraction(-c, own) for i, c in row.terms if i != j}
            found[j] = (Fraction(row.lower - row.constant, own), rest)
    return found


def _substituted(
    row: Row, place: Mapping[int, int], meant: Mapping[int, tuple[Fraction, Mapping[int, Fraction]]]
) -> tuple[dict[int, Fraction], Fraction]:
    """The row over the columns of the posed problem, and what is added to it."""
    terms: dict[int, Fraction] = {}
    constant = Fraction(0)
    for j, c in row.terms:
        added, parts = (Fraction(0), {place[j]: Fraction(1)}) if j in place else meant[j]
        constant += c * added
        for i, part in parts.items():
            terms[i] = terms.get(i, Fraction(0)) + c * part
    return {i: c for i, c in terms.items() if c}, constant


def _whole(terms: Mapping[int, Fraction], constant: Fraction) -> tuple[Terms, Fraction, Fraction]:
    """Whole numbers without a common factor, the factor that gives the terms back, and the
    constant.
    """
    den = math.lcm(*(c.denominator for c in terms.values()))
    factor = Fraction(math.gcd(*(int(c * den) for c in terms.values())) or 1, den)
    return {i: int(c / factor) for i, c in terms.items()}, factor, constant


def _line(
    row: Row, place: Mapping[int, int], meant: Mapping[int, tuple[Fraction, Mapping[int, Fraction]]]
) -> WholeRow | None:
    """A constraint; None where it says nothing."""
    terms, factor, constant = _whole(*_substituted(row, place, meant))
    low = None if row.lower is None else math.ceil((row.lower - row.constant - constant) / factor)
    high = None if row.upper is None else math.floor((row.upper - row.constant - constant) / factor)
    if not terms and (low is None or low <= 0) and (high is None or high >= 0):
        return None
    return WholeRow(terms, low, high)


def span(
    terms: Mapping[int, int], lower: Sequence[int], upper: Sequence[int], /
) -> tuple[int, int]:
    """The least and the greatest value of the terms over the bounds."""
    ends = [(c * lower[j], c * upper[j]) for j, c in terms.items()]
    return sum(min(pair) for pair in ends), sum(max(pair) for pair in ends)


def _width(terms: Mapping[int, int], lower: Sequence[int], upper: Sequence[int]) -> int:
    """The largest that any partial sum of the row can be in size."""
    return sum(abs(c) * max(1, abs(lower[j]), abs(upper[j])) for j, c in terms.items())


def _matrix(rows: Sequence[Mapping[int, int]], n: int) -> Integers:
    matrix = np.zeros((len(rows), n), dtype=np.int64)
    for i, terms in enumerate(rows):
        for j, c in terms.items():
            matrix[i, j] = c
    return matrix


@dataclass(frozen=True, eq=False)
class Narrowed:
    """A program for the engine that every plan holds, whose objectives bound the true ones from
    below.

    Attributes:
        program: with m objectives.
        quantum, offset: objective k of the problem is at least ``quantum[k] * value + offset[k]``,
            and equal to it where the quantum is 1.
        exact: whether nothing was rounded.
    """

    program: IntegerProgram
    quantum: tuple[int, ...]
    offset: tuple[int, ...]
    exact: bool

    @cached_property
    def form(self) -> NormalForm:
        """The program's normal form; RefusedError where the engine does not take it."""
        from optimiser.engine.exact.kernel import normal_form

        return normal_form(self.program)

    @cached_property
    def widths(self) -> Precision:
        """How finely the engine computes with it; RefusedError where not finely enough."""
        from optimiser.engine.exact.kernel import precision

        return precision(self.form)

    def limits(self, highest: Iterable[int | None], /) -> list[int | None]:
        """What the program's objectives are at most in every plan whose true ones are at most
        ``highest``.
        """
        return [
            None if high is None else (high - o) // q
            for high, q, o in zip(highest, self.quantum, self.offset, strict=True)
        ]

    def floor(self, k: int, value: int, /) -> int:
        """What objective k is at least where the program's is at least ``value``."""
        return self.quantum[k] * value + self.offset[k]


def narrowed(problem: WideProgram, /) -> Narrowed | None:
    """The widest program that the engine takes; None where it takes none or cannot be loaded."""
    from importlib.util import find_spec

    from optimiser.engine.exact.kernel import RefusedError

    if find_spec("numba") is None:
        return None

    for bits in _BITS:
        found = _rounded(problem, bits)
        try:
            if found is not None and found.widths.scale:
                return found
        except RefusedError:
            continue
    return None


def _rounded(problem: WideProgram, bits: int) -> Narrowed | None:
    from optimiser.engine.exact.kernel import UNLIMITED, IntegerProgram

    lower, n = problem.lower, len(problem.columns)
    # what nothing depends on needs no values to choose from
    upper = tuple(
        high if used else low
        for low, high, used in zip(lower, problem.upper, problem.used, strict=True)
    )
    if any(abs(v) >= _FITS for v in (*lower, *upper)):
        return None
    objectives = [_outwards(line.terms, lower, upper, bits) for line in problem.objectives]
    rows: list[tuple[Terms, int | None, int | None]] = []
    exact = all(q == 1 for _, q, _ in objectives)
    for line in problem.rows:
        terms, q, o = _outwards(line.terms, lower, upper, bits)
        if q == 1:
            rows.append((terms, line.lower, line.upper))
            continue
        exact = False
        if line.upper is not None:
            rows.append((terms, None, (line.upper - o) // q))
        if line.lower is not None:
            negated, p, shift = _outwards(
                {j: -c for j, c in line.terms.items()}, lower, upper, bits
            )
            rows.append((negated, None, (-line.lower - shift) // p))
    ends = [
        (-UNLIMITED if low is None else low, UNLIMITED if high is None else high)
        for _, low, high in rows
    ]
    limits = [tuple(max(-UNLIMITED, min(UNLIMITED, end)) for end in pair) for pair in ends]
    program = IntegerProgram(
        _matrix([terms for terms, _, _ in objectives], n),
        _matrix([terms for terms, _, _ in rows], n),
        np.array([low for low, _ in limits], dtype=np.int64),
        np.array([high for _, high in limits], dtype=np.int64),
        np.array(lower, dtype=np.int64),
        np.array(upper, dtype=np.int64),
        problem.products,
    )
    return Narrowed(
        program, tuple(q for _, q, _ in objectives), tuple(o for _, _, o in objectives), exact
    )


def _outwards(
    terms: Mapping[int, int], lower: Sequence[int], upper: Sequence[int], bits: int
) -> tuple[Terms, int, int]:
    """Numbers a' of so many bits in all, q and o with ``sum a x >= q sum a' x + o`` within the
    columns' bounds.
    """
    q = 1 << max(0, _width(terms, lower, upper).bit_length() - bits)
    if q == 1:
        return dict(terms), 1, 0
    return (
        {j: c // q for j, c in terms.items() if c // q},
        q,
        sum((c % q) * lower[j] for j, c in terms.items()),
    )
