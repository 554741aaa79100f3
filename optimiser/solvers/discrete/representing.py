"""Some plans that stand for all, where a few or a gap are asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.continuous.extremes import corners, listing_of
from optimiser.solvers.contract import Budget, Outcome
from optimiser.solvers.discrete.anytime import Anytime
from optimiser.solvers.discrete.distance import measurable
from optimiser.solvers.discrete.whole import Whole, whole_of

if TYPE_CHECKING:
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Options, Stop

__all__ = ["represented"]

# share of the time that the best plans of each objective may take
_CORNERS = 0.2
# seconds that the relaxations may take where no time is left
_MOMENT = 1.0


def represented(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """Plans with a proven gap: at most ``options.points``, or until the gap is ``options.gap``.

    Returns:
        None where distances mean nothing, or where no plan was found and nothing ended the search: then there may be none.
    """
    # a run without any time still says what is easily found
    whole = whole_of(problem, options, Budget(max(_MOMENT, budget.remaining())))
    if not isinstance(whole, Whole) or not measurable(whole):
        return None
    few = options.points is not None
    search = Anytime(whole, budget, rounding=not few)
    if few:
        # what is best in each objective is among the few
        share = math.inf if options.time_limit is None else _CORNERS * options.time_limit
        listing = listing_of(problem, budget.part(share))
        if corners(listing, options) is not None and listing.budget.exhausted() is None:
            return None
        search.begin(listing.x, complete=not listing.partial)
    stopped = _filled(search, options, budget)
    search.settle()
    if stopped in ("time_limit", "interrupted"):
        search.rescue()
    plans = search.plans[:, : len(problem.decisions)]
    if not len(plans):
        return None if stopped is None else Outcome(plans, "approximate", stopped=stopped, subproblems=search.solved)
    return Outcome(
        plans,
        "covering",
        gap=search.gap,
        scale=whole.scale,
        stopped="points" if few and stopped is None and search.gap > (options.gap or 0.0) else stopped,
        subproblems=search.solved,
    )


def _filled(search: Anytime, options: Options, budget: Budget) -> Stop | None:
    """Search until the gap is small enough, the plans are as many as asked for and measured, or the budget is spent."""
    most = np.inf if options.points is None else options.points

    def over() -> bool:
        if options.points is not None and options.time_limit is not None:
            # plans from searches stand for more, unless time is too short for as many as are asked for
            search.rounding = len(search) * options.time_limit < options.points * budget.seconds()
        budget.report(found=len(search), solved=search.solved, gap=search.gap if len(search) else None)
        return budget.exhausted() is not None or len(search) >= most

    target = options.gap or 0.0
    if not search.run(over, gap=target) and len(search) >= most:
        search.measure(lambda: budget.exhausted() is not None, gap=target)
    return budget.exhausted()
