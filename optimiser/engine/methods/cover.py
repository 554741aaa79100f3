"""Linear models with real-number decisions: all vertices, segments and faces where these are few,
else a proven gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimiser.engine.contract import Outcome
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.problem import Problem

__all__ = ["Cover"]

_EXACT_OBJECTIVES = 2
# what exact arithmetic may take, as seconds and as a share of what is left of a time limit
_SECONDS = 20.0
_SHARE = 0.5


class Cover:
    """The infinite front of a linear model."""

    name: ClassVar[str] = "cover"
    rank: ClassVar[int] = 30
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = stored(
        "linear effects with real-number decisions: complete segments for two objectives, "
        "whole-number decisions included, and complete faces of small models for more; else "
        "covering with a proven gap, of mixtures where all decisions are real"
    )

    def declines(self, problem: Problem, /) -> str | None:
        """What is not linear, and fronts that are finite."""
        if not problem.linear:
            return problem.linear.reason
        if problem.discrete:
            return stored("every decision is a whole number or listed: the front is finite")
        return None

    def suits(self, problem: Problem, /) -> str:
        """How many decisions are real numbers and how many whole."""
        reals = sum(not d.discrete for d in problem.decisions)
        whole = len(problem.decisions) - reals
        if whole:
            return stored(
                "{reals} real-number and {whole} whole-number decisions, all effects linear",
                reals=reals,
                whole=whole,
            )
        if reals == 1:
            return stored("1 real-number decision, all effects linear")
        return stored("{reals} real-number decisions, all effects linear", reals=reals)

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """All vertices and segments where exact arithmetic finds them, else a proven gap."""
        from optimiser.engine.linear.mixed_coverage import covered
        from optimiser.engine.linear.sandwich import sandwiched

        linear = problem.linear
        if not linear:
            raise ValueError("the problem has no rows")
        if (stop := budget.exhausted()) is not None:
            # what could not even start claims nothing
            return Outcome(np.empty((0, len(problem.decisions))), "approximate", stopped=stop)
        if any(linear.linked) or any(c.kind != "real" for c in linear.columns):
            return _mixed(problem, options, budget)
        if len(problem.objectives) <= _EXACT_OBJECTIVES and options.points is None:
            outcome = _complete(problem, budget)
            if outcome is not None:
                return outcome
        if len(problem.objectives) < _EXACT_OBJECTIVES:
            return covered(problem, options, budget)
        return sandwiched(problem, options, budget)


def _mixed(problem: Problem, options: Options, budget: Budget) -> Outcome:
    from optimiser.engine.linear.mixed_coverage import covered
    from optimiser.engine.linear.mixed_slices import sliced

    real = bool(problem.linear and all(c.kind == "real" for c in problem.linear.columns))
    if (
        not real
        and len(problem.objectives) == _EXACT_OBJECTIVES
        and options.points is None
        and options.gap is None
    ):
        return sliced(problem, options, budget)
    return covered(problem, options, budget)


def _complete(problem: Problem, budget: Budget) -> Outcome | None:
    """All vertices and segments, or an exact verdict; None where that takes too long."""
    from optimiser.engine.linear.verdicts import confirmed
    from optimiser.engine.linear.vertices import exact_front, exact_run

    linear = problem.linear
    if not linear or linear.resolution is not None:
        return None
    run = exact_run(problem, linear, budget.part(min(_SECONDS, budget.remaining() * _SHARE)))
    return confirmed(run, lambda: exact_front(run))
