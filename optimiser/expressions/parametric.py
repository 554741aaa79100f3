"""Polynomials whose coefficients depend on parameters: expanded once, their coefficients computed
for any values.

A coefficient is a node over parameters of the same graph. Where the shape of a polynomial itself
depends on the values (an exponent, the condition of a ``where``, a function of something that
varies), the expansion is made anew for the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Final

from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.program import exact_values
from optimiser.expressions.structure import Polynomial, joined, polynomial
from optimiser.frozen import dataclass

__all__ = ["Expansions", "Parametric"]

_Monomials = tuple[tuple[str, ...], ...]
_Terms = dict[tuple[str, ...], int]  # monomial -> the node of its coefficient

_MOST_POWER: Final = 16
# Beyond so many monomials, symbolic coefficients cost more than the expansions that they save.
_MOST_SYMBOLIC: Final = 500
_TOO_LARGE: Final[_Monomials] = (("",),)


class Parametric:
    """The expansions of a graph's nodes, parameters symbolic.

    Args:
        graph: grows by the nodes of coefficients.
        parameters: their names; every other symbol is a column.
        binaries: the columns x with x * x = x.
        limit: the most monomials of a polynomial with products.
        reduced: a polynomial that is the same wherever it matters, each of its monomials in a
            smaller form.
    """

    def __init__(
        self,
        graph: Graph,
        /,
        *,
        parameters: frozenset[str],
        binaries: frozenset[str],
        limit: int,
        reduced: Callable[[Polynomial], Polynomial] = dict,
    ) -> None:
        self.graph = graph
        self.reduced = reduced
        self.binaries = binaries
        self.limit = limit
        self._parameters = parameters
        self._found: dict[int, _Expansion] = {}
        self._supports: dict[int, _Monomials | None] = {}
        self._terms: dict[int, _Terms] = {}
        self._coefficients: dict[int, tuple[_Monomials, _Nodes]] = {}
        self._numeric: dict[int, Polynomial | None] = {}

    def at(self, values: Mapping[str, Fraction], /) -> Expansions:
        """The expansions for values of all parameters."""
        return Expansions(self, values)

    def expansion(self, node: int, /) -> _Expansion:
        """What is known of a node's expansion without the values."""
        if node not in self._found:
            below = self.graph.reachable([node])
            varies = not self._parameters.isdisjoint(self.graph.symbols(node))
            alone = [number for number in below if self._over_parameters(number)] if varies else []
            monomials = self._support(below) if varies else None
            known = (
                None
                if monomials is None or monomials is _TOO_LARGE
                else self.smaller(dict.fromkeys(monomials, Fraction(1)))
            )
            self._found[node] = _Expansion(node, varies, self._nodes(alone), monomials, known)
        return self._found[node]

    def smaller(self, polynomial: Polynomial, /) -> Polynomial:
        """Each monomial in its smaller form, which single columns are already, without zeros."""
        small = all(c and len(monomial) < 2 for monomial, c in polynomial.items())
        return polynomial if small else self.reduced(polynomial)

    def numeric(self, node: int, /) -> Polynomial | None:
        """The expansion of a node without parameters."""
        if node not in self._numeric:
            self._numeric[node] = polynomial(
                self.graph, node, values={}, binaries=self.binaries, limit=self.limit
            )
        return self._numeric[node]

    def coefficients(self, node: int, /) -> tuple[_Monomials, _Nodes]:
        """The monomials of a node that has an expansion of reasonable size, and the nodes of their
        coefficients.
        """
        if node not in self._coefficients:
            for number in self.graph.reachable([node]):
                if number not in self._terms:
                    self._terms[number] = self._expanded(number)
            terms = self._terms[node]
            self._coefficients[node] = tuple(terms), self._nodes(list(terms.values()))
        return self._coefficients[node]

    def _nodes(self, nodes: Sequence[int]) -> _Nodes:
        return _Nodes(tuple(nodes), tuple(self.graph.reachable(nodes)))

    def _over_parameters(self, number: int) -> bool:
        """Whether a node depends on parameters and on nothing else."""
        return not self.graph.fixed(number) and self._parameters.issuperset(
            self.graph.symbols(number)
        )

    # -- which monomials there are

    def _support(self, below: Sequence[int]) -> _Monomials | None:
        for number in below:
            if number not in self._supports:
                self._supports[number] = self._monomials(number)
        return self._supports[below[-1]]

    def _monomials(self, number: int) -> _Monomials | None:
        """The monomials that a node can have; None where that depends on the values, or it is no
        polynomial.
        """
        node = self.graph.nodes[number]
        if node.operator == "symbol" and node.name not in self._parameters:
            return ((node.name,),)
        parts = [self._supports[child] for child in node.children]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if not any(monomial for part in known for monomial in part):
            return ((),)
        if any(part is _TOO_LARGE for part in known):
            return _TOO_LARGE
        match node.operator:
            case "sum":
                return self._limited(
                    dict.fromkeys([(), *(monomial for part in known for monomial in part)])
                )
            case "product":
                return self._joined(known)
            case "divide" if not any(known[1]):
                return known[0]
            case "power" if (exponent := self._exponent(node)) is not None:
                return self._joined([known[0]] * exponent)
        return None

    def _joined(self, parts: Sequence[_Monomials]) -> _Monomials:
        result: _Monomials = ((),)
        for part in sorted(parts, key=len):
            if len(result) * len(part) > 50 * self.limit:
                return _TOO_LARGE
            result = self._limited(
                dict.fromkeys(joined(a, b, self.binaries) for a in result for b in part)
            )
            if result is _TOO_LARGE:
                return result
        return result

    def _limited(self, monomials: Mapping[tuple[str, ...], None]) -> _Monomials:
        large = len(monomials) > self.limit and any(len(monomial) > 1 for monomial in monomials)
        return _TOO_LARGE if large else tuple(monomials)

    def _exponent(self, node: GraphNode) -> int | None:
        value = self.graph.value_of(node.children[1])
        return (
            int(value)
            if value is not None and value.denominator == 1 and 1 <= value <= _MOST_POWER
            else None
        )

    # -- their coefficients

    def _expanded(self, number: int) -> _Terms:
        """The coefficients of a node whose support is known and not too large."""
        graph, node = self.graph, self.graph.nodes[number]
        if self._supports[number] == ((),):
            return {(): number}
        if node.operator == "symbol":
            return {(node.name,): graph.constant(1)}
        parts = [self._terms[child] for child in node.children]
        if node.operator == "sum":
            pairs: dict[tuple[str, ...], list[tuple[Fraction, int]]] = {
                (): [(node.value, graph.constant(1))]
            }
            for weight, part in zip(node.coefficients, parts, strict=True):
                for monomial, c in part.items():
                    pairs.setdefault(monomial, []).append((weight, c))
            return self._collected(pairs)
        if node.operator == "divide":
            return {monomial: graph.divide(c, node.children[1]) for monomial, c in parts[0].items()}
        return self._product(
            [parts[0]] * (self._exponent(node) or 1) if node.operator == "power" else parts
        )

    def _product(self, parts: Sequence[_Terms]) -> _Terms:
        result: _Terms = {(): self.graph.constant(1)}
        for part in sorted(parts, key=len):
            pairs: dict[tuple[str, ...], list[tuple[Fraction, int]]] = {}
            for a, c in result.items():
                for b, d in part.items():
                    pairs.setdefault(joined(a, b, self.binaries), []).append(
                        (Fraction(1), self.graph.product([c, d]))
                    )
            result = self._collected(pairs)
        return result

    def _collected(self, pairs: Mapping[tuple[str, ...], list[tuple[Fraction, int]]]) -> _Terms:
        found = {monomial: self.graph.sum(terms) for monomial, terms in pairs.items()}
        return {monomial: c for monomial, c in found.items() if self.graph.value_of(c) != 0}


@dataclass(frozen=True)
class _Nodes:
    """Nodes over parameters, and the order in which they and all below are computed."""

    nodes: tuple[int, ...]
    order: tuple[int, ...]


@dataclass(frozen=True)
class _Expansion:
    """What is known of a node's expansion without the values of parameters.

    Attributes:
        node: the node.
        varies: whether it depends on parameters.
        alone: its parts over parameters alone; where none is 0, no monomial vanishes (but by
            cancelling another).
        monomials: those it can have; None where that depends on the values, or it is no polynomial.
        reduced: the same in their smaller form; None where there are none, or too many.
    """

    node: int
    varies: bool
    alone: _Nodes
    monomials: _Monomials | None
    reduced: Polynomial | None

    @property
    def too_large(self) -> bool:
        return self.monomials is _TOO_LARGE

    @cached_property
    def products(self) -> int:
        """How many monomials multiply columns."""
        return 0 if self.reduced is None else sum(len(monomial) > 1 for monomial in self.reduced)

    @cached_property
    def constant(self) -> bool:
        """Whether no column is in it."""
        return self.reduced is not None and not any(self.reduced)


class Expansions:
    """Polynomials for one set of parameter values; equal, term by term, to those expanded with the
    values put in.
    """

    def __init__(self, parametric: Parametric, values: Mapping[str, Fraction], /) -> None:
        self._parametric = parametric
        self.binaries = parametric.binaries
        self._values = values
        self._found: dict[int, Polynomial | None] = {}
        self._reduced: dict[int, Polynomial | None] = {}
        self._computed: dict[int, Fraction | None] = {}

    def polynomial(self, node: int, /) -> Polynomial | None:
        """The node as a polynomial over the columns; None where it is none with rational
        coefficients, or too large a one.
        """
        if node not in self._found:
            self._found[node] = self._polynomial(self._parametric.expansion(node))
        return self._found[node]

    def polynomials(self, nodes: Iterable[int], /) -> dict[int, Polynomial | None]:
        """Several nodes as polynomials."""
        return {node: self.polynomial(node) for node in nodes}

    def reduced(self, node: int, /) -> Polynomial | None:
        """As ``polynomial``, each monomial in its smaller form."""
        if node not in self._reduced:
            expanded = self.polynomial(node)
            self._reduced[node] = None if expanded is None else self._parametric.smaller(expanded)
        return self._reduced[node]

    def products(self, node: int, /) -> int:
        """How many products of columns the node expands to in its smaller form; 0 where it does not
        expand.

        Counted without the coefficients, unless a parameter makes parts of the expansion vanish.
        """
        known = self._parametric.expansion(node)
        if known.varies and known.monomials is not None and self._nothing_vanishes(known):
            return known.products
        expanded = self.reduced(node)
        return 0 if expanded is None else sum(len(monomial) > 1 for monomial in expanded)

    def constant(self, node: int, /) -> Fraction | None:
        """The node's value where it does not depend on a column."""
        known = self._parametric.expansion(node)
        if (
            known.varies
            and known.monomials is not None
            and not known.constant
            and self._nothing_vanishes(known)
        ):
            return None
        expanded = self.reduced(node)
        if expanded is None or any(expanded):
            return None
        return expanded.get((), Fraction(0))

    def _polynomial(self, known: _Expansion) -> Polynomial | None:
        """The coefficients of the symbolic expansion, computed; without one, an expansion with the
        values put in.
        """
        parametric = self._parametric
        if not known.varies:
            return parametric.numeric(known.node)
        if known.too_large and self._nothing_vanishes(known):
            return None
        if known.monomials is None or known.too_large or len(known.monomials) > _MOST_SYMBOLIC:
            binaries, limit = parametric.binaries, parametric.limit
            return polynomial(
                parametric.graph, known.node, values=self._values, binaries=binaries, limit=limit
            )
        monomials, coefficients = parametric.coefficients(known.node)
        found: Polynomial = {}
        for monomial, value in zip(monomials, self._values_of(coefficients), strict=True):
            if value is None:
                return None
            if value:
                found[monomial] = value
        return found

    def _nothing_vanishes(self, known: _Expansion) -> bool:
        return all(self._values_of(known.alone))

    def _values_of(self, part: _Nodes) -> list[Fraction | None]:
        """The values of nodes over parameters; None where undefined or irrational."""
        exact_values(self._parametric.graph, part.order, self._values, self._computed)
        return [self._computed[node] for node in part.nodes]
