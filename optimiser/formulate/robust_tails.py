"""The CVaR of a loss that is affine in one or two uncertain numbers, as the largest of few affine
functions.

A loss c0(x) + c(x) . theta over N vectors theta_s has at level A, with k = N (1 - A),

    CVaR = c0(x) + max over u of c(x) . z_u / k,   z_u = sum_s u_s theta_s,

u taking k of the vectors, one of them perhaps in part. Only the k foremost vectors in the direction
c(x) are ever the best u, and between two directions in which two vectors are level these are the
same: one function a stretch of directions, however many vectors there are. In one number there are
two (the k largest, the k smallest); in two, the stretches are found by turning once around (k-sets;
Edelsbrunner and Welzl 1986). Directions that c(x) cannot have are left out.

References:
    H. Edelsbrunner, E. Welzl, Constructing belts in two-dimensional arrangements with applications,
        SIAM Journal on Computing 15 (1986) 271-284.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key
from typing import TYPE_CHECKING

from optimiser.expressions import bounds

if TYPE_CHECKING:
    from optimiser.formulate.robust_numbers import Expanded, UncertainNumbers, Vector

__all__ = ["foremost", "tail_functions"]

_Point = tuple[Fraction, ...]


def tail_functions(
    numbers: UncertainNumbers, node: Expanded, vectors: Sequence[Vector], worst: Fraction, /
) -> list[int] | None:
    """Nodes whose largest one is the mean of the ``worst`` largest values of an affine node; None
    where it depends on more than two uncertain numbers.
    """
    names = sorted({name for monomial in node.terms for name in monomial})
    if not node.affine or len(names) > 2:
        return None
    signs = [_signs(numbers, node.terms[name,]) for name in names]
    points = [tuple(vector[name] for name in names) for vector in vectors]
    found = foremost(points, worst, signs)
    return [
        node.at({**numbers.value, **dict(zip(names, (z / worst for z in point), strict=True))})
        for point in found
    ]


def _signs(numbers: UncertainNumbers, coefficient: int) -> tuple[bool, bool]:
    """Whether a coefficient may be below 0, and above."""
    low, high = bounds(numbers.graph, coefficient, numbers.boxes)
    return low < 0, high > 0


def foremost(
    points: Sequence[_Point], count: Fraction, signs: Sequence[tuple[bool, bool]], /
) -> list[_Point]:
    """The sums of the ``count`` foremost points, the last in part, in any direction whose
    components may be below 0 and above 0 as ``signs`` say.

    >>> one = [(Fraction(v),) for v in (3, 1, 2)]
    >>> [str(z) for z, in foremost(one, Fraction(3, 2), [(True, True)])]
    ['2', '4']
    """
    found = {
        _sum(points, count, direction)
        for direction in _directions(points)
        if all(
            (below or component >= 0) and (above or component <= 0)
            for (below, above), component in zip(signs, direction, strict=True)
        )
    }
    return sorted(found)


def _directions(points: Sequence[_Point]) -> list[_Point]:
    """One direction in each stretch in which no two points change places, and the axes."""
    one, zero = Fraction(1), Fraction(0)
    if len(points[0]) == 1:
        return [(one,), (-one,)]
    level = {
        _primitive((b[1] - a[1], a[0] - b[0])) for a, b in itertools.combinations(set(points), 2)
    }
    axes = {(one, zero), (-one, zero), (zero, one), (zero, -one)}
    turned = {(sign * u, sign * v) for u, v in level for sign in (1, -1)} | axes
    around = sorted(turned, key=cmp_to_key(_before))
    # neighbours are less than half a turn apart, so that their sum lies between them
    between = [
        (a[0] + b[0], a[1] + b[1]) for a, b in zip(around, [*around[1:], around[0]], strict=True)
    ]
    return [*between, *axes]


def _primitive(direction: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """The same direction or its opposite, with one length for all."""
    u, v = direction
    size = u if u else v
    return u / size, v / size


def _half(direction: _Point) -> int:
    return 0 if direction[1] > 0 or (direction[1] == 0 and direction[0] > 0) else 1


def _before(a: _Point, b: _Point) -> int:
    """Order by angle, from the first axis on."""
    if _half(a) != _half(b):
        return _half(a) - _half(b)
    turn = a[0] * b[1] - a[1] * b[0]
    return -1 if turn > 0 else 1 if turn < 0 else 0


def _sum(points: Sequence[_Point], count: Fraction, direction: _Point) -> _Point:
    def forwardness(point: _Point) -> Fraction:
        return sum((d * p for d, p in zip(direction, point, strict=True)), Fraction(0))

    left, total = count, [Fraction(0)] * len(direction)
    for point in sorted(points, key=forwardness, reverse=True):
        share = min(left, Fraction(1))
        if share <= 0:
            break
        total = [t + share * p for t, p in zip(total, point, strict=True)]
        left -= share
    return tuple(total)
