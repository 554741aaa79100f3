"""How a branching tree grows: boxes narrowed, relaxed, closed by a proven bound, searched for a
plan, or branched.

References:
    M. Benichou, J. M. Gauthier, P. Girodet, G. Hentges, G. Ribiere and O. Vincent (1971).
    Experiments in mixed-integer linear programming. Mathematical Programming 1, 76-94
    (pseudo-costs).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.branching.narrowing import Box, Lines, line
from optimiser.engine.branching.tolerances import GAIN, WHOLE

if TYPE_CHECKING:
    from optimiser.engine.branching.narrowing import End, Number
    from optimiser.engine.branching.tree_ground import TreeGround
    from optimiser.front import Floats

__all__ = ["Search"]

# so many rows at most, and exact pivots are cheaper than branching
_SMALL = 40
# nodes of the search for any plan, where the relaxation has no least value
_ANY = 100_000


@dataclass(order=True)
class _Node:
    """A box that may hold something; ordered by bound, deeper ones first."""

    rank: tuple[float, int, int]
    box: Box = field(compare=False)
    bound: Fraction | None = field(compare=False, default=None)
    branched: tuple[int, bool, float, float] | None = field(compare=False, default=None)


class Search:
    """One question: the open boxes, the best plan so far and what may still be better.

    Costs and limits are in whole numbers, ``by`` times what was asked for.
    """

    def __init__(
        self,
        ground: TreeGround,
        cost: Mapping[int, Number],
        uppers: Sequence[Number | None],
        /,
        *,
        first: bool,
        aim: int | None = None,
        below: Number | None = None,
    ) -> None:
        self._ground, self._first, self._uppers = ground, first, tuple(uppers)
        priced = line(cost, None, None, ground.whole)
        self._cost = dict(zip(priced.columns, priced.factors, strict=True))
        self._by = next(
            (Fraction(c) / Fraction(cost[j]) for j, c in self._cost.items()), Fraction(1)
        )
        # values of a cost over whole columns are whole: what costs less than c costs c - 1 at most
        self._counted = all(ground.whole[j] for j in self._cost)
        limits = [
            line(terms, None, upper, ground.whole)
            for terms, upper in zip(ground.limits, uppers, strict=True)
        ]
        self._limits = [row.high for row in limits]
        self._imposed = [k != aim for k in range(len(limits))]
        # what costs more than this is of no interest, nor what costs as much where `strict`
        self._most: Number | None = None if aim is None else limits[aim].high
        self._strict = False
        self._lines = Lines([*ground.rows, *limits, priced], ground.whole)
        self._open: list[_Node] = []
        self._left: list[_Node] = []
        self._tried: set[tuple[int, ...]] = set()
        self._fixed: Mapping[int, Number] = {}
        self._count = 0
        self.nodes = 0
        self.unbounded = False
        self.x: tuple[Fraction, ...] | None = None
        self._value: Number | None = None
        if below is not None:
            self._improve(below * self._by)

    @property
    def value(self) -> Fraction | None:
        """The best plan's cost."""
        return None if self._value is None else Fraction(self._value) / self._by

    def proven(self) -> Fraction | None:
        """What nothing feasible costs less than."""
        bounds = [node.bound for node in (*self._open, *self._left)]
        if self._most is not None and not self._first:
            # what was closed costs more, or as much as the best plan
            bounds.append(Fraction(self._most) + (1 if self._counted else 0))
        some = [bound for bound in bounds if bound is not None]
        return min(some) / self._by if some and len(some) == len(bounds) else None

    def run(
        self, nodes: int, seconds: float = math.inf, fixed: Mapping[int, Number] | None = None, /
    ) -> bool:
        """Search, at most so many nodes and seconds, with some columns fixed; whether nothing was
        left open.
        """
        ground = self._ground
        box = self._root(fixed or {})
        if box is None:
            return True
        until = ground.budget.seconds() + seconds
        ground.relaxed.ask(self._cost, self._limits, self._imposed)
        self._push(box, None, None)
        while self._open:
            if (
                self.nodes >= nodes
                or ground.budget.exhausted() is not None
                or ground.budget.seconds() > until
            ):
                return False
            node = heapq.heappop(self._open)
            if self._closed(node.bound):
                continue
            self.nodes += 1
            self._look(node)
            if self.unbounded or (self._first and self.x is not None):
                return True
        return not self._left

    def relaxed(self) -> Fraction | None:
        """What the relaxation at the root proves of the least cost."""
        box = self._root({})
        if box is None:
            return None
        relaxation = self._ground.relaxed
        relaxation.ask(self._cost, self._limits, self._imposed)
        bounds = [relaxation.bound()] if relaxation.solve(box) == "optimal" else []
        ends = [(c, box.lower[j] if c > 0 else box.upper[j]) for j, c in self._cost.items()]
        if all(end is not None for _, end in ends):
            bounds.append(
                sum((Fraction(c) * end for c, end in ends if end is not None), Fraction(0))
            )
        some = [bound for bound in bounds if bound is not None]
        if not some:
            # columns without ends: no float is near enough to prices of exactly 0
            found = relaxation.exactly(box)
            if found.status != "optimal":
                return None
            some = [found.value]
        return (Fraction(math.ceil(max(some))) if self._counted else max(some)) / self._by

    def _root(self, fixed: Mapping[int, Number]) -> Box | None:
        """The box to start from, None where it is empty."""
        ground = self._ground
        self._fixed = fixed
        box = ground.start()
        for j, value in fixed.items():
            low, high = box.lower[j], box.upper[j]
            if (low is not None and value < low) or (high is not None and value > high):
                return None
            if ground.whole[j] and Fraction(value).denominator != 1:
                return None
            box.lower[j] = box.upper[j] = int(value) if ground.whole[j] else value
        return box if ground.possible and self._lines.narrow(box, reals=True) else None

    def _push(
        self, box: Box, parent: _Node | None, branched: tuple[int, bool, float, float] | None
    ) -> None:
        self._count += 1
        depth = 0 if parent is None else 1 - parent.rank[1]
        bound = None if parent is None else parent.bound
        node = _Node((0.0, -depth, -self._count), box, bound, branched)
        heapq.heappush(self._open, self._ranked(node))

    def _ranked(self, node: _Node) -> _Node:
        """Deepest first until there is something to compare with, then the least bound first."""
        if not self._first and self._most is not None:
            node.rank = (-math.inf if node.bound is None else _rough(node.bound), *node.rank[1:])
        return node

    def _closed(self, bound: Number | None) -> bool:
        """Whether what costs at least ``bound`` is of no interest."""
        if bound is None or self._most is None:
            return False
        return bound > self._most or (self._strict and bound == self._most)

    def _improve(self, value: Number) -> None:
        """Only what costs less than this is of interest from now on."""
        compared = self._most is not None
        self._most = math.ceil(value) - 1 if self._counted else value
        if not compared:
            self._open = [self._ranked(node) for node in self._open]
            heapq.heapify(self._open)
        self._strict = not self._counted
        self._lines.lines[-1] = replace(self._lines.lines[-1], high=self._most)

    def _raise(self, node: _Node, bound: Fraction | None) -> bool:
        """Take note of a bound; whether it closes the node."""
        if bound is not None and (node.bound is None or bound > node.bound):
            node.bound = bound
        return self._closed(node.bound)

    def _look(self, node: _Node) -> None:
        """Close a node, find a plan in it, or branch."""
        relaxation = self._ground.relaxed
        status = relaxation.solve(node.box)
        if status == "infeasible" and relaxation.excluded(node.box):
            return
        if status != "optimal":
            self._settle(node)
            return
        value = relaxation.value()
        self._learn(node, value)
        if self._raise(node, relaxation.bound()):
            return
        if self._doubtful(value) and self._raise(node, relaxation.closer(node.box)):
            return
        x = relaxation.values()
        free = self._free(node.box)
        off = [j for j in free if abs(x[j] - round(x[j])) > WHOLE]
        if off and (len(self._lines.lines) > _SMALL or not self._doubtful(value)):
            j = self._choice(off, x)
            self._branch(node, j, float(x[j]), value)
        elif off or not self._try(node, x) or not (self._first or self._raise(node, None)):
            self._settle(node)

    def _doubtful(self, value: float) -> bool:
        """Whether the relaxation says that nothing of interest is here."""
        return self._most is not None and bool(self._cost) and value > _rough(self._most)

    def _settle(self, node: _Node) -> None:
        """By exact pivots, where floats do not tell."""
        free = self._free(node.box)
        found = self._ground.relaxed.exactly(node.box)
        if found.status == "infeasible":
            return
        if found.status == "unbounded":
            self._fall(node)
        elif found.status == "unknown" and free and self._ground.budget.exhausted() is None:
            self._halve(node, free)
        elif found.status == "unknown":
            self._left.append(node)
        elif not self._raise(node, found.value):
            off = [j for j in free if found.x[j].denominator != 1]
            if off:
                j = max(off, key=lambda j: min(found.x[j] % 1, 1 - found.x[j] % 1))
                self._branch(node, j, found.x[j], float(found.value))
            else:
                self._record(found.x, found.value)

    def _fall(self, node: _Node) -> None:
        """A ray of the relaxation, times what makes it whole, is one of the problem, from any plan
        that there is.
        """
        search = Search(self._ground, {}, self._uppers, first=True)
        finished = search.run(_ANY)
        self.nodes += search.nodes
        self._open.clear()
        if search.x is not None:
            self.x, self._value, self.unbounded = search.x, None, True
        elif not finished:
            self._left.append(node)

    def _free(self, box: Box) -> list[int]:
        return [j for j, whole in enumerate(self._ground.whole) if whole and not box.fixed(j)]

    def _try(self, node: _Node, x: Floats) -> bool:
        """Round the whole columns, and look for the best plan with these values; whether there is
        one that is better.
        """
        ground = self._ground
        box = node.box.copy()
        for j, whole in enumerate(ground.whole):
            if whole:
                value = round(float(x[j]))
                low, high = box.lower[j], box.upper[j]
                value = value if low is None else max(value, math.ceil(low))
                box.lower[j] = box.upper[j] = (
                    value if high is None else min(value, math.floor(high))
                )
            elif j not in self._fixed:
                box.lower[j], box.upper[j] = ground.box.lower[j], ground.box.upper[j]
        key = tuple(
            int(v)
            for v, whole in zip(box.lower, ground.whole, strict=True)
            if whole and v is not None
        )
        if key in self._tried:
            return False
        self._tried.add(key)
        if all(ground.whole):
            if not self._lines.hold(key):
                return False
            return self._record(
                tuple(Fraction(v) for v in key), sum(c * key[j] for j, c in self._cost.items())
            )
        found = ground.relaxed.exactly(box)
        return found.status == "optimal" and self._record(found.x, found.value)

    def _record(self, x: tuple[Fraction, ...], value: Number) -> bool:
        """A plan; whether it is better than what was known."""
        if self._closed(value):
            return False
        self.x, self._value = x, value
        if not self._first:
            self._improve(value)
        return True

    def _learn(self, node: _Node, value: float) -> None:
        """What branching on a column gained, a unit of it."""
        if node.branched is not None:
            j, up, distance, before = node.branched
            self._ground.gains[j, int(up)] += max(0.0, value - before) / max(distance, WHOLE)
            self._ground.counts[j, int(up)] += 1.0

    def _choice(self, off: list[int], x: Floats) -> int:
        """The column whose both sides are to gain most, by what was gained with it before."""
        gains, counts = self._ground.gains[off], self._ground.counts[off]
        usual = gains.sum() / max(1.0, counts.sum())
        rate = np.where(counts > 0.0, gains / np.maximum(counts, 1.0), usual)
        part = x[off] - np.floor(x[off])
        least = GAIN * max(usual, 1.0)
        score = np.maximum(rate[:, 0] * part, least) * np.maximum(rate[:, 1] * (1.0 - part), least)
        return off[int(np.argmax(score * (1.0 + np.minimum(part, 1.0 - part))))]

    def _halve(self, node: _Node, free: list[int]) -> None:
        """Branch without a relaxation to go by: on the narrowest column."""
        box = node.box
        ends = {j: (box.lower[j], box.upper[j]) for j in free}
        j = min(free, key=lambda j: (_width(*ends[j]), j))
        low, high = ends[j]
        if low is None or high is None:
            middle: Number = (
                0 if low is None and high is None else high - 1 if high is not None else low or 0
            )
        else:
            middle = (low + high) // 2
        self._branch(node, j, middle, math.nan)

    def _branch(self, node: _Node, j: int, value: Number | float, cost: float) -> None:
        """Below and above a value of column j, the nearer side first."""
        box = node.box
        low, high = box.lower[j], box.upper[j]
        middle = math.floor(value)
        middle = middle if high is None else min(middle, math.floor(high) - 1)
        middle = middle if low is None else max(middle, math.ceil(low))
        part = min(1.0, max(0.0, float(value - middle)))
        sides = [False, True] if part > 0.5 else [True, False]
        for up in sides:
            child = box.copy()
            if up:
                child.lower[j] = middle + 1
            else:
                child.upper[j] = middle
            if self._lines.narrow(child, [j]):
                branched = None if math.isnan(cost) else (j, up, 1.0 - part if up else part, cost)
                self._push(child, node, branched)


def _rough(value: Number) -> float:
    """As a float, infinite beyond all floats."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _width(low: End, high: End) -> float:
    return math.inf if low is None or high is None else _rough(high - low)
