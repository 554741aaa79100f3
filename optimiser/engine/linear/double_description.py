"""Facets of conv(V) + R^m_+ from its vertices, exactly and one vertex after the other.

The facets {y : w·y >= a} are the extreme rays (w, a), w != 0, of the cone {(w, a) : w >= 0, w·v >=
a for all v in V}: the double description method adds one inequality at a time and joins each ray
that it cuts off with the adjacent ones that it keeps. The directions e_k at infinity are
inequalities like the vertices, w·e_k = w_k >= 0, and a facet contains e_k if and only if w_k = 0.
All numbers are whole; nothing is assumed of the vertices' position, so that repeated, constant and
opposite objectives, fronts of lower dimension and points that are no vertices make no difference.

References:
    T. S. Motzkin, H. Raiffa, G. L. Thompson and R. M. Thrall (1953). The double description method.
        Contributions to the Theory of Games II, 51-73.
    K. Fukuda and A. Prodon (1996). Double description method revisited. Combinatorics and Computer
        Science, LNCS 1120, 91-111.
    M. Ehrgott, A. Löhne and L. Shao (2012). A dual variant of Benson's "outer approximation
        algorithm" for multiple objective linear programming. Journal of Global Optimization 52,
        757-778.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["Ray", "UpperImage"]

Ray = tuple[int, ...]


class UpperImage:
    """The polyhedron conv(V) + R^m_+ of the points added so far.

    Attributes:
        facets: each facet's whole weights w (m,) >= 0 and level a, without common factors, and a
            mask of what lies on it: bit k for the direction e_k, bit m + i for the i-th point.
    """

    def __init__(self, first: Sequence[Fraction], /) -> None:
        m = len(first)
        self.dimension = m
        self.points = 1
        *values, by = _whole(first)
        directions, point = (1 << m) - 1, 1 << m
        # the ray (0, -1) bounds nothing, but others are joined with it
        self._rays: dict[Ray, int] = {(*(0,) * m, -1): directions}
        for k in range(m):
            ray = [0] * (m + 1)
            ray[k], ray[m] = by, values[k]
            self._rays[_primitive(ray)] = directions ^ 1 << k | point

    @property
    def facets(self) -> dict[Ray, int]:
        """Weights and level of every facet that is not at infinity -> the points on it, as bits."""
        return {ray: mask for ray, mask in self._rays.items() if any(ray[:-1])}

    def add(self, point: Sequence[Fraction], /) -> None:
        """Add the point (m,)."""
        *values, by = _whole(point)
        normal = (*values, -by)
        bit = 1 << self.dimension + self.points
        self.points += 1
        above: list[tuple[Ray, int, int]] = []
        below: list[tuple[Ray, int, int]] = []
        kept: dict[Ray, int] = {}
        for ray, mask in self._rays.items():
            side = sum(map(int.__mul__, normal, ray))
            if side < 0:
                below.append((ray, mask, side))
                continue
            kept[ray] = mask if side else mask | bit
            if side:
                above.append((ray, mask, side))
        if below:
            self._join(kept, above, below, bit)
        self._rays = kept

    def _join(
        self,
        kept: dict[Ray, int],
        above: list[tuple[Ray, int, int]],
        below: list[tuple[Ray, int, int]],
        bit: int,
    ) -> None:
        """Put between each ray above and each adjacent one below the ray that lies on the new
        point.
        """
        masks = list(self._rays.values())
        least = self.dimension - 1
        for lower, mask, depth in below:
            for upper, other, height in above:
                common = mask & other
                # two rays are adjacent unless a third lies on everything that both lie on
                if common.bit_count() < least or sum(common & m == common for m in masks) > 2:
                    continue
                joined = _primitive(
                    [height * a - depth * b for a, b in zip(lower, upper, strict=True)]
                )
                kept[joined] = common | bit


def _whole(point: Sequence[Fraction]) -> list[int]:
    """The point over one denominator, and that."""
    by = math.lcm(*(v.denominator for v in point))
    return [*(v.numerator * (by // v.denominator) for v in point), by]


def _primitive(ray: Sequence[int]) -> Ray:
    shared = math.gcd(*ray)
    return tuple(v // shared for v in ray)
