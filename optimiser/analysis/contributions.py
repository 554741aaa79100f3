"""What each adopted technology and each synergy contributes to every objective of a plan.

A plan is built up in the order of the file: variables and technologies one after the other, without
synergies, then the synergies whose members all act. A contribution is the change of the objective
at its step, so that they add up: baseline + contributions = value, as decimals exactly. Where
effects add, no order changes them; where it would (compound effects, products, ratios), the
objective is among those that are ``ordered``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.tolerances import ORDERED

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario

__all__ = ["Contribution", "Decomposition", "contributions"]


@dataclass(frozen=True)
class Contribution:
    """What one decision or synergy adds, in the units and the direction of the objective."""

    source: str
    value: float


@dataclass(frozen=True)
class Decomposition:
    """Of one objective.

    Attributes:
        baseline: its value with nothing adopted.
        parts: what changes it, in the order of the file; the others contribute 0.
        ordered: whether another order would give other contributions.
        defined: whether all steps have values; else there are no parts.
    """

    baseline: float
    parts: tuple[Contribution, ...]
    ordered: bool
    defined: bool = True


def contributions(result: Result, plan: NamedPlan, /) -> dict[str, Decomposition]:
    """The contributions to each objective of any plan."""
    scenario = result.scenario
    names = result.front.decision_columns
    base = result.model.encode({})
    resting = _cells(result.model, base)
    moved = [
        name for name, cell, rest in zip(names, plan.cells, resting, strict=True) if cell != rest
    ]
    cells = dict(zip(names, plan.cells, strict=True))
    active = [
        name
        for name, synergy in scenario.synergies.items()
        if all(_acts(cells, member) for member in synergy.between)
    ]
    bare = _with_synergies(result.model, scenario, ())
    steps = [{n: cells[n] for n in moved[:count]} for count in range(len(moved) + 1)]
    alone = [{n: cells[n]} for n in moved]
    read = _objectives(bare, [*steps, *alone])
    single = read[len(steps) :] - read[0]
    rows = [*read[: len(steps)]]
    for count in range(1, len(active) + 1):
        rows.append(
            _objectives(_with_synergies(result.model, scenario, active[:count]), [cells])[0]
            if count < len(active)
            else plan.objectives
        )
    # the end is the plan as it is listed, also where its decisions are no decimals
    path = np.array([*rows[:-1], plan.objectives])
    return {
        column.name: _of_one(
            [*moved, *active], path[:, k], single[:, k], compound=_compounds(scenario, column.name)
        )
        for k, column in enumerate(result.front.columns)
    }


def _of_one(sources: list[str], path: Floats, alone: Floats, /, *, compound: bool) -> Decomposition:
    """Differences along the (s + 1,) path of an objective; ``alone`` is what the first of its
    sources change on their own.
    """
    if not np.isfinite(path).all():
        first = float(path[0])
        return Decomposition(first if np.isfinite(first) else 0.0, (), False, False)
    written = [Fraction(repr(float(value))) for value in path.tolist()]
    changes = [float(after - before) for before, after in pairwise(written)]
    steps = np.array(changes[: len(alone)])
    near = ORDERED * float(np.abs(path).max())
    moving = np.abs(steps) > near
    differs = not np.isfinite(alone).all() or bool((np.abs(steps - alone) > near).any())
    parts = tuple(
        Contribution(source, change)
        for source, change in zip(sources, changes, strict=True)
        if change
    )
    return Decomposition(
        float(path[0]),
        parts,
        differs or (compound and int(moving.sum()) + len(changes) - len(steps) > 1),
    )


def _compounds(scenario: Scenario, objective: str) -> bool:
    indicator = scenario.indicators.get(objective)
    return indicator is not None and indicator.expr is None and indicator.combine == "compound"


def _acts(cells: dict[str, str], member: str) -> bool:
    """Whether a technology, or ``technology.level``, is adopted."""
    if member in cells:
        return cells[member] != "0"
    name, _, level = member.rpartition(".")
    return cells[name].partition("@")[0] == level


def _with_synergies(model: Model, scenario: Scenario, kept: tuple[str, ...] | list[str]) -> Model:
    """The model with these synergies only."""
    if len(kept) == len(scenario.synergies):
        return model
    from optimiser.formulate import formulate

    chosen = {name: scenario.synergies[name] for name in kept}
    return formulate(
        scenario.model_copy(update={"synergies": chosen, "constraints": {}, "figures": {}})
    )


def _cells(model: Model, x: Floats) -> tuple[str, ...]:
    return model.read(x[np.newaxis]).cells[0]


def _objectives(model: Model, plans: list[dict[str, str]]) -> Floats:
    return model.read(model.encode_all(plans)).objectives
