"""A discrete linear problem as HiGHS is given it, with objective values read back in exact whole numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.discrete.relaxed import least, matrix_of
from optimiser.solvers.feasibility import feasible

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Domain, Linear, Problem, Row
    from optimiser.solvers.contract import Budget, Options

Terms = tuple[tuple[int, Fraction], ...]

__all__ = ["Axis", "Whole", "whole_of"]

# beyond this a row's whole numbers are too wide for a float solver to tell neighbours apart
_WIDEST = 1e10
_RESOLUTION = 1e-6
_RANGE = 10**4
# how far a float solver's optimum may be off, relative to its size, where nothing bounds that
_MARGIN = 1e-6


@dataclass(frozen=True)
class Axis:
    """One objective as ``sum(c * x[j])`` over ``terms``, values ``step`` apart (1 where they are whole numbers).

    Attributes:
        unit: objective value = unit * value here + a constant; 0 where a link stands between them.
        low, high: what the relaxation proves of the value; unproven where a column has no bounds.
        exact: whether values are whole numbers that the solver can tell apart.
    """

    terms: Terms
    unit: float
    step: float
    low: float
    high: float
    exact: bool

    @property
    def widen(self) -> float:
        """What a cut is widened by, so that tolerances lose no point; less than half a step, so that none gets in."""
        size = max(abs(self.low), abs(self.high))
        return min(0.4, 1e-9 * size if math.isfinite(size) else 1e-3) if self.exact else 0.0


@dataclass(frozen=True, eq=False)
class Whole:
    """The program, its objectives and the way back from a float answer to a plan."""

    problem: Problem
    linear: Linear
    program: highs.Program
    axes: tuple[Axis, ...]
    tolerance: float

    @property
    def exact(self) -> bool:
        """Whether every comparison is exact."""
        return self.linear.resolution is None and all(axis.exact for axis in self.axes)

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

    def plan(self, x: Floats, /) -> tuple[Floats, tuple[float, ...]] | None:
        """Decisions (n,) and objective values of a solver's answer; None where rounding shows that it does not hold."""
        full = self.filled(x)
        return None if full is None else (full[: len(self.problem.decisions)], self.values(full))

    def filled(self, x: Floats, /) -> Floats | None:
        """(columns,) a solver's answer with whole columns whole and products in their place; None where it does not hold."""
        decisions = np.array([_snapped(d, v) for d, v in zip(self.problem.decisions, x, strict=False)])
        if not feasible(self.problem, decisions[None], self.tolerance)[1][0]:
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
            return min(self.problem.decisions[j].values, key=lambda v: abs(v - Fraction(value)))
        return Fraction(round(value))


def whole_of(problem: Problem, options: Options, budget: Budget, /) -> Whole | tuple[str, str]:
    """The view, or ("infeasible", ""), ("unbounded", objective) or ("unknown", "") where that is what the relaxation says."""
    linear = problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    program = highs.program_of(linear)
    axes = []
    for k, objective in enumerate(linear.objectives):
        terms, unit, exact = _whole_terms(problem, linear, objective)
        ends = []
        for sign in (1.0, -1.0):
            cost = {j: sign * float(c) for j, c in terms}
            answer = highs.minimise(program.relaxed(), cost, budget)
            if answer.status == "infeasible":
                return "infeasible", ""
            if answer.status == "unbounded" and sign > 0:
                some = highs.minimise(program, {}, budget)
                verdict = {"optimal": "unbounded", "infeasible": "infeasible"}.get(some.status, "unknown")
                return verdict, problem.objectives[k]
            if answer.status == "unknown":
                return "unknown", ""
            ends.append(
                sign * _end(program, {j: sign * float(c) for j, c in terms}, answer) if answer.status == "optimal" else math.inf
            )
        low, high = ends
        exact = exact and max(abs(low), abs(high) if math.isfinite(high) else 0.0) < _WIDEST
        width = high - low if math.isfinite(high) else max(1.0, abs(low))
        step = 1.0 if exact else (options.resolution or _RESOLUTION) * width
        if not exact and width > 0:
            # only order and share of the range matter where values are not told apart exactly
            by = Fraction(_RANGE) / Fraction(width)
            terms, unit = tuple((j, c * by) for j, c in terms), unit / float(by)
            low, high, step = low * float(by), high * float(by), step * float(by)
        linked = k < len(linear.linked) and linear.linked[k] != ""
        axes.append(Axis(terms, 0.0 if linked else unit, step, low, high, exact))
    return Whole(problem, linear, program, tuple(axes), options.feasibility)


def _end(program: highs.Program, cost: dict[int, float], answer: highs.Answer) -> float:
    """What the relaxation proves of the least cost: by weak duality; HiGHS's word with a margin where a column has no bounds."""
    if answer.reduced is not None and np.isfinite(program.lower).all() and np.isfinite(program.upper).all():
        weights = np.zeros(len(program.lower))
        weights[list(cost)] = list(cost.values())
        # rows of whole columns are widened by more than any rounding of their sides
        sides = np.array([row.lower for row in program.rows]), np.array([row.upper for row in program.rows])
        found = least(weights, matrix_of(program), sides, (program.lower, program.upper), answer.reduced[1])
        if math.isfinite(found):
            return found
    return answer.value - _MARGIN * (1 + abs(answer.value))


def _whole_terms(problem: Problem, linear: Linear, row: Row) -> tuple[Terms, float, bool]:
    """The objective times what makes its values whole and as small as possible, without constant; its unit; whether whole."""
    n = len(problem.decisions)
    quanta: list[Fraction] = []
    for j, c in row.terms:
        if j < n and problem.decisions[j].kind == "listed":
            quanta += [c * v for v in problem.decisions[j].values]
        elif linear.columns[j].kind == "whole":
            quanta.append(Fraction(c))
        else:
            return tuple((j, Fraction(c)) for j, c in row.terms), float(1 / row.scale), False
    grain = _grain(quanta)
    return tuple((j, c / grain) for j, c in row.terms), float(grain / row.scale), True


def _grain(quanta: list[Fraction]) -> Fraction:
    """The greatest fraction of which every quantum is a whole multiple."""
    some = [q for q in quanta if q]
    if not some:
        return Fraction(1)
    den = math.lcm(*(q.denominator for q in some))
    return Fraction(math.gcd(*(int(q * den) for q in some)), den)


def _snapped(domain: Domain, value: float) -> float:
    if domain.kind == "listed":
        return float(min(domain.values, key=lambda v: abs(float(v) - value)))
    return float(np.rint(value))
