"""Interval arithmetic: safe enclosures, rounded outward; what is too large for a float is infinite,
nothing overflows.

References:
    R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, SIAM 2009.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

from optimiser.expressions import rationals
from optimiser.expressions.fixed import IRRATIONAL
from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.tolerances import PEAK, POLE, REACH

__all__ = ["End", "Interval", "bounds", "bounds_each", "box_bounds", "outwards", "outwards_each"]

Interval = tuple[float, float]

Enclosure = Callable[[Sequence[Interval]], Interval]

_INF = math.inf
_LARGEST = math.nextafter(_INF, 0)
_ALL: Interval = (-_INF, _INF)

#: the ends of a symbol's values: fractions are rounded outwards
End = Fraction | float | int


def bounds(graph: Graph, node: int, /, boxes: Mapping[str, tuple[End, End]]) -> Interval:
    """An interval that holds every defined value of the node.

    Args:
        graph: the graph.
        node: the node.
        boxes: symbol -> lowest and highest value, fractions or floats; a symbol that is not in it
            may have any value.

    Returns:
        lowest and highest value, infinite where nothing better is known (also where the node is
        nowhere defined).
    """
    return box_bounds(graph, [node], boxes=boxes)[node]


def box_bounds(
    graph: Graph, nodes: Iterable[int], /, boxes: Mapping[str, tuple[End, End]]
) -> dict[int, Interval]:
    """node -> the same for several nodes and what they are made of, that before them."""
    known: dict[int, Interval] = {}
    for number in graph.reachable(nodes):
        found = graph.nodes[number]
        if found.operator == "symbol":
            low, high = boxes.get(found.name, _ALL)
            known[number] = (_end(low, 0), _end(high, 1))
            continue
        low, high = _enclose(graph, found, [known[child] for child in found.children])
        known[number] = (low, high) if low <= high else _ALL
    return known


def _enclose(graph: Graph, node: GraphNode, below: Sequence[Interval], /) -> Interval:
    match node.operator:
        case "constant":
            return _fraction(node.value)
        case "irrational":
            return _out(IRRATIONAL[node.name], IRRATIONAL[node.name])
        case "sum":
            return _sum(node, below)
        case "product":
            product = below[0]
            for factor in below[1:]:
                product = _times(product, factor)
            return product
        case "divide":
            return _divide(below[0], below[1])
        case "power":
            return _power(below[0], below[1], graph.value_of(node.children[1]))
        case "compare" | "all":
            return _truth(node, below)
        case "where":
            return _where(below)
        case _:
            return _CALLS[node.name](below)


def _out(low: float, high: float, /) -> Interval:
    """One float further out on both sides; an undefined end is infinite."""
    low = -_INF if math.isnan(low) else math.nextafter(low, -_INF)
    return low, _INF if math.isnan(high) else math.nextafter(high, _INF)


def _far(low: float, high: float, /) -> Interval:
    """Further out by what a library function may be wrong."""
    low, high = _out(low, high)
    return low - REACH * abs(low), high + REACH * abs(high)


def _end(value: End, side: int, /) -> float:
    return value if isinstance(value, float) else _fraction(Fraction(value))[side]


def bounds_each(
    graph: Graph, asked: Iterable[tuple[int, Mapping[str, tuple[End, End]]]], /
) -> list[Interval]:
    """The same of several nodes, each over boxes of its own."""
    return [bounds(graph, node, boxes) for node, boxes in asked]


def outwards(low: Fraction, high: Fraction, /) -> Interval:
    """The smallest interval of floats around exact ends."""
    return _fraction(low) if low is high else (_fraction(low)[0], _fraction(high)[1])


def outwards_each(spans: Iterable[tuple[Fraction, Fraction]], /) -> list[Interval]:
    """The same for several."""
    return [outwards(low, high) for low, high in spans]


def _fraction(value: Fraction, /) -> Interval:
    """The largest float that is not above, and the smallest that is not below."""
    near = rationals.to_float(value)
    side = _side(near, value)
    low = math.nextafter(near, -_INF) if side > 0 else near
    return low, math.nextafter(near, _INF) if side < 0 else near


def _side(near: float, value: Fraction, /) -> int:
    """Below 0 where a float is below a fraction, 0 where it is that, above 0 where it is above."""
    if math.isinf(near):
        return 1 if near > 0 else -1
    numerator, denominator = near.as_integer_ratio()
    return numerator * value.denominator - value.numerator * denominator


def _sum(node: GraphNode, below: Sequence[Interval], /) -> Interval:
    """Exact, rounded outward once."""
    terms = [
        (coefficient, ends if coefficient.numerator > 0 else ends[::-1])
        for coefficient, ends in zip(node.coefficients, below, strict=True)
        if coefficient
    ]
    high = _least([(coefficient, -last) for coefficient, (_, last) in terms], -node.value)
    return _least([(coefficient, first) for coefficient, (first, _) in terms], node.value), -high


def _least(terms: Sequence[tuple[Fraction, float]], constant: Fraction, /) -> float:
    """The largest float that is not above a constant and numbers times ends.

    Of ends alone ``fsum`` is the float nearest to their exact sum (Shewchuk 1997), and so is of the
    sum less that float: its sign says on which side the sum lies.
    """
    ends = [end for _, end in terms]
    if not all(map(math.isfinite, ends)):
        return -_INF
    if not constant and all(c.numerator == c.denominator for c, _ in terms):
        with suppress(OverflowError):
            near = math.fsum(ends)
            return near + 0.0 if math.fsum([*ends, -near]) >= 0 else math.nextafter(near, -_INF)
    sums: dict[int, int] = {}  # denominator -> sum of numerators: few differ, none is reduced
    for coefficient, end in terms:
        _add(sums, coefficient, end)
    return _fraction(sum(map(Fraction, sums.values(), sums), constant))[0]


def _add(sums: dict[int, int], coefficient: Fraction, value: float, /) -> None:
    top, bottom = value.as_integer_ratio()
    bottom *= coefficient.denominator
    sums[bottom] = sums.get(bottom, 0) + top * coefficient.numerator


def _times(left: Interval, right: Interval, /) -> Interval:
    ends = [(a, b) for a in left for b in right]
    return min(_product(a, b, -_INF) for a, b in ends), max(_product(a, b, _INF) for a, b in ends)


def _product(a: float, b: float, outward: float, /) -> float:
    """A product as it is where it is exact, else one float further out."""
    if a == 0 or b == 0:
        # also beside an infinite end: no value is infinite
        return 0.0
    product = a * b
    if math.isinf(product):
        return (
            product
            if product == outward or math.isinf(a) or math.isinf(b)
            else math.copysign(_LARGEST, product)
        )
    return (
        product
        if Fraction(product) == Fraction(a) * Fraction(b)
        else math.nextafter(product, outward)
    )


def _divide(above: Interval, below: Interval, /) -> Interval:
    low, high = below
    if low < 0 < high or (low == 0 and high == 0):
        return _ALL
    least, most = _out(-_INF if high == 0 else 1 / high, _INF if low == 0 else 1 / low)
    return _times(above, (max(0.0, least), most) if low >= 0 else (least, min(0.0, most)))


def _power(base: Interval, exponent: Interval, known: Fraction | None, /) -> Interval:
    low, high = base
    if known is None or known <= 0:
        if low > 0:
            return _CALLS["exp"]([_times(exponent, _CALLS["log"]([base]))])
        return (0.0, _INF) if known is not None and known.denominator != 1 and high >= 0 else _ALL
    if known.denominator != 1:
        # a root is only defined for base >= 0
        return _raised(max(low, 0.0), known)[0], _raised(max(high, 0.0), known)[1]
    if known % 2:
        return _odd(low, known)[0], _odd(high, known)[1]
    sizes = _abs([base])
    return _raised(sizes[0], known)[0], _raised(sizes[1], known)[1]


def _odd(base: float, exponent: Fraction, /) -> Interval:
    low, high = _raised(abs(base), exponent)
    return (low, high) if base >= 0 else (-high, -low)


def _raised(base: float, exponent: Fraction, /) -> Interval:
    """``base ** exponent`` for base >= 0 and exponent > 0, which may lie between two floats."""
    if base in (0.0, 1.0) or base == _INF:
        return base, base
    ends = [_pow(base, end) for end in _fraction(exponent)]
    low, high = _far(min(ends), max(ends))
    return max(0.0, low), high


def _pow(base: float, exponent: float, /) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return _INF


def _truth(node: GraphNode, below: Sequence[Interval], /) -> Interval:
    if node.operator == "all":
        return min(low for low, _ in below), min(high for _, high in below)
    (a, b), (c, d) = below
    if node.name == "==":
        return (1.0 if a == b == c == d else 0.0), (0.0 if b < c or d < a else 1.0)
    strict = node.name == "<"
    surely = b < c if strict else b <= c
    never = a >= d if strict else a > d
    return (1.0 if surely else 0.0), (0.0 if never else 1.0)


def _where(below: Sequence[Interval], /) -> Interval:
    condition, then, otherwise = below
    if condition[0] > 0:
        return then
    if condition[1] <= 0:
        return otherwise
    return min(then[0], otherwise[0]), max(then[1], otherwise[1])


def _rising(
    function: Callable[[float], float], lowest: float = -_INF, highest: float = _INF, /
) -> Enclosure:
    """A function that rises on its domain [lowest, highest]."""

    def enclose(below: Sequence[Interval]) -> Interval:
        # nowhere defined anything holds: the end of the domain keeps enclosures of parts inside
        # those of the whole
        low, high = min(max(below[0][0], lowest), highest), max(min(below[0][1], highest), lowest)
        return _far(_at(function, low, -_INF), _at(function, high, _INF))

    return enclose


def _at(function: Callable[[float], float], value: float, outward: float, /) -> float:
    try:
        return function(value)
    except OverflowError:
        return (
            math.copysign(_INF, value)
            if function is math.sinh
            else _INF
            if outward > 0
            else math.nextafter(_INF, 0)
        )
    except ValueError:
        # a logarithm at 0
        return -_INF if outward < 0 else -_LARGEST


def _abs(below: Sequence[Interval], /) -> Interval:
    low, high = below[0]
    return (
        (0.0, max(-low, high))
        if low <= 0 <= high
        else (min(abs(low), abs(high)), max(abs(low), abs(high)))
    )


def _acos(below: Sequence[Interval], /) -> Interval:
    low, high = _CALLS["asin"](below)
    return _far(math.pi / 2 - high, math.pi / 2 - low)


def _cosh(below: Sequence[Interval], /) -> Interval:
    low, high = _abs(below)
    low, high = _rising(math.cosh)([(low, high)])
    return max(1.0, low), high


def _exp(below: Sequence[Interval], /) -> Interval:
    low, high = _rising(math.exp)(below)
    return max(0.0, low), high


def _sqrt(below: Sequence[Interval], /) -> Interval:
    low, high = _rising(math.sqrt, 0.0)(below)
    return max(0.0, low), high


def _cos(below: Sequence[Interval], /) -> Interval:
    low, high = below[0]
    return _sin([_out(low + math.pi / 2, high + math.pi / 2)])


def _sin(below: Sequence[Interval], /) -> Interval:
    low, high = below[0]
    # past this the peaks cannot be told from floats
    if (
        math.isinf(low)
        or math.isinf(high)
        or high - low >= 2 * math.pi
        or max(abs(low), abs(high)) > 1e9
    ):
        return -1.0, 1.0
    a, b = sorted((math.sin(low), math.sin(high)))
    slack = PEAK[0] + PEAK[1] * max(abs(low), abs(high))

    def passes(peak: float) -> bool:
        return math.floor((high + slack - peak) / (2 * math.pi)) > math.floor(
            (low - slack - peak) / (2 * math.pi)
        )

    top = 1.0 if passes(math.pi / 2) else min(1.0, b + slack)
    return (-1.0 if passes(-math.pi / 2) else max(-1.0, a - slack)), top


def _tan(below: Sequence[Interval], /) -> Interval:
    low, high = below[0]
    if math.isinf(low) or math.isinf(high) or max(abs(low), abs(high)) > 1e6:
        return _ALL
    turn = math.floor((low + math.pi / 2) / math.pi)
    if high - turn * math.pi >= math.pi / 2 - POLE or low - turn * math.pi <= -math.pi / 2 + POLE:
        return _ALL
    a, b = math.tan(low), math.tan(high)
    return a - POLE * (1 + a * a), b + POLE * (1 + b * b)


def _largest(below: Sequence[Interval], /) -> Interval:
    """It grows with each of its arguments; the count is a number, rounded outwards."""
    if any(math.isinf(end) for part in below for end in part):
        return _ALL
    counts, parts = [Fraction(end) for end in below[0]], below[1:]
    lows, highs = (
        [rationals.largest([count, *(Fraction(part[side]) for part in parts)]) for count in counts]
        for side in (0, 1)
    )
    return outwards(min(lows), max(highs))


_CALLS: dict[str, Callable[[Sequence[Interval]], Interval]] = {
    "abs": _abs,
    "acos": _acos,
    "asin": _rising(math.asin, -1.0, 1.0),
    "atan": _rising(math.atan),
    "ceil": lambda below: (_whole(math.ceil, below[0][0]), _whole(math.ceil, below[0][1])),
    "cos": _cos,
    "cosh": _cosh,
    "exp": _exp,
    "floor": lambda below: (_whole(math.floor, below[0][0]), _whole(math.floor, below[0][1])),
    "largest": _largest,
    "log": _rising(math.log, 0.0),
    "log10": _rising(math.log10, 0.0),
    "max": lambda below: (max(low for low, _ in below), max(high for _, high in below)),
    "min": lambda below: (min(low for low, _ in below), min(high for _, high in below)),
    "sin": _sin,
    "sinh": _rising(math.sinh),
    "sqrt": _sqrt,
    "tan": _tan,
    "tanh": _rising(math.tanh),
}


def _whole(function: Callable[[float], int], value: float, /) -> float:
    return value if math.isinf(value) else float(function(value))
