"""Every name of a scenario as a node of one expression graph: parameters, decisions, and
indicators, derived ones as what they are derived from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from optimiser.expressions import Call, ExpressionError, Graph, Member, Name, PhaseReference, build
from optimiser.formulate.fitted import Use
from optimiser.scenario.format.responses import response

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Formula

__all__ = ["Quantities", "Vocabulary"]


class Quantities(Protocol):
    """What effects make of adoption, as nodes."""

    def adopted(self, member: str, /) -> int:
        """1 where a technology, or ``technology.level``, is adopted."""

    def aggregated(self, name: str, /) -> int:
        """The one value of an indicator that effects change."""

    def value(self, name: str, phase: int, /) -> int:
        """Its value in a phase: of one that is one_off, what is spent in it."""


_Made = TypeVar("_Made", bound=Quantities)


class Vocabulary(Generic[_Made]):
    """Every name of a scenario as a node; indicators are built when first asked for.

    Args:
        scenario: the scenario.
        quantities: makes what effects change, over this vocabulary.
        values: of the parameters that are constants; the others are symbols.
    """

    def __init__(
        self,
        scenario: Scenario,
        quantities: Callable[[Vocabulary[_Made]], _Made],
        /,
        *,
        values: Mapping[str, Fraction] | None = None,
    ) -> None:
        self.graph = Graph()
        self.uses: dict[Use, None] = {}
        self._scenario, self._values = scenario, values or {}
        self._phases = {phase.name: place for place, phase in enumerate(scenario.phases)}
        self._indicators: dict[str, int] = {}
        self._in_phases: dict[tuple[str, int], int] = {}
        self.quantities = quantities(self)

    def indicator(self, name: str, /) -> int:
        """The node of an indicator's aggregated value."""
        if name not in self._indicators:
            indicator = self._scenario.indicators[name]
            self._indicators[name] = (
                self.quantities.aggregated(name)
                if indicator.expr is None
                else self.formula(indicator.expr)
            )
        return self._indicators[name]

    def in_phase(self, name: str, phase: int, /) -> int:
        """The node of an indicator's value in one phase: of one that is one_off what is spent in
        it, undiscounted.

        A derived indicator is its expression over the values of others in that phase; adoption and
        amounts are those of the whole horizon, as everywhere in expressions.
        """
        if (name, phase) not in self._in_phases:
            expr = self._scenario.indicators[name].expr
            if expr is None:
                node = self.quantities.value(name, phase)
            else:
                node = build(self.graph, expr.tree, lambda leaf: self._resolve(leaf, phase))
            self._in_phases[name, phase] = node
        return self._in_phases[name, phase]

    def formula(self, formula: Formula, /) -> int:
        """The node of any expression of the scenario."""
        return build(self.graph, formula.tree, self._resolve)

    def tree(self, tree: Tree, /) -> int:
        """The node of a part of an expression."""
        return build(self.graph, tree, self._resolve)

    def _resolve(self, leaf: Tree, phase: int | None = None) -> int:
        match leaf:
            case Name(id=name):
                return self._named(name, phase)
            case Member(owner=owner, member=member):
                return self._member(owner, member)
            case PhaseReference(indicator=name, phase=written):
                return self.in_phase(name, self._phases[unicodedata.normalize("NFKC", written)])
            case Call():
                return self._predicted(leaf, phase)
        raise ExpressionError("not a name", start=leaf.start, end=leaf.end)

    def _predicted(self, call: Call, phase: int | None) -> int:
        model = self._scenario.models[call.function]
        given = {
            name: build(self.graph, value, lambda leaf: self._resolve(leaf, phase))
            for name, value in call.keywords
        }
        arguments = {feature: given[feature] for feature in model.features}
        node = response(self.graph, model, arguments, self.formula)
        self.uses.setdefault(Use(call.function, node, tuple(arguments.items())))
        return node

    def _named(self, name: str, phase: int | None) -> int:
        if name in self._scenario.indicators:
            return self.indicator(name) if phase is None else self.in_phase(name, phase)
        if name in self._scenario.technologies:
            return self.quantities.adopted(name)
        if name in self._values:
            return self.graph.constant(self._values[name])
        return self.graph.symbol(name)

    def _member(self, owner: str, member: str) -> int:
        """A level of a technology, or its amount."""
        full = f"{owner}.{member}"
        known = member in self._scenario.technologies[owner].levels
        return self.quantities.adopted(full) if known else self.graph.symbol(full)
