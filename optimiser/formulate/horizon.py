"""Indicators over a horizon of phases: what has begun, what is spent, and how values become one.

With z_tq = 1 where technology t has started by phase q, delay d and ramp shares r_0 .. r_(K-1), r_K
= 1, the share of t's effect in phase p is linear in the columns::

    share_tp = sum_k (r_k - r_(k-1)) z_t,p-d-k        (r_-1 = 0)

An ongoing indicator has in each phase the value of its effects times their shares; a synergy counts
in phase p where z_t,p-d = 1 for all of its members. One-off effects fall where z_tp - z_t,p-1 = 1,
and the one-off part of a synergy where the product of its members' z_p first is 1, which is the
latest start among them. A scenario without phases has one, where all of this is x_t, the adoption.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.errors import ScenarioError
from optimiser.formulate import effects

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.decisions import Decision, Mode, Number
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Effect, Formula

__all__ = ["Horizon"]

_ONE = Fraction(1)

# what a term of an effect is multiplied by: nodes
_Factors = Sequence[int]


@dataclass(frozen=True)
class _Course:
    """A mode, after how many phases its effects begin, the nodes of the steps in which they grow,
    and the column of its amount.
    """

    mode: Mode
    delay: int
    steps: tuple[int, ...]
    amount: str = ""


class Horizon:
    """The indicators of a scenario as nodes of its graph.

    Args:
        scenario: the scenario.
        decisions: its decisions.
        graph: where nodes are built.
        formula: the node of an expression over parameters.
    """

    def __init__(
        self,
        scenario: Scenario,
        decisions: Sequence[Decision],
        graph: Graph,
        /,
        *,
        formula: Callable[[Formula], int],
    ) -> None:
        self._scenario, self._graph, self._formula = scenario, graph, formula
        self._phases = scenario.horizon
        self._last = len(self._phases) - 1
        self._symbols: dict[str, int] = {}
        self._courses: dict[str, _Course] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        self._delays: dict[str, tuple[Formula, int]] = {}
        self._one = graph.constant(1)
        for decision in decisions:
            amount = decision.columns[-1] if decision.kind == "scale" else ""
            if decision.modes:
                self._members[decision.name] = tuple(mode.name for mode in decision.modes)
            for mode in decision.modes:
                self._members[mode.name] = (mode.name,)
                written = mode.when.delay
                # shapes the model
                delay = 0 if written.literal == 0 else int(scenario.number(written))
                if written.literal is None:
                    self._delays[mode.name] = (written, delay)
                steps = self._steps(mode) if mode.when.ramp else (self._one,)
                self._courses[mode.name] = _Course(mode, delay, steps, amount)

    def insist(self, number: Number, /) -> None:
        """Insist that parameters leave the shape of the model as it is.

        Raises:
            ScenarioError: a delay has another value under these parameters.
        """
        for name, (delay, value) in self._delays.items():
            if number(delay) != value:
                message = (
                    f"the delay of '{name}' is {value} phases, and varied parameters make it "
                    f"{float(number(delay)):g}"
                )
                raise ScenarioError(
                    message, help="write the delay as a number, or solve a scenario for each value"
                )

    def adopted(self, member: str, /) -> int:
        """The node that is 1 where a technology or level is adopted: has started by the end."""
        return self._started(member, self._last)

    def aggregated(self, name: str, /) -> int:
        """The one value of an indicator that effects change, as objectives and constraints see
        it.
        """
        graph, scenario, indicator = self._graph, self._scenario, self._scenario.indicators[name]
        phases = range(self._last + 1)
        if effects.paid_once(indicator):
            weights = [
                effects.discount(graph, scenario, self._formula, p)
                if p and indicator.discount
                else self._one
                for p in phases
            ]
            payments = [(weights[p], self.spending(name, p)) for p in phases]
            return effects.paid(graph, self._formula(indicator.baseline), payments)
        if indicator.aggregate == "final":
            return self.value(name, self._last)
        years = [self._formula(phase.years) for phase in self._phases]
        return effects.aggregated(graph, indicator, [self.value(name, p) for p in phases], years)

    def value(self, name: str, phase: int, /) -> int:
        """The value of an indicator that effects change in one phase: of one that is one_off, what
        is spent in it.
        """
        scenario, indicator = self._scenario, self._scenario.indicators[name]
        if effects.paid_once(indicator):
            return self.spending(name, phase)
        baseline = self._formula(indicator.baseline)
        groups = [
            [
                (effect, factors)
                for mode, effect, scaled in effects.effects_of(scenario, technology, name)
                for factors in self._shares(self._courses[mode], phase, scaled)
            ]
            for technology in scenario.technologies
        ]
        groups += [
            [(effect, [self._begun(member, phase) for member in members])]
            for effect, members in effects.synergies_on(scenario, name)
        ]
        sized = [[self._sized(name, effect, factors) for effect, factors in own] for own in groups]
        return effects.combined(self._graph, indicator, baseline, sized)

    def spending(self, name: str, phase: int, /) -> int:
        """What a one_off indicator gains in one phase, neither discounted nor with its baseline."""
        scenario = self._scenario
        terms: list[tuple[Fraction, Effect, _Factors]] = []
        for technology in scenario.technologies:
            for mode, effect, scaled in effects.effects_of(scenario, technology, name):
                terms += [
                    (sign, effect, factors)
                    for sign, factors in self._starting(self._courses[mode], phase, scaled)
                ]
        for effect, members in effects.synergies_on(scenario, name):
            for sign, at in ((_ONE, phase), (-_ONE, phase - 1)):
                if at >= 0:
                    terms.append((sign, effect, [self._started(m, at) for m in members]))
        return self._graph.combination(
            [self._sized(name, effect, factors, sign) for sign, effect, factors in terms]
        )

    def limits(self) -> Iterator[tuple[str, str, int, int]]:
        """Each limit as (indicator, phase, node of what is spent, node of what may be), carried
        over where that is so.
        """
        graph, phases = self._graph, self._phases
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

    def _sized(
        self, name: str, effect: Effect, factors: _Factors, sign: Fraction = _ONE
    ) -> effects.Term:
        indicator = self._scenario.indicators[name]
        number, formulas = effects.size(indicator, effect)
        return sign * number, (*map(self._formula, formulas), *factors)

    def _started(self, member: str, phase: int) -> int:
        """The node that is 1 where a technology or level has started by a phase."""
        columns = [self._courses[mode].mode.started(phase) for mode in self._members[member]]
        return self._any([column for column in columns if column])

    def _begun(self, member: str, phase: int) -> int:
        """The node that is 1 where the effects of a technology or level have begun."""
        courses = [self._courses[mode] for mode in self._members[member]]
        columns = [course.mode.started(phase - course.delay) for course in courses]
        return self._any([column for column in columns if column])

    def _any(self, columns: Sequence[str]) -> int:
        """The node that is 1 where one of these columns is, of which no two are."""
        nodes = [self._symbol(column) for column in columns]
        return nodes[0] if len(nodes) == 1 else self._graph.sum([(_ONE, node) for node in nodes])

    def _symbol(self, column: str) -> int:
        if column not in self._symbols:
            self._symbols[column] = self._graph.symbol(column)
        return self._symbols[column]

    def _steps(self, mode: Mode) -> tuple[int, ...]:
        """The nodes of r_k - r_(k-1)."""
        graph = self._graph
        shares = [graph.constant(0), *map(self._formula, mode.when.ramp), graph.constant(1)]
        return tuple(
            graph.sum([(_ONE, share), (-_ONE, before)])
            for before, share in itertools.pairwise(shares)
        )

    def _shares(self, course: _Course, phase: int, scaled: bool) -> Iterator[_Factors]:
        """The terms of a mode's share in a phase: the step of the ramp, and the factors that say
        whether it is reached.
        """
        for k, step in enumerate(course.steps):
            column = course.mode.started(phase - course.delay - k)
            if not column:
                return
            yield [step, *self._factors(course, column, scaled)]

    def _starting(
        self, course: _Course, phase: int, scaled: bool
    ) -> Iterator[tuple[Fraction, _Factors]]:
        """Terms that sum to 1 (or to the amount) where a mode starts in a phase."""
        now, before = course.mode.started(phase), course.mode.started(phase - 1)
        if now != before:
            yield _ONE, self._factors(course, now, scaled)
            if before:
                yield -_ONE, self._factors(course, before, scaled)

    def _factors(self, course: _Course, column: str, scaled: bool) -> _Factors:
        """A column, times the amount where that is asked for: by the last phase the amount
        itself.
        """
        if not scaled:
            return [self._symbol(column)]
        amount = self._symbol(course.amount)
        last = column == course.mode.columns[-1]
        return [amount] if last else [self._symbol(column), amount]
