"""TOPSIS: how close a plan is to the best of every objective, and how far from the worst.

References:
    Hwang, C.-L. & Yoon, K. (1981). Multiple Attribute Decision Making: Methods and Applications.
    Springer, 128-140.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import marked
from optimiser.ranking.method import Method, Scores, Yardstick

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
    largest = np.where(scale.largest == 0.0, 1.0, scale.largest)
    length = np.where(scale.lengths == 0.0, 1.0, scale.lengths)
    worst, best = (end / largest / length for end in scale.ranges.T)
    return _closeness(values / largest / length, worst, best, scale, weights)


def _score_minmax(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """The relative closeness with every objective as its share of the way from worst to best.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.
    """
    del definition
    # on the scale of shares more is better, whatever the objective's sense
    worst, best = np.zeros(len(weights)), np.where(scale.flat, 0.0, 1.0)
    return _closeness(scale.shares(values), worst, best, scale, weights, upwards=True)


def _closeness(
    values: Floats,
    worst: Floats,
    best: Floats,
    scale: Yardstick,
    weights: Floats,
    /,
    *,
    upwards: bool = False,
) -> Scores:
    """The distance to the worst point over the sum of the distances to the worst and to the best.

    A value beyond the best has no distance to it, and one beyond the worst none to that: else a
    plan would lose by being better.

    Args:
        values: (k, m) comparable values.
        worst: (m,) the worst point among them.
        best: (m,) the best point among them.
        scale: the signs, and which objectives are the same in every plan.
        weights: (m,) summing to 1.
        upwards: more is better in every column of ``values``, whatever the sign.

    Returns:
        (k,) between 0 (the worst in everything) and 1 (the best in everything).
    """
    signs = -np.ones(len(weights)) if upwards else scale.signs
    behind = np.maximum(0.0, signs * (values - best)) * weights
    ahead = np.maximum(0.0, signs * (worst - values)) * weights
    to_best = np.sqrt((behind**2).sum(axis=1))
    to_worst = np.sqrt((ahead**2).sum(axis=1))
    # a plan that is best and worst at once is alone, or all plans are alike in what has weight: it
    # is as good as any
    same = (to_best == 0.0) & (to_worst == 0.0)
    ratio = np.divide(to_best, to_worst, out=np.full(len(values), np.inf), where=to_worst > 0.0)
    return Scores(np.where(same, 1.0, 1.0 / (1.0 + ratio)), notes=scale.flat_notes)


METHODS = (
    Method(
        "topsis",
        "TOPSIS",
        "vector",
        {"vector": ("closeness",)},
        _score_vector,
        marked("the lengths of the objectives over the plans"),
    ),
    Method(
        "topsis_minmax",
        marked("TOPSIS, min-max"),
        "range",
        {"range": ("closeness",)},
        _score_minmax,
    ),
)
