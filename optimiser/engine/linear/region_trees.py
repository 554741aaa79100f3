"""Trees that show that no plan of a mixed problem lies in a region, with multipliers at their
leaves: what certificates keep.

A region is where weighted sums of the objectives stay below levels. At a node the largest t is
asked for with which every sum plus t times its size is within its level: where that is not above 0,
the multipliers of the answer exclude the region from the node's box by weak duality. Floats propose
them, exact arithmetic evaluates them, and the exact simplex finds those that rounding misses, as it
must wherever a region touches the front. Boxes are narrowed by branching alone, since the checker
knows nothing else.

References:
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear
        programming. Mathematical Programming 99, 283-296.
    K. K. H. Cheung, A. Gleixner and D. E. Steffy (2017). Verifying integer programming results.
        Integer Programming and Combinatorial Optimization, LNCS 10328, 148-160 (certificates of
        branching trees by dual vectors).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.branching.narrowing import Box, Line
from optimiser.engine.branching.node_relaxation import NodeRelaxation
from optimiser.engine.exact.refuting import MissingPlanError, NotRefutedError
from optimiser.engine.linear.proposed_trees import proposed_trees
from optimiser.engine.linear.tolerances import DEEP, WHOLE
from optimiser.language import stored, tr

if TYPE_CHECKING:
    from optimiser.engine.branching.narrowing import Number
    from optimiser.engine.branching.node_relaxation import Exactly
    from optimiser.engine.contract import Budget
    from optimiser.engine.linear.proposed_trees import ProposedTree
    from optimiser.engine.problem import Domain, Linear, Row
    from optimiser.front import Floats

__all__ = ["RegionTree", "refuted"]

LEAF = -1
# nodes of one region
_NODES = 50_000
# significant bits of rounded multipliers: few make short files, many make sharp bounds; 0 is what
# is exact where a region touches the front, fractions with a small denominator
_ROUNDINGS = (10, 0, 40)
_DENOMINATOR = 1000

Region = Sequence[tuple[Sequence[int], Fraction]]
"""``sum(weights * f) < level`` for each pair, f in the units of the objectives' rows, constants
included.
"""


Vector = tuple[tuple[int, ...], dict[int, int]]
Branched = tuple[int, int, float, float]
"""A column, the last whole number of its lower side or the side, how far that is away, the depth
before.
"""


@dataclass(frozen=True, eq=False)
class RegionTree:
    """A division of the columns' box, its nodes in preorder.

    Attributes:
        columns: the column a node branches on, -1 where it is a leaf.
        values: v: first child ``x <= v``, second child ``x >= v + 1``; 0 at a leaf.
        leaves: for each leaf whole multipliers: of the region's limits, and row -> multiplier.
    """

    columns: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    leaves: list[Vector] = field(default_factory=list)


def refuted(
    linear: Linear, regions: Sequence[Region], widths: Sequence[int], budget: Budget, /
) -> Iterator[RegionTree]:
    """A tree for each region.

    Args:
        linear: the exact rows.
        regions: to be refuted.
        widths: (m,) whole numbers >= 1 of about the range of each objective, in the units of its
            row.
        budget: ends the search.

    Raises:
        MissingPlanError: a region holds a plan.
        NotRefutedError: a region was given up.
    """
    trees = proposed_trees(linear)
    for region in regions:
        proposed = None if trees is None else trees.tree(region)
        yield _Search(linear, region, widths, budget).run(proposed)


class _Search:
    """One region: its relaxation with the column t, and the same rows without it."""

    def __init__(
        self, linear: Linear, region: Region, widths: Sequence[int], budget: Budget, /
    ) -> None:
        self._budget = budget
        self._t = len(linear.columns)
        self._whole = [j for j, c in enumerate(linear.columns) if c.kind == "whole"]
        sums = [_sum(linear, weights, level) for weights, level in region]
        rows = [_line(row) for row in linear.rows]
        sizes = [
            sum(w * width for w, width in zip(weights, widths, strict=True))
            for weights, _ in region
        ]
        limits = [
            Line((*row.columns, self._t), (*row.factors, size), None, row.high)
            for row, size in zip(sums, sizes, strict=True)
        ]
        self._count = len(sums)
        self._lines = [*sums, *rows]
        self._terms = [tuple(zip(row.columns, row.factors, strict=True)) for row in self._lines]
        self._box = Box(
            [*(_inwards(c, c.lower, up=True) for c in linear.columns), None],
            [*(_inwards(c, c.upper, up=False) for c in linear.columns), None],
        )
        self._rows, self._limits = rows, limits
        self._gains, self._counts = np.zeros((self._t, 2)), np.zeros((self._t, 2))

    @cached_property
    def _relaxation(self) -> NodeRelaxation:
        relaxation = NodeRelaxation(self._rows, self._limits, self._box, self._budget)
        levels = [row.high for row in self._lines[: self._count]]
        relaxation.ask({self._t: -1}, levels, [True] * self._count)
        return relaxation

    def run(self, proposed: ProposedTree | None = None, /) -> RegionTree:
        """The tree: as it is proposed, but for leaves that exact arithmetic does not confirm."""
        tree = RegionTree()
        nodes = iter(() if proposed is None else proposed.nodes)
        waiting: list[tuple[Box, Branched | None, bool]] = [(self._box, None, proposed is not None)]
        while waiting:
            if self._budget.exhausted() is not None:
                raise NotRefutedError(stored("the time limit came before every region was refuted"))
            if len(tree.columns) >= _NODES:
                raise NotRefutedError(
                    stored("a region was given up after {number} nodes", number=_NODES)
                )
            box, branched, known = waiting.pop()
            vector, branching = self._follow(box, *next(nodes)) if known else (None, None)
            if vector is None and branching is None:
                known = False
                vector, branching = self._look(box, branched)
            if branching is None:
                assert vector is not None
                tree.columns.append(LEAF)
                tree.values.append(0)
                tree.leaves.append(vector)
                continue
            j, middle, part, depth = branching
            tree.columns.append(j)
            tree.values.append(middle)
            below, above = box.copy(), box.copy()
            below.upper[j], above.lower[j] = middle, middle + 1
            waiting += [
                (above, (j, 1, 1.0 - part, depth), known),
                (below, (j, 0, part, depth), known),
            ]
        return tree

    def _follow(
        self, box: Box, column: int, value: int, vector: Mapping[int, int]
    ) -> tuple[Vector | None, Branched | None]:
        """What is proposed for a box; nothing where its multipliers do not exclude the region."""
        if column != LEAF:
            return None, (column, value, 0.5, math.nan)
        return self._confirmed(box, vector), None

    def _look(self, box: Box, branched: Branched | None) -> tuple[Vector | None, Branched | None]:
        """Multipliers that exclude the region from a box; or a column to branch on, where, how far
        below, and the depth here.
        """
        relaxation = self._relaxation
        status = relaxation.solve(box)
        if status == "optimal":
            depth = -relaxation.value()
            self._learn(branched, depth)
            if depth > DEEP:
                x = relaxation.values()
                off = [
                    j for j in self._whole if not box.fixed(j) and abs(x[j] - round(x[j])) > WHOLE
                ]
                if off:
                    j = self._choice(off, x)
                    return None, (j, *_middle(box, j, float(x[j])), depth)
            elif (
                vector := self._proposed(box, [relaxation.duals()], touching=depth > -DEEP)
            ) is not None:
                return vector, None
        elif (
            status == "infeasible"
            and (vector := self._proposed(box, relaxation.rays(), touching=False)) is not None
        ):
            return vector, None
        return self._settled(box, relaxation.exactly(box))

    def _settled(self, box: Box, exact: Exactly) -> tuple[Vector | None, Branched | None]:
        """The same by exact pivots."""
        free = [j for j in self._whole if not box.fixed(j)]
        if exact.status == "infeasible" or (exact.status == "optimal" and exact.value >= 0):
            vector = self._confirmed(box, exact.multipliers)
            if vector is None:
                raise AssertionError("multipliers of the exact simplex prove its answer")
            return vector, None
        if exact.status == "optimal":
            off = [j for j in free if exact.x[j].denominator != 1]
            if not off:
                raise MissingPlanError(tr("a plan is missing from the list: it is not complete"))
            j = max(off, key=lambda j: min(exact.x[j] % 1, 1 - exact.x[j] % 1))
            return None, (j, *_middle(box, j, exact.x[j]), math.nan)
        if not free:
            if exact.status == "unbounded":
                raise MissingPlanError(tr("a plan is missing from the list: it is not complete"))
            raise NotRefutedError(stored("exact arithmetic took too long for a linear program"))
        return None, (*_halved(box, free), math.nan)

    def _proposed(self, box: Box, duals: Iterable[Floats], *, touching: bool) -> Vector | None:
        """The first rounding of float multipliers that excludes the region."""
        for y in duals:
            size = np.abs(y[: self._count]).max(initial=0.0) or np.abs(y).max(initial=0.0)
            if not np.isfinite(y).all() or not size > 0.0:
                continue
            for bits in (0,) if touching else _ROUNDINGS:
                vector = self._confirmed(
                    box, {i: _rounded(v, bits) for i, v in enumerate((y / size).tolist()) if v}
                )
                if vector is not None:
                    return vector
        return None

    def _confirmed(self, box: Box, multipliers: Mapping[int, Number]) -> Vector | None:
        """The multipliers in whole numbers without common factor, if weak duality, without the
        column t, excludes the region.
        """
        some = {i: v for i, v in sorted(multipliers.items()) if v}
        by = math.lcm(*(v.denominator for v in some.values()))
        whole = {i: v.numerator * (by // v.denominator) for i, v in some.items()}
        common = math.gcd(*whole.values()) or 1
        vector = {i: v // common for i, v in whole.items()}
        reduced: dict[int, int] = {}
        bound: Number = 0
        for i, y in vector.items():
            side = self._lines[i].low if y > 0 else self._lines[i].high
            if side is None:
                return None
            bound += y * side
            for j, a in self._terms[i]:
                reduced[j] = reduced.get(j, 0) - y * a
        for j, price in reduced.items():
            end = box.lower[j] if price > 0 else box.upper[j]
            if price:
                if end is None:
                    return None
                bound += price * end
        weights = tuple(-vector.get(i, 0) for i in range(self._count))
        if bound < 0 or (bound == 0 and not any(weights)):
            return None
        return weights, {i - self._count: v for i, v in vector.items() if i >= self._count}

    def _learn(self, branched: Branched | None, depth: float) -> None:
        """What branching on a column took off the depth, a unit of it."""
        if branched is not None and not math.isnan(branched[3]):
            j, side, distance, before = branched
            self._gains[j, side] += max(0.0, before - depth) / max(distance, WHOLE)
            self._counts[j, side] += 1.0

    def _choice(self, off: list[int], x: Floats) -> int:
        """The column both sides of which promise most, by what branching on it took off before."""
        gains, counts = self._gains[off], self._counts[off]
        usual = gains.sum() / max(1.0, counts.sum()) or 1.0
        rate = np.maximum(
            np.where(counts > 0.0, gains / np.maximum(counts, 1.0), usual), usual * WHOLE
        )
        part = x[off] - np.floor(x[off])
        score = rate[:, 0] * part * rate[:, 1] * (1.0 - part)
        return off[int(np.argmax(score))]


def _sum(linear: Linear, weights: Sequence[int], level: Fraction) -> Line:
    """``sum(weights * f) <= level`` over the columns."""
    total: dict[int, int] = {}
    for weight, row in zip(weights, linear.objectives, strict=True):
        level -= weight * row.constant
        for j, c in row.terms:
            total[j] = total.get(j, 0) + weight * c
    return _of(total, None, level)


def _line(row: Row) -> Line:
    total: dict[int, int] = {}
    for j, c in row.terms:
        total[j] = total.get(j, 0) + c
    low = None if row.lower is None else row.lower - row.constant
    return _of(total, low, None if row.upper is None else row.upper - row.constant)


def _inwards(column: Domain, end: Fraction | None, *, up: bool) -> Number | None:
    if end is None or column.kind != "whole":
        return _short(end)
    return math.ceil(end) if up else math.floor(end)


def _of(terms: Mapping[int, int], low: Number | None, high: Number | None) -> Line:
    some = {j: c for j, c in terms.items() if c}
    return Line(tuple(some), tuple(some.values()), _short(low), _short(high))


def _short(end: Number | None) -> Number | None:
    """A whole number as such: sums of fractions take ten times as long."""
    return end.numerator if end is not None and end.denominator == 1 else end


def _rounded(value: float, bits: int) -> Fraction:
    """The nearest number of so many bits; with a small denominator where that is 0."""
    if not bits:
        return Fraction(value).limit_denominator(_DENOMINATOR)
    mantissa, exponent = math.frexp(value)
    return Fraction(round(mantissa * 2.0**bits)) * Fraction(2) ** (exponent - bits)


def _middle(box: Box, j: int, value: float | Fraction) -> tuple[int, float]:
    """The last whole number of the lower side, and how far the value is above it."""
    middle = math.floor(value)
    low, high = box.lower[j], box.upper[j]
    middle = middle if high is None else min(middle, math.floor(high) - 1)
    middle = middle if low is None else max(middle, math.ceil(low))
    return middle, min(1.0, max(0.0, float(value - middle)))


def _halved(box: Box, free: Sequence[int]) -> tuple[int, int, float]:
    """The narrowest column and its middle, where no relaxation tells."""

    def width(j: int) -> Number | float:
        low, high = box.lower[j], box.upper[j]
        return math.inf if low is None or high is None else high - low

    j = min(free, key=lambda j: (width(j), j))
    low, high = box.lower[j], box.upper[j]
    if low is not None and high is not None:
        return j, math.floor((low + high) / 2), 0.5
    return (
        j,
        0
        if low is None and high is None
        else math.floor(low if low is not None else high or 0) - (low is None),
        0.5,
    )
