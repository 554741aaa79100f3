"""Every feasible efficient plan ever evaluated, without limit; and the few of them that stand for the rest.

References:
    J. Bader and E. Zitzler (2011). HypE: an algorithm for fast hypervolume-based many-objective optimization.
    Evolutionary Computation 19, 45-76 (subset selection by greedily dropping the least contributors).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import non_dominated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats

__all__ = ["Archive", "representatives"]

_BATCH = 2000
_REFERENCE = 1.1
_SHARE = 0.05
# exact contributions grow steeply with the number of points from three objectives on
_EXACT_POINTS = {2: 20000, 3: 3000, 4: 600, 5: 200}


class Archive:
    """Grows without limit; filtered in batches, so that a plan costs microseconds."""

    def __init__(self, n: int, m: int) -> None:
        self._x: list[Floats] = [np.empty((0, n))]
        self._y: list[Floats] = [np.empty((0, m))]
        self._waiting = 0

    def add(self, x: Floats, y: Floats, /) -> None:
        """Feasible plans (k, n) with their minimised objectives (k, m)."""
        self._x.append(x)
        self._y.append(y)
        self._waiting += len(x)
        if self._waiting >= _BATCH:
            self._filter()

    def plans(self) -> tuple[Floats, Floats]:
        """(k, n) the efficient plans so far, and (k, m) their objectives."""
        self._filter()
        return self._x[0], self._y[0]

    def hypervolume(self, low: Floats, high: Floats, /) -> float:
        """The share of the box from ``low`` to 1.1 times the way to ``high`` that the plans dominate."""
        import moocore

        y = self.plans()[1]
        width = np.where(high > low, high - low, 1.0)
        scaled = (y - low) / width
        scaled = np.maximum(scaled[(scaled < _REFERENCE).all(axis=1)], -10.0)
        if len(scaled) == 0:
            return 0.0
        if y.shape[1] == 1:
            return float(_REFERENCE - scaled.min())
        scaled = scaled[:: max(1, len(scaled) // _EXACT_POINTS.get(y.shape[1], 100))]
        return float(moocore.hypervolume(np.ascontiguousarray(scaled), ref=np.full(y.shape[1], _REFERENCE)))

    def _filter(self) -> None:
        x, y = np.concatenate(self._x), np.concatenate(self._y)
        if self._waiting and len(y):
            kept = non_dominated(y)
            x, y = x[kept], y[kept]
        self._x, self._y, self._waiting = [x], [y], 0


def representatives(y: Floats, count: int, /) -> NDArray[np.int64]:
    """Row positions of at most ``count`` of the efficient points (k, m), chosen by hypervolume, the extremes among them."""
    import moocore

    alive = np.arange(len(y))
    if len(y) <= count:
        return alive
    width = np.ptp(y, axis=0)
    scaled = (y - y.min(axis=0)) / np.where(width > 0, width, 1.0)
    extremes = {int(np.lexsort((scaled.sum(axis=1), scaled[:, k]))[0]) for k in range(y.shape[1])}
    most = _EXACT_POINTS.get(y.shape[1], 100)
    if len(alive) > max(most, count):
        alive = _spread(scaled, max(most, count), sorted(extremes))
    reference = np.full(y.shape[1], _REFERENCE)
    while len(alive) > count:
        shares = np.asarray(moocore.hv_contributions(np.ascontiguousarray(scaled[alive]), ref=reference))
        shares = np.where(np.isin(alive, list(extremes)), np.inf, shares)
        drop = max(1, min(len(alive) - count, int(_SHARE * (len(alive) - count))))
        alive = np.delete(alive, np.argsort(shares, kind="stable")[:drop])
    return np.asarray(alive, dtype=np.int64)


def _spread(points: Floats, count: int, first: list[int]) -> NDArray[np.int64]:
    """``count`` points far from one another, starting with ``first``."""
    chosen = list(first)
    distance = np.min([np.abs(points - points[i]).max(axis=1) for i in chosen], axis=0)
    while len(chosen) < count:
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.abs(points - points[chosen[-1]]).max(axis=1))
    return np.array(sorted(set(chosen)), dtype=np.int64)
