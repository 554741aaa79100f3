"""The rules of a scenario that rows are named after: what each says, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimiser.language import listed, retold, stored
from optimiser.scenario.format.rules import rules_of

if TYPE_CHECKING:
    from optimiser.analysis.breaches import Breach
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Technology

__all__ = ["NamedRule", "broken_rules", "rules_of_groups"]

_ENDS = (("at_least", ">="), ("at_most", "<="), ("exactly", "=="))


@dataclass(frozen=True)
class NamedRule:
    """One rule.

    Attributes:
        name: an id of the scenario, or what the rule is, in English.
        text: what it says: a comparison, or a sentence.
        path: where it is written.
    """

    name: str
    text: str
    path: tuple[str | int, ...]


def rules_of_groups(scenario: Scenario, groups: Sequence[str], /) -> tuple[NamedRule, ...]:
    """The rules behind the groups of a problem's rows, in their order."""
    known: dict[str, NamedRule] = {}
    for group, rule in _rules(scenario):
        known.setdefault(group, rule)
    return tuple(known.get(group, NamedRule(group, retold(group), ())) for group in groups)


def broken_rules(scenario: Scenario, breaches: Sequence[Breach], /) -> tuple[NamedRule, ...]:
    """The rules that a plan breaks, each once."""
    known = dict(_rules(scenario))
    found = []
    for one in breaches:
        rule = known.get(f"{one.name}@{one.phase}" if one.phase else one.name, known.get(one.name))
        if one.name in scenario.variables:
            variable = scenario.variables[one.name]
            ends = [end.text for end in (variable.min, variable.max) if end is not None]
            rule = NamedRule(one.name, listed(ends), ("variables", one.name))
        found.append(rule or NamedRule(one.name, retold(one.name), ("technologies", one.name)))
    return tuple(dict.fromkeys(found))


def _rules(scenario: Scenario) -> Iterator[tuple[str, NamedRule]]:
    for name, constraint in scenario.constraints.items():
        rule = NamedRule(name, constraint.expr.text, ("constraints", name, "expr"))
        for place in scenario.constraint_phases(name):
            yield name if place is None else f"{name}@{scenario.phases[place].name}", rule
    for index, phase in enumerate(scenario.phases):
        for name, limit in phase.limits.items():
            group = stored("limit of {name} in {phase}", name=name, phase=phase.name)
            where = ("phases", index, "limits", name)
            yield group, NamedRule(group, f"{name} <= {limit.text}", where)
    for name, counted in scenario.groups.items():
        written = [(key, sign, getattr(counted, key)) for key, sign in _ENDS]
        members = " + ".join(counted.of)
        text = ", ".join(f"{members} {sign} {f.text}" for _, sign, f in written if f is not None)
        key = next(key for key, _, f in written if f is not None)
        yield stored("group {group}", group=name), NamedRule(name, text, ("groups", name, key))
    for name, technology in scenario.technologies.items():
        yield from _of_technology(scenario, name, technology)


def _of_technology(
    scenario: Scenario, name: str, technology: Technology
) -> Iterator[tuple[str, NamedRule]]:
    own = ("technologies", name)
    places: list[tuple[str, int]] = [("requires", i) for i in range(len(technology.requires))]
    places += [("requires_any", i) for i in range(len(technology.requires_any))]
    places += [("excludes", i) for i in range(len(technology.excludes))]
    for rule, place in zip(rules_of(name, technology), places, strict=True):
        yield rule.text, NamedRule(rule.text, retold(rule.text), (*own, *place))
    for requirement, place in zip(technology.requires, places, strict=False):
        group = stored(
            "{technology} requires {needed} {lead} before",
            technology=name,
            needed=requirement.technology,
            lead=int(scenario.number(requirement.lead)),
        )
        yield group, NamedRule(group, retold(group), (*own, *place))
    for group, key in (
        (stored("levels of {technology}", technology=name), "levels"),
        (stored("amount of {name}", name=name), "scale"),
        (stored("{name} stays once started", name=name), "earliest"),
    ):
        yield group, NamedRule(group, retold(group), (*own, key))
