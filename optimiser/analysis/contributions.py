"""What each adopted technology and each synergy contributes to every objective of a plan.

A plan is built up in the order of the file: variables and technologies one after the other, without
synergies, then the synergies whose members all act. A contribution is the change of the objective
at its step, so that they add up: baseline + contributions = value, as decimals exactly. Where
effects add, no order changes them; where it would (compound effects, products, ratios), the
objective is among those that are ``ordered``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache, partial
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

__all__ = ["Contribution", "Decomposition", "contributions", "contributions_each"]

_EXACT = 700  # digits: more than the difference of any two floats has
_TOGETHER = 50  # plans: of tens of technologies their steps are some megabytes


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
    return next(contributions_each(result, [plan]))


def contributions_each(
    result: Result, plans: Sequence[NamedPlan], /
) -> Iterator[dict[str, Decomposition]]:
    """The same of several plans, whose steps are valued together."""
    built = _Built(result)
    for at in range(0, len(plans), _TOGETHER):
        yield from built.each(plans[at : at + _TOGETHER])


class _Built:
    """What plans of a result are built up from: the plan that adopts nothing, that with one
    decision, and the models with some of the synergies.
    """

    def __init__(self, result: Result) -> None:
        self._result, self._model = result, result.model
        self._base = self._model.encode({})
        self._resting = self._model.read(self._base[np.newaxis]).cells[0]
        self._alone = cache(lambda name, cell: self._model.encode({name: cell}))
        self._with = cache(partial(_with_synergies, self._model, result.scenario))

    def each(self, plans: Sequence[NamedPlan], /) -> Iterator[dict[str, Decomposition]]:
        """Of each plan the contributions to each objective."""
        names, columns = self._result.front.decision_columns, self._result.front.columns
        scenario = self._result.scenario
        moved = [
            [pair for pair in zip(names, plan.cells, strict=True) if pair not in resting]
            for resting in [set(zip(names, self._resting, strict=True))]
            for plan in plans
        ]
        steps = [self._steps(own) for own in moved]
        ends = np.cumsum([len(own) for own in steps])[:-1]
        read = np.split(self._with(()).read(np.vstack(steps)).objectives, ends)
        active = [_acting(scenario, dict(zip(names, plan.cells, strict=True))) for plan in plans]
        last = [own[len(done)] for own, done in zip(steps, moved, strict=True)]
        joined = self._joined(last, active)
        for plan, own, done, acting, rows in zip(plans, read, moved, active, joined, strict=True):
            # the end is the plan as it is listed, also where its decisions are no decimals
            count = len(done) + bool(acting)
            path = np.array([*own[:count], *rows, plan.objectives])
            alone = own[len(done) + 1 :] - own[0]
            sources = [*(name for name, _ in done), *acting]
            yield {
                column.name: _of_one(
                    sources, path[:, k], alone[:, k], compound=_compounds(scenario, column.name)
                )
                for k, column in enumerate(columns)
            }

    def _steps(self, moved: Sequence[tuple[str, str]]) -> Floats:
        """(2 s + 1, n) of s decisions: the first 0, 1, ... s of them, then each alone."""
        alone = [self._alone(*pair) for pair in moved]
        steps = [self._base]
        for own in alone:
            steps.append(np.where(own != self._base, own, steps[-1]))
        return np.array([*steps, *alone])

    def _joined(
        self, plans: Sequence[Floats], active: Sequence[tuple[str, ...]]
    ) -> list[list[Floats]]:
        """For each plan its objectives with the first 1, 2, ... of its synergies, but for all."""
        asked: dict[tuple[str, ...], list[int]] = {}
        for row, own in enumerate(active):
            for count in range(1, len(own)):
                asked.setdefault(own[:count], []).append(row)
        found: list[list[Floats]] = [[] for _ in plans]
        for kept in sorted(asked, key=len):
            rows = asked[kept]
            values = self._with(kept).read(np.array([plans[row] for row in rows])).objectives
            for row, own in zip(rows, values, strict=True):
                found[row].append(own)
        return found


def _of_one(sources: list[str], path: Floats, alone: Floats, /, *, compound: bool) -> Decomposition:
    """Differences along the (s + 1,) path of an objective; ``alone`` is what the first of its
    sources change on their own.
    """
    if not np.isfinite(path).all():
        first = float(path[0])
        return Decomposition(first if np.isfinite(first) else 0.0, (), False, False)
    written = [Decimal(repr(value)) for value in path.tolist()]
    with localcontext(prec=_EXACT):
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


def _acting(scenario: Scenario, cells: dict[str, str]) -> tuple[str, ...]:
    """The synergies whose members a plan adopts."""
    return tuple(
        name
        for name, synergy in scenario.synergies.items()
        if all(_acts(cells, member) for member in synergy.between)
    )


def _acts(cells: dict[str, str], member: str) -> bool:
    """Whether a technology, or ``technology.level``, is adopted."""
    if member in cells:
        return cells[member] != "0"
    name, _, level = member.rpartition(".")
    return cells[name].partition("@")[0] == level


def _with_synergies(model: Model, scenario: Scenario, kept: tuple[str, ...]) -> Model:
    """The model with these synergies only."""
    if len(kept) == len(scenario.synergies):
        return model
    from optimiser.formulate import Model

    chosen = {name: scenario.synergies[name] for name in kept}
    return Model(
        scenario.model_copy(update={"synergies": chosen, "constraints": {}, "figures": {}})
    )
