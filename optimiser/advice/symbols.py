"""Indicators as one symbol each, for intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Set
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.expressions import outwards
from optimiser.formulate import effects
from optimiser.formulate.decisions import domains_of
from optimiser.formulate.timeline import Timeline

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.calendar import Stretch
    from optimiser.formulate.decisions import Decision
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Indicator

__all__ = ["Symbols", "decision_boxes"]


class Symbols:
    """What effects make of adoption, as one symbol each."""

    def __init__(
        self, scenario: Scenario, graph: Graph, in_phase: Callable[[str, int], str], /
    ) -> None:
        self._scenario, self._graph, self._in_phase = scenario, graph, in_phase
        self._timeline = Timeline(
            scenario, graph, formula=lambda formula: graph.constant(scenario.number(formula))
        )

    def adopted(self, member: str, /) -> int:
        """The symbol of an adoption."""
        return self._graph.symbol(member)

    def aggregated(self, name: str, /, *, bare: bool = False) -> int:
        """The symbol of an indicator's one value; with nothing adopted, that value."""
        if not bare:
            return self._graph.symbol(name)
        indicator = self._scenario.indicators[name]
        if effects.paid_once(indicator):
            return self._graph.constant(self._baseline(indicator, 0))
        return self.over_time(indicator, lambda when: self.value(name, when, bare=True))

    def value(self, name: str, when: Stretch | int, /, *, bare: bool = False) -> int:
        """The symbol of its value in a phase, also for a part of it."""
        phase = when if isinstance(when, int) else when.phase
        if bare:
            indicator = self._scenario.indicators[name]
            once = effects.paid_once(indicator)
            return self._graph.constant(0 if once else self._baseline(indicator, phase))
        return self._graph.symbol(self._in_phase(name, phase))

    def over_time(self, indicator: Indicator, value: Callable[[Stretch | int], int], /) -> int:
        """The one value that the values of a derived indicator become."""
        return self._timeline.aggregated(indicator, value)

    def _baseline(self, indicator: Indicator, phase: int) -> Fraction:
        return self._scenario.number(self._scenario.acting(indicator.baseline, phase))


def decision_boxes(
    scenario: Scenario,
    decisions: Iterable[Decision],
    /,
    *,
    never: Set[str],
    always: Set[str],
) -> dict[str, tuple[float, float]]:
    """The intervals of adoptions, amounts and variables."""
    decisions = tuple(decisions)
    domains = {d.name: d for d in domains_of(scenario, decisions, scenario.number)}
    boxes: dict[str, tuple[float, float]] = {}
    for decision in decisions:
        for member in (decision.name, *(mode.name for mode in decision.modes)):
            boxes[member] = (float(member in always), float(member not in never))
        if decision.kind in ("variable", "scale") and decision.name not in never:
            column = decision.columns[-1]
            low, high = domains[column].lower, domains[column].upper
            boxes[column] = (
                -math.inf if low is None else outwards(low, low)[0],
                math.inf if high is None else outwards(high, high)[1],
            )
        elif decision.kind == "scale":
            boxes[decision.columns[-1]] = (0.0, 0.0)
    return boxes
