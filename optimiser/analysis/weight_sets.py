"""Sets of weights: what statements about the worth of objectives allow, as polytopes with exact
extreme points.

A weight is the worth of an objective's whole range; weights are not negative and sum to 1. Each
statement cuts the simplex of all weights by half-spaces through the double description method
(Motzkin, Raiffa, Thompson, Thrall 1953), in rational numbers throughout.

References:
    Fukuda, Prodon (1996), Double description method revisited. Liesiö, Mild, Salo (2007),
    Preference programming for robust portfolio modeling and project selection, EJOR 181.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["Row", "WeightSet", "conflict", "dot", "independent", "whole_inverse", "whole_simplex"]

Exact = int | Fraction
Row = tuple[Exact, ...]


def whole_simplex(size: int, /) -> WeightSet:
    """All weights of so many objectives."""
    units = tuple(tuple(int(i == j) for j in range(size)) for i in range(size))
    # weight j is 0 at every extreme point but the j-th
    tight = tuple(frozenset(range(size)) - {i} for i in range(size))
    return WeightSet(units, tight, units)


def dot(left: Sequence[Exact], right: Sequence[Exact], /) -> Exact:
    """Their scalar product."""
    found: Exact = sum(map(mul, left, right))
    return found


@dataclass(frozen=True)
class WeightSet:
    """A polytope of weights, possibly flat, possibly empty.

    Attributes:
        rays: its extreme points, each times a whole number that makes it whole.
        tight: of each the half-spaces on whose border it lies.
        borders: the half-spaces, each a row with row · w >= 0; first those of the signs.
    """

    rays: tuple[tuple[int, ...], ...]
    tight: tuple[frozenset[int], ...]
    borders: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.rays)

    @cached_property
    def extreme(self) -> tuple[Row, ...]:
        """Its extreme points, exactly."""
        return tuple(tuple(Fraction(part, sum(ray)) for part in ray) for ray in self.rays)

    def cut(self, row: Sequence[Exact], /) -> WeightSet:
        """Its weights w with row · w >= 0.

        Since weights sum to 1, ``w_k >= c`` is the row e_k - c. A row of zeros holds for all of
        them and is no border.
        """
        if not any(row):
            return self
        new = len(self.borders)
        whole = math.lcm(*(value.denominator for value in row))
        border = tuple(int(value * whole) for value in row)
        values = [sum(map(mul, border, ray)) for ray in self.rays]
        kept = [i for i, value in enumerate(values) if value >= 0]
        out = [i for i, value in enumerate(values) if value < 0]
        rays = [self.rays[i] for i in kept]
        tight = [self.tight[i] | {new} if values[i] == 0 else self.tight[i] for i in kept]
        for i in kept:
            if values[i] == 0:
                continue
            for j in out:
                if self._adjacent(i, j):
                    ends = zip(self.rays[i], self.rays[j], strict=True)
                    ray = [values[i] * b - values[j] * a for a, b in ends]
                    common = math.gcd(*ray)
                    rays.append(tuple(part // common for part in ray))
                    tight.append((self.tight[i] & self.tight[j]) | {new})
        return WeightSet(tuple(rays), tuple(tight), (*self.borders, border))

    def _adjacent(self, i: int, j: int) -> bool:
        """Whether an edge joins two extreme points: no other lies on all borders that they share
        (Fukuda, Prodon, proposition 7).
        """
        shared = self.tight[i] & self.tight[j]
        return not any(
            shared <= other for place, other in enumerate(self.tight) if place not in (i, j)
        )

    @cached_property
    def points(self) -> Floats:
        """(e, m) its extreme points, rounded."""
        return np.array([[part / sum(ray) for part in ray] for ray in self.rays])

    @cached_property
    def dimension(self) -> int:
        """0 for a point, 1 for a segment; -1 where it is empty."""
        return _dimension(self.rays)

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """Coordinates that tell its points apart: as many as its dimension."""
        first = self.extreme[0]
        edges = [[a - b for a, b in zip(p, first, strict=True)] for p in self.extreme[1:]]
        return tuple(independent(edges))

    @cached_property
    def simplices(self) -> tuple[tuple[int, ...], ...]:
        """Its parts without overlap, each the positions of affinely independent extreme points (a
        pulling triangulation: the first extreme point joined to the faces that do not hold it).
        """
        return tuple(self._parts(tuple(range(len(self.rays))), self.dimension))

    def _parts(self, corners: tuple[int, ...], dimension: int) -> list[tuple[int, ...]]:
        if dimension <= 0 or len(corners) == dimension + 1:
            return [corners]
        faces = {
            face
            for border in range(len(self.borders))
            if (face := tuple(i for i in corners if border in self.tight[i]))
            and face[0] != corners[0]
            and _dimension([self.rays[i] for i in face]) == dimension - 1
        }
        return [
            (corners[0], *part)
            for face in sorted(faces)
            for part in self._parts(face, dimension - 1)
        ]

    def sample(self, count: int, generator: np.random.Generator, /) -> Floats:
        """(count, m) weights, uniformly over the set: a simplex of the triangulation by its volume,
        then a point of it by a Dirichlet distribution.
        """
        parts = self.points[np.array(self.simplices)]
        edges = parts[:, 1:] - parts[:, :1]
        gram = edges @ edges.transpose(0, 2, 1)
        volumes = np.sqrt(np.maximum(np.linalg.det(gram), 0.0))
        share = volumes / volumes.sum() if volumes.sum() > 0.0 else None
        chosen = generator.choice(len(parts), size=count, p=share)
        mixing = generator.dirichlet(np.ones(parts.shape[1]), size=count)
        drawn: Floats = np.einsum("ij,ijk->ik", mixing, parts[chosen])
        return drawn


def _dimension(rays: Sequence[Row], /) -> int:
    """Of the points behind rays, whose coordinates sum to 1: one less than the rank of the rays."""
    return len(independent(rays)) - 1


def independent(rows: Sequence[Sequence[Exact]], /) -> list[int]:
    """The pivot columns of a matrix: as many as its rank, columns that are independent."""
    left = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(len(rows[0]) if rows else 0):
        found = next((row for row in left if row[column]), None)
        if found is None:
            continue
        left.remove(found)
        pivots.append(column)
        for row in left:
            if row[column]:
                # without fractions, which are slow
                head, own = found[column], row[column]
                row[:] = [head * a - own * b for a, b in zip(row, found, strict=True)]
    return pivots


def whole_inverse(rows: Sequence[Sequence[int]], /) -> list[list[int]] | None:
    """The inverse of a square matrix of whole numbers, times a positive number that makes it whole;
    None where there is no inverse.
    """
    size = len(rows)
    left = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(rows)]
    for column in range(size):
        pivot = next((i for i in range(column, size) if left[i][column]), None)
        if pivot is None:
            return None
        left[column], left[pivot] = left[pivot], left[column]
        head = left[column]
        for i, row in enumerate(left):
            if i != column and row[column]:
                own, of_head = row[column], head[column]
                row[:] = [of_head * a - own * b for a, b in zip(row, head, strict=True)]
                common = math.gcd(*row)
                row[:] = [value // common for value in row]
    whole = math.lcm(*(row[i] for i, row in enumerate(left)))
    return [[value * (whole // row[i]) for value in row[size:]] for i, row in enumerate(left)]


def conflict(sets: Sequence[Sequence[Row]], size: int, /) -> tuple[int, ...]:
    """The smallest selection of sets of half-spaces that leaves no weights, empty where all of them
    together leave some.
    """

    def left(chosen: Sequence[int]) -> WeightSet:
        found = whole_simplex(size)
        for i in chosen:
            for row in sets[i]:
                found = found.cut(row)
        return found

    if left(range(len(sets))):
        return ()
    return next(
        chosen
        for count in range(1, len(sets) + 1)
        for chosen in combinations(range(len(sets)), count)
        if not left(chosen)
    )
