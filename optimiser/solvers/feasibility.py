"""Whether plans hold: bounds, kinds, logic rows and the rest, exactly where that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Flags, Floats
    from optimiser.problem import Domain, Problem

__all__ = ["admissible", "feasible", "logic_violations"]


def feasible(problem: Problem, x: Floats, tolerance: float, /) -> tuple[Floats, Flags]:
    """The (k, m) objectives of the (k, n) plans and which of them hold.

    Where the problem compares exactly, its word is final; else violations up to ``tolerance`` are none.
    """
    y, violations = problem.evaluate(x)
    good = admissible(problem, x, tolerance) & np.isfinite(y).all(axis=1)
    if problem.exact is not None and len(x):
        good &= problem.exact(x)[1]
    else:
        good &= (violations <= tolerance).all(axis=1) & (logic_violations(problem, x) <= tolerance).all(axis=1)
    return y, good


def logic_violations(problem: Problem, x: Floats, /) -> Floats:
    """(k, rows) how far each logic row is from holding, in the planner's units, relative to max(1, |bound|)."""
    table = np.zeros((len(x), len(problem.logic)))
    for i, row in enumerate(problem.logic):
        columns = [j for j, _ in row.terms]
        scale = float(row.scale)
        value = x[:, columns] @ np.array([float(c / row.scale) for _, c in row.terms]) + row.constant / scale
        for bound, sign in ((row.lower, -1.0), (row.upper, 1.0)):
            if bound is not None:
                limit = bound / scale
                table[:, i] = np.maximum(table[:, i], sign * (value - limit) / max(1.0, abs(limit)))
    return table


def admissible(problem: Problem, x: Floats, tolerance: float, /) -> Flags:
    """(k,) which plans have every decision within its domain."""
    good = np.ones(len(x), dtype=bool)
    for j, domain in enumerate(problem.decisions):
        good &= _within(domain, x[:, j], tolerance)
    return good


def _within(domain: Domain, values: Floats, tolerance: float) -> Flags:
    if domain.kind == "listed":
        return np.isin(values, domain.floats)
    lower = -np.inf if domain.lower is None else float(domain.lower)
    upper = np.inf if domain.upper is None else float(domain.upper)
    slack = tolerance if domain.kind == "real" else 0.0
    good = (values >= lower - slack * max(1.0, abs(lower) if np.isfinite(lower) else 1.0)) & (
        values <= upper + slack * max(1.0, abs(upper) if np.isfinite(upper) else 1.0)
    )
    return good & (values == np.rint(values)) if domain.kind == "whole" else good
