"""The functions on exact fractions: a fraction where the result is rational and of sane size, else
None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

__all__ = [
    "MAX_BITS",
    "bits",
    "call",
    "compare",
    "largest",
    "power",
    "product",
    "small",
    "to_float",
]

#: a fraction needs at most this many binary digits; 9**9**9 would need a billion
MAX_BITS = 16_384

_ZERO, _ONE = Fraction(0), Fraction(1)
# where transcendental functions are rational at a rational argument (Lindemann; Niven for whole
# turns)
_KNOWN: dict[str, tuple[Fraction, Fraction]] = {
    "exp": (_ZERO, _ONE),
    "log": (_ONE, _ZERO),
    "sin": (_ZERO, _ZERO),
    "cos": (_ZERO, _ONE),
    "tan": (_ZERO, _ZERO),
    "asin": (_ZERO, _ZERO),
    "acos": (_ONE, _ZERO),
    "atan": (_ZERO, _ZERO),
    "sinh": (_ZERO, _ZERO),
    "cosh": (_ZERO, _ONE),
    "tanh": (_ZERO, _ZERO),
}


def bits(value: Fraction, /) -> int:
    """The binary digits of numerator and denominator together."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def small(value: Fraction, /) -> bool:
    """Whether ``value`` is short enough to go on calculating with."""
    return bits(value) <= MAX_BITS


def to_float(value: Fraction, /) -> float:
    """The nearest float; infinite where there is none."""
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def power(base: Fraction, exponent: Fraction, /) -> Fraction | None:
    """``base ** exponent``; None where it is undefined, irrational, or too long."""
    if exponent.denominator != 1:
        return _root_power(base, exponent)
    whole = exponent.numerator
    if base == 0:
        return _ONE if whole == 0 else _ZERO if whole > 0 else None
    if abs(base) == 1:
        return base if whole % 2 else _ONE
    if bits(base) * abs(whole) > MAX_BITS:
        return None
    return base**whole


def product(factors: Sequence[Fraction], /) -> Fraction | None:
    """Reduced once where that is sure to be short enough, else on the way; None if too long."""
    if sum(map(bits, factors)) <= MAX_BITS:
        bottom = math.prod(factor.denominator for factor in factors)
        return Fraction(math.prod(factor.numerator for factor in factors), bottom)
    product = Fraction(1)
    for factor in factors:
        if not factor:
            return factor
        product *= factor
        if not small(product):
            return None
    return product


def compare(operator: str, left: Fraction, right: Fraction, /) -> bool:
    """One of ``<``, ``<=``, ``==``."""
    return left < right if operator == "<" else left <= right if operator == "<=" else left == right


def call(function: str, arguments: Sequence[Fraction], /) -> Fraction | None:
    """A function of the format; None where it is undefined or irrational there, or not known to be
    rational.
    """
    if function in _WHOLE_RANGE:
        return _WHOLE_RANGE[function](arguments)
    (value,) = arguments
    if function in _KNOWN:
        at, result = _KNOWN[function]
        return result if value == at else None
    if function == "sqrt":
        return _root(value, 2)
    if function == "log10":
        return _log10(value)
    raise ValueError(f"unknown function {function!r}")


def largest(count_and_values: Sequence[Fraction], /) -> Fraction:
    """The sum of so many largest values, the number first; of the next one the share that is
    left.

    >>> largest([Fraction(3, 2), Fraction(1), Fraction(5), Fraction(3)])
    Fraction(13, 2)
    """
    count, *values = count_and_values
    ordered, whole = sorted(values, reverse=True), int(count)
    left = count - whole
    total = sum(ordered[:whole], Fraction(0))
    return total + left * ordered[whole] if left else total


_WHOLE_RANGE: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "abs": lambda a: abs(a[0]),
    "floor": lambda a: Fraction(math.floor(a[0])),
    "ceil": lambda a: Fraction(math.ceil(a[0])),
    "min": min,
    "max": max,
    "largest": largest,
}


def _root_power(base: Fraction, exponent: Fraction, /) -> Fraction | None:
    if base < 0 or exponent.denominator > 64:
        return None
    root = _root(base, exponent.denominator)
    return None if root is None else power(root, Fraction(exponent.numerator))


def _root(value: Fraction, degree: int, /) -> Fraction | None:
    if value < 0:
        return None
    numerator, denominator = (
        _whole_root(value.numerator, degree),
        _whole_root(value.denominator, degree),
    )
    return None if numerator is None or denominator is None else Fraction(numerator, denominator)


def _whole_root(value: int, degree: int, /) -> int | None:
    if degree == 2:
        root = math.isqrt(value)
    else:
        # Newton from above, in whole numbers: floats would fail past 2**53
        root = 1 << -(-value.bit_length() // degree)
        while (
            value
            and (better := ((degree - 1) * root + value // root ** (degree - 1)) // degree) < root
        ):
            root = better
        root = root if value else 0
    return root if root**degree == value else None


def _log10(value: Fraction, /) -> Fraction | None:
    if value <= 0:
        return None
    whole = (
        value.numerator
        if value.denominator == 1
        else value.denominator
        if value.numerator == 1
        else 0
    )
    if not whole or whole.bit_length() > 4000:
        return None
    digits = len(str(whole)) - 1
    if 10**digits != whole:
        return None
    return Fraction(digits if value.denominator == 1 else -digits)
