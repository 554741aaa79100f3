"""What exact arithmetic says of a linear program before there is a front: no plan at all, or no finite best value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from optimiser.solvers import conflict
from optimiser.solvers.continuous.exact_simplex import ExactSimplex, UnfinishedError
from optimiser.solvers.continuous.rational import ExactLp
from optimiser.solvers.continuous.vertices import EmptyError, ExactRun, InexactError, UnboundedBelowError
from optimiser.solvers.contract import Outcome

if TYPE_CHECKING:
    from optimiser.problem import Problem, Row
    from optimiser.solvers.contract import Options

__all__ = ["confirmed", "loosened"]

Bound = Fraction | None
T = TypeVar("T")

_ONE = Fraction(1)


def confirmed(run: ExactRun, options: Options, front: Callable[[], T], /) -> T | Outcome | None:
    """What ``front`` finds, or an exact verdict where there is no front; None where exact arithmetic does not finish.

    A program is infeasible only if it stays so with every bound moved by its tolerance.
    """
    nothing = np.empty((0, len(run.problem.decisions)))
    try:
        return front()
    except UnboundedBelowError as error:
        name = run.problem.objectives[error.objective]
        return Outcome(nothing, "unbounded", objective=name, subproblems=run.solved, basis="exact")
    except EmptyError:
        linear = run.problem.linear
        if linear is None or not _empty(run, loosened(run.lp, linear.rows, options.feasibility)):
            return None
        groups = conflict.explain(run.problem, options, run.budget)
        return Outcome(nothing, "infeasible", conflict=groups, subproblems=run.solved, basis="exact")
    except InexactError:
        return None


def _empty(run: ExactRun, lp: ExactLp) -> bool:
    try:
        start = None if run.simplex is None else run.simplex.basis()
        return not ExactSimplex(lp, start, run.budget).feasible()
    except UnfinishedError:
        return False


def loosened(lp: ExactLp, rows: tuple[Row, ...], tolerance: float, /) -> ExactLp:
    """The program with every bound moved outwards by ``tolerance * max(1, |bound|)``, in the units that the planner wrote."""
    share = Fraction(tolerance)

    def moved(bound: Bound, size: Bound, scale: Fraction, sign: int) -> Bound:
        return None if bound is None or size is None else bound + sign * share * max(scale, abs(size))

    columns = tuple((moved(low, low, _ONE, -1), moved(high, high, _ONE, 1)) for low, high in lp.columns)
    sides = tuple(
        (moved(low, _fraction(row.lower), abs(row.scale), -1), moved(high, _fraction(row.upper), abs(row.scale), 1))
        for (low, high), row in zip(lp.sides, rows, strict=True)
    )
    return ExactLp(columns, lp.rows, sides, lp.objectives)


def _fraction(value: int | None) -> Bound:
    return None if value is None else Fraction(value)
