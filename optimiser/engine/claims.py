"""The one gate for claims: what a floating-point solver proposes, exact arithmetic confirms here,
or it stays unconfirmed.

Every "empty", "infeasible", "unbounded", "optimal value", "bound" and "equal" that a front rests on
passes through this module. What it confirms may be called exact; what it does not is numerical, and
the front says so.

References:
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear
        programming. Mathematical Programming 99, 283-296.
    N. J. Higham (2002). Accuracy and Stability of Numerical Algorithms, second edition. SIAM:
        sections 3.1 and 4.2 (bounds of rounding errors that hold for any order of summation).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.engine.tolerances import UNDERFLOW, UNIT_ROUNDOFF
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.highs.linear_program import LinearProgram
    from optimiser.engine.rationals.exact_simplex import ExactSimplex
    from optimiser.engine.rationals.rational import ExactLp
    from optimiser.front import Floats

__all__ = [
    "UNIT",
    "Settled",
    "lower_bound",
    "multipliers_near",
    "outwards",
    "safe_bound",
    "safe_bounds",
    "settled",
]

_ZERO = Fraction(0)
# twice the unit roundoff of a double: every bound below has a factor of 2 to spare for terms of
# second order
UNIT = 2 * UNIT_ROUNDOFF
# operations per term beside the sums: two representations, two products, the side of a range, and
# some to spare
_FEW = 16
# numbers beyond are not those that the floats stand for
_HUGE = 1e290
# significant bits that a multiplier keeps: few make short whole numbers, and the bound only differs
# by what is cut off
_BITS = 40


def lower_bound(
    lp: ExactLp, cost: Mapping[int, Fraction | int], multipliers: Mapping[int, Fraction], /
) -> Fraction | None:
    """What weak duality proves of the least ``sum(cost * x)``, whatever the multipliers of the rows
    are; None where nothing.

    With y the multipliers, ``c'x = y'(Ax) + (c - A'y)'x``, and each part is least at one end of its
    range. With costs of 0 a bound above 0 proves that nothing is feasible (Farkas).
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
    """A proven lower bound as a float that is one too; the listed value itself where that is the
    bound, correctly rounded.

    >>> third = Fraction(1, 3)
    >>> outwards(third, best=0.5) <= third, outwards(third, best=1 / 3) == 1 / 3
    (True, True)

    Args:
        low: exact, or a float that is a lower bound itself; None is the answer where it is not
            finite.
        best: the best value listed.
    """
    if isinstance(low, float) and not math.isfinite(low):
        return None
    near = float(low)
    if near == best or Fraction(near) <= low:
        return near
    return math.nextafter(near, -math.inf)


def safe_bound(
    matrix: Any,
    duals: Floats,
    sides: tuple[Floats, Floats],
    cost: Floats,
    box: tuple[Floats, Floats],
    /,
) -> float:
    """:func:`safe_bounds` of one cost (n,) from multipliers (p,). With a cost of 0 a bound above 0
    says that nothing is feasible (a Farkas vector)."""
    return float(
        safe_bounds(matrix, duals[None], sides, cost[None], box, sizes=np.abs(cost)[None])[0]
    )


def safe_bounds(
    matrix: Any,
    duals: Floats,
    sides: tuple[Floats, Floats],
    costs: Floats,
    box: tuple[Floats, Floats],
    /,
    *,
    sizes: Floats,
    terms: int = 0,
) -> Floats:
    """Lower bounds of ``min costs[i] @ x`` over ``sides[0] <= matrix @ x <= sides[1]``, ``box[0] <=
    x <= box[1]`` in floats.

    They hold for the exact data of which the floats given are the nearest (or that differ from them
    relatively by at most 2**-53), whatever ``duals`` are: good ones only make them sharp.

    For any y, exactly, ``cost @ x >= sum_i y_i side_i + sum_j min(r_j l_j, r_j u_j)`` with ``r =
    cost - y @ matrix`` and side_i the lower side where y_i > 0, the upper where y_i < 0; a y_i
    whose side is infinite counts as 0. Let u = 2**-53, S_j = size_j + sum_i |y_i a_ij| and N the
    number of operations a term goes through in any order of summation, its factors' representation
    included. Then the computed r_j is within gamma_N S_j of the exact one, gamma_N = N u / (1 - N
    u); the product with an end of the box adds a share of at most 3 u of S_j M_j, M_j = max(|l_j|,
    |u_j|), and the last sum gamma_N of T = sum_i |y_i side_i| + sum_j S_j M_j, as no term exceeds
    its part of T. Together the error is below 2 N u T; T itself is computed with a relative error
    far below 1, which doubling u covers. A column without an end there counts only if r_j - gamma_N
    S_j still has the sign that makes it cost nothing; else there is no bound.

    Args:
        matrix: (p, n) an array or sparse array.
        duals: (f, p) any multipliers.
        sides: (p,) lower and (p,) upper, infinite where there is none.
        costs: (f, n)
        box: (n,) lower and (n,) upper, infinite where there is none.
        sizes: (f, n) the costs' magnitudes; of a cost that was computed as a sum, its terms'
            magnitudes added up.
        terms: of how many terms that sum was.

    Returns:
        (f,) The bounds; -inf where there is none.
    """
    (low, high), (lower, upper) = sides, box
    endless = (
        (duals > 0.0) & ~np.isfinite(low) | (duals < 0.0) & ~np.isfinite(high) | ~np.isfinite(duals)
    )
    duals = np.where(endless, 0.0, duals)
    side = np.where(duals > 0.0, low, np.where(duals < 0.0, high, 0.0))
    reduced = costs - duals @ matrix
    sizes = sizes + np.abs(duals) @ abs(matrix)
    share = (costs.shape[1] + terms + 2 * duals.shape[1] + _FEW) * UNIT
    noise = share * sizes + np.where(sizes > 0.0, UNDERFLOW, 0.0)
    # towards an infinite end nothing may be gained, not even by the noise
    lost = (reduced - noise < 0.0) & ~np.isfinite(upper) | (reduced + noise > 0.0) & ~np.isfinite(
        lower
    )
    end = np.where(reduced > 0.0, lower, upper)
    end = np.where(np.isfinite(end), end, 0.0)
    reach = np.maximum(*(np.where(np.isfinite(ends), np.abs(ends), 0.0) for ends in (lower, upper)))
    total = np.abs(duals * side).sum(axis=1) + sizes @ reach
    found = (
        (duals * side).sum(axis=1)
        + (reduced * end).sum(axis=1)
        - share * total
        - UNDERFLOW * (1.0 + reach.sum())
    )
    sound = (
        ~lost.any(axis=1)
        & np.isfinite(found)
        & (total < _HUGE)
        & (sizes.max(axis=1, initial=0.0) < _HUGE)
    )
    return np.where(sound, np.nextafter(found, -np.inf), -np.inf)


def multipliers_near(lp: ExactLp, duals: Floats, /) -> dict[int, Fraction]:
    """For :func:`lower_bound`: few digits of the float duals (rows,), without those against a side
    that is not there.
    """
    found = {}
    for i, y in enumerate(duals.tolist()):
        if y and math.isfinite(y) and lp.sides[i][0 if y > 0.0 else 1] is not None:
            found[i] = _shortened(y)
    return found


@dataclass(frozen=True, eq=False)
class Settled:
    """What exact arithmetic makes of a linear program; "unknown" where the budget ended first.

    Attributes:
        simplex: at the optimum (``x``, ``value``, ``multipliers``, ``hold``), at the Farkas row, or
            with the ray.
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


def settled(
    program: LinearProgram, lp: ExactLp, cost: Mapping[int, Fraction | int], budget: Budget, /
) -> Settled:
    """The least ``sum(cost * x)``: HiGHS proposes a basis, exact pivots confirm it or put it right.

    Args:
        program: ``lp`` as HiGHS sees it, without whole columns.
        lp: the same in fractions.
        cost: by column.
        budget: ends what takes long.
    """
    from optimiser.engine import highs
    from optimiser.engine.rationals.exact_simplex import ExactSimplex, UnfinishedError

    largest = max((abs(Fraction(c)) for c in cost.values()), default=_ZERO) or Fraction(1)
    answer = highs.minimise(program, {j: float(c / largest) for j, c in cost.items()}, budget)
    try:
        simplex = ExactSimplex(lp, answer.basis, budget)
        if not simplex.feasible():
            return Settled("infeasible", simplex)
        return Settled(simplex.minimise(cost), simplex)
    except UnfinishedError:
        return Settled("unknown")


def _shortened(value: float) -> Fraction:
    """The nearest number of so many bits."""
    mantissa, exponent = math.frexp(value)
    short = round(mantissa * 2.0**_BITS)
    shift = exponent - _BITS
    trailing = (short & -short).bit_length() - 1 if short else 0
    short, shift = short >> trailing, shift + trailing
    return Fraction(short << shift) if shift >= 0 else Fraction(short, 1 << -shift)
