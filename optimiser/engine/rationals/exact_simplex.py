"""A bounded simplex in exact rationals, started from the basis that a floating-point solver
proposes.

Where the proposed basis is right nothing is left to pivot, and what it cost is one elimination;
where it is wrong, exact pivots put it right. So every answer is a proof: a feasible vertex, an
optimum, a Farkas row, an unbounded ray.

Rows are kept as ``x_b = sum(t_j * x_j) / d`` over the columns outside the basis, sparse, in whole
numbers without common factor. The logical of row i, column n + i, is the row's own activity.

References:
    B. Dutertre and L. de Moura (2006). A fast linear-arithmetic solver for DPLL(T). Computer Aided
        Verification, LNCS 4144, 81-94 (feasibility by pivots of the least index, which end).
    R. G. Bland (1977). New finite pivoting rules for the simplex method. Mathematics of Operations
        Research 2, 103-107.
    D. L. Applegate, W. Cook, S. Dash and D. G. Espinoza (2007). Exact solutions to linear
        programming problems. Operations Research Letters 35, 693-699 (exact arithmetic on the basis
        of a float solver).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.rationals.rational import Basis, ExactLp

__all__ = ["ExactSimplex", "UnfinishedError"]

Bound = Fraction | None

_ZERO, _ONE = Fraction(0), Fraction(1)
_COST = -1
# codes of a basis: HiGHS's own
_BASIC, _UPPER = 1, 2
# steepest reduced costs first; after so many pivots the least index, which cannot cycle
_GREEDY = 200
# a look at the clock once in so many pivots
_LOOK = 16


class UnfinishedError(Exception):
    """The budget ended before exact arithmetic had decided."""


@dataclass(slots=True)
class _Row:
    """``sum(terms) / by``, by > 0, without common factor."""

    by: int
    terms: dict[int, int]


class ExactSimplex:
    """One linear program, its basis and its vertex, all exact.

    Args:
        lp: columns, rows and sides.
        start: the basis to start from; None starts from the rows' own logicals.
        budget: ends what takes long.

    Attributes:
        value: the last optimum.
        pivots: how many exact pivots there were beyond the starting basis.

    Methods raise :class:`UnfinishedError` where the budget ends.
    """

    def __init__(
        self, lp: ExactLp, start: Basis | None = None, budget: Budget | None = None, /
    ) -> None:
        n = len(lp.columns)
        self._n, self._budget = n, budget
        bounds = [*lp.columns, *lp.sides]
        self._lower: list[Bound] = [low for low, _ in bounds]
        self._upper: list[Bound] = [high for _, high in bounds]
        self._rows: dict[int, _Row] = {
            n + i: _reduced(1, dict(terms)) for i, terms in enumerate(lp.rows)
        }
        self._at: list[Fraction] = [_resting(low, high, upper=False) for low, high in bounds]
        self._empty = any(
            low is not None and high is not None and low > high for low, high in bounds
        )
        self._multipliers: dict[int, Fraction] | None = {}
        self._prices = _Row(1, {})
        self._ray: dict[int, Fraction] = {}
        self.value = _ZERO
        self.pivots = 0
        if start is None:
            start = (0,) * n, (_BASIC,) * len(lp.rows)
        self.adopt(start)

    @property
    def x(self) -> tuple[Fraction, ...]:
        """(n,) the columns at the current basis."""
        return tuple(self._at[: self._n])

    @property
    def multipliers(self) -> dict[int, Fraction]:
        """Row -> its multiplier in the last proof: of an optimum, or, with costs of 0, of
        infeasibility.

        With these y the least value that ``y_i * activity_i`` and ``(c - A'y)_j * x_j`` can take
        within the bounds of rows and columns is the optimum; of an infeasible program, where c = 0,
        it is above 0.
        """
        if self._multipliers is None:
            by = self._prices.by
            self._multipliers = {
                j - self._n: Fraction(t, by) for j, t in self._prices.terms.items() if j >= self._n
            }
        return dict(self._multipliers)

    @property
    def ray(self) -> tuple[Fraction, ...]:
        """(n,) a direction in which every point stays feasible and the last cost falls for ever."""
        return tuple(self._ray.get(j, _ZERO) for j in range(self._n))

    def basis(self) -> Basis:
        """The current basis as codes of columns and of rows, to start another program from."""
        codes = tuple(
            _BASIC
            if v in self._rows
            else _UPPER
            if self._at[v] == self._upper[v] != self._lower[v]
            else 0
            for v in range(len(self._at))
        )
        return codes[: self._n], codes[self._n :]

    def adopt(self, start: Basis, /) -> None:
        """Bring the given basis about, row by row, the shortest first; what is singular stays as it
        is.
        """
        codes = (*start[0], *start[1])
        wanted = {v for v, code in enumerate(codes) if code == _BASIC and v not in self._rows}
        leaving = {v for v in self._rows if codes[v] != _BASIC}
        while wanted and leaving:
            sizes = {b: sum(j in wanted for j in self._rows[b].terms) for b in leaving}
            b = min(
                (b for b in leaving if sizes[b]),
                key=lambda b: (sizes[b], len(self._rows[b].terms), b),
                default=None,
            )
            if b is None:
                break
            count = {
                j: sum(j in row.terms for row in self._rows.values())
                for j in self._rows[b].terms
                if j in wanted
            }
            j = min(count, key=lambda j: (count[j], j))
            self._exchange(b, j)
            wanted.discard(j)
            leaving.discard(b)
            if len(leaving) % _LOOK == 0:
                self._look()
        for v, code in enumerate(codes):
            if v not in self._rows:
                self._at[v] = _resting(self._lower[v], self._upper[v], upper=code == _UPPER)
        self._settle()

    def copy(self) -> ExactSimplex:
        """Another one at the same basis: what is held there stays free here."""
        other = copy.copy(self)
        other._lower, other._upper, other._at = (
            self._lower.copy(),
            self._upper.copy(),
            self._at.copy(),
        )
        other._rows = {b: _Row(row.by, row.terms.copy()) for b, row in self._rows.items()}
        return other

    def feasible(self) -> bool:
        """Pivot until every bound holds; False where some row proves that none can."""
        if self._empty:
            return False
        while (b := self._broken()) is not None:
            low, high = self._lower[b], self._upper[b]
            rising = low is not None and self._at[b] < low
            row = self._rows[b]
            j = min(
                (k for k, t in row.terms.items() if self._movable(k, rising == (t > 0))),
                default=None,
            )
            if j is None:
                self._multipliers = self._farkas(b, row, rising=rising)
                return False
            target = low if rising else high
            assert target is not None
            self._move(j, (target - self._at[b]) * row.by / row.terms[j])
            self._at[b] = target
            self._pivot(b, j)
        return True

    def minimise(self, cost: Mapping[int, Fraction | int], /) -> Literal["optimal", "unbounded"]:
        """The least ``sum(cost * x)`` from a feasible basis on; :meth:`feasible` must have said
        so.
        """
        self._price(cost)
        count = 0
        while (entering := self._entering(greedy=count < _GREEDY)) is not None:
            j, rising = entering
            count += 1
            step, leaving = self._ratio(j, rising)
            if step is None:
                self._ray = {j: _ONE if rising else -_ONE} | {
                    b: (_ONE if rising else -_ONE) * row.terms[j] / row.by
                    for b, row in self._rows.items()
                    if j in row.terms and b >= 0
                }
                del self._rows[_COST]
                return "unbounded"
            self._move(j, step if rising else -step)
            if leaving is not None:
                self._pivot(leaving, j)
        self._prices, self._multipliers = self._rows.pop(_COST), None
        self.value = sum((Fraction(c) * self._at[j] for j, c in cost.items() if c), _ZERO)
        return "optimal"

    def hold(self) -> None:
        """Stay on the optimal face of the last minimum: what costs anything to move stays where it
        is.
        """
        for j in self._prices.terms:
            self._lower[j] = self._upper[j] = self._at[j]

    @property
    def single(self) -> bool:
        """Whether the face held is one point."""
        return all(
            v in self._rows or self._lower[v] == self._upper[v] is not None
            for v in range(len(self._at))
        )

    def nearest_zero(self, j: int, /) -> Fraction:
        """Keep to the points of the current face at which column j is nearest 0; its value
        there.
        """
        for weight in (1, -1):
            # where it can only be on one side of 0, that side's end; else 0 itself
            if self.minimise({j: Fraction(weight)}) == "optimal" and self.value >= 0:
                self.hold()
                return self._at[j]
        self._lower[j] = self._upper[j] = _ZERO
        if j not in self._rows:
            self._move(j, -self._at[j])
        if not self.feasible():
            raise AssertionError("a face between two sides of 0 holds 0")
        return _ZERO

    def _settle(self) -> None:
        """The columns of the basis at the values that those outside it leave them."""
        # whole numbers over one denominator: fractions would look for common factors at every step
        outside = {v: at for v, at in enumerate(self._at) if at and v not in self._rows}
        by = math.lcm(*(at.denominator for at in outside.values()))
        whole = {v: at.numerator * (by // at.denominator) for v, at in outside.items()}
        for b, row in self._rows.items():
            self._at[b] = Fraction(
                sum(t * whole[j] for j, t in row.terms.items() if j in whole), row.by * by
            )

    def _broken(self) -> int | None:
        """The first column of the basis that is out of its bounds."""
        found = None
        for b in self._rows:
            value, low, high = self._at[b], self._lower[b], self._upper[b]
            if ((low is not None and value < low) or (high is not None and value > high)) and (
                found is None or b < found
            ):
                found = b
        return found

    def _movable(self, j: int, rising: bool) -> bool:
        bound = self._upper[j] if rising else self._lower[j]
        return bound is None or self._at[j] != bound

    def _farkas(self, b: int, row: _Row, *, rising: bool) -> dict[int, Fraction]:
        sign = 1 if rising else -1
        found = {j: Fraction(-sign * t, row.by) for j, t in row.terms.items()}
        found[b] = Fraction(sign)
        return {v - self._n: c for v, c in found.items() if v >= self._n}

    def _price(self, cost: Mapping[int, Fraction | int]) -> None:
        """The cost in terms of the columns outside the basis, as one more row."""
        by = math.lcm(*(self._rows[j].by for j, c in cost.items() if c and j in self._rows))
        scale = math.lcm(*(Fraction(c).denominator for c in cost.values()))
        total: dict[int, int] = {}
        for j, c in cost.items():
            if not c:
                continue
            row = self._rows.get(j)
            weight = int(c * scale) * (by if row is None else by // row.by)
            for k, t in {j: 1}.items() if row is None else row.terms.items():
                total[k] = total.get(k, 0) + weight * t
        self._rows[_COST] = _reduced(by * scale, total)

    def _entering(self, *, greedy: bool) -> tuple[int, bool] | None:
        """A column outside the basis whose move lowers the cost, and whether it rises."""
        terms = self._rows[_COST].terms
        able = [j for j, d in terms.items() if self._movable(j, d < 0)]
        if not able:
            return None
        j = max(able, key=lambda k: (abs(terms[k]), -k)) if greedy else min(able)
        return j, terms[j] < 0

    def _ratio(self, j: int, rising: bool) -> tuple[Fraction | None, int | None]:
        """How far column j can move, and the column that it drives to a bound; its own where there
        is none.
        """
        own = self._upper[j] if rising else self._lower[j]
        best = None if own is None else abs(own - self._at[j])
        leaving = None
        for b, row in self._rows.items():
            t = row.terms.get(j)
            if t is None or b == _COST:
                continue
            bound = self._upper[b] if rising == (t > 0) else self._lower[b]
            if bound is None:
                continue
            step = abs((bound - self._at[b]) * row.by / t)
            if (
                best is None
                or step < best
                or (step == best and leaving is not None and b < leaving)
            ):
                best, leaving = step, b
        return best, leaving

    def _move(self, j: int, step: Fraction) -> None:
        """Column j by so much, and with it every column of the basis."""
        if not step:
            return
        self._at[j] += step
        for b, row in self._rows.items():
            t = row.terms.get(j)
            if t is not None and b != _COST:
                self._at[b] += step * t / row.by

    def _pivot(self, b: int, j: int) -> None:
        self.pivots += 1
        if self.pivots % _LOOK == 0:
            self._look()
        self._exchange(b, j)

    def _look(self) -> None:
        if self._budget is not None and self._budget.exhausted() is not None:
            raise UnfinishedError

    def _exchange(self, b: int, j: int) -> None:
        """Column b leaves the basis, column j enters it."""
        row = self._rows.pop(b)
        own = row.terms.pop(j)
        sign = 1 if own > 0 else -1
        entering = _reduced(
            abs(own), {**{k: -sign * t for k, t in row.terms.items()}, b: sign * row.by}
        )
        for other, content in self._rows.items():
            weight = content.terms.get(j)
            if weight is not None:
                self._rows[other] = _substituted(content, j, weight, entering)
        self._rows[j] = entering


def _resting(low: Bound, high: Bound, *, upper: bool) -> Fraction:
    """Where a column outside the basis rests."""
    first, second = (high, low) if upper else (low, high)
    return first if first is not None else second if second is not None else _ZERO


def _reduced(by: int, terms: dict[int, int]) -> _Row:
    terms = {j: t for j, t in terms.items() if t}
    common = math.gcd(by, *terms.values())
    return (
        _Row(by, terms)
        if common == 1
        else _Row(by // common, {j: t // common for j, t in terms.items()})
    )


def _substituted(row: _Row, j: int, weight: int, entering: _Row) -> _Row:
    """The row with column j replaced by its own row."""
    shared = math.gcd(weight, entering.by)
    times, scale = weight // shared, entering.by // shared
    terms = {k: t * scale for k, t in row.terms.items() if k != j}
    for k, t in entering.terms.items():
        terms[k] = terms.get(k, 0) + times * t
    return _reduced(row.by * scale, terms)
