"""The worst value over ranges, of all uncertain numbers or of at most G of them that are off.

A source j (a parameter with a range; one by phase moves in all phases) changes an affine value by
d_j(x) at most, to whichever end is worse for the plan x, so that::

    worst    f0(x) + sum_j d_j(x)
    gamma    f0(x) + the sum of the G largest d_j(x)

which is Soyster's counterpart, and that of Bertsimas and Sim, whose subproblem max {sum d_j u_j :
0 <= u <= 1, sum u <= G} is a sum of largest values; its dual gives the rows of `largest.py`. The
end is known beforehand where the sign of the coefficient is. G may be a fraction: then the last
source is off by that share of its way.

A value that is affine in each source, and not in all of them together, has its worst at a corner of
the box; as long as they are few, all corners are looked at. Others have none that is found so.

References:
    A. L. Soyster, Convex programming with set-inclusive constraints and applications to inexact
        linear programming, Operations Research 21 (1973) 1154-1157.
    D. Bertsimas, M. Sim, The price of robustness, Operations Research 52 (2004) 35-53.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Final

from optimiser.expressions import bounds, sum_of_largest

if TYPE_CHECKING:
    from optimiser.formulate.robust_numbers import (
        Expanded,
        UncertainNumbers,
        UncertainParameter,
        Vector,
    )

__all__ = ["corners", "ends_apart", "protected"]

_MOST_CORNERS: Final = 3**6


def protected(
    numbers: UncertainNumbers,
    node: Expanded,
    sources: Sequence[UncertainParameter],
    /,
    *,
    most: Fraction | None = None,
) -> int:
    """The node of the largest value of an affine node, with at most so many sources off; None is
    all of them.
    """
    graph = numbers.graph
    off = [_worse(numbers, node, source) for source in sources]
    if most is None or most >= len(off):
        changes = [(1, change) for change in off]
    else:
        changes = [(1, sum_of_largest(graph, most, off))] if most else []
    return graph.sum([(1, node.at(numbers.value)), *changes])


def _worse(numbers: UncertainNumbers, node: Expanded, source: UncertainParameter) -> int:
    """By how much a source can make the node larger; it may stay at its value as well."""
    graph = numbers.graph
    low, high = (node.change(source, end) for end in source.ends)
    candidates = [low, high]
    if len(source.value) > 1:
        candidates.append(graph.constant(0))  # neither end need be worse in all phases together
    for one in candidates:
        others = [other for other in candidates if other != one]
        if all(
            bounds(graph, graph.sum([(1, one), (-1, o)]), numbers.boxes)[0] >= 0 for o in others
        ):
            return one
    return sum_of_largest(graph, 1, candidates)


def ends_apart(
    numbers: UncertainNumbers, node: Expanded, sources: Sequence[UncertainParameter], /
) -> Iterator[int]:
    """What is 0 where an affine node is 0 for all values: its value, and each change of it."""
    yield node.at(numbers.value)
    for source in sources:
        for end in source.ends:
            yield node.change(source, end)


def corners(
    node: Expanded, sources: Sequence[UncertainParameter], /, *, most: Fraction | None = None
) -> list[Vector] | None:
    """Values of the sources at one of which the node is largest, whatever the plan; None where
    there are no such, or too many.
    """
    owner = {key: source.name for source in sources for key in source.value}
    if any(len({owner[key] for key in t}) < len(t) for t in node.terms):
        return None  # a source with itself
    everything = most is None or most >= len(sources)
    count = len(sources) if most is None or everything else int(most)
    if not everything and most != count:
        return None
    # one that moves in several phases, or need not be off, may be worst at its value
    ways = {s: s.ends if everything and len(s.value) == 1 else (*s.ends, s.value) for s in sources}
    if comb(len(sources), count) * 3**count > _MOST_CORNERS:
        return None
    return [
        {key: value for end in way for key, value in end.items()}
        for chosen in itertools.combinations(sources, count)
        for way in itertools.product(*(ways[source] for source in chosen))
    ]
