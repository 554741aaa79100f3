"""Mixtures of plans on a front of segments and faces: what lies between the listed vertices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Floats, Front

__all__ = ["mixture", "mixture_of"]

# Mixtures are found by an LP solver: closer than this share of an objective's range is the same.
_MIXED = 1e-7


def mixture_of(front: Front, own: Floats, /) -> tuple[tuple[int, ...], bool]:
    """The first cell or half-open segment of the front that is at least as good as a point in everything.

    Args:
        own: (m,) the point's minimised objectives.

    Returns:
        The positions of its plans, empty where there is none, and whether it is no better than the point either.
    """
    listed, ends = front.minimised, front.proof.open_ends
    signs = np.array([column.sign for column in front.columns])
    limits = np.array([limit for _, limit in ends]).reshape(len(ends), len(signs)) * signs
    segments = tuple((row, len(listed) + i) for i, (row, _) in enumerate(ends))
    cell, same = mixture((*front.proof.cells, *segments), np.vstack([listed, limits]), own)
    return tuple(row for row in cell if row < len(listed)), same


def mixture(cells: tuple[tuple[int, ...], ...], listed: Floats, own: Floats, /) -> tuple[tuple[int, ...], bool]:
    """The first cell a mixture of whose plans is at least as good as a point in everything.

    Args:
        cells: of the front, each the positions of its vertices.
        listed: (k, m) the front's minimised objectives.
        own: (m,) the point's.

    Returns:
        The cell, empty where there is none, and whether its mixture is no better than the point either.
    """
    span = np.ptp(listed, axis=0)
    scale = np.where(span > 0.0, span, 1.0)
    for cell in cells:
        gaps = (own - listed[list(cell)]) / scale
        if len(cell) < 2 or (gaps.max(axis=0) < -_MIXED).any():
            continue
        gain = _gain(gaps)
        if gain is not None:
            return cell, gain <= len(own) * _MIXED
    return (), False


def _gain(gaps: Floats, /) -> float | None:
    """By how much the best mixture of rows exceeds 0, summed over the columns; None where none reaches 0 in all."""
    from scipy.optimize import linprog

    done = linprog(-gaps.sum(axis=1), A_ub=-gaps.T, b_ub=np.full(gaps.shape[1], _MIXED), A_eq=np.ones((1, len(gaps))), b_eq=[1.0])
    return -float(done.fun) if done.status == 0 else None
