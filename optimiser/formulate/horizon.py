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
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from optimiser.formulate import effects
from optimiser.formulate.calendar import Life
from optimiser.formulate.courses import Course, Lasting, Shaping
from optimiser.formulate.once import once
from optimiser.formulate.timeline import Timeline

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.calendar import Stretch
    from optimiser.formulate.decisions import Decision, Mode, Number
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Effect, Formula, Indicator

__all__ = ["Horizon"]

_ONE = Fraction(1)

# what a term of an effect is multiplied by: nodes
_Factors = Sequence[int]
_Added = tuple[Fraction, "Effect", _Factors]
# an effect of what starts in a phase, and whether its amount scales it
_Bought = tuple["Effect", Lasting, int, bool]


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
        self._phases, self._varies = scenario.horizon, bool(scenario.by_phase)
        self._last = len(self._phases) - 1
        self._symbols: dict[str, int] = {}
        self._again: dict[str, dict[tuple[Fraction, int], list[_Bought]]] = {}
        self._courses: dict[str, Course] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        self._shaping: list[Shaping] = []
        self.timeline = Timeline(scenario, graph, formula=formula)
        self._one = graph.constant(1)
        for decision in decisions:
            amount = decision.columns[-1] if decision.kind == "scale" else ""
            self._members[decision.name] = tuple(mode.name for mode in decision.modes)
            for mode in decision.modes:
                self._members[mode.name] = (mode.name,)
                written = mode.when.delay
                # shapes the model
                delay = 0 if written.literal == 0 else int(scenario.number(written))
                self._shaping.append(Shaping("delay", mode.name, written, Fraction(delay)))
                steps = self._steps(mode) if mode.when.ramp else (self._one,)
                course = Course(mode, delay, steps, amount)
                lifetime = mode.when.lifetime
                if lifetime is not None:
                    years = scenario.number(lifetime)
                    self._shaping.append(Shaping("lifetime", mode.name, lifetime, years))
                    life = Life(years, mode.when.replace)
                    course = Lasting(mode, delay, steps, amount, life=life)
                self._courses[mode.name] = course
        if self._lives or any(i.aggregate == "present" for i in scenario.indicators.values()):
            for phase, years in zip(self._phases, self.timeline.calendar.years, strict=True):
                self._shaping.append(Shaping("length", phase.name, phase.years, years))

    def insist(self, number: Number, /) -> None:
        """Insist that parameters leave the shape of the model as it is.

        Raises:
            ScenarioError: a delay, a lifetime or the length of a phase has another value then.
        """
        for shaping in self._shaping:
            shaping.insist(number)

    def adopted(self, member: str, /) -> int:
        """The node that is 1 where a technology or level is adopted: has started by the end."""
        return self._started(member, self._last)

    def aggregated(self, name: str, /, *, bare: bool = False) -> int:
        """The one value of an indicator that effects change, as objectives and constraints see
        it, also with nothing adopted.
        """
        indicator = self._scenario.indicators[name]
        if not effects.paid_once(indicator):
            return self.over_time(indicator, lambda when: self.value(name, when, bare=bare))
        payments: list[tuple[int, int]] = []
        if not bare:
            payments = [
                (self._worth(name, None, p), self.started_in(name, p)) for p in self.timeline.phases
            ]
            for before, phase in self.renewal_dates:
                spent = self.renewed(name, before, phase)
                payments.append((self._worth(name, before, phase), spent))
            if self._scenario.residual_value is not None and indicator.residual:
                years = self.timeline.calendar.horizon
                payments.append((self._worth(name, years, self._last), self.unused(name)))
        return self.timeline.paid(self._acting(indicator.baseline, 0), payments)

    def over_time(self, indicator: Indicator, value: Callable[[Stretch | int], int], /) -> int:
        """The one value that values of phases, and of parts of them, become."""
        return self.timeline.aggregated(indicator, value, ends=self.ends)

    @once
    def value(self, name: str, when: Stretch | int, /, *, bare: bool = False) -> int:
        """The value of an indicator that effects change in one phase, or in a part of it: of one
        that is one_off, what is spent in the phase.
        """
        scenario, indicator = self._scenario, self._scenario.indicators[name]
        phase = self._phase(when)
        if effects.paid_once(indicator):
            return self._graph.constant(0) if bare else self.spending(name, phase)
        baseline = self._acting(indicator.baseline, phase)
        if bare:
            return baseline
        groups: list[list[_Added]] = [
            [
                (sign, effect, factors)
                for mode, effect, scaled in effects.effects_of(scenario, technology, name)
                for sign, factors in self._shares(self._courses[mode], when, scaled)
            ]
            for technology in scenario.technologies
        ]
        groups += [
            [(share, effect, factors) for share, factors in self._together(members, when)]
            for effect, members in effects.synergies_on(scenario, name)
        ]
        sized = [
            [self._sized(name, effect, factors, phase, sign) for sign, effect, factors in own]
            for own in groups
        ]
        return effects.combined(self._graph, indicator, baseline, sized)

    def spending(self, name: str, phase: int, /) -> int:
        """What a one_off indicator gains in one phase, neither discounted nor with its baseline."""
        first = self.started_in(name, phase)
        again = [self.renewed(name, before, p) for before, p in self.renewal_dates if p == phase]
        return self._graph.sum([(_ONE, node) for node in (first, *again)]) if again else first

    @once
    def started_in(self, name: str, phase: int) -> int:
        """What a one_off indicator gains from what starts in a phase."""
        scenario = self._scenario
        terms: list[_Added] = []
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
            [self._sized(name, effect, factors, phase, sign) for sign, effect, factors in terms]
        )

    def renewed(self, name: str, before: Fraction, phase: int) -> int:
        """What a one_off indicator gains from what is bought again in one year."""
        return self._graph.combination(
            [
                self._sized(name, effect, factors, phase, sign)
                for effect, course, start, scaled in self._renewing(name).get((before, phase), ())
                for sign, factors in self._starting(course, start, scaled)
            ]
        )

    def _renewing(self, name: str) -> dict[tuple[Fraction, int], list[_Bought]]:
        """What is bought again, by date: asked for date after date, so made once."""
        if name not in self._again:
            again = self._again.setdefault(name, {})
            for effect, course, start, scaled in self._lasting(name):
                for date in set(self.timeline.calendar.renewals(start, course.life)):
                    again.setdefault(date, []).append((effect, course, start, scaled))
        return self._again[name]

    def unused(self, name: str) -> int:
        """Minus what is left at the end of what a one_off indicator was spent on."""
        terms = []
        for effect, course, start, scaled in self._lasting(name):
            share, phase = self.timeline.calendar.unused(start, course.life)
            terms += [
                self._sized(name, effect, factors, phase, -sign * share)
                for sign, factors in self._starting(course, start, scaled)
                if share
            ]
        return self._graph.combination(terms)

    def _lasting(self, name: str) -> Iterator[_Bought]:
        """The effects of what has a lifetime, once for each phase in which it can start."""
        for technology in self._scenario.technologies:
            for mode, effect, scaled in effects.effects_of(self._scenario, technology, name):
                course = self._courses[mode]
                if isinstance(course, Lasting):
                    for start in course.mode.when.starts:
                        yield effect, course, start, scaled

    @cached_property
    def renewal_dates(self) -> tuple[tuple[Fraction, int], ...]:
        """Each year in which something may be bought again: the years before it, and its phase."""
        calendar = self.timeline.calendar if self._lives else None
        return tuple(
            sorted(
                {
                    date
                    for course in self._lives
                    for start in course.mode.when.starts
                    for date in (calendar.renewals(start, course.life) if calendar else ())
                }
            )
        )

    @cached_property
    def _lives(self) -> tuple[Lasting, ...]:
        return tuple(c for c in self._courses.values() if isinstance(c, Lasting))

    @cached_property
    def ends(self) -> frozenset[Fraction]:
        """The moments at which something may end for good."""
        return frozenset(
            self.timeline.calendar.end(start, course.life)
            for course in self._lives
            if not course.life.replaced
            for start in course.mode.when.starts
        )

    def _worth(self, name: str, before: Fraction | None, phase: int) -> int:
        """What a unit counts that is paid after so many years, or as a phase begins."""
        if not self._scenario.indicators[name].discount or not (before or phase):
            return self._one
        return self.timeline.before(phase) if before is None else self.timeline.discount(before)

    def _acting(self, formula: Formula, phase: int) -> int:
        """The node of an expression over parameters as they are in a phase."""
        return self._formula(self._scenario.acting(formula, phase) if self._varies else formula)

    def limits(self) -> Iterator[tuple[str, str, int, int]]:
        """Each limit: indicator, phase, nodes of what is spent and what may be, carried over."""
        graph, phases = self._graph, self._phases
        for name in dict.fromkeys(name for phase in phases for name in phase.limits):
            spent: list[tuple[Fraction, int]] = []
            allowed: list[tuple[Fraction, int]] = []
            for place, phase in enumerate(phases):
                if not self._scenario.carry_over:
                    spent, allowed = [], []
                if name in phase.limits:
                    spent.append((_ONE, self.spending(name, place)))
                    allowed.append((_ONE, self._acting(phase.limits[name], place)))
                    yield name, phase.name, graph.sum(spent), graph.sum(allowed)

    def _sized(
        self, name: str, effect: Effect, factors: _Factors, phase: int, sign: Fraction = _ONE
    ) -> effects.Term:
        number, formulas = effects.size(self._scenario.indicators[name], effect)
        sizes = [self._acting(formula, phase) for formula in formulas]
        return sign * number, (*sizes, *factors)

    def _started(self, member: str, phase: int) -> int:
        """The node that is 1 where a technology or level has started by a phase."""
        columns = [self._courses[mode].mode.started(phase) for mode in self._members[member]]
        return self._any([column for column in columns if column])

    def _begun(self, courses: Sequence[Course], phase: int) -> int:
        """The node that is 1 where the effects of one of several modes have begun."""
        columns = [course.mode.started(phase - course.delay) for course in courses]
        return self._any([column for column in columns if column])

    def _any(self, columns: Sequence[str]) -> int:
        """The node that is 1 where one of these is, of which no two are."""
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

    def _shares(
        self, course: Course, when: Stretch | int, scaled: bool
    ) -> Iterator[tuple[Fraction, _Factors]]:
        """The terms of a mode's share in a phase, or in a part of it: a step of the ramp, and what
        says that it is reached.
        """
        if isinstance(course, Lasting) and not course.life.replaced:
            for share, start in self._alive(course, when):
                reached = self._phase(when) - start - course.delay
                ramp = self._ramp(course, reached)
                for sign, factors in self._starting(course, start, scaled):
                    yield sign * share, [ramp, *factors]
            return
        for k, step in enumerate(course.steps):
            column = course.mode.started(self._phase(when) - course.delay - k)
            if not column:
                return
            yield _ONE, [step, *self._factors(course, column, scaled)]

    def _phase(self, when: Stretch | int) -> int:
        return when if isinstance(when, int) else when.phase

    def _alive(self, course: Lasting, when: Stretch | int) -> Iterator[tuple[Fraction, int]]:
        """The share of a phase or of a part of it in which something acts, by its start."""
        for start in course.mode.when.starts:
            share = self.timeline.calendar.stretch(when).share(
                *course.span(start, self.timeline.calendar)
            )
            if share:
                yield share, start

    def _ramp(self, course: Course, reached: int) -> int:
        """The node of the share that an effect has reached so many phases after it began."""
        shares = course.mode.when.ramp
        return self._formula(shares[reached]) if reached < len(shares) else self._one

    def _together(
        self, members: Sequence[str], when: Stretch | int
    ) -> Iterator[tuple[Fraction, _Factors]]:
        """The terms of the share in which all of some technologies and levels act."""
        whole = self.timeline.calendar.horizon if self.ends else _ONE
        ways: list[list[tuple[Fraction, Fraction, int]]] = []
        for member in members:
            courses = [self._courses[mode] for mode in self._members[member]]
            ending = [c for c in courses if isinstance(c, Lasting) and not c.life.replaced]
            own: list[tuple[Fraction, Fraction, int]] = []
            if len(ending) < len(courses):
                lasting = [course for course in courses if course not in ending]
                own.append((Fraction(0), whole, self._begun(lasting, self._phase(when))))
            for course in ending:
                for _, start in self._alive(course, when):
                    terms = self._starting(course, start, False)
                    node = self._graph.combination([(sign, list(f)) for sign, f in terms])
                    own.append((*course.span(start, self.timeline.calendar), node))
            ways.append(own)
        if not self.ends:
            yield _ONE, [node for own in ways for _, _, node in own]
            return
        for chosen in itertools.product(*ways):
            begin, end = max(b for b, _, _ in chosen), min(e for _, e, _ in chosen)
            share = self.timeline.calendar.stretch(when).share(begin, end)
            if share:
                yield share, [node for _, _, node in chosen]

    def _starting(
        self, course: Course, phase: int, scaled: bool
    ) -> Iterator[tuple[Fraction, _Factors]]:
        """Terms that sum to 1 (or to the amount) where a mode starts in a phase."""
        now, before = course.mode.started(phase), course.mode.started(phase - 1)
        if now != before:
            yield _ONE, self._factors(course, now, scaled)
            if before:
                yield -_ONE, self._factors(course, before, scaled)

    def _factors(self, course: Course, column: str, scaled: bool) -> _Factors:
        """A column, times the amount where that is asked for: by the last phase the amount
        itself.
        """
        if not scaled:
            return [self._symbol(column)]
        amount = self._symbol(course.amount)
        last = column == course.mode.columns[-1]
        return [amount] if last else [self._symbol(column), amount]
