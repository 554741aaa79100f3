"""Efficient extreme plans of a linear problem as floats find them: the lexicographic optima."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine import conflict, highs
from optimiser.engine.contract import Outcome
from optimiser.engine.linear.tolerances import SAME, SLACK
from optimiser.engine.linear.vertices import ExactRun, InexactError, first_of
from optimiser.engine.rationals.rational import exact_lp

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["ListedExtremes", "corners", "listing_of"]

_ALL_ORDERS = 3
# for the exact vertex behind one corner
_SECONDS = 2.0


@dataclass(eq=False)
class ListedExtremes:
    """The program and its objectives as a matrix (m, columns), and the plans listed so far with
    their points (m,).
    """

    problem: Problem
    program: highs.LinearProgram
    matrix: Floats
    budget: Budget
    x: list[Floats] = field(default_factory=list)
    y: list[Floats] = field(default_factory=list)
    partial: bool = False
    solved: int = 0

    @property
    def plain(self) -> bool:
        """Whether the rows describe the problem exactly and distances mean what they say."""
        linear = self.problem.linear
        return bool(linear and linear.resolution is None and not any(linear.linked))

    def minimise(self, cost: Any, cuts: list[highs.Cut]) -> highs.Answer:
        """The least ``cost`` (columns,) of the program below the cuts."""
        self.solved += 1
        return highs.minimise(self.program, cost, self.budget, cuts=cuts)

    def below(self, k: int, value: float) -> highs.Cut:
        """Objective k at most ``value``, up to the tolerance a float solver needs."""
        columns = np.flatnonzero(self.matrix[k]).astype(np.int32)
        slack = SLACK * max(1.0, abs(value))
        return highs.Cut(columns, self.matrix[k, columns], -math.inf, value + slack)

    def add(self, x: Floats) -> Floats | None:
        """List the plan (columns,) unless its point (m,) is there already; its point."""
        x = _tidy(self, x)
        y = self.matrix @ x
        if any((np.abs(y - other) <= SAME * np.maximum(1.0, np.abs(y))).all() for other in self.y):
            return None
        self.x.append(x)
        self.y.append(y)
        self.budget.report(found=len(self.x), solved=self.solved)
        return y


def listing_of(problem: Problem, budget: Budget, /) -> ListedExtremes:
    """An empty listing of the problem."""
    linear = problem.linear
    if not linear:
        raise ValueError("the problem has no rows")
    matrix = np.zeros((len(linear.objectives), len(linear.columns)))
    for k, row in enumerate(linear.objectives):
        for j, c in row.terms:
            matrix[k, j] = float(c / row.scale)
    return ListedExtremes(problem, highs.program_of(linear), matrix, budget)


def corners(listing: ListedExtremes, /) -> Outcome | None:
    """List the lexicographic optima: in every order up to three objectives, then with each
    objective first.

    Returns:
        What is already certain: infeasible, unbounded, or stopped before the first plan; None where
        plans are listed.
    """
    m = len(listing.matrix)
    orders = (
        list(itertools.permutations(range(m)))
        if m <= _ALL_ORDERS
        else [tuple((k + i) % m for i in range(m)) for k in range(m)]
    )
    for order in orders:
        verdict = _corner(listing, order)
        if verdict is not None:
            return verdict
        if listing.budget.exhausted() is not None:
            listing.partial |= order != orders[-1]
            break
    if not listing.x:
        return Outcome(
            _nothing(listing),
            "approximate",
            stopped=listing.budget.exhausted(),
            subproblems=listing.solved,
        )
    return None


def _nothing(listing: ListedExtremes) -> Floats:
    return np.empty((0, len(listing.problem.decisions)))


def _corner(listing: ListedExtremes, order: Sequence[int]) -> Outcome | None:
    """List the plan that is best in the first objective of ``order``, among those in the second,
    and so on.
    """
    cuts: list[highs.Cut] = []
    best = None
    for k in order:
        answer = listing.minimise(listing.matrix[k], cuts)
        if answer.status == "infeasible" and best is None:
            groups = conflict.conflicting_groups(listing.problem, listing.budget)
            return Outcome(
                _nothing(listing), "infeasible", conflict=groups, subproblems=listing.solved
            )
        if answer.status == "unbounded":
            name = listing.problem.objectives[k]
            return Outcome(
                _nothing(listing), "unbounded", objective=name, subproblems=listing.solved
            )
        if answer.status != "optimal":
            break
        best = answer
        cuts.append(listing.below(k, float(listing.matrix[k] @ answer.x)))
    listing.partial |= len(cuts) < len(order)
    if best is not None:
        settled = _settled(listing, best.x, order)
        listing.add(best.x if settled is None else settled)
    return None


def _settled(listing: ListedExtremes, x: Floats, order: Sequence[int]) -> Floats | None:
    """The vertex that is the lexicographic best for the whole-number part of ``x``, free of the
    tolerances of the search.
    """
    linear, whole = listing.problem.linear, listing.program.integral
    if not linear:
        raise ValueError("the problem has no rows")
    if not whole.any():
        return None
    fixed = np.where(whole, np.rint(x), np.nan)
    program = highs.LinearProgram(
        np.where(whole, fixed, listing.program.lower),
        np.where(whole, fixed, listing.program.upper),
        np.zeros_like(whole),
        listing.program.rows,
    )
    lp = exact_lp(linear).with_fixed(
        {int(j): Fraction(int(fixed[j])) for j in np.flatnonzero(whole)}
    )
    run = ExactRun(listing.problem, program, lp, listing.budget.part(_SECONDS))
    listing.solved += 1
    try:
        return np.array([float(v) for v in first_of(run, order).x])
    except InexactError:
        return None


def _tidy(listing: ListedExtremes, x: Floats) -> Floats:
    """Whole columns whole, all within their bounds, and no value that is only noise around a
    bound.
    """
    program = listing.program
    x = np.where(program.integral, np.rint(x), x)
    for bound in (program.lower, program.upper):
        x = np.where(np.abs(x - bound) <= SLACK, bound, x)
    x = np.clip(x, program.lower, program.upper)
    for j, domain in enumerate(listing.problem.decisions):
        if domain.kind == "listed":
            x[j] = float(domain.nearest(x[j]))
    return np.asarray(x, dtype=np.float64)
