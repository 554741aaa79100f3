"""The cheapest changes of limits, one set of changed limits after the other.

HiGHS proposes, exact arithmetic disposes: its whole columns are kept, the others solved again in
rationals, and a tree whose bounds are exact then proves that nothing costs less. A set that was
found is cut off with everything that contains it,

    sum(u_i over the set) <= (size of the set) - 1,   s_i <= most_i * u_i,   u_i whole in [0, 1],

so that the next answer is the cheapest of the sets that are left.

References:
    M. H. Liffiton and K. A. Sakallah (2008). Algorithms for computing minimal unsatisfiable subsets
        of constraints. Journal of Automated Reasoning 40, 1-33: minimal correction sets, smallest
        first, by blocking those found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.engine import RefutationTree, proposed_minimum
from optimiser.engine.problem import Domain, Row

if TYPE_CHECKING:
    from optimiser.engine import Budget
    from optimiser.engine.problem import Linear

__all__ = ["Cheapest", "Loose", "cheapest", "nothing_left"]

_ZERO, _ONE = Fraction(0), Fraction(1)
_OTHER: Final = "another"  # what the rows are called that cut a set off
_SHARE: Final = 0.4  # of the seconds that are left


@dataclass(frozen=True, eq=False)
class Loose:
    """Rows with slacks.

    Attributes:
        linear: the rows.
        costs: slack column -> its price; its bounds are 0 and the most that it may be.
    """

    linear: Linear
    costs: Mapping[int, Fraction]

    def without(self, sets: Sequence[frozenset[int]], /) -> Loose:
        """The same where of each of these sets of slack columns one at least is 0."""
        columns, rows = list(self.linear.columns), list(self.linear.rows)
        shown: dict[int, int] = {}
        for j in sorted(set().union(*sets)):
            most = columns[j].upper
            assert most is not None
            shown[j] = len(columns)
            name = f"{columns[j].name}?"
            columns.append(Domain(name, "whole", _ZERO, _ONE))
            # s - most * u <= 0 in whole numbers
            terms = ((j, most.denominator), (shown[j], -most.numerator))
            rows.append(Row(name, name, terms, upper=0, scale=Fraction(most.denominator)))
        for one in sets:
            cut = tuple((shown[j], 1) for j in sorted(one))
            rows.append(Row(_OTHER, _OTHER, cut, upper=len(one) - 1))
        return replace(self, linear=replace(self.linear, columns=tuple(columns), rows=tuple(rows)))

    def at_most(self, changes: Mapping[int, Fraction], /) -> Loose:
        """The same where slacks are at most these, and 0 where none is given."""
        columns = list(self.linear.columns)
        for j in self.costs:
            columns[j] = replace(columns[j], upper=changes.get(j, _ZERO))
        return replace(self, linear=replace(self.linear, columns=tuple(columns)))


@dataclass(frozen=True, eq=False)
class Cheapest:
    """What is known of the least cost.

    Attributes:
        status: "found", or "none" where it is proven that nothing holds the rows; else "unknown".
        x: (columns,) the point, in rationals.
        value: its cost.
        proven: whether nothing costs less.
    """

    status: Literal["found", "none", "unknown"]
    x: tuple[Fraction, ...] = ()
    value: Fraction = _ZERO
    proven: bool = False


def cheapest(loose: Loose, budget: Budget, /) -> Cheapest:
    """The point of the rows that costs least; nothing is prepared once the budget is exhausted."""
    if budget.exhausted():
        return Cheapest("unknown")
    linear, costs = loose.linear, loose.costs
    found = _proposed(loose, _share(budget))
    if found.status == "found" and not found.value:
        return replace(found, proven=True)
    tree = RefutationTree(linear, (), _share(budget))
    better = tree.least(costs, (), below=found.value if found.x else None)
    if better.status == "empty":
        return replace(found, proven=True) if found.x else Cheapest("none")
    if better.x and better.value is not None:
        return Cheapest("found", better.x, better.value, better.status == "optimal")
    return found


def _proposed(loose: Loose, budget: Budget) -> Cheapest:
    """The best point that HiGHS finds, exactly."""
    linear, costs = loose.linear, loose.costs
    # HiGHS's tolerances are absolute: the largest price is brought to 1
    largest = max(costs.values(), default=_ONE)
    prices = np.zeros(len(linear.columns))
    for j, price in costs.items():
        prices[j] = float(price / largest)
    x = proposed_minimum(linear, prices, budget)
    if not len(x):
        return Cheapest("unknown")
    whole = {
        j: Fraction(round(value))
        for j, (value, column) in enumerate(zip(x.tolist(), linear.columns, strict=True))
        if column.kind == "whole"
    }
    kept = RefutationTree(linear, (), budget).least(costs, (), fixed=whole)
    if not kept.x or kept.value is None:
        return Cheapest("unknown")
    return Cheapest("found", kept.x, kept.value)


def _share(budget: Budget) -> Budget:
    """Of a budget that ends as much as leaves some for what follows."""
    left = budget.remaining()
    return budget if math.isinf(left) else budget.part(_SHARE * left)


def nothing_left(loose: Loose, budget: Budget, /) -> bool:
    """Whether it is proven that nothing holds the rows."""
    if budget.exhausted():
        return False
    return RefutationTree(loose.linear, (), budget).empty(()).status == "empty"
