"""Reference plans: where the plans that the planner named stand against the front."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.holding import broken_each
from optimiser.results.exact_values import beside
from optimiser.results.mixtures import mixture_of
from optimiser.results.naming_plans import reference_cells
from optimiser.results.ranked_plans import ReferenceOutcome

if TYPE_CHECKING:
    from optimiser.engine.problem import Problem
    from optimiser.formulate import Model
    from optimiser.results.result import Result

__all__ = ["placed", "reference_outcomes"]


def reference_outcomes(
    result: Result, model: Model, problem: Problem, /
) -> tuple[ReferenceOutcome, ...]:
    """One outcome for each of the plans of a result's scenario."""
    scenario, front = result.scenario, result.front
    if not scenario.plans:
        return ()
    x = model.encode_all(reference_cells(scenario))
    readings, found = model.read(x), []
    rows = zip(scenario.plans.items(), readings.cells, broken_each(problem, x), strict=True)
    for row, ((name, plan), cells, (violated, tolerated)) in enumerate(rows):
        outcome = ReferenceOutcome(
            name,
            plan.title,
            tuple(zip(front.decision_columns, cells, strict=True)),
            tuple(v if np.isfinite(v) else None for v in readings.objectives[row].tolist()),
            violated,
            tolerated=tolerated,
        )
        found.append(placed(outcome, result))
    return tuple(found)


def placed(outcome: ReferenceOutcome, result: Result, /) -> ReferenceOutcome:
    """The same plan against the front of another result, or of the same one in another order."""
    if outcome.violated or outcome.tolerated:
        return outcome
    front, cells = result.front, tuple(cell for _, cell in outcome.cells)
    if cells in front.cells:
        return _equal(outcome, front.ids[front.cells.index(cells)])
    values = np.array(outcome.objectives, dtype=np.float64)
    *listed, last = beside(result, cells, values).order
    difference = np.array(listed) - last
    same = (difference == 0.0).all(axis=1)
    if same.any():
        return _equal(outcome, front.ids[int(np.argmax(same))])
    better = (difference <= 0.0).all(axis=1)
    worse = (difference >= 0.0).all(axis=1)
    cell, on_front = ((), False) if better.any() else mixture_of(front, values * front.signs)
    return replace(
        outcome,
        equals=None,
        dominated_by=front.ids[int(np.argmax(better))] if better.any() else None,
        dominates=tuple(front.ids[row] for row in np.flatnonzero(worse).tolist()),
        mixed=tuple(front.ids[row] for row in cell),
        on_front=on_front,
    )


def _equal(outcome: ReferenceOutcome, listed: str) -> ReferenceOutcome:
    return replace(outcome, equals=listed, dominated_by=None, dominates=(), mixed=(), on_front=True)
