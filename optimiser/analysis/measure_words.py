"""What is known of a measure, in words: a number where it is known, else between what it lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimiser.analysis.measures import Interval, Measure
from optimiser.language import tr
from optimiser.results.claim_words import directed

if TYPE_CHECKING:
    from optimiser.analysis.regions import Extended

__all__ = [
    "is_same",
    "measure_words",
    "number_words",
    "range_words",
    "sides_words",
    "worse_word",
]


_DIGITS = 6


def number_words(value: Extended, /, *, digits: int = _DIGITS) -> str:
    """Six significant digits, or as many as are asked for."""
    return f"{float(value):.{digits}g}"


def sides_words(base: Interval, new: Interval, /, *, same: bool) -> tuple[str, str]:
    """What is known of BASE and of NEW, with as many digits as tell them apart, and two more where
    six do not: these show how far apart they are. Of one interval twice the ends are told apart.

    Args:
        base: of BASE.
        new: of NEW.
        same: whether both are known to be equal, so that there is nothing to tell apart.
    """
    for digits in range(_DIGITS, 18):
        words = range_words(base, digits=digits), range_words(new, digits=digits)
        if same or words[0] != words[1] or (base == new and not _looks_like_one(base, digits)):
            break
    if digits == _DIGITS:
        return words
    return range_words(base, digits=digits + 2), range_words(new, digits=digits + 2)


def range_words(known: Interval, /, *, digits: int = _DIGITS) -> str:
    """``5117``, ``between 4900 and 5117``, ``4900 or more``, ``unknown``."""
    low, high = known
    if low == high or _looks_like_one(known, digits):
        return number_words(low, digits=digits)
    if math.isinf(low) and math.isinf(high):
        return tr("unknown")
    # never between less than what is known
    least = "" if math.isinf(low) else _end(low, digits, up=False)
    most = "" if math.isinf(high) else _end(high, digits, up=True)
    if not most:
        return tr("{value} or more", value=least)
    if not least:
        return tr("{value} or less", value=most)
    return tr("between {low} and {high}", low=least, high=most)


def _looks_like_one(known: Interval, digits: int, /) -> bool:
    """Whether the two ends of an interval are written alike."""
    low, high = known
    return low < high and number_words(low, digits=digits) == number_words(high, digits=digits)


def _end(value: Extended, digits: int, /, *, up: bool) -> str:
    return number_words(directed(value, digits, up=up), digits=digits)


def measure_words(metric: str, measure: Measure, /) -> str:
    """BASE's and NEW's values of best, hypervolume, epsilon or lost-plans."""
    before, now = sides_words(measure.base_known, measure.new_known, same=is_same(measure))
    if metric == "best":
        return tr("best {base}, now {new}", base=before, new=now)
    if metric == "hypervolume":
        return tr("{base}, now {new}", base=before, new=now)
    if metric == "epsilon":
        return now
    least, most = measure.new_known
    lost, every = number_words(least), number_words(measure.reference or 0)
    if most > least:
        more = number_words(most - least)
        return tr("{lost} of {all} plans, {more} more not decided", lost=lost, all=every, more=more)
    return tr("{plans} of {all} plans", plans=lost, all=every)


def is_same(measure: Measure, /) -> bool:
    """Whether both sides are known to be equal."""
    return measure.low == measure.high == 0


def worse_word(measure: Measure, /) -> str:
    """better, worse or same where that is proven, else what is."""
    if measure.unlike:
        return tr("unlike units")
    if is_same(measure):
        return tr("same")
    if measure.low > 0 or measure.high < 0:
        return tr("worse") if measure.low > 0 else tr("better")
    return tr("same or better") if measure.high <= 0 else tr("not decided")
