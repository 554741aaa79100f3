"""How far indicators and expressions can go over all plans: intervals of the model's own
expressions, rounded outwards.

What one technology, or one synergy, adds to an indicator stands as one symbol with its range, and
so do adoptions and indicators where expressions name them: sharper than intervals over columns,
since of levels only one is chosen, and of starts only one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from weakref import ref

from optimiser.advice.symbols import Symbols, decision_boxes
from optimiser.expressions import bounds, bounds_each, outwards_each
from optimiser.formulate import effects
from optimiser.formulate.calendar import Life
from optimiser.formulate.decisions import decisions_of
from optimiser.formulate.timeline import Timeline
from optimiser.formulate.vocabulary import Vocabulary

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Formula, Indicator

__all__ = ["Box", "Ranges"]

_Span = tuple[Fraction, Fraction]
Box = tuple[float, float]

#: a longer horizon is taken as one without end: its discount factors are long numbers
_MOST_YEARS: Final = 1_000
_NOTHING: Final = (Fraction(0), Fraction(0))


class Ranges:
    """Safe intervals over the plans of a scenario without errors.

    Args:
        scenario: the scenario.
        never: technologies and levels that cannot be adopted.
        always: those that every plan adopts.

    Attributes:
        graph: of all nodes.
        boxes: symbol -> its interval over all plans.
        starts: indicator -> what it is with nothing adopted, exactly, and
        baselines: as an interval.
        technologies: indicator -> technology -> what that adds once adopted.
        together: indicator -> what each of its synergies adds.
        whole: indicator -> its interval before phases become one value.
    """

    def __init__(
        self, scenario: Scenario, /, *, never: frozenset[str], always: frozenset[str]
    ) -> None:
        self._scenario, self._never, self._always = scenario, never, always
        in_phase = _asked_weakly(self)
        self._names = Vocabulary(
            scenario,
            lambda names: Symbols(scenario, names.graph, in_phase),
            values={name: scenario.number(f) for name, f in scenario.values_written.items()},
        )
        self.graph = graph = self._names.graph
        self._timeline = Timeline(
            scenario, graph, formula=lambda formula: graph.constant(scenario.number(formula))
        )
        self._horizon = scenario.horizon
        # then every way to aggregate phases gives the value of the one
        self._one_year = len(self._horizon) == 1 and _plain(self._horizon[0].years) == 1
        self._planned = decisions_of(scenario)
        self._lives = {
            (start, Life(scenario.number(mode.when.lifetime), mode.when.replace))
            for decision in self._planned
            for mode in decision.modes
            if mode.when.lifetime is not None
            for start in mode.when.starts
        }
        self._payments = 1 + max(
            (
                len(list(self._timeline.calendar.renewals(start, life)))
                for start, life in self._lives
            ),
            default=0,
        )
        self._weights = self._discounts()
        self._at_once = self._starting_at_once()
        self._made = effects.contributions(scenario)
        self._symbols = dict(zip(self._made, self.graph.columns(self._made), strict=True))
        self._named = {node: name for name, node in self._symbols.items()}
        self.starts = dict(zip(self._made, self._written(), strict=True))
        self.baselines = dict(zip(self._made, outwards_each(self.starts.values()), strict=True))
        self.technologies = {name: self._own(name) for name in self._made}
        self.together = {name: self._synergies(name) for name in self._made}
        self._savings: dict[str, Fraction] = {}  # by indicator, at most, of all together
        self.whole: dict[str, Box] = {}
        self.boxes = decision_boxes(scenario, self._planned, never=never, always=always)
        self._still = {name for name, (low, high) in self.boxes.items() if low == high}
        self._sums: dict[tuple[str, int], int] = {}
        self._measure()

    def node(self, formula: Formula, /) -> int:
        """An expression as a node, derived indicators written out, the others symbols."""
        return self._names.formula(formula)

    def tree(self, tree: Tree, phase: int | None = None, /) -> int:
        """A part of an expression as a node, also of its values in one phase."""
        return self._names.tree(tree, phase)

    def indicator(self, name: str, /) -> int:
        """An indicator as a node."""
        return self._symbols[name] if name in self._symbols else self._names.indicator(name)

    def box(self, node: int, /) -> Box:
        """The interval of a node over all plans."""
        return bounds(self.graph, node, self.boxes)

    def constant(self, node: int, /) -> bool:
        """Whether a node is the same in every plan."""
        name = self._named.get(node)
        return self._still.issuperset(self.graph.symbols(node) if name is None else (name,))

    def coefficients(self, name: str, /) -> list[Fraction]:
        """What each adoption (or unit of an amount) adds to an indicator, in its unit or as a
        share; zeros left out, and what the levels of a technology share is said once.
        """
        made = self._made.get(name)
        if made is None:
            return []
        groups = [[size for _, size, _ in own] for own in made.technologies.values()]
        groups += [[size] for size, _ in made.synergies]
        values = ([v for size in sizes for v in self._sizes(size)] for sizes in groups)
        once = (own if len(own) == 1 else dict.fromkeys(own) for own in values)
        return [value for own in once for value in own if value]

    def least_spending(self, name: str, mode: str, /) -> Fraction:
        """The least that a phase spends on a one_off indicator if a mode starts in it."""
        owner = mode.partition(".")[0]
        spans = self.technologies[name]
        if name not in self._savings:
            lows = (low for low, _ in (*spans.values(), *self.together[name]))
            self._savings[name] = sum((low for low in lows if low.numerator < 0), Fraction(0))
        others = self._savings[name]
        if owner in spans and spans[owner][0].numerator < 0:
            others -= spans[owner][0]
        own = self._contribution(name, owner, [mode])[0]
        if self._payments > 1 and own.numerator < 0:
            own *= self._payments
        return own + others * self._payments if others else own

    # -- what is added

    def _sizes(self, size: effects.Size) -> list[Fraction]:
        """What an effect is in each phase; one value where it is the same in all."""
        (number, formulas), scenario = size, self._scenario
        if not formulas:  # nearly always
            return [number]
        found = []
        for phase in self._timeline.phases:
            acting = [scenario.acting(formula, phase) for formula in formulas]
            found.append(math.prod(map(scenario.number, acting), start=number))
            if all(own is formula for own, formula in zip(acting, formulas, strict=True)):
                break
        return found

    def _own(self, name: str) -> dict[str, _Span]:
        """technology -> what it adds to an indicator once adopted."""
        scenario = self._scenario
        found = {}
        for technology, written in scenario.technologies.items():
            if technology in self._never or technology not in self._made[name].technologies:
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
        for mode, size, scaled in self._made[name].technologies.get(technology, ()):
            if mode in spans:
                values = self._sizes(size)
                ends = [v * a for v in values for a in amounts] if scaled else values
                least, most = (ends[0], ends[0]) if len(ends) == 1 else (min(ends), max(ends))
                low, high = spans[mode]
                first = spans[mode] is _NOTHING
                spans[mode] = (least, most) if first else (low + least, high + most)
        found = list(spans.values()) or [_NOTHING]
        if len(found) == 1:
            return found[0]
        return min(low for low, _ in found), max(high for _, high in found)

    def _synergies(self, name: str) -> list[_Span]:
        return [
            _or_nothing((min(values), max(values)))
            for size, members in self._made[name].synergies
            if not any(m in self._never or m.partition(".")[0] in self._never for m in members)
            for values in [self._sizes(size)]
        ]

    def _starting_at_once(self) -> frozenset[str]:
        """The technologies whose effects, where they are adopted, are whole in every phase."""
        return frozenset(
            decision.name
            for decision in self._planned
            if len(self._horizon) == 1
            and all(
                _plain(m.when.delay) == 0
                and not m.when.ramp
                and (m.when.lifetime is None or m.when.replace)
                for m in decision.modes
            )
        )

    # -- what an indicator becomes

    def _measure(self) -> None:
        """The intervals of the one value of each indicator."""
        indicators = self._scenario.indicators
        spans = {
            name: [*(span for _, span in self.parts(name)), *self.together[name]]
            for name in self._made
        }
        exact = iter(outwards_each([span for name in self._made for span in spans[name]]))
        boxes = {name: list(itertools.islice(exact, len(spans[name]))) for name in self._made}
        grown = self._grown_each(
            [(indicators[n], self.baselines[n], self.counted(n, boxes[n])) for n in self._made]
        )
        for name, box in zip(self._made, grown, strict=True):
            self.whole[name], total = box, self.aggregated(name, box)
            self.boxes[name] = total
            whenever = self.weight(name) == (1.0, 1.0)
            if total[0] == total[1] or all(
                low == high and (whenever or not low) for low, high in spans[name]
            ):
                self._still.add(name)

    def _in_phase(self, name: str, phase: int) -> str:
        """The symbol of an indicator's value in a phase, which may be that of any phase: its
        interval is known once it is asked for.
        """
        symbol = f'{name}["{self._horizon[phase].name}"]'
        if symbol not in self.boxes:
            start, spans = self.in_a_phase(name)
            low, *own = outwards_each([start, *spans])
            box = self.grown(name, low, own)
            self.boxes[symbol] = box
            if box[0] == box[1] or not any(low or high for low, high in spans):
                self._still.add(symbol)
        return symbol

    def in_a_phase(self, name: str, /) -> tuple[_Span, list[_Span]]:
        """What an indicator is in a phase with nothing adopted, and what is added."""
        once = self._made[name].once
        times = self._payments if once else 1
        own = [
            _or_nothing((low * times, high * times))
            for low, high in self.technologies[name].values()
        ]
        return _NOTHING if once else self.starts[name], [*own, *self.together[name]]

    def parts(self, name: str, /) -> list[tuple[str, _Span]]:
        """What each technology adds to the one value of an indicator over all plans."""
        return [
            (t, span if t in self._always and self.counts(name, t) else _or_nothing(span))
            for t, span in self.technologies[name].items()
        ]

    def counts(self, name: str, technology: str, /) -> bool:
        """Whether what a technology adds counts in full where it is adopted: in some phases an
        ongoing effect has not begun.
        """
        return self._made[name].once or technology in self._at_once

    def grown(self, name: str, box: Box, added: Sequence[Box], /) -> Box:
        """What a value of an indicator in a box becomes once parts are added."""
        return self._grown_each([(self._scenario.indicators[name], box, added)])[0]

    def multiplied(self, name: str, /) -> bool:
        """Whether the parts of an indicator compound."""
        return self._scenario.indicators[name].combine == "compound"

    def _grown_each(self, asked: Sequence[tuple[Indicator, Box, Sequence[Box]]]) -> list[Box]:
        """What values in boxes become once parts are added."""
        graph = self.graph
        names = [
            f":{place}" for place in range(max((len(added) for *_, added in asked), default=0))
        ]
        first, *others = graph.columns([":", *names])
        sizes = [(indicator.combine, len(added)) for indicator, _, added in asked]
        new = {
            size: (indicator, [[(Fraction(1), [n])] for n in others[: len(added)]])
            for size, (indicator, _, added) in zip(sizes, asked, strict=True)
            if size not in self._sums
        }
        self._sums |= zip(new, effects.combined_each(graph, first, new.values()), strict=True)
        nodes = [self._sums[size] for size in sizes]
        boxes = [{":": box, **dict(zip(names, added, strict=False))} for _, box, added in asked]
        return bounds_each(graph, zip(nodes, boxes, strict=True))

    def aggregated(self, name: str, box: Box, /) -> Box:
        """The one value of an indicator from that of any phase."""
        graph, indicator = self.graph, self._scenario.indicators[name]
        present = indicator.aggregate == "present"
        if self._made[name].once or (self._one_year and not present):
            return box
        if present and self._timeline.calendar.horizon > _MOST_YEARS:
            return -math.inf, math.inf
        node = self._timeline.aggregated(indicator, lambda _: graph.symbol(":"))
        return bounds(graph, node, {":": box})

    def counted(self, name: str, boxes: list[Box], /) -> list[Box]:
        """What parts count: of a payment what it is worth, at once or in any later phase."""
        low, high = self.weight(name)
        if (low, high) == (1.0, 1.0):
            return boxes
        graph = self.graph
        weight, spent = graph.columns("*:")
        node = self._timeline.paid(graph.constant(0), [(weight, spent)])
        return bounds_each(graph, [(node, {"*": (low, high), ":": box}) for box in boxes])

    def weight(self, name: str, /) -> Box:
        """What a unit counts in the one value of an indicator, whenever it is paid and as often."""
        indicator = self._scenario.indicators[name]
        if not self._made[name].once or not (indicator.discount or self._lives):
            return 1.0, 1.0
        low, high = self._weights if indicator.discount else (1.0, 1.0)
        if not self._lives:
            return low, high
        # bought again, and what is left credited
        credited = self._scenario.residual_value is not None and indicator.residual
        return (low - high if credited else low), high * self._payments

    def _discounts(self) -> Box:
        """What a unit that is paid in any phase counts."""
        scenario = self._scenario
        horizon = self._horizon if self._lives else self._horizon[:-1]
        if not horizon:
            return 1.0, 1.0
        rate = scenario.number(scenario.discount_rate)
        years = sum((scenario.number(p.years) for p in horizon), Fraction(0))
        if rate and years > _MOST_YEARS:
            return (0.0, 1.0) if rate > 0 else (0.0, math.inf)
        nodes = [self._timeline.before(place) for place in range(len(horizon) + 1)]
        boxes = bounds_each(self.graph, [(node, {}) for node in nodes])
        return min(low for low, _ in boxes), max(high for _, high in boxes)

    def _written(self) -> list[_Span]:
        """The baselines, exactly."""
        scenario = self._scenario
        found: list[_Span] = []
        for name in self._made:
            formula = scenario.indicators[name].baseline
            plain = _plain(formula)
            values = (
                [scenario.number(scenario.acting(formula, p)) for p in self._timeline.phases]
                if plain is None
                else [plain]
            )
            found.append((min(values), max(values)))
        return found


def _asked_weakly(ranges: Ranges) -> Callable[[str, int], str]:
    """The symbol of an indicator in a phase: without a cycle, which would have to be looked for."""
    own = ref(ranges)

    def in_phase(name: str, phase: int) -> str:
        held = own()
        assert held is not None
        return held._in_phase(name, phase)

    return in_phase


def _plain(formula: Formula) -> Fraction | None:
    """The value of a plain number."""
    return formula.exact


def _or_nothing(span: _Span) -> _Span:
    low, high = span
    return low if low.numerator < 0 else _NOTHING[0], high if high.numerator > 0 else _NOTHING[1]
