"""Values of expressions at a rational point: exact where they are rational, else between two
rationals.

Unlike :mod:`optimiser.expressions.intervals`, which encloses a node over a box in floats, this
takes one point, keeps every rational part exact, and encloses the rest as narrowly as is asked for.

References:
    R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, SIAM 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from operator import attrgetter

from optimiser.expressions import elementary, rationals
from optimiser.expressions.enclosed_arithmetic import (
    MOST_BITS,
    NOWHERE,
    Enclosure,
    add,
    divide,
    greatest,
    least,
    point,
    times,
)
from optimiser.expressions.enclosed_functions import CALLS, power
from optimiser.expressions.fixed import IRRATIONAL
from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.remembering import Remembering

__all__ = ["enclose", "enclosing"]

_ZERO, _ONE = Fraction(0), Fraction(1)


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
    _extend(graph, order, symbols, found, digits=digits)
    return found


def enclosing(
    graph: Graph, outputs: Iterable[int], held: Mapping[str, Fraction], /, *, digits: int
) -> Remembering[Enclosure]:
    """The same at one point after another; ``held`` are the symbols that are the same at all."""
    extend = partial(_extend, graph, digits=digits)
    return Remembering(graph, outputs, held, extend, exact=(attrgetter("exact"), point))


def _extend(
    graph: Graph,
    order: Iterable[int],
    symbols: Mapping[str, Fraction],
    found: dict[int, Enclosure],
    /,
    *,
    digits: int,
) -> None:
    for number in order:
        node = graph.nodes[number]
        if node.operator == "symbol":
            found[number] = point(symbols[node.name])
        else:
            found[number] = _tidy(
                _value(node, [found[child] for child in node.children], digits), digits
            )


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
    if size > MOST_BITS:
        return None
    if size >= -MOST_BITS or not end:
        return end
    return _ZERO if below == (end > 0) else Fraction(1 if end > 0 else -1, 1 << MOST_BITS)


def _value(node: GraphNode, below: Sequence[Enclosure], digits: int) -> Enclosure:
    match node.operator:
        case "constant":
            return point(node.value)
        case "irrational":
            # the model's constant is the decimal that stands for it everywhere
            return point(Fraction(repr(IRRATIONAL[node.name])))
        case "where":
            return _where(below)
    unclear = [part for part in below if part.defined is not True]
    if any(part.defined is False for part in unclear):
        return NOWHERE
    found = _operated(node, below, digits)
    return Enclosure(found.low, found.high, None) if unclear and found.defined else found


def _operated(node: GraphNode, below: Sequence[Enclosure], digits: int) -> Enclosure:
    match node.operator:
        case "sum":
            return add(node, below)
        case "product":
            return _product(below, digits)
        case "divide":
            return divide(below[0], below[1])
        case "power":
            return power(below[0], below[1], digits)
        case "compare":
            return _compare(node.name, below[0], below[1])
        case "all":
            return Enclosure(
                least([part.low for part in below]), least([part.high for part in below])
            )
    if node.name in ("min", "max"):
        pick = least if node.name == "min" else greatest
        return Enclosure(pick([part.low for part in below]), pick([part.high for part in below]))
    if node.name == "largest":
        return _largest(below)
    exact = below[0].exact
    if exact is not None and (known := rationals.call(node.name, [exact])) is not None:
        return point(known)
    return CALLS[node.name](below[0], digits)


def _product(below: Sequence[Enclosure], digits: int) -> Enclosure:
    """Exact where that is short enough. Else what is exact is multiplied in whole numbers, which is
    not looked for common factors, and made short now and then.
    """
    known = [part.low for part in below if part.low is not None and part.low is part.high]
    exact = rationals.product(known)
    total = _long_product(known, digits) if exact is None else point(exact)
    for part in below if len(known) < len(below) else ():
        if part.low is None or part.low is not part.high:
            total = _tidy(times(total, part), digits)
    return total


def _long_product(factors: Sequence[Fraction], digits: int) -> Enclosure:
    total, top, bottom, length = point(_ONE), 1, 1, 0
    for factor in factors:
        top, bottom = top * factor.numerator, bottom * factor.denominator
        length += rationals.bits(factor)
        if length > rationals.MAX_BITS:
            total = _tidy(times(total, _between(top, bottom, digits)), digits)
            top, bottom, length = 1, 1, 0
    return _tidy(times(total, _between(top, bottom, digits)), digits)


def _between(top: int, bottom: int, digits: int) -> Enclosure:
    low, high = elementary.quotient(top, bottom, digits)
    return Enclosure(low, high)


def _largest(below: Sequence[Enclosure]) -> Enclosure:
    """It grows with each of its arguments."""
    ends = []
    for values in ([part.low for part in below], [part.high for part in below]):
        known = [value for value in values if value is not None]
        ends.append(rationals.largest(known) if len(known) == len(values) else None)
    return Enclosure(ends[0], ends[1])


def _where(below: Sequence[Enclosure]) -> Enclosure:
    condition, then, otherwise = below
    if condition.defined is False:
        return NOWHERE
    if condition.low is not None and condition.low > 0:
        chosen = then
    elif condition.high is not None and condition.high <= 0:
        chosen = otherwise
    else:
        same = then.defined if then.defined is otherwise.defined else None
        chosen = Enclosure(
            least([then.low, otherwise.low]), greatest([then.high, otherwise.high]), same
        )
    return (
        chosen
        if condition.defined or not chosen.defined
        else Enclosure(chosen.low, chosen.high, None)
    )


def _compare(operator: str, left: Enclosure, right: Enclosure) -> Enclosure:
    a, b, c, d = left.low, left.high, right.low, right.high
    apart_below = b is not None and c is not None and b < c
    apart_above = a is not None and d is not None and a > d
    if operator == "==":
        same = left.exact is not None and left.exact == right.exact
        return (
            point(_ONE)
            if same
            else point(_ZERO)
            if apart_below or apart_above
            else Enclosure(_ZERO, _ONE)
        )
    touching_below = b is not None and c is not None and b <= c
    touching_above = a is not None and d is not None and a >= d
    surely, never = (
        (apart_below, touching_above) if operator == "<" else (touching_below, apart_above)
    )
    return point(_ONE) if surely else point(_ZERO) if never else Enclosure(_ZERO, _ONE)
