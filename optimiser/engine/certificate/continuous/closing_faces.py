"""The front of a linear program in three and more objectives: which facets close it, and which
faces of theirs are efficient.

Every mixture of plans is a plan, so the listed points V span the polyhedron U = conv(V) + R^m_+. If
no plan lies beyond a facet of U, every plan is equalled or beaten by a point of U, thus by a
non-dominated one, and non-dominated points of U are mixtures of V. A point of U is dominated
exactly where the smallest face that holds it holds a direction e_k too. So the front is the union
of the largest faces of U without a direction, and those are what must be listed: each by the points
on it.

References:
    T. S. Motzkin, H. Raiffa, G. L. Thompson and R. M. Thrall (1953). The double description method.
        Contributions to the Theory of Games II, 51-73.
    A. H. Hamel, A. Löhne and B. Rudloff (2014). Benson type algorithms for linear vector
        optimization and applications. Journal of Global Optimization 59, 811-836.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.engine.certificate.continuous.limits import Limit, Region
from optimiser.engine.certificate.error import CertificateError
from optimiser.language import tr

__all__ = ["check_faces", "facet_regions"]

Values = tuple[Fraction, ...]


@dataclass(frozen=True)
class _Facet:
    """``weights @ y >= level``, and what lies on it: a bit for each direction, then one for each
    point.
    """

    weights: tuple[int, ...]
    level: Fraction
    on: int


def facet_regions(points: Sequence[Values], /) -> list[Region]:
    """What lies beyond each facet, in the order of the weights."""
    return [(Limit(facet.weights, facet.level),) for facet in _facets(points)]


def check_faces(points: Sequence[Values], faces: Sequence[frozenset[int]], /) -> None:
    """The faces, given by the positions of their points, are all the largest ones that are
    efficient.

    Raises:
        CertificateError: they are not.
    """
    if len(set(points)) < len(points):
        raise CertificateError(tr("two plans of the list have the same objectives"))
    found = _efficient(_facets(points), len(points[0]), len(points))
    if set(faces) != found or len(faces) != len(found):
        raise CertificateError(
            tr("the faces listed are not the efficient faces of the plans listed")
        )


def _facets(points: Sequence[Values]) -> list[_Facet]:
    """The facets of conv(points) + R^m_+ with weights: the extreme rays (w, a) of {w >= 0, w y >= a
    for all points y}.
    """
    m = len(points[0])
    by = math.lcm(*(value.denominator for y in points for value in y))
    first, *others = ([int(value * by) for value in y] for y in points)
    # of {w >= 0, w y_1 >= a}: the directions, and the ray on which a falls, which is no facet
    cone: list[Ray] = [
        ((*(int(k == i) for i in range(m)), first[k]), (((1 << m) - 1) ^ (1 << k)) | (1 << m))
        for k in range(m)
    ]
    cone.append(((*(0 for _ in range(m)), -1), (1 << m) - 1))
    for place, point in enumerate(others, start=1):
        cone = _cut(cone, point, 1 << (m + place))
    return sorted(
        (_facet(ray[:m], Fraction(ray[m], by), on) for ray, on in cone if any(ray[:m])),
        key=lambda facet: (facet.weights, facet.level),
    )


Ray = tuple[tuple[int, ...], int]


def _cut(cone: list[Ray], point: Sequence[int], bit: int) -> list[Ray]:
    """The extreme rays that are left by one inequality more."""
    slack = [sum(w * y for w, y in zip(ray, point, strict=False)) - ray[-1] for ray, _ in cone]
    kept = [
        (ray, on | bit if s == 0 else on)
        for (ray, on), s in zip(cone, slack, strict=True)
        if s >= 0
    ]
    beyond = [i for i, s in enumerate(slack) if s < 0]
    within = [i for i, s in enumerate(slack) if s > 0]
    for i in beyond:
        for j in within:
            shared = cone[i][1] & cone[j][1]
            # two rays span a face if no third one lies on all that they share
            if all(shared & on != shared for n, (_, on) in enumerate(cone) if n not in (i, j)):
                mixed = [
                    slack[j] * a - slack[i] * b for a, b in zip(cone[i][0], cone[j][0], strict=True)
                ]
                common = math.gcd(*mixed)
                kept.append((tuple(v // common for v in mixed), shared | bit))
    return kept


def _facet(weights: tuple[int, ...], level: Fraction, on: int) -> _Facet:
    """With weights that have no common factor."""
    common = math.gcd(*weights)
    return _Facet(tuple(w // common for w in weights), level / common, on)


def _efficient(facets: Sequence[_Facet], m: int, count: int) -> set[frozenset[int]]:
    """The largest faces that hold no direction, by the positions of the points on them.

    Raises:
        CertificateError: a point is dominated.
    """
    endless = (1 << m) - 1
    everything = (1 << (m + count)) - 1
    lying = [
        sum(1 << f for f, facet in enumerate(facets) if facet.on >> (m + i) & 1)
        for i in range(count)
    ]

    def face(on: int) -> int:
        """All that lies on all of these facets."""
        found = everything
        while on:
            lowest = on & -on
            found &= facets[lowest.bit_length() - 1].on
            on ^= lowest
        return found

    largest: set[frozenset[int]] = set()
    waiting, seen = [], set()
    for i, on in enumerate(lying):
        if face(on) & endless:
            raise CertificateError(
                tr("plan {number} of the list is dominated by a mixture of others", number=i + 1)
            )
        waiting.append(on)
    while waiting:
        on = waiting.pop()
        points = face(on) >> m
        if points in seen:
            continue
        seen.add(points)
        wider = {on & lying[i] for i in range(count) if not points >> i & 1}
        bounded = [other for other in wider if other and not face(other) & endless]
        if not bounded:
            largest.add(frozenset(i for i in range(count) if points >> i & 1))
        waiting += bounded
    return largest
