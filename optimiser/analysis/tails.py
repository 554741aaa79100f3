"""What a value comes to over samples: its mean, what it reaches in nine samples of ten, its worst,
and the mean of its tail.

The conditional value at risk of level a is the mean of the worst 1 - a of all outcomes::

    CVaR_a = min over t of  t + E[max(0, loss - t)] / (1 - a)

With outcomes of given probability that is a linear program whose answer is had by sorting: outcomes
from the worst on until their probabilities make up the tail, the last one as far as it is needed
(Rockafellar and Uryasev 2002, proposition 8). It is linear in the tail and never better than the
mean, which it is at level 0; a level towards 1 makes it the worst outcome.

References:
    R. T. Rockafellar, S. Uryasev, Conditional value-at-risk for general loss distributions, J.
        Banking & Finance 26 (2002) 1443-1471.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.errors import UsageError
from optimiser.front import finite
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["LEVEL", "SampledObjective", "checked", "cvar", "spread"]

LEVEL: Final = 0.9
"""The level of CVaR unless another is asked for: the tail is the worst tenth."""


@dataclass(frozen=True)
class SampledObjective:
    """An objective of a plan over the samples in which it is defined, in the user's units and
    directions; None where it is defined in none.

    Attributes:
        mean: of all values.
        p5: what one value in twenty lies below.
        p95: what one value in twenty lies above.
        worst: the worst value.
        cvar: the mean of the worst ones.
    """

    mean: float | None
    p5: float | None
    p95: float | None
    worst: float | None
    cvar: float | None


def checked(level: float, /) -> float:
    """A level of CVaR as it is.

    Raises:
        UsageError: it is none.
    """
    if not 0.0 <= level < 1.0:
        raise UsageError(
            tr("CVaR of level {level:g}", level=level),
            help=tr("a level is a share, from 0 to below 1: 0.9 takes the worst tenth"),
        )
    return level


def cvar(losses: Floats, level: float, /, *, shares: Floats | None = None) -> Floats:
    """The mean of the worst outcomes.

    Args:
        losses: (s, ...) outcomes, the larger the worse.
        level: the share of all outcomes that is left out, from 0 to below 1.
        shares: (s,) the probability of each outcome; None where all are as likely.

    Returns:
        (...) of each column.

    >>> profits = np.array([-100.0, -20.0, 0.0, 50.0])
    >>> round(float(cvar(-profits, 0.8, shares=np.array([0.1, 0.3, 0.4, 0.2]))), 9)
    60.0
    """
    order = np.argsort(-losses, axis=0, kind="stable")
    sorted_losses = np.take_along_axis(losses, order, axis=0)
    tail = 1.0 - level
    if shares is None:
        # whole outcomes, and a part of one more
        count = tail * len(losses)
        taken = np.clip(count - np.arange(len(losses)), 0.0, 1.0)
        return np.asarray(np.tensordot(taken, sorted_losses, axes=1) / taken.sum())
    weights = np.broadcast_to(shares.reshape(-1, *[1] * (losses.ndim - 1)), losses.shape)
    weights = np.take_along_axis(weights / shares.sum(), order, axis=0)
    before = np.cumsum(weights, axis=0) - weights
    taken = np.clip(tail - before, 0.0, weights)
    return np.asarray((taken * sorted_losses).sum(axis=0) / taken.sum(axis=0))


def spread(values: Floats, sign: float, level: float, /) -> tuple[SampledObjective, ...]:
    """(s, k) values of an objective -> what it comes to for each of the k plans.

    Args:
        values: the user's units and directions; NaN where undefined.
        sign: +1 where smaller is better, -1 where larger is.
        level: of CVaR.
    """
    known = np.isfinite(values)
    if known.all():
        return _spread(values, sign, level)
    return tuple(
        _spread(own[there][:, np.newaxis], sign, level)[0]
        if there.any()
        else SampledObjective(None, None, None, None, None)
        for own, there in zip(values.T, known.T, strict=True)
    )


def _spread(values: Floats, sign: float, level: float) -> tuple[SampledObjective, ...]:
    low, high = values.min(axis=0), values.max(axis=0)
    p5, p95 = np.quantile(values, (0.05, 0.95), axis=0)
    columns = (
        values.mean(axis=0),
        p5,
        p95,
        high if sign > 0 else low,
        cvar(values * sign, level) * sign,
    )
    # means of equal numbers are rounded
    within = np.clip(np.array(columns), low, high) + 0.0
    return tuple(SampledObjective(*map(finite, row)) for row in within.T.tolist())
