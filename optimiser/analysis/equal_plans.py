"""Whether the plans that a result holds beside a listed one, with the same objectives, are plans,
have them exactly, and are all that there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.contradictions import Finding
from optimiser.engine import EQUAL
from optimiser.engine.holding import excesses
from optimiser.errors import ScenarioError, UsageError
from optimiser.language import tr
from optimiser.results.document import equal_records
from optimiser.study import MOST_EQUIVALENTS, equivalents

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground
    from optimiser.front import Front

__all__ = ["equal_plans"]

_SECONDS = 10.0  # for the search; finding them took a second, or a tenth of the run


def equal_plans(ground: Ground, /) -> tuple[tuple[Finding, ...], str]:
    """What does not hold of the plans with equal objectives, and what was not checked of them."""
    result = ground.result
    if result.equal_plans is None:
        return (), ""
    found = [
        finding
        for one in result.equal_plans
        if one.others is not None
        for finding in _unlike(ground, one.row, one.others)
    ]
    if found:
        return tuple(found), ""
    try:
        again = equivalents(
            replace(result, equal_plans=None, compiled=ground.model),
            range(len(ground.front)),
            seconds=_SECONDS,
        )
    except UsageError:
        again = ()
    if not all(one.complete or len(one) == MOST_EQUIVALENTS for one in again) or not again:
        return (), tr("that no plan is missing from those with equal objectives")
    return tuple(
        Finding(
            ground.front.ids[own.row],
            tr("the plans with its objectives are not those that are listed beside it"),
        )
        for given, own in zip(result.equal_plans, again, strict=True)
        if equal_records(given) != equal_records(own)
    ), ""


def _unlike(ground: Ground, row: int, others: Front) -> Iterator[Finding]:
    """Where plans beside a listed one are no plans, are listed twice, or have other values."""
    model, listed = ground.model, ground.front.ids[row]
    try:
        x = np.array(
            [
                model.encode(dict(zip(others.decision_columns, cells, strict=True)))
                for cells in others.cells
            ]
        )
    except ScenarioError as error:
        yield Finding(listed, error.message)
        return
    plans = ground.read(x)
    readings = model.read(x, plans.given)
    seen = {listed}
    for at, name in enumerate(others.ids):
        values = (others.y[at], others.indicators[at])
        right = (readings.objectives[at], readings.indicators[at])
        if (name, others.cells[at]) != (readings.ids[at], readings.cells[at]) or name in seen:
            yield Finding(name, tr("is not a plan of its own beside {plan}", plan=listed))
        elif not all(map(_same, values, right)):
            yield Finding(name, tr("its values are not what its decisions lead to"))
        seen.add(name)
    for name, point in zip(others.ids, plans.points, strict=True):
        # what irrational expressions leave open is open of the listed plans as well
        if any(excess.holds() is not None for excess in excesses(ground.problem, point)):
            yield Finding(name, tr("does not hold, and stands beside {plan}", plan=listed))
    mine, theirs = ground.order(ground.plans.some([row]), plans)
    slack = 0.0 if ground.exact else EQUAL * np.maximum(1.0, np.abs(mine))
    for at in np.flatnonzero((np.abs(theirs - mine) > slack).any(axis=1)).tolist():
        yield Finding(others.ids[at], tr("does not have the objectives of {plan}", plan=listed))


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=True)
