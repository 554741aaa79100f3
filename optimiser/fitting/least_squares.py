"""Linear least squares, solved in exact rationals and rounded once.

Data are decimals, so the normal equations of the centred columns are whole numbers, and elimination
without fractions solves them exactly: what makes normal equations a poor method in floating point,
the squared condition number, costs digits of a float and none of a whole number. The rank is exact
too. Large samples (see ``EXACT_WORK``) go through the QR decomposition of the centred columns of
unit length instead.

References:
    A. Bjorck, Numerical Methods for Least Squares Problems, SIAM 1996 (estimable functions: section
        1.4; QR: chapter 2).
    D. A. Belsley, E. Kuh, R. E. Welsch, Regression Diagnostics, Wiley 1980 (condition numbers of
        scaled columns).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimiser.fitting.bareiss import inverse
from optimiser.fitting.dependence import (
    EXACT_FEATURES,
    EXACT_WORK,
    Dependence,
    centred_moments,
    dependences_of,
    projected,
)
from optimiser.fitting.sample import FitError, Observations
from optimiser.language import tr

__all__ = ["LinearFit", "condition_of", "fit_linear", "padded", "root"]

#: a feature with this share of the largest entry of a singular vector takes part in it
_SHARE = 0.1


@dataclass(frozen=True)
class LinearFit:
    """``y = intercept + sum(coefficients * x)``, of the smallest sum of squared residuals.

    Where features depend on one another it is the centred minimum-norm solution: of all best fits
    the one with the smallest sum of squared coefficients, the intercept not counted.

    Attributes:
        errors: the standard errors of the intercept and of the p coefficients; None where the data
            do not determine the number itself, or nothing is left to estimate the scatter from.
        r_squared: the share of the target's variance that is explained; None where the target does
            not vary.
        residual_sd: the estimated standard deviation of the scatter; None without degrees of
            freedom.
        rank: of the features and the intercept together.
        condition: the largest by the smallest singular value of the centred columns of unit length;
            None where the rank is not full.
        weakest: the features that the direction of the smallest singular value mixes.
    """

    names: tuple[str, ...]
    intercept: Fraction
    coefficients: tuple[Fraction, ...]
    errors: tuple[float | None, ...]
    observations: int
    rank: int
    r_squared: float | None
    residual_sd: float | None
    condition: float | None
    weakest: tuple[str, ...]
    dependences: tuple[Dependence, ...]


def fit_linear(sample: Observations, /) -> LinearFit:
    """The least-squares fit with an intercept.

    Raises:
        FitError: the numbers are out of the range of floating point.
    """
    basis, dependences = dependences_of(sample)
    p = len(sample.names)
    exact = p <= EXACT_FEATURES and sample.observations * p * p <= EXACT_WORK
    try:
        solved = _exact(sample, basis) if exact else _rounded(sample, basis)
        return _fit(sample, solved, basis, dependences)
    except OverflowError:
        raise FitError(
            tr("the numbers are too large, or too far apart"), help=tr("choose other units")
        ) from None


def condition_of(
    sample: Observations, basis: Sequence[int], /
) -> tuple[float | None, tuple[str, ...]]:
    """The condition number of the centred columns of unit length, and the features that the weakest
    direction mixes.

    None and no features where some depend on one another exactly.
    """
    if len(basis) < len(sample.names):
        return None, ()
    x, _ = sample.centred()
    _, sizes, right = np.linalg.svd(x / np.linalg.norm(x, axis=0), full_matrices=False)
    weakest = np.abs(right[-1])
    mixed = tuple(
        name
        for name, share in zip(sample.names, weakest, strict=True)
        if share >= _SHARE * weakest.max()
    )
    # beyond the precision of the columns themselves nothing is measured
    return float(sizes[0] / max(sizes[-1], sizes[0] * np.finfo(np.float64).eps)), mixed


def padded(values: Sequence[Fraction], basis: Sequence[int], width: int, /) -> list[Fraction]:
    """Coefficients of all features, those outside the basis 0."""
    found = [Fraction(0)] * width
    for place, value in zip(basis, values, strict=True):
        found[place] = value
    return found


@dataclass(frozen=True, eq=False)
class _Solved:
    """The fit over the b features of a basis.

    ``spread`` is the inverse of their centred sums of products; ``squares`` the total and the
    residual sum of squares.
    """

    coefficients: list[Fraction]
    spread: list[list[Fraction]]
    squares: tuple[Fraction, Fraction]


def _exact(sample: Observations, basis: Sequence[int]) -> _Solved:
    moments, n = centred_moments(sample), sample.observations
    products, units, target = moments.products, moments.units, moments.units[-1]
    whole = inverse([[products[j][k] for k in basis] for j in basis])
    right = [products[j][-1] for j in basis]
    solution = [sum((a * b for a, b in zip(row, right, strict=True)), Fraction(0)) for row in whole]
    explained = sum((a * b for a, b in zip(solution, right, strict=True)), Fraction(0))
    scale = n * target * target
    return _Solved(
        [value * Fraction(units[j], target) for j, value in zip(basis, solution, strict=True)],
        [
            [n * whole[a][b] * units[j] * units[k] for b, k in enumerate(basis)]
            for a, j in enumerate(basis)
        ],
        (Fraction(products[-1][-1], scale), (products[-1][-1] - explained) / scale),
    )


def _rounded(sample: Observations, basis: Sequence[int]) -> _Solved:
    x, y = sample.centred()[0][:, list(basis)], sample.target()
    y = y - y.mean()
    units = [sample.scales[j] for j in basis]
    lengths = np.linalg.norm(x, axis=0)
    q, r = np.linalg.qr(x / lengths)
    backward = np.linalg.solve(r, np.eye(len(basis))) / lengths[:, None]
    solution = backward @ (q.T @ y)
    residual = y - x @ solution
    # one step of refinement: the residual is small, so that its own fit is nearly free of rounding
    solution = solution + backward @ (q.T @ residual)
    residual = y - x @ solution
    spread = backward @ backward.T
    return _Solved(
        [Fraction(float(value)) / unit for value, unit in zip(solution, units, strict=True)],
        [
            [Fraction(float(v)) / unit / other for v, other in zip(row, units, strict=True)]
            for row, unit in zip(spread, units, strict=True)
        ],
        (Fraction(float(y @ y)), Fraction(float(residual @ residual))),
    )


def _fit(
    sample: Observations, solved: _Solved, basis: Sequence[int], dependences: tuple[Dependence, ...]
) -> LinearFit:
    n, p, rank = sample.observations, len(sample.names), len(basis) + 1
    total, residual = solved.squares
    coefficients = projected(padded(solved.coefficients, basis, p), dependences)
    means = [sum(column, Fraction(0)) / n for column in sample.x]
    intercept = sum(sample.y, Fraction(0)) / n - sum(
        (c * mean for c, mean in zip(coefficients, means, strict=True)), Fraction(0)
    )
    scatter = residual / (n - rank) if n > rank else None
    variances = _variances(solved, basis, dependences, means, n)
    return LinearFit(
        sample.names,
        intercept,
        coefficients,
        tuple(
            None if scatter is None or variance is None else root(scatter * variance)
            for variance in variances
        ),
        n,
        rank,
        float(1 - residual / total) if total else None,
        None if scatter is None else root(scatter),
        *condition_of(sample, basis),
        dependences,
    )


def _variances(
    solved: _Solved,
    basis: Sequence[int],
    dependences: Sequence[Dependence],
    means: Sequence[Fraction],
    n: int,
) -> list[Fraction | None]:
    """What the scatter's variance is multiplied by, for the intercept and every feature; None where
    not determined.
    """
    spread, centre = solved.spread, [means[j] for j in basis]
    at_mean = sum(
        (a * b * spread[i][k] for i, a in enumerate(centre) for k, b in enumerate(centre)),
        Fraction(1, n),
    )
    found: list[Fraction | None] = [None if any(d.value for d in dependences) else at_mean]
    place = {j: i for i, j in enumerate(basis)}
    for j in range(len(means)):
        open_ = any(dependence.coefficients[j] for dependence in dependences)
        found.append(None if open_ else spread[place[j]][place[j]])
    return found


def root(value: Fraction, /) -> float:
    """The square root of a fraction that may be out of the range of floats, rounded once or
    twice.
    """
    if value <= 0:
        return 0.0
    shift = (value.numerator.bit_length() - value.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(value / Fraction(4) ** shift), shift)
