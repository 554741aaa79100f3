"""What the features of a sample have in common: linear dependences, and what they leave
undetermined.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from optimiser.fitting.bareiss import null_space, solve
from optimiser.fitting.sample import Observations
from optimiser.fitting.tolerances import ROUNDING

__all__ = [
    "EXACT_FEATURES",
    "EXACT_WORK",
    "Dependence",
    "Moments",
    "centred_moments",
    "dependences_of",
    "groups_of",
    "projected",
]

#: up to so many features, and n * p**2 of so much, moments are exact
EXACT_FEATURES, EXACT_WORK = 20, 1_000_000


@dataclass(frozen=True)
class Dependence:
    """``sum(c_j * x_j) == value`` in every observation: what it leaves open, no fit can tell.

    Attributes:
        coefficients: the p coefficients c, whole numbers without a common divisor, the first of
            them positive.
    """

    coefficients: tuple[Fraction, ...]
    value: Fraction


@dataclass(frozen=True, eq=False)
class Moments:
    """Centred sums of products in whole numbers: feature j counts in units of ``1 / units[j]``, all
    sums n times.

    ``products[j][k] = n * sum(x_j x_k) - sum(x_j) * sum(x_k)``; the target is the last column.
    """

    units: tuple[int, ...]
    products: list[list[int]]


def centred_moments(sample: Observations, /) -> Moments:
    """The moments of the features and the target, exactly."""
    columns = [*sample.x, sample.y]
    units = [math.lcm(*{value.denominator for value in column}) for column in columns]
    whole = [
        [value.numerator * (unit // value.denominator) for value in column]
        for column, unit in zip(columns, units, strict=True)
    ]
    sums = [sum(column) for column in whole]
    n, size = sample.observations, len(columns)
    products = [[0] * size for _ in range(size)]
    for j in range(size):
        for k in range(j, size):
            total = sum(a * b for a, b in zip(whole[j], whole[k], strict=True))
            products[j][k] = products[k][j] = n * total - sums[j] * sums[k]
    return Moments(tuple(units), products)


def dependences_of(sample: Observations, /) -> tuple[tuple[int, ...], tuple[Dependence, ...]]:
    """Features that determine all others, and how: exactly where the sample is not too large, else
    by singular values.
    """
    p = len(sample.names)
    if p <= EXACT_FEATURES and sample.observations * p * p <= EXACT_WORK:
        moments = centred_moments(sample)
        pivots, vectors = null_space([row[:p] for row in moments.products[:p]], p)
        raw = [
            [unit * value for unit, value in zip(moments.units, vector, strict=False)]
            for vector in vectors
        ]
    else:
        pivots, raw = _rounded_null_space(sample)
    return tuple(pivots), tuple(_dependence(sample, vector) for vector in raw)


def groups_of(
    dependences: Sequence[Dependence], names: Sequence[str], /
) -> tuple[tuple[str, ...], ...]:
    """The features that cannot be told apart: those that dependences connect, each group in the
    order of ``names``.
    """
    groups: list[set[int]] = []
    for dependence in dependences:
        joined = {j for j, c in enumerate(dependence.coefficients) if c}
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return tuple(tuple(names[j] for j in sorted(group)) for group in sorted(groups, key=min))


def projected(
    coefficients: Sequence[Fraction], dependences: Sequence[Dependence], /
) -> tuple[Fraction, ...]:
    """The shortest of the coefficients that predict the same on the data: those orthogonal to every
    dependence.
    """
    if not dependences:
        return tuple(coefficients)
    basis = [dependence.coefficients for dependence in dependences]
    gram = [[_dot(a, b) for b in basis] for a in basis]
    shares = solve(gram, [_dot(vector, coefficients) for vector in basis])
    return tuple(
        value
        - sum((share * vector[j] for share, vector in zip(shares, basis, strict=True)), Fraction(0))
        for j, value in enumerate(coefficients)
    )


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((s * t for s, t in zip(a, b, strict=True)), Fraction(0))


def _dependence(sample: Observations, vector: Sequence[Fraction]) -> Dependence:
    common = math.lcm(*(value.denominator for value in vector))
    divisor = math.gcd(*(int(value * common) for value in vector))
    scale = Fraction(common, divisor)
    if next(value for value in vector if value) < 0:
        scale = -scale
    whole = tuple(value * scale for value in vector)
    return Dependence(whole, _dot(whole, [column[0] for column in sample.x]))


def _rounded_null_space(sample: Observations) -> tuple[list[int], list[list[Fraction]]]:
    """The same in floating point: singular values of the centred columns of unit length below
    max(n, p) * eps are 0.
    """
    x, _ = sample.centred()
    lengths = np.linalg.norm(x, axis=0)
    _, sizes, right = np.linalg.svd(x / lengths, full_matrices=len(x) < x.shape[1])
    tolerance = max(x.shape) * np.finfo(np.float64).eps * sizes[0]
    null = right[int((sizes > tolerance).sum()) :]
    # columns from the last, so that later features are expressed by earlier ones
    reduced = null.copy()
    free: list[int] = []
    for column in range(x.shape[1] - 1, -1, -1):
        done = len(free)
        if done == len(reduced):
            break
        best = done + int(np.abs(reduced[done:, column]).argmax())
        if abs(reduced[best, column]) <= ROUNDING:
            continue
        reduced[[done, best]] = reduced[[best, done]]
        reduced[done] /= reduced[done, column]
        for i in range(len(reduced)):
            if i != done:
                reduced[i] -= reduced[i, column] * reduced[done]
        free.append(column)
    reduced[
        np.abs(reduced) <= ROUNDING * np.abs(reduced).max(axis=1, initial=1.0, keepdims=True)
    ] = 0.0
    units = [
        Fraction(float(length / lengths.max())) * scale
        for length, scale in zip(lengths, sample.scales, strict=True)
    ]
    vectors = [
        [_digits(Fraction(float(v)) / unit) for v, unit in zip(row, units, strict=True)]
        for row in reduced
    ]
    return [column for column in range(x.shape[1]) if column not in free], vectors


def _digits(value: Fraction) -> Fraction:
    """Twelve significant digits of a number."""
    return Fraction(Context(prec=12).divide(Decimal(value.numerator), Decimal(value.denominator)))
