"""One call of the compiled search, and what it may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimiser.engine.labels._native import Found
    from optimiser.engine.labels.reading import LabelArrays

__all__ = ["ALL", "STATES", "Work", "listed"]

# What a search may use, counted: states of the diagram, labels made in all, labels of one layer.
STATES, _LABELS, _KEPT = 1_500_000, 1_000_000_000, 4_000_000


@dataclass(frozen=True)
class Work:
    """What a search may take: states of the diagram, labels of one layer, steps of about 7 ns in
    all, and so many more for every plan that is known; of each part, where there are several, and
    sums of plans of two of them; threads; labels of a layer in the first pass; and whether no
    states are made that would become too many.
    """

    states: int = STATES
    kept: int = _KEPT
    steps: int = 1 << 50
    each: int = 0
    pairs: int = 1 << 40
    workers: int = 1
    beam: int = 60
    foresee: bool = False


ALL = Work()


def listed(given: LabelArrays, most: Work, going_on: Callable[[int, int], bool], /) -> Found:
    """All efficient plans, or those found until ``going_on``, told now and then how many plans
    there are and how many labels were made, ended it.
    """
    from optimiser.engine.labels import _native

    return _native.solve(
        given.width,
        given.factors,
        given.objective,
        given.row,
        given.bound,
        given.order,
        nodes=most.states,
        labels=_LABELS,
        kept=most.kept,
        work=most.steps,
        each=most.each,
        foresee=most.foresee,
        workers=most.workers,
        beam=most.beam,
        going_on=going_on,
    )
