"""The one gate for claims: what a floating-point solver proposes, exact arithmetic confirms here, or it stays unconfirmed.

Every "empty", "infeasible", "unbounded", "optimal value", "bound" and "equal" that a front rests on passes through this module.
What it confirms may be called exact; what it does not is numerical, and the front says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from optimiser.solvers.continuous.exact_simplex import ExactSimplex
    from optimiser.solvers.continuous.rational import ExactLp
    from optimiser.solvers.contract import Budget
    from optimiser.solvers.highs import Program

__all__ = ["Settled", "lower_bound", "outwards", "settled"]

_ZERO = Fraction(0)


def lower_bound(lp: ExactLp, cost: Mapping[int, Fraction | int], multipliers: Mapping[int, Fraction], /) -> Fraction | None:
    """What weak duality proves of the least ``sum(cost * x)``, whatever the multipliers of the rows are; None where nothing.

    With y the multipliers, ``c'x = y'(Ax) + (c - A'y)'x``, and each part is least at one end of its range. With costs of 0 a
    bound above 0 proves that nothing is feasible (Farkas).

    References:
        A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear programming. Mathematical
        Programming 99, 283-296.
    """
    reduced = {j: Fraction(c) for j, c in cost.items()}
    total = _ZERO
    for i, y in multipliers.items():
        if not y:
            continue
        side = lp.sides[i][0] if y > 0 else lp.sides[i][1]
        if side is None:
            return None
        total += y * side
        for j, a in lp.rows[i].items():
            reduced[j] = reduced.get(j, _ZERO) - y * a
    for j, price in reduced.items():
        if not price:
            continue
        end = lp.columns[j][0] if price > 0 else lp.columns[j][1]
        if end is None:
            return None
        total += price * end
    return total


def outwards(low: Fraction | float, /, *, best: float) -> float | None:
    """A proven lower bound as a float that is one too; the listed value itself where that is the bound, correctly rounded.

    >>> outwards(Fraction(1, 3), best=0.5) <= Fraction(1, 3), outwards(Fraction(1, 3), best=1 / 3) == 1 / 3
    (True, True)

    Args:
        low: exact, or a float that is a lower bound itself; None is the answer where it is not finite.
        best: the best value listed.
    """
    if isinstance(low, float) and not math.isfinite(low):
        return None
    near = float(low)
    if near == best or Fraction(near) <= low:
        return near
    return math.nextafter(near, -math.inf)


@dataclass(frozen=True, eq=False)
class Settled:
    """What exact arithmetic makes of a linear program; "unknown" where the budget ended first.

    Attributes:
        simplex: at the optimum (``x``, ``value``, ``multipliers``, ``hold``), at the Farkas row, or with the ray.
    """

    status: Literal["optimal", "infeasible", "unbounded", "unknown"]
    simplex: ExactSimplex | None = None

    @property
    def value(self) -> Fraction:
        """The optimum.

        Raises:
            ValueError: there is none.
        """
        if self.status != "optimal" or self.simplex is None:
            raise ValueError("the program has no optimum")
        return self.simplex.value


def settled(program: Program, lp: ExactLp, cost: Mapping[int, Fraction | int], budget: Budget, /) -> Settled:
    """The least ``sum(cost * x)``: HiGHS proposes a basis, exact pivots confirm it or put it right.

    Args:
        program: ``lp`` as HiGHS sees it, without whole columns.
        lp: the same in fractions.
        cost: by column.
        budget: ends what takes long.
    """
    from optimiser.solvers import highs
    from optimiser.solvers.continuous.exact_simplex import ExactSimplex, UnfinishedError

    largest = max((abs(Fraction(c)) for c in cost.values()), default=_ZERO) or Fraction(1)
    answer = highs.minimise(program, {j: float(c / largest) for j, c in cost.items()}, budget)
    try:
        simplex = ExactSimplex(lp, answer.basis, budget)
        if not simplex.feasible():
            return Settled("infeasible", simplex)
        return Settled(simplex.minimise(cost), simplex)
    except UnfinishedError:
        return Settled("unknown")
