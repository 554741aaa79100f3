"""A discrete linear problem as HiGHS is given it, with objective values read back in exact whole
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.holding import feasible

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.problem import Domain, Linear, Problem, Row
    from optimiser.front import Floats

Terms = tuple[tuple[int, Fraction], ...]

__all__ = ["Axis", "Whole", "whole_of"]

# beyond this a row's whole numbers are too wide for a float solver to tell neighbours apart
_WIDEST = 1e10
_RESOLUTION = 1e-6
_RANGE = 10**4


@dataclass(frozen=True)
class Axis:
    """One objective as ``sum(c * x[j])`` over ``terms``, values ``step`` apart (1 where they are
    whole numbers).

    Attributes:
        unit: objective value = unit * value here + a constant; 0 where a link stands between them.
        low, high: what the relaxation proves of the value, whatever rounding did.
        exact: whether values are whole numbers that the solver can tell apart.
        counted: whether they are whole numbers, however wide.
    """

    terms: Terms
    unit: float
    step: float
    low: float
    high: float
    exact: bool
    counted: bool

    @property
    def widen(self) -> float:
        """What a cut is widened by, so that tolerances lose no point; less than half a step, so
        that none gets in.
        """
        size = max(abs(self.low), abs(self.high))
        return min(0.4, 1e-9 * size if math.isfinite(size) else 1e-3) if self.exact else 0.0


@dataclass(frozen=True, eq=False)
class Whole:
    """The program, its objectives and the way back from a float answer to a plan.

    Attributes:
        tree: answers about the problem within limits on the axes, in exact arithmetic.
        floors: (m,) proven lower bounds of the minimised objectives, None where there is none.
    """

    problem: Problem
    linear: Linear
    program: highs.LinearProgram
    axes: tuple[Axis, ...]
    tolerance: float
    tree: RefutationTree
    floors: tuple[Fraction | None, ...]

    @property
    def exact(self) -> bool:
        """Whether every comparison is exact."""
        return self.linear.resolution is None and all(axis.exact for axis in self.axes)

    @property
    def counted(self) -> bool:
        """Whether every comparison is one of whole numbers, however wide."""
        return self.linear.resolution is None and all(axis.counted for axis in self.axes)

    def cut(self, k: int, below: float, /) -> highs.Cut:
        """Objective k at most ``below``."""
        return highs.cut(self.axes[k].terms, -math.inf, below + self.axes[k].widen)

    def cost(self, weights: Sequence[float], /) -> dict[int, float]:
        """The weighted sum of the objectives' rows."""
        total: dict[int, float] = {}
        for axis, weight in zip(self.axes, weights, strict=True):
            for j, c in axis.terms:
                total[j] = total.get(j, 0.0) + weight * float(c)
        return total

    def point(self, x: Sequence[Fraction], /) -> tuple[int, ...]:
        """(m,) the exact values of counted axes at an exact plan (columns,)."""
        return tuple(int(sum((c * x[j] for j, c in axis.terms), Fraction(0))) for axis in self.axes)

    def decided(self, x: Sequence[Fraction], /) -> Floats:
        """(n,) the decisions of an exact plan (columns,)."""
        return np.array([float(v) for v in x[: len(self.problem.decisions)]])

    def snapped(self, x: Floats, /) -> dict[int, Fraction]:
        """Decision -> the value of its domain that is nearest to a float answer (columns,)."""
        return {
            j: d.nearest(float(v)) if d.kind == "listed" else Fraction(round(float(v)))
            for j, (d, v) in enumerate(zip(self.problem.decisions, x, strict=False))
        }

    def weighted(self, weights: Sequence[Fraction], /) -> dict[int, Fraction]:
        """The exact weighted sum of the objectives' rows."""
        total: dict[int, Fraction] = {}
        for axis, weight in zip(self.axes, weights, strict=True):
            for j, c in axis.terms:
                total[j] = total.get(j, Fraction(0)) + weight * c
        return total

    def plan(self, x: Floats, /) -> tuple[Floats, tuple[float, ...]] | None:
        """Decisions (n,) and objective values of a solver's answer; None where rounding shows that
        it does not hold.
        """
        full = self.filled(x)
        return None if full is None else (full[: len(self.problem.decisions)], self.values(full))

    def filled(self, x: Floats, /) -> Floats | None:
        """(columns,) a solver's answer with whole columns whole and products in their place; None
        where it does not hold.
        """
        decisions = np.array(
            [_snapped(d, v) for d, v in zip(self.problem.decisions, x, strict=False)]
        )
        if not feasible(self.problem, decisions[None])[1][0]:
            return None
        full = np.where(self.program.integral, np.rint(x), x)
        full[: len(decisions)] = decisions
        for j, factors in self.linear.products.items():
            # a factor may itself be auxiliary: the counter of an amount
            full[j] = np.prod(full[list(factors)])
        return full

    def values(self, full: Floats, /) -> tuple[float, ...]:
        """(m,) the objectives' values at all columns (columns,)."""
        return tuple(self.value(axis, full) for axis in self.axes)

    @property
    def scale(self) -> tuple[float, ...]:
        """(m,) the proven ranges in the objectives' units."""
        return tuple(float(abs(axis.unit) * (axis.high - axis.low)) for axis in self.axes)

    def value(self, axis: Axis, full: Floats, /) -> float:
        """The value at all columns (columns,): a whole number where the axis is exact."""
        if not axis.exact:
            return float(sum(float(c) * full[j] for j, c in axis.terms))
        total = Fraction(0)
        for j, c in axis.terms:
            total += c * self._exactly(j, full[j])
        return float(total)

    def _exactly(self, j: int, value: float) -> Fraction:
        if j < len(self.problem.decisions) and self.problem.decisions[j].kind == "listed":
            return self.problem.decisions[j].nearest(value)
        return Fraction(round(value))


def whole_of(problem: Problem, options: Options, budget: Budget, /) -> Whole | tuple[str, str]:
    """The view, or ("infeasible", ""), ("unbounded", objective) where that is proven, or
    ("unknown", "").
    """
    linear = problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    rows = [_whole_terms(problem, linear, objective) for objective in linear.objectives]
    tree = RefutationTree(linear, [dict(row.terms) for row in rows], budget)
    axes, floors = [], []
    for k, row in enumerate(rows):
        ends = []
        for sign in (1, -1):
            cost = {j: sign * c for j, c in row.terms}
            ends.append(tree.relaxed(cost))
            if ends[-1] is None and sign > 0:
                # nothing there, no end, or multipliers that are not good enough
                verdict = tree.least(cost, [None] * len(rows), nodes=1)
                if verdict.status in ("empty", "unbounded"):
                    return (
                        ("infeasible", "")
                        if verdict.status == "empty"
                        else ("unbounded", problem.objectives[k])
                    )
                ends[-1] = verdict.bound
        if ends[0] is None:
            return "unknown", ""
        linked = k < len(linear.linked) and linear.linked[k] != ""
        axes.append(
            _axis(row, ends[0], None if ends[1] is None else -ends[1], options, linked=linked)
        )
        floors.append(
            None
            if linked
            else (ends[0] * row.grain + linear.objectives[k].constant) / linear.objectives[k].scale
        )
    return Whole(
        problem,
        linear,
        highs.program_of(linear),
        tuple(axes),
        options.feasibility,
        tree,
        tuple(floors),
    )


@dataclass(frozen=True)
class _Values:
    """An objective's row divided by ``grain``, without constant; whether its values are whole
    then.
    """

    terms: Terms
    grain: Fraction
    unit: float
    counted: bool


def _axis(
    row: _Values, least: Fraction, most: Fraction | None, options: Options, *, linked: bool
) -> Axis:
    low = _outwards(least, up=False)
    high = math.inf if most is None else _outwards(most, up=True)
    width = high - low if math.isfinite(high) else max(1.0, abs(low))
    exact = row.counted and max(abs(low), abs(high) if math.isfinite(high) else 0.0) < _WIDEST
    terms, unit, step = row.terms, row.unit, 1.0
    if not row.counted:
        step = (options.resolution or _RESOLUTION) * width
    if not row.counted and width > 0:
        # only order and share of the range matter where values are not told apart exactly
        by = Fraction(_RANGE) / Fraction(width)
        terms, unit = tuple((j, c * by) for j, c in terms), unit / float(by)
        low, high, step = low * float(by), high * float(by), step * float(by)
    return Axis(terms, 0.0 if linked else unit, step, low, high, exact, row.counted)


def _outwards(value: Fraction, *, up: bool) -> float:
    near = float(value)
    return near if Fraction(near) == value else math.nextafter(near, math.inf if up else -math.inf)


def _whole_terms(problem: Problem, linear: Linear, row: Row) -> _Values:
    """The objective times what makes its values whole and as small as possible."""
    n = len(problem.decisions)
    quanta: list[Fraction] = []
    for j, c in row.terms:
        if j < n and problem.decisions[j].kind == "listed":
            quanta += [c * v for v in problem.decisions[j].quanta]
        elif linear.columns[j].kind == "whole":
            quanta.append(Fraction(c))
        else:
            return _Values(
                tuple((j, Fraction(c)) for j, c in row.terms),
                Fraction(1),
                float(1 / row.scale),
                False,
            )
    grain = _grain(quanta)
    return _Values(
        tuple((j, c / grain) for j, c in row.terms), grain, float(grain / row.scale), True
    )


def _grain(quanta: list[Fraction]) -> Fraction:
    """The greatest fraction of which every quantum is a whole multiple."""
    some = [q for q in quanta if q]
    if not some:
        return Fraction(1)
    den = math.lcm(*(q.denominator for q in some))
    return Fraction(math.gcd(*(int(q * den) for q in some)), den)


def _snapped(domain: Domain, value: float) -> float:
    if domain.kind == "listed":
        return float(domain.nearest(value))
    return float(np.rint(value))
