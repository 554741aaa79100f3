"""PROMETHEE II: in how many other plans a plan is preferred, less how many are preferred to it.

References:
    Brans, J.-P. & Vincke, P. (1985). A preference ranking organisation method (the PROMETHEE method
    for multiple criteria decision-making). Management Science, 31(6), 647-656.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import UsageError
from optimiser.language import marked, tr
from optimiser.ranking.method import Method, Scores, Yardstick, slices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]

_THRESHOLDS = {"usual": 0, "v_shape": 1, "linear": 2}


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """The net flow: the mean over the other plans of the weighted preference for a plan, less that
    against it.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; the definition is the
    preference function. A plan that is not of the front is compared with all of it, and counted as
    if it stood there in place of one: an equal one has the same score.
    """
    q, p = _thresholds(definition)
    others = max(1, len(scale.plans) - 1)
    ahead, behind = _usual(values, scale) if p == 0.0 else _linear(values, scale, q, p)
    positive = (weights * (ahead / others)).sum(axis=1)
    negative = (weights * (behind / others)).sum(axis=1)
    # objective by objective, so that the sum is of terms that all grow with the plan
    net = (weights * ((ahead - behind) / others)).sum(axis=1)
    return Scores(net, 1.0, details={"positive": positive, "negative": negative})


def _thresholds(definition: str, /) -> tuple[float, float]:
    """The difference up to which two plans are alike, and that from which one is preferred
    altogether, as shares of an objective's range; 0, 0 for the usual function.

    Raises:
        UsageError: it is none of the three.
    """
    name, *texts = definition.split(":")
    try:
        numbers = [float(text) for text in texts]
    except ValueError:
        numbers = [math.nan]
    known = len(numbers) == _THRESHOLDS.get(name, -1)
    q, p = ([0.0, 0.0] if name == "usual" else [0.0, *numbers])[-2:] if known else (0.0, math.nan)
    if not known or not (name == "usual" or 0.0 <= q < p < math.inf):
        raise UsageError(
            tr("'{text}' is no preference function", text=definition),
            help=tr(
                "write usual, v_shape:P or linear:Q:P; Q and P are shares of each objective's "
                "range, a difference up to Q counts 0, one from P on counts 1"
            ),
        )
    return q, p


def _usual(values: Floats, scale: Yardstick, /) -> tuple[Floats, Floats]:
    """(k, m) how many plans of the front are worse, and how many are better: steps are small whole
    numbers, and counted.
    """
    among = scale.steps(scale.plans)
    own = among if np.array_equal(values, scale.plans) else scale.steps(values)
    better, worse = np.empty(own.shape), np.empty(own.shape)
    least = min(own.min(initial=0), among.min(initial=0))
    most = max(own.max(initial=0), among.max(initial=0))
    for j in range(own.shape[1]):
        at = own[:, j] - least
        here = np.bincount(among[:, j] - least, minlength=most - least + 1)
        up_to = here.cumsum()
        better[:, j] = (up_to - here)[at]
        worse[:, j] = len(among) - up_to[at]
    return worse, better


def _linear(values: Floats, scale: Yardstick, q: float, p: float, /) -> tuple[Floats, Floats]:
    """(k, m) how much the plans of the front are worse, and better, each from 0 to 1."""
    own, among = scale.shares(values), scale.shares(scale.plans)
    ahead, behind = np.empty(own.shape), np.empty(own.shape)
    for rows in slices(len(own), len(among)):
        for j in range(own.shape[1]):
            by = own[rows, j, None] - among[:, j]
            for found, way in ((ahead, by), (behind, -by)):
                share = (way - q) / (p - q)
                found[rows, j] = np.clip(share, 0.0, 1.0, out=share).sum(axis=1)
    return ahead, behind


METHODS = (
    Method(
        "promethee2",
        "PROMETHEE II",
        "pairs",
        {"pairs": ("usual", "v_shape:", "linear:")},
        _score,
        marked("the plans that each is compared with"),
    ),
)
