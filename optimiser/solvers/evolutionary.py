"""The nonlinear engine as a solver: for whatever can be evaluated, feasible plans that do not dominate each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.solvers.contract import Outcome

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Budget, Options

__all__ = ["Evolutionary"]

_LISTED = 100
# units of counted work, a few seconds on one core; a run ends earlier once a third of it gained next to nothing
_WORK = 400_000.0
_STALE = 1e-5
# a plan is locally efficient when its residual is at most this; of long lists so many plans are measured
_EFFICIENT = 1e-6
_MEASURED = 500


class Evolutionary:
    """Evolution, gradient polish and restarts, each paid by the hypervolume it gains, over an unbounded archive."""

    name: ClassVar[str] = "evolutionary"
    rank: ClassVar[int] = 90
    proof: ClassVar[bool] = False
    proves: ClassVar[str] = "nothing: feasible plans, none dominating another (any expressions, bounded decisions)"

    def declines(self, problem: Problem, /) -> str | None:
        for d in problem.decisions:
            if d.kind != "listed" and (d.lower is None or d.upper is None):
                return f"decision {d.name!r} has no finite bounds"
        return None

    def suits(self, problem: Problem, /) -> str:
        return problem.nonlinear or f"{len(problem.decisions)} bounded decisions"

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        from optimiser.solvers.evolution import Margins, choose, evolve

        def progress(state: Any) -> None:
            budget.report(found=state.found, solved=int(state.work))

        found = evolve(
            problem,
            seed=options.seed,
            work=_WORK,
            tolerance=_STALE,
            margins=None if problem.margins is None else Margins(problem.margins, problem.equalities),
            should_stop=budget.exhausted,
            on_progress=progress,
        )
        x, y = found.x, found.y
        if problem.exact is not None and len(x):
            holds = problem.exact(x)[1]
            x, y = x[holds], y[holds]
        listed = options.points or _LISTED
        chosen = choose(y, listed) if len(problem.objectives) > 1 and len(y) > listed else np.arange(len(y))
        evaluations = found.statistics["evaluations"]
        assert isinstance(evaluations, int)
        return Outcome(
            x[chosen],
            "approximate",
            stopped=budget.exhausted() if found.stopped is not None else None,
            subproblems=evaluations,
            statistics={**found.statistics, "archive": len(x), **_efficiency(problem, x[chosen])},
        )


def _efficiency(problem: Problem, x: Floats) -> dict[str, object]:
    """How nearly the listed plans (k, n) meet the first-order conditions; nothing where that cannot be said."""
    from optimiser.solvers.evolution import Margins, residuals

    differentiable = problem.gradient is not None and not problem.discrete
    if len(x) == 0 or not differentiable or (problem.constraints and problem.margins is None):
        return {}
    margins = None if problem.margins is None else Margins(problem.margins, problem.equalities)
    residual = residuals(problem, x[:: -(-len(x) // _MEASURED)], margins=margins)
    summary = {
        "plans": len(residual),
        "locally_efficient": int((residual <= _EFFICIENT).sum()),
        "median": float(np.median(residual)),
        "max": float(residual.max()),
    }
    return {"kkt_residual": summary}
