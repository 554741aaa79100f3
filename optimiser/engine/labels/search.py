"""The front by labels, as the driver takes it: run the compiled search, claim what it proved.

References:
    D. Bergman, M. Bodur, C. Cardonha and A. A. Cire (2022). Network models for multiobjective
        discrete optimization. INFORMS Journal on Computing 34, 990-1005.
    C. Bazgan, H. Hugot and D. Vanderpooten (2009). Solving efficiently the 0-1 multi-objective
        knapsack problem. Computers & Operations Research 36, 260-279.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.language import stored

if TYPE_CHECKING:
    from fractions import Fraction

    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.labels._native import Found
    from optimiser.engine.labels.reading import LabelModel

__all__ = ["searched"]

# What a search may use, counted: states of the diagram, labels made in all, labels of one layer.
_NODES, _LABELS, _KEPT = 1_500_000, 1_000_000_000, 4_000_000

_REASONS = {
    "states": stored("more than {number} states would have to be told apart", number=_NODES),
    "bits": stored("too many prerequisites, groups and synergies are open at a time"),
    "labels": stored("there are too many partial plans"),
}


def searched(given: LabelModel, options: Options, budget: Budget, /) -> Outcome:
    """All efficient plans, or those that were found before the search ended."""
    from optimiser.engine.labels import _native

    def going_on(found: int, made: int) -> bool:
        budget.report(found=found, solved=made)
        return budget.exhausted() is None

    found = _native.solve(
        given.width,
        given.factors,
        given.objective,
        given.row,
        given.bound,
        given.order,
        nodes=_NODES,
        labels=_LABELS,
        kept=_KEPT,
        going_on=going_on,
    )
    x = given.decisions(found.plans)
    statistics = {"states": found.nodes, "widest": found.widest, "labels": found.kept}
    if not found.feasible:
        groups = conflict.conflicting_groups(given.problem, options, budget)
        return Outcome(x, "infeasible", conflict=groups, statistics=statistics, basis="exact")
    if found.complete:
        return Outcome(x, "complete", subproblems=found.made, statistics=statistics, basis="exact")
    return Outcome(
        x,
        "approximate",
        stopped=budget.exhausted(),
        subproblems=found.made,
        note=_REASONS.get(found.reason, ""),
        statistics=statistics,
        basis="exact",
        bounds=_bounds(given, found),
    )


def _bounds(given: LabelModel, found: Found) -> tuple[Fraction | None, ...]:
    """Proven lower bounds of the objectives; where a function stands between, none."""
    linear = given.problem.linear
    links = (linear.linked if linear else ()) or ("",) * len(given.unit)
    return tuple(
        None if link else unit * bound + offset
        for link, unit, bound, offset in zip(
            links, given.unit, found.bounds, given.offset, strict=False
        )
    )
