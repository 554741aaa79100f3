"""A problem as the labels take it: columns from 0 up, products, and rows "at most", in whole
numbers.

What is read here is read from the rows of the problem alone, so that nothing is shared with the
search zones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.canonical import positioned, runs
from optimiser.engine.measuring import Measures
from optimiser.engine.translations import kept
from optimiser.frozen import dataclass
from optimiser.language import stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

    Integers = NDArray[np.int64]

__all__ = ["LabelArrays", "LabelModel", "reading"]

# whole numbers stay such: sums of fractions take ten times as long
Terms = dict[int, int | Fraction]
Sums = list[list[int]]

# values of a column, each an arc of every state
_VALUES = 64
# partial sums stay below, so that weighted sums of them fit in 64 bits (native/model.hpp)
_WIDEST = 1 << 40
# a row of which more values can matter is a coordinate of the labels (native/facts.hpp)
_UNARY = 4
# objectives and such rows together
_DIMENSIONS = 16
# whole numbers in which plans are ordered, and how large one can be
_ORDERS, _ORDERED = 8, 1 << 60
_COLUMNS = 400


@dataclass(frozen=True, eq=False)
class LabelArrays:
    """Whole numbers as :func:`optimiser.engine.labels._native.solve` takes them.

    Attributes:
        width: how many values each column takes, from 0 up.
        factors: the columns that each product multiplies.
        objective, row: (m, items), (rows, items) where items are columns, then products.
        bound: (rows,) what each row is at most.
        order: (orders, columns) whose least is the plan to list of several with equal objectives.
    """

    width: list[int]
    factors: Sums
    objective: Sums
    row: Sums
    bound: list[int]
    order: Sums

    @cached_property
    def budgets(self) -> int:
        """How many rows are coordinates of the labels."""
        last = np.array([*(width - 1 for width in self.width), *(1 for _ in self.factors)])
        rows = np.array(self.row, dtype=np.int64).reshape(-1, len(last))
        bound = np.array(self.bound, dtype=np.int64)
        room = bound - np.minimum(rows, 0) @ last, np.maximum(rows, 0) @ last - bound
        return int((np.minimum(*room) > _UNARY).sum())

    def values(self, plans: Sequence[Sequence[int]] | Integers, /) -> Integers:
        """(k, columns) plans -> (k, m) sums."""
        x = np.array(plans, dtype=np.int64).reshape(len(plans), len(self.width))
        items = np.hstack([x, *(x[:, f].prod(axis=1, keepdims=True) for f in self.factors)])
        return np.asarray(items @ np.array(self.objective, dtype=np.int64).T)

    def spans(self) -> list[tuple[int, int]]:
        """(m,) the least and the greatest that each sum could be."""
        last = [*(width - 1 for width in self.width), *(1 for _ in self.factors)]
        return [
            (
                sum(min(0, c * w) for c, w in zip(row, last, strict=True)),
                sum(max(0, c * w) for c, w in zip(row, last, strict=True)),
            )
            for row in self.objective
        ]


@dataclass(frozen=True, eq=False)
class LabelModel(LabelArrays):
    """A problem as whole numbers, and what leads back to it.

    Attributes:
        unit, offset: (m,) minimised objective = unit * sum + offset, unless a link stands between.
        columns: of the problem's rows, those that are columns here; their least values.
        implied: listed decision -> the terms over the problem's columns that it equals.
        tied: whether anything but budgets ties columns together.
    """

    problem: Problem
    unit: list[Fraction]
    offset: list[Fraction]
    columns: list[int]
    lower: list[int]
    implied: Mapping[int, tuple[Terms, Fraction]]
    tied: bool

    def measures(self) -> Measures:
        """What sums are worth where distances are measured."""
        return Measures(self.problem, self.unit, self.offset, self.spans())

    def decisions(self, plans: Sequence[Sequence[int]], /) -> Floats:
        """(k, columns) plans -> (k, n) decisions."""
        place = {column: i for i, column in enumerate(self.columns)}
        x = np.array(plans, dtype=np.int64).reshape(len(plans), len(self.columns))
        result = np.zeros((len(plans), len(self.problem.decisions)))
        for j in range(result.shape[1]):
            if j in place:
                result[:, j] = x[:, place[j]] + self.lower[place[j]]
                continue
            terms, constant = self.implied[j]
            sums = [constant] * len(x)
            for i, c in terms.items():
                at, low = place[i], self.lower[place[i]]
                sums = [s + c * (v + low) for s, v in zip(sums, x[:, at].tolist(), strict=True)]
            result[:, j] = [float(s) for s in sums]
        return result


@kept
def reading(problem: Problem, /) -> LabelModel | str:
    """The problem for the labels, or why they cannot take it."""
    linear = problem.linear
    if not linear:
        return linear.reason
    if linear.resolution is not None:
        return stored("its logarithms are rounded")
    if not problem.decisions:
        return stored("there is nothing to decide")
    made = _Made(problem, linear)
    return made.reason or made.finished()


class _Made:
    """A reading in the making: the first thing that cannot be read is the reason."""

    def __init__(self, problem: Problem, linear: Linear) -> None:
        self.problem, self.linear = problem, linear
        self.implied = _implied(problem, linear)
        self.columns = [
            j
            for j in range(len(linear.columns))
            if j not in self.implied and j not in linear.products
        ]
        self.place = {column: i for i, column in enumerate(self.columns)}
        self.lower: list[int] = []
        self.width: list[int] = []
        self.reason = self._columns() or self._products()

    def _columns(self) -> str:
        if len(self.columns) > _COLUMNS:
            return stored("{number} columns are too many for labels", number=len(self.columns))
        for j in self.columns:
            column = self.linear.columns[j]
            if column.kind != "whole":
                return stored("{name!r} is a real number", name=column.name)
            if column.lower is None or column.upper is None:
                return stored("{name!r} has no bounds", name=column.name)
            low, high = math.ceil(column.lower), math.floor(column.upper)
            if j in self.problem.idle:
                low = high = int(self.problem.idle[j])
            if high - low >= _VALUES:
                return stored(
                    "{name!r} can take {count} values", name=column.name, count=high - low + 1
                )
            if high < low:
                return stored("{name!r} can take no value", name=column.name)
            self.lower.append(low)
            self.width.append(high - low + 1)
        return ""

    def _products(self) -> str:
        """Every product over columns here, without factors that are 1 anyway."""
        self.factor: dict[int, tuple[int, ...] | None] = {}
        for z, factors in self.linear.products.items():
            places = [self.place.get(i) for i in sorted(set(factors))]
            if any(p is None for p in places):
                return stored("a product of products is not read")
            here = [p for p in places if p is not None]
            values = [self.linear.columns[self.columns[p]] for p in here]
            if not all(v.binary for v in values):
                return stored("a product of more than yes/no decisions is not read")
            fixed = [self.lower[p] for p in here if self.width[p] == 1]
            free = tuple(p for p in here if self.width[p] > 1)
            self.factor[z] = None if 0 in fixed else free
        return ""

    def finished(self) -> LabelModel | str:
        """All rows, divided by what they have in common; or why they are too wide or too many."""
        groups = sorted({f for f in self.factor.values() if f is not None and len(f) > 1})
        self.item = {(i,): i for i in range(len(self.columns))} | {
            f: len(self.columns) + i for i, f in enumerate(groups)
        }
        objectives = [self._sum(row) for row in self.linear.objectives]
        objective: list[dict[int, int]] = []
        unit: list[Fraction] = []
        offset: list[Fraction] = []
        for (terms, constant), row in zip(objectives, self.linear.objectives, strict=True):
            whole, grain = _divided(terms)
            objective.append(whole)
            unit.append(grain / row.scale)
            offset.append((constant + row.constant) / row.scale)
        rows, bounds = self._rows()
        if any(self._width(row) + abs(b) > _WIDEST for row, b in zip(rows, bounds, strict=True)):
            return stored("a row is too wide for labels")
        # what is best in one is a row where another one's corner is looked for (corners.py)
        if any(2 * self._width(row) > _WIDEST for row in objective):
            return stored("an objective is too wide for labels")
        resources = sum(self._values(row, b) > _UNARY for row, b in zip(rows, bounds, strict=True))
        if resources + len(objective) > _DIMENSIONS:
            return stored(
                "{number} budgets beside the objectives are too many for labels", number=resources
            )
        order = self._order()
        if len(order) > _ORDERS:
            return stored("{number} columns are too many for labels", number=len(self.columns))
        return LabelModel(
            self.width,
            [list(f) for f in groups],
            [self._dense(terms) for terms in objective],
            [self._dense(terms) for terms in rows],
            bounds,
            order,
            self.problem,
            unit,
            offset,
            self.columns,
            self.lower,
            self.implied,
            bool(groups) or resources < len(rows),
        )

    def _rows(self) -> tuple[list[dict[int, int]], list[int]]:
        """Every row as one or two that are "at most", without those that always hold."""
        names = {self.linear.columns[z].name for z in self.linear.products}
        found: dict[tuple[tuple[int, int], ...], int] = {}
        for row in self.linear.rows:
            if row.name in names:
                continue
            terms, constant = self._sum(row)
            whole, grain = _divided(terms)
            for end, sign in ((row.upper, 1), (row.lower, -1)):
                if end is None:
                    continue
                bound = math.floor(sign * (end - row.constant - constant) / grain)
                signed = {i: sign * c for i, c in whole.items()}
                if self._most(signed) > bound:
                    key = tuple(sorted(signed.items()))
                    found[key] = min(bound, found.get(key, bound))
        return [dict(key) for key in found], list(found.values())

    def _sum(self, row: Row) -> tuple[Terms, Fraction]:
        """A row over the items, columns counted from 0, and what is added to it."""
        pairs: list[tuple[int, int | Fraction]] = []
        constant = Fraction(0)
        for j, c in row.terms:
            if j not in self.implied:
                pairs.append((j, c))
                continue
            terms, more = self.implied[j]
            constant += c * more
            pairs += [(i, c * part) for i, part in terms.items()]
        sums: Terms = {}
        for column, by in pairs:
            if column in self.place:
                item = self.place[column]
                if self.lower[item]:
                    constant += by * self.lower[item]
            elif (factors := self.factor[column]) is None:
                continue
            elif not factors:
                constant += by
                continue
            else:
                item = self.item[factors]
            sums[item] = sums.get(item, 0) + by
        return {i: c for i, c in sums.items() if c}, constant

    def _dense(self, terms: Mapping[int, int]) -> list[int]:
        return [terms.get(i, 0) for i in range(len(self.item))]

    def _most(self, row: Mapping[int, int]) -> int:
        return sum(c * self._last(i) for i, c in row.items() if c > 0)

    def _last(self, item: int) -> int:
        return self.width[item] - 1 if item < len(self.width) else 1

    def _width(self, row: Mapping[int, int]) -> int:
        return max(
            sum(abs(c) * self._last(i) for i, c in row.items()),
            max(map(abs, row.values()), default=0),
        )

    def _values(self, row: Mapping[int, int], bound: int) -> int:
        """How many values of the row's sum can matter at a time, less one."""
        most = self._most(row)
        least = -self._most({i: -c for i, c in row.items()})
        return min(bound - least, most - bound)

    def _order(self) -> Sums:
        found = []
        for run in runs(self.problem, _ORDERED):
            weights = [0] * len(self.columns)
            for row, values in run:
                weights = [w * (values or 1) for w in weights]
                for j, c in positioned(self.problem, row):
                    for i, part in self._columns_of(j).items():
                        weights[self.place[i]] += c * part
            if any(w and wide > 1 for w, wide in zip(weights, self.width, strict=True)):
                found.append(weights)
        return found

    def _columns_of(self, j: int) -> dict[int, int]:
        """Whole weights of columns that order plans as the column does."""
        if j in self.place:
            return {j: 1}
        return _divided(self.implied[j][0])[0]


def _implied(problem: Problem, linear: Linear) -> dict[int, tuple[Terms, Fraction]]:
    """Listed decisions that rows say the value of: the terms, and the constant."""
    found: dict[int, tuple[Terms, Fraction]] = {}
    for row in linear.rows:
        if row.lower is None or row.lower != row.upper:
            continue
        own = [
            (j, c)
            for j, c in row.terms
            if j < len(problem.decisions)
            and problem.decisions[j].kind == "listed"
            and linear.columns[j].kind == "real"
        ]
        if len(own) == 1 and own[0][0] not in found:
            ((j, c),) = own
            terms: Terms = {i: Fraction(-part, c) for i, part in row.terms if i != j}
            found[j] = terms, Fraction(row.lower - row.constant, c)
    return found


def _divided(terms: Terms) -> tuple[dict[int, int], Fraction]:
    """Whole numbers without a common factor, and the factor that gives the terms back."""
    den = math.lcm(*(c.denominator for c in terms.values()))
    whole = {i: c.numerator * (den // c.denominator) for i, c in terms.items()}
    factor = math.gcd(*whole.values()) or 1
    return {i: c // factor for i, c in whole.items()}, Fraction(factor, den)
