"""A ranking made again from the values, by the definition that a result stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.contradictions import Finding
from optimiser.analysis.tolerances import LAST_DIGITS
from optimiser.errors import OptimiseError
from optimiser.language import tr
from optimiser.ranking import NORMALISATIONS, Ranked, Yardstick, rank

if TYPE_CHECKING:
    from optimiser.front import Front
    from optimiser.results import Result

__all__ = ["ranking_contradictions"]


def ranking_contradictions(result: Result, /) -> Iterator[Finding]:
    """Where scores, ranks or ranges are not what the values give by the definition that is stored
    with them.
    """
    front, listed = result.front, result.ranking
    weights = dict(
        zip((column.name for column in front.columns), listed.weights.tolist(), strict=True)
    )
    normalise = listed.normalise if listed.normalise in NORMALISATIONS else "range"
    try:
        own = rank(
            front,
            method=listed.method,
            weights=weights,
            normalise=normalise,
            ranges=listed.ranges,
            definition=listed.definition,
        )
    except OptimiseError as error:
        yield Finding("", tr("the ranking cannot be repeated: {reason}", reason=error.message))
        return
    if own.normalise != listed.normalise:
        yield Finding(
            "",
            tr(
                "{method} normalises by {own}, not by {found}",
                method=listed.method,
                own=own.normalise,
                found=listed.normalise,
            ),
        )
    if abs(float(listed.weights.sum()) - 1.0) > LAST_DIGITS:
        yield Finding(
            "",
            tr(
                "the weights of the ranking add up to {total!r}, and weights are shares of 1",
                total=float(listed.weights.sum()),
            ),
        )
    yield from _ranges(front, listed)
    yield from _scores(front, listed, own)
    yield from _details(front, listed, own)
    if own.order.tolist() != list(range(len(front))):
        yield Finding("", tr("the plans do not stand in the order of their ranks"))


def _scores(front: Front, listed: Ranked, own: Ranked, /) -> Iterator[Finding]:
    """Where a score or a rank is another one."""
    size = float(np.abs(own.score).max())
    for row, name in enumerate(front.ids):
        if abs(float(listed.score[row]) - float(own.score[row])) > LAST_DIGITS * size:
            yield Finding(
                name,
                tr(
                    "its score is listed as {found!r}, the values give {own!r}",
                    found=float(listed.score[row]),
                    own=float(own.score[row]),
                ),
            )
        if listed.rank[row] != own.rank[row]:
            yield Finding(
                name,
                tr(
                    "is listed with rank {found}, the values give rank {own}",
                    found=listed.rank[row],
                    own=own.rank[row],
                ),
            )


def _details(front: Front, listed: Ranked, own: Ranked, /) -> Iterator[Finding]:
    """Where what a score is made of is something else."""
    if list(listed.details) != list(own.details):
        found, right = (", ".join(ranked.details) or "-" for ranked in (listed, own))
        yield Finding(
            "", tr("the details of the scores are {found}, not {own}", found=found, own=right)
        )
        return
    for name, values in own.details.items():
        size = float(np.abs(values).max())
        apart = np.abs(listed.details[name] - values) > LAST_DIGITS * size
        for row in np.nonzero(apart)[0].tolist():
            yield Finding(
                front.ids[row],
                tr(
                    "its {name} is listed as {found!r}, the values give {own!r}",
                    name=name,
                    found=float(listed.details[name][row]),
                    own=float(values[row]),
                ),
            )


def _ranges(front: Front, listed: Ranked, /) -> Iterator[Finding]:
    """Where scores are measured by something else than the objective's own range, or worst and best
    of the plans.
    """
    right = Yardstick.of(front).given
    for column, given, own in zip(front.columns, listed.ranges, right, strict=True):
        if given.tolist() != own.tolist():
            yield Finding(
                "",
                tr(
                    "scores are measured by a range of {name} from {worst!r} to {best!r}, and it "
                    "goes from {own_worst!r} to {own_best!r}",
                    name=column.name,
                    worst=float(given[0]),
                    best=float(given[1]),
                    own_worst=float(own[0]),
                    own_best=float(own[1]),
                ),
            )
