"""Exact numbers as decimals that can be typed."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

__all__ = ["decimal_text", "rounded_up"]

#: digits beyond which a number is long: it is rounded
_SHORT: Final = 12
#: what rounding may add to a change, as a share of it
_SHARE: Final = 6


def rounded_up(change: Fraction, old: Fraction, sense: int, /) -> Fraction:
    """The change that makes ``old + sense * change`` a short decimal: itself, or one larger by at
    most a millionth.

    >>> [float(rounded_up(Fraction(1, n), Fraction(1), 1)) for n in (3, 4)]
    [0.3333334, 0.25]
    """
    if not change:
        return change
    new = old + sense * change
    if _terminates(new) and len(Decimal(decimal_text(new)).normalize().as_tuple().digits) <= _SHORT:
        return change
    grain = Fraction(10) ** (_exponent(change) - _SHARE)
    steps = new / grain
    outwards = -((-steps) // 1) if sense > 0 else steps // 1
    return sense * (outwards * grain - old)


def decimal_text(value: Fraction, /) -> str:
    """A number whose decimal ends, in full; with an exponent where it is very large or small."""
    assert _terminates(value)
    context = Context(prec=10_000)
    exact = context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(context)
    size = exact.adjusted() if exact else 0
    return format(exact, "f") if -_SHORT < size < 21 else str(exact)


def _terminates(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _exponent(value: Fraction) -> int:
    """Of ten, of the first digit of a number above 0."""
    return Context(prec=20).divide(Decimal(value.numerator), Decimal(value.denominator)).adjusted()
