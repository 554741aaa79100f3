"""Prerequisites, exclusions, groups, levels and amounts as linear rows over the decision
columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.formulate.decisions import Decision, Number

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain
    from optimiser.scenario import Scenario

__all__ = ["RowDraft", "Started", "logic_rows"]


_ONE = Fraction(1)


@dataclass(frozen=True)
class RowDraft:
    """A row in exact rationals, before it is scaled to whole numbers: lower <= sum(terms) <= upper,
    by column name.

    ``size`` is what a tolerance is a share of, max(1, |bound|) of the bound as the planner wrote
    it, before constants were moved over; None where that is the row's own.
    """

    name: str
    group: str
    terms: dict[str, Fraction]
    lower: Fraction | None = None
    upper: Fraction | None = None
    size: Fraction | None = None

    def room(self, side: Fraction, /) -> Fraction:
        """What a tolerance on one of its sides is a share of."""
        return max(_ONE, abs(side)) if self.size is None else self.size


def logic_rows(
    scenario: Scenario, decisions: Sequence[Decision], domains: Sequence[Domain], number: Number, /
) -> Iterator[RowDraft]:
    """Every row that adoption itself imposes, in the order of the file."""
    adoption = {d.name: d.adoption for d in decisions}
    adoption |= {
        f"{d.name}.{level}": (chain[-1],)
        for d in decisions
        for level, chain in zip(d.levels, d.chains, strict=False)
    }
    by_name = {domain.name: domain for domain in domains}

    def members(*names: str) -> dict[str, Fraction]:
        return _summed(column for name in names for column in adoption[name])

    for decision in decisions:
        if decision.kind == "levels" and len(decision.levels) > 1:
            group = f"levels of {decision.name}"
            yield RowDraft(group, group, members(decision.name), upper=Fraction(1))
        if decision.kind == "scale":
            yield from _amount_rows(scenario, decision, by_name[decision.columns[-1]], number)
        group = f"{decision.name} stays once started"
        for first, then in (
            pair for chain in decision.chains for pair in itertools.pairwise(chain)
        ):
            yield RowDraft(
                f"{then} from {first}", group, {then: _ONE, first: -_ONE}, lower=Fraction(0)
            )
    started = Started(decisions, [phase.name for phase in scenario.phases])
    seen: set[frozenset[str]] = set()
    for name, technology in scenario.technologies.items():
        for requirement in technology.requires:
            lead = int(number(requirement.lead))
            group = f"{name} requires {requirement}" + (f" {lead} before" if lead else "")
            yield from started.rows(group, name, [requirement.technology], lead)
        for alternatives in technology.requires_any:
            yield from started.rows(
                f"{name} requires any of {', '.join(alternatives)}", name, alternatives, 0
            )
        for other in technology.excludes:
            pair = frozenset((name, other))
            if pair not in seen:
                seen.add(pair)
                group = f"{name} excludes {other}"
                yield RowDraft(
                    group, group, _added(members(name), members(other)), upper=Fraction(1)
                )
    for name, rule in scenario.groups.items():
        low = rule.exactly if rule.exactly is not None else rule.at_least
        high = rule.exactly if rule.exactly is not None else rule.at_most
        group = f"group {name}"
        yield RowDraft(
            group,
            group,
            members(*rule.of),
            lower=None if low is None else number(low),
            upper=None if high is None else number(high),
        )


def _amount_rows(
    scenario: Scenario, decision: Decision, amount: Domain, number: Number
) -> Iterator[RowDraft]:
    scale = scenario.technologies[decision.name].scale
    assert scale is not None
    assert amount.upper is not None
    group = f"amount of {decision.name}"
    adopted, column = decision.columns[-2:]
    yield RowDraft(
        f"{group}: min",
        group,
        {column: Fraction(1), adopted: -number(scale.min)},
        lower=Fraction(0),
    )
    yield RowDraft(
        f"{group}: max", group, {column: Fraction(1), adopted: -amount.upper}, upper=Fraction(0)
    )


class Started:
    """What has started by each phase, as sums of columns; without phases by the only one there
    is.
    """

    def __init__(self, decisions: Sequence[Decision], phases: Sequence[str], /) -> None:
        self._count = max(1, len(phases))
        place = {name: i for i, name in enumerate(phases)}
        self._chains: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for decision in decisions:
            firsts = [place[starts[0]] for starts in decision.starts] or [0] * len(decision.chains)
            timed = list(zip(firsts, decision.chains, strict=True))
            self._chains[decision.name] = timed
            for level, chain in zip(decision.levels, timed, strict=False):
                self._chains[f"{decision.name}.{level}"] = [chain]

    def by(self, members: Sequence[str], phase: int, /) -> dict[str, Fraction]:
        """The sum of the columns that say which members have started by a phase."""
        chains = [chain for member in members for chain in self._chains[member]]
        return _summed(
            chain[min(phase - first, len(chain) - 1)] for first, chain in chains if phase >= first
        )

    def rows(
        self, group: str, name: str, wanted: Sequence[str], lead: int, /
    ) -> Iterator[RowDraft]:
        """One of ``wanted`` has started ``lead`` phases before a technology has.

        A row is left out where a later one implies it, since nothing wanted starts between them,
        and where an earlier one does, since the technology itself does not start between them.
        """
        listed: dict[str, Fraction] = {}
        for phase in range(self._count):
            own = self.by([name], phase)
            before = self.by(wanted, phase - lead)
            later = phase + 1 < self._count and self.by(wanted, phase + 1 - lead) == before
            if not own or own == listed or later:
                continue
            listed = own
            terms = _added(before, {column: -c for column, c in own.items()})
            yield RowDraft(
                group if self._count == 1 else f"{group}: by phase {phase + 1}",
                group,
                terms,
                lower=Fraction(0),
            )


def _summed(columns: Iterable[str]) -> dict[str, Fraction]:
    terms: dict[str, Fraction] = {}
    for column in columns:
        terms[column] = terms.get(column, Fraction(0)) + 1
    return terms


def _added(first: dict[str, Fraction], second: dict[str, Fraction]) -> dict[str, Fraction]:
    terms = dict(first)
    for name, weight in second.items():
        terms[name] = terms.get(name, Fraction(0)) + weight
    return {name: weight for name, weight in terms.items() if weight}
