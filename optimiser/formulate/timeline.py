"""How values and payments over time become one.

With the yearly rate r, a phase p with Y_p years before it and y_p years long, values v_p in it and
payments s_p at its beginning::

    paid once   b + sum_p (1 + r)^-Y_p s_p
    mean        sum_p y_p v_p / sum_p y_p
    total       sum_p y_p v_p
    final       the value at the end of the horizon
    present     sum_p sum_(j = 1 .. y_p) v_pj / (1 + r)^(Y_p + j)

A year of a present value counts at its end, or half a year (``discount_timing: middle``) or a year
(``start``) before that; a part of a year by its share, at its own end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from optimiser.formulate.calendar import Calendar
from optimiser.language import stored
from optimiser.scenario.format.schema import HALF_YEAR

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.calendar import Stretch
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Formula, Indicator

__all__ = ["Timeline", "rounding_note"]

_ONE = Fraction(1)


def rounding_note(scenario: Scenario, /) -> str:
    """What is said of the one constant of a present value that is irrational; empty without it."""
    present = any(i.aggregate == "present" for i in scenario.indicators.values())
    if scenario.discount_timing != "middle" or not present:
        return ""
    rate = scenario.number(scenario.discount_rate)
    if not rate:
        return ""
    return stored(
        "the growth of half a year rounded once, to {growth!r}", growth=float(_root(1 + rate))
    )


def _root(growth: Fraction) -> Fraction:
    """As every number of a scenario that is irrational, the nearest float."""
    return Fraction(math.sqrt(growth))


class Timeline:
    """The horizon of a scenario as nodes.

    Args:
        scenario: the scenario.
        graph: where nodes are built.
        formula: the node of an expression over parameters.
    """

    def __init__(
        self, scenario: Scenario, graph: Graph, /, *, formula: Callable[[Formula], int]
    ) -> None:
        self._scenario, self._graph, self._formula = scenario, graph, formula
        self.phases = range(len(scenario.horizon))

    @cached_property
    def calendar(self) -> Calendar:
        """The years of the phases, which shape what uses them."""
        scenario = self._scenario
        return Calendar(tuple(scenario.number(phase.years) for phase in scenario.horizon))

    def before(self, phase: int, /) -> int:
        """The node of what a unit paid at the beginning of a phase counts."""
        if not phase:
            return self._graph.constant(1)
        years = [(_ONE, self._formula(p.years)) for p in self._scenario.horizon[:phase]]
        return self._discounted(self._graph.sum(years))

    def discount(self, years: Fraction, /) -> int:
        """The node of what a unit paid after so many years counts.

        Half a year is one constant times whole years: it is irrational, and rounded once.
        """
        graph = self._graph
        if years % 1 != Fraction(1, 2) or self._scenario.discount_timing != "middle":
            return self._discounted(graph.constant(years)) if years else graph.constant(1)
        base = graph.value_of(self._growth())
        half = graph.symbol(HALF_YEAR) if base is None else graph.constant(_root(base))
        return graph.product([half, self.discount(years + Fraction(1, 2))])

    def aggregated(
        self,
        indicator: Indicator,
        value: Callable[[Stretch | int], int],
        /,
        *,
        ends: Collection[Fraction] = (),
    ) -> int:
        """The node of the one value that the values of all phases become.

        Args:
            indicator: says how.
            value: the node of the value in a phase, or in a part of one.
            ends: moments at which something ends, between which values stay as they are.
        """
        graph, phases = self._graph, self.phases
        if indicator.aggregate == "present":
            return graph.combination(self._present(value, ends))
        if indicator.aggregate == "final":
            return value(self.calendar.close if ends else phases[-1])
        years = [self._formula(phase.years) for phase in self._scenario.horizon]
        total = graph.combination([(_ONE, [years[p], value(p)]) for p in phases])
        if indicator.aggregate == "total":
            return total
        return graph.divide(total, graph.sum([(_ONE, weight) for weight in years]))

    def paid(self, baseline: int, payments: Iterable[tuple[int, int]], /) -> int:
        """The node of what is paid once in all, from payments, each after what a unit of it
        counts.
        """
        return self._graph.combination(
            [(_ONE, [baseline]), *((_ONE, payment) for payment in payments)]
        )

    def _present(
        self, value: Callable[[Stretch | int], int], ends: Collection[Fraction]
    ) -> Iterable[tuple[Fraction, list[int]]]:
        for phase in self.phases:
            for years in self.calendar.uniform(phase, ends):
                weight = self._graph.sum(
                    [(year.end - year.begin, self.discount(self._moment(year))) for year in years]
                )
                yield _ONE, [weight, value(years[0] if ends else phase)]

    def _moment(self, year: Stretch) -> Fraction:
        """When the value of a year counts as paid."""
        match self._scenario.discount_timing:
            case "start":
                return year.begin
            case "middle":
                return (year.begin + year.end) / 2
        return year.end

    def _growth(self) -> int:
        return self._graph.sum([(_ONE, self._formula(self._scenario.discount_rate))], 1)

    def _discounted(self, years: int) -> int:
        graph, rate = self._graph, self._growth()
        factor = graph.power(rate, graph.sum([(-_ONE, years)]))
        base, exponent = graph.value_of(rate), graph.value_of(years)
        if graph.value_of(factor) is None and base is not None and exponent is not None:
            # irrational: as every number of a scenario that is, the nearest float
            return graph.constant(Fraction(math.pow(base, -exponent)))
        return factor
