"""How far constraints are from holding at plans given in rationals: exactly, or between bounds
rounded outwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from optimiser.engine.problem import Excess
from optimiser.expressions import Enclosure, enclose, enclosing
from optimiser.formulate.once import once

if TYPE_CHECKING:
    from optimiser.engine.problem import Point
    from optimiser.expressions import Remembering
    from optimiser.formulate.parts import Bound, Parts

__all__ = ["Excesses", "size_of"]

# : digits of an enclosure, tried one after the other: nearly everything that can be told apart is
# so at the first
DIGITS: Final = (40, 160, 640)


class Excesses:
    """The excesses of the p comparisons that are not rows, and the objectives that are undefined.

    A comparison whose enclosure ends on both sides of 0, or of the tolerance, is enclosed again
    with more digits; one that is still unclear then is left so (``sqrt(2) * sqrt(2) <= 2`` stays so
    with any number of digits).

    Args:
        pieces: the model and its parameter values.
        rest: the comparisons.
        tolerance: what else an excess is compared with.
    """

    def __init__(self, pieces: Parts, rest: Sequence[Bound], tolerance: Fraction, /) -> None:
        self._pieces = pieces
        self._rest = tuple(rest)
        self._tolerance = tolerance

    @once
    def _with(self, digits: int) -> Remembering[Enclosure]:
        pieces = self._pieces
        nodes = [*(o.node for o in pieces.objectives), *(bound.node for bound in self._rest)]
        return enclosing(pieces.graph, nodes, pieces.values, digits=digits)

    @cached_property
    def _sizes(self) -> list[Fraction]:
        return [size_of(self._pieces, bound) for bound in self._rest]

    def __call__(self, points: Sequence[Point], /) -> list[tuple[Excess, ...]]:
        """Plans of n rationals each -> for each of them p excesses, then one for each objective not
        surely defined.
        """
        return [self._at(point) for point in points]

    def _at(self, point: Point) -> tuple[Excess, ...]:
        names = [domain.name for domain in self._pieces.domains]
        symbols = dict(zip(names, point, strict=True))
        found: tuple[Excess, ...] = ()
        for digits in DIGITS:
            found = tuple(self._judged(self._with(digits).at(symbols)))
            if not any(self._unclear(excess) for excess in found):
                break
        return found

    def _unclear(self, excess: Excess) -> bool:
        return excess.holds() is None or excess.holds(self._tolerance) is None

    def _judged(self, values: dict[int, Enclosure]) -> Iterator[Excess]:
        for bound, size in zip(self._rest, self._sizes, strict=True):
            found = values[bound.node]
            low, high = found.low, found.high
            if bound.equality:
                low, high = _distance(low, high)
            yield Excess(
                bound.group,
                None if low is None else low / size,
                None if high is None else high / size,
                found.defined,
            )
        for objective in self._pieces.objectives:
            defined = values[objective.node].defined
            if not defined:
                yield Excess(f"{objective.name} undefined", None, None, defined)


def _distance(
    low: Fraction | None, high: Fraction | None
) -> tuple[Fraction | None, Fraction | None]:
    """The absolute value of what lies between two ends."""
    if low is not None and low >= 0:
        return low, high
    if high is not None and high <= 0:
        return -high, None if low is None else -low
    return Fraction(0), None if low is None or high is None else max(-low, high)


def size_of(pieces: Parts, bound: Bound, /) -> Fraction:
    """max(1, |bound|) of a comparison: its side that is a number, else the constant of its
    difference.

    An irrational number is taken as the float nearest to it: it only says what a tolerance is a
    share of.
    """
    for side in (bound.bottom, bound.top):
        if all(name in pieces.values for name in pieces.graph.symbols(side)):
            value = enclose(pieces.graph, pieces.graph.reachable([side]), pieces.values)[side]
            if value.low is None:
                return Fraction(1)
            return max(
                Fraction(1),
                abs(value.low if value.exact is not None else Fraction(float(value.low))),
            )
    found = pieces.graph.nodes[bound.node]
    return max(Fraction(1), abs(found.value)) if found.operator == "sum" else Fraction(1)
