"""HiGHS in one place: linear and mixed-integer programs in, answers that never confuse "stopped" with "infeasible" out.

References:
    Q. Huangfu and J. A. J. Hall (2018). Parallelizing the dual revised simplex method. Mathematical Programming
    Computation 10, 119-142.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Flags, Floats
    from optimiser.problem import Linear, Row
    from optimiser.solvers.contract import Budget

__all__ = ["Answer", "Cut", "Held", "Program", "Resolved", "attempt", "cut", "cut_of", "minimise", "program_of", "span"]

# An integer row is widened by at most this much: its values are whole numbers, so no new point gets in, and no point gets
# lost to the tolerance of a float solver either.
_WIDEN = 0.4
_LARGEST = 2.0**14
_DEAREST = 2.0**20
_CHEAPEST = 2.0**-10
_PRIMAL = 4
_PRICED = 2e-9
_ROUNDED = 1e-14


@dataclass(frozen=True, eq=False)
class Cut:
    """One row: ``lower <= sum(values * x[columns]) <= upper``."""

    columns: NDArray[np.int32]
    values: Floats
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Program:
    """Bounds and kinds of the columns, and the rows in compressed form."""

    lower: Floats
    upper: Floats
    integral: Flags
    rows: tuple[Cut, ...]

    def relaxed(self) -> Program:
        """The same without integrality."""
        return Program(self.lower, self.upper, np.zeros_like(self.integral), self.rows)

    def with_rows(self, rows: Sequence[Cut], /) -> Program:
        """The same with more rows."""
        return Program(self.lower, self.upper, self.integral, (*self.rows, *rows))


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS says. ``unknown`` is every case in which nothing is proven, limits included.

    Attributes:
        x: (columns,) the optimum; empty unless optimal.
        bound: a proven lower bound on the minimum.
        basis: of an LP, the status codes of columns and of rows.
        reduced: of an LP, the reduced costs of columns and the duals of rows.
    """

    status: Literal["optimal", "infeasible", "unbounded", "unknown"]
    x: Floats
    value: float = math.nan
    bound: float = -math.inf
    basis: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    reduced: tuple[Floats, Floats] | None = None


def span(row: Row, lower: Floats, upper: Floats, /) -> tuple[float, float]:
    """The least and the greatest value of the row over the box, constant included."""
    low = high = float(row.constant)
    for j, c in row.terms:
        a, b = c * lower[j], c * upper[j]
        low += min(a, b)
        high += max(a, b)
    return low, high


def program_of(linear: Linear, /) -> Program:
    """The columns and rows of ``linear`` as floats, rows scaled by powers of two where their numbers are large."""
    lower = np.array([-np.inf if c.lower is None else float(c.lower) for c in linear.columns])
    upper = np.array([np.inf if c.upper is None else float(c.upper) for c in linear.columns])
    integral = np.array([c.kind == "whole" for c in linear.columns], dtype=bool)
    lower[integral], upper[integral] = np.ceil(lower[integral]), np.floor(upper[integral])
    bare = Program(lower, upper, integral, ())
    return bare.with_rows([cut_of(bare, row, row.lower, row.upper) for row in linear.rows])


def cut_of(program: Program, row: Row, low: float | None, high: float | None, /) -> Cut:
    """The row with the given bounds; one over whole columns only is widened by less than half a unit."""
    widen = 0.0
    if program.integral[[j for j, _ in row.terms]].all():
        least, most = span(row, program.lower, program.upper)
        size = max(abs(least), abs(most))
        # not by as little as the solver's own tolerance: presolve then takes rows that just hold for rows that do not
        widen = min(_WIDEN, max(1e-6, 1e-9 * size)) if math.isfinite(size) else 1e-3
    return cut(
        row.terms,
        -math.inf if low is None else float(low - row.constant) - widen,
        math.inf if high is None else float(high - row.constant) + widen,
    )


def cut(terms: Sequence[tuple[int, int | Fraction]], low: float, high: float, /) -> Cut:
    """``low <= sum(c * x[j]) <= high``, scaled by a power of two where the numbers are large."""
    values = np.array([float(c) for _, c in terms])
    largest = float(np.abs(values).max(initial=1.0))
    factor = 2.0 ** -math.ceil(math.log2(largest / _LARGEST)) if largest > _LARGEST else 1.0
    return Cut(np.array([j for j, _ in terms], dtype=np.int32), values * factor, low * factor, high * factor)


class Held:
    """A linear program kept inside HiGHS: only its costs change, so that each optimum starts from an earlier basis."""

    def __init__(self, program: Program, budget: Budget, /) -> None:
        import highspy
        from scipy.sparse import csr_array

        self._solver = _configured("off", 0, budget)
        self._solver.setOptionValue("simplex_strategy", _PRIMAL)
        self._budget, self._optimal = budget, highspy.HighsModelStatus.kOptimal
        model = _model(program, np.zeros(len(program.lower)), program.rows)
        matrix = model.a_matrix_
        shape = (len(program.rows), len(program.lower))
        self._rows = csr_array((matrix.value_, matrix.index_, matrix.start_), shape=shape)
        self._columns = np.arange(shape[1], dtype=np.int32)
        self._lower = np.concatenate([program.lower, model.row_lower_])
        self._upper = np.concatenate([program.upper, model.row_upper_])
        self._solver.passModel(model)

    def minimise(self, cost: Floats, /, *, start: Any = None) -> Answer:
        """The optimum and a bound that holds whatever the solver's tolerances did.

        Args:
            cost: (columns,)
            start: what ``basis`` gave near by.
        """
        if math.isfinite(self._budget.remaining()):
            # the limit counts from the solver's first run
            self._solver.setOptionValue("time_limit", self._solver.getRunTime() + self._budget.remaining())
        # HiGHS's tolerances are absolute: the largest cost is brought to about 1
        largest = float(np.abs(cost).max(initial=0.0))
        factor = 2.0 ** -round(math.log2(largest)) if largest > 0.0 else 1.0
        self._solver.changeColsCost(len(self._columns), self._columns, cost * factor)
        if start is not None:
            self._solver.setBasis(start)
        self._solver.run()
        if self._solver.getModelStatus() != self._optimal:
            return Answer("unknown", np.empty(0))
        solution = self._solver.getSolution()
        x, duals = np.array(solution.col_value), np.array(solution.row_dual)
        return Answer("optimal", x, float(cost @ x), self._bound(cost * factor, duals) / factor)

    def basis(self) -> Any:
        """Where the last optimum was found, to start from."""
        return self._solver.getBasis()

    def codes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The same as status codes of columns and of rows."""
        basis = self._solver.getBasis()
        return tuple(int(s) for s in basis.col_status), tuple(int(s) for s in basis.row_status)

    def _bound(self, cost: Floats, duals: Floats) -> float:
        """The weak duality of any row duals: each price at the side of its range where it costs least.

        A price that only tolerances make differ from 0 counts as 0 where its range is infinite.
        """
        prices = np.concatenate([cost - duals @ self._rows, duals])
        side = np.where(prices > 0.0, self._lower, self._upper)
        side = np.where((np.abs(prices) <= _PRICED) & ~np.isfinite(side), 0.0, side)
        parts = prices * np.where(prices == 0.0, 0.0, side)
        return float(parts.sum() - _ROUNDED * (1.0 + np.abs(parts).sum()))


class Resolved:
    """A linear program kept inside HiGHS whose limits and boxes change: the dual simplex goes on from the last basis.

    Args:
        program: without whole columns.
        cost: (columns,)
        budget: ends what takes long.
    """

    def __init__(self, program: Program, cost: Floats, budget: Budget, /) -> None:
        import highspy

        self._solver = _configured("off", 0, budget)
        self._cost, self._columns = cost, np.arange(len(cost), dtype=np.int32)
        self._optimal, self._budget = highspy.HighsModelStatus.kOptimal, budget
        self._solver.passModel(_model(program, cost, program.rows))

    def limit(self, upper: Floats, /) -> None:
        """New upper limits (r,) of the first rows."""
        for i, value in enumerate(upper.tolist()):
            self._solver.changeRowBounds(i, -math.inf, value)

    def box(self, columns: NDArray[np.int64], lower: Floats, upper: Floats, /) -> None:
        """New bounds of some columns, in increasing order."""
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    @contextmanager
    def costing(self, cost: Floats, /) -> Iterator[None]:
        """Another cost (columns,) for a while."""
        self._solver.changeColsCost(len(cost), self._columns, cost)
        try:
            yield
        finally:
            self._solver.changeColsCost(len(cost), self._columns, self._cost)

    def run(self) -> bool:
        """Solve; whether an optimum was found."""
        if math.isfinite(self._budget.remaining()):
            self._solver.setOptionValue("time_limit", self._solver.getRunTime() + self._budget.remaining())
        self._solver.run()
        return bool(self._solver.getModelStatus() == self._optimal)

    def values(self) -> Floats:
        """(columns,) the optimum."""
        return np.array(self._solver.getSolution().col_value, dtype=np.float64)

    def ray(self) -> Floats | None:
        """(rows,) prices that are to show that nothing holds, where the last answer was that; None without any."""
        _, found, ray = self._solver.getDualRay()
        return np.array(ray, dtype=np.float64) if found else None

    def duals(self) -> Floats:
        """(rows,) the prices at the optimum."""
        return np.array(self._solver.getSolution().row_dual, dtype=np.float64)


def minimise(program: Program, cost: Mapping[int, float] | Floats, budget: Budget, /, *, cuts: Sequence[Cut] = ()) -> Answer:
    """Minimise ``cost`` over the program and the extra rows ``cuts``, to optimality."""
    weights = np.zeros(len(program.lower))
    if isinstance(cost, np.ndarray):
        weights[:] = cost
    else:
        for j, c in cost.items():
            weights[j] += c
    # HiGHS's tolerances are absolute: costs far from 1 must be brought there
    largest = float(np.abs(weights).max(initial=0.0))
    factor = 2.0 ** -math.ceil(math.log2(largest)) if largest > _DEAREST or 0.0 < largest < _CHEAPEST else 1.0
    if largest > _DEAREST:
        factor *= _DEAREST
    rows = (*program.rows, *cuts)
    if any(len(row.columns) == 0 and not row.lower <= 0.0 <= row.upper for row in rows):
        return Answer("infeasible", np.empty(0))
    answer = _run(program, weights * factor, rows, budget)
    if answer.status == "unknown" and budget.exhausted() is None:
        answer = _run(program, weights * factor, rows, budget, presolve="off", seed=1)
    if factor == 1.0:
        return answer
    reduced = None if answer.reduced is None else (answer.reduced[0] / factor, answer.reduced[1] / factor)
    return Answer(answer.status, answer.x, answer.value / factor, answer.bound / factor, answer.basis, reduced)


def attempt(program: Program, cost: Floats, budget: Budget, /, *, nodes: int, share: float) -> Answer:
    """As far as ``nodes`` nodes get, or until the best point is within ``share`` of the bound, with what is known then.

    Returns:
        An answer whose ``x`` is the best point found, "unknown" with or without one, and whose ``bound`` is proven.
    """
    import highspy

    solver = _configured("choose", 0, budget)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", share)
    solver.passModel(_model(program, cost, program.rows))
    solver.run()
    status, kind = solver.getModelStatus(), highspy.HighsModelStatus
    if status == kind.kInfeasible:
        return Answer("infeasible", np.empty(0))
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(solver.getSolution().col_value, dtype=np.float64) if found else np.empty(0)
    # what ended before it began has bounds that mean nothing
    bound = float(info.mip_dual_bound) if info.valid and info.mip_node_count >= 0 else -math.inf
    value = float(info.objective_function_value) if found else math.nan
    return Answer("optimal" if status == kind.kOptimal and share == 0.0 else "unknown", x, value, bound)


def _run(
    program: Program, weights: Floats, rows: Sequence[Cut], budget: Budget, *, presolve: str = "choose", seed: int = 0
) -> Answer:
    import highspy

    solver = _configured(presolve, seed, budget)
    solver.passModel(_model(program, weights, rows))
    solver.run()
    status = solver.getModelStatus()
    kind = highspy.HighsModelStatus
    if status == kind.kOptimal:
        return _optimum(solver, bool(program.integral.any()))
    if status == kind.kInfeasible:
        return Answer("infeasible", np.empty(0))
    if status in (kind.kUnbounded, kind.kUnboundedOrInfeasible):
        # an unbounded relaxation does not make a program feasible: ask for any point at all
        if not weights.any():
            return Answer("unknown", np.empty(0))
        any_point = _run(program, np.zeros_like(weights), rows, budget, presolve="off", seed=seed)
        verdict: Any = {"optimal": "unbounded", "infeasible": "infeasible"}.get(any_point.status, "unknown")
        return Answer(verdict, np.empty(0))
    if status == kind.kModelEmpty and not len(program.lower):
        return Answer("optimal", np.empty(0), 0.0, 0.0)
    return Answer("unknown", np.empty(0), bound=float(solver.getInfo().mip_dual_bound) if program.integral.any() else -np.inf)


def _configured(presolve: str, seed: int, budget: Budget) -> Any:
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    settings: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": seed,
        "presolve": presolve,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
        "mip_allow_restart": False,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
        "dual_feasibility_tolerance": 1e-9,
    }
    if math.isfinite(budget.remaining()):
        settings["time_limit"] = budget.remaining()
    for name, value in settings.items():
        solver.setOptionValue(name, value)

    # Native code does not hear Ctrl-C: Python's own handler runs when HiGHS calls back into Python.
    def stop(event: Any) -> None:
        if budget.exhausted() is not None:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(stop)
    solver.cbSimplexInterrupt.subscribe(stop)
    return solver


def _model(program: Program, weights: Floats, rows: Sequence[Cut]) -> Any:
    import highspy

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.lower), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = weights, program.lower, program.upper
    model.row_lower_ = np.array([row.lower for row in rows])
    model.row_upper_ = np.array([row.upper for row in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row.columns) for row in rows])]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([row.columns for row in rows] or [np.empty(0, dtype=np.int32)])
    model.a_matrix_.value_ = np.concatenate([row.values for row in rows] or [np.empty(0)])
    if program.integral.any():
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [whole if flag else real for flag in program.integral]
    return model


def _optimum(solver: Any, integral: bool) -> Answer:
    solution, info = solver.getSolution(), solver.getInfo()
    x = np.array(solution.col_value, dtype=np.float64)
    value = float(info.objective_function_value)
    if integral:
        return Answer("optimal", x, value, float(info.mip_dual_bound))
    basis = solver.getBasis()
    codes = (tuple(int(s) for s in basis.col_status), tuple(int(s) for s in basis.row_status)) if basis.valid else None
    duals = (np.array(solution.col_dual, dtype=np.float64), np.array(solution.row_dual, dtype=np.float64))
    return Answer("optimal", x, value, value, codes, duals)
