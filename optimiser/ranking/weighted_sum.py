"""The weighted sum of the objectives, as they are or as shares of the way from worst to best.

References:
    Zadeh, L. A. (1963). Optimality and non-scalar-valued performance criteria. IEEE Transactions on
    Automatic Control, 8(1), 59-60.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import marked, stored
from optimiser.ranking.method import Method, Scores, Yardstick
from optimiser.ranking.tolerances import EQUAL_SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]

_SHARES = "shares"  # shares of the way from worst to best, times the weights
_SIGNED = "signed"  # values scaled to 0..1, minimised ones negative, times the weights
_VALUES = "values"  # the values, minimised ones negative, times the weights


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """The sum of weight times what each value is worth.

    Args:
        values: (k, m) the user's units and directions.
        scale: theirs.
        weights: (m,) summing to 1.
        definition: one of those above.

    Returns:
        The scores, higher is better; as shares 0 to 1 for plans within the ranges.
    """
    if definition == _VALUES:
        return _summed(-scale.signs * weights * (values + scale.base))
    terms = weights * scale.shares(values)
    if definition == _SIGNED:
        terms -= np.where((scale.signs > 0.0) & ~scale.flat, weights, 0.0)
    notes: tuple[str, ...] = ()
    if scale.flat.any() and len(values) > 1:
        said = stored(
            "the same in every plan, so it contributes 0 to the score: {names}",
            names=scale.flat_names,
        )
        notes = (said,)
    return _summed(terms, notes)


def _summed(terms: Floats, notes: tuple[str, ...] = (), /) -> Scores:
    scores = terms.sum(axis=1) + 0.0
    # weights that sum to 1 up to rounding do not make a plan better than the best of everything
    scores = np.where(np.abs(scores - 1.0) <= EQUAL_SCORES, 1.0, scores)
    return Scores(scores, magnitude=float(np.abs(terms).sum(axis=1).max()), notes=notes)


_DEFINITIONS = {"range": (_SHARES, _SIGNED), "none": (_VALUES,)}
METHODS = (Method("weighted_sum", marked("weighted sum"), "", _DEFINITIONS, _score),)
