"""HiGHS in one place: linear and mixed-integer programs in, answers that never confuse "stopped"
with "infeasible" out.

References:
    Q. Huangfu and J. A. J. Hall (2018). Parallelizing the dual revised simplex method. Mathematical
    Programming Computation 10, 119-142.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.engine.highs.linear_program import Cut, LinearProgram
from optimiser.engine.highs.posing import Posed, posed
from optimiser.engine.highs.runs import ANSWERS, codes_of, configured, go_on, hand_over, pivots
from optimiser.engine.highs.tolerances import CHEAPEST, DEAREST, PRICED, ROUNDED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget
    from optimiser.front import Floats

__all__ = ["Answer", "Held", "Resolved", "attempt", "minimise"]

_PRIMAL = 4


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS says. ``unknown`` is every case in which nothing is proven, limits included.

    Attributes:
        x: (columns,) the optimum; empty unless optimal.
        bound: a proven lower bound on the minimum.
        basis: of an LP, the status codes of columns and of rows.
        reduced: of an LP, the reduced costs of columns and the duals of rows.
        reason: why nothing is known, where that is not the budget.
    """

    status: Literal["optimal", "infeasible", "unbounded", "unknown"]
    x: Floats
    value: float = math.nan
    bound: float = -math.inf
    basis: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    reduced: tuple[Floats, Floats] | None = None
    reason: str = ""


class Held:
    """A linear program kept inside HiGHS: only its costs change, so that each optimum starts from
    an earlier basis.
    """

    def __init__(self, program: LinearProgram, budget: Budget, /) -> None:
        import highspy
        from scipy.sparse import csr_array

        self._solver, self._interrupt = configured("off", 0, budget)
        self._solver.setOptionValue("simplex_strategy", _PRIMAL)
        self._budget, self._optimal = budget, highspy.HighsModelStatus.kOptimal
        shape = (len(program.rows), len(program.lower))
        self._posed = posed(program, program.rows)
        starts, index, values = self._posed.starts, self._posed.index, self._posed.values
        self._across = csr_array((values, index, starts), shape=shape).T  # made once, not a bound
        self._columns = np.arange(shape[1], dtype=np.int32)
        self._lower = np.concatenate([self._posed.lower, self._posed.low])
        self._upper = np.concatenate([self._posed.upper, self._posed.high])
        hand_over(self._solver, self._posed, np.zeros(shape[1]), None)

    def minimise(self, cost: Floats, /, *, start: Any = None) -> Answer:
        """The optimum and its bound by weak duality, as far as tolerances let it be one.

        Args:
            cost: (columns,)
            start: what ``basis`` gave near by.
        """
        if self._posed.lost:
            return Answer("unknown", np.empty(0), reason=self._posed.lost)
        # HiGHS's tolerances are absolute: the largest cost is brought to about 1
        scaled = cost * self._posed.columns
        largest = float(np.abs(scaled).max(initial=0.0))
        factor = math.ldexp(1.0, -round(math.log2(largest))) if largest > 0.0 else 1.0
        self._solver.changeColsCost(len(self._columns), self._columns, scaled * factor)
        if start is not None:
            self._solver.setBasis(start)
        go_on(self._solver, self._interrupt, self._budget)
        if self._solver.getModelStatus() != self._optimal:
            return Answer("unknown", np.empty(0))
        solution = self._solver.getSolution()
        x, duals = np.array(solution.col_value) * self._posed.columns, np.array(solution.row_dual)
        prices = (
            np.array(solution.col_dual) / self._posed.columns / factor,
            duals * self._posed.rows / factor,
        )
        return Answer(
            "optimal",
            x,
            float(cost @ x),
            self._bound(scaled * factor, duals) / factor,
            reduced=prices,
        )

    def basis(self) -> Any:
        """Where the last optimum was found, to start from."""
        return self._solver.getBasis()

    def codes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The same as status codes of columns and of rows."""
        return codes_of(self._solver.getBasis())

    def _bound(self, cost: Floats, duals: Floats) -> float:
        """The weak duality of any row duals: each price at the side of its range where it costs
        least.

        A price that only tolerances make differ from 0 counts as 0 where its range is infinite.
        """
        prices = np.concatenate([cost - self._across @ duals, duals])
        side = np.where(prices > 0.0, self._lower, self._upper)
        side = np.where((np.abs(prices) <= PRICED) & ~np.isfinite(side), 0.0, side)
        parts = prices * np.where(prices == 0.0, 0.0, side)
        return float(parts.sum() - ROUNDED * (1.0 + np.abs(parts).sum()))


class Resolved:
    """A linear program kept inside HiGHS whose limits and boxes change: the dual simplex goes on
    from the last basis.

    Args:
        program: without whole columns.
        cost: (columns,)
        budget: ends what takes long.

    Attributes:
        status: of the last run; only an optimum is an answer, the rest is a proposal.
        lost: why HiGHS does not see the program as it is meant; empty where it does.
    """

    def __init__(self, program: LinearProgram, cost: Floats, budget: Budget, /) -> None:
        self._solver, self._interrupt = configured("off", 0, budget)
        self._cost, self._columns = cost, np.arange(len(cost), dtype=np.int32)
        self._budget = budget
        self._posed = posed(program, program.rows)
        self.lost = self._posed.lost
        self.status: Literal["optimal", "infeasible", "unbounded", "unknown"] = "unknown"
        self._factor = 1.0
        if not self.lost:
            hand_over(self._solver, self._posed, np.zeros(len(cost)), None)
            self._price(cost)

    def limit(self, upper: Floats, /) -> None:
        """New upper limits (r,) of the first rows."""
        if self.lost:
            return
        for i, value in enumerate((upper * self._posed.rows[: len(upper)]).tolist()):
            self._solver.changeRowBounds(i, -math.inf, value)

    def box(self, columns: NDArray[np.int64], lower: Floats, upper: Floats, /) -> None:
        """New bounds (k,) of k columns, in increasing order."""
        if self.lost:
            return
        by = self._posed.columns[columns]
        self._solver.changeColsBounds(
            len(columns), columns.astype(np.int32), lower / by, upper / by
        )

    def price(self, cost: Floats, /) -> None:
        """Another cost (columns,) for good."""
        self._cost = cost
        if not self.lost:
            self._price(cost)

    @contextmanager
    def costing(self, cost: Floats, /) -> Iterator[None]:
        """Another cost (columns,) for a while."""
        self._price(cost)
        try:
            yield
        finally:
            self._price(self._cost)

    def run(self) -> bool:
        """Solve; whether an optimum was found."""
        self.status = "unknown"
        if not self.lost and self._budget.exhausted() is None:
            go_on(self._solver, self._interrupt, self._budget)
            self.status = ANSWERS.get(self._solver.getModelStatus().name, "unknown")
        return self.status == "optimal"

    def values(self) -> Floats:
        """(columns,) the optimum."""
        return (
            np.array(self._solver.getSolution().col_value, dtype=np.float64) * self._posed.columns
        )

    def duals(self) -> Floats:
        """(rows,) the prices at the optimum."""
        return (
            np.array(self._solver.getSolution().row_dual, dtype=np.float64)
            * self._posed.rows
            / self._factor
        )

    def ray(self) -> Floats | None:
        """(rows,) multipliers that are to show that nothing is feasible; None where HiGHS has
        none.
        """
        _, there, values = self._solver.getDualRay()
        return np.array(values, dtype=np.float64) * self._posed.rows if there else None

    def codes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The basis as status codes of columns and of rows."""
        return codes_of(self._solver.getBasis())

    def _price(self, cost: Floats) -> None:
        scaled = cost * self._posed.columns
        largest = float(np.abs(scaled).max(initial=0.0))
        self._factor = (
            math.ldexp(1.0, -round(math.log2(largest)))
            if largest > DEAREST or 0.0 < largest < CHEAPEST
            else 1.0
        )
        self._solver.changeColsCost(len(cost), self._columns, scaled * self._factor)


def minimise(
    program: LinearProgram,
    cost: Mapping[int, float] | Floats,
    budget: Budget,
    /,
    *,
    cuts: Sequence[Cut] = (),
) -> Answer:
    """Minimise ``cost`` (columns,) over the program and the extra rows ``cuts``, to optimality."""
    weights = np.zeros(len(program.lower))
    if isinstance(cost, np.ndarray):
        weights[:] = cost
    else:
        for j, c in cost.items():
            weights[j] += c
    rows = (*program.rows, *cuts)
    if any(len(row.columns) == 0 and not row.lower <= 0.0 <= row.upper for row in rows):
        return Answer("infeasible", np.empty(0))
    scaled = posed(program, rows, weights)
    if scaled.lost:
        return Answer("unknown", np.empty(0), reason=scaled.lost)
    if scaled.opened.any():
        return _opened(
            program,
            weights,
            scaled,
            budget,
            minimise(program.relaxed(), weights, budget, cuts=cuts),
        )
    answer = _run(program, weights, scaled, budget)
    if answer.status == "unknown" and budget.exhausted() is None:
        answer = _run(program, weights, scaled, budget, presolve="off", seed=1)
    return answer


def _opened(
    program: LinearProgram, weights: Floats, scaled: Posed, budget: Budget, relaxed: Answer
) -> Answer:
    """The optimum where whole columns had to be given ends: it counts only where none of them is
    near one.
    """
    if relaxed.status == "infeasible":
        return relaxed
    unknown = Answer(
        "unknown", np.empty(0), bound=relaxed.bound, reason="whole columns without bounds"
    )
    found = _run(
        program, weights if relaxed.status == "optimal" else np.zeros_like(weights), scaled, budget
    )
    if found.status != "optimal" or relaxed.status == "unknown":
        return unknown
    if relaxed.status == "unbounded":
        return Answer("unbounded", np.empty(0))
    near = np.minimum(found.x - scaled.lower, scaled.upper - found.x) < 1.0
    missing = np.where(
        found.x - scaled.lower < 1.0, ~np.isfinite(program.lower), ~np.isfinite(program.upper)
    )
    return unknown if (scaled.opened & near & missing).any() else found


def attempt(
    program: LinearProgram, cost: Floats, budget: Budget, /, *, nodes: int, share: float
) -> Answer:
    """Minimise ``cost`` (columns,) as far as ``nodes`` nodes get, or until the best point is within
    ``share`` of the bound, with what is known then.

    Returns:
        An answer whose ``x`` is the best point found, "unknown" with or without one, and whose
        ``bound`` is proven.
    """
    import highspy

    scaled = posed(program, program.rows, cost)
    if scaled.lost or scaled.opened.any():
        return Answer("unknown", np.empty(0), reason=scaled.lost or "whole columns without bounds")
    solver, _ = configured("choose", 0, budget)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", share)
    hand_over(solver, scaled, cost * scaled.columns, program.integral)
    solver.run()
    status, kind = solver.getModelStatus(), highspy.HighsModelStatus
    if status == kind.kInfeasible:
        return Answer("infeasible", np.empty(0))
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = (
        np.array(solver.getSolution().col_value, dtype=np.float64) * scaled.columns
        if found
        else np.empty(0)
    )
    # what ended before it began has bounds that mean nothing
    bound = float(info.mip_dual_bound) if info.valid and info.mip_node_count >= 0 else -math.inf
    value = float(info.objective_function_value) if found else math.nan
    return Answer(
        "optimal" if status == kind.kOptimal and share == 0.0 else "unknown", x, value, bound
    )


def _run(
    program: LinearProgram,
    weights: Floats,
    scaled: Posed,
    budget: Budget,
    *,
    presolve: str = "choose",
    seed: int = 0,
) -> Answer:
    import highspy

    cost = weights * scaled.columns
    # HiGHS's tolerances are absolute: costs far from 1 must be brought there
    largest = float(np.abs(cost).max(initial=0.0))
    factor = (
        math.ldexp(1.0, -math.ceil(math.log2(largest)))
        if largest > DEAREST or 0.0 < largest < CHEAPEST
        else 1.0
    )
    if largest > DEAREST:
        factor *= DEAREST
    solver, interrupt = configured(presolve, seed, budget)
    integral = program.integral if program.integral.any() else None
    if integral is None:
        interrupt.most = pivots(len(scaled.lower), len(scaled.low))
    hand_over(solver, scaled, cost * factor, integral)
    solver.run()
    status = solver.getModelStatus()
    kind = highspy.HighsModelStatus
    if status == kind.kOptimal:
        return _optimum(solver, scaled, factor, integral is not None)
    if status == kind.kInfeasible:
        return Answer("infeasible", np.empty(0))
    if status in (kind.kUnbounded, kind.kUnboundedOrInfeasible):
        # an unbounded relaxation does not make a program feasible: ask for any point at all
        if not weights.any():
            return Answer("unknown", np.empty(0))
        any_point = _run(program, np.zeros_like(weights), scaled, budget, presolve="off", seed=seed)
        verdict: Any = {"optimal": "unbounded", "infeasible": "infeasible"}.get(
            any_point.status, "unknown"
        )
        return Answer(verdict, np.empty(0))
    if status == kind.kModelEmpty and not len(program.lower):
        return Answer("optimal", np.empty(0), 0.0, 0.0)
    bound = float(solver.getInfo().mip_dual_bound) / factor if integral is not None else -math.inf
    return Answer("unknown", np.empty(0), bound=bound)


def _optimum(solver: Any, scaled: Posed, factor: float, integral: bool) -> Answer:
    """The optimum of a run whose costs were multiplied by ``factor``."""
    solution, info = solver.getSolution(), solver.getInfo()
    x = np.array(solution.col_value, dtype=np.float64) * scaled.columns
    value = float(info.objective_function_value) / factor
    if integral:
        return Answer("optimal", x, value, float(info.mip_dual_bound) / factor)
    basis = solver.getBasis()
    codes = codes_of(basis) if basis.valid else None
    prices = np.array(solution.col_dual, dtype=np.float64) / scaled.columns / factor
    duals = np.array(solution.row_dual, dtype=np.float64) * scaled.rows / factor
    return Answer("optimal", x, value, value, codes, (prices, duals))
