"""Prerequisites, exclusions, groups, levels and amounts as linear rows over the decision columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.formulate.decisions import Decision, Number

if TYPE_CHECKING:
    from optimiser.problem import Domain
    from optimiser.scenario import Scenario

__all__ = ["Draft", "logic_rows"]


@dataclass(frozen=True)
class Draft:
    """A row in exact rationals, before it is scaled to whole numbers: lower <= sum(terms) <= upper, by column name."""

    name: str
    group: str
    terms: dict[str, Fraction]
    lower: Fraction | None = None
    upper: Fraction | None = None


def logic_rows(
    scenario: Scenario, decisions: Sequence[Decision], domains: Sequence[Domain], number: Number, /
) -> Iterator[Draft]:
    """Every row that adoption itself imposes, in the order of the file."""
    adoption = {d.name: d.adoption for d in decisions}
    by_name = {domain.name: domain for domain in domains}

    def members(*names: str, weight: int = 1) -> dict[str, Fraction]:
        terms: dict[str, Fraction] = {}
        for name in names:
            for column in adoption.get(name, (name,)):
                terms[column] = terms.get(column, Fraction(0)) + weight
        return terms

    for decision in decisions:
        if decision.kind == "levels" and len(decision.columns) > 1:
            group = f"levels of {decision.name}"
            yield Draft(group, group, members(decision.name), upper=Fraction(1))
        if decision.kind == "scale":
            yield from _amount_rows(scenario, decision, by_name[decision.columns[1]], number)
    seen: set[frozenset[str]] = set()
    for name, technology in scenario.technologies.items():
        own = members(name, weight=-1)
        for wanted in technology.requires:
            group = f"{name} requires {wanted}"
            yield Draft(group, group, _added(members(wanted), own), lower=Fraction(0))
        for alternatives in technology.requires_any:
            group = f"{name} requires any of {', '.join(alternatives)}"
            yield Draft(group, group, _added(members(*alternatives), own), lower=Fraction(0))
        for other in technology.excludes:
            pair = frozenset((name, other))
            if pair not in seen:
                seen.add(pair)
                group = f"{name} excludes {other}"
                yield Draft(group, group, _added(members(name), members(other)), upper=Fraction(1))
    for name, rule in scenario.groups.items():
        low = rule.exactly if rule.exactly is not None else rule.at_least
        high = rule.exactly if rule.exactly is not None else rule.at_most
        group = f"group {name}"
        yield Draft(
            group,
            group,
            members(*rule.of),
            lower=None if low is None else number(low),
            upper=None if high is None else number(high),
        )


def _amount_rows(scenario: Scenario, decision: Decision, amount: Domain, number: Number) -> Iterator[Draft]:
    scale = scenario.technologies[decision.name].scale
    assert scale is not None
    assert amount.upper is not None
    group = f"amount of {decision.name}"
    adopted, column = decision.columns
    yield Draft(f"{group}: min", group, {column: Fraction(1), adopted: -number(scale.min)}, lower=Fraction(0))
    yield Draft(f"{group}: max", group, {column: Fraction(1), adopted: -amount.upper}, upper=Fraction(0))


def _added(first: dict[str, Fraction], second: dict[str, Fraction]) -> dict[str, Fraction]:
    terms = dict(first)
    for name, weight in second.items():
        terms[name] = terms.get(name, Fraction(0)) + weight
    return {name: weight for name, weight in terms.items() if weight}
