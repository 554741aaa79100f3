"""What measurements say, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.tolerances import TINY_PROBABILITY
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.analysis.learning import Lesson, Test

__all__ = ["probability", "verdict"]

_LIKELY = 0.05


def probability(test: Test, /) -> str:
    """The p of a test, as a person reads it: empty where there is none."""
    if test.p is None:
        return ""
    if test.p < TINY_PROBABILITY:
        return "< 0.0001"
    return f"{test.p:.2g}" if test.p < 0.1 else f"{test.p:.2f}"


def verdict(one: Lesson | None, test: Test, /) -> str:
    """What the test allows to say."""
    if one is not None and not one.identified:
        return tr("not identified")
    if test.p is None:
        return tr("one observation") if test.n == 1 else tr("too few observations")
    return tr("differs") if test.p <= _LIKELY else tr("may be chance")
