"""TOPSIS: how close a plan is to the best of every objective, and how far from the worst.

References:
    Hwang, C.-L. & Yoon, K. (1981). Multiple Attribute Decision Making: Methods and Applications.
    Springer, 128-140.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.ranking.method import Method, Scores, flat_columns, names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]


def _score_vector(
    values: Floats, signs: Floats, weights: Floats, normalise: str, objectives: tuple[str, ...], /
) -> Scores:
    """The relative closeness with every objective divided by its Euclidean length over the plans.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; ``normalise`` is part of the
    method.
    """
    del normalise
    # Scaled by the largest value first, so that squares of very large or small values neither
    # overflow nor vanish.
    largest = np.abs(values).max(axis=0)
    scaled = values / np.where(largest == 0.0, 1.0, largest)
    length = np.sqrt((scaled**2).sum(axis=0))
    return _closeness(
        scaled / np.where(length == 0.0, 1.0, length), signs, weights, _notes(values, objectives)
    )


def _score_minmax(
    values: Floats, signs: Floats, weights: Floats, normalise: str, objectives: tuple[str, ...], /
) -> Scores:
    """The relative closeness with every objective scaled to 0..1 over the plans.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; ``normalise`` is part of the
    method.
    """
    del normalise
    flat = flat_columns(values)
    lowest = values.min(axis=0)
    span = np.where(flat, 1.0, values.max(axis=0) - lowest)
    return _closeness(
        np.where(flat, 0.0, (values - lowest) / span), signs, weights, _notes(values, objectives)
    )


def _closeness(
    normalised: Floats, signs: Floats, weights: Floats, notes: tuple[str, ...] = (), /
) -> Scores:
    """The distance to the worst point over the sum of the distances to the worst and to the best.

    Args:
        normalised: (k, m) comparable values.
        signs: (m,) +1 minimised, -1 maximised.
        weights: (m,) summing to 1.
        notes: handed on.

    Returns:
        (k,) between 0 (the worst in everything) and 1 (the best in everything).
    """
    weighted = normalised * weights * signs
    to_best = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    total = to_best + to_worst
    same = total == 0.0
    # A plan that is best and worst at once is alone, or all plans are alike in what has weight: it
    # is as good as any.
    return Scores(np.where(same, 1.0, to_worst / np.where(same, 1.0, total)), notes=notes)


def _notes(values: Floats, objectives: tuple[str, ...], /) -> tuple[str, ...]:
    flat = flat_columns(values)
    if len(values) < 2 or not flat.any():
        return ()
    return (f"the same in every plan, so it does not move the score: {names(flat, objectives)}",)


METHODS = (
    Method("topsis", "TOPSIS", "vector", _score_vector),
    Method("topsis_minmax", "TOPSIS, min-max", "range", _score_minmax),
)
