"""The nonlinear engine as a solver: for whatever can be evaluated, feasible plans that do not
dominate each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.engine.admitting import listed
from optimiser.engine.contract import Outcome
from optimiser.engine.holding import holding
from optimiser.engine.tolerances import STALE
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["Evolutionary"]

_LISTED = 100
# units of counted work, a few seconds on one core; a run ends earlier once a third of it gained
# next to nothing
_WORK = 400_000.0
# numbers of rules, side by side: 400 MB
_MOST_ENTRIES = 50_000_000
# share of a time limit that is kept for the plans to show
_RESERVE = 0.1
# of long lists so many plans are measured
_MEASURED = 500


class Evolutionary:
    """Evolution, gradient polish and restarts, each paid by the hypervolume it gains, over an
    unbounded archive.
    """

    name: ClassVar[str] = "evolutionary"
    rank: ClassVar[int] = 90
    proof: ClassVar[bool] = False
    proves: ClassVar[str] = stored(
        "nothing: feasible plans, none dominating another (any expressions, bounded decisions)"
    )

    def declines(self, problem: Problem, /) -> str | None:
        """Decisions without finite bounds, and rules by the hundred thousand."""
        for d in problem.decisions:
            if d.kind != "listed" and (d.lower is None or d.upper is None):
                return stored("decision {name!r} has no finite bounds", name=d.name)
        if len(problem.logic) * len(problem.decisions) > _MOST_ENTRIES:
            return stored(
                "{rows} rules over {columns} decisions are more than it keeps in memory",
                rows=len(problem.logic),
                columns=len(problem.decisions),
            )
        return None

    def suits(self, problem: Problem, /) -> str:
        """Why no proving solver could be used, or how many decisions there are."""
        return (
            stored("{number} bounded decisions", number=len(problem.decisions))
            if problem.linear
            else problem.linear.reason
        )

    def solve(
        self,
        problem: Problem,
        options: Options,
        budget: Budget,
        /,
        *,
        starts: Floats | None = None,
    ) -> Outcome:
        """Evolve until the work or the time is spent, then finish the plans that are shown.

        ``starts`` (k, n) are plans to begin with.
        """
        from optimiser.engine.nonlinear import Finish, evolve, finish, margins_of

        margins = margins_of(problem)
        reserve = 0.0 if options.time_limit is None else _RESERVE * options.time_limit

        def should_stop() -> str | None:
            return budget.exhausted() or ("time_limit" if budget.remaining() < reserve else None)

        def progress(state: Any) -> None:
            budget.report(
                found=state.found,
                solved=int(state.work),
                hypervolume=state.hypervolume,
                feasible=state.feasible,
            )

        found = evolve(
            problem,
            seed=options.seed,
            work=_WORK,
            tolerance=STALE,
            starts=starts,
            margins=margins,
            should_stop=should_stop,
            on_progress=progress,
        )
        most = options.points or _LISTED
        x, y = _held(problem, found.x, found.y)
        last = finish(problem, x, y, Finish(most, budget.exhausted), margins=margins)
        shown = last.x[listed(problem, last.x, last.y, last.shown, most)]
        counts = _counted(found.statistics, last.statistics)
        statistics = {**found.statistics, **counts, "archive": len(last.x)}
        statistics.update(_efficiency(problem, shown))
        return Outcome(
            shown,
            "approximate",
            stopped=(budget.exhausted() or "time_limit") if found.stopped is not None else None,
            subproblems=counts["evaluations"],
            statistics=statistics,
        )


def _held(problem: Problem, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Of plans (k, n) and values (k, m) those that hold."""
    if problem.exact is None or not len(x):
        return x, y
    # floats tell of nearly all: in rationals ten thousand plans take as long as the search
    holds = holding(problem, x).exactly
    return x[holds], y[holds]


def _counted(search: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """Counts of the search and of what came last together, and the latter on their own."""
    total = {
        name: search[name] + last.get(name, 0) for name in ("evaluations", "gradients", "work")
    }
    return {**total, "finish": dict(last)} if last else total


def _efficiency(problem: Problem, x: Floats) -> dict[str, object]:
    """How nearly the listed plans (k, n) meet the first-order conditions; nothing where that cannot
    be said.
    """
    from optimiser.engine.nonlinear import EFFICIENT, margins_of, residuals

    differentiable = problem.gradient is not None and not problem.discrete
    if len(x) == 0 or not differentiable or (problem.constraints and problem.margins is None):
        return {}
    residual = residuals(problem, x[:: -(-len(x) // _MEASURED)], margins=margins_of(problem))
    summary: dict[str, object] = {
        "plans": len(residual),
        "locally_efficient": int((residual <= EFFICIENT).sum()),
        "median": float(np.median(residual)),
        "max": float(residual.max()),
    }
    if problem.convex is not None and problem.convex():
        # then "locally" is everywhere among plans with the same choices
        summary["convex"] = True
    return {"kkt_residual": summary}
