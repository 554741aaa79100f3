"""Weights that reproduce stated scores: what the statements leave open, and two defensible choices
among what fits.

A score is a weighted mean of ratings. Where the score is published and the weights are not, each
statement is one linear equation in the weights, which are non-negative and sum to 1; two or more
unknown weights are left open as a rule.

References:
    Jaynes, E. T. (1957). Information theory and statistical mechanics. Physical Review, 106(4),
        620-630.
    Lawson, C. L. & Hanson, R. J. (1974). Solving Least Squares Problems. Prentice-Hall, chapter 23
        (least distance).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.tolerances import LEAST_STEP, SAME_RATING, SINGULAR, SUFFICIENT_GAIN
from optimiser.errors import InfeasibleError, UsageError
from optimiser.front import sealed
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.front import Flags, Floats

__all__ = ["Calibration", "calibrate"]

_CALL = marked("for example: calibrate([5, 4, 3, 4], 4.2)")
_STEPS = 200


def calibrate(
    ratings: Sequence[Sequence[float]] | Sequence[float], scores: Sequence[float] | float, /
) -> Calibration:
    """Find the weights whose weighted means of ``ratings`` are ``scores``.

    Args:
        ratings: (r, n), one row for each stated score; a single row may be given by itself.
        scores: (r,) the stated scores; a single one may be given by itself.

    Returns:
        How far the weights are known, those of largest entropy, and those nearest to equal.

    Raises:
        InfeasibleError: no weights reproduce the scores.
        UsageError: the numbers are not finite, or do not belong together.
    """
    try:
        rows, targets = (
            np.atleast_2d(np.array(ratings, dtype=float)),
            np.atleast_1d(np.array(scores, dtype=float)),
        )
    except (TypeError, ValueError):
        raise UsageError(
            tr("ratings and scores must be numbers, with the same number of ratings in each row"),
            help=tr(_CALL),
        ) from None
    if rows.ndim != 2 or rows.shape[1] == 0 or targets.shape != rows.shape[:1]:
        raise UsageError(
            tr(
                "each stated score needs one row of ratings; got {shape} ratings and {count} "
                "scores",
                shape="x".join(map(str, rows.shape)),
                count=targets.size,
            ),
            help=tr(_CALL),
        )
    if not (np.isfinite(rows).all() and np.isfinite(targets).all()):
        raise UsageError(
            tr("ratings and scores must be finite numbers"),
            help=tr("leave a statement out that has no number"),
        )
    # Shifted and scaled row by row, which changes nothing: the weights sum to 1.
    spread = np.ptp(rows, axis=1)
    _check_each(rows, targets, spread)
    scale = np.where(spread > 0, spread, 1.0)
    moments = (rows - targets[:, None]) / scale[:, None]
    lower, upper = _intervals(moments)
    free = upper > SAME_RATING
    entropy, nearest = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    entropy[free], nearest[free] = (
        _largest_entropy(moments[:, free]),
        _nearest_to_equal(moments[:, free], rows.shape[1]),
    )
    rank = int(
        np.linalg.matrix_rank(
            np.vstack([np.ones(rows.shape[1]), moments]), tol=SAME_RATING * np.sqrt(rows.shape[1])
        )
    )
    return Calibration(sealed(entropy), sealed(nearest), sealed(lower), sealed(upper), rank)


def _check_each(rows: Floats, targets: Floats, spread: Floats, /) -> None:
    """A mean lies between the smallest and the largest rating: the commonest reason why nothing
    fits, and easy to name.
    """
    for row, target, width in zip(rows, targets.tolist(), spread.tolist(), strict=True):
        least, most = float(row.min()), float(row.max())
        room = SAME_RATING * (width or max(1.0, abs(most)))
        if not least - room <= target <= most + room:
            raise InfeasibleError(
                tr(
                    "no weights reproduce the score {score:g}: a mean of these ratings lies "
                    "between {least:g} and {most:g}",
                    score=target,
                    least=least,
                    most=most,
                ),
                help=tr("check the score, or whether it is a mean of these ratings at all"),
            )


def _intervals(moments: Floats, /) -> tuple[Floats, Floats]:
    """The least and the largest value of each weight, (n,) each, by linear programs over the
    weights that fit.
    """
    from scipy.optimize import linprog

    rows, right = (
        np.vstack([np.ones(moments.shape[1]), moments]),
        np.array([1.0, *[0.0] * len(moments)]),
    )
    bounds = []
    for sign in (1.0, -1.0):
        found = []
        for unit in np.eye(moments.shape[1]):
            answer = linprog(sign * unit, A_eq=rows, b_eq=right, bounds=(0, 1), method="highs")
            if answer.x is None:
                raise InfeasibleError(
                    tr("no weights reproduce all of the stated scores together"),
                    help=tr("leave statements out to see which disagree"),
                )
            found.append(float(np.clip(answer.x @ unit, 0.0, 1.0)))
        bounds.append(np.array(found))
    return bounds[0], np.maximum(bounds[0], bounds[1])


def _largest_entropy(moments: Floats, /) -> Floats:
    """Maximise -sum w log w over w > 0 with sum w = 1 and ``moments @ w = 0``.

    The maximum is w_i proportional to exp(l @ moments[:, i]), where l minimises the convex log sum
    exp(l @ moments): its gradient is ``moments @ w``, its Hessian their covariance under w. Weights
    that are 0 in everything that fits are left out before: then a solution with all weights
    positive exists, and the minimum is attained.
    """
    dual = np.zeros(len(moments))
    value, weights = _partition(dual, moments)
    for _ in range(_STEPS):
        gradient = moments @ weights
        covariance = (moments * weights) @ moments.T - np.outer(gradient, gradient)
        step = -np.linalg.lstsq(covariance, gradient, rcond=SINGULAR)[0]
        length = 1.0
        while length > LEAST_STEP:
            moved, changed = _partition(dual + length * step, moments)
            if moved <= value + SUFFICIENT_GAIN * length * float(gradient @ step):
                break
            # near the minimum the gradient still tells where the value no longer does
            if np.abs(moments @ changed).max() <= np.abs(gradient).max() / 2:
                break
            length /= 2
        else:
            break  # nothing left to gain at this precision
        dual, value, weights = dual + length * step, moved, changed
    return weights


def _partition(dual: Floats, moments: Floats, /) -> tuple[float, Floats]:
    exponents = dual @ moments
    largest = exponents.max()
    parts = np.exp(exponents - largest)
    return float(largest + np.log(parts.sum())), parts / parts.sum()


def _nearest_to_equal(moments: Floats, count: int, /) -> Floats:
    """Minimise the sum of (w_i - 1/count)² over w >= 0 with sum w = 1 and ``moments @ w = 0``.

    With w = w0 + N z, w0 the nearest point of the plane and N an orthonormal basis of its
    directions, this is the least distance problem min |z| subject to N z >= -w0, which non-negative
    least squares solves exactly.
    """
    from scipy.linalg import null_space
    from scipy.optimize import nnls

    rows, right = (
        np.vstack([np.ones(moments.shape[1]), moments]),
        np.array([1.0, *[0.0] * len(moments)]),
    )
    equal = np.full(moments.shape[1], 1.0 / count)
    nearest = equal + np.linalg.lstsq(rows, right - rows @ equal, rcond=None)[0]
    directions = null_space(rows, rcond=SAME_RATING)
    if (nearest >= 0).all() or directions.shape[1] == 0:
        projected: Floats = np.maximum(nearest, 0.0)
        return projected
    system = np.vstack([directions.T, -nearest])
    multipliers, _ = nnls(system, np.array([*[0.0] * directions.shape[1], 1.0]))
    residual = system @ multipliers - np.array([*[0.0] * directions.shape[1], 1.0])
    moved: Floats = np.maximum(nearest + directions @ (-residual[:-1] / residual[-1]), 0.0)
    return moved


@dataclass(frozen=True, eq=False)
class Calibration:
    """What stated scores say about the n weights behind them.

    Attributes:
        weights: (n,) of all that fit, those of largest entropy: they assume least beyond the
            statements.
        nearest: (n,) of all that fit, those nearest to equal weights (least squares).
        lower, upper: (n,) the least and the largest value that each weight takes among all that
            fit.
        rank: how many independent equations there are, "the weights sum to 1" included; n weights
            need n of them.
    """

    weights: Floats
    nearest: Floats
    lower: Floats
    upper: Floats
    rank: int

    @property
    def known(self) -> Flags:
        """(n,) which weights are the same in everything that fits."""
        return np.asarray(self.upper - self.lower <= 2 * SAME_RATING)

    @property
    def identified(self) -> bool:
        """Whether one single set of weights fits."""
        return bool(self.known.all())
