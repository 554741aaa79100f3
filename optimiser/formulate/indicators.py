"""Indicators as expressions over the decisions: effects aggregated additively or compounded, and
derived indicators.

With baseline b, adoption x_t in {0, 1}, amount a_t, level choices x_tl and a synergy s over the
members M_s::

    add:       b + sum_t (e_t x_t + u_t a_t + sum_l e_tl x_tl) + sum_s e_s prod_{i in M_s} x_i
    compound:  b * prod_t (1 + e_t x_t + u_t a_t + sum_l e_tl x_tl) * prod_s (1 + e_s prod_{i in
        M_s} x_i)

A percentage is one of the baseline where effects add, and one of what the other effects leave where
they compound. What phases make of this is in ``phases``.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.expressions import Call, ExpressionError, Graph, Member, Name, PhaseReference
from optimiser.formulate.fitted import Use
from optimiser.scenario.format.responses import response

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.formulate.decisions import Decision
    from optimiser.formulate.horizon import Horizon
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Effect, Formula, Indicator

__all__ = ["Vocabulary"]


class Vocabulary:
    """Every name of a scenario as a node of one expression graph; indicators are built when first
    asked for.
    """

    def __init__(self, scenario: Scenario, decisions: tuple[Decision, ...], /) -> None:
        self.graph = Graph()
        self._scenario = scenario
        self._decisions = {d.name: d for d in decisions}
        self._indicators: dict[str, int] = {}
        self._in_phases: dict[tuple[str, int], int] = {}
        self.uses: dict[Use, None] = {}
        self._levels = {
            f"{d.name}.{level}": chain[-1]
            for d in decisions
            for level, chain in zip(d.levels, d.chains, strict=False)
        }
        self.horizon: Horizon | None = None
        if scenario.phases:
            from optimiser.formulate.horizon import Horizon

            self.horizon = Horizon(
                scenario, decisions, self.graph, formula=self.formula, number=scenario.number
            )

    def indicator(self, name: str, /) -> int:
        """The node of an indicator's aggregated value."""
        if name not in self._indicators:
            indicator = self._scenario.indicators[name]
            if indicator.expr is not None:
                node = self.formula(indicator.expr)
            elif self.horizon is not None:
                node = self.horizon.aggregated(name)
            elif indicator.combine == "compound":
                node = self._compounded(name, indicator)
            else:
                node = self._added(name, indicator)
            self._indicators[name] = node
        return self._indicators[name]

    def in_phase(self, name: str, phase: int, /) -> int:
        """The node of an indicator's value in one phase: of one that is one_off what is spent in
        it, undiscounted.

        A derived indicator is its expression over the values of others in that phase; adoption and
        amounts are those of the whole horizon, as everywhere in expressions.
        """
        if self.horizon is None:
            raise ValueError("the scenario has no phases")
        if (name, phase) not in self._in_phases:
            expr = self._scenario.indicators[name].expr
            if expr is None:
                node = self.horizon.value(name, phase)
            else:
                node = self.graph.build(expr.tree, lambda leaf: self._resolve(leaf, phase))
            self._in_phases[name, phase] = node
        return self._in_phases[name, phase]

    def formula(self, formula: Formula, /) -> int:
        """The node of any expression of the scenario."""
        return self.graph.build(formula.tree, self._resolve)

    def tree(self, tree: Tree, /) -> int:
        """The node of a part of an expression."""
        return self.graph.build(tree, self._resolve)

    def _resolve(self, leaf: Tree, phase: int | None = None) -> int:
        match leaf:
            case Name(id=name):
                return self._named(name, phase)
            case Member(owner=owner, member=member):
                return self.adopted(f"{owner}.{member}")
            case PhaseReference(indicator=name, phase=written) if self.horizon is not None:
                return self.in_phase(
                    name, self.horizon.phases[unicodedata.normalize("NFKC", written)]
                )
            case Call():
                return self._predicted(leaf, phase)
        raise ExpressionError("not a name", start=leaf.start, end=leaf.end)

    def _predicted(self, call: Call, phase: int | None) -> int:
        model = self._scenario.models[call.function]
        given = {
            name: self.graph.build(value, lambda leaf: self._resolve(leaf, phase))
            for name, value in call.keywords
        }
        arguments = {feature: given[feature] for feature in model.features}
        node = response(self.graph, model, arguments, self.formula)
        self.uses.setdefault(Use(call.function, node, tuple(arguments.items())))
        return node

    def _named(self, name: str, phase: int | None) -> int:
        if name in self._scenario.indicators:
            return self.indicator(name) if phase is None else self.in_phase(name, phase)
        if name in self._decisions:
            decision = self._decisions[name]
            return self.graph.symbol(name) if decision.kind == "variable" else self.adopted(name)
        return self.graph.symbol(name)

    def adopted(self, member: str, /) -> int:
        """The node that is 1 where a technology, or ``technology.level``, is adopted."""
        if member not in self._decisions:
            return self.graph.symbol(self._levels.get(member, member))
        columns = self._decisions[member].adoption
        return self.graph.sum((Fraction(1), self.graph.symbol(column)) for column in columns)

    def _contributions(self, indicator: str) -> dict[str, list[tuple[Effect, int]]]:
        """For each technology, its effects on an indicator, each with the node it is multiplied
        by.
        """
        found: dict[str, list[tuple[Effect, int]]] = {}
        for name, technology in self._scenario.technologies.items():
            own: list[tuple[Effect, int]] = []
            if indicator in technology.effects:
                own.append((technology.effects[indicator], self.adopted(name)))
            if indicator in technology.effects_per_unit:
                own.append(
                    (technology.effects_per_unit[indicator], self.graph.symbol(f"{name}.scale"))
                )
            for level, content in technology.levels.items():
                if indicator in content.effects:
                    own.append((content.effects[indicator], self.graph.symbol(f"{name}.{level}")))
            if own:
                found[name] = own
        return found

    def _synergies(self, indicator: str) -> list[tuple[Effect, int]]:
        found = []
        for synergy in self._scenario.synergies.values():
            if indicator in synergy.effects:
                together = self.graph.product([self.adopted(member) for member in synergy.between])
                found.append((synergy.effects[indicator], together))
        return found

    def _added(self, name: str, indicator: Indicator) -> int:
        graph = self.graph
        baseline = self.formula(indicator.baseline)
        terms = [(Fraction(1), baseline)]
        effects = [pair for own in self._contributions(name).values() for pair in own]
        for effect, node in [*effects, *self._synergies(name)]:
            size = self._size(effect, baseline)
            terms.append((Fraction(1), graph.product([size, node])))
        return graph.sum(terms)

    def _compounded(self, name: str, indicator: Indicator) -> int:
        graph = self.graph
        one = (Fraction(1), graph.constant(Fraction(1)))
        factors = [self.formula(indicator.baseline)]
        groups = [*self._contributions(name).values(), *([pair] for pair in self._synergies(name))]
        for group in groups:
            shares = [
                (Fraction(1), graph.product([self._size(effect, one[1]), node]))
                for effect, node in group
            ]
            factors.append(graph.sum([one, *shares]))
        return graph.product(factors)

    def _size(self, effect: Effect, baseline: int) -> int:
        if effect.percent is not None:
            share = self.formula(effect.percent)
            return self.graph.product([self.graph.constant(Fraction(1, 100)), share, baseline])
        assert effect.value is not None
        return self.formula(effect.value)
