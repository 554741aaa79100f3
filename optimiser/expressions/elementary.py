"""Elementary functions of rationals, enclosed in rationals: each answer is a pair of fractions with
the true value between.

``exp``, ``log`` and ``sqrt`` come from the decimal module, whose results are correctly rounded, so
that one unit in the last place outwards is enough; sines and arctangents are Taylor sums in fixed
point with their remainders added.

References:
    M. F. Cowlishaw, General Decimal Arithmetic Specification, version 1.70, 2009 (exp, ln, log10
        and square-root are correctly rounded).
    R. P. Brent, P. Zimmermann, Modern Computer Arithmetic, Cambridge University Press 2010, chapter
        4.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Overflow, Underflow
from fractions import Fraction
from functools import lru_cache

__all__ = [
    "Pair",
    "arctangent",
    "exponential",
    "logarithm",
    "logarithm10",
    "outward",
    "pi",
    "quotient",
    "sine",
    "square_root",
]

Pair = tuple[Fraction, Fraction]

_GUARD = 8  # digits beyond those asked for, so that the steps of a sum do not show
# exponents of ten beyond which a number is not written out: a float ends at 308, a fraction of a
# million digits never ends
_LARGEST_EXPONENT = 5_000


def outward(low: Fraction, high: Fraction, digits: int, /) -> Pair:
    """The same interval with short ends, wider by at most one unit in so many digits."""
    return (
        _short(low.numerator, low.denominator, digits, up=False),
        _short(high.numerator, high.denominator, digits, up=True),
    )


def quotient(top: int, bottom: int, digits: int, /) -> Pair:
    """Short ends around a quotient of whole numbers, the second positive, that is not reduced."""
    return _short(top, bottom, digits, up=False), _short(top, bottom, digits, up=True)


def _short(top: int, bottom: int, digits: int, *, up: bool) -> Fraction:
    bits = digits * 10 // 3 + 2
    if top.bit_length() <= bits and bottom.bit_length() <= bits:
        return Fraction(top, bottom)
    shift = bits - top.bit_length() + bottom.bit_length()
    scaled = (top << shift, bottom) if shift >= 0 else (top, bottom << -shift)
    whole = -((-scaled[0]) // scaled[1]) if up else scaled[0] // scaled[1]
    return Fraction(whole, 1 << shift) if shift >= 0 else Fraction(whole << -shift)


def _places(whole: int) -> int:
    """At least the decimal digits of a whole number."""
    return whole.bit_length() * 302 // 1000 + 1


def _context(digits: int, rounding: str | None = None) -> Context:
    return Context(
        prec=digits + _GUARD,
        rounding=rounding,
        Emin=-(10**6),
        Emax=10**6,
        traps=[Overflow, Underflow],
    )


def _decimal(value: Fraction, digits: int, *, up: bool) -> Decimal:
    context = _context(digits, ROUND_CEILING if up else ROUND_FLOOR)
    # both are whole numbers of any length: rounding them before the division would lose the
    # direction
    top, bottom = _short(
        value.numerator, value.denominator, digits + _GUARD, up=up
    ).as_integer_ratio()
    exact = Context(prec=max(context.prec, _places(top), _places(bottom)))
    return context.divide(exact.create_decimal(top), exact.create_decimal(bottom))


def _rising(
    function: Callable[[Context, Decimal], Decimal], low: Fraction, high: Fraction, digits: int
) -> Pair:
    context = _context(digits)
    first = function(context, _decimal(low, digits, up=False))
    last = function(context, _decimal(high, digits, up=True))
    # the logarithm of 1 is 0 exactly; one unit below 0 would be a number with a million digits
    return Fraction(context.next_minus(first) if first else 0), Fraction(
        context.next_plus(last) if last else 0
    )


def exponential(low: Fraction, high: Fraction, digits: int, /) -> tuple[Fraction, Fraction | None]:
    """``exp`` over an interval; None for an end too large to write out."""
    most = Fraction(_LARGEST_EXPONENT * 2)
    first = (
        Fraction(0)
        if low < -most
        else _rising(Context.exp, min(low, most), min(low, most), digits)[0]
    )
    last = (
        None if high > most else _rising(Context.exp, max(high, -most), max(high, -most), digits)[1]
    )
    return max(first, Fraction(0)), last


def logarithm(low: Fraction, high: Fraction, digits: int, /) -> Pair:
    """``log`` over an interval above 0."""
    return _of_positive(Context.ln, low, high, digits)


def logarithm10(low: Fraction, high: Fraction, digits: int, /) -> Pair:
    """``log10`` over an interval above 0."""
    return _of_positive(Context.log10, low, high, digits)


def _of_positive(
    function: Callable[[Context, Decimal], Decimal], low: Fraction, high: Fraction, digits: int
) -> Pair:
    # near 1 a logarithm is small, and an argument that is rounded there moves it: as many digits
    # more as 1 and it share
    close = max(0, _magnitude(abs(low - 1)), _magnitude(abs(high - 1)))
    first, last = _rising(function, low, high, digits + close)
    return outward(first, last, digits)


def _magnitude(value: Fraction) -> int:
    """Decimal places before the first digit of a number below 1; 0 of one that is 0."""
    return (
        (value.denominator.bit_length() - value.numerator.bit_length()) * 3 // 10 + 1
        if value
        else 0
    )


def square_root(low: Fraction, high: Fraction, digits: int, /) -> Pair:
    """``sqrt`` over an interval that is not below 0."""
    first, last = (_root(value, digits) for value in (low, high))
    return first[0], last[1]


def _root(value: Fraction, digits: int) -> Pair:
    top, bottom = value.numerator, value.denominator
    bits = digits * 10 // 3 + 4
    shift = max(0, bits - (top.bit_length() - bottom.bit_length()) // 2)
    whole = math.isqrt((top << (2 * shift)) // bottom)
    exact = Fraction(whole, 1 << shift)
    return (exact, exact) if exact * exact == value else (exact, Fraction(whole + 1, 1 << shift))


@lru_cache(maxsize=16)
def pi(digits: int, /) -> Pair:
    """The number pi, by Machin's formula 16 atan(1/5) - 4 atan(1/239)."""
    bits = digits * 10 // 3 + 16
    fifth, other = _atan_sum(Fraction(1, 5), bits), _atan_sum(Fraction(1, 239), bits)
    return 16 * fifth[0] - 4 * other[1], 16 * fifth[1] - 4 * other[0]


def sine(low: Fraction, high: Fraction, digits: int, /, *, quarter: int = 0) -> Pair:
    """``sin(x + quarter * pi / 2)`` over a short interval: the value in the middle, as far out as
    the interval reaches.
    """
    half = (high - low) / 2
    mean = (low + high) / 2
    middle = _short(mean.numerator, mean.denominator, digits + _GUARD, up=False)
    slack = half + abs((low + high) / 2 - middle)
    extra = _places(int(middle))
    around = pi(digits + extra + _GUARD)
    middle += quarter * around[0] / 2
    turns = round(middle / (2 * around[0]))
    rest = middle - turns * 2 * around[0]
    slack += (2 * abs(turns) + 1) * (around[1] - around[0])
    value, remainder = _sine_sum(rest, digits * 10 // 3 + 16)
    slack += remainder
    return max(Fraction(-1), value - slack), min(Fraction(1), value + slack)


def _sine_sum(x: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """sin(x) for |x| < 4 in fixed point, and by how much it may be wrong."""
    bits += 16
    one = 1 << bits
    fixed = x.numerator * one // x.denominator
    square = fixed * fixed >> bits
    term = total = fixed
    n = 1
    while abs(term) > 1 or n < 9:
        term = -(term * square >> bits) // ((n + 1) * (n + 2))
        total += term
        n += 2
    # a unit for the argument and two a term, which later factors, at most 16/6, carry on
    return Fraction(total, one), Fraction(16 * (n + 4), one)


def arctangent(low: Fraction, high: Fraction, digits: int, /) -> Pair:
    """``atan`` over an interval."""
    return _atan(low, digits)[0], _atan(high, digits)[1]


def _atan(value: Fraction, digits: int) -> Pair:
    bits = digits * 10 // 3 + 16
    if value < 0:
        low, high = _atan(-value, digits)
        return -high, -low
    if value > 1:
        quarter = pi(digits + _GUARD)
        low, high = _atan(1 / value, digits)
        return quarter[0] / 2 - high, quarter[1] / 2 - low
    # atan(x) = 2 atan(x / (1 + sqrt(1 + x^2))), twice: the sum converges fast
    ends = (value, value)
    for _ in range(2):
        root = square_root(1 + ends[0] ** 2, 1 + ends[1] ** 2, digits + _GUARD)
        ends = outward(ends[0] / (1 + root[1]), ends[1] / (1 + root[0]), digits + _GUARD)
    return 4 * _atan_sum(ends[0], bits)[0], 4 * _atan_sum(ends[1], bits)[1]


def _atan_sum(x: Fraction, bits: int) -> Pair:
    """atan(x) for 0 <= x < 1/2 in fixed point."""
    bits += 16
    one = 1 << bits
    fixed = x.numerator * one // x.denominator
    square = fixed * fixed >> bits
    power = total = fixed
    n = 1
    while power:
        power = power * square >> bits
        n += 2
        total += -(power // n) if n % 4 == 3 else power // n
    slack = Fraction(4 * (n + 4), one)
    return Fraction(total, one) - slack, Fraction(total, one) + slack
