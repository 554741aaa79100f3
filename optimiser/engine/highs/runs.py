"""Runs of HiGHS: how it is set up, handed a program, stopped, and kept from printing and from
cycling.

References:
    Q. Huangfu and J. A. J. Hall (2018). Parallelizing the dual revised simplex method. Mathematical
    Programming Computation 10, 119-142.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from optimiser.engine.highs.posing import Posed
from optimiser.engine.highs.tolerances import FEASIBLE, SMALLEST

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.front import Flags, Floats

__all__ = ["ANSWERS", "Interrupt", "codes_of", "configured", "go_on", "hand_over", "pivots"]

# pivots of one linear program, and so many more for each column and row: beyond, HiGHS cycles, as
# free columns beside numbers far apart make it do; its own limit does not see attempts at a pivot
# that come to nothing
_PIVOTS, _PIVOTS_EACH = 5_000, 50
# calls in a row without a pivot
_IDLE = 5_000
# nodes one below the other: deeper, its search fixes columns that numbers far apart leave as they
# are, and hears nothing on its way back, which takes the square of the depth
_DEEP = 10_000
# what HiGHS calls an answer
ANSWERS: dict[str, Literal["optimal", "infeasible", "unbounded"]] = {
    "kOptimal": "optimal",
    "kInfeasible": "infeasible",
    "kUnbounded": "unbounded",
}


def pivots(columns: int, rows: int, /) -> int:
    """How many pivots a linear program may take before it counts as cycling."""
    return _PIVOTS + _PIVOTS_EACH * (columns + rows)


def configured(presolve: str, seed: int, budget: Budget, /) -> tuple[Any, Interrupt]:
    """A silent, single-threaded HiGHS that hears the budget."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no annotations
    settings: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": seed,
        "presolve": presolve,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
        "mip_allow_restart": False,
        "mip_feasibility_tolerance": FEASIBLE,
        "primal_feasibility_tolerance": FEASIBLE,
        "dual_feasibility_tolerance": FEASIBLE,
        "small_matrix_value": SMALLEST,
    }
    if math.isfinite(budget.remaining()):
        settings["time_limit"] = budget.remaining()
    for name, value in settings.items():
        solver.setOptionValue(name, value)

    # Native code does not hear Ctrl-C: Python's own handler runs when HiGHS calls back into Python.
    interrupt = Interrupt(budget)
    solver.cbMipInterrupt.subscribe(interrupt.search)
    solver.cbIpmInterrupt.subscribe(interrupt)
    solver.cbSimplexInterrupt.subscribe(interrupt.simplex)
    return solver, interrupt


class Interrupt:
    """Ends a run of HiGHS with the budget, after ``most`` calls, where a search goes deeper and
    deeper, or where the simplex method asks on and on without a pivot.
    """

    def __init__(self, budget: Budget, /) -> None:
        self._budget = budget
        self.calls, self.most = 0, math.inf
        self._pivots = self._idle = 0
        self._nodes = self._depth = 0

    def __call__(self, event: Any, /) -> None:
        self.calls += 1
        if self.calls > self.most or self._budget.exhausted() is not None:
            event.interrupt()

    def search(self, event: Any, /) -> None:
        """The same for a search, which counts its nodes where it is back from them."""
        left = event.data_out.mip_node_count
        self._depth = self._depth + 1 if left == self._nodes else 0
        self._nodes = left
        if left >= 0 and self._depth > _DEEP:
            event.interrupt()
        self(event)

    def simplex(self, event: Any, /) -> None:
        """The same for the simplex method, inside a search as well."""
        made = event.data_out.simplex_iteration_count
        self._idle = self._idle + 1 if made == self._pivots else 0
        self._pivots = made
        if self._idle > _IDLE:
            event.interrupt()
        self(event)


def go_on(solver: Any, interrupt: Interrupt, budget: Budget, /) -> None:
    """Run a held linear program from where it is; one that cycles or gives up there starts again
    from nothing, once.
    """
    interrupt.most = pivots(solver.getNumCol(), solver.getNumRow())
    for _ in range(2):
        if math.isfinite(budget.remaining()):
            # the limit counts from the solver's first run
            solver.setOptionValue("time_limit", solver.getRunTime() + budget.remaining())
        interrupt.calls = 0
        solver.run()
        if solver.getModelStatus().name in ANSWERS or budget.exhausted() is not None:
            return
        solver.clearSolver()


def codes_of(basis: Any, /) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A basis of HiGHS as status codes of columns and of rows."""
    return tuple(int(s) for s in basis.col_status), tuple(int(s) for s in basis.row_status)


def hand_over(solver: Any, scaled: Posed, cost: Floats, integral: Flags | None, /) -> None:
    """Hand over a scaled program with costs (n,) of its columns."""
    import highspy

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(scaled.lower), len(scaled.low)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, scaled.lower, scaled.upper
    model.row_lower_, model.row_upper_ = scaled.low, scaled.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = (
        scaled.starts,
        scaled.index,
        scaled.values,
    )
    if integral is not None:
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [whole if flag else real for flag in integral]
    solver.passModel(model)
