"""Lexicographic: the objective with the largest weight decides; where it is equal, the next one.

References:
    Fishburn, P. C. (1974). Lexicographic orders, utilities and decision rules: a survey. Management
    Science, 20(11), 1442-1471.
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


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """1 less the share of the plans of the front that come before: by the objectives in the order
    of their weights, those of equal weight in the order of the file, none without a weight.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.
    """
    del definition
    first_to_last = np.argsort(-weights, kind="stable")[: int((weights > 0.0).sum())]
    every = np.concatenate([scale.plans, values])
    steps = scale.steps(every)[:, first_to_last]
    # numbered in their order: np.unique sorts rows by the first column, then the next
    _, places = np.unique(steps, axis=0, return_inverse=True)
    places = places.reshape(-1)
    k = len(scale.plans)
    before = np.searchsorted(np.sort(places[:k]), places[k:], side="left")
    return Scores(1.0 - before / k, 1.0 / k)


METHODS = (
    Method(
        "lexicographic",
        marked("lexicographic order"),
        "order",
        {"order": ("order",)},
        _score,
    ),
)
