"""Whether plans hold, as solvers ask for it; what it means is in
:mod:`optimiser.engine.holding`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.holding import holding

if TYPE_CHECKING:
    from optimiser.engine.problem import Problem
    from optimiser.front import Flags, Floats

__all__ = ["feasible", "logic_violations"]


def feasible(problem: Problem, x: Floats, /) -> tuple[Floats, Flags]:
    """The (k, m) objectives of the (k, n) plans and which of them hold: exactly where every
    decision is discrete.

    Real numbers that come out of a floating-point solver hold within tolerance; the driver says the
    last word on them.
    """
    y, _ = problem.evaluate(x)
    found = holding(problem, x)
    return y, (found.exactly if problem.discrete else found.within) & np.isfinite(y).all(axis=1)


def logic_violations(problem: Problem, x: Floats, /) -> Floats:
    """(k, rows) how far each logic row is from holding in floats, in the planner's units, relative
    to max(1, |bound|).
    """
    table = np.zeros((len(x), len(problem.logic)))
    for i, row in enumerate(problem.logic):
        columns = [j for j, _ in row.terms]
        scale = float(row.scale)
        value = (
            x[:, columns] @ np.array([float(c / row.scale) for _, c in row.terms])
            + row.constant / scale
        )
        for bound, sign in ((row.lower, -1.0), (row.upper, 1.0)):
            if bound is not None:
                limit = bound / scale
                table[:, i] = np.maximum(
                    table[:, i], sign * (value - limit) / float(row.room(bound))
                )
    return table
