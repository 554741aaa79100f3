"""Indicators over a horizon of phases: what has begun, what is spent, and how values become one.

With z_tq = 1 where technology t has started by phase q, delay d and ramp shares r_0 .. r_(K-1), r_K
= 1, the share of t's effect in phase p is linear in the columns::

    share_tp = sum_k (r_k - r_(k-1)) z_t,p-d-k        (r_-1 = 0)

An ongoing indicator has in each phase the value of its effects times their shares; a synergy counts
in phase p where z_t,p-d = 1 for all of its members. One-off effects fall where z_tp - z_t,p-1 = 1,
and the one-off part of a synergy where the product of its members' z_p first is 1, which is the
latest start among them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.errors import ScenarioError
from optimiser.scenario.format.phases import timing

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.decisions import Decision, Number
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Effect, Formula

__all__ = ["Horizon"]

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class _Mode:
    """A level, or a technology without levels: its chain of columns and when its effects come."""

    owner: str
    columns: tuple[str, ...]
    earliest: int
    delay: int
    ramp: tuple[int, ...]  # nodes
    amount: str = ""

    def started(self, phase: int, /) -> str:
        """The column that says whether it has started by a phase; empty where it cannot have."""
        place = min(phase - self.earliest, len(self.columns) - 1)
        return self.columns[place] if place >= 0 else ""


class Horizon:
    """The indicators of a scenario with phases as nodes of its graph.

    Args:
        scenario: with phases.
        decisions: its decisions.
        graph: where nodes are built.
        formula: the node of an expression over parameters.
        number: the value of one, for what shapes the model: delays.
    """

    def __init__(
        self,
        scenario: Scenario,
        decisions: Sequence[Decision],
        graph: Graph,
        /,
        *,
        formula: Callable[[Formula], int],
        number: Number,
    ) -> None:
        self._scenario, self._graph, self._formula = scenario, graph, formula
        self.phases = {phase.name: place for place, phase in enumerate(scenario.phases)}
        self._modes: dict[str, _Mode] = {}
        self._delays: dict[str, tuple[Formula, int]] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        for decision in decisions:
            if decision.kind == "variable":
                continue
            technology = scenario.technologies[decision.name]
            names = tuple(f"{decision.name}.{level}" for level in decision.levels) or (
                decision.name,
            )
            self._members[decision.name] = names
            for place, (name, chain) in enumerate(zip(names, decision.chains, strict=True)):
                level = technology.levels[decision.levels[place]] if decision.levels else None
                when = timing(technology, level, self.phases)
                self._members[name] = (name,)
                self._delays[name] = (when.delay, int(number(when.delay)))
                self._modes[name] = _Mode(
                    decision.name,
                    chain,
                    when.earliest,
                    self._delays[name][1],
                    tuple(formula(share) for share in when.ramp),
                    decision.columns[-1] if decision.kind == "scale" else "",
                )

    def insist(self, number: Number, /) -> None:
        """Insist that parameters leave the shape of the model as it is.

        Raises:
            ScenarioError: a delay has another value under these parameters.
        """
        for name, (delay, value) in self._delays.items():
            if delay.literal is None and number(delay) != value:
                message = (
                    f"the delay of '{name}' is {value} phases, and varied parameters make it "
                    f"{float(number(delay)):g}"
                )
                raise ScenarioError(
                    message, help="write the delay as a number, or solve a scenario for each value"
                )

    def started(self, member: str, phase: int, /) -> int:
        """The node that is 1 where a technology or level has started by a phase."""
        columns = [self._modes[mode].started(phase) for mode in self._members[member]]
        return self._graph.sum((_ONE, self._graph.symbol(column)) for column in columns if column)

    def aggregated(self, name: str, /) -> int:
        """The one value of an indicator that effects change, as objectives and constraints see
        it.
        """
        graph, indicator = self._graph, self._scenario.indicators[name]
        count = len(self.phases)
        if indicator.timing == "one_off":
            spent = [
                (
                    _ONE,
                    graph.product(
                        [
                            self._discount(p) if indicator.discount else graph.constant(1),
                            self.spending(name, p),
                        ]
                    ),
                )
                for p in range(count)
            ]
            return graph.sum([(_ONE, self._formula(indicator.baseline)), *spent])
        if indicator.aggregate == "final":
            return self.value(name, count - 1)
        years = [self._formula(phase.years) for phase in self._scenario.phases]
        total = graph.sum(
            (_ONE, graph.product([weight, self.value(name, p)])) for p, weight in enumerate(years)
        )
        return (
            total
            if indicator.aggregate == "total"
            else graph.divide(total, graph.sum((_ONE, weight) for weight in years))
        )

    def value(self, name: str, phase: int, /) -> int:
        """The value of an indicator that effects change in one phase: of one that is one_off, what
        is spent in it.
        """
        graph, indicator = self._graph, self._scenario.indicators[name]
        if indicator.timing == "one_off":
            return self.spending(name, phase)
        baseline = self._formula(indicator.baseline)
        compound = indicator.combine == "compound"
        base = graph.constant(1) if compound else baseline
        groups = [
            self._ongoing(name, technology, phase, base)
            for technology in self._scenario.technologies
        ]
        groups += [[term] for term in self._active(name, phase, base)]
        if compound:
            factors = [
                graph.sum([(_ONE, base), *((_ONE, term) for term in group)])
                for group in groups
                if group
            ]
            return graph.product([baseline, *factors])
        return graph.sum([(_ONE, baseline), *((_ONE, term) for group in groups for term in group)])

    def spending(self, name: str, phase: int, /) -> int:
        """What a one_off indicator gains in one phase, neither discounted nor with its baseline."""
        graph, indicator = self._graph, self._scenario.indicators[name]
        baseline = self._formula(indicator.baseline)
        terms = []
        for technology in self._scenario.technologies:
            for effect, mode, scaled in self._effects(name, technology):
                size = self._size(effect, baseline)
                terms += [
                    (sign, graph.product([size, *factors]))
                    for sign, factors in self._starting(mode, phase, scaled)
                ]
        for synergy in self._scenario.synergies.values():
            if name in synergy.effects:
                size = self._size(synergy.effects[name], baseline)
                for sign, at in ((_ONE, phase), (-_ONE, phase - 1)):
                    terms.append(
                        (
                            sign,
                            graph.product(
                                [size, *(self.started(member, at) for member in synergy.between)]
                            ),
                        )
                    )
        return graph.sum(terms)

    def limits(self) -> Iterator[tuple[str, str, int, int]]:
        """Each limit as (indicator, phase, node of what is spent, node of what may be), carried
        over where that is so.
        """
        graph, phases = self._graph, self._scenario.phases
        for name in dict.fromkeys(name for phase in phases for name in phase.limits):
            spent: list[tuple[Fraction, int]] = []
            allowed: list[tuple[Fraction, int]] = []
            for place, phase in enumerate(phases):
                if not self._scenario.carry_over:
                    spent, allowed = [], []
                if name in phase.limits:
                    spent.append((_ONE, self.spending(name, place)))
                    allowed.append((_ONE, self._formula(phase.limits[name])))
                    yield name, phase.name, graph.sum(spent), graph.sum(allowed)

    def _effects(self, name: str, technology: str) -> Iterator[tuple[Effect, _Mode, bool]]:
        """The effects of a technology on an indicator, each with the mode it belongs to and whether
        it is one per unit.
        """
        written = self._scenario.technologies[technology]
        for member in self._members[technology]:
            mode = self._modes[member]
            if name in written.effects:
                yield written.effects[name], mode, False
            if name in written.effects_per_unit:
                yield written.effects_per_unit[name], mode, True
            level = member.partition(".")[2]
            if level and name in written.levels[level].effects:
                yield written.levels[level].effects[name], mode, False

    def _ongoing(self, name: str, technology: str, phase: int, base: int) -> list[int]:
        """What a technology adds to an ongoing indicator in a phase."""
        graph = self._graph
        return [
            graph.product([self._size(effect, base), step, *factors])
            for effect, mode, scaled in self._effects(name, technology)
            for step, factors in self._shares(mode, phase, scaled)
        ]

    def _active(self, name: str, phase: int, base: int) -> Iterator[int]:
        """What synergies add to an ongoing indicator in a phase: those of which the effects of all
        members have begun.
        """
        graph = self._graph
        for synergy in self._scenario.synergies.values():
            if name in synergy.effects:
                begun = [self._begun(member, phase) for member in synergy.between]
                yield graph.product([self._size(synergy.effects[name], base), *begun])

    def _begun(self, member: str, phase: int) -> int:
        """The node that is 1 where the effects of a technology or level have begun."""
        modes = [self._modes[mode] for mode in self._members[member]]
        columns = [mode.started(phase - mode.delay) for mode in modes]
        return self._graph.sum((_ONE, self._graph.symbol(column)) for column in columns if column)

    def _shares(self, mode: _Mode, phase: int, scaled: bool) -> Iterator[tuple[int, list[int]]]:
        """The terms of a mode's share in a phase: the step of the ramp, and the factors that say
        whether it is reached.
        """
        graph = self._graph
        steps = [*mode.ramp, graph.constant(1)]
        for k, step in enumerate(steps):
            column = mode.started(phase - mode.delay - k)
            if not column:
                return
            before = steps[k - 1] if k else graph.constant(0)
            yield graph.sum([(_ONE, step), (-_ONE, before)]), self._factors(mode, column, scaled)

    def _starting(
        self, mode: _Mode, phase: int, scaled: bool
    ) -> Iterator[tuple[Fraction, list[int]]]:
        """Terms that sum to 1 (or to the amount) where a mode starts in a phase."""
        now, before = mode.started(phase), mode.started(phase - 1)
        if now != before:
            yield _ONE, self._factors(mode, now, scaled)
            if before:
                yield -_ONE, self._factors(mode, before, scaled)

    def _factors(self, mode: _Mode, column: str, scaled: bool) -> list[int]:
        """A column, times the amount where that is asked for: by the last phase the amount
        itself.
        """
        if not scaled:
            return [self._graph.symbol(column)]
        amount = self._graph.symbol(mode.amount)
        return [amount] if column == mode.columns[-1] else [self._graph.symbol(column), amount]

    def _size(self, effect: Effect, baseline: int) -> int:
        if effect.percent is not None:
            return self._graph.product(
                [self._graph.constant(Fraction(1, 100)), self._formula(effect.percent), baseline]
            )
        assert effect.value is not None
        return self._formula(effect.value)

    def _discount(self, phase: int) -> int:
        """The node of (1 + r)^-(years before a phase)."""
        graph = self._graph
        rate = graph.sum([(_ONE, self._formula(self._scenario.discount_rate))], 1)
        years = graph.sum((_ONE, self._formula(p.years)) for p in self._scenario.phases[:phase])
        factor = graph.power(rate, graph.sum([(-_ONE, years)]))
        base, exponent = graph.value_of(rate), graph.value_of(years)
        if graph.value_of(factor) is None and base is not None and exponent is not None:
            # irrational: as every number of a scenario that is, the nearest float
            return graph.constant(Fraction(math.pow(base, -exponent)))
        return factor
