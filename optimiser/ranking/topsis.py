"""TOPSIS: how close a plan is to the best of every objective, and how far from the worst.

References:
    Hwang, C.-L. & Yoon, K. (1981). Multiple Attribute Decision Making: Methods and Applications.
    Springer, 128-140.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import marked
from optimiser.ranking.method import Method, Scores, Yardstick, slices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]


def _score_vector(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """The relative closeness with every objective divided by its Euclidean length over all plans of
    the front.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.
    """
    del definition
    return _closeness(*_by_length(values, scale), scale, weights)


def _score_minmax(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """The relative closeness with every objective as its share of the way from worst to best.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.
    """
    del definition
    return _closeness(*_by_range(values, scale), scale, weights)


def _by_length(values: Floats, scale: Yardstick, /) -> tuple[Floats, Floats]:
    """(k, m) distances to the best and to the worst value of each objective, as shares of lengths.

    A value beyond the best has no distance to it, and one beyond the worst none to that: else a
    plan would lose by being better. Distances first: of shares of large values next to one another
    few digits would be left.
    """
    largest = np.where(scale.largest == 0.0, 1.0, scale.largest)
    length = np.where(scale.lengths == 0.0, 1.0, scale.lengths)
    worst, best = scale.ranges.T
    to_best, to_worst = (
        np.maximum(0.0, scale.signs * distances) / largest / length
        for distances in (scale.beyond(values, best), 0.0 - scale.beyond(values, worst))
    )
    return to_best, to_worst


def _by_range(values: Floats, scale: Yardstick, /) -> tuple[Floats, Floats]:
    """The same (k, m) distances as shares of the ranges, where more is better in all of them."""
    shares, best = scale.shares(values), np.where(scale.flat, 0.0, 1.0)
    return np.maximum(0.0, best - shares), np.maximum(0.0, shares)


def _over(behind: Floats, ahead: Floats, weights: Floats, /) -> Floats:
    """The closeness of k plans under each of (w, m) weights, as (w, k), up to rounding."""
    behind, ahead, squares = behind**2, ahead**2, weights**2
    closeness = np.empty((len(weights), len(behind)))
    for rows in slices(len(weights), len(behind)):
        to_best, to_worst = np.sqrt(squares[rows] @ behind.T), np.sqrt(squares[rows] @ ahead.T)
        both = to_best + to_worst
        closeness[rows] = np.divide(to_worst, both, out=np.ones_like(both), where=both > 0.0)
    return closeness


def _closeness(behind: Floats, ahead: Floats, scale: Yardstick, weights: Floats, /) -> Scores:
    """The distance to the worst point over the sum of the distances to the worst and to the best.

    Args:
        behind: (k, m) distances to the best value of each objective.
        ahead: (k, m) distances to the worst.
        scale: says which objectives are the same in every plan.
        weights: (m,) summing to 1.

    Returns:
        (k,) between 0 (the worst in everything) and 1 (the best in everything).
    """
    to_best = np.sqrt(((behind * weights) ** 2).sum(axis=1))
    to_worst = np.sqrt(((ahead * weights) ** 2).sum(axis=1))
    # a plan that is best and worst at once is alone, or all plans are alike in what has weight: it
    # is as good as any
    same = (to_best == 0.0) & (to_worst == 0.0)
    ratio = np.divide(to_best, to_worst, out=np.full(len(behind), np.inf), where=to_worst > 0.0)
    return Scores(np.where(same, 1.0, 1.0 / (1.0 + ratio)), notes=scale.flat_notes)


METHODS = (
    Method(
        "topsis",
        "TOPSIS",
        "vector",
        {"vector": ("closeness",)},
        _score_vector,
        marked("the lengths of the objectives over the plans"),
        lambda values, scale, weights: _over(*_by_length(values, scale), weights),
    ),
    Method(
        "topsis_minmax",
        marked("TOPSIS, min-max"),
        "range",
        {"range": ("closeness",)},
        _score_minmax,
        over=lambda values, scale, weights: _over(*_by_range(values, scale), weights),
    ),
)
