"""VIKOR: a compromise between what a plan loses altogether and what it loses in one objective.

References:
    Opricovic, S. & Tzeng, G.-H. (2004). Compromise solution by MCDM methods: a comparative analysis
    of VIKOR and TOPSIS. European Journal of Operational Research, 156(2), 445-455.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import marked
from optimiser.ranking.method import Method, Scores, Yardstick
from optimiser.ranking.tolerances import FLAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]

_V = 0.5  # the weight of S against R: a decision by consensus


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """1 - Q with Q = v (S - S*) / (S⁻ - S*) + (1 - v) (R - R*) / (R⁻ - R*): S the sum, R the
    largest of the weighted regrets, * and ⁻ the least and the largest over all plans of the front.

    Where all plans have one S, or one R, up to rounding, that term is 0: the quotient is 0 / 0, and
    plans on a straight front would be told apart by the last bits.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.
    """
    del definition
    regrets, among = (weights * scale.regrets(some) for some in (values, scale.plans))
    total, of_all = regrets.sum(axis=1), among.sum(axis=1)
    largest, of_each = regrets.max(axis=1), among.max(axis=1)
    size = float(np.abs(among).sum(axis=1).max())
    s, s_size = _between(total, of_all, size)
    r, r_size = _between(largest, of_each, size)
    q = _V * s + (1.0 - _V) * r
    details = {"S": total, "R": largest, "Q": q}
    return Scores(1.0 - q, max(1.0, s_size, r_size), scale.flat_notes, details)


def _between(values: Floats, among: Floats, size: float, /) -> tuple[Floats, float]:
    """(k,) how far each of (k,) values is from the least (0) to the largest (1) of ``among``, and
    how much larger than that way their terms are: by so much rounding weighs more.
    """
    least, largest = float(among.min()), float(among.max())
    way = largest - least
    if way <= FLAT * size:
        return np.zeros(len(values)), 1.0
    return (values - least) / way, size / way


METHODS = (
    Method(
        "vikor",
        "VIKOR",
        "range",
        {"range": ("compromise",)},
        _score,
        marked("the least and the largest S and R of the plans"),
    ),
)
