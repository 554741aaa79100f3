"""All plans that reach the same objectives as a listed one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.canonical import canonical_order
from optimiser.solvers.integer import Translation, Untranslatable, translated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Budget

__all__ = ["equivalent_plans"]


def equivalent_plans(problem: Problem, plan: Floats, budget: Budget, /, *, limit: int) -> tuple[Floats, bool] | None:
    """The plans with exactly the objectives of an efficient ``plan`` (n,).

    Args:
        problem: the problem whose front lists the plan.
        plan: its decisions.
        budget: watched now and then.
        limit: list at most so many.

    Returns:
        (k, n) plans, the canonical one first, and whether they are all; None where the compiled engine cannot say.
    """
    try:
        from optimiser.solvers import kernel

        translation = translated(problem)
    except (ImportError, Untranslatable):
        return None
    assert problem.linear is not None
    if problem.linear.resolution is not None or kernel.refusal(translation.program) is not None:
        return None
    x = _columns(translation, plan)
    if x is None:
        return None
    found, complete = kernel.equivalents(translation.program, x, limit=limit, stop=lambda: budget.exhausted() is not None)
    plans = np.unique(translation.decisions(found), axis=0)
    return plans[canonical_order(problem, plans)], complete


def _columns(translation: Translation, plan: Floats) -> NDArray[np.int64] | None:
    """The program's columns for the decisions of a plan; None where it does not hold."""
    from optimiser.solvers import kernel

    program, place = translation.program, {column: i for i, column in enumerate(translation.columns)}
    lower, upper = program.lower.copy(), program.upper.copy()
    rows, sides = [], []
    for j, domain in enumerate(translation.problem.decisions):
        if j in place:
            lower[place[j]] = upper[place[j]] = round(float(plan[j]))
            continue
        row = translation.implied[j]
        value = min(domain.values, key=lambda v: abs(float(v) - float(plan[j])))
        terms = np.zeros(len(lower), dtype=np.int64)
        for i, c in row.terms:
            if i != j:
                terms[place[i]] = c
        rows.append(terms)
        sides.append(int(Fraction(row.upper or 0) - dict(row.terms)[j] * value))
    fixed = replace(
        program,
        rows=np.vstack([program.rows, *rows]),
        row_lower=np.append(program.row_lower, np.array(sides, dtype=np.int64)),
        row_upper=np.append(program.row_upper, np.array(sides, dtype=np.int64)),
        lower=lower,
        upper=upper,
    )
    found = kernel.solve_front(fixed)
    return found.x[0] if found.status == "complete" else None
