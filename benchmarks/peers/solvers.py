"""Other houses' solvers, one sub-problem at a time, on one thread and without a gap.

Each is built once where its library can change a model, and anew for every solve where it cannot.
Their free packages may limit the size of a model: what they refuse they say.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["HUGE", "SOLVERS", "Model", "Solve"]

HUGE = 2**40
"""A bound that is none."""

Solve = Callable[[Any, Any], Any]
"""(costs (n,), bounds (m,)) -> (n,) an optimum with objectives at most the bounds, or None."""


@dataclass(frozen=True, eq=False)
class Model:
    """Whole numbers x from 0 to ``upper`` with ``rows @ x <= limits``, and objectives to bound.

    Attributes:
        rows: (r, n), products included.
        limits: (r,).
        objectives: (m, n), minimised.
        upper: (n,).
    """

    rows: Any
    limits: Any
    objectives: Any
    upper: Any


def _highs(model: Model) -> Solve:
    """HiGHS through scipy, the model rebuilt for every solve."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    matrix = csr_array(np.vstack([model.rows, model.objectives]).astype(np.float64))

    def solve(cost: Any, bounds: Any) -> Any:
        limits = np.concatenate([model.limits, np.where(bounds >= HUGE, np.inf, bounds)])
        answer = milp(
            cost.astype(np.float64),
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, model.upper),
            constraints=LinearConstraint(matrix, -np.inf, limits),
            options={"mip_rel_gap": 0.0},
        )
        if answer.status == 2:
            return None
        if answer.status != 0:
            sys.exit(f"milp: {answer.message}")
        return answer.x

    return solve


def _gurobi(model: Model) -> Solve:
    import gurobipy  # type: ignore[import-not-found]

    environment = gurobipy.Env(params={"OutputFlag": 0})
    made = gurobipy.Model(env=environment)
    for name, value in {"Threads": 1, "MIPGap": 0.0, "MIPGapAbs": 0.0}.items():
        made.setParam(name, value)
    x = made.addMVar(len(model.upper), lb=0.0, ub=model.upper, vtype="I")
    made.addConstr(model.rows @ x <= model.limits)
    bounded = made.addConstr(model.objectives @ x <= np.full(len(model.objectives), HUGE))

    def solve(cost: Any, bounds: Any) -> Any:
        bounded.RHS = np.where(bounds >= HUGE, gurobipy.GRB.INFINITY, bounds)
        made.setObjective(cost @ x)
        made.optimize()
        if made.Status in (gurobipy.GRB.INFEASIBLE, gurobipy.GRB.INF_OR_UNBD):
            return None
        if made.Status != gurobipy.GRB.OPTIMAL:
            sys.exit(f"Gurobi: status {made.Status}")
        return x.X

    return solve


def _cplex(model: Model) -> Solve:
    import cplex  # type: ignore[import-not-found]

    made = cplex.Cplex()
    for stream in (made.set_log_stream, made.set_results_stream, made.set_warning_stream):
        stream(None)
    made.parameters.threads.set(1)
    made.parameters.mip.tolerances.mipgap.set(0.0)
    made.parameters.mip.tolerances.absmipgap.set(0.0)
    n = len(model.upper)
    made.variables.add(lb=[0.0] * n, ub=model.upper.astype(float).tolist(), types="I" * n)
    every = np.vstack([model.rows, model.objectives])
    terms = [(np.flatnonzero(row), row) for row in every]
    made.linear_constraints.add(
        lin_expr=[[at.tolist(), row[at].astype(float).tolist()] for at, row in terms],
        senses="L" * len(every),
        rhs=[*model.limits.astype(float).tolist(), *[cplex.infinity] * len(model.objectives)],
    )
    first = len(model.rows)
    status = made.solution.status

    def solve(cost: Any, bounds: Any) -> Any:
        shown = np.where(bounds >= HUGE, cplex.infinity, bounds.astype(float)).tolist()
        made.linear_constraints.set_rhs(list(enumerate(shown, start=first)))
        made.objective.set_linear(list(enumerate(cost.astype(float).tolist())))
        made.solve()
        found = made.solution.get_status()
        if found in (status.MIP_infeasible, status.MIP_infeasible_or_unbounded):
            return None
        if found not in (status.MIP_optimal, status.optimal_tolerance):
            sys.exit(f"CPLEX: {made.solution.get_status_string()}")
        return np.array(made.solution.get_values())

    return solve


def _scip(model: Model) -> Solve:
    from pyscipopt import Model as Scip  # type: ignore[import-not-found]
    from pyscipopt import quicksum

    made = Scip()
    made.hideOutput()
    made.setRealParam("limits/gap", 0.0)
    x = [made.addVar(lb=0, ub=int(top), vtype="I") for top in model.upper]

    def summed(row: Any) -> Any:
        return quicksum(int(row[j]) * x[j] for j in np.flatnonzero(row))

    for row, limit in zip(model.rows, model.limits, strict=True):
        made.addCons(summed(row) <= int(limit))
    bounded = [made.addCons(summed(row) <= HUGE) for row in model.objectives]

    def solve(cost: Any, bounds: Any) -> Any:
        made.freeTransform()
        for row, bound in zip(bounded, bounds, strict=True):
            made.chgRhs(row, made.infinity() if bound >= HUGE else int(bound))
        made.setObjective(summed(cost))
        made.optimize()
        if made.getStatus() in ("infeasible", "inforunbd"):
            return None
        if made.getStatus() not in ("optimal", "gaplimit"):
            sys.exit(f"SCIP: {made.getStatus()}")
        return np.array([made.getVal(own) for own in x])

    return solve


def _cp_sat(model: Model) -> Solve:
    """CP-SAT, the model rebuilt for every solve."""
    from ortools.sat.python import cp_model  # type: ignore[import-not-found]

    def solve(cost: Any, bounds: Any) -> Any:
        made = cp_model.CpModel()
        x = [made.new_int_var(0, int(top), "") for top in model.upper]
        for row, limit in zip(
            np.vstack([model.rows, model.objectives]), [*model.limits, *bounds], strict=True
        ):
            if limit < HUGE:
                at = np.flatnonzero(row)
                terms = cp_model.LinearExpr.weighted_sum([x[j] for j in at], row[at].tolist())
                made.add(terms <= int(limit))
        made.minimize(cp_model.LinearExpr.weighted_sum(x, cost.tolist()))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        found = solver.solve(made)
        if found == cp_model.INFEASIBLE:
            return None
        if found != cp_model.OPTIMAL:
            sys.exit(f"CP-SAT: {solver.status_name(found)}")
        return np.array([solver.value(own) for own in x])

    return solve


def _cbc(model: Model) -> Solve:
    """CBC as OR-tools has it."""
    from ortools.linear_solver import pywraplp  # type: ignore[import-not-found]

    made = pywraplp.Solver.CreateSolver("CBC")
    made.SetNumThreads(1)
    parameters = pywraplp.MPSolverParameters()
    parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, 0.0)
    x = [made.IntVar(0, int(top), "") for top in model.upper]

    def row_of(row: Any, limit: float) -> Any:
        made_row = made.Constraint(-made.infinity(), float(limit))
        for j in np.flatnonzero(row):
            made_row.SetCoefficient(x[j], float(row[j]))
        return made_row

    for row, limit in zip(model.rows, model.limits, strict=True):
        row_of(row, limit)
    bounded = [row_of(row, made.infinity()) for row in model.objectives]

    def solve(cost: Any, bounds: Any) -> Any:
        for row, bound in zip(bounded, bounds, strict=True):
            row.SetUb(made.infinity() if bound >= HUGE else float(bound))
        for own, value in zip(x, cost.tolist(), strict=True):
            made.Objective().SetCoefficient(own, float(value))
        made.Objective().SetMinimization()
        found = made.Solve(parameters)
        if found == pywraplp.Solver.INFEASIBLE:
            return None
        if found != pywraplp.Solver.OPTIMAL:
            sys.exit(f"CBC: status {found}")
        return np.array([own.solution_value() for own in x])

    return solve


SOLVERS: dict[str, Callable[[Model], Solve]] = {
    "milp": _highs,
    "gurobi": _gurobi,
    "cplex": _cplex,
    "scip": _scip,
    "cp-sat": _cp_sat,
    "cbc": _cbc,
}
"""By name."""
