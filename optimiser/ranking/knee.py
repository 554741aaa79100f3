"""Knee: how much is lost in some objectives for what is gained in others by leaving a plan for any
other one.

References:
    Das, I. (1999). On characterizing the "knee" of the Pareto curve based on normal-boundary
    intersection. Structural Optimization, 18(2), 107-115.
    Branke, J., Deb, K., Dierolf, H. & Osswald, M. (2004). Finding knees in multi-objective
    optimization. PPSN VIII, LNCS 3242, 722-731.
    Rachmawati, L. & Srinivasan, D. (2009). Multiobjective evolutionary algorithm with controllable
    focus on the knees of the Pareto front. IEEE Transactions on Evolutionary Computation, 13(4),
    810-824 (the measure taken here: the least trade-off).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import marked
from optimiser.ranking.method import Method, Scores, Yardstick, slices
from optimiser.ranking.tolerances import EQUAL_SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """The least of L / (L + G) over the plans q of the front that are better in something: L what q
    is worse and G what it is better in, in weighted shares of the ranges.

    1: nothing is better in anything. Above 1/2: each gain costs more than it is worth. On a
    straight front all plans have 1/2, and a plan that another one dominates has 0.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.
    """
    del definition
    own, among = (weights * scale.near_regrets(some) for some in (values, scale.plans))
    rounding = EQUAL_SCORES * np.abs(among).max(axis=0)
    scores = np.empty(len(own))
    for rows in slices(len(own), len(among)):
        lost, gained = (np.zeros((len(own[rows]), len(among))) for _ in range(2))
        for j, least in enumerate(rounding):
            by = among[:, j] - own[rows, j, None]
            by[np.abs(by) <= least] = 0.0
            lost += np.maximum(by, 0.0)
            gained -= np.minimum(by, 0.0)
        worth = np.divide(gained, lost, out=np.full(gained.shape, np.inf), where=lost > 0.0)
        worth[gained == 0.0] = 0.0
        scores[rows] = 1.0 / (1.0 + worth.max(axis=1))
    return Scores(scores, notes=scale.flat_notes)


METHODS = (
    Method(
        "knee",
        marked("knee"),
        "range",
        {"range": ("trade_off",)},
        _score,
        marked("the plans that each is compared with"),
    ),
)
