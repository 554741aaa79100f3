"""Ends of intervals exactly: where floats that are rounded outwards leave in doubt whether a limit
is just met, as in 0.1 + 0.2 <= 0.3, or missed by as little.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from optimiser.advice.ranges import Ranges
from optimiser.expressions import polynomial

__all__ = ["exact_span"]

_Span = tuple[Fraction, Fraction]

_MOST: Final = 2000  # monomials


def exact_span(ranges: Ranges, node: int, /) -> _Span | None:
    """Between what a node lies over all plans; None where it is not linear in what has exact ends.

    Args:
        ranges: the intervals of its symbols.
        node: of their graph.
    """
    expanded = polynomial(ranges.graph, node, values={}, limit=_MOST)
    if expanded is None or any(len(monomial) > 1 for monomial in expanded):
        return None
    low = high = expanded.get((), Fraction(0))
    for monomial, coefficient in expanded.items():
        if monomial:
            if (span := _of_symbol(ranges, monomial[0])) is None:
                return None
            least, most = _times(span, (coefficient, coefficient))
            low, high = low + least, high + most
    return low, high


def _of_symbol(ranges: Ranges, symbol: str) -> _Span | None:
    name = symbol.partition('["')[0]
    if name not in ranges.technologies:
        return _exactly(ranges.boxes[symbol])  # a decision
    if ranges.multiplied(name):
        return None
    if name != symbol:
        return _total(*ranges.in_a_phase(name))
    weight, factor = ranges.weight(name), ranges.aggregated(name, (1.0, 1.0))
    if (counted := _exactly(weight)) is None or factor[0] != factor[1]:
        return None
    spans = [*(span for _, span in ranges.parts(name)), *ranges.together[name]]
    total = _total(ranges.starts[name], [_times(span, counted) for span in spans])
    return _times(total, (Fraction(factor[0]), Fraction(factor[0])))


def _exactly(box: tuple[float, float]) -> _Span | None:
    return (Fraction(box[0]), Fraction(box[1])) if all(map(math.isfinite, box)) else None


def _total(start: _Span, spans: list[_Span]) -> _Span:
    low = sum((least for least, _ in spans), start=start[0])
    return low, sum((most for _, most in spans), start=start[1])


def _times(first: _Span, second: _Span) -> _Span:
    products = [one * other for one in first for other in second]
    return min(products), max(products)
