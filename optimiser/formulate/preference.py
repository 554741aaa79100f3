"""Which of several plans with equal values is listed: weights over the columns, to be minimised one
after the other.

The canonical plan has the fewest technologies, then the earliest starts (the smallest sum of the
positions of their phases), then the smallest decisions in column order, where not adopted comes
before the first level, that before later ones, and of one level the first phase before later ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.formulate.decisions import Decision
    from optimiser.formulate.logic import RowDraft
    from optimiser.formulate.parts import Bound, Parts

__all__ = ["idle_columns", "preferences"]

Weights = tuple[tuple[int, int], ...]


def preferences(decisions: Sequence[Decision], /) -> tuple[Weights, ...]:
    """Rows of (column, weight)."""
    position = {
        column: j for j, column in enumerate(column for d in decisions for column in d.columns)
    }
    count: list[tuple[int, int]] = []
    start: list[tuple[int, int]] = []
    digits: list[Weights] = []
    for decision in decisions:
        own: list[tuple[int, int]] = []
        for mode in decision.modes:
            count.append((position[mode.columns[-1]], 1))
            own += _weighted(mode.columns, position, mode.when.latest)
        start += own
        if len(decision.chains) > 1:
            digits += [
                tuple(
                    (position[chain[-1]], number) for number, chain in enumerate(decision.chains, 1)
                ),
                tuple(own),
            ]
        else:
            digits += [_weighted(chain, position, len(chain)) for chain in decision.chains]
        if decision.kind in ("variable", "scale"):
            digits.append(((position[decision.columns[-1]], 1),))
    return tuple(row for row in (tuple(count), tuple(start), *digits) if row)


def idle_columns(
    pieces: Parts, logic: Sequence[RowDraft], rest: Sequence[Bound], /
) -> dict[int, Fraction]:
    """The discrete columns that nothing depends on, each with its smallest value, which the
    canonical plan has.

    Args:
        pieces: the model and its parameter values.
        logic: every row over the decisions alone.
        rest: the comparisons that are not rows.
    """
    nodes = [*(objective.node for objective in pieces.objectives), *(bound.node for bound in rest)]
    seen = {*pieces.graph.symbols(*nodes)}
    seen |= {name for draft in logic for name, c in draft.terms.items() if c}
    return {
        j: Fraction(math.ceil(domain.lower)) if domain.kind == "whole" else domain.values[0]
        for j, domain in enumerate(pieces.domains)
        if domain.name not in seen and domain.kind != "real" and domain.lower is not None
    }


def _weighted(chain: Sequence[str], position: dict[str, int], last: int) -> Weights:
    """``last`` where only the last column is 1, one less for each column before it, 0 where none
    is.
    """
    weights = [(position[column], -1) for column in chain[:-1]]
    return tuple((j, w) for j, w in (*weights, (position[chain[-1]], last)) if w)
