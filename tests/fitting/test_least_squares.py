"""Least squares against certified values, an independent solver, and what collinear data do not
tell.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from optimiser.fitting import (
    FitError,
    LinearFit,
    Observations,
    fit_linear,
    groups_of,
    least_squares,
)
from optimiser.fitting import dependence as dependences
from tests.fitting.published import CERTIFIED, Certified


def sample_of(x: list[list[Fraction]], y: list[Fraction]) -> Observations:
    return Observations(tuple(f"x{j + 1}" for j in range(len(x))), tuple(map(tuple, x)), tuple(y))


def whole(*columns: list[int]) -> Observations:
    exact = [[Fraction(v) for v in column] for column in columns]
    return sample_of(exact[:-1], exact[-1])


def estimates(fit: LinearFit) -> list[float]:
    return [float(fit.intercept), *map(float, fit.coefficients)]


@pytest.fixture
def in_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every sample were too large for exact sums."""
    monkeypatch.setattr(least_squares, "EXACT_WORK", 0)
    monkeypatch.setattr(dependences, "EXACT_WORK", 0)


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified_digits(name: str) -> None:
    """All of them agree to 13 digits, where 9 are asked for; the certificate itself has 15."""
    data = CERTIFIED[name]
    fit = fit_linear(sample_of(data.x, data.y))
    assert estimates(fit) == pytest.approx([value for value, _ in data.estimates], rel=1e-13)
    assert fit.errors == pytest.approx([deviation for _, deviation in data.estimates], rel=1e-13)
    assert fit.residual_sd == pytest.approx(data.residual_sd, rel=1e-13)
    assert fit.r_squared == pytest.approx(data.r_squared, rel=1e-13)
    assert fit.rank == len(data.estimates)
    assert fit.observations == len(data.y)
    assert not fit.dependences


@pytest.mark.parametrize(
    ("name", "digits"),
    [("Norris", 1e-12), ("Pontius", 1e-12), ("Longley", 1e-12), ("Wampler4", 1e-7)],
)
@pytest.mark.usefixtures("in_floats")
def test_floating_point_keeps_what_it_can(name: str, digits: float) -> None:
    data: Certified = CERTIFIED[name]
    fit = fit_linear(sample_of(data.x, data.y))
    assert estimates(fit) == pytest.approx([value for value, _ in data.estimates], rel=digits)
    assert fit.errors == pytest.approx([deviation for _, deviation in data.estimates], rel=digits)
    assert fit.residual_sd == pytest.approx(data.residual_sd, rel=digits)


def test_three_rows_of_collinear_data() -> None:
    """Centred minimum norm; the formulas of one variable at a time would say 1000, 10 and 10, with
    R2 = 0.
    """
    fit = fit_linear(whole([100, 200, 300], [200, 300, 400], [5000, 6000, 7000]))
    assert estimates(fit) == [3500, 5, 5]
    assert fit.rank == 2
    assert fit.r_squared == 1.0
    assert fit.condition is None
    assert fit.errors == (None, None, None)
    assert groups_of(fit.dependences, fit.names) == (("x1", "x2"),)
    (relation,) = fit.dependences
    assert [*map(float, relation.coefficients), float(relation.value)] == [1, -1, -100]


def test_what_is_determined_keeps_its_standard_error() -> None:
    """x3 is determined although x1 and x2 are not; the constant is not, because (0, 0) is off their
    relation.
    """
    x1 = [1, 2, 3, 4, 5, 6, 7, 8]
    x3 = [0, 1, 0, 1, 1, 0, 0, 1]
    y = [3, 9, 7, 15, 16, 15, 18, 25]
    fit = fit_linear(whole(x1, [2 * v + 3 for v in x1], x3, y))
    alone = fit_linear(whole(x1, x3, y))
    assert fit.errors[:3] == (None, None, None)
    assert fit.errors[3] == pytest.approx(alone.errors[2], rel=1e-14)
    assert fit.coefficients[2] == alone.coefficients[1]
    assert fit.r_squared == alone.r_squared
    assert fit.residual_sd == pytest.approx(alone.residual_sd, rel=1e-14)
    # through the origin of the relation the constant is determined
    assert fit_linear(whole(x1, [2 * v for v in x1], y)).errors[0] is not None


def test_groups_are_those_that_relations_connect() -> None:
    rng = random.Random(3)
    a, b, d, e = ([rng.randrange(50) for _ in range(12)] for _ in range(4))
    c = [u + v for u, v in zip(a, b, strict=True)]
    f = [3 * v - 7 for v in e]
    fit = fit_linear(whole(a, e, d, c, b, f, [rng.randrange(100) for _ in range(12)]))
    assert groups_of(fit.dependences, fit.names) == (("x1", "x4", "x5"), ("x2", "x6"))
    assert fit.errors[3] is not None, "x3 stands alone"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rounded", [False, True])
def test_against_the_pseudo_inverse(
    seed: int, rounded: bool, request: pytest.FixtureRequest
) -> None:
    """Coefficients, rank and scatter of random data, some of them dependent, against numpy's
    singular values.
    """
    if rounded:
        request.getfixturevalue("in_floats")
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(4, 30)), int(rng.integers(1, 7))
    x = rng.integers(-40, 40, (n, p)).astype(float) / 4
    x[0], x[1] = -30, 30  # no column is constant
    if p > 2 and seed % 2:
        x[:, -1] = x[:, 0] - 2 * x[:, 1]
    y = rng.integers(-400, 400, n).astype(float) / 8
    centred = x - x.mean(axis=0)
    beta = np.linalg.pinv(centred, rcond=1e-11) @ (y - y.mean())
    rank = 1 + int(np.linalg.matrix_rank(centred, tol=1e-9 * np.abs(centred).max() * n))
    fit = fit_linear(
        sample_of([[Fraction(v) for v in column] for column in x.T], [Fraction(v) for v in y])
    )
    assert [float(c) for c in fit.coefficients] == pytest.approx(beta.tolist(), rel=1e-8, abs=1e-10)
    assert float(fit.intercept) == pytest.approx(
        float(y.mean() - x.mean(axis=0) @ beta), rel=1e-8, abs=1e-9
    )
    assert fit.rank == rank
    residual = y - y.mean() - centred @ beta
    if n > rank:
        assert fit.residual_sd == pytest.approx(
            float(np.sqrt(residual @ residual / (n - rank))), rel=1e-8, abs=1e-9
        )
    else:
        assert fit.residual_sd is None
        assert set(fit.errors) == {None}
    for relation in fit.dependences:
        values = x @ np.array([float(c) for c in relation.coefficients])
        assert values == pytest.approx(np.full(n, float(relation.value)), rel=1e-9, abs=1e-8)


def test_a_target_that_does_not_vary() -> None:
    fit = fit_linear(whole([1, 2, 3], [4, 4, 4]))
    assert fit.r_squared is None
    assert estimates(fit) == [4, 0]
    assert fit.residual_sd == 0.0


def test_what_cannot_be_a_sample() -> None:
    with pytest.raises(FitError, match="1 observation"):
        whole([1], [2])
    with pytest.raises(FitError, match="'x2' has the same value in every row") as caught:
        whole([1, 2], [5, 5], [1, 2])
    assert caught.value.feature == 1
    with pytest.raises(ValueError, match="one column a feature"):
        whole([1, 2])


def test_large_samples_go_through_floats() -> None:
    rng = random.Random(1)
    n = 10_001
    x = [[Fraction(rng.randrange(10**6), 1000) for _ in range(n)] for _ in range(10)]
    y = [2 * a - b + Fraction(rng.randrange(1000), 10) for a, b in zip(x[0], x[1], strict=True)]
    assert n * 10 * 10 > dependences.EXACT_WORK
    fit = fit_linear(sample_of(x, y))
    assert [float(c) for c in fit.coefficients] == pytest.approx([2, -1, *[0] * 8], abs=2e-2)
    assert fit.rank == 11
