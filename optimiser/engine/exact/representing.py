"""Some plans that stand for all, where a few or a gap are asked for; or all of them, where no other
engine lists them exactly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.engine.exact.notes import chosen_note, unsettled_by, unsettled_note
from optimiser.engine.exact.spreading import spread_over

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.exact.anytime import Anytime
    from optimiser.engine.exact.spreading import Spread
    from optimiser.engine.problem import Problem

__all__ = ["represented"]

# where a few plans are asked for, they are chosen among so many times as many, but no more than so
# many, and out of this share of a time limit
_TIMES, _MOST, _SEARCHING = 4, 2_000, 0.8


def represented(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """Plans with a proven gap: at most ``options.points``, or until the gap is ``options.gap``; all
    plans without either.

    Returns:
        None where distances mean nothing, or where no plan was found and nothing ended the search:
            then there may be none.
    """
    spread = spread_over(problem, budget)
    if spread is None:
        return None
    _search(spread, options, budget)
    few = None if options.points is None else _few(spread, options, options.points, budget)
    stopped = budget.exhausted()
    spread.settle()
    plans = spread.problem.decisions(spread.plans if few is None else few.plans)
    if spread.infeasible:
        groups = conflict.conflicting_groups(problem, budget)
        return Outcome(
            plans, "infeasible", conflict=groups, subproblems=spread.solved, basis="exact"
        )
    if not len(plans):
        return (
            None
            if stopped is None
            else Outcome(plans, "approximate", stopped=stopped, bounds=spread.bounds())
        )
    gap, bounds = spread.gap if few is None else few.gap, spread.bounds()
    if gap is None:
        return (
            None
            if stopped is None
            else Outcome(
                plans, "approximate", stopped=stopped, subproblems=spread.solved, bounds=bounds
            )
        )
    if few is None and spread.complete:
        return _complete(spread, budget)
    return Outcome(
        plans,
        "covering",
        gap=gap,
        scale=spread.scale,
        stopped="points" if few is not None and stopped is None else stopped,
        subproblems=spread.solved,
        basis="exact",
        bounds=bounds,
        note="" if few is None else _chosen(spread, few),
    )


def _chosen(spread: Spread, few: Anytime) -> str:
    """What was found beside the few; empty where all of it is listed."""
    gap = spread.gap
    return "" if gap is None or len(spread) <= len(few) else chosen_note(len(spread), gap)


def _complete(spread: Spread, budget: Budget) -> Outcome:
    """Every efficient point, with its canonical plan."""
    plans, left = spread.preferred(spread.plans)
    return Outcome(
        spread.problem.decisions(plans),
        "complete",
        subproblems=spread.solved,
        note=unsettled_note(left, len(plans)),
        stopped=unsettled_by(left, budget),
        basis="exact",
    )


def _search(spread: Spread, options: Options, budget: Budget) -> None:
    """Search until the gap is small enough, the plans are as many as asked for, or the budget is
    spent.
    """
    most, target = math.inf if options.points is None else options.points, options.gap or 0.0
    while not _enough(spread, target) and (spread.gap is None or len(spread) < most):
        budget.report(found=len(spread), solved=spread.solved, gap=spread.gap)
        if budget.exhausted() is not None or not spread.step(target):
            return


def _few(spread: Spread, options: Options, most: int, budget: Budget) -> Anytime | None:
    """What is listed where more plans are found than asked for; None where all are, as there are no
    more, the gap is small enough, or the budget is spent.
    """
    target = options.gap or 0.0
    spent = budget.exhausted() is not None and len(spread) <= most
    if spread.gap is None or spent or _enough(spread, target):
        return None
    first = spread.first(most)
    many = max(most, min(_TIMES * most, _MOST))
    searching = budget.part(_SEARCHING * budget.remaining())

    def over() -> bool:
        budget.report(found=len(spread), solved=spread.solved)
        return budget.exhausted() is not None

    while not over() and searching.exhausted() is None and len(spread) < many:
        if not spread.step():
            break
    if spread.complete and len(spread) <= most:
        return None
    return spread.few(most, over, target, first)


def _enough(spread: Spread, target: float) -> bool:
    """Whether the gap is as small as asked for."""
    return spread.complete or (spread.gap is not None and 0.0 < spread.gap <= target)
