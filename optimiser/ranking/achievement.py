"""Achievement: how far a plan is beyond the planner's targets, in the objective that is furthest
behind.

References:
    Wierzbicki, A. P. (1980). The use of reference objectives in multiobjective optimization. In:
    Multiple Criteria Decision Making: Theory and Application, Springer, 468-486.
    Miettinen, K. (1999). Nonlinear Multiobjective Optimization. Kluwer, 107-112 (augmentation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import UsageError
from optimiser.language import marked, stored, tr
from optimiser.ranking.method import Method, Scores, Yardstick
from optimiser.ranking.tolerances import AUGMENTATION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """min_j w_j (s_j - t_j) + rho sum_j w_j (s_j - t_j), with s the shares of the way from worst to
    best and t those of the targets; an objective without a target counts in the sum only, as far as
    it is from its best.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; there is one definition.

    Raises:
        UsageError: no objective that has a weight has a target.
    """
    del definition
    aimed = np.isfinite(scale.targets) & (weights > 0.0)
    if not aimed.any():
        raise UsageError(
            tr("no objective that has a weight has a target"),
            help=tr("state what you aim at: target: 120 at an objective"),
        )
    _, best = scale.ranges.T
    targets = np.where(aimed, scale.targets, best)
    terms = weights * (scale.regrets(targets[None, :]) - scale.regrets(values))
    counted = aimed & ~scale.flat
    least = terms[:, counted].min(axis=1) if counted.any() else np.zeros(len(values))
    notes = scale.flat_notes
    free = [n for n, own, w in zip(scale.names, aimed, weights, strict=True) if w > 0.0 and not own]
    if free and len(values) > 1:
        notes += (
            stored(
                "without a target, so it decides only between plans alike in the others: {names}",
                names=", ".join(free),
            ),
        )
    magnitude = float(np.abs(terms).sum(axis=1).max())
    return Scores(least + AUGMENTATION * terms.sum(axis=1), magnitude, notes, {"least": least})


METHODS = (
    Method(
        "achievement",
        marked("achievement of targets"),
        "range",
        {"range": ("augmented",)},
        _score,
    ),
)
