"""Logistic regression by maximum likelihood: Newton's method with step halving on standardised
features.

The likelihood has a maximum exactly where no hyperplane separates the classes (Albert and Anderson
1984). That it has one is proven here from a single point: at coefficients b with Hessian H, Newton
decrement d**2 = g' H^-1 g and leverages h_i = x_i' H^-1 x_i, the slope of the negative
log-likelihood along a direction u with max |x_i' u| = 1 is at least ``g'u + u'Hu (1 - exp(-s))``
after s steps, because its second derivative shrinks by no more than exp(-s) (Bach 2010). As ``|g'u|
<= d sqrt(u'Hu)`` and ``u'Hu >= 1 / max h_i``, the slope becomes positive in every direction if d**2
max h_i < 1. Without a maximum the product never falls below 1, so that no number of steps can
mislead.

References:
    A. Albert, J. A. Anderson, On the existence of maximum likelihood estimates in logistic
        regression models, Biometrika 71 (1984) 1-10.
    F. Bach, Self-concordant analysis for logistic regression, Electronic Journal of Statistics 4
        (2010) 384-414.
    P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd ed., Chapman and Hall 1989, chapter
        4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.fitting.dependence import Dependence, dependences_of, projected
from optimiser.fitting.least_squares import condition_of, padded
from optimiser.fitting.sample import FitError, Observations, SeparationError
from optimiser.fitting.separation import separation
from optimiser.fitting.tolerances import FLAT, FLOOR, SETTLED
from optimiser.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LogisticFit", "fit_logistic", "logit"]

_MOST_STEPS = 60
_MOST_HALVINGS = 40
#: the proof of a maximum leaves this room for rounding
_PROVEN = 0.5


@dataclass(frozen=True)
class LogisticFit:
    """``P(y = 1) = 1 / (1 + exp(-(intercept + sum(coefficients * x))))``, of the largest
    likelihood.

    Where features depend on one another it is the centred minimum-norm solution.

    Attributes:
        errors: the standard errors of the intercept and the p coefficients, from the information at
            the maximum; None where the data do not determine the number itself.
        deviance: minus twice the log-likelihood; ``null_deviance`` that of the intercept alone.
        rank, condition, weakest: as for a linear fit.
    """

    names: tuple[str, ...]
    intercept: Fraction
    coefficients: tuple[Fraction, ...]
    errors: tuple[float | None, ...]
    observations: int
    events: int
    rank: int
    deviance: float
    null_deviance: float
    condition: float | None
    weakest: tuple[str, ...]
    dependences: tuple[Dependence, ...]


def fit_logistic(sample: Observations, /) -> LogisticFit:
    """The maximum-likelihood fit with an intercept.

    Raises:
        SeparationError: the classes are separated, completely or nearly.
        FitError: the target is not 0 or 1, or the same in every row; or the search does not settle.
    """
    if not sample.binary:
        raise FitError(
            tr("the target of a logistic fit is 0 or 1"),
            help=tr("write 1 where the event happened and 0 where it did not"),
        )
    events = int(sum(sample.y))
    if events in (0, sample.observations):
        raise FitError(
            tr(
                "the target is {outcome} in every row, so that nothing can be learnt about the "
                "other outcome",
                outcome=min(1, events),
            ),
            help=tr("add rows of both outcomes"),
        )
    basis, dependences = dependences_of(sample)
    try:
        return _fit(sample, basis, dependences, events)
    except OverflowError:
        raise FitError(
            tr("the numbers are too large, or too far apart"), help=tr("choose other units")
        ) from None


def logit(probability: Fraction, /, *, digits: int) -> tuple[Fraction, Fraction]:
    """An enclosure of ``log(p / (1 - p))``, of a width of about ``10**-digits`` of its size; a
    single number at 1/2.

    Raises:
        ValueError: the probability is not strictly between 0 and 1.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability strictly between 0 and 1, got {probability}")
    odds = probability / (1 - probability)
    if odds == 1:
        return Fraction(0), Fraction(0)
    # near odds of 1 the logarithm is small and its relative error grows: digits are added for that
    nearness = abs(odds - 1)
    room = (
        digits
        + 10
        + max(0, math.ceil(-math.log10(nearness)) if nearness > Fraction(1, 10**300) else 400)
    )
    context = Context(prec=room, Emin=-999999, Emax=999999)
    quotient = context.divide(Decimal(odds.numerator), Decimal(odds.denominator))
    value = Fraction(context.ln(quotient))
    slack = abs(value) / 10**digits
    return value - slack, value + slack


def _fit(
    sample: Observations, basis: Sequence[int], dependences: tuple[Dependence, ...], events: int
) -> LogisticFit:
    n, p = sample.observations, len(sample.names)
    (z, centres), y = sample.centred(), sample.target()
    z = z[:, list(basis)]
    width = z.std(axis=0)
    x = np.column_stack([np.ones(n), z / width])
    # orthonormal columns: what is left of the condition number is the weights' alone
    q, mixing = np.linalg.qr(x)
    start = mixing[:, 0] * math.log(events / (n - events))
    found = _maximum(q, y, start)
    if found is None:
        raise _unsettled(sample)
    b = np.linalg.solve(mixing, found)
    units = [Fraction(float(w)) * sample.scales[j] for w, j in zip(width, basis, strict=True)]
    solution = [Fraction(float(value)) / unit for value, unit in zip(b[1:], units, strict=True)]
    coefficients = projected(padded(solution, basis, p), dependences)
    means = [sum(column, Fraction(0)) / n for column in sample.x]
    at_means = Fraction(float(b[0])) + _dot(solution, [means[j] - centres[j] for j in basis])
    intercept = at_means - _dot(coefficients, means)
    back = np.linalg.solve(mixing, np.linalg.inv(_root(q, found)))
    rate = events / n
    return LogisticFit(
        sample.names,
        intercept,
        coefficients,
        _errors(
            back @ back.T,
            [float(centres[j] / unit) for j, unit in zip(basis, units, strict=True)],
            units,
            (basis, p),
            dependences,
        ),
        n,
        events,
        len(basis) + 1,
        2 * _loss(q, y, found),
        -2 * (events * math.log(rate) + (n - events) * math.log1p(-rate)),
        *condition_of(sample, basis),
        dependences,
    )


def _unsettled(sample: Observations) -> FitError:
    """Why the search for the maximum found none."""
    reason = separation(sample)
    if reason is not None:
        fix = tr("leave a feature out, or add rows in which the outcomes overlap")
        return SeparationError(reason, help=fix)
    return FitError(
        tr("the search for the maximum of the likelihood does not settle"),
        help=tr("check the data for extreme values"),
    )


def _maximum(q: Floats, y: Floats, b: Floats) -> Floats | None:
    """The coefficients of the largest likelihood over orthonormal columns; None where there is no
    proof that one exists.
    """
    proven = False
    loss = _loss(q, y, b)
    for _ in range(_MOST_STEPS):
        r = _root(q, b)
        sizes = np.linalg.svd(r, compute_uv=False)
        # beyond, the rounding of the gradient would pass for a gradient of 0
        if sizes[-1] ** 2 <= FLOOR * len(y) * sizes[0] ** 2:
            return None
        logits = q @ b
        lowered = np.linalg.solve(r.T, q.T @ _missed(logits, y))
        step = np.linalg.solve(r, lowered)
        leverages = (np.linalg.solve(r.T, q.T) ** 2).sum(axis=0)
        proven |= bool(float(lowered @ lowered) * float(leverages.max()) < _PROVEN)
        change = float(np.abs(q @ step).max())
        for _ in range(_MOST_HALVINGS):
            moved = _loss(q, y, b + step)
            if moved <= loss + FLAT * abs(loss):
                break
            step = step / 2
        else:
            return b if proven else None
        b, loss = b + step, moved
        if proven and change <= SETTLED * max(1.0, float(np.abs(logits).max())):
            return b
    return b if proven else None


def _root(q: Floats, b: Floats) -> Floats:
    """An upper triangular r with r'r the Hessian: weights P (1 - P) of the rows of q."""
    small = np.exp(-np.abs(q @ b) / 2)
    return np.asarray(np.linalg.qr(q * (small / (1 + small * small))[:, None], mode="r"))


def _missed(logits: Floats, y: Floats) -> Floats:
    """(n,) y - P(y = 1), without cancellation where the probability is near y."""
    sign = 2 * y - 1
    return np.asarray(sign / (1 + np.exp(np.minimum(sign * logits, 700.0))))


def _loss(x: Floats, y: Floats, b: Floats) -> float:
    return math.fsum(np.logaddexp(0.0, -(2 * y - 1) * (x @ b)).tolist())


def _errors(
    covariance: Floats,
    centres: Sequence[float],
    units: Sequence[Fraction],
    place: tuple[Sequence[int], int],
    dependences: Sequence[Dependence],
) -> tuple[float | None, ...]:
    """Standard errors from the covariance of standardised features; ``place`` is the basis, and how
    many features there are.
    """
    basis, p = place
    at_zero = np.array([1.0, *(-centre for centre in centres)])
    found: list[float | None] = [
        None
        if any(d.value for d in dependences)
        else math.sqrt(float(at_zero @ covariance @ at_zero))
    ]
    for j in range(p):
        if any(dependence.coefficients[j] for dependence in dependences):
            found.append(None)
            continue
        i = list(basis).index(j)
        found.append(float(Fraction(math.sqrt(float(covariance[i + 1, i + 1]))) / units[i]))
    return tuple(found)


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((s * t for s, t in zip(a, b, strict=True)), Fraction(0))
