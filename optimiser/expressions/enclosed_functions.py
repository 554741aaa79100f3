"""Powers and functions of values between two rationals, as narrow as is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from optimiser.expressions import elementary, rationals
from optimiser.expressions.enclosed_arithmetic import (
    ANYTHING,
    MOST_BITS,
    NOWHERE,
    PERHAPS,
    Enclosure,
    add,
    divide,
    point,
    times,
)
from optimiser.expressions.graph import GraphNode

__all__ = ["CALLS", "Function", "power"]

_ZERO, _ONE = Fraction(0), Fraction(1)
_MOST_POWER = 10_000


def power(base: Enclosure, exponent: Enclosure, digits: int, /) -> Enclosure:
    """A power, narrow to about ``digits`` digits; a negative base takes whole ones only."""
    known = exponent.exact
    value = base.exact
    if value == 1 and exponent.defined:
        return base
    if known is not None:
        if value is not None and (found := rationals.power(value, known)) is not None:
            return point(found)
        if known.denominator == 1 and abs(known) <= _MOST_POWER:
            raised = _whole_power(base, abs(int(known)), digits)
            return raised if known >= 0 else divide(point(_ONE), raised)
    low, high = base.low, base.high
    if high is not None and high < 0 and known is not None and known.denominator != 1:
        return NOWHERE
    if low is None or high is None or low < 0:
        return PERHAPS
    if low == 0:
        if known is None or known < 0:
            return NOWHERE if high == 0 and known is not None else PERHAPS
        # rises from 0
        top = power(point(high), exponent, digits).high if high > 0 else _ZERO
        return Enclosure(_ZERO, top)
    logs = Enclosure(*elementary.logarithm(low, high, digits + 10))
    return _exp(times(exponent, logs), digits)


def _whole_power(base: Enclosure, exponent: int, digits: int) -> Enclosure:
    if exponent == 0:
        return point(_ONE)
    low, high = base.low, base.high
    if low is None or high is None or exponent * max(map(_size, (low, high))) > MOST_BITS:
        return ANYTHING
    ends = [_raised(value, exponent, digits) for value in (low, high)]
    if exponent % 2:
        return Enclosure(ends[0][0], ends[1][1])
    top = max(end[1] for end in ends)
    return Enclosure(_ZERO if low <= 0 <= high else min(end[0] for end in ends), top)


def _size(value: Fraction) -> int:
    """How far the exponent of two of a number is from 0."""
    return abs(value.numerator.bit_length() - value.denominator.bit_length()) if value else 0


def _raised(value: Fraction, exponent: int, digits: int) -> elementary.Pair:
    """A power by squaring, rounded outwards on the way."""
    size = abs(value)
    low = high = _ONE
    for bit in bin(exponent)[2:]:
        low, high = low * low, high * high
        if bit == "1":
            low, high = low * size, high * size
        low, high = elementary.outward(low, high, digits + 10)
    return (low, high) if value >= 0 or exponent % 2 == 0 else (-high, -low)


Function = Callable[[Enclosure, int], Enclosure]


def _exp(below: Enclosure, digits: int) -> Enclosure:
    if below.low is None or below.high is None:
        low = (
            _ZERO if below.low is None else elementary.exponential(below.low, below.low, digits)[0]
        )
        return Enclosure(
            low,
            None
            if below.high is None
            else elementary.exponential(below.high, below.high, digits)[1],
        )
    return Enclosure(*elementary.exponential(below.low, below.high, digits))


def _above(
    function: Callable[[Fraction, Fraction, int], elementary.Pair], *, closed: bool
) -> Function:
    """A function that rises where its argument is positive, and is defined at 0 only where that is
    said.
    """

    def enclosed(below: Enclosure, digits: int) -> Enclosure:
        low, high = below.low, below.high
        if high is not None and (high < 0 or (high == 0 and not closed)):
            return NOWHERE
        if low is None or high is None:
            return PERHAPS
        if low < 0 or (low == 0 and not closed):
            start = function(_ZERO, high, digits)[0] if closed else None
            return Enclosure(start, function(high, high, digits)[1], None)
        return Enclosure(*function(low, high, digits))

    return enclosed


def _around(quarter: int) -> Function:
    def enclosed(below: Enclosure, digits: int) -> Enclosure:
        if below.low is None or below.high is None:
            return Enclosure(-_ONE, _ONE)
        return Enclosure(*elementary.sine(below.low, below.high, digits, quarter=quarter))

    return enclosed


def _atan(below: Enclosure, digits: int) -> Enclosure:
    if below.low is None or below.high is None:
        return Enclosure(Fraction(-2), Fraction(2))
    return Enclosure(*elementary.arctangent(below.low, below.high, digits))


def _asin(below: Enclosure, digits: int) -> Enclosure:
    low, high = below.low, below.high
    if (low is not None and low > 1) or (high is not None and high < -1):
        return NOWHERE
    if low is None or high is None or low < -1 or high > 1:
        return Enclosure(Fraction(-2), Fraction(2), None)
    return Enclosure(_asin_of(low, digits)[0], _asin_of(high, digits)[1])


def _asin_of(value: Fraction, digits: int) -> elementary.Pair:
    around = elementary.pi(digits + 10)
    if abs(value) == 1:
        low, high = around[0] / 2, around[1] / 2
        return (low, high) if value > 0 else (-high, -low)
    root = elementary.square_root(1 - value * value, 1 - value * value, digits + 10)
    tangents = (value / root[1], value / root[0])
    return elementary.arctangent(min(tangents), max(tangents), digits + 10)


def _acos(below: Enclosure, digits: int) -> Enclosure:
    angle = _asin(below, digits)
    if angle.defined is False:
        return angle
    around = elementary.pi(digits + 10)
    assert angle.low is not None
    assert angle.high is not None
    return Enclosure(around[0] / 2 - angle.high, around[1] / 2 - angle.low, angle.defined)


def _both_exponentials(below: Enclosure, digits: int) -> tuple[Enclosure, Enclosure]:
    extra = digits + 20
    if below.low is not None and below.high is not None and abs(below.low) < 1 and below.low:
        # sinh and tanh of little numbers are differences of nearly equal ones
        extra += int(1 / below.low).bit_length()
    mirrored = Enclosure(
        None if below.high is None else -below.high, None if below.low is None else -below.low
    )
    return _exp(below, extra), _exp(mirrored, extra)


def _hyperbolic(sign: int) -> Function:
    def enclosed(below: Enclosure, digits: int) -> Enclosure:
        rising, falling = _both_exponentials(below, digits)
        return add(
            GraphNode("sum", (0, 1), (Fraction(1, 2), Fraction(sign, 2)), _ZERO), (rising, falling)
        )

    return enclosed


def _tanh(below: Enclosure, digits: int) -> Enclosure:
    rising, falling = _both_exponentials(below, digits)
    both = GraphNode("sum", (0, 1), (_ONE, _ONE), _ZERO)
    apart = GraphNode("sum", (0, 1), (_ONE, -_ONE), _ZERO)
    found = divide(add(apart, (rising, falling)), add(both, (rising, falling)))
    if found.low is None or found.high is None:
        return Enclosure(-_ONE, _ONE)
    return Enclosure(max(-_ONE, found.low), min(_ONE, found.high))


def _abs(below: Enclosure, digits: int) -> Enclosure:
    low, high = below.low, below.high
    if low is None or high is None:
        return Enclosure(_ZERO, None)
    return Enclosure(
        _ZERO if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high))
    )


def _stepped(function: Callable[[Fraction], int]) -> Function:
    def enclosed(below: Enclosure, digits: int) -> Enclosure:
        low, high = (
            None if end is None else Fraction(function(end)) for end in (below.low, below.high)
        )
        return Enclosure(low, high)

    return enclosed


CALLS: dict[str, Function] = {
    "abs": _abs,
    "acos": _acos,
    "asin": _asin,
    "atan": _atan,
    "ceil": _stepped(math.ceil),
    "cos": _around(1),
    "cosh": _hyperbolic(1),
    "exp": _exp,
    "floor": _stepped(math.floor),
    "log": _above(elementary.logarithm, closed=False),
    "log10": _above(elementary.logarithm10, closed=False),
    "sin": _around(0),
    "sinh": _hyperbolic(-1),
    "sqrt": _above(elementary.square_root, closed=True),
    "tan": lambda below, digits: divide(
        _around(0)(below, digits + 10), _around(1)(below, digits + 10)
    ),
    "tanh": _tanh,
}
