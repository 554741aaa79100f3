"""The lower hull of points in objective space: everything that a mixture of them is at least as
good as.

The polyhedron conv(P) + R^m_+ is seen through the projective map z = y / (1 + sum(y)), which brings
its m directions at infinity to the unit vectors: one bounded hull of |P| + m points has exactly its
faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from optimiser.engine.linear.tolerances import FLAT, NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from optimiser.front import Floats

__all__ = ["Facets", "Hull", "HullError", "efficient_faces"]

Weights = TypeVar("Weights")


class HullError(Exception):
    """Points too close to one another, or to a plane, for floats to tell them apart."""


@dataclass(frozen=True, eq=False)
class Facets:
    """The f facets with weights >= 0: ``weights @ y >= level`` holds in the hull.

    Attributes:
        weights: (f, m), each row adds up to 1.
        levels: (f,)
        simplices: (f, m) the points of each, negative where a direction at infinity is one.
    """

    weights: Floats
    levels: Floats
    simplices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.levels)


class Hull:
    """A hull to which points (m,) with coordinates from about 0 to 1 are added."""

    def __init__(self, points: Floats, /) -> None:
        self._points = np.array(points, dtype=np.float64)
        self._options: str | None = None
        self._hull = self._built()

    def add(self, points: Floats, /) -> None:
        """Add points (k, m).

        Raises:
            HullError: the hull stays without them.
        """
        from scipy.spatial import QhullError

        before = self._points
        self._points = np.vstack([self._points, points])
        try:
            self._hull.add_points(_nearby(np.asarray(points)))
        except QhullError:
            try:
                self._hull = self._built()
            except HullError:
                self._points = before
                self._hull = self._built()
                raise

    def _built(self) -> Any:
        from scipy.spatial import ConvexHull, QhullError

        try:
            points = np.vstack([np.eye(self._points.shape[1]), _nearby(self._points)])
            return ConvexHull(points, incremental=True, qhull_options=self._options)
        except QhullError as error:
            raise HullError from error

    def joggle(self) -> None:
        """Move all points by about as much as rounding errors do: what they leave undecided is then
        decided somehow.

        Raises:
            HullError: even so there is no hull.
        """
        self._options = "QJ"
        self._hull = self._built()

    @property
    def points(self) -> Floats:
        """(k, m) the points in the order in which they came."""
        return self._points

    def facets(self) -> Facets:
        """All facets but the one at infinity; one whose weights floats cannot tell has weight on
        all it may.
        """
        m = self._points.shape[1]
        simplices = np.asarray(self._hull.simplices, dtype=np.int64) - m
        weights = -self._hull.equations[:, -1:] - self._hull.equations[:, :-1]
        weights[np.abs(weights) <= FLAT * np.abs(weights).max(axis=1, keepdims=True)] = 0.0
        weights = np.maximum(weights, 0.0)
        weights[weights.sum(axis=1) <= NOWHERE] = 1.0
        finite = ~(simplices < 0).all(axis=1)
        simplices, weights = simplices[finite], weights[finite]
        weights[_directions(simplices, m)] = 0.0
        weights += (weights.sum(axis=1, keepdims=True) <= NOWHERE) & ~_directions(simplices, m)
        weights /= weights.sum(axis=1, keepdims=True)
        # the highest of its points: no facet is taken to lie lower than it does
        values = np.where(
            simplices < 0,
            -np.inf,
            np.einsum("fm,fvm->fv", weights, self._points[np.maximum(simplices, 0)]),
        )
        return Facets(np.asarray(weights), np.asarray(values.max(axis=1)), simplices)

    def closed(self) -> bool:
        """Whether the simplices, that at infinity included once, fit together without a gap: each
        ridge lies in two.
        """
        simplices = np.sort(self._hull.simplices, axis=1)
        m = simplices.shape[1]
        ridges = np.vstack([np.delete(simplices, i, axis=1) for i in range(m)])
        counts = np.unique(ridges, axis=0, return_counts=True)[1]
        return bool((counts == 2).all()) and int((simplices == np.arange(m)).all(axis=1).sum()) == 1


def _directions(simplices: NDArray[np.int64], m: int) -> NDArray[np.bool_]:
    """(f, m) which directions are corners of each simplex."""
    return np.stack([(simplices == k - m).any(axis=1) for k in range(m)], axis=1)


def _nearby(points: Floats) -> Floats:
    return np.asarray(points / (1.0 + points.sum(axis=1, keepdims=True)))


def efficient_faces(
    facets: Sequence[tuple[Weights, frozenset[int]]],
    total: Callable[[Weights, Weights], Weights],
    positive: Callable[[Weights], bool],
    /,
) -> list[tuple[int, ...]]:
    """The largest faces none of whose points is dominated: those that some positive weights have as
    their best.

    Args:
        facets: the weights of each facet of the hull and the points on it.
        total: the sum of two weights.
        positive: whether all weights are above 0.
    """
    found = {points for weights, points in facets if positive(weights)}
    waiting: dict[frozenset[int], Weights] = {}
    for weights, points in facets:
        if not positive(weights) and points:
            waiting[points] = total(waiting[points], weights) if points in waiting else weights
    weak = list(waiting.items())
    done: set[frozenset[int]] = set()
    while waiting:
        points, weights = waiting.popitem()
        done.add(points)
        if positive(weights):
            found.add(points)
            continue
        for others, more in weak:
            shared = points & others
            if shared and shared != points and shared not in done and shared not in waiting:
                waiting[shared] = _sum_over(shared, weak, total, total(weights, more))
    largest = [f for f in found if not any(f < other for other in found)]
    return sorted(tuple(sorted(f)) for f in largest)


def _sum_over(
    points: frozenset[int],
    facets: Sequence[tuple[frozenset[int], Weights]],
    total: Callable[[Weights, Weights], Weights],
    start: Weights,
) -> Weights:
    """The weights of every facet that holds all the points, added up."""
    for others, weights in facets:
        if points <= others:
            start = total(start, weights)
    return start
