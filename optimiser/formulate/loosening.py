"""The problem with every constraint loosened by the tolerance, exactly: what is solved where no
plan holds all of them.

``left <= right`` becomes ``left <= right + delta * max(1, |bound|)``, an equality a pair of such
rows. Domains, and the rows that adoption itself imposes, stay as they are: half a technology within
tolerance is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.formulate.excesses import size_of
from optimiser.formulate.fitted import grid_of

if TYPE_CHECKING:
    from optimiser.formulate.logic import RowDraft
    from optimiser.formulate.parts import Bound, Parts

__all__ = ["changes", "loosened_bounds", "loosened_rows"]


def loosened_rows(drafts: Sequence[RowDraft], share: Fraction, /) -> list[RowDraft]:
    """Linear rows, each side further out by ``share * max(1, |bound|)``."""
    return [
        replace(
            draft,
            lower=None if draft.lower is None else draft.lower - share * draft.room(draft.lower),
            upper=None if draft.upper is None else draft.upper + share * draft.room(draft.upper),
        )
        for draft in drafts
    ]


def loosened_bounds(pieces: Parts, rest: Sequence[Bound], share: Fraction, /) -> list[Bound]:
    """The other comparisons, each looser by ``share * max(1, |bound|)``."""
    return [
        loose
        for bound in rest
        for loose in _loosened(pieces, bound, share * size_of(pieces, bound))
    ]


def _loosened(pieces: Parts, bound: Bound, room: Fraction) -> Iterator[Bound]:
    graph = pieces.graph
    signed = [(1, bound.top, bound.bottom)] + (
        [(-1, bound.bottom, bound.top)] if bound.equality else []
    )
    for sign, top, bottom in signed:
        node = graph.sum([(sign, bound.node)], -room)
        yield replace(
            bound, node=node, top=top, bottom=graph.sum([(1, bottom)], room), equality=False
        )


def changes(
    pieces: Parts, direct: Sequence[RowDraft], rest: Sequence[Bound], share: Fraction, /
) -> bool:
    """Whether loosening may let a plan in: False where every constraint takes steps too large for
    that.

    A row over discrete columns takes multiples of some 1/D only, so that a limit moves nothing
    until it passes the next one.
    """
    units = {d.name: d.denominator for d in pieces.domains if d.discrete}
    for draft in direct:
        grid = grid_of({(name,): c for name, c in draft.terms.items() if c}, units)
        if grid is None:
            return True
        for side, sign in ((draft.lower, -1), (draft.upper, 1)):
            if side is not None and math.floor(sign * side * grid) != math.floor(
                (sign * side + share * draft.room(side)) * grid
            ):
                return True
    for bound in rest:
        expanded = pieces.expansions.polynomial(bound.node)
        grid = None if expanded is None else grid_of(expanded, units)
        if grid is None or share * size_of(pieces, bound) * grid >= 1:
            return True
    return False
