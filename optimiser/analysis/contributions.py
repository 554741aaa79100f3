"""What each adopted technology and each synergy contributes to every objective of a plan.

A plan is built up in the order of the file: variables and technologies one after the other, without
synergies, then the synergies whose members all act. A contribution is the change of the objective
at its step, so that they add up: baseline + contributions = value, as decimals exactly. Where
effects add, no order changes them; where it would (compound effects, products, ratios), the
objective is among those that are ``ordered``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.differences import told_difference
from optimiser.analysis.tolerances import ORDERED

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.formulate.valuation import Change
    from optimiser.front import Floats
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario

__all__ = ["Contribution", "Decomposition", "contributions", "contributions_each", "synergy_named"]


_SYNERGIES: Final = "synergies."  # no id has a point in it


@dataclass(frozen=True)
class Contribution:
    """What one decision or synergy adds, in the units and the direction of the objective.

    Attributes:
        source: its id; of a synergy that is called like a decision ``synergies.ID``.
        value: what it adds.
    """

    source: str
    value: float


@dataclass(frozen=True)
class Decomposition:
    """Of one objective.

    Attributes:
        baseline: its value with nothing adopted; None where it is undefined.
        parts: what changes it, in the order of the file; the others contribute 0.
        ordered: whether another order would give other contributions.
        defined: whether all steps have values; else there are no parts.
    """

    baseline: float | None
    parts: tuple[Contribution, ...]
    ordered: bool
    defined: bool = True


def contributions(result: Result, plan: NamedPlan, /) -> dict[str, Decomposition]:
    """The contributions to each objective of any plan."""
    return next(contributions_each(result, [plan]))


def synergy_named(source: str, /) -> str:
    """The synergy that a source of contributions is which is no decision."""
    return source.removeprefix(_SYNERGIES)


def contributions_each(
    result: Result, plans: Sequence[NamedPlan], /
) -> Iterator[dict[str, Decomposition]]:
    """The same of several plans."""
    acting = [_acting(result.scenario, _cells(result, plan)) for plan in plans]
    return map(_Built(result, set().union(*acting)).of, plans, acting)


class _Built:
    """What plans of a result are built up from: the plan that adopts nothing, what each decision
    changes in it, and a model in which each of the synergies given waits for a switch.
    """

    def __init__(self, result: Result, synergies: Set[str], /) -> None:
        self._result, model = result, result.model
        resting = model.read(model.encode({})[np.newaxis]).cells[0]
        self._resting = set(zip(result.front.decision_columns, resting, strict=True))
        self._model = _switched(model, result.scenario, synergies)
        self._base = self._model.encode({})
        self._change = cache(self._changed)
        self._alone: dict[tuple[str, str], Floats] = {}

    def of(self, plan: NamedPlan, acting: Sequence[str], /) -> dict[str, Decomposition]:
        """The contributions to each objective of a plan in which these synergies act."""
        scenario, cells = self._result.scenario, _cells(self._result, plan)
        done = [pair for pair in cells.items() if pair not in self._resting]
        steps = [*done, *((_switch(name), "1") for name in acting)]
        path = self._model.along(self._base, [self._change(*step) for step in steps])
        alone = self._each_alone(done)
        named = (_SYNERGIES + name if name in cells else name for name in acting)
        sources = [*(name for name, _ in done), *named]
        return {
            column.name: _of_one(
                sources,
                _ending([row[k] for row in path], float(plan.objectives[k])),
                alone[:, k],
                compound=_compounds(scenario, column.name),
            )
            for k, column in enumerate(self._result.front.columns)
        }

    def _changed(self, name: str, cell: str) -> Change:
        """What one decision changes where nothing is adopted."""
        own = self._model.encode({name: cell})
        columns = np.flatnonzero(own != self._base)
        return columns, own[columns]

    def _each_alone(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """(decisions, m) the objectives with nothing adopted but one of them."""
        changes = []
        new = [pair for pair in pairs if pair not in self._alone]
        for pair in new:
            columns, values = self._change(*pair)
            changes += [(columns, values), (columns, self._base[columns])]
        found = self._model.along(self._base, changes)[1::2] if new else ()
        self._alone.update(zip(new, map(_floats, found), strict=True))
        own = [self._alone[pair] for pair in pairs]
        return np.array(own).reshape(len(pairs), len(self._result.front.columns))


def _ending(path: list[Fraction | None], end: float) -> list[Fraction | None]:
    """A path that ends with the plan as it is listed, also where its decisions are no decimals."""
    last = path[-1]
    if last is None or float(last) != end:
        path[-1] = Fraction(repr(end)) if np.isfinite(end) else None
    return path


def _floats(values: Sequence[Fraction | None]) -> Floats:
    """Each rounded once; NaN where undefined."""
    return np.array([np.nan if value is None else float(value) + 0.0 for value in values])


def _of_one(
    sources: list[str], path: Sequence[Fraction | None], alone: Floats, /, *, compound: bool
) -> Decomposition:
    """Differences along the s + 1 exact values of a path of an objective; ``alone`` is what the
    first of its sources lead to on their own.
    """
    known = [value for value in path if value is not None]
    if len(known) < len(path):
        return Decomposition(None if path[0] is None else float(path[0]), (), False, False)
    changes = [told_difference(before, after) for before, after in pairwise(known)]
    steps, rounded = np.array(changes[: len(alone)]), _floats(known)
    alone = alone - rounded[0]
    near = ORDERED * float(np.abs(rounded).max())
    moving = np.abs(steps) > near
    differs = not np.isfinite(alone).all() or bool((np.abs(steps - alone) > near).any())
    parts = tuple(
        Contribution(source, change)
        for source, change in zip(sources, changes, strict=True)
        if change
    )
    return Decomposition(
        float(rounded[0]),
        parts,
        differs or (compound and int(moving.sum()) + len(changes) - len(steps) > 1),
    )


def _compounds(scenario: Scenario, objective: str) -> bool:
    indicator = scenario.indicators.get(objective)
    return indicator is not None and indicator.expr is None and indicator.combine == "compound"


def _cells(result: Result, plan: NamedPlan) -> dict[str, str]:
    return dict(zip(result.front.decision_columns, plan.cells, strict=True))


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


def _switch(synergy: str) -> str:
    """A technology that no scenario can name."""
    return f"+{synergy}"


def _switched(model: Model, scenario: Scenario, kept: Set[str], /) -> Model:
    """The model with these synergies only, each of which acts once its switch is adopted as well:
    a technology that does nothing else.
    """
    if not scenario.synergies:
        return model
    from optimiser.formulate import Model
    from optimiser.scenario.format.schema import Technology

    switches = {_switch(name): Technology() for name in scenario.synergies if name in kept}
    chosen = {
        name: synergy.model_copy(update={"between": (*synergy.between, _switch(name))})
        for name, synergy in scenario.synergies.items()
        if name in kept
    }
    changed = {
        "technologies": {**scenario.technologies, **switches},
        "synergies": chosen,
        "constraints": {},
        "figures": {},
    }
    return Model(scenario.model_copy(update=changed))
