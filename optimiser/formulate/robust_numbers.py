"""The uncertain numbers of a scenario, and nodes as functions of them.

A node is expanded as a polynomial in the uncertain numbers whose coefficients are nodes over the
decisions::

    f(x, theta) = sum over monomials t of c_t(x) * t(theta)

Other parameters are put in as numbers, those that depend on uncertain ones as what they are made
of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Final

from optimiser.expressions import Parametric, build, substituted
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import keys_of
from optimiser.scenario.format.values import in_order, named
from optimiser.scenario.source.uncertainty import uncertain

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain
    from optimiser.expressions import End, Graph, Tree
    from optimiser.scenario import Scenario

__all__ = ["Expanded", "UncertainNumbers", "UncertainParameter", "depending", "sources_of"]

_MOST_MONOMIALS: Final = 2_000
Vector = Mapping[str, Fraction]


@dataclass(frozen=True, eq=False)
class UncertainParameter:
    """One parameter with a range; it moves by itself, and all its phases with it.

    Attributes:
        name: as the scenario calls it.
        value, low, high: of each of its numbers, one or one a phase.
        distribution: as the scenario writes it, ``triangular`` where it does not.
    """

    name: str
    value: Vector
    low: Vector
    high: Vector
    distribution: str

    @property
    def ends(self) -> tuple[Vector, Vector]:
        """Where it can be off to."""
        return self.low, self.high


def sources_of(scenario: Scenario, /) -> tuple[UncertainParameter, ...]:
    """The parameters with a range of more than one value, in the order of the file."""
    found = []
    for name, parameter in scenario.parameters.items():
        if not uncertain(parameter):
            continue
        own = {key: scenario.constants[key] for key in keys_of(scenario, name)}
        value, low, high = (
            {key: _number(scenario, getattr(one, side)) for key, one in own.items()}
            for side in ("value", "low", "high")
        )
        if low != high:
            found.append(
                UncertainParameter(name, value, low, high, parameter.distribution or "triangular")
            )
    return tuple(found)


def _number(scenario: Scenario, end: object) -> Fraction:
    assert isinstance(end, Formula)
    return scenario.number(end)


def depending(scenario: Scenario, sources: Iterable[UncertainParameter], /) -> frozenset[str]:
    """The names of all numbers that depend on uncertain ones, these included."""
    written: dict[str, Formula] = scenario.values_written
    found = {key for source in sources for key in source.value}
    for name in in_order(written):
        if not found.isdisjoint(named(leaf) for leaf in written[name].names):
            found.add(name)
    return frozenset(found)


@dataclass(frozen=True)
class Expanded:
    """A node as a polynomial in the uncertain numbers: the nodes of its coefficients by monomial.

    Attributes:
        graph: of the nodes.
        terms: monomial (names, repeated ones as often as their power) -> node over the decisions.
    """

    graph: Graph
    terms: Mapping[tuple[str, ...], int]

    def at(self, values: Vector, /) -> int:
        """The node for given numbers."""
        return self.graph.sum(
            [
                (prod((values[name] for name in t), start=Fraction(1)), c)
                for t, c in self.terms.items()
            ]
        )

    @property
    def affine(self) -> bool:
        """Whether no two uncertain numbers are multiplied."""
        return all(len(monomial) <= 1 for monomial in self.terms)

    def change(self, source: UncertainParameter, end: Vector, /) -> int:
        """By how much an affine node changes where one source goes from its value to an end."""
        return self.graph.sum(
            [
                (end[t[0]] - source.value[t[0]], c)
                for t, c in self.terms.items()
                if t and t[0] in source.value
            ]
        )


class UncertainNumbers:
    """What nodes are as functions of the uncertain numbers.

    Args:
        scenario: with ranges.
        graph: of its model; grows.
        domains: of the n decisions.
    """

    def __init__(self, scenario: Scenario, graph: Graph, domains: Sequence[Domain], /) -> None:
        self.graph = graph
        self.sources = sources_of(scenario)
        self.boxes: dict[str, tuple[End, End]] = {
            d.name: (
                float("-inf") if d.lower is None else d.lower,
                float("inf") if d.upper is None else d.upper,
            )
            for d in domains
        }
        self._replaced = _replaced(scenario, graph, self.sources)
        self._parametric = Parametric(
            graph,
            parameters=frozenset(d.name for d in domains),
            binaries=frozenset(),
            limit=_MOST_MONOMIALS,
        )
        self._own = frozenset(key for source in self.sources for key in source.value)
        self.value = {key: v for source in self.sources for key, v in source.value.items()}

    def over(self, node: int, /) -> int:
        """The node over decisions and uncertain numbers alone."""
        return substituted(self.graph, [node], self._replaced)[0]

    def used(self, node: int, /) -> tuple[UncertainParameter, ...]:
        """The sources that a node of :meth:`over` depends on."""
        names = self._own.intersection(self.graph.symbols(node))
        return tuple(source for source in self.sources if not names.isdisjoint(source.value))

    def expanded(self, node: int, /) -> Expanded | None:
        """A node of :meth:`over` as a polynomial; None where it is none, or too large a one."""
        known = self._parametric.expansion(node)
        if not self.used(node):
            return Expanded(self.graph, {(): node})
        if not known.varies:
            numbers = self._parametric.numeric(node)
            if numbers is None:
                return None
            return Expanded(self.graph, {t: self.graph.constant(c) for t, c in numbers.items()})
        if known.monomials is None or known.too_large or len(known.monomials) > _MOST_MONOMIALS:
            return None
        monomials, coefficients = self._parametric.coefficients(node)
        return Expanded(self.graph, dict(zip(monomials, coefficients.nodes, strict=True)))

    def at(self, node: int, expanded: Expanded | None, values: Vector, /) -> int:
        """A node of :meth:`over` for given uncertain numbers; those left out keep their value."""
        given = {**self.value, **values}
        if expanded is not None:
            return expanded.at(given)
        numbers = {name: self.graph.constant(value) for name, value in given.items()}
        return substituted(self.graph, [node], numbers)[0]


def _replaced(
    scenario: Scenario, graph: Graph, sources: Iterable[UncertainParameter]
) -> dict[str, int]:
    """The node of each parameter over the uncertain numbers, which stay symbols."""
    written: dict[str, Formula] = scenario.values_written
    symbols = frozenset(key for source in sources for key in source.value)
    found: dict[str, int] = {}
    for name in in_order(written):
        if name in symbols:
            found[name] = graph.symbol(name)
            continue

        def resolve(leaf: Tree) -> int:
            return found[named(leaf)]

        node = build(graph, written[name].tree, resolve)
        if not graph.symbols(node):
            # what is irrational is the decimal that stands for it in the model
            node = graph.constant(scenario.number(written[name]))
        found[name] = node
    return found
