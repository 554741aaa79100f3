"""What requires, requires_any, excludes, levels and groups mean for adoption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from optimiser.language import stored
from optimiser.scenario.format.fields import ONE, ZERO
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.phases import Requirement, Timing, timing
from optimiser.scenario.format.schema import Scenario, Technology

__all__ = [
    "Count",
    "Prerequisite",
    "group_rules",
    "level_rules",
    "prerequisites",
    "rules_of",
    "technology_rules",
    "timings",
]


class Prerequisite(NamedTuple):
    """Where a technology is adopted, so is one of ``wanted``, ``lead`` phases before at the
    latest; ``needed`` says it as it is written, None where any of several is enough.
    """

    technology: str
    wanted: tuple[str, ...]
    lead: Formula
    needed: Requirement | None = None

    @property
    def text(self) -> str:
        """The rule in words: made when asked for, as most are never shown."""
        if self.needed is not None:
            return stored(
                "{technology} requires {needed}", technology=self.technology, needed=self.needed
            )
        return stored(
            "{technology} requires any of {needed}",
            technology=self.technology,
            needed=", ".join(self.wanted),
        )


class Count(NamedTuple):
    """Of the members at least so many are adopted and at most so many; None where that is free.
    ``kind`` and the name of a technology or group tell what says so.
    """

    members: tuple[str, ...]
    at_least: Formula | None
    at_most: Formula | None
    kind: Literal["levels", "excludes", "group"]
    name: str

    @property
    def text(self) -> str:
        """The rule in words: made when asked for, as most are never shown."""
        match self.kind:
            case "levels":
                return stored("levels of {technology}", technology=self.name)
            case "excludes":
                other = self.members[1]
                return stored("{technology} excludes {other}", technology=self.name, other=other)
        return stored("group {group}", group=self.name)


def prerequisites(name: str, technology: Technology, /) -> Iterator[Prerequisite]:
    """What a technology needs, in the order in which it is written."""
    for requirement in technology.requires:
        yield Prerequisite(name, (requirement.technology,), requirement.lead, requirement)
    for alternatives in technology.requires_any:
        yield Prerequisite(name, alternatives, ZERO)


def level_rules(name: str, technology: Technology, /) -> Iterator[Count]:
    """At most one of the levels is chosen."""
    if len(technology.levels) > 1:
        members = tuple(f"{name}.{level}" for level in technology.levels)
        yield Count(members, None, ONE, "levels", name)


def rules_of(name: str, technology: Technology, /) -> Iterator[Prerequisite | Count]:
    """What a technology needs, then what it excludes."""
    yield from prerequisites(name, technology)
    for other in technology.excludes:
        yield Count((name, other), None, ONE, "excludes", name)


def technology_rules(scenario: Scenario, /) -> list[Prerequisite | Count]:
    """What all technologies need and exclude, in the order of the file."""
    return [
        rule
        for name, technology in scenario.technologies.items()
        for rule in rules_of(name, technology)
    ]


def timings(scenario: Scenario, phases: Mapping[str, int], /) -> dict[str, Timing]:
    """When each technology without levels, and each level, may start.

    Args:
        scenario: the scenario.
        phases: the position of each phase, at least one.
    """
    found = {}
    for name, technology in scenario.technologies.items():
        for level in technology.levels:
            found[f"{name}.{level}"] = timing(technology, technology.levels[level], phases)
        if not technology.levels:
            found[name] = timing(technology, None, phases)
    return found


def group_rules(scenario: Scenario, /) -> Iterator[Count]:
    """What groups ask for; a member that is listed twice counts twice."""
    for name, group in scenario.groups.items():
        low = group.exactly if group.exactly is not None else group.at_least
        high = group.exactly if group.exactly is not None else group.at_most
        yield Count(group.of, low, high, "group", name)
