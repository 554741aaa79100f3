"""What is known of the binaries of one decision: of its chains at most one begins, and a chain
grows but never shrinks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.formulate.decisions import Decision

__all__ = ["Choices", "Monomials"]

Monomials = Mapping[tuple[str, ...], Fraction]


class Choices:
    """The chains of every decision, at most one of which has ones.

    Args:
        chains: for each decision its chains; in a chain each binary is at least as large as those
            before it.
        amounts: the column of each amount, with the binary of its adoption.
    """

    def __init__(
        self,
        chains: Sequence[Sequence[Sequence[str]]] = (),
        /,
        *,
        amounts: Mapping[str, str] | None = None,
    ) -> None:
        self.amounts = dict(amounts or {})
        self._place: dict[str, tuple[int, int, int]] = {
            column: (decision, number, position)
            for decision, alternatives in enumerate(chains)
            for number, chain in enumerate(alternatives)
            for position, column in enumerate(chain)
        }

    @classmethod
    def of(cls, decisions: Sequence[Decision], /) -> Choices:
        """What is known of the binaries of the decisions of a scenario."""
        amounts = {d.columns[-1]: d.adoption[0] for d in decisions if d.kind == "scale"}
        return cls([d.chains for d in decisions], amounts=amounts)

    def reduced(self, monomials: Monomials, /) -> dict[tuple[str, ...], Fraction]:
        """The same function on every plan, each product in its smallest form."""
        found: dict[tuple[str, ...], Fraction] = {}
        for monomial, c in monomials.items():
            smallest = self.product(monomial)
            if smallest is not None:
                before = found.get(smallest)
                found[smallest] = c if before is None else before + c
        return {monomial: c for monomial, c in found.items() if c}

    def product(self, columns: tuple[str, ...], /) -> tuple[str, ...] | None:
        """The columns whose product is the same on every plan, of each chain the first; None where
        it is always 0.
        """
        if len(columns) < 2:
            return columns
        first: dict[int, tuple[int, int, str]] = {}
        kept: list[str] = []
        # an amount is 0 where its technology is not adopted
        spare = {self.amounts[column] for column in columns if column in self.amounts}
        for column in columns:
            if column in spare:
                continue
            place = self._place.get(column)
            if place is None:
                kept.append(column)
                continue
            decision, number, position = place
            other = first.get(decision)
            if other is not None and other[0] != number:
                return None
            if other is None or position < other[1]:
                first[decision] = (number, position, column)
        return tuple(sorted([*kept, *(column for _, _, column in first.values())]))

    def exclusive(self, monomials: Sequence[tuple[str, ...]], /) -> bool:
        """Whether at most one of several products of binaries is 1."""
        return all(
            self.product((*a, *b)) is None for i, a in enumerate(monomials) for b in monomials[:i]
        )

    def starts(self, monomials: Monomials, /) -> list[list[tuple[str, Fraction]]] | None:
        """Single columns of one decision, chain by chain in their order, with their coefficients;
        None where they are not.
        """
        chains: dict[int, list[tuple[int, str, Fraction]]] = {}
        decisions = set()
        for monomial, c in monomials.items():
            place = self._place.get(monomial[0]) if len(monomial) == 1 else None
            if place is None:
                return None
            decisions.add(place[0])
            chains.setdefault(place[1], []).append((place[2], monomial[0], c))
        if len(decisions) != 1:
            return None
        return [[(column, c) for _, column, c in sorted(chain)] for chain in chains.values()]
