"""Whether the segments and faces of a front are what they are said to be: efficient, and all of
them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.contradictions import Finding
from optimiser.analysis.mixing import beaten
from optimiser.analysis.recomputing import pure
from optimiser.language import listed, tr
from optimiser.results.mixtures import Cells

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground
    from optimiser.front import Floats, Front

__all__ = ["faces"]

# an LP a cell or a pair, each about a millisecond
_MOST_CELLS = 500
_MOST_PAIRS = 500
_MOST_OVERLAPS = 2_000
# pairs, nearly all of which a stranger's cells may join
_MOST_LOOKED_AT = 100_000
# where on a segment it is looked at
_SHARES = (0.5, 0.125, 0.25, 0.375, 0.625, 0.75, 0.875)


def faces(ground: Ground, /) -> Iterator[Finding]:
    """Cells that mixtures of other plans dominate, and edges between plans that belong to no cell.

    A mixture is found by a linear program in floating point, with a tolerance: what is reported is
    beyond it.
    """
    front = ground.front
    if front.proof.of != "cells" or front.proof.status != "complete":
        return
    if pure(ground.problem):
        yield from _dominated(front)
        yield from _lacking(front)
    else:
        yield from _overlapping(front)


def _dominated(front: Front) -> Iterator[Finding]:
    """Every mixture of plans is a plan, so a cell whose middle a mixture of any plans dominates is
    no face.
    """
    listed = front.minimised
    for cell in front.proof.cells[:_MOST_CELLS]:
        if beaten(listed, listed[list(cell)].mean(axis=0)):
            yield Finding(
                "",
                tr(
                    "the mixtures of {plans} are no face of the front: others are better",
                    plans=_names(front, cell),
                ),
            )


def _lacking(front: Front) -> Iterator[Finding]:
    """What lies halfway between two plans is a plan, so some plan or some mixture in a cell is as
    good.
    """
    listed, cells = front.minimised, Cells(front.proof.cells, front.minimised)
    for pair in itertools.islice(_apart(front.proof.cells, len(listed)), _MOST_PAIRS):
        middle = listed[list(pair)].mean(axis=0)
        if not (listed <= middle).all(axis=1).any() and not cells.reach(middle)[0]:
            yield Finding(
                "",
                tr(
                    "mixtures of {plans} are plans, and no segment or face holds any as good",
                    plans=_names(front, pair),
                ),
            )
            return


def _apart(cells: tuple[tuple[int, ...], ...], k: int) -> Iterator[tuple[int, int]]:
    """The pairs of k plans that are in no cell together, of the first so many pairs."""
    member: list[set[int]] = [set() for _ in range(k)]
    for number, cell in enumerate(cells):
        for row in cell:
            member[row].add(number)
    for one, other in itertools.islice(itertools.combinations(range(k), 2), _MOST_LOOKED_AT):
        if member[one].isdisjoint(member[other]):
            yield one, other


def _overlapping(front: Front) -> Iterator[Finding]:
    """With whole decisions mixtures are plans within a cell alone: none of another one may dominate
    them.
    """
    listed, cells = front.minimised, Cells(front.proof.cells, front.minimised)
    left = _MOST_OVERLAPS
    for number, cell in enumerate(front.proof.cells[:_MOST_CELLS]):
        for middle in _along(listed[list(cell)]):
            better = np.flatnonzero((listed <= middle).all(axis=1) & (listed < middle).any(axis=1))
            by: list[tuple[int, ...]] = []
            by += [(row,) for row in better.tolist() if row not in cell][:1]
            others = np.flatnonzero((cells.lowest <= middle).all(axis=1))
            for other in () if by else others[others != number][:left].tolist():
                left -= 1
                if beaten(listed[list(front.proof.cells[other])], middle):
                    by.append(front.proof.cells[other])
                    break
            if by:
                message = tr(
                    "the mixtures of {plans} are no segment of the front: {others} dominates some",
                    plans=_names(front, cell),
                    others=_names(front, by[0]),
                )
                yield Finding("", message)
                break


def _along(points: Floats) -> list[Floats]:
    if len(points) == 2:
        return [np.asarray((1.0 - share) * points[0] + share * points[1]) for share in _SHARES]
    return [points.mean(axis=0)]


def _names(front: Front, rows: tuple[int, ...]) -> str:
    return listed((front.ids[row] for row in rows), last="and")
