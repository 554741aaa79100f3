"""How much hypervolume a set of points has, kept up to date at little cost, and which point stands
for each direction.

The hypervolume up to a reference point is an integral over directions: from the reference point,
the length that is dominated along a direction, to the power m. A fixed set of directions estimates
it; a new point changes it in time proportional to the number of directions, whatever the number of
objectives.

References:
    Deng, Zhang (2019), Approximating hypervolume and hypervolume contributions using polar
    coordinate. IEEE Transactions on Evolutionary Computation 23(5), 913-918.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser import front
from optimiser.engine.nonlinear.reaching import reaching
from optimiser.engine.nonlinear.tolerances import COVERED, LEAST_SLOPE, POSITIVE, QUANTILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Floats

    Positions = NDArray[np.int64]

__all__ = ["REFERENCE", "Coverage", "directions"]

REFERENCE = float(front.REFERENCE)
"""The reference point of the house, as a float."""


def directions(m: int, count: int, rng: np.random.Generator, /) -> Floats:
    """(count, m) unit vectors of the positive orthant, evenly spread: a shifted Kronecker sequence
    through normal quantiles.
    """
    if m == 1:
        return np.ones((1, 1))
    if m == 2:
        angle = (np.arange(count) + 0.5) / count * (np.pi / 2)
        return np.column_stack([np.cos(angle), np.sin(angle)])
    from scipy.special import ndtri

    # the generalised golden ratio: the root of g^(m+1) = g + 1
    golden = 2.0
    for _ in range(40):
        golden = (1.0 + golden) ** (1.0 / (m + 1))
    steps = golden ** -np.arange(1.0, m + 1)
    u = (rng.random(m) + np.arange(1, count + 1)[:, None] * steps) % 1.0
    normal = np.abs(ndtri(np.clip(u, QUANTILE, 1.0 - QUANTILE))) + POSITIVE
    found: Floats = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    return found


class Coverage:
    """Dominated lengths along fixed directions, in axes scaled by an ideal and a nadir point.

    Attributes:
        w: (d, m) directions.
        x: (d, n) for each direction the decisions of the point that dominates most of it.
        y: (d, m) the objectives of those points.
        near: (d, q) for each direction the nearest other directions.
        length: (d,) what is dominated along each direction.
        powers: (d,) that to the power m; another array whenever it changes.
        ideal, nadir: (m,) the points that scale the axes.
        span: (m,) nadir - ideal, 1 where that is 0.
    """

    def __init__(self, n: int, m: int, rng: np.random.Generator, /, *, count: int) -> None:
        self.w = directions(m, count, rng)
        count = len(self.w)
        # a row an objective: what is read together lies together
        self._inverse = np.ascontiguousarray(1.0 / np.maximum(self.w, LEAST_SLOPE).T)
        self._full = float(np.mean((REFERENCE * self._inverse.min(axis=0)) ** m))
        self._reach = reaching()
        self.x = np.zeros((count, n))
        self.y = np.full((count, m), np.inf)
        self.length = np.zeros(count)
        self.powers = np.zeros(count)
        self.ideal = np.zeros(m)
        self.nadir = np.zeros(m)
        self.span = np.ones(m)
        q = min(10 if m > 2 else 8, count - 1)
        self.near: Positions = np.argsort(-(self.w @ self.w.T), axis=1, kind="stable")[:, 1 : q + 1]
        self.empty = True
        # which point stands for which direction: a running number a point
        self._owner = np.full(count, -1, dtype=np.int64)
        self._seen = 0
        self._champions: Positions = np.zeros(0, dtype=np.int64)
        self._volume = 0.0

    def volume(self) -> float:
        """The estimate of the hypervolume, 1 for a single point in the ideal."""
        return self._volume

    def covered(self) -> float:
        """The same for the champions on axes of their own; 0 before there are any."""
        y = self.y[self._champions]
        if not len(y):
            return 0.0
        ideal, nadir = y.min(axis=0), y.max(axis=0)
        room = REFERENCE - (y - ideal) / np.where(nadir > ideal, nadir - ideal, 1.0)
        length = np.zeros(len(self.w))
        self._reach(room, self._inverse, length)
        return float(np.mean(length ** self.w.shape[1]) / self._full)

    def rescale(self, ideal: Floats, nadir: Floats, x: Floats, y: Floats, /) -> None:
        """New axes, and the whole set of points (k, n), (k, m) anew."""
        self.ideal, self.nadir = ideal.copy(), nadir.copy()
        self.span = np.where(nadir > ideal, nadir - ideal, 1.0)
        self.length[:] = 0.0
        self.powers = np.zeros(len(self.w))
        self._volume = 0.0
        self._owner[:] = -1
        self._champions = np.zeros(0, dtype=np.int64)
        self.empty = True
        self.add(x, y)

    def strays(self, ideal: Floats, nadir: Floats, /) -> bool:
        """True where the axes should be renewed: an end (m,) moved by more than a hundredth of
        the range.
        """
        if self.empty:
            return True
        tolerance = 0.01 * np.where(nadir > ideal, nadir - ideal, 1.0)
        return bool(
            (np.abs(ideal - self.ideal) > tolerance).any()
            or (np.abs(nadir - self.nadir) > tolerance).any()
        )

    def add(self, x: Floats, y: Floats, /) -> float:
        """Take in points (k, n), (k, m); the relative gain of hypervolume."""
        if not len(y):
            return 0.0
        before = self._volume
        self._take(x, y)
        self.empty = False
        return (self._volume - before) / max(before, COVERED) if before else 1.0

    def _take(self, x: Floats, y: Floats) -> None:
        room = np.ascontiguousarray(REFERENCE - (y - self.ideal) / self.span)
        best = self._reach(room, self._inverse, self.length)
        better = np.flatnonzero(best >= 0)
        if len(better):
            best = best[better]
            self.x[better] = x.take(best, axis=0)
            self.y[better] = y.take(best, axis=0)
            self._owner[better] = self._seen + best
            self._champions = self._firsts()
            self.powers = self.powers.copy()
            self.powers[better] = self.length[better] ** self.w.shape[1]
            self._volume = float(np.mean(self.powers) / self._full)
        self._seen += len(y)

    def _firsts(self) -> Positions:
        """The first direction of every point that stands for some, ascending."""
        order = np.argsort(self._owner, kind="stable")
        owner = self._owner[order]
        new = owner >= 0
        new[1:] &= owner[1:] != owner[:-1]
        return np.sort(order[new])

    def champions(self) -> Positions:
        """The directions that some point reaches, each point once."""
        return self._champions
