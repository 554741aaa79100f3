"""Weights as decimals under which a plan is first as it is under the exact ones: a statement about
weights holds at the numbers that are printed.

The ends of an interval are rounded into it. Weights w on the edge of what makes a plan first are
moved off it first: where ``a . w >= 10^-d ||a||_1`` for the ``a`` of every rival, any weights that
differ from w by at most 10^-d in each entry keep ``a . w >= 0``. Only the proportions of weights
count, so that they need not sum to 1 as decimals.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.analysis.first_place import Moved, distance, is_first, to_first
from optimiser.results.table import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from optimiser.analysis.first_place import Ahead

__all__ = [
    "change_texts",
    "float_ends",
    "floats_within",
    "interval_texts",
    "percent_up",
    "sufficient",
    "weight_texts",
    "written_exactly",
]

#: digits after the point: of a float all of so many are kept
FEW: Final = 4
MOST: Final = 15
#: by what share more may move than has to, for fewer digits
_SPARE: Final = Fraction(1, 100)
_LONGEST: Final = 12  # of a fraction that is printed


def floats_within(low: Fraction, high: Fraction, /) -> tuple[float, float] | None:
    """The least and the largest float whose decimals lie within two ends from 0 to 1; None where
    there is none.

    >>> floats_within(Fraction(1, 3), Fraction(2, 3))
    (0.33333333333333337, 0.6666666666666666)
    """
    first, last = float(low), float(high)
    if _shown(first) < low:
        first = math.nextafter(first, math.inf)
    if _shown(last) > high:
        last = math.nextafter(last, -math.inf)
    return (first, last) if first <= last else None


def float_ends(low: Fraction, high: Fraction, /) -> tuple[float, float]:
    """The same, or the nearest floats where none are within."""
    return floats_within(low, high) or (float(low), float(high))


def interval_texts(weight: Fraction, low: Fraction, high: Fraction, /) -> tuple[str, str, str]:
    """A weight and the ends between which it lies, with few digits: the ends rounded inwards, no
    farther than to the weight, and what stands at an end as it is.

    >>> interval_texts(Fraction(1, 2), Fraction(1, 3), Fraction(2, 3))
    ('0.5', '0.3334', '0.6666')
    >>> interval_texts(Fraction(1, 3), Fraction(1, 3), Fraction(2, 3))
    ('1/3', '1/3', '0.6666')
    """
    # what lies above an end is below it with the other sign
    first, last = _digits_to(weight, low), _digits_to(-weight, -high)
    now = None if first is None or last is None else max(first, last)
    return (
        _rounded_text(weight, now, round),
        _rounded_text(low, first, math.ceil),
        _rounded_text(high, last, math.floor),
    )


def change_texts(
    weights: Sequence[Fraction], needed: Sequence[Fraction], /
) -> tuple[list[str], list[str]]:
    """Weights as they are and as they have to be, with as many digits."""
    after = weight_texts(needed)
    places = [len(text.partition(".")[2]) for text in after]
    exact = any("/" in text for text in after)
    digits = max(FEW, *places)
    before = [_text(one) if exact else _rounded_text(one, digits, round) for one in weights]
    return before, after


def _digits_to(weight: Fraction, low: Fraction, /) -> int | None:
    """How many digits keep an end that is rounded up from passing a weight; None where too many."""
    return next((n for n in range(FEW, MOST + 1) if math.ceil(low * 10**n) <= weight * 10**n), None)


def _rounded_text(
    value: Fraction, digits: int | None, rounded: Callable[[Fraction], int], /
) -> str:
    if digits is None:
        return str(value)
    by = 10**digits
    return _decimal(Fraction(rounded(value * by), by), digits)


def weight_texts(weights: Sequence[Fraction], /) -> list[str]:
    """Weights that are decimals of at most fifteen digits in full, others as fractions."""
    return [_text(weight) for weight in weights]


def percent_up(share: Fraction, /) -> str:
    """A share of all weight as a percentage with three digits, rounded up.

    >>> percent_up(Fraction(1981, 10**5)), percent_up(Fraction(1, 2))
    ('1.99', '50')
    """
    with localcontext(prec=3, rounding=ROUND_CEILING):
        value = 100 * Decimal(share.numerator) / Decimal(share.denominator)
    return number(float(value))


def written_exactly(weights: Sequence[Fraction], /) -> bool:
    """Whether the decimals of floats are these weights."""
    return _nearest_floats(weights) == tuple(weights)


def sufficient(
    ahead: Ahead, weights: Sequence[Fraction], moved: Moved, /, *, few: bool = False
) -> Moved:
    """Weights as decimals that make a plan first, near the nearest ones that do.

    Args:
        ahead: what the plan is ahead of others by.
        weights: (m,) from where it is moved.
        moved: the nearest weights under which it is first.
        few: with as few digits as do, by moving up to a hundredth more than has to be moved; else
            the decimals of floats, as near as they can be.

    Returns:
        The exact weights where no such decimals are found: where the weights that make the plan
        first have no interior.
    """
    nearest = _nearest_floats(moved.weights)
    if not few and is_first(ahead, nearest):
        return Moved(nearest, moved.distance)
    finest = to_first(ahead.by_more(MOST), weights)
    for digits in range(FEW, MOST) if few else ():
        clear = None if finest is None else to_first(ahead.by_more(digits), weights)
        for near in (moved, clear):
            found = _written(ahead, weights, near, digits)
            if found is not None and found.distance <= moved.distance * (1 + _SPARE):
                return found
    found = _written(ahead, weights, moved, MOST) or _written(ahead, weights, finest, MOST)
    return found or moved


def _written(
    ahead: Ahead, weights: Sequence[Fraction], near: Moved | None, digits: int, /
) -> Moved | None:
    """Weights with so many digits, where they make the plan first."""
    if near is None:
        return None
    rounded = _rounded(near.weights, digits)
    return Moved(rounded, distance(rounded, weights)) if is_first(ahead, rounded) else None


def _rounded(weights: Sequence[Fraction], digits: int, /) -> tuple[Fraction, ...]:
    """Up or down to so many digits, such that they sum to 1 as before: those up that have most
    left.
    """
    by = 10**digits
    whole = [math.floor(weight * by) for weight in weights]
    left = sorted(range(len(whole)), key=lambda j: whole[j] - weights[j] * by)
    for j in left[: by - sum(whole)]:
        whole[j] += 1
    return tuple(Fraction(number, by) for number in whole)


def _nearest_floats(weights: Sequence[Fraction], /) -> tuple[Fraction, ...]:
    """The decimals that the nearest floats are shown as."""
    return tuple(_shown(float(weight)) for weight in weights)


def _shown(value: float, /) -> Fraction:
    return Fraction(repr(value))


def _decimal(value: Fraction, digits: int, /) -> str:
    return f"{float(value):.{digits}f}".rstrip("0").rstrip(".")


def _text(value: Fraction, /) -> str:
    if _shown(float(value)) == value:
        return _decimal(value, MOST)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{float(value):.{MOST}f}"
