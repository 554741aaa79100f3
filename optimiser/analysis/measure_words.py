"""What is known of a measure, in words: a number where it is known, else between what it lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimiser.analysis.measures import Interval, Measure, number_of

if TYPE_CHECKING:
    from optimiser.analysis.regions import Extended

__all__ = ["measure_words", "number_words", "range_words", "sides_words", "worse_word"]


_DIGITS = 6


def number_words(value: Extended, /, *, digits: int = _DIGITS) -> str:
    """Six significant digits, or as many as are asked for."""
    return f"{float(value):.{digits}g}"


def sides_words(base: Interval, new: Interval, /) -> tuple[str, str]:
    """What is known of BASE and of NEW, with as many digits as tell them apart, and two more where
    six do not: these show how far apart they are.
    """
    for digits in range(_DIGITS, 18):
        words = range_words(base, digits=digits), range_words(new, digits=digits)
        if words[0] != words[1] or base == new:
            break
    if digits == _DIGITS:
        return words
    return range_words(base, digits=digits + 2), range_words(new, digits=digits + 2)


def range_words(known: Interval, /, *, digits: int = _DIGITS) -> str:
    """``5117``, ``between 4900 and 5117``, ``4900 or more``, ``unknown``."""
    low, high = known
    number = number_of(known)
    if number is not None:
        return number_words(number, digits=digits)
    if math.isinf(low) and math.isinf(high):
        return "unknown"
    if math.isinf(high):
        return f"{number_words(low, digits=digits)} or more"
    if math.isinf(low):
        return f"{number_words(high, digits=digits)} or less"
    ends = number_words(low, digits=digits), number_words(high, digits=digits)
    return ends[0] if ends[0] == ends[1] else f"between {ends[0]} and {ends[1]}"


def measure_words(metric: str, measure: Measure, /) -> str:
    """BASE's and NEW's values of best, hypervolume, epsilon or lost-plans."""
    before, now = sides_words(measure.base_known, measure.new_known)
    if metric == "best":
        return f"best {before}, now {now}"
    if metric == "hypervolume":
        return f"{before}, now {now}"
    if metric == "epsilon":
        return now
    least, most = measure.new_known
    undecided = f", {number_words(most - least)} more not decided" if most > least else ""
    return f"{number_words(least)} of {number_words(measure.reference or 0)} plans{undecided}"


def worse_word(measure: Measure, /) -> str:
    """better, worse or same where that is proven, else what is."""
    if measure.unlike:
        return "unlike units"
    if measure.low <= 0 <= measure.high and measure.difference is not None:
        return "same"
    if measure.low > 0 or measure.high < 0:
        return "worse" if measure.low > 0 else "better"
    return "same or better" if measure.high <= 0 else "not decided"
