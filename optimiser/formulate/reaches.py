"""How far the two sides of every comparison can be apart, and those of their sides that decisions
do not move.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.expressions import End, bounds, enclose

if TYPE_CHECKING:
    from optimiser.formulate.parts import Bound, Parts

__all__ = ["Box", "SidesApart", "reaches"]

Box = tuple[End, End]


@dataclass(frozen=True)
class SidesApart:
    """A comparison ``top <= bottom``, or an equality of both.

    Attributes:
        group: as rows name it.
        top: its value where no decision moves it, else None; an irrational one is rounded up.
        bottom: the same, rounded down.
        low: ``top - bottom`` is nowhere below; None where that is not known.
        high: nowhere above.
        equality: whether the two must be the same.
        size: how far ``top - bottom`` can vary; None where that is not known.
    """

    group: str
    top: Fraction | None
    bottom: Fraction | None
    low: Fraction | None
    high: Fraction | None
    equality: bool
    size: Fraction | None


def reaches(
    pieces: Parts, comparisons: Iterable[Bound], wider: Mapping[str, Box], /
) -> tuple[SidesApart, ...]:
    """The reach of each comparison, in their order.

    Args:
        pieces: the model and its parameter values.
        comparisons: of the model.
        wider: decision -> its lowest and highest value, where these are not those of its domain.
    """
    boxes: dict[str, Box] = {name: (value, value) for name, value in pieces.values.items()}
    boxes |= {
        d.name: (
            -math.inf if d.lower is None else d.lower,
            math.inf if d.upper is None else d.upper,
        )
        for d in pieces.domains
    }
    boxes |= wider
    return tuple(_apart(pieces, bound, boxes) for bound in comparisons)


def _apart(pieces: Parts, bound: Bound, boxes: Mapping[str, Box]) -> SidesApart:
    low, high = _span(pieces, bound.node, boxes)
    return SidesApart(
        bound.group,
        _constant(pieces, bound.top, upwards=True),
        _constant(pieces, bound.bottom, upwards=False),
        low,
        high,
        bound.equality,
        None if low is None or high is None else high - low,
    )


def _constant(pieces: Parts, node: int, *, upwards: bool) -> Fraction | None:
    if any(name not in pieces.values for name in pieces.graph.symbols(node)):
        return None
    value = enclose(pieces.graph, pieces.graph.reachable([node]), pieces.values)[node]
    return value.high if upwards else value.low


def _span(
    pieces: Parts, node: int, boxes: Mapping[str, Box]
) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest value over the box: exact where the node is linear, or the box is
    a point at which it is rational, else around them.
    """
    symbols = {name: boxes[name] for name in pieces.graph.symbols(node)}
    if all(low == high for low, high in symbols.values()):
        values = {name: Fraction(low) for name, (low, _) in symbols.items()}
        found = enclose(pieces.graph, pieces.graph.reachable([node]), values)[node]
        return (found.low, found.high) if found.defined else (None, None)
    expanded = pieces.expansions.polynomial(node)
    if expanded is None or any(len(monomial) > 1 for monomial in expanded):
        low, high = bounds(pieces.graph, node, boxes=boxes)
        return _finite(low), _finite(high)
    least: Fraction | None
    most: Fraction | None
    least = most = expanded.get((), Fraction(0))
    for monomial, c in expanded.items():
        if not monomial:
            continue
        first, last = map(_finite, boxes[monomial[0]])
        if c < 0:
            first, last = last, first
        least = None if least is None or first is None else least + c * first
        most = None if most is None or last is None else most + c * last
    return least, most


def _finite(end: End) -> Fraction | None:
    return None if abs(end) == math.inf else Fraction(end)
