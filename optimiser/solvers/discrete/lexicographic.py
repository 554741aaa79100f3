"""The canonical one of all plans with the same objectives: the least by the problem's rows of preference."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.canonical import positioned, runs

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.solvers.canonical import Weights
    from optimiser.solvers.contract import Budget
    from optimiser.solvers.discrete.whole import Whole

__all__ = ["canonical_plan"]

# weights of a run of rows stay below this, so that a float solver sees the last one
_CHUNK = 2**20


def canonical_plan(whole: Whole, plan: Floats, point: tuple[float, ...], budget: Budget, /) -> tuple[Floats, int]:
    """The canonical plan with the objectives of ``plan`` (n,), and how many problems that took.

    An answer that cannot be verified leaves the plan as it is: it is efficient in any case.
    """
    cuts = [whole.cut(k, value) for k, value in enumerate(point)]
    decisions = whole.problem.decisions
    solved = 0
    if all(d.binary for d in decisions):
        # most points have a single plan: one problem shows it
        other = _other(whole, plan, cuts, budget)
        solved += 1
        if other is None:
            return plan, solved
    best = plan
    for run in runs(whole.problem, _CHUNK):
        small = [(positioned(whole.problem, row), values) for row, values in run]
        answer = highs.minimise(whole.program, _weighted(small), budget, cuts=cuts)
        solved += 1
        better = _read(whole, answer, point)
        if better is None:
            return best, solved
        best = better
        for row, _ in run:
            weights = {j: float(w) for j, w in positioned(whole.problem, row)}
            cuts.append(_at_most(weights, _activity(whole, row, best)))
    return best, solved


def _other(whole: Whole, plan: Floats, cuts: list[highs.Cut], budget: Budget) -> Floats | None:
    """Some other plan at least as good; None where HiGHS proves that there is none."""
    signs = np.where(plan > 0.5, -1.0, 1.0)
    different = highs.Cut(np.arange(len(plan), dtype=np.int32), signs, 1.0 - float(plan.sum()), np.inf)
    answer = highs.minimise(whole.program, {}, budget, cuts=[*cuts, different])
    return None if answer.status == "infeasible" else plan


def _weighted(run: list[tuple[Weights, int | None]]) -> dict[int, float]:
    """One sum that compares the rows of a run in order."""
    weights: dict[int, float] = {}
    weight = 1
    for row, values in reversed(run):
        for j, w in row:
            weights[j] = weights.get(j, 0.0) + float(weight * w)
        weight *= values or 1
    return weights


def _activity(whole: Whole, row: Weights, plan: Floats) -> float:
    """What the row is at a plan: its weighted sum, of a listed decision its position among the values."""
    if len(row) == 1 and row[0][0] in whole.linear.positions:
        ((j, weight),) = row
        domain = whole.problem.decisions[j]
        return float(weight * bisect_left(domain.values, domain.nearest(plan[j])))
    return sum(w * float(plan[j]) for j, w in row)


def _at_most(weights: dict[int, float], value: float) -> highs.Cut:
    columns = np.array(sorted(weights), dtype=np.int32)
    return highs.Cut(columns, np.array([weights[int(j)] for j in columns]), -np.inf, value + 1e-9 * max(1.0, abs(value)))


def _read(whole: Whole, answer: highs.Answer, point: tuple[float, ...]) -> Floats | None:
    if answer.status != "optimal":
        return None
    read = whole.plan(answer.x)
    if read is None or any(v > p for v, p in zip(read[1], point, strict=True)):
        return None
    return read[0]
