"""The linear form of expressions, by the structure of each.

A sum is the sum of its forms, a polynomial one column a product; a maximum is bounded from below by
its arguments, and from above through one selector an argument where its direction is not convex.
What else has few values, or few lines, goes to the file that knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from optimiser.engine.problem import Domain
from optimiser.expressions import Expansions, Graph
from optimiser.formulate.choices import Choices
from optimiser.formulate.columns import Columns
from optimiser.formulate.forms import Form, NotLinear, total
from optimiser.formulate.sizes import TooWide
from optimiser.language import marked, stored

__all__ = ["Linearisation", "operation"]

_MOST_MONOMIALS = 5_000
_FEW_PRODUCTS = 60  # beyond, a chain of factors has fewer rows than the expansion

_IN_WORDS = {
    "product": marked("a product of decisions"),
    "divide": marked("a ratio"),
    "power": marked("a power"),
    "where": marked("where(...)"),
    "irrational": marked("an irrational factor"),
    "symbol": marked("a name"),
}

Monomial = tuple[frozenset[str], str | None]  # binaries, at most one other column


class Linearisation(Columns):
    """Puts expressions into linear form."""

    def __init__(
        self,
        graph: Graph,
        decisions: Sequence[Domain],
        /,
        *,
        values: Mapping[str, Fraction],
        choices: Choices,
        expansions: Expansions,
    ) -> None:
        super().__init__(graph, decisions, values=values, choices=choices, expansions=expansions)
        self._chained = False

    def form(self, node: int, /, *, direction: int) -> Form:
        """As :class:`Columns` says it."""
        expanded = self.polynomial(node)
        operator = operation(self.graph, node)
        large = (
            self._chained
            and operator in ("sum", "product")
            and self.products_in(node) > _FEW_PRODUCTS
        )
        if expanded is not None and not large:
            return self._polynomial_form(expanded)
        if operator == "sum":
            terms = self.weighted(node)
            forms = [
                self.form(child, direction=_sign(weight) * direction).scaled(weight)
                for weight, child in terms
            ]
            return total([*forms, Form({}, self.graph.nodes[node].value)])
        if operator == "product":
            children = self.graph.nodes[node].children
            if not self._chained:
                return self._constant_times(children, direction)
            from optimiser.formulate.factors import chained

            return chained(self, children, direction=direction)
        mark = self.mark()
        try:
            return self._bent(node, operator, direction)
        except TooWide:
            from optimiser.formulate.tabulated import tabulated

            self.undo(mark)
            if (found := tabulated(self, node)) is not None:
                return found
            raise

    def _bent(self, node: int, operator: str, direction: int) -> Form:
        """The form of what is no sum and no product."""
        curved = operator in ("max", "min") and direction != (1 if operator == "max" else -1)
        if operator == "where" or curved:
            from optimiser.formulate.piecewise import piecewise

            curve = piecewise(self, node, direction=direction)
            if curve is not None:
                return curve
        if operator == "largest":
            from optimiser.formulate.largest import largest_form

            count, *children = self.graph.nodes[node].children
            size = self.graph.value_of(count)
            assert size is not None
            return largest_form(self, size, children, direction=direction)
        if operator in ("max", "min", "abs"):
            from optimiser.formulate.extrema import extremum

            return extremum(self, operator, self.graph.nodes[node].children, direction=direction)
        from optimiser.formulate.tabulated import table

        found = table(self, node)
        if found is not None:
            return found
        raise NotLinear(stored(_IN_WORDS.get(operator, f"{operator}(...)")))

    def attempt(self, node: int, /, *, direction: int, chains: bool = False) -> Form:
        """As ``form``, but a failure leaves no auxiliary columns behind.

        With ``chains`` a product that is too large to be expanded becomes a chain of real columns.
        """
        mark = self.mark()
        self._chained = chains
        try:
            return self.form(node, direction=direction)
        except NotLinear:
            self.undo(mark)
            raise
        finally:
            self._chained = False

    def _polynomial_form(self, expanded: Mapping[tuple[str, ...], Fraction]) -> Form:
        terms: dict[str, Fraction] = {}
        pieces: list[Form] = []
        for monomial, coefficient in expanded.items():
            if monomial and self._binaries.issuperset(monomial):
                terms[self.product(frozenset(monomial))] = coefficient
                continue
            for (binaries, other), weight in self._monomial(monomial).items():
                pieces.append(self._column(binaries, other).scaled(weight * coefficient))
        return total([Form(terms), *pieces])

    def _monomial(self, names: tuple[str, ...]) -> dict[Monomial, Fraction]:
        """A product of columns as a sum of products of binaries and at most one other column."""
        found: dict[Monomial, Fraction] = {(frozenset(), None): Fraction(1)}
        plain = [name for name in set(names) if name not in self._binaries]
        for name in sorted(set(names)):
            pieces = self._power(name, names.count(name), alone=plain == [name])
            grown: dict[Monomial, Fraction] = {}
            for (binaries, other), weight in found.items():
                for (more, another), factor in pieces.items():
                    if other is not None and another is not None:
                        raise NotLinear(
                            stored("'{name}' times '{other}'", name=other, other=another)
                        )
                    key = (binaries | more, other if other is not None else another)
                    grown[key] = grown.get(key, Fraction(0)) + weight * factor
            if len(grown) > _MOST_MONOMIALS:
                raise NotLinear(stored("too many products of decisions"))
            found = grown
        return found

    def _power(self, name: str, exponent: int, *, alone: bool) -> dict[Monomial, Fraction]:
        """One column to a power, as a sum of binaries and at most one other column."""
        if name in self._binaries:
            return {(frozenset((name,)), None): Fraction(1)}
        domain = self.domains[name]
        if exponent == 1 and domain.kind == "listed" and (grid := self.grid(domain)) is not None:
            found: dict[Monomial, Fraction] = (
                {(frozenset(), None): grid.constant} if grid.constant else {}
            )
            for column, c in grid.terms.items():
                key: Monomial = (
                    (frozenset((column,)), None)
                    if self.domains[column].binary
                    else (frozenset(), column)
                )
                found[key] = c
            return found
        if exponent == 1 and domain.kind != "listed" and (alone or domain.kind == "real"):
            return {(frozenset(), name): Fraction(1)}
        if domain.kind == "real":
            raise NotLinear(
                stored("'{name}' to the power {exponent}", name=name, exponent=exponent)
            )
        return {(frozenset((s,)), None): v**exponent for s, v in self.select(name) if v}

    def _column(self, binaries: frozenset[str], other: str | None) -> Form:
        if other is None:
            return (
                Form({self.product(binaries): Fraction(1)}) if binaries else Form({}, Fraction(1))
            )
        if not binaries:
            return Form({other: Fraction(1)})
        return Form({self.gated(self.product(binaries), other): Fraction(1)})

    def _constant_times(self, children: Sequence[int], direction: int) -> Form:
        factor, rest = Fraction(1), []
        for child in children:
            value = self.constant(child)
            if value is None:
                rest.append(child)
            else:
                factor *= value
        if len(rest) != 1:
            raise NotLinear(stored("a product of decisions"))
        return self.form(rest[0], direction=_sign(factor) * direction).scaled(factor)


def operation(graph: Graph, node: int, /) -> str:
    """The operator of a node, a call by the name of its function."""
    found = graph.nodes[node]
    return found.name if found.operator == "call" else found.operator


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)
