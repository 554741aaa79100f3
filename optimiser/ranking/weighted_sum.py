"""The weighted sum of the objectives, as they are or as shares of the way from worst to best.

References:
    Zadeh, L. A. (1963). Optimality and non-scalar-valued performance criteria. IEEE Transactions on
    Automatic Control, 8(1), 59-60.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.ranking.method import Method, Scale, Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]

_VALUES = "values"  # the values, minimised ones negative, times the weights
_SIGNED = "signed"  # scaled values, minimised ones negative, times the weights


def _score(values: Floats, scale: Scale, weights: Floats, definition: str, /) -> Scores:
    """The sum of weight times value, maximised objectives counted positive and minimised ones
    negative.

    Args:
        values: (k, m) the user's units and directions.
        scale: theirs.
        weights: (m,) summing to 1.
        definition: one of those above.

    Returns:
        The scores, higher is better.
    """
    notes: tuple[str, ...] = ()
    if definition == _VALUES:
        terms = -scale.signs * weights * values + 0.0
    else:
        lowest, highest = scale.ranges.min(axis=1), scale.ranges.max(axis=1)
        span = np.where(scale.flat, 1.0, highest - lowest)
        values = np.where(scale.flat, 0.0, (values - lowest) / span)
        terms = -scale.signs * weights * values + 0.0
        if scale.flat.any() and len(values) > 1:
            notes = (
                f"the same in every plan, so it contributes 0 to the score: {scale.flat_names}",
            )
    return Scores(
        terms.sum(axis=1) + 0.0, magnitude=float(np.abs(terms).sum(axis=1).max()), notes=notes
    )


_DEFINITIONS = {"range": (_SIGNED,), "none": (_VALUES,)}
METHODS = (Method("weighted_sum", "weighted sum", "", _DEFINITIONS, _score),)
