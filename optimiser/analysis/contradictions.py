"""Where what a result claims contradicts itself, or the plans that it lists: no search is needed to
see it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.recomputing import pure
from optimiser.engine import registry
from optimiser.language import marked, retold, tr
from optimiser.patterns import pattern

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground, Values
    from optimiser.front import Front, Proof

__all__ = [
    "MOST_TOLD",
    "Finding",
    "all_best",
    "contradictions",
    "dominance",
    "off_scale",
    "repeated",
    "told",
    "twice",
]

MOST_TOLD: Final = 1_000
"""Findings of one kind that are told: what is wrong with a million rows is wrong with the first.
"""

_ROUNDED = Fraction(1, 10**9)
"""A scale is a range of the corners within this share: it is a float, taken from floats by some
solvers.
"""

# words by which a note says that a floating-point solver's word stands unconfirmed
_DOUBT = pattern(r"\bnumerical|\bunconfirmed|\bnot confirmed", re.IGNORECASE)

_UNSET = {
    "time_limit": marked("it is listed as stopped by the time limit, and none was set"),
    "points": marked("it is listed as stopped by the number of points, and none was set"),
}
_MORE = marked(
    "no plan is said to have more {name} than {bound!r}, and plan {plan} has {reached!r}"
)
_LESS = marked(
    "no plan is said to have less {name} than {bound!r}, and plan {plan} has {reached!r}"
)


@dataclass(frozen=True)
class Finding:
    """Something that does not hold; ``plan`` is empty where it concerns the result as a whole."""

    plan: str
    message: str

    def __str__(self) -> str:
        if not self.plan:
            return self.message
        return tr("plan {plan}: {message}", plan=self.plan, message=self.message)


def told(*kinds: Iterable[Finding]) -> tuple[Finding, ...]:
    """What was found, of each kind the first ones, and that there are more where there are."""
    found: list[Finding] = []
    for kind in kinds:
        rest = iter(kind)
        found += islice(rest, MOST_TOLD)
        if next(rest, None) is not None:
            message = tr("more like these, of which {number:,} are told", number=MOST_TOLD)
            found.append(Finding("", message))
    return tuple(found)


def twice(front: Front, /) -> Iterator[Finding]:
    """Where an id is listed again."""
    names = sorted(name for name, times in Counter(front.ids).items() if times > 1)
    yield from (Finding(name, tr("is listed twice")) for name in names)


def repeated(front: Front, /) -> tuple[Finding, ...]:
    """Where plans are listed again, under their id or another one, if so often that computing each
    again would take long and tell nothing; else nothing.
    """
    if len(front.cells) - len(set(front.cells)) <= MOST_TOLD:
        return ()
    first = dict(zip(reversed(front.cells), reversed(front.ids), strict=True))
    renamed = (
        Finding(name, tr("its decisions are those of plan {plan}", plan=first[cells]))
        for name, cells in zip(front.ids, front.cells, strict=True)
        if first[cells] != name
    )
    return told(twice(front), renamed)


def dominance(ground: Ground, /) -> Iterator[Finding]:
    """Which listed plans another listed plan dominates, or equals."""
    front = ground.front
    good, points = ground.undominated()
    for row in np.flatnonzero(~good)[: MOST_TOLD + 1].tolist():
        others = (points <= points[row]).all(axis=1)
        others[row] = False
        other = int(np.flatnonzero(others)[0])
        equal = bool((points[other] == points[row]).all())
        name = front.ids[other]
        yield Finding(
            front.ids[row],
            tr("has the same values as plan {plan}", plan=name)
            if equal
            else tr("is dominated by plan {plan}", plan=name),
        )


def contradictions(ground: Ground, /) -> Iterator[Finding]:
    """What cannot all be true of the proof, the bounds and the listed plans."""
    for message in (
        *_status(ground),
        *_basis(ground),
        *_stops(ground),
        *_cells(ground),
        *_bounds(ground),
        *_scale(ground),
    ):
        yield Finding("", message)


def _status(ground: Ground) -> Iterator[str]:
    proof = ground.front.proof
    if proof.status == "approximate":
        if proof.gap is not None or proof.scale:
            yield tr("an approximate front claims no gap and no scale")
        return
    if proof.status == "complete":
        if proof.gap is not None:
            yield tr("a complete front has no gap, and a gap of {gap:g} is listed", gap=proof.gap)
        if proof.resolution is not None:
            yield tr(
                "a complete front is compared exactly, and a resolution of {share:g} is listed",
                share=proof.resolution,
            )
        # but for settling which of several equal plans is listed, and then it says so
        if proof.stopped == "points" or (proof.stopped and not proof.note):
            yield tr(
                "a complete front was not stopped, and it is listed as stopped ({stopped})",
                stopped=proof.stopped,
            )
        if proof.of == "points" and len(ground.front) > 1 and pure(ground.problem):
            yield tr(
                "it cannot be complete: all is linear and no decision is whole, so the mixtures "
                "of {one} and {other} are plans too, and a list of points lacks the best of them",
                one=ground.front.ids[0],
                other=ground.front.ids[1],
            )
    elif (proof.gap is None) != (not proof.scale):
        yield tr("a gap and the scale that it is measured by go together")
    elif proof.gap is None and proof.stopped is None:
        yield tr(
            "it claims to cover everything without saying how closely, though nothing stopped it"
        )
    solver = registry().get(ground.front.provenance.solver)
    if solver is None:
        yield tr("there is no solver {name!r}", name=ground.front.provenance.solver)
    elif not solver.proof:
        yield tr(
            "solver {name!r} proves nothing, and the front is called {status}",
            name=solver.name,
            status=proof.status,
        )


def _basis(ground: Ground) -> Iterator[str]:
    proof = ground.front.proof
    if (proof.status == "approximate") != (proof.basis is None):
        yield tr(
            "a basis of {basis} does not go with a front that is {status}",
            basis=proof.basis or "none",
            status=proof.status,
        )
    if proof.basis != "exact":
        return
    if proof.resolution is not None:
        yield tr(
            "its basis is exact, and differences below {share:g} of a range were not seen",
            share=proof.resolution,
        )
    if _DOUBT.search(proof.note):
        note = retold(proof.note)
        yield tr("its basis is exact, and its note says otherwise: {note}", note=note)


def _stops(ground: Ground) -> Iterator[str]:
    stopped, options = ground.front.proof.stopped, ground.front.provenance.options
    if stopped in _UNSET and stopped in options and options[stopped] is None:
        yield tr(_UNSET[stopped])


def _cells(ground: Ground) -> Iterator[str]:
    proof = ground.front.proof
    if proof.of == "points" and (proof.cells or proof.open_ends):
        yield tr("a front of points has no segments or faces")
    if proof.of == "cells" and ground.problem.discrete:
        yield tr("every decision is whole or listed, so nothing lies between two plans")
    if proof.of == "cells" and not proof.cells and not proof.open_ends:
        yield tr("a front of segments and faces has some")
    for cell in proof.cells:
        if len(set(cell)) < len(cell):
            yield tr("a cell names the plan {plan} twice", plan=ground.front.ids[cell[0]])


def _bounds(ground: Ground) -> Iterator[str]:
    front, proof = ground.front, ground.front.proof
    bounds = proof.bounds or (None,) * len(front.columns)
    slack = ground.slack
    best = front.ideal.tolist()
    for k, column in enumerate(front.columns):
        bound, reached = bounds[k], best[k]
        if bound is not None and (reached - bound) * column.sign < -slack[k]:
            said = _MORE if column.sense == "maximise" else _LESS
            yield tr(
                said,
                name=column.name,
                bound=bound,
                plan=_best(ground, k),
                reached=reached,
            )
        elif proof.status == "complete" and proof.basis == "exact" and bound != reached:
            yield tr(
                "the list is said to be complete, so the best {name} is {reached!r}, and its bound "
                "is {bound!r}",
                name=column.name,
                reached=reached,
                bound=bound,
            )


def _best(ground: Ground, k: int) -> str:
    return ground.front.ids[int(np.argmin(ground.front.order[:, k]))]


def _scale(ground: Ground) -> Iterator[str]:
    front, proof = ground.front, ground.front.proof
    if not proof.scale:
        return
    for column, size, low, high in zip(front.columns, proof.scale, *_reach(ground), strict=True):
        if size == 0.0 and low < high:
            yield tr(
                "{name} is left out of the gap as constant, and the plans differ in it",
                name=column.name,
            )
    if ground.plans.values is not None and all_best(proof, front.ideal.tolist()):
        # nothing listed comes before the corners, and a front holds its corners before it has a
        # scale
        yield from off_scale(ground, ground.plans.values)


def _reach(ground: Ground) -> tuple[list[Fraction], list[Fraction]]:
    """The least and the greatest of each objective, minimised, over the listed plans."""
    if ground.plans.values is None:
        rows: list[list[Fraction]] = [
            [Fraction(value) for value in row] for row in ground.front.minimised.tolist()
        ]
    else:
        rows = [list(values) for values in ground.plans.values]
    return [min(column) for column in zip(*rows, strict=True)], [
        max(column) for column in zip(*rows, strict=True)
    ]


def off_scale(ground: Ground, points: Sequence[Values], /) -> Iterator[str]:
    """Where the scale is not the range over the corners, all of which are among these points.

    The corner of an objective is the plan that is best in it, then in the others in the order of
    the file. An objective with the same value in all of them has its range over all plans for a
    scale, which the points do not tell.
    """
    m = len(ground.front.columns)
    orders = [[k, *(j for j in range(m) if j != k)] for k in range(m)]
    corners = [min(([point[j] for j in order], point) for point in points)[1] for order in orders]
    for k, (column, size) in enumerate(
        zip(ground.front.columns, ground.front.proof.scale, strict=False)
    ):
        own = max(corner[k] for corner in corners) - min(corner[k] for corner in corners)
        if own > 0 and abs(Fraction(size) - own) > _ROUNDED * own:
            yield tr(
                "the scale of {name} is listed as {size!r}, the corners give {own!r}",
                name=column.name,
                size=size,
                own=float(own),
            )


def all_best(proof: Proof, ideal: list[float], /) -> bool:
    """Whether the bounds say of every objective that no plan is better than a listed one."""
    return len(proof.bounds) == len(ideal) and all(
        bound == best for bound, best in zip(proof.bounds, ideal, strict=True)
    )
