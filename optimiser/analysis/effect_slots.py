"""The numbers of a scenario that measurements can correct: effects on an indicator, and its
baseline.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimiser.language import tr
from optimiser.scenario import from_resolved

if TYPE_CHECKING:
    from optimiser.analysis.measured import Observation
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.formulas import Formula
    from optimiser.scenario.format.schema import Effect, Indicator, Technology

__all__ = ["Slot", "following_phases", "parametrised", "slots_of"]


@dataclass(frozen=True)
class Slot:
    """A number in a scenario.

    Attributes:
        path: where it stands.
        label: what it is, for people.
        percent: whether it is written as a percentage.
        text: the number as it is written, an expression perhaps.
        forecast: its value; 0 for an effect that the scenario does not have.
        unit: what one unit of change in the common measure of an indicator's effects is in the
            number's own.
    """

    path: tuple[str, ...]
    label: str
    percent: bool
    text: str
    forecast: float
    unit: float

    @property
    def indicator(self) -> str:
        """The indicator that the number is a part of."""
        return self.path[1] if self.path[0] == "indicators" else self.path[-1]


def slots_of(
    scenario: Scenario, indicator: str, observations: Sequence[Observation], /
) -> tuple[Slot, ...]:
    """Every number that an indicator is made of; the baseline where it was measured itself, with
    nothing adopted.

    An effect that was measured of a technology alone has a place even where the scenario forecasts
    none.
    """
    found = scenario.indicators[indicator]
    if found.expr is not None:
        return ()
    make = _Maker(scenario, indicator, found)
    slots = []
    if any(not one.effect and not _adopted(scenario, one.cells) for one in observations):
        slots += make.baseline()
    written = set()
    for path, label, effects in _places(scenario):
        slots += make.effect(path, label, effects)
        written |= {path} if indicator in effects else set()
    for one in observations:
        for name, cell in one.cells.items() if one.effect else ():
            if name in scenario.technologies:
                taken = written | {slot.path[:-1] for slot in slots}
                slots += make.missing(name, cell.partition("@")[0], taken)
    return tuple(slots)


def following_phases(scenario: Scenario, indicator: str, /) -> tuple[str, ...]:
    """What of an indicator follows parameters that change by phase, by label: such a number has not
    one value, and is taken as right.
    """
    found = scenario.indicators[indicator]
    if found.expr is not None:
        return ()
    labels = [tr("baseline")] if _number(scenario, found.baseline) is None else []
    for _, label, effects in _places(scenario):
        effect = effects.get(indicator)
        if effect is not None and _number(scenario, _formula(effect)) is None:
            labels.append(label)
    return tuple(labels)


def parametrised(scenario: Scenario, slots: Sequence[Slot], /) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario with one more parameter for each slot, 0 at first, that is added to its number
    in the common measure.
    """
    data: dict[str, Any] = copy.deepcopy(scenario.resolved())
    names = _fresh(scenario, len(slots))
    parameters = data.setdefault("parameters", {})
    for slot, name in zip(slots, names, strict=True):
        parameters[name] = {"value": "0"}
        holder: Any = data
        for part in slot.path[:-1]:
            holder = holder.setdefault(part, {})
        text = f"({slot.text}) + {slot.unit!r} * {name}"
        if slot.path[-1] == "baseline":
            holder["baseline"] = text
        else:
            holder[slot.path[-1]] = {"percent" if slot.percent else "value": text}
    return from_resolved(data), names


def _fresh(scenario: Scenario, count: int) -> tuple[str, ...]:
    """Names that the scenario does not have."""
    sections = (
        scenario.parameters,
        scenario.variables,
        scenario.indicators,
        scenario.technologies,
        scenario.models,
    )
    taken = {*scenario.objectives, *(name for section in sections for name in section)}
    prefix = "learnt"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return tuple(f"{prefix}{place}" for place in range(count))


def _places(
    scenario: Scenario,
) -> Iterator[tuple[tuple[str, ...], str, Mapping[str, Effect]]]:
    """Where effects are written: the path, what they are of, the effects."""
    for name, technology in scenario.technologies.items():
        own = ("technologies", name)
        yield (*own, "effects"), name, technology.effects
        per_unit = _per_unit(name, technology)
        yield (*own, "effects_per_unit"), per_unit, technology.effects_per_unit
        for level, content in technology.levels.items():
            yield (*own, "levels", level, "effects"), f"{name} ({level})", content.effects
    for name, synergy in scenario.synergies.items():
        yield ("synergies", name, "effects"), tr("synergy {name}", name=name), synergy.effects


def _number(scenario: Scenario, formula: Formula) -> float | None:
    """What it is worth, or None where that changes by phase."""
    acting = scenario.acting(formula, 0)
    return None if acting is not formula else float(scenario.number(formula))


def _formula(effect: Effect) -> Formula:
    formula = effect.percent if effect.percent is not None else effect.value
    assert formula is not None
    return formula


def _per_unit(name: str, technology: Technology) -> str:
    if technology.scale is None:
        return name
    return tr("{name} per {unit}", name=name, unit=technology.scale.unit or tr("unit"))


def _adopted(scenario: Scenario, cells: Mapping[str, str]) -> bool:
    return any(
        cell.partition("@")[0] != "0"
        for name, cell in cells.items()
        if name in scenario.technologies
    )


@dataclass(frozen=True)
class _Maker:
    scenario: Scenario
    indicator: str
    found: Indicator

    @property
    def _baseline(self) -> float:
        """Of the first phase, where it changes by phase."""
        return float(self.scenario.number(self.scenario.acting(self.found.baseline, 0)))

    @property
    def _unit(self) -> float:
        """Of a percentage: its change for one unit of the indicator, or where effects compound for
        one whole share.
        """
        return 100.0 if self.found.combine == "compound" else 100.0 / (self._baseline or 1.0)

    def baseline(self) -> list[Slot]:
        value = _number(self.scenario, self.found.baseline)
        if value is None:
            return []
        unit = value if self.found.combine == "compound" else 1.0
        path, text = ("indicators", self.indicator, "baseline"), self.found.baseline.text
        return [Slot(path, tr("baseline"), percent=False, text=text, forecast=value, unit=unit)]

    def effect(
        self, path: tuple[str, ...], label: str, effects: Mapping[str, Effect]
    ) -> list[Slot]:
        if self.indicator not in effects:
            return []
        effect = effects[self.indicator]
        formula, percent = _formula(effect), effect.percent is not None
        forecast = _number(self.scenario, formula)
        if forecast is None:
            return []
        return [
            Slot(
                (*path, self.indicator),
                label,
                percent=percent,
                text=formula.text,
                forecast=forecast,
                unit=self._unit if percent else 1.0,
            )
        ]

    def missing(self, name: str, mode: str, taken: Set[tuple[str, ...]]) -> list[Slot]:
        """An effect that nobody forecast: of the level that was adopted, of each unit of an amount,
        else of the technology.
        """
        technology, own = self.scenario.technologies[name], ("technologies", name)
        of_level = (*own, "levels", mode, "effects")
        if taken & {(*own, "effects"), (*own, "effects_per_unit"), of_level}:
            return []
        if technology.levels:
            return [self._new(of_level, f"{name} ({mode})")]
        if technology.scale is not None:
            return [self._new((*own, "effects_per_unit"), _per_unit(name, technology))]
        return [self._new((*own, "effects"), name)]

    def _new(self, path: tuple[str, ...], label: str) -> Slot:
        percent = self.found.combine == "compound"
        unit = self._unit if percent else 1.0
        return Slot(
            (*path, self.indicator), label, percent=percent, text="0", forecast=0.0, unit=unit
        )
