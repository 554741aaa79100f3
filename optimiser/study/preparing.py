"""The time limit while a scenario is read, checked and formulated.

A plan is not known before a whole model is: of half a model nothing could be claimed. So a run that
could not end in time any more ends, and says what limit it needs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from optimiser import interrupts
from optimiser.errors import ProofError
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.problem import Problem

__all__ = ["AFTER", "in_time", "insist", "limited", "pace", "searching"]

#: seconds that a run may be over its time limit
_OVER: Final = 3.0
#: of what preparing took, what checking, reading back and writing plans takes after the search,
#: before the first of many plans: about a quarter for 5,000 technologies
AFTER: Final = 0.35
#: seconds that are the search's own, however long preparing took: a short limit is one of the
#: search; and what is left of them where the run would be late
_OWN: Final = 1.0
_LEAST: Final = 0.25
#: where seconds were measured, what preparing takes once, and how many decisions and numbers in
#: rows it prepares in a second
_ONCE: Final = 1.0
_NUMBERS_A_SECOND: Final = 13_333
#: beyond that it is the model that is slow, not the machine
_SLOWEST: Final = 10.0
#: of what preparing took so far, all of it and what comes after the search
_WHOLE: Final = 2.5


def _latest(limit: float, share: float, /) -> float:
    """The seconds that preparing may take for a run to end in time; a question asked of its result
    takes up to half as long again.
    """
    return (limit + _OVER - _LEAST) / (1 + AFTER + 1 - share)


def in_time(limit: float | None, spent: float, /, *, share: float = 1.0) -> bool:
    """Whether a run that begins to search now ends in time.

    Args:
        limit: the seconds that it may take; None means any.
        spent: those that preparing took so far.
        share: as for :func:`searching`.
    """
    return limit is None or spent <= _latest(limit, share)


def insist(limit: float | None, spent: float, /, *, share: float = 1.0) -> None:
    """Insist on that.

    Raises:
        ProofError: the run would be late.
    """
    if not in_time(limit, spent, share=share):
        raise _late(spent)


@contextmanager
def limited(limit: float | None, began: float, /, *, share: float = 1.0) -> Iterator[None]:
    """Within it that is insisted on all the time, in whatever stage a command line is.

    Args:
        limit: the seconds that the run may take; None means any.
        began: when it did, of the monotonic clock.
        share: as for :func:`searching`.

    Raises:
        ProofError: the run would be late.
    """
    if limit is None:
        yield
        return
    try:
        with interrupts.giving_up(began + _latest(limit, share)):
            yield
    except interrupts.Elapsed:
        raise _late(time.monotonic() - began) from None


def _late(spent: float) -> ProofError:
    return ProofError(
        tr("the time limit came before the scenario was prepared"),
        help=tr(
            "reading, checking and formulating took {seconds:.1f} s so far: raise `time_limit` to "
            "{needed} or more",
            seconds=spent,
            needed=math.ceil(_WHOLE * spent + _OWN),
        ),
    )


def searching(limit: float, spent: float, /, *, prepared: float = 0.0, share: float = 1.0) -> float:
    """The seconds that a search has.

    Args:
        limit: the seconds that the run may take.
        spent: those that went, or are kept for what comes after the search.
        prepared: those that preparing took.
        share: of what is left, that the search has; the rest is for what is asked of its result.
    """
    late = limit + _OVER - (1 + AFTER) * prepared
    return max(min(limit, _OWN, max(late, _LEAST)), share * (limit - spent))


def pace(problem: Problem, prepared: float, /) -> float:
    """How many times longer this machine takes than the one that seconds were measured on, by the
    seconds that preparing the problem took.
    """
    linear = problem.linear
    rows = (*linear.rows, *linear.objectives) if linear else ()
    numbers = len(problem.decisions) + sum(len(row.terms) for row in rows)
    return min(_SLOWEST, max(1.0, _NUMBERS_A_SECOND * (prepared - _ONCE) / max(1, numbers)))
