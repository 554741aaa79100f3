"""How far indicators and expressions can go over all plans: safe intervals, exact where effects
add.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final

from optimiser.expressions import Call, Graph, Member, Name, PhaseReference, Tree, bounds
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.responses import response
from optimiser.scenario.format.schema import Effect, Technology, Variable
from optimiser.scenario.source.draft import Draft

__all__ = ["Interval", "Ranges"]

Interval = tuple[Fraction, Fraction]
Box = tuple[float, float]

_MOST_YEARS: Final = 1_000


class Ranges:
    """Safe intervals over the plans of a scenario without errors.

    ``never`` are technologies and levels that cannot be adopted, ``always`` those that every plan
    adopts.
    """

    def __init__(self, draft: Draft, /, *, never: frozenset[str], always: frozenset[str]) -> None:
        self.graph = Graph()
        self._draft = draft
        self._never, self._always = never, always
        self._contributions = self._adopted()
        self._synergies = self._together()
        self._totals = {
            name: self._total(name)
            for name, i in draft.scenario.indicators.items()
            if i.expr is None
        }
        self._derived: dict[str, int] = {}
        self._boxes = self._decision_boxes()
        self._boxes.update({name: _outward(total) for name, total in self._totals.items()})
        for name in self._totals if draft.phases else ():
            self._boxes.update(
                dict.fromkeys(
                    (_within(name, phase) for phase in draft.phases),
                    _outward(self._phase_total(name)),
                )
            )
        for name in self._order():
            expr = draft.scenario.indicators[name].expr
            assert expr is not None
            self._derived[name] = self.graph.build(expr.tree, self._resolve)

    def node(self, formula: Formula, /) -> int:
        """An expression as a node, derived indicators written out, the others symbols."""
        return self.graph.build(formula.tree, self._resolve)

    def tree(self, tree: Tree, /) -> int:
        """A part of an expression as a node."""
        return self.graph.build(tree, self._resolve)

    def box(self, node: int, /, *, adopting: str = "") -> Box:
        """The interval of a node over all plans, or over those that adopt a technology."""
        if not adopting:
            return bounds(self.graph, node, self._boxes)
        boxes = dict(self._boxes)
        boxes[adopting] = (1.0, 1.0)
        for name in self.graph.symbols(node):
            if adopting in self._contributions.get(name, {}):
                boxes[name] = _outward(self._total(name, adopting=adopting))
        return bounds(self.graph, node, boxes)

    def constant(self, node: int, /) -> bool:
        """Whether a node is the same in every plan."""
        return all(
            self._boxes.get(s, (0.0, 1.0))[0] == self._boxes.get(s, (0.0, 1.0))[1]
            for s in self.graph.symbols(node)
        )

    def affects(self, technology: str, node: int, /) -> bool:
        """Whether a technology has an effect on something that a node uses, or is used itself."""
        symbols = self.graph.symbols(node)
        return technology in symbols or any(
            technology in self._contributions.get(s, {}) for s in symbols
        )

    def coefficients(self, indicator: str, /) -> list[Fraction]:
        """What each adoption (or unit of an amount) adds to an indicator, in its unit or as a
        share; zeros left out.
        """
        scenario = self._draft.scenario
        found: list[Fraction] = []
        for technology in scenario.technologies.values():
            effects = [
                technology.effects,
                technology.effects_per_unit,
                *(level.effects for level in technology.levels.values()),
            ]
            found += [self._size(indicator, e[indicator]) for e in effects if indicator in e]
        found += [
            self._size(indicator, s.effects[indicator])
            for s in scenario.synergies.values()
            if indicator in s.effects
        ]
        return [value for value in found if value]

    def _size(self, indicator: str, effect: Effect | None) -> Fraction:
        """An effect in the indicator's unit, or as a share where effects compound."""
        if effect is None:
            return Fraction(0)
        values, written = self._draft.values, self._draft.scenario.indicators[indicator]
        if effect.percent is None:
            return values.get(effect.value) or Fraction(0)
        percent = (values.get(effect.percent) or Fraction(0)) / 100
        return (
            percent
            if written.combine == "compound"
            else percent * (values.get(written.baseline) or Fraction(0))
        )

    def _adopted(self) -> dict[str, dict[str, Interval]]:
        """indicator -> technology -> what it adds once adopted."""
        found: dict[str, dict[str, Interval]] = {}
        for name, technology in self._draft.scenario.technologies.items():
            if name in self._never:
                continue
            contents = [
                technology.effects,
                technology.effects_per_unit,
                *(level.effects for level in technology.levels.values()),
            ]
            for indicator in dict.fromkeys(i for content in contents for i in content):
                found.setdefault(indicator, {})[name] = self._contribution(
                    indicator, name, technology
                )
        return found

    def _contribution(self, indicator: str, name: str, technology: Technology) -> Interval:
        fixed = self._size(indicator, technology.effects.get(indicator))
        if technology.levels:
            possible = [
                c for level, c in technology.levels.items() if f"{name}.{level}" not in self._never
            ]
            sizes = [
                fixed + self._size(indicator, level.effects.get(indicator)) for level in possible
            ] or [Fraction(0)]
            return min(sizes), max(sizes)
        if technology.scale is None:
            return fixed, fixed
        unit = self._size(indicator, technology.effects_per_unit.get(indicator))
        values = self._draft.values
        ends = [
            fixed + unit * (values.get(f) or Fraction(0))
            for f in (technology.scale.min, technology.scale.max)
        ]
        return min(ends), max(ends)

    def _together(self) -> dict[str, list[Interval]]:
        found: dict[str, list[Interval]] = {}
        for synergy in self._draft.scenario.synergies.values():
            if any(m in self._never or m.partition(".")[0] in self._never for m in synergy.between):
                continue
            for indicator, effect in synergy.effects.items():
                size = self._size(indicator, effect)
                found.setdefault(indicator, []).append(
                    (min(size, Fraction(0)), max(size, Fraction(0)))
                )
        return found

    def _total(self, indicator: str, *, adopting: str = "") -> Interval:
        written = self._draft.scenario.indicators[indicator]
        baseline = self._draft.values.get(written.baseline) or Fraction(0)
        ongoing = bool(self._draft.phases) and written.timing == "ongoing"
        parts = list(self._synergies.get(indicator, []))
        for name, (low, high) in self._contributions.get(indicator, {}).items():
            # in some phases an ongoing effect has not begun
            adopted = (name in self._always or name == adopting) and not ongoing
            parts.append(
                (low, high) if adopted else (min(low, Fraction(0)), max(high, Fraction(0)))
            )
        if self._draft.phases and not ongoing and written.discount:
            parts = [self._discounted(part) for part in parts]
        total = _combined(baseline, parts, compound=written.combine == "compound")
        if ongoing and written.aggregate == "total":
            years = sum(
                (
                    self._draft.values.get(p.years) or Fraction(0)
                    for p in self._draft.scenario.phases
                ),
                Fraction(0),
            )
            return total[0] * years, total[1] * years
        return total

    def _phase_total(self, indicator: str) -> Interval:
        """What an indicator can be in any one phase; spending without its baseline."""
        written = self._draft.scenario.indicators[indicator]
        parts = [
            (min(a, Fraction(0)), max(b, Fraction(0)))
            for a, b in self._contributions.get(indicator, {}).values()
        ]
        spent = written.timing == "one_off"
        baseline = Fraction(0) if spent else self._draft.values.get(written.baseline) or Fraction(0)
        compound = written.combine == "compound" and not spent
        return _combined(baseline, [*parts, *self._synergies.get(indicator, [])], compound=compound)

    def least_spending(self, indicator: str, mode: str, /) -> Fraction:
        """The least that a phase spends on a one_off indicator if a technology, or a level of it,
        starts in it.
        """
        owner, _, level = mode.partition(".")
        technology = self._draft.scenario.technologies[owner]
        if level:
            technology = technology.model_copy(update={"levels": {level: technology.levels[level]}})
        own = self._contribution(indicator, owner, technology)[0]
        others = [
            low
            for name, (low, _) in self._contributions.get(indicator, {}).items()
            if name != owner
        ]
        return own + sum(
            (
                min(low, Fraction(0))
                for low in (*others, *(a for a, _ in self._synergies.get(indicator, [])))
            ),
            Fraction(0),
        )

    def _discounted(self, part: Interval) -> Interval:
        """What a payment can be worth: at once, or in the last phase at the latest."""
        scenario, values = self._draft.scenario, self._draft.values
        rate = values.get(scenario.discount_rate) or Fraction(0)
        years = sum(
            (values.get(phase.years) or Fraction(0) for phase in scenario.phases[:-1]), Fraction(0)
        )
        if not rate or years > _MOST_YEARS:
            return part if not rate else (min(part[0], Fraction(0)), max(part[1], Fraction(0)))
        last = (1 + rate) ** -math.ceil(years)
        ends = [end * factor for end in part for factor in (Fraction(1), last)]
        return min(ends), max(ends)

    def _decision_boxes(self) -> dict[str, Box]:
        boxes: dict[str, Box] = {}
        for name, variable in self._draft.scenario.variables.items():
            boxes[name] = self._variable_box(variable)
        for name, technology in self._draft.scenario.technologies.items():
            for member in (name, *(f"{name}.{level}" for level in technology.levels)):
                boxes[member] = (float(member in self._always), float(member not in self._never))
            if technology.scale is not None:
                most = self._draft.values.get(technology.scale.max) or Fraction(0)
                boxes[f"{name}.scale"] = _outward(
                    (Fraction(0), most if name not in self._never else Fraction(0))
                )
        return boxes

    def _variable_box(self, variable: Variable) -> Box:
        values = self._draft.values
        if variable.values is not None:
            listed = [values.get(v) or Fraction(0) for v in variable.values]
            return _outward((min(listed), max(listed)))
        if variable.type == "binary":
            return 0.0, 1.0
        low, high = values.get(variable.min), values.get(variable.max)
        low_box = -math.inf if low is None else _outward((low, low))[0]
        return low_box, math.inf if high is None else _outward((high, high))[1]

    def _order(self) -> list[str]:
        """Derived indicators, each after those it uses."""
        import graphlib

        indicators: Mapping[str, Formula] = {
            n: i.expr for n, i in self._draft.scenario.indicators.items() if i.expr is not None
        }
        uses = {
            n: [
                used
                for leaf in f.names
                if (used := getattr(leaf, "id", getattr(leaf, "indicator", ""))) in indicators
            ]
            for n, f in indicators.items()
        }
        return list(graphlib.TopologicalSorter(uses).static_order())

    def _resolve(self, leaf: Tree) -> int:
        match leaf:
            case PhaseReference(indicator=name, phase=phase):
                return self._in_phase(name, unicodedata.normalize("NFKC", phase))
            case Name(id=name) if name in self._derived:
                return self._derived[name]
            case Name(id=name) if name in self._draft.scenario.parameters:
                return self.graph.constant(self._draft.values.known[name])
            case Name(id=name):
                return self.graph.symbol(name)
            case Member(owner=owner, member=member):
                return self.graph.symbol(f"{owner}.{member}")
            case Call():
                return self._predicted(leaf, self._resolve)
        raise TypeError(leaf)

    def _predicted(self, call: Call, resolve: Callable[[Tree], int]) -> int:
        arguments = {name: self.graph.build(value, resolve) for name, value in call.keywords}
        return response(
            self.graph, self._draft.scenario.models[call.function], arguments, self.node
        )

    def _in_phase(self, name: str, phase: str) -> int:
        """An indicator's value in a phase."""
        expr = self._draft.scenario.indicators[name].expr
        if expr is None:
            return self.graph.symbol(_within(name, phase))

        def resolve(leaf: Tree) -> int:
            if isinstance(leaf, Call):
                return self._predicted(leaf, resolve)
            known = isinstance(leaf, Name) and leaf.id in self._draft.scenario.indicators
            return (
                self._in_phase(leaf.id, phase)
                if known and isinstance(leaf, Name)
                else self._resolve(leaf)
            )

        return self.graph.build(expr.tree, resolve)


def _within(indicator: str, phase: str) -> str:
    """The symbol for an indicator's value in a phase."""
    return f'{indicator}["{phase}"]'


def _combined(baseline: Fraction, parts: Iterable[Interval], *, compound: bool) -> Interval:
    least, most = baseline, baseline
    for low, high in parts:
        least, most = (
            (least * (1 + low), most * (1 + high)) if compound else (least + low, most + high)
        )
    return least, most


def _outward(interval: Interval) -> Box:
    """The smallest box of floats around exact ends."""
    low, high = _nearest_float(interval[0]), _nearest_float(interval[1])
    if math.isfinite(low) and Fraction(low) > interval[0]:
        low = math.nextafter(low, -math.inf)
    if math.isfinite(high) and Fraction(high) < interval[1]:
        high = math.nextafter(high, math.inf)
    return low, high


def _nearest_float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
