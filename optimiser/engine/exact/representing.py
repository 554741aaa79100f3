"""Some plans that stand for all, where a few or a gap are asked for; or all of them, where no other
engine lists them exactly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.engine.exact.notes import unsettled_note
from optimiser.engine.exact.spreading import spread_over

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options, Stop
    from optimiser.engine.exact.spreading import Spread
    from optimiser.engine.problem import Problem

__all__ = ["represented"]


def represented(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """Plans with a proven gap: at most ``options.points``, or until the gap is ``options.gap``; all
    plans without either.

    Returns:
        None where distances mean nothing, or where no plan was found and nothing ended the search:
            then there may be none.
    """
    few = options.points is not None
    spread = spread_over(problem, budget, thorough=few)
    if spread is None:
        return None
    stopped = _filled(spread, options, budget)
    spread.settle()
    plans = spread.problem.decisions(spread.plans)
    if spread.infeasible:
        groups = conflict.conflicting_groups(problem, options, budget)
        return Outcome(
            plans, "infeasible", conflict=groups, subproblems=spread.solved, basis="exact"
        )
    if not len(plans):
        return (
            None
            if stopped is None
            else Outcome(plans, "approximate", stopped=stopped, bounds=spread.bounds())
        )
    gap, bounds = spread.gap, spread.bounds()
    if gap is None:
        return (
            None
            if stopped is None
            else Outcome(
                plans, "approximate", stopped=stopped, subproblems=spread.solved, bounds=bounds
            )
        )
    if spread.complete:
        return _complete(spread)
    return Outcome(
        plans,
        "covering",
        gap=gap,
        scale=spread.scale,
        stopped="points" if few and stopped is None and gap > (options.gap or 0.0) else stopped,
        subproblems=spread.solved,
        basis="exact",
        bounds=bounds,
    )


def _complete(spread: Spread) -> Outcome:
    """Every efficient point, with its canonical plan."""
    plans, left = spread.preferred(spread.plans)
    return Outcome(
        spread.problem.decisions(plans),
        "complete",
        subproblems=spread.solved,
        note=unsettled_note(left, len(plans)),
        basis="exact",
    )


def _filled(spread: Spread, options: Options, budget: Budget) -> Stop | None:
    """Search until the gap is small enough, the plans are as many as asked for and measured, or the
    budget is spent.
    """
    most, target = math.inf if options.points is None else options.points, options.gap or 0.0

    def over() -> bool:
        budget.report(found=len(spread), solved=spread.solved, gap=spread.gap)
        return budget.exhausted() is not None

    while (
        not over() and not _enough(spread, target) and (spread.frame is None or len(spread) < most)
    ):
        if not spread.step(target):
            break
    if len(spread) >= most:
        spread.measure(over, target)
    return budget.exhausted()


def _enough(spread: Spread, target: float) -> bool:
    """Whether the gap is as small as asked for."""
    return spread.complete or (spread.gap is not None and 0.0 < spread.gap <= target)
