"""Mixtures of plans on a front of segments and faces: what lies between the listed vertices.

An LP solver proposes a mixture, or weights that rule every mixture out; what it proposes is
evaluated here before it counts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.results.tolerances import LINEAR_PROGRAM, MIXED

if TYPE_CHECKING:
    from optimiser.front import Floats, Front

__all__ = ["Cells", "best_mixture", "least_shift", "mixture_of"]

_TOLERANCES = {
    "primal_feasibility_tolerance": LINEAR_PROGRAM,
    "dual_feasibility_tolerance": LINEAR_PROGRAM,
}


def mixture_of(front: Front, own: Floats, /) -> tuple[tuple[int, ...], bool]:
    """The first cell or half-open segment of the front that is at least as good as a point in
    everything.

    Args:
        own: (m,) the point's minimised objectives.

    Returns:
        The positions of its plans, empty where there is none, and whether it is no better than the
        point either.
    """
    cell, same = _between(front).reach(own)
    return tuple(row for row in cell if row < len(front)), same


@lru_cache(maxsize=1)
def _between(front: Front, /) -> Cells:
    """The cells and half-open segments of a front, whose limits stand behind its plans."""
    listed, ends = front.minimised, front.proof.open_ends
    signs = front.signs
    limits = np.array([limit for _, limit in ends]).reshape(len(ends), len(signs)) * signs
    segments = tuple((row, len(listed) + i) for i, (row, _) in enumerate(ends))
    return Cells((*front.proof.cells, *segments), np.vstack([listed, limits]))


class Cells:
    """The cells of a front, of which many are asked for mixtures.

    Args:
        cells: each the positions of its vertices.
        listed: (k, m) the front's minimised objectives.

    Attributes:
        lowest: (c, m) the least of each objective in each cell.
    """

    def __init__(self, cells: tuple[tuple[int, ...], ...], listed: Floats, /) -> None:
        self._cells, self._listed = cells, listed
        lengths = np.fromiter(map(len, cells), dtype=np.intp, count=len(cells))
        rows = np.fromiter((row for cell in cells for row in cell), dtype=np.intp)
        starts = np.cumsum(lengths) - lengths
        self._lengths = lengths
        self.lowest = (
            np.minimum.reduceat(listed[rows], starts) if cells else np.empty((0, listed.shape[1]))
        )
        span = np.ptp(listed, axis=0)
        self._scale = np.where(span > 0.0, span, 1.0)

    def reach(self, own: Floats, /) -> tuple[tuple[int, ...], bool]:
        """The first cell a mixture of whose plans is at least as good as a point in everything.

        Args:
            own: (m,) the point's minimised objectives.

        Returns:
            The cell, empty where there is none, and whether its mixture is no better than the point
            either.
        """
        near = ((own - self.lowest) / self._scale >= -MIXED).all(axis=1) & (self._lengths > 1)
        for number in np.flatnonzero(near).tolist():
            cell = self._cells[number]
            gain = _gain((own - self._listed[list(cell)]) / self._scale)
            if gain is not None:
                return cell, gain <= 2 * len(own) * MIXED
        return (), False


def _gain(gaps: Floats, /) -> float | None:
    """By how much the best mixture of rows exceeds 0, summed over the columns; None where none
    reaches 0 in all.
    """
    k, m = gaps.shape
    done = _solved(
        -gaps.sum(axis=1),
        A_ub=-gaps.T,
        b_ub=np.full(m, MIXED / 2),
        A_eq=np.ones((1, k)),
        b_eq=[1.0],
    )
    if done is None:
        return None
    found = _share(done.x) @ gaps
    return float(found.sum()) if found.min() >= -MIXED else None


def least_shift(points: Floats, own: Floats, /) -> tuple[float, float]:
    """How far mixtures of points must move, the same in every objective, until one is at least as
    good as another point.

    Args:
        points: (k, m) minimised, scaled.
        own: (m,) the other point, scaled likewise.

    Returns:
        Two bounds: the upper one is what a mixture reaches, the lower one what weights prove of all
        of them. Without an answer of the solver they are what the points alone tell, and -inf.
    """
    gaps = points - own
    upper = float(gaps.max(axis=1).min())
    done = _least(gaps)
    if done is None:
        return -np.inf, upper
    upper = min(upper, float((_share(done.x[: len(gaps)]) @ gaps).max()))
    weights = np.maximum(-np.asarray(done.ineqlin.marginals), 0.0)
    total = float(weights.sum())
    return min(upper, float((gaps @ (weights / total)).min())) if total > 0.0 else -np.inf, upper


def best_mixture(points: Floats, own: Floats, /) -> tuple[Floats, float]:
    """(k,) shares of the mixture that must move least, as in :func:`least_shift`, and how far."""
    gaps = points - own
    done = _least(gaps)
    share = (
        np.eye(len(gaps))[int(gaps.max(axis=1).argmin())]
        if done is None
        else _share(done.x[: len(gaps)])
    )
    return share, float((share @ gaps).max())


def _least(gaps: Floats, /) -> Any:
    """Shares and a shift, the least with which no column of their mixture exceeds it."""
    k, m = gaps.shape
    rows = np.hstack([gaps.T, -np.ones((m, 1))])
    ones, free = np.append(np.ones(k), 0.0), [(0.0, None)] * k + [(None, None)]
    return _solved(
        1.0 - ones, A_ub=rows, b_ub=np.zeros(m), A_eq=ones[None, :], b_eq=[1.0], bounds=free
    )


def _solved(costs: Floats, /, **program: Any) -> Any:
    from scipy.optimize import linprog

    done = linprog(costs, method="highs", options=_TOLERANCES, **program)
    return done if done.status == 0 else None


def _share(x: Floats, /) -> Floats:
    """Shares as a solver gives them, as shares: at least 0, and 1 in all."""
    positive = np.maximum(x, 0.0)
    return np.asarray(positive / positive.sum())
