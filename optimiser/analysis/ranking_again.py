"""A ranking made again from the values, by the definition that a result stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.contradictions import Finding
from optimiser.analysis.tolerances import LAST_DIGITS
from optimiser.errors import OptimiseError
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
        yield Finding("", f"the ranking cannot be repeated: {error.message}")
        return
    if own.normalise != listed.normalise:
        yield Finding(
            "", f"{listed.method} normalises by {own.normalise}, not by {listed.normalise}"
        )
    if abs(float(listed.weights.sum()) - 1.0) > LAST_DIGITS:
        yield Finding(
            "",
            f"the weights of the ranking add up to {float(listed.weights.sum())!r}, and weights "
            "are shares of 1",
        )
    yield from _ranges(front, listed)
    size = float(np.abs(own.score).max())
    for row, name in enumerate(front.ids):
        if abs(float(listed.score[row]) - float(own.score[row])) > LAST_DIGITS * size:
            yield Finding(
                name,
                f"its score is listed as {float(listed.score[row])!r}, the values give "
                f"{float(own.score[row])!r}",
            )
        if listed.rank[row] != own.rank[row]:
            yield Finding(
                name,
                f"is listed with rank {listed.rank[row]}, the values give rank {own.rank[row]}",
            )
    if own.order.tolist() != list(range(len(front))):
        yield Finding("", "the plans do not stand in the order of their ranks")


def _ranges(front: Front, listed: Ranked, /) -> Iterator[Finding]:
    """Where scores are measured by something else than the objective's own range, or worst and best
    of the plans.
    """
    right = Yardstick.of(front).ranges
    for column, given, own in zip(front.columns, listed.ranges, right, strict=True):
        if given.tolist() != own.tolist():
            yield Finding(
                "",
                f"scores are measured by a range of {column.name} from {float(given[0])!r} to "
                f"{float(given[1])!r}, and it goes from {float(own[0])!r} to {float(own[1])!r}",
            )
