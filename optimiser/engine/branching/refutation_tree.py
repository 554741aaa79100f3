"""A branching tree over the whole columns whose leaves are closed by exact bounds: what it says is
empty, is empty.

At a node the rows narrow the box in whole numbers; then HiGHS solves the relaxation, and its
multipliers, whatever they are worth, give a bound by weak duality: in floats with every rounding
error counted, in rationals where that leaves it open, and by the exact simplex where the
multipliers themselves are not good enough. A leaf with all whole columns fixed is a linear program
that the exact simplex decides. So no tolerance of HiGHS has any part in what is claimed; it only
steers.

References:
    A. H. Land and A. G. Doig (1960). An automatic method of solving discrete programming problems.
        Econometrica 28, 497-520.
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear
        programming. Mathematical Programming 99, 283-296.
    W. Cook, T. Koch, D. E. Steffy and K. Wolter (2013). A hybrid branch-and-bound approach for
        exact rational mixed-integer programming. Mathematical Programming Computation 5, 305-344.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from optimiser.engine.branching.search_tree import Search
from optimiser.engine.branching.tree_ground import TreeGround

if TYPE_CHECKING:
    from optimiser.engine.branching.narrowing import Number
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear

__all__ = ["Least", "RefutationTree", "TreeVerdict"]

# nodes of one question unless asked for otherwise
_NODES = 100_000


@dataclass(frozen=True, eq=False)
class TreeVerdict:
    """Whether anything is feasible: "empty" is proven, "found" comes with an exact plan, "unknown"
    is neither.

    Attributes:
        x: (columns,) the plan, in rationals.
        nodes: how many relaxations were solved.
    """

    status: Literal["empty", "found", "unknown"]
    x: tuple[Fraction, ...] = ()
    nodes: int = 0


@dataclass(frozen=True, eq=False)
class Least:
    """The least value of a cost: "optimal" with the plan that has it, all exact; "unknown" with
    what was proven until then.

    Attributes:
        bound: nothing feasible costs less; the optimum itself where that is known, None where
            nothing is proven.
        value: of the best plan found, and
        x: (columns,) that plan.
        nodes: how many relaxations were solved.
    """

    status: Literal["optimal", "empty", "unbounded", "unknown"]
    bound: Fraction | None = None
    value: Fraction | None = None
    x: tuple[Fraction, ...] = ()
    nodes: int = 0


class RefutationTree:
    """Questions about one problem: is anything feasible below these limits, what is the least cost
    there.

    >>> from optimiser.engine.problem import Domain, Linear, Row
    >>> from optimiser.engine.contract import Budget
    >>> x, y = (Domain(name, "whole", Fraction(0), Fraction(9)) for name in "xy")
    >>> linear = Linear((x, y), (), (Row("r", "r", ((0, 6), (1, 10)), 7, 8),))
    >>> tree = RefutationTree(linear, [{0: 1, 1: 1}], Budget())
    >>> tree.empty([1]).status, tree.empty([None]).status
    ('empty', 'empty')

    Args:
        linear: the exact rows; columns real or whole, boxed or not.
        limits: terms (column -> coefficient) of rows that a question bounds from above.
        budget: ends every question.
    """

    def __init__(
        self, linear: Linear, limits: Sequence[Mapping[int, Number]], budget: Budget, /
    ) -> None:
        self._ground = TreeGround(linear, limits, budget)

    def empty(
        self,
        uppers: Sequence[Number | None],
        /,
        *,
        nodes: int = _NODES,
        seconds: float = math.inf,
        aim: int | None = None,
    ) -> TreeVerdict:
        """Whether nothing satisfies the rows and ``sum(limits[k] * x) <= uppers[k]`` for all k;
        None is no limit.

        Args:
            uppers: one for each limit.
            nodes: gives up after so many.
            seconds: gives up after so many.
            aim: the limit that is minimised; the first that is given unless said otherwise.
        """
        given = [k for k, upper in enumerate(uppers) if upper is not None]
        aim = aim if aim is not None else given[0] if given else None
        cost = {} if aim is None else self._ground.limits[aim]
        search = Search(self._ground, cost, uppers, first=True, aim=aim)
        finished = search.run(nodes, seconds)
        if search.x is not None:
            return TreeVerdict("found", search.x, search.nodes)
        return TreeVerdict("empty" if finished else "unknown", (), search.nodes)

    def least(
        self,
        cost: Mapping[int, Number],
        uppers: Sequence[Number | None],
        /,
        *,
        nodes: int = _NODES,
        seconds: float = math.inf,
        below: Number | None = None,
        fixed: Mapping[int, Number] | None = None,
    ) -> Least:
        """The least ``sum(cost * x)`` within the rows and limits.

        Args:
            cost: column -> cost.
            uppers: one for each limit, None is no limit.
            nodes: gives up after so many.
            seconds: gives up after so many.
            below: only plans that cost less matter; "empty" then says that there are none.
            fixed: column -> its only value.
        """
        search = Search(self._ground, cost, uppers, first=False, below=below)
        finished = search.run(nodes, seconds, fixed or {})
        found = search.x or ()
        if search.unbounded:
            return Least("unbounded", None, search.value, found, search.nodes)
        if finished:
            if search.x is None:
                return Least(
                    "empty", None if below is None else Fraction(below), None, (), search.nodes
                )
            return Least("optimal", search.value, search.value, found, search.nodes)
        return Least("unknown", search.proven(), search.value, found, search.nodes)

    def relaxed(self, cost: Mapping[int, Number], /) -> Fraction | None:
        """What one relaxation proves of the least ``sum(cost * x)``, cheaply; None where that is
        nothing.
        """
        return Search(self._ground, cost, [None] * len(self._ground.limits), first=False).relaxed()
