"""The auxiliary columns and rows that make linear forms exact, collected while expressions are put
into linear form.

Every construction is exact: a product of binaries y has rows y <= x_i and y >= sum x_i - (k - 1)
(Fortet 1960); a binary times a bounded column w = b*y the rows of McCormick (1976); a column with
few values is a choice of selectors, one with evenly spaced values a whole column.

References:
    R. Fortet, Applications de l'algebre de Boole en recherche operationnelle, 1960.
    G. P. McCormick, Computability of global solutions to factorable nonconvex programs, Math.
        Program. 10 (1976) 147-175.
"""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from optimiser.engine.problem import Domain, Steps
from optimiser.expressions import End, Expansions, Graph, bounds
from optimiser.formulate.choices import Choices
from optimiser.formulate.forms import Form, NotLinear, total
from optimiser.formulate.logic import RowDraft
from optimiser.formulate.sizes import MOST_COLUMNS
from optimiser.language import stored

__all__ = ["MOST_VALUES", "Columns", "listed_values"]

#: a column with more values is not worth a selector each, a function with more not worth a product
#: each
MOST_VALUES: Final = 64
_MOST_PRODUCTS: Final = 1_500


class Columns(ABC):
    """The columns of a problem as it grows; what forms of nodes are made of stands above.

    Attributes:
        domains: every column by name, the decisions first, in column order.
        drafts: the rows that define the auxiliary columns.
        products: product column -> the binaries it multiplies.
        choices: what is known of the binaries of one decision.
        values: those of the parameters.
    """

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
        self.graph = graph
        self.choices = choices
        self.domains: dict[str, Domain] = {d.name: d for d in decisions}
        self.drafts: list[RowDraft] = []
        self.products: dict[str, frozenset[str]] = {}
        self.values = values
        self._decisions = len(self.domains)
        self._order = {name: i for i, name in enumerate(self.domains)}
        self._binaries = expansions.binaries
        self._selected: dict[str, tuple[tuple[str, Fraction], ...]] = {}
        self._grids: dict[str, Form] = {}
        self._named: dict[frozenset[str], str] = {}
        self._expansions = expansions
        self.curves: dict[int, str] = {}
        self.listings: set[str] = set()

    @abstractmethod
    def form(self, node: int, /, *, direction: int) -> Form:
        """The linear form of a node, with the columns and rows that make it exact.

        Args:
            node: the node.
            direction: +1 where only an upper bound on the node matters (it is minimised, or stands
                left of <=), -1 where only a lower bound does, 0 where both do.

        Raises:
            NotLinear: there is none, or it would need too many auxiliary columns.
        """

    def mark(self) -> tuple[int, int, int]:
        """How many columns, rows and products there are."""
        return len(self.domains), len(self.drafts), len(self.products)

    def undo(self, mark: tuple[int, int, int]) -> None:
        """Leave out the auxiliary columns and rows since a mark."""
        columns, drafts, products = mark
        added = set(list(self.domains)[columns:])
        self.domains = {n: d for n, d in self.domains.items() if n not in added}
        self.drafts = self.drafts[:drafts]
        self.products = dict(list(self.products.items())[:products])
        self._named = {k: n for k, n in self._named.items() if n not in added}
        self._selected = {k: p for k, p in self._selected.items() if p[0][0] not in added}
        self._grids = {k: f for k, f in self._grids.items() if f"{k}#" not in added}

    def products_in(self, node: int, /) -> int:
        """How many products of decisions the node expands to; 0 where it does not expand."""
        return self._expansions.products(node)

    def complete(self) -> None:
        """Give every listed decision rows that keep it to its values, whether an expression used it
        or not.
        """
        for domain in list(self.domains.values()):
            if (
                domain.kind == "listed"
                and domain.name not in self._selected
                and self.grid(domain) is None
            ):
                self.select(domain.name)

    def positions(self) -> dict[str, dict[str, int]]:
        """For each listed decision weights of whole columns whose sum is its position among its
        values.
        """
        found = {
            name: {selector: i for i, (selector, _) in enumerate(pairs) if i}
            for name, pairs in self._selected.items()
        }
        # an amount that is adopted is at its first value above 0, the counter says how much further
        found |= {name: dict.fromkeys(grid.terms, 1) for name, grid in self._grids.items()}
        return {
            name: weights for name, weights in found.items() if self.domains[name].kind == "listed"
        }

    def unlisted(self, draft: RowDraft, /) -> RowDraft:
        """The same row with every listed decision replaced by the whole columns behind it."""
        if all(self.domains[name].kind != "listed" for name in draft.terms):
            return draft
        pieces = []
        for name, c in draft.terms.items():
            domain = self.domains[name]
            if domain.kind != "listed":
                pieces.append(Form({name: c}))
            elif (grid := self.grid(domain)) is not None:
                pieces.append(grid.scaled(c))
            else:
                pieces.append(
                    Form(
                        {selector: value for selector, value in self.select(name) if value}
                    ).scaled(c)
                )
        form = total(pieces)
        lower = None if draft.lower is None else draft.lower - form.constant
        upper = None if draft.upper is None else draft.upper - form.constant
        return replace(draft, terms=dict(form.terms), lower=lower, upper=upper)

    def polynomial(self, node: int, /) -> dict[tuple[str, ...], Fraction] | None:
        """The node as a polynomial over the columns, parameters put in; None where it is none or
        too large.
        """
        return self._expansions.reduced(node)

    def constant(self, node: int, /) -> Fraction | None:
        """The node's value where it does not depend on a decision."""
        return self._expansions.constant(node)

    def interval(self, node: int, /) -> tuple[float, float]:
        """Safe bounds of a node over the box of the decisions, by its own structure."""
        infinity = math.inf
        boxes: dict[str, tuple[End, End]] = {
            name: (value, value) for name, value in self.values.items()
        }
        for name in self.graph.symbols(node):
            if name not in boxes:
                domain = self.domains[name]
                boxes[name] = (
                    -infinity if domain.lower is None else domain.lower,
                    infinity if domain.upper is None else domain.upper,
                )
        return bounds(self.graph, node, boxes)

    def weighted(self, node: int, /) -> list[tuple[Fraction, int]]:
        """The terms of a sum as (weight, child), without its constant; any other node is a sum of
        itself.
        """
        found = self.graph.nodes[node]
        if found.operator != "sum":
            return [(Fraction(1), node)]
        return list(zip(found.coefficients, found.children, strict=True))

    def select(self, name: str, /) -> tuple[tuple[str, Fraction], ...]:
        """Selectors of a column with few values: (binary, value) pairs of which exactly one binary
        is 1.
        """
        if name not in self._selected:
            domain = self.domains[name]
            if (domain.count or MOST_VALUES + 1) > MOST_VALUES:
                raise NotLinear(
                    stored("'{name}' has too many values for a table", name=domain.name)
                )
            values = listed_values(domain)
            pairs = []
            for value in values:
                selector = f"{name}={_text(value)}"
                self.add(Domain(selector, "whole", Fraction(0), Fraction(1)))
                pairs.append((selector, value))
            group = self._listing(name)
            self.drafts.append(
                RowDraft(
                    f"{group}: one",
                    group,
                    {s: Fraction(1) for s, _ in pairs},
                    Fraction(1),
                    Fraction(1),
                )
            )
            link = {name: Fraction(-1), **{s: v for s, v in pairs if v}}
            self.drafts.append(RowDraft(f"{group}: value", group, link, Fraction(0), Fraction(0)))
            self._selected[name] = tuple(pairs)
        return self._selected[name]

    def product(self, factors: frozenset[str], /) -> str:
        """The column that is the product of binaries."""
        if len(factors) == 1:
            return next(iter(factors))
        if factors not in self._named:
            if len(self.products) >= _MOST_PRODUCTS:
                raise NotLinear(stored("too many products of decisions"))
            ordered = sorted(factors, key=self._order.__getitem__)
            name = "*".join(ordered)
            self.add(Domain(name, "whole", Fraction(0), Fraction(1)))
            for factor in ordered:
                self.drafts.append(
                    RowDraft(
                        name,
                        stored("product {name}", name=name),
                        {name: Fraction(1), factor: Fraction(-1)},
                        upper=Fraction(0),
                    )
                )
            together = {name: Fraction(1), **dict.fromkeys(ordered, Fraction(-1))}
            self.drafts.append(
                RowDraft(
                    name,
                    stored("product {name}", name=name),
                    together,
                    lower=Fraction(1 - len(ordered)),
                )
            )
            self.products[name] = factors
            self._named[factors] = name
        return self._named[factors]

    def gated(self, binary: str, other: str, /) -> str:
        """The column that is ``other`` where ``binary`` is 1, else 0."""
        key = frozenset((binary, other))
        if key not in self._named:
            domain = self.domains[other]
            low, high = domain.lower, domain.upper
            if low is None or high is None:
                raise NotLinear(
                    stored(
                        "'{binary}' times '{other}', which has no bounds",
                        binary=binary,
                        other=other,
                    )
                )
            name = f"{binary}*{other}"
            self.add(Domain(name, domain.kind, min(low, Fraction(0)), max(high, Fraction(0))))
            one, group = Fraction(1), stored("product {name}", name=name)
            self.drafts += [
                RowDraft(name, group, _clean({name: one, binary: -high}), upper=Fraction(0)),
                RowDraft(name, group, _clean({name: one, binary: -low}), lower=Fraction(0)),
                RowDraft(name, group, _clean({name: one, other: -one, binary: -low}), upper=-low),
                RowDraft(name, group, _clean({name: one, other: -one, binary: -high}), lower=-high),
            ]
            self._named[key] = name
        return self._named[key]

    def _listing(self, name: str) -> str:
        """The group of the rows that only say which values a column takes."""
        group = stored("values of {name}", name=name)
        self.listings.add(group)
        return group

    def make_room(self, columns: int, /) -> None:
        """Refuse more auxiliary columns than a problem may have.

        Raises:
            NotLinear: too many.
        """
        if len(self.domains) - self._decisions + columns > MOST_COLUMNS:
            raise NotLinear(
                stored("it would take more than {most:,} auxiliary columns", most=MOST_COLUMNS)
            )

    def add(self, domain: Domain, /) -> None:
        """Take up an auxiliary column."""
        if domain.name in self.domains:
            raise AssertionError(f"column {domain.name} is there already")
        self.make_room(1)
        self._order[domain.name] = len(self._order)
        self.domains[domain.name] = domain

    def grid(self, domain: Domain) -> Form | None:
        """A listed column with evenly spaced values as a whole column; None where selectors serve
        better.
        """
        if domain.name in self._grids:
            return self._grids[domain.name]
        if domain.name in self._selected:
            return None
        owner = self.choices.amounts.get(domain.name, "")
        optional = bool(owner)  # an amount: 0, or evenly spaced from its minimum
        spaced = _spacing(domain.values, optional=optional)
        if spaced is None:
            return None
        first, step, last = spaced
        counter = f"{domain.name}#"
        self.add(Domain(counter, "whole", Fraction(0), last))
        group = self._listing(domain.name)
        if optional:
            grid = Form({owner: first, counter: step})
            self.drafts.append(
                RowDraft(
                    f"{group}: steps",
                    group,
                    {counter: Fraction(1), owner: -last},
                    upper=Fraction(0),
                )
            )
        else:
            grid = Form({counter: step}, first)
        link = {domain.name: Fraction(-1), **grid.terms}
        self.drafts.append(RowDraft(f"{group}: value", group, link, -grid.constant, -grid.constant))
        self._grids[domain.name] = grid
        return grid


def listed_values(domain: Domain, /) -> tuple[Fraction, ...]:
    """The values of a discrete column with bounds, ascending."""
    if domain.kind == "listed":
        return tuple(domain.values)
    assert domain.lower is not None
    return tuple(domain.lower + k for k in range(domain.count or 0))


def _spacing(
    values: Sequence[Fraction], /, *, optional: bool
) -> tuple[Fraction, Fraction, Fraction] | None:
    """The first of evenly spaced values, how far they are apart, and how many follow; the 0 of an
    optional one left out.
    """
    if isinstance(values, Steps) and optional:
        return (
            (values.first, values.step, Fraction(values.amounts - 1))
            if values.amounts > 1
            else None
        )
    spaced = values[1:] if optional else values
    steps = {b - a for a, b in itertools.pairwise(spaced)}
    return (spaced[0], steps.pop(), Fraction(len(spaced) - 1)) if len(steps) == 1 else None


def _clean(terms: dict[str, Fraction]) -> dict[str, Fraction]:
    return {name: c for name, c in terms.items() if c}


def _text(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else repr(float(value))
