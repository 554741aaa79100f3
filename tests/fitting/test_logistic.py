"""Logistic regression against published fits, against fifty digits, and where no fit exists."""

from __future__ import annotations

import random
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction

import pytest

from optimiser.fitting import (
    FitError,
    LogisticFit,
    Observations,
    SeparationError,
    fit_logistic,
    logit,
)
from optimiser.fitting.separation import separation
from tests.fitting.published import SPECTOR, SPECTOR_TARGET


def sample_of(x: list[list[int]], y: list[int]) -> Observations:
    return Observations(
        tuple(f"x{j + 1}" for j in range(len(x))),
        tuple(tuple(Fraction(v) for v in column) for column in x),
        tuple(Fraction(v) for v in y),
    )


SPECTOR_SAMPLE = Observations(
    ("gpa", "tuce", "psi"), tuple(tuple(SPECTOR[k::4]) for k in range(3)), tuple(SPECTOR_TARGET)
)

# temperatures of 23 launches of the space shuttle and whether an O-ring was damaged: S. R. Dalal,
# E. B. Fowlkes, B. Hoadley, Risk analysis of the space shuttle, J. Amer. Statist. Assoc. 84 (1989)
# 945-957
LAUNCHES = [
    (53, 1),
    (57, 1),
    (58, 1),
    (63, 1),
    (66, 0),
    (67, 0),
    (67, 0),
    (67, 0),
    (68, 0),
    (69, 0),
    (70, 1),
    (70, 0),
    (70, 1),
    (70, 0),
    (72, 0),
    (73, 0),
    (75, 0),
    (75, 1),
    (76, 0),
    (76, 0),
    (78, 0),
    (79, 0),
    (81, 0),
]


def estimates(fit: LogisticFit) -> list[float]:
    return [float(fit.intercept), *map(float, fit.coefficients)]


def test_spector_and_mazzeo() -> None:
    """As printed by Stata's glm (and, shorter, by W. H. Greene, Econometric Analysis): its last
    digits are its own.
    """
    fit = fit_logistic(SPECTOR_SAMPLE)
    assert estimates(fit) == pytest.approx(
        [-13.021345912635, 2.8261124216999, 0.09515765001172, 2.3786875040587], rel=2e-7
    )
    assert fit.errors == pytest.approx(
        [4.931323890811, 1.2629410221647, 0.141554201358, 1.0645642078703], rel=2e-7
    )
    assert fit.deviance == pytest.approx(25.77926844426287, rel=1e-12)
    assert (fit.observations, fit.events, fit.rank) == (32, 11, 4)


def test_the_space_shuttle() -> None:
    fit = fit_logistic(sample_of([[t for t, _ in LAUNCHES]], [d for _, d in LAUNCHES]))
    assert estimates(fit) == pytest.approx([15.0429, -0.2322], abs=5e-5)


def test_fifty_digits() -> None:
    """The same maximum by Newton's method in decimal arithmetic: the fit is right to the last
    digits of a float.
    """
    fit = fit_logistic(SPECTOR_SAMPLE)
    with localcontext() as context:
        context.prec = 50
        exact = _newton([*map(Decimal, map(repr, estimates(fit)))])
        assert estimates(fit) == pytest.approx([float(value) for value in exact], rel=1e-13)


def _newton(b: list[Decimal]) -> list[Decimal]:
    rows = [[Decimal(1), *(_decimal(column[i]) for column in SPECTOR_SAMPLE.x)] for i in range(32)]
    y = [_decimal(value) for value in SPECTOR_SAMPLE.y]
    for _ in range(6):
        p = [
            1 / (1 + (-sum((c * v for c, v in zip(b, row, strict=True)), Decimal(0))).exp())
            for row in rows
        ]
        system = [
            [
                *(
                    sum(
                        (r[j] * r[k] * q * (1 - q) for r, q in zip(rows, p, strict=True)),
                        Decimal(0),
                    )
                    for k in range(4)
                ),
                sum((r[j] * (t - q) for r, t, q in zip(rows, y, p, strict=True)), Decimal(0)),
            ]
            for j in range(4)
        ]
        for j in range(4):
            system[j] = [value / system[j][j] for value in system[j]]
            for i in range(4):
                if i != j:
                    system[i] = [
                        u - system[i][j] * v for u, v in zip(system[i], system[j], strict=True)
                    ]
        b = [u + row[4] for u, row in zip(b, system, strict=True)]
    return b


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def test_collinear_features_share_the_effect() -> None:
    """The probabilities are those of one feature alone; the coefficients are the shortest that give
    them.
    """
    t, d = [t for t, _ in LAUNCHES], [d for _, d in LAUNCHES]
    alone = fit_logistic(sample_of([t], d))
    both = fit_logistic(sample_of([t, [2 * v + 1 for v in t]], d))
    assert both.rank == 2
    assert both.errors == (None, None, None)
    assert both.deviance == pytest.approx(alone.deviance, rel=1e-13)
    # orthogonal to (2, -1), and a + 2 b is the slope of one alone
    slope = float(alone.coefficients[0])
    assert [float(c) for c in both.coefficients] == pytest.approx(
        [slope / 5, 2 * slope / 5], rel=1e-12
    )


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (
            [[1, 2, 3, 4]],
            [0, 0, 1, 1],
            "separated by 'x1': it is at most 2 in every row with target 0 and at least 3",
        ),
        (
            [[1, 2, 3, 4]],
            [1, 1, 0, 0],
            "separated by 'x1': it is at most 2 in every row with target 1 and at least 3",
        ),
        ([[1, 2, 2, 4]], [0, 0, 1, 1], "quasi-separated by 'x1'"),
        (
            [[0, 1, 1, 2, 0, 3], [1, 0, 3, 2, 2, 0]],
            [0, 0, 1, 1, 1, 1],
            "separated: 'x1' and 'x2' together predict every row",
        ),
        (
            [[0, 1, 1, 2, 0, 1], [1, 0, 1, 0, 2, 1]],
            [0, 0, 0, 1, 1, 1],
            "quasi-separated: 'x1' and 'x2' together",
        ),
    ],
)
def test_separated_data_have_no_fit(x: list[list[int]], y: list[int], words: str) -> None:
    with pytest.raises(SeparationError) as caught:
        fit_logistic(sample_of(x, y))
    assert words in caught.value.message


def test_a_maximum_is_found_exactly_where_there_is_one() -> None:
    """Whether Newton proves a maximum does not ask the linear program, and agrees with it on 200
    small random samples.
    """
    rng = random.Random(7)
    found = {True: 0, False: 0}
    while sum(found.values()) < 200:
        n, p = rng.randrange(4, 14), rng.randrange(1, 4)
        x = [[rng.randrange(4) for _ in range(n)] for _ in range(p)]
        y = [rng.randrange(2) for _ in range(n)]
        if any(len(set(column)) == 1 for column in (*x, y)):
            continue
        sample = sample_of(x, y)
        overlap = separation(sample) is None
        try:
            fit = fit_logistic(sample)
        except SeparationError:
            assert not overlap
        else:
            assert overlap
            # the score equations hold: observed and expected sums agree
            linear = [
                sum(float(c) * float(v) for c, v in zip(fit.coefficients, row, strict=True))
                for row in zip(*sample.x, strict=True)
            ]
            p_hat = [float(1 / (1 + (-Decimal(float(fit.intercept) + z)).exp())) for z in linear]
            assert sum(p_hat) == pytest.approx(sum(y), abs=1e-8)
            for column in x:
                assert sum(a * b for a, b in zip(column, p_hat, strict=True)) == pytest.approx(
                    sum(a * b for a, b in zip(column, y, strict=True)), abs=1e-7
                )
        found[overlap] += 1
    assert min(found.values()) > 40


@pytest.mark.parametrize(
    ("y", "words"),
    [([0, 0, 0], "0 in every row"), ([1, 1, 1], "1 in every row"), ([0, 1, 2], "0 or 1")],
)
def test_targets_that_tell_nothing(y: list[int], words: str) -> None:
    with pytest.raises(FitError, match=words):
        fit_logistic(sample_of([[1, 2, 3]], y))


def test_badly_scaled_features() -> None:
    """Units change the coefficients by their ratio, and nothing else."""
    t, d = [t for t, _ in LAUNCHES], [d for _, d in LAUNCHES]
    plain = fit_logistic(sample_of([t], d))
    huge = fit_logistic(sample_of([[10**12 + 10**6 * v for v in t]], d))
    assert float(huge.coefficients[0]) == pytest.approx(
        float(plain.coefficients[0]) / 1e6, rel=1e-9
    )
    assert huge.deviance == pytest.approx(plain.deviance, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["0.05", "0.95", "0.5", "1e-12", "0.4999999999999", "0.999999999999999999"]
)
def test_the_logit_is_enclosed(text: str) -> None:
    low, high = logit(Fraction(text), digits=30)
    getcontext().prec = 60
    exact = (Decimal(text) / (1 - Decimal(text))).ln()
    assert low <= Fraction(exact) <= high
    assert high - low <= abs(Fraction(exact)) / 10**29
    assert float(logit(Fraction(1, 20), digits=20)[0]) == pytest.approx(
        -2.944438979166440, rel=1e-15
    )


@pytest.mark.parametrize("value", [0, 1, -1, 2])
def test_no_logit_outside(value: int) -> None:
    with pytest.raises(ValueError, match="strictly between"):
        logit(Fraction(value), digits=10)
