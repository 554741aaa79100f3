"""Every name of a scenario as a node of one expression graph: parameters, decisions, and
indicators, derived ones as what they are derived from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from optimiser.expressions import (
    Baseline,
    Call,
    ExpressionError,
    Graph,
    Member,
    Name,
    PhaseReference,
    build,
)
from optimiser.formulate.calendar import Stretch
from optimiser.formulate.fitted import Use
from optimiser.language import tr
from optimiser.scenario.format.values import named, phase_key

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Formula, Indicator

__all__ = ["Quantities", "Vocabulary"]


class Quantities(Protocol):
    """What effects make of adoption, as nodes."""

    def adopted(self, member: str, /) -> int:
        """1 where a technology, or ``technology.level``, is adopted."""

    def aggregated(self, name: str, /, *, bare: bool = False) -> int:
        """The one value of an indicator that effects change, also with nothing adopted."""

    def value(self, name: str, when: Stretch | int, /, *, bare: bool = False) -> int:
        """Its value in a phase, or in a part of one: of one that is one_off, what is spent in the
        phase.
        """

    def over_time(self, indicator: Indicator, value: Callable[[Stretch | int], int], /) -> int:
        """The one value that the values of a derived indicator become."""


_When = Stretch | int | None  # a phase, a part of one, or over all of them

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
        self._values_of: dict[tuple[str, _When, bool], int] = {}
        self.quantities = quantities(self)

    def indicator(self, name: str, /, *, bare: bool = False) -> int:
        """The node of an indicator's aggregated value, also with nothing adopted."""
        return self._indicator(name, None, bare)

    def in_phase(self, name: str, when: Stretch | int, /) -> int:
        """The node of an indicator's value in one phase, or in a part of it: of one that is one_off
        what is spent in it, undiscounted.

        A derived indicator is its expression over the values of others in that phase; adoption and
        amounts are those of the whole horizon, as everywhere in expressions.
        """
        return self._indicator(name, when, False)

    def measured(self, name: str, phase: str, /) -> int:
        """The node of an indicator in a phase, by its name; aggregated where that is empty."""
        if not phase:
            return self.indicator(name)
        return self.in_phase(name, [one.name for one in self._scenario.phases].index(phase))

    def _indicator(self, name: str, when: _When, bare: bool) -> int:
        if (name, when, bare) not in self._values_of:
            self._values_of[name, when, bare] = self._made(name, when, bare)
        return self._values_of[name, when, bare]

    def _made(self, name: str, when: _When, bare: bool) -> int:
        indicator = self._scenario.indicators[name]
        if indicator.expr is None:
            if when is None:
                return self.quantities.aggregated(name, bare=bare)
            return self.quantities.value(name, when, bare=bare)
        if when is None and indicator.aggregate is not None:
            return self.quantities.over_time(indicator, lambda w: self._indicator(name, w, bare))
        return self.tree(indicator.expr.tree, when, bare=bare)

    def formula(self, formula: Formula, /) -> int:
        """The node of any expression of the scenario."""
        return self.tree(formula.tree)

    def tree(self, tree: Tree, when: _When = None, /, *, bare: bool = False) -> int:
        """The node of a part of an expression, also of one phase, and with nothing adopted."""
        return build(self.graph, tree, lambda leaf: self._resolve(leaf, when, bare))

    def _resolve(self, leaf: Tree, when: _When, bare: bool) -> int:
        match leaf:
            case Name(id=name):
                return self._named(name, when, bare)
            case Member(owner=owner, member=member):
                return self._member(owner, member, bare)
            case PhaseReference(indicator=name, phase=written):
                phase = self._phases[unicodedata.normalize("NFKC", written)]
                if name in self._scenario.parameters:
                    return self._constant(named(leaf))
                return self._indicator(name, phase, bare)
            case Baseline(of=of):
                return self._resolve(of, when, True)
            case Call():
                return self._predicted(leaf, when, bare)
        raise ExpressionError(tr("not a name"), start=leaf.start, end=leaf.end)

    def _predicted(self, call: Call, when: _When, bare: bool) -> int:
        from optimiser.scenario.format.responses import response

        model = self._scenario.models[call.function]
        given = {name: self.tree(value, when, bare=bare) for name, value in call.keywords}
        arguments = {feature: given[feature] for feature in model.features}
        node = response(self.graph, model, arguments, self.formula)
        self.uses.setdefault(Use(call.function, node, tuple(arguments.items())))
        return node

    def _named(self, name: str, when: _When, bare: bool) -> int:
        scenario = self._scenario
        if name in scenario.indicators:
            return self._indicator(name, when, bare)
        if name in scenario.technologies:
            return self.graph.constant(0) if bare else self.quantities.adopted(name)
        if name in scenario.by_phase and when is not None:
            phase = when if isinstance(when, int) else when.phase
            return self._constant(phase_key(name, scenario.horizon[phase].name))
        return self._constant(name)

    def _constant(self, name: str) -> int:
        """A parameter, or a variable."""
        if name in self._values:
            return self.graph.constant(self._values[name])
        return self.graph.symbol(name)

    def _member(self, owner: str, member: str, bare: bool) -> int:
        """A level of a technology, or its amount."""
        full = f"{owner}.{member}"
        if bare:
            return self.graph.constant(0)
        known = member in self._scenario.technologies[owner].levels
        return self.quantities.adopted(full) if known else self.graph.symbol(full)
