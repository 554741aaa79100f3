"""Prerequisites, exclusions, groups, levels and amounts as linear rows over the decision
columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.formulate.decisions import Decision, Mode, Number
from optimiser.frozen import dataclass
from optimiser.language import stored
from optimiser.scenario.format.rules import (
    Count,
    Prerequisite,
    group_rules,
    level_rules,
    technology_rules,
)

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain
    from optimiser.scenario import Scenario

__all__ = ["MINUS_ONE", "ONE", "ZERO", "RowDraft", "Started", "logic_rows"]


# the numbers of prerequisites, which come by the hundred thousand: known by being these
ONE: Final = Fraction(1)
MINUS_ONE: Final = Fraction(-1)
ZERO: Final = Fraction(0)


@dataclass(frozen=True, eq=False)
class RowDraft:
    """A row in exact rationals, before it is scaled to whole numbers: lower <= sum(terms) <= upper,
    by column name.

    ``size`` is what a tolerance is a share of, max(1, |bound|) of the bound as the planner wrote
    it, before constants were moved over; None where that is the row's own. ``defining`` is a row
    that says what one decision is, not what a planner asks for.
    """

    name: str
    group: str
    terms: dict[str, Fraction]
    lower: Fraction | None = None
    upper: Fraction | None = None
    size: Fraction | None = None
    defining: bool = False

    def room(self, side: Fraction, /) -> Fraction:
        """What a tolerance on one of its sides is a share of."""
        return max(ONE, abs(side)) if self.size is None else self.size


def logic_rows(
    scenario: Scenario, decisions: Sequence[Decision], domains: Sequence[Domain], number: Number, /
) -> Iterator[RowDraft]:
    """Every row that adoption itself imposes, in the order of the file."""
    by_name = {domain.name: domain for domain in domains}
    started = Started(decisions, len(scenario.horizon))
    for decision in decisions:
        if decision.kind == "levels":
            technology = scenario.technologies[decision.name]
            yield from (
                replace(started.counted(rule, number), defining=True)
                for rule in level_rules(decision.name, technology)
            )
        if decision.kind == "scale":
            yield from _amount_rows(scenario, decision, by_name[decision.columns[-1]], number)
        group = stored("{name} stays once started", name=decision.name)
        for first, then in (
            pair for chain in decision.chains for pair in itertools.pairwise(chain)
        ):
            terms = {then: ONE, first: MINUS_ONE}
            yield RowDraft(f"{then} from {first}", group, terms, lower=ZERO, defining=True)
    seen: set[frozenset[str]] = set()
    for rule in technology_rules(scenario):
        if isinstance(rule, Prerequisite):
            yield from started.rows(rule, number)
        elif (pair := frozenset(rule.members)) not in seen:
            # written on both sides, it is one rule
            seen.add(pair)
            yield started.counted(rule, number)
    for rule in group_rules(scenario):
        yield started.counted(rule, number)


def _amount_rows(
    scenario: Scenario, decision: Decision, amount: Domain, number: Number
) -> Iterator[RowDraft]:
    scale = scenario.technologies[decision.name].scale
    assert scale is not None
    assert amount.upper is not None
    group = stored("amount of {name}", name=decision.name)
    adopted, column = decision.columns[-2:]
    least = {column: ONE, adopted: -number(scale.min)}
    yield RowDraft(f"{group}: min", group, least, lower=ZERO, defining=True)
    most = {column: ONE, adopted: -amount.upper}
    yield RowDraft(f"{group}: max", group, most, upper=ZERO, defining=True)


class Started:
    """What has started by each phase, as sums of columns.

    Args:
        decisions: the decisions.
        phases: how many there are, at least one.
    """

    def __init__(self, decisions: Sequence[Decision], phases: int, /) -> None:
        self._count = phases
        self._modes: dict[str, tuple[Mode, ...]] = {}
        self._sums: dict[tuple[Sequence[str], int], Mapping[str, Fraction]] = {}
        for decision in decisions:
            self._modes[decision.name] = decision.modes
            self._modes.update({mode.name: (mode,) for mode in decision.modes})

    def by(self, members: tuple[str, ...], phase: int, /) -> Mapping[str, Fraction]:
        """The sum of the columns that say which members have started by a phase."""
        key = members, phase
        if key not in self._sums:
            columns = (mode.started(phase) for member in members for mode in self._modes[member])
            self._sums[key] = _summed(column for column in columns if column)
        return self._sums[key]

    def counted(self, rule: Count, number: Number, /) -> RowDraft:
        """The row of how many members are adopted: have started by the end."""
        return RowDraft(
            rule.text,
            rule.text,
            dict(self.by(rule.members, self._count - 1)),
            lower=None if rule.at_least is None else number(rule.at_least),
            upper=None if rule.at_most is None else number(rule.at_most),
        )

    def rows(self, rule: Prerequisite, number: Number, /) -> Iterator[RowDraft]:
        """One of those wanted has started ``lead`` phases before a technology has.

        A row is left out where a later one implies it, since nothing wanted starts between them,
        and where an earlier one does, since the technology itself does not start between them.
        """
        lead = int(number(rule.lead)) if rule.lead.text != "0" else 0
        group = rule.text
        if lead:
            # a single one is wanted, of several nothing can lead
            (wanted,) = rule.wanted
            group = stored(
                "{technology} requires {needed} {lead} before",
                technology=rule.technology,
                needed=wanted,
                lead=lead,
            )
        listed: Mapping[str, Fraction] = {}
        for phase in range(self._count):
            own = self.by((rule.technology,), phase)
            before = self.by(rule.wanted, phase - lead)
            later = phase + 1 < self._count and self.by(rule.wanted, phase + 1 - lead) == before
            if not own or own == listed or later:
                continue
            listed = own
            terms = _difference(before, own)
            name = (
                group
                if self._count == 1
                else stored("{rule}: by phase {phase}", rule=group, phase=phase + 1)
            )
            yield RowDraft(name, group, terms, lower=ZERO)


def _summed(columns: Iterable[str]) -> dict[str, Fraction]:
    terms: dict[str, Fraction] = {}
    for column in columns:
        terms[column] = terms[column] + 1 if column in terms else ONE
    return terms


def _difference(
    first: Mapping[str, Fraction], second: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    terms = dict(first)
    for name, weight in second.items():
        if name not in terms:
            terms[name] = MINUS_ONE if weight is ONE else -weight
        elif rest := terms[name] - weight:
            terms[name] = rest
        else:
            del terms[name]
    return terms
