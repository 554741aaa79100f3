"""The search for plans that a front leaves out because a listed one has the same objectives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.results.equal_plans import Equivalents

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.front import Floats, Front
    from optimiser.results.result import Result

__all__ = [
    "MOST_EQUIVALENTS",
    "Equivalents",
    "equivalents",
    "equivalents_of_all",
    "with_equal_plans",
]

MOST_EQUIVALENTS = 100
"""At most so many plans are listed beside each one."""

_SECONDS = 60.0
#: for those of all plans, which a decision counts like the listed ones
_ALL_SECONDS = 10.0
#: with a result that is saved: more would make every later reading of it slow
_MOST_KEPT = 2_000
#: that a run may search for them: so many seconds, or this share of what the plans took
_KEPT_SECONDS, _KEPT_SHARE = 3.0, 0.1
#: plans that are looked at first: where these have too many equals, all have
_SAMPLE = 8


def equivalents(
    result: Result,
    rows: Sequence[int],
    /,
    *,
    seconds: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Equivalents, ...]:
    """For each of these rows of a front the other plans with exactly the same objectives, as they
    were saved with the result, or searched for now.

    Args:
        result: as solved or loaded.
        rows: positions in its front.
        seconds: the longest that the search may take; None is a minute.
        on_progress: called now and then with how far it is.

    Raises:
        UsageError: they cannot be listed: decisions are real numbers, or the model is neither small
            nor linear.
    """
    if result.equal_plans is not None:
        return tuple(result.equal_plans[row] for row in rows)
    from optimiser.engine import Budget, equivalent_plans

    problem = result.problem
    # of a result that was loaded they are in its cells alone
    x = result.front.x[list(rows)] if result.front.x.shape[1] else result.decisions(rows)
    budget = Budget(_SECONDS if seconds is None else seconds, on_progress=on_progress)
    # one more than is shown: the listed plan is among them
    found = equivalent_plans(problem, x, budget, limit=MOST_EQUIVALENTS + 1)
    if found is None:
        raise UsageError(
            tr("plans with equal objectives cannot be listed for this model"),
            help=_why(problem.discrete),
        )
    others = [
        equal.plans[(equal.plans != own).any(axis=1)][:MOST_EQUIVALENTS]
        for own, equal in zip(x, found, strict=True)
    ]
    # all at once: reading a plan costs as much as reading hundreds
    fronts = _fronts(result, others)
    return tuple(
        Equivalents(row, front, equal.complete)
        for row, front, equal in zip(rows, fronts, found, strict=True)
    )


def _fronts(result: Result, plans: Sequence[Floats], /) -> list[Front | None]:
    """The (k, n) plans of each row as a front; None where there are none."""
    if not any(map(len, plans)):
        return [None] * len(plans)
    readings, first = result.model.read(np.vstack(plans)), 0
    fronts: list[Front | None] = []
    for x in plans:
        if not len(x):
            fronts.append(None)
            continue
        some = slice(first, first := first + len(x))
        front = replace(
            result.front,
            y=readings.objectives[some],
            x=x,
            indicators=readings.indicators[some],
            cells=readings.cells[some],
            ids=readings.ids[some],
            proof=replace(result.front.proof, cells=(), open_ends=()),
            stands=(),
            exact=(),
        )
        fronts.append(front)
    return fronts


def equivalents_of_all(
    result: Result, /, *, seconds: float | None = None
) -> tuple[Equivalents, ...] | None:
    """For each plan of a front the others with exactly the same objectives; None where they cannot
    be listed.

    Args:
        result: as solved or loaded.
        seconds: the longest that a search may take; None is ten.
    """
    if result.front.proof.of == "cells":
        return None
    try:
        rows = range(len(result.front))
        return equivalents(result, rows, seconds=_ALL_SECONDS if seconds is None else seconds)
    except UsageError:
        return None


def with_equal_plans(
    result: Result,
    /,
    *,
    seconds: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """The same result with every plan that has the objectives of a listed one, so that these need
    not be searched for again; as it is where they cannot be listed, are too many to be kept, or
    take longer than finding the plans allows for.

    Args:
        result: of a run that came to its end; of another one it is returned as it is.
        seconds: what is left of the time of the run; None is no limit.
        on_progress: called now and then with how far it is.
    """
    from optimiser.engine import found_by_one_look

    proof = result.front.proof
    if proof.of == "cells" or proof.stopped in ("time_limit", "interrupted"):
        return result
    allowed = max(_KEPT_SECONDS, _KEPT_SHARE * result.front.provenance.seconds)
    if seconds is not None:
        allowed = min(allowed, seconds)
    k, end = len(result.front), time.monotonic() + allowed
    found: tuple[Equivalents, ...] = ()
    sampled = k > 2 * _SAMPLE and not found_by_one_look(result.problem)
    for step in (k // _SAMPLE, 1) if sampled else (1,):
        left = end - time.monotonic()
        if left <= 0:  # preparing the search alone would take longer
            return result
        try:
            found = equivalents(result, range(0, k, step), seconds=left, on_progress=on_progress)
        except UsageError:
            return result
        ended = all(one.complete or len(one) == MOST_EQUIVALENTS for one in found)
        if not ended or sum(map(len, found)) * step > _MOST_KEPT:
            return result
    return replace(result, equal_plans=found)


def _why(discrete: bool) -> str:
    if not discrete:
        return tr("some decisions are real numbers, so that equal plans can be infinitely many")
    return tr("it is neither linear nor small enough to try every plan")
