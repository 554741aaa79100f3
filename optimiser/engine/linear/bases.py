"""A basis of a linear program in exact numbers: its vertex, and what it costs to leave it,
objective by objective.

With B the columns of the basis in the rows that are tight, x solves one system with B, and the
multipliers of each objective one with its transpose. The reduced costs of a weighted sum are the
weighted sums of these, so one basis is tested for any weights without another system; of the
objectives in an order, likewise, by the order of words in a dictionary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimiser.engine.rationals.rational import BASIC, Vertex, exact_vertex, resting, solve

if TYPE_CHECKING:
    from fractions import Fraction

    from optimiser.engine.rationals.rational import Basis, Bound, ExactLp

__all__ = ["ExactBasis", "exact_basis"]


@dataclass(frozen=True, eq=False)
class ExactBasis:
    """A feasible basis.

    Attributes:
        prices: for each column or row outside the basis that has a range, (m,) by how much the
            objectives change when it moves, times a positive number; and whether it can rise and
            whether it can fall.
    """

    vertex: Vertex
    prices: tuple[tuple[tuple[int, ...], bool, bool], ...]

    def optimal(self, weights: Sequence[int | Fraction], /) -> bool:
        """Whether nothing is less by the weighted sum of the objectives' rows."""
        whole = _whole(weights)
        return all(
            _stays(_weigh(whole, prices), rises, falls) for prices, rises, falls in self.prices
        )

    def alone(self, weights: Sequence[int | Fraction], /) -> bool:
        """Whether, the basis being optimal, no other point is as good."""
        whole = _whole(weights)
        return all(_weigh(whole, prices) for prices, _, _ in self.prices)

    def first(self, order: Sequence[int], /, *, alone: bool = False) -> bool:
        """Whether it is the best in the first objective of ``order``, among the best ones in the
        second, and so on.

        Args:
            alone: whether no other plan may be that as well.
        """
        firsts = [next((prices[k] for k in order if prices[k]), 0) for prices, _, _ in self.prices]
        if alone and not all(firsts):
            return False
        return all(
            _stays(first, rises, falls)
            for first, (_, rises, falls) in zip(firsts, self.prices, strict=True)
        )


def _whole(weights: Sequence[int | Fraction]) -> list[int]:
    """Positive multiples without fractions."""
    by = math.lcm(*(w.denominator for w in weights))
    return [w.numerator * (by // w.denominator) for w in weights]


def _weigh(weights: Sequence[int], prices: tuple[int, ...]) -> int:
    return sum(map(int.__mul__, weights, prices))


def _stays(price: int, rises: bool, falls: bool) -> bool:
    return not ((price < 0 and rises) or (price > 0 and falls))


def exact_basis(lp: ExactLp, basis: Basis | None, /) -> ExactBasis | None:
    """The basis that a float solver proposes; None where it is singular or not feasible."""
    vertex = exact_vertex(lp, basis, None)
    if basis is None or vertex is None:
        return None
    basic = [j for j, s in enumerate(basis[0]) if s == BASIC]
    tight = [i for i, s in enumerate(basis[1]) if s != BASIC]
    system = [{i: c for i in tight if (c := lp.rows[i].get(j))} for j in basic]
    found = []
    for row in lp.objectives:
        cost = dict(row.terms)
        duals = solve(system, [cost.get(j, 0) for j in basic], tight)
        if duals is None:
            return None
        by = math.lcm(*(v.denominator for v in duals.values()))
        found.append(
            (cost, {i: v.numerator * (by // v.denominator) for i, v in duals.items() if v}, by)
        )
    common = math.lcm(*(by for _, _, by in found))
    tables = [_reduced(lp, cost, duals, by, common // by) for cost, duals, by in found]
    inside = set(basic)
    outside = [(j, lp.columns[j], basis[0][j]) for j in range(len(lp.columns)) if j not in inside]
    outside += [(len(lp.columns) + i, lp.sides[i], basis[1][i]) for i in tight]
    prices = tuple(
        (tuple(table.get(v, 0) for table in tables), *_moves(bounds, status))
        for v, bounds, status in outside
        if bounds[0] is None or bounds[0] != bounds[1]
    )
    return ExactBasis(Vertex(vertex.x, vertex.y, basis), prices)


def _reduced(
    lp: ExactLp, cost: dict[int, int], duals: dict[int, int], by: int, times: int
) -> dict[int, int]:
    """Column or, after them, row -> its reduced cost, times ``by * times``."""
    prices = {j: c * by for j, c in cost.items()}
    for i, dual in duals.items():
        for j, c in lp.rows[i].items():
            prices[j] = prices.get(j, 0) - dual * c
    prices |= {len(lp.columns) + i: dual for i, dual in duals.items()}
    return {v: price * times for v, price in prices.items()}


def _moves(bounds: tuple[Bound, Bound], status: int) -> tuple[bool, bool]:
    """Whether what rests at a bound, or nowhere, can rise, and whether it can fall."""
    at = resting(bounds, status)
    return bounds[1] is None or at < bounds[1], bounds[0] is None or at > bounds[0]
