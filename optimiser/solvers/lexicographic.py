"""The canonical one of all plans with the same objectives: fewest technologies, then smallest decisions in column order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.solvers.contract import Budget
    from optimiser.solvers.whole import Whole

__all__ = ["canonical_plan"]

# weights of a chunk of columns stay below this, so that a float solver sees the last one
_CHUNK = 2**20


def canonical_plan(whole: Whole, plan: Floats, point: tuple[float, ...], budget: Budget, /) -> tuple[Floats, int]:
    """The canonical plan with the objectives of ``plan`` (n,), and how many problems that took.

    An answer that cannot be verified leaves the plan as it is: it is efficient in any case.
    """
    cuts = [whole.cut(k, value) for k, value in enumerate(point)]
    count = _technologies(whole)
    decisions = whole.problem.decisions
    solved = 0
    if all(d.binary for d in decisions):
        # most points have a single plan: one problem shows it
        other = _other(whole, plan, cuts, budget)
        solved += 1
        if other is None:
            return plan, solved
    answer = highs.minimise(whole.program, count, budget, cuts=cuts)
    solved += 1
    best = _read(whole, answer, point)
    if best is None:
        return plan, solved
    cuts.append(_at_most(count, sum(w * best[j] for j, w in count.items())))
    for chunk in _chunks(whole):
        answer = highs.minimise(whole.program, chunk, budget, cuts=cuts)
        solved += 1
        better = _read(whole, answer, point)
        if better is None:
            return best, solved
        best = better
        for j in chunk:
            cuts.append(_at_most({j: 1.0}, float(best[j])))
    return best, solved


def _other(whole: Whole, plan: Floats, cuts: list[highs.Cut], budget: Budget) -> Floats | None:
    """Some other plan at least as good; None where HiGHS proves that there is none."""
    signs = np.where(plan > 0.5, -1.0, 1.0)
    different = highs.Cut(np.arange(len(plan), dtype=np.int32), signs, 1.0 - float(plan.sum()), np.inf)
    answer = highs.minimise(whole.program, {}, budget, cuts=[*cuts, different])
    return None if answer.status == "infeasible" else plan


def _technologies(whole: Whole) -> dict[int, float]:
    weights: dict[int, float] = {}
    for columns in whole.problem.adopted.values():
        for j in columns:
            weights[j] = weights.get(j, 0.0) + 1.0
    return weights


def _chunks(whole: Whole) -> list[dict[int, float]]:
    """Runs of columns with weights that compare them in order; a column without whole bounds stands alone."""
    chunks: list[dict[int, float]] = []
    run: list[tuple[int, int]] = []
    for j, domain in enumerate(whole.problem.decisions):
        size = domain.count if domain.kind == "whole" else None
        if size is None or math.prod(s for _, s in run) * size > _CHUNK:
            chunks.append(_weighted(run))
            run = []
        if size is None:
            chunks.append({j: 1.0})
        else:
            run.append((j, size))
    chunks.append(_weighted(run))
    return [chunk for chunk in chunks if chunk]


def _weighted(run: list[tuple[int, int]]) -> dict[int, float]:
    weights: dict[int, float] = {}
    weight = 1
    for j, size in reversed(run):
        weights[j] = float(weight)
        weight *= size
    return weights


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
