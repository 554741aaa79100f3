"""The weighted sum of the objectives, as they are or scaled to the range of the listed plans.

References:
    Zadeh, L. A. (1963). Optimality and non-scalar-valued performance criteria. IEEE Transactions on
    Automatic Control, 8(1), 59-60.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.ranking.method import Method, Scores, flat_columns, names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]


def _score(
    values: Floats, signs: Floats, weights: Floats, normalise: str, objectives: tuple[str, ...], /
) -> Scores:
    """The sum of weight times value, maximised objectives counted positive and minimised ones
    negative.

    Args:
        values: (k, m) the user's units and directions.
        signs: (m,) +1 minimised, -1 maximised.
        weights: (m,) summing to 1.
        normalise: ``range`` scales each objective to 0..1 over the listed plans, ``none`` takes the
            values as they are.
        objectives: the m names.

    Returns:
        The scores, higher is better.
    """
    notes: tuple[str, ...] = ()
    if normalise == "range":
        flat = flat_columns(values)
        lowest = values.min(axis=0)
        span = np.where(flat, 1.0, values.max(axis=0) - lowest)
        values = np.where(flat, 0.0, (values - lowest) / span)
        if flat.any() and len(values) > 1:
            notes = (
                "the same in every plan, so it contributes 0 to the score: "
                f"{names(flat, objectives)}",
            )
    terms = -signs * weights * values + 0.0
    return Scores(
        terms.sum(axis=1) + 0.0, magnitude=float(np.abs(terms).sum(axis=1).max()), notes=notes
    )


METHODS = (Method("weighted_sum", "weighted sum", "", _score),)
