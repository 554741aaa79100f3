"""How far indicators and expressions can go over all plans: intervals of the model's own
expressions, rounded outwards.

What one technology, or one synergy, adds to an indicator stands as one symbol with its range, and
so do adoptions and indicators where expressions name them: sharper than intervals over columns,
since of levels only one is chosen, and of starts only one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.expressions import bounds, outwards
from optimiser.formulate import effects
from optimiser.formulate.decisions import decisions_of, domains_of
from optimiser.formulate.vocabulary import Vocabulary

if TYPE_CHECKING:
    from optimiser.expressions import Graph, Tree
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Effect, Formula, Indicator

__all__ = ["Ranges"]

_Span = tuple[Fraction, Fraction]
_Box = tuple[float, float]

#: a longer horizon is taken as one without end: its discount factors are long numbers
_MOST_YEARS: Final = 1_000
_NOTHING: Final = (Fraction(0), Fraction(0))


class _Symbols:
    """What effects make of adoption, as one symbol each."""

    def __init__(self, graph: Graph, in_phase: Callable[[str, int], str], /) -> None:
        self._graph, self._in_phase = graph, in_phase

    def adopted(self, member: str, /) -> int:
        return self._graph.symbol(member)

    def aggregated(self, name: str, /) -> int:
        return self._graph.symbol(name)

    def value(self, name: str, phase: int, /) -> int:
        return self._graph.symbol(self._in_phase(name, phase))


class Ranges:
    """Safe intervals over the plans of a scenario without errors.

    Args:
        scenario: the scenario.
        never: technologies and levels that cannot be adopted.
        always: those that every plan adopts.
    """

    def __init__(
        self, scenario: Scenario, /, *, never: frozenset[str], always: frozenset[str]
    ) -> None:
        self._scenario, self._never, self._always = scenario, never, always
        self._names = Vocabulary(
            scenario,
            lambda names: _Symbols(names.graph, self._in_phase),
            values={name: scenario.number(p.value) for name, p in scenario.parameters.items()},
        )
        self.graph = self._names.graph
        self._weights = self._discounts()
        self._at_once = self._starting_at_once()
        measured = [name for name, i in scenario.indicators.items() if i.expr is None]
        self._technologies = {name: self._own(name) for name in measured}
        self._together = {name: self._synergies(name) for name in measured}
        self._boxes = self._decisions()
        self._still = {name for name, (low, high) in self._boxes.items() if low == high}
        for name in measured:
            self._measure(name)
        self._rest: dict[str, dict[str, _Box]] = {}

    def node(self, formula: Formula, /) -> int:
        """An expression as a node, derived indicators written out, the others symbols."""
        return self._names.formula(formula)

    def tree(self, tree: Tree, /) -> int:
        """A part of an expression as a node."""
        return self._names.tree(tree)

    def indicator(self, name: str, /) -> int:
        """An indicator as a node."""
        return self._names.indicator(name)

    def box(self, node: int, /, *, adopting: str = "") -> _Box:
        """The interval of a node over all plans, or over those that adopt a technology."""
        if not adopting:
            return bounds(self.graph, node, self._boxes)
        boxes = dict(self._boxes)
        boxes[adopting] = (1.0, 1.0)
        for name in self.graph.symbols(node):
            if adopting in self._technologies.get(name, {}):
                boxes[name] = self._adopting(name, adopting)
        return bounds(self.graph, node, boxes)

    def constant(self, node: int, /) -> bool:
        """Whether a node is the same in every plan."""
        return self._still.issuperset(self.graph.symbols(node))

    def affects(self, technology: str, node: int, /) -> bool:
        """Whether a technology has an effect on something that a node uses, or is used itself."""
        symbols = self.graph.symbols(node)
        return technology in symbols or any(
            technology in self._technologies.get(s, {}) for s in symbols
        )

    def coefficients(self, name: str, /) -> list[Fraction]:
        """What each adoption (or unit of an amount) adds to an indicator, in its unit or as a
        share; zeros left out.
        """
        scenario = self._scenario
        written = {
            id(effect): effect
            for technology in scenario.technologies
            for _, effect, _ in effects.effects_of(scenario, technology, name)
        }
        found = [*written.values(), *(e for e, _ in effects.synergies_on(scenario, name))]
        return [size for effect in found if (size := self._size(name, effect))]

    def least_spending(self, name: str, mode: str, /) -> Fraction:
        """The least that a phase spends on a one_off indicator if a technology, or a level of it,
        starts in it.
        """
        owner = mode.partition(".")[0]
        others = (span for t, span in self._technologies[name].items() if t != owner)
        return self._contribution(name, owner, [mode])[0] + sum(
            (min(low, Fraction(0)) for low, _ in (*others, *self._together[name])), Fraction(0)
        )

    # -- what is added

    def _size(self, name: str, effect: Effect) -> Fraction:
        indicator = self._scenario.indicators[name]
        number, nodes = effects.size(indicator, effect, self._number)
        value = self.graph.value_of(self.graph.product(nodes))
        assert value is not None
        return number * value

    def _number(self, formula: Formula) -> int:
        """The node of an expression over parameters; the nearest float where it is irrational."""
        return self.graph.constant(self._scenario.number(formula))

    def _own(self, name: str) -> dict[str, _Span]:
        """technology -> what it adds to an indicator once adopted."""
        scenario = self._scenario
        found = {}
        for technology, written in scenario.technologies.items():
            if technology in self._never or not any(
                True for _ in effects.effects_of(scenario, technology, name)
            ):
                continue
            modes = [f"{technology}.{level}" for level in written.levels] or [technology]
            possible = [mode for mode in modes if mode not in self._never]
            found[technology] = self._contribution(name, technology, possible)
        return found

    def _contribution(self, name: str, technology: str, modes: Iterable[str]) -> _Span:
        """What a technology adds in one of several modes."""
        scale = self._scenario.technologies[technology].scale
        amounts = (
            [] if scale is None else [self._scenario.number(s) for s in (scale.min, scale.max)]
        )
        spans = dict.fromkeys(modes, _NOTHING)
        for mode, effect, scaled in effects.effects_of(self._scenario, technology, name):
            if mode in spans:
                size = self._size(name, effect)
                ends = [size * amount for amount in amounts] if scaled else [size]
                low, high = spans[mode]
                spans[mode] = low + min(ends), high + max(ends)
        found = list(spans.values()) or [_NOTHING]
        return min(low for low, _ in found), max(high for _, high in found)

    def _synergies(self, name: str) -> list[_Span]:
        return [
            _or_nothing((size, size))
            for effect, members in effects.synergies_on(self._scenario, name)
            if not any(m in self._never or m.partition(".")[0] in self._never for m in members)
            for size in [self._size(name, effect)]
        ]

    def _starting_at_once(self) -> frozenset[str]:
        """The technologies whose effects, where they are adopted, are whole in every phase: of one
        there is no later one to start in.
        """
        return frozenset(
            decision.name
            for decision in decisions_of(self._scenario)
            if len(self._scenario.horizon) == 1
            and all(m.when.delay.literal == 0 and not m.when.ramp for m in decision.modes)
        )

    # -- what an indicator becomes

    def _measure(self, name: str) -> None:
        """The interval of an indicator's one value."""
        indicator = self._scenario.indicators[name]
        spans = [*(span for _, span in self._parts(name)), *self._together[name]]
        added = [self._counted(indicator, span) for span in spans]
        total = self._aggregated(name, self._grown(indicator, self._baseline(indicator), added))
        self._boxes[name] = total
        if total[0] == total[1] or all(low == high for low, high in spans):
            self._still.add(name)

    def _in_phase(self, name: str, phase: int) -> str:
        """The symbol of an indicator's value in a phase, which may be that of any phase: its
        interval is known once it is asked for.
        """
        symbol = f'{name}["{self._scenario.horizon[phase].name}"]'
        if symbol not in self._boxes:
            indicator = self._scenario.indicators[name]
            start = (0.0, 0.0) if effects.paid_once(indicator) else self._baseline(indicator)
            own = map(_or_nothing, self._technologies[name].values())
            spans = [*own, *self._together[name]]
            box = self._grown(indicator, start, [outwards(*span) for span in spans])
            self._boxes[symbol] = box
            if box[0] == box[1] or not any(low or high for low, high in spans):
                self._still.add(symbol)
        return symbol

    def _parts(self, name: str) -> list[tuple[str, _Span]]:
        """What each technology adds to the one value of an indicator over all plans."""
        return [
            (t, span if t in self._always and self._counts(name, t) else _or_nothing(span))
            for t, span in self._technologies[name].items()
        ]

    def _counts(self, name: str, technology: str) -> bool:
        """Whether what a technology adds counts in full where it is adopted: in some phases an
        ongoing effect has not begun.
        """
        once = effects.paid_once(self._scenario.indicators[name])
        return once or technology in self._at_once

    def _adopting(self, name: str, technology: str) -> _Box:
        """The interval of an indicator over the plans that adopt a technology."""
        if not self._counts(name, technology):
            return self._boxes[name]
        if name not in self._rest:
            self._rest[name] = self._without_each(name)
        indicator = self._scenario.indicators[name]
        own = self._counted(indicator, self._technologies[name][technology])
        return self._aggregated(name, self._grown(indicator, self._rest[name][technology], [own]))

    def _without_each(self, name: str) -> dict[str, _Box]:
        """technology -> what an indicator is without it, by halves: as many steps as technologies
        times their logarithm.
        """
        indicator = self._scenario.indicators[name]
        parts = [(t, self._counted(indicator, span)) for t, span in self._parts(name)]
        together = [self._counted(indicator, span) for span in self._together[name]]
        found: dict[str, _Box] = {}
        stack = [(parts, self._grown(indicator, self._baseline(indicator), together))]
        while stack:
            own, box = stack.pop()
            if len(own) == 1:
                found[own[0][0]] = box
                continue
            first, second = own[: len(own) // 2], own[len(own) // 2 :]
            stack.append((first, self._grown(indicator, box, [part for _, part in second])))
            stack.append((second, self._grown(indicator, box, [part for _, part in first])))
        return found

    def _grown(self, indicator: Indicator, box: _Box, added: Sequence[_Box]) -> _Box:
        """What a value in ``box`` becomes once parts are added."""
        graph = self.graph
        names = [f":{place}" for place in range(len(added))]
        groups = [[(Fraction(1), [graph.symbol(name)])] for name in names]
        node = effects.combined(graph, indicator, graph.symbol(":"), groups)
        return bounds(graph, node, {":": box, **dict(zip(names, added, strict=True))})

    def _aggregated(self, name: str, box: _Box) -> _Box:
        """The one value of an indicator from that of any phase."""
        graph, indicator = self.graph, self._scenario.indicators[name]
        if effects.paid_once(indicator):
            return box
        years = [self._number(phase.years) for phase in self._scenario.horizon]
        values = [graph.symbol(":")] * len(years)
        node = effects.aggregated(graph, indicator, values, years)
        return bounds(graph, node, {":": box})

    def _counted(self, indicator: Indicator, span: _Span) -> _Box:
        """What a part counts: of a payment what it is worth, at once or in any later phase."""
        box = outwards(*span)
        if not (effects.paid_once(indicator) and indicator.discount):
            return box
        graph = self.graph
        node = effects.paid(graph, graph.constant(0), [(graph.symbol("*"), graph.symbol(":"))])
        return bounds(graph, node, {"*": self._weights, ":": box})

    def _discounts(self) -> _Box:
        """What a unit that is paid in any phase counts."""
        scenario = self._scenario
        rate = scenario.number(scenario.discount_rate)
        years = sum((scenario.number(p.years) for p in scenario.horizon[:-1]), Fraction(0))
        if rate and years > _MOST_YEARS:
            return (0.0, 1.0) if rate > 0 else (0.0, math.inf)
        boxes = [
            bounds(self.graph, effects.discount(self.graph, scenario, self._number, place), {})
            for place in range(len(scenario.horizon))
        ]
        return min(low for low, _ in boxes), max(high for _, high in boxes)

    def _baseline(self, indicator: Indicator) -> _Box:
        value = self._scenario.number(indicator.baseline)
        return outwards(value, value)

    def _decisions(self) -> dict[str, _Box]:
        """The intervals of adoptions, amounts and variables."""
        scenario = self._scenario
        decisions = decisions_of(scenario)
        domains = {d.name: d for d in domains_of(scenario, decisions, scenario.number)}
        boxes: dict[str, _Box] = {}
        for decision in decisions:
            for member in (decision.name, *(mode.name for mode in decision.modes)):
                boxes[member] = (float(member in self._always), float(member not in self._never))
            if decision.kind in ("variable", "scale") and decision.name not in self._never:
                column = decision.columns[-1]
                low, high = domains[column].lower, domains[column].upper
                boxes[column] = (
                    -math.inf if low is None else outwards(low, low)[0],
                    math.inf if high is None else outwards(high, high)[1],
                )
            elif decision.kind == "scale":
                boxes[decision.columns[-1]] = (0.0, 0.0)
        return boxes


def _or_nothing(span: _Span) -> _Span:
    return min(span[0], Fraction(0)), max(span[1], Fraction(0))
