"""How far plans are from the best that any plan has at a sample of the uncertain parameters.

The regret of a plan at a sample is the largest distance of its objectives from the best values
there (Savage 1951; in several objectives the largest scaled distance from the ideal), as a share of
the range of the run; of the size of the best value, where the run has no range. Only samples count
in which the plan holds.

References:
    L. J. Savage, The theory of statistical decision, J. American Statistical Association 46 (1951)
        55-67.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.analysis.ideals import Ideals
    from optimiser.front import Flags, Floats
    from optimiser.results import Result

__all__ = ["Regret", "regrets"]


@dataclass(frozen=True)
class Regret:
    """How far a plan is from what is best at a sample, over the samples in which it holds.

    Attributes:
        max: of the largest distance in any objective, the largest.
        mean: of the same, the mean.
        objectives: of the distance in each objective alone, the largest and the mean.
    """

    max: float
    mean: float
    objectives: tuple[tuple[float, float], ...]


def regrets(result: Result, minimised: Floats, held: Flags, best: Ideals, /) -> list[Regret | None]:
    """Of each plan; None where it holds in no sample of known best values.

    Args:
        result: gives signs and ranges.
        minimised: (s, k, m) objectives.
        held: (s, k) whether a plan holds.
        best: of the same samples.
    """
    signs = result.front.signs
    ideal = best.values * signs
    # what is not proven to be the best may be worse than what is listed
    reached = np.where(held[..., np.newaxis], minimised, np.inf).min(axis=1)
    ideal = np.minimum(ideal, np.where(np.isfinite(reached), reached, np.inf))
    scale = np.abs(np.diff(result.ranking.ranges, axis=1)[:, 0])
    own = np.abs(ideal[np.isfinite(ideal).all(axis=1)]).max(axis=0, initial=0.0)
    scale = np.where(scale > 0.0, scale, np.where(own > 0.0, own, 1.0))
    apart = np.maximum(minimised - ideal[:, np.newaxis], 0.0) / scale
    found: list[Regret | None] = []
    for place in range(held.shape[1]):
        rows = apart[held[:, place] & np.isfinite(ideal).all(axis=1), place]
        if len(rows) == 0:
            found.append(None)
            continue
        worst = rows.max(axis=1)
        each = zip(rows.max(axis=0).tolist(), rows.mean(axis=0).tolist(), strict=True)
        found.append(Regret(float(worst.max()), float(worst.mean()), tuple(each)))
    return found
