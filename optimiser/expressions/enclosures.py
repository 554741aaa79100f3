"""Values of expressions at a rational point: exact where they are rational, else between two
rationals.

Unlike :mod:`optimiser.expressions.intervals`, which encloses a node over a box in floats, this
takes one point, keeps every rational part exact, and encloses the rest as narrowly as is asked for.

References:
    R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, SIAM 2009.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.expressions import elementary, rationals
from optimiser.expressions.fixed import IRRATIONAL
from optimiser.expressions.graph import Graph, GraphNode

__all__ = ["Enclosure", "enclose"]

_ZERO, _ONE = Fraction(0), Fraction(1)
_MOST_POWER = 10_000
# exponents of two beyond which a number is not kept: its fraction alone would take a page, and the
# next power a book
_MOST_BITS = 60_000


@dataclass(frozen=True)
class Enclosure:
    """A value between two rationals; None is an end of which nothing is known.

    ``defined`` is False where the value is surely undefined, None where that cannot be told.
    """

    low: Fraction | None
    high: Fraction | None
    defined: bool | None = True

    @property
    def exact(self) -> Fraction | None:
        """The value, where it is known exactly."""
        return self.low if self.defined and self.low is not None and self.low == self.high else None


_NOWHERE = Enclosure(None, None, False)
_ANYTHING = Enclosure(None, None)
_PERHAPS = Enclosure(None, None, None)


def enclose(
    graph: Graph, order: Iterable[int], symbols: Mapping[str, Fraction], /, *, digits: int = 40
) -> dict[int, Enclosure]:
    """node -> enclosure of its value, all of them narrow to about ``digits`` digits where nothing
    cancels.

    Args:
        graph: the graph.
        order: nodes, those that another is made of before it.
        symbols: the value of every symbol.
    """
    found: dict[int, Enclosure] = {}
    for number in order:
        node = graph.nodes[number]
        if node.operator == "symbol":
            found[number] = _point(symbols[node.name])
        else:
            found[number] = _tidy(
                _value(node, [found[child] for child in node.children], digits), digits
            )
    return found


def _point(value: Fraction) -> Enclosure:
    return Enclosure(value, value)


def _tidy(value: Enclosure, digits: int) -> Enclosure:
    """Long ends made short, outwards; an exact value stays as long as it is worth it."""
    low, high = value.low, value.high
    if low is None or high is None:
        return value
    if low == high and rationals.small(low):
        return value
    low, high = elementary.outward(low, high, digits)
    return Enclosure(_within(low, below=True), _within(high, below=False), value.defined)


def _within(end: Fraction, *, below: bool) -> Fraction | None:
    """An end without an absurd exponent: moved outwards to 0 or to the least number kept, or given
    up.
    """
    size = end.numerator.bit_length() - end.denominator.bit_length()
    if size > _MOST_BITS:
        return None
    if size >= -_MOST_BITS or not end:
        return end
    return _ZERO if below == (end > 0) else Fraction(1 if end > 0 else -1, 1 << _MOST_BITS)


def _value(node: GraphNode, below: Sequence[Enclosure], digits: int) -> Enclosure:
    match node.operator:
        case "constant":
            return _point(node.value)
        case "irrational":
            # the model's constant is the decimal that stands for it everywhere
            return _point(Fraction(repr(IRRATIONAL[node.name])))
        case "where":
            return _where(below)
    if any(part.defined is False for part in below):
        return _NOWHERE
    found = _operated(node, below, digits)
    unclear = any(part.defined is None for part in below)
    return Enclosure(found.low, found.high, None) if unclear and found.defined else found


def _operated(node: GraphNode, below: Sequence[Enclosure], digits: int) -> Enclosure:
    match node.operator:
        case "sum":
            return _sum(node, below)
        case "product":
            total = below[0]
            for part in below[1:]:
                total = _tidy(_times(total, part), digits)
            return total
        case "divide":
            return _divide(below[0], below[1])
        case "power":
            return _power(below[0], below[1], digits)
        case "compare":
            return _compare(node.name, below[0], below[1])
        case "all":
            return Enclosure(
                _least([part.low for part in below]), _least([part.high for part in below])
            )
    if node.name in ("min", "max"):
        pick = _least if node.name == "min" else _greatest
        return Enclosure(pick([part.low for part in below]), pick([part.high for part in below]))
    exact = below[0].exact
    if exact is not None and (known := rationals.call(node.name, [exact])) is not None:
        return _point(known)
    return _CALLS[node.name](below[0], digits)


def _where(below: Sequence[Enclosure]) -> Enclosure:
    condition, then, otherwise = below
    if condition.defined is False:
        return _NOWHERE
    if condition.low is not None and condition.low > 0:
        chosen = then
    elif condition.high is not None and condition.high <= 0:
        chosen = otherwise
    else:
        same = then.defined if then.defined is otherwise.defined else None
        chosen = Enclosure(
            _least([then.low, otherwise.low]), _greatest([then.high, otherwise.high]), same
        )
    return (
        chosen
        if condition.defined or not chosen.defined
        else Enclosure(chosen.low, chosen.high, None)
    )


def _least(values: Sequence[Fraction | None]) -> Fraction | None:
    """The smallest of some ends; None, an end without limit, where one is: safe for low ends, and
    for high ends too.
    """
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None


def _greatest(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _sum(node: GraphNode, below: Sequence[Enclosure]) -> Enclosure:
    low: Fraction | None = node.value
    high: Fraction | None = node.value
    for weight, part in zip(node.coefficients, below, strict=True):
        if not weight:
            continue
        first, last = (part.low, part.high) if weight > 0 else (part.high, part.low)
        low = None if low is None or first is None else low + weight * first
        high = None if high is None or last is None else high + weight * last
    return Enclosure(low, high)


def _times(left: Enclosure, right: Enclosure) -> Enclosure:
    a, b, c, d = left.low, left.high, right.low, right.high
    if a is None or b is None or c is None or d is None:
        zero = a == b == 0 or c == d == 0
        return _point(_ZERO) if zero else _ANYTHING
    ends = (a * c, a * d, b * c, b * d)
    return Enclosure(min(ends), max(ends))


def _divide(above: Enclosure, below: Enclosure) -> Enclosure:
    low, high = below.low, below.high
    if low is None or high is None:
        return _PERHAPS
    if low == high == 0:
        return _NOWHERE
    if low <= 0 <= high:
        return _PERHAPS
    return _times(above, Enclosure(1 / high, 1 / low))


def _power(base: Enclosure, exponent: Enclosure, digits: int) -> Enclosure:
    known = exponent.exact
    value = base.exact
    if value == 1 and exponent.defined:
        return base
    if known is not None:
        if value is not None and (found := rationals.power(value, known)) is not None:
            return _point(found)
        if known.denominator == 1 and abs(known) <= _MOST_POWER:
            raised = _whole_power(base, abs(int(known)), digits)
            return raised if known >= 0 else _divide(_point(_ONE), raised)
    low, high = base.low, base.high
    if high is not None and high < 0 and known is not None and known.denominator != 1:
        return _NOWHERE
    if low is None or high is None or low < 0:
        return _PERHAPS
    if low == 0:
        if known is None or known < 0:
            return _NOWHERE if high == 0 and known is not None else _PERHAPS
        # rises from 0
        top = _power(_point(high), exponent, digits).high if high > 0 else _ZERO
        return Enclosure(_ZERO, top)
    logs = Enclosure(*elementary.logarithm(low, high, digits + 10))
    return _exp(_times(exponent, logs), digits)


def _whole_power(base: Enclosure, exponent: int, digits: int) -> Enclosure:
    if exponent == 0:
        return _point(_ONE)
    low, high = base.low, base.high
    if low is None or high is None or exponent * max(map(_size, (low, high))) > _MOST_BITS:
        return _ANYTHING
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


def _compare(operator: str, left: Enclosure, right: Enclosure) -> Enclosure:
    a, b, c, d = left.low, left.high, right.low, right.high
    apart_below = b is not None and c is not None and b < c
    apart_above = a is not None and d is not None and a > d
    if operator == "==":
        same = left.exact is not None and left.exact == right.exact
        return (
            _point(_ONE)
            if same
            else _point(_ZERO)
            if apart_below or apart_above
            else Enclosure(_ZERO, _ONE)
        )
    touching_below = b is not None and c is not None and b <= c
    touching_above = a is not None and d is not None and a >= d
    surely, never = (
        (apart_below, touching_above) if operator == "<" else (touching_below, apart_above)
    )
    return _point(_ONE) if surely else _point(_ZERO) if never else Enclosure(_ZERO, _ONE)


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
            return _NOWHERE
        if low is None or high is None:
            return _PERHAPS
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
        return _NOWHERE
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
        return _sum(
            GraphNode("sum", (0, 1), (Fraction(1, 2), Fraction(sign, 2)), _ZERO), (rising, falling)
        )

    return enclosed


def _tanh(below: Enclosure, digits: int) -> Enclosure:
    rising, falling = _both_exponentials(below, digits)
    both = GraphNode("sum", (0, 1), (_ONE, _ONE), _ZERO)
    apart = GraphNode("sum", (0, 1), (_ONE, -_ONE), _ZERO)
    found = _divide(_sum(apart, (rising, falling)), _sum(both, (rising, falling)))
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


_CALLS: dict[str, Function] = {
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
    "tan": lambda below, digits: _divide(
        _around(0)(below, digits + 10), _around(1)(below, digits + 10)
    ),
    "tanh": _tanh,
}
