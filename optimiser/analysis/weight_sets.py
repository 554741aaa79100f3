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

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["Row", "WeightSet", "conflict", "dot", "independent", "solved", "whole_simplex"]

Row = tuple[Fraction, ...]
_ZERO, _ONE = Fraction(0), Fraction(1)


def whole_simplex(size: int, /) -> WeightSet:
    """All weights of so many objectives."""
    units = tuple(tuple(_ONE if i == j else _ZERO for j in range(size)) for i in range(size))
    # weight j is 0 at every extreme point but the j-th
    tight = tuple(frozenset(range(size)) - {i} for i in range(size))
    return WeightSet(units, tight, units)


def dot(left: Sequence[Fraction], right: Sequence[Fraction], /) -> Fraction:
    """Their scalar product."""
    return sum((a * b for a, b in zip(left, right, strict=True) if a and b), _ZERO)


@dataclass(frozen=True)
class WeightSet:
    """A polytope of weights, possibly flat, possibly empty.

    Attributes:
        extreme: its extreme points, exactly.
        tight: of each the half-spaces on whose border it lies.
        borders: the half-spaces, each a row with row · w >= 0; first those of the signs.
    """

    extreme: tuple[Row, ...]
    tight: tuple[frozenset[int], ...]
    borders: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.extreme)

    def cut(self, row: Sequence[Fraction], /) -> WeightSet:
        """Its weights w with row · w >= 0.

        Since weights sum to 1, ``w_k >= c`` is the row e_k - c.
        """
        new = len(self.borders)
        values = [dot(row, point) for point in self.extreme]
        kept = [i for i, value in enumerate(values) if value >= 0]
        out = [i for i, value in enumerate(values) if value < 0]
        points = [self.extreme[i] for i in kept]
        tight = [self.tight[i] | ({new} if values[i] == 0 else set()) for i in kept]
        for i in kept:
            if values[i] == 0:
                continue
            for j in out:
                if self._adjacent(i, j):
                    share = values[i] / (values[i] - values[j])
                    ends = zip(self.extreme[i], self.extreme[j], strict=True)
                    points.append(tuple(a + share * (b - a) for a, b in ends))
                    tight.append((self.tight[i] & self.tight[j]) | {new})
        return WeightSet(tuple(points), tuple(map(frozenset, tight)), (*self.borders, tuple(row)))

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
        return np.array([[float(value) for value in point] for point in self.extreme])

    @property
    def dimension(self) -> int:
        """0 for a point, 1 for a segment; -1 where it is empty."""
        return _dimension(self.extreme)

    @cached_property
    def simplices(self) -> tuple[tuple[int, ...], ...]:
        """Its parts without overlap, each the positions of affinely independent extreme points (a
        pulling triangulation: the first extreme point joined to the faces that do not hold it).
        """
        return tuple(self._parts(tuple(range(len(self.extreme))), self.dimension))

    def _parts(self, corners: tuple[int, ...], dimension: int) -> list[tuple[int, ...]]:
        if dimension <= 0 or len(corners) == dimension + 1:
            return [corners]
        faces = {
            face
            for border in range(len(self.borders))
            if (face := tuple(i for i in corners if border in self.tight[i]))
            and face[0] != corners[0]
            and _dimension([self.extreme[i] for i in face]) == dimension - 1
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


def _dimension(points: Sequence[Row], /) -> int:
    if not points:
        return -1
    first = points[0]
    edges = [[a - b for a, b in zip(point, first, strict=True)] for point in points[1:]]
    return len(independent(edges))


def independent(rows: Sequence[Sequence[Fraction]], /) -> list[int]:
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
                share = row[column] / found[column]
                row[:] = [a - share * b for a, b in zip(row, found, strict=True)]
    return pivots


def solved(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction], /) -> Row | None:
    """The solution of as many equations as unknowns; None where they do not determine it."""
    size = len(rows)
    left = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for column in range(size):
        pivot = next((i for i in range(column, size) if left[i][column]), None)
        if pivot is None:
            return None
        left[column], left[pivot] = left[pivot], left[column]
        head = left[column]
        head[:] = [value / head[column] for value in head]
        for i, row in enumerate(left):
            if i != column and row[column]:
                share = row[column]
                row[:] = [a - share * b for a, b in zip(row, head, strict=True)]
    return tuple(row[size] for row in left)


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
