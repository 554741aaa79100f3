"""Scenarios that learn from data: what three rows tell, and limits on probabilities."""

from __future__ import annotations

import csv
import itertools
import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import optimiser
from optimiser.advice import check
from optimiser.formulate import formulate
from optimiser.results.predicting import doubt_words, predictions, predictions_note
from optimiser.scenario.format.fitted_models import Fitted
from tests.domain import oracle
from tests.domain.solving import points, solved


@cache
def fitted(scenario: str, model: str, *overrides: str) -> Fitted:
    found = optimiser.load(scenario, overrides=overrides).models[model].fitted
    assert found is not None
    return found


def columns(name: str) -> dict[str, list[float]]:
    """The data of a library scenario, read apart from the program."""
    with (oracle.LIBRARY / f"{name}_data.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {column: [float(row[column]) for row in rows] for column in rows[0]}


# ---- three rows


def test_sales_as_worked_by_hand() -> None:
    fit = fitted("sales_regression", "sales_model")
    assert [str(fit.intercept), *map(str, fit.coefficients.values())] == ["3500", "5", "5"]
    assert fit.r_squared == 1.0
    assert fit.rank == 2
    assert len(fit.coefficients) + 1 == 3
    assert not fit.errors


def test_what_the_rows_determine() -> None:
    """(150, 250) keeps to their pattern, (150, 300) does not: other fits that are as good say 5500
    to 6000.
    """
    scenario = optimiser.load("sales_regression")
    model = formulate(scenario)
    kept, apart, far = (
        predictions[0]
        for predictions in model.predictions(
            np.array([[150.0, 250.0], [150.0, 300.0], [300.0, 450.0]])
        )
    )
    assert kept.value == 5500
    assert kept.sound
    assert apart.value == 5750
    assert not apart.identified
    assert not apart.beyond
    assert far.beyond == ("promotions",)
    assert "not identified: the data cannot tell apart ads and promotions" in doubt_words(
        scenario, apart
    )
    assert "extrapolation: promotions 450 is outside 200 to 400" in doubt_words(scenario, far)


def test_sales_front() -> None:
    result = solved("sales_regression")
    assert points(result) == [(5000, 260), (6000, 420), (7000, 620)]
    assert result.front.proof.status == "complete"
    marks = {
        float(y[0]): plan[0].identified
        for y, plan in zip(result.front.y, predictions(result), strict=True)
    }
    assert marks == {5000.0: True, 6000.0: False, 7000.0: True}
    assert predictions_note(result).startswith(
        "fitted models: not identified in 1 of 3 plans and reference plan apart;"
    )


def test_sales_warn() -> None:
    _, findings = check("sales_regression")
    assert [f.code for f in findings] == ["S140", "S143"]
    assert "ads and promotions" in findings[0].message


# ---- probabilities


def probability(fit: Fitted, values: dict[str, float]) -> float:
    z = float(fit.intercept.literal or 0) if fit.intercept else 0.0
    return 1 / (
        1
        + math.exp(
            -z - sum(float(c.literal or 0) * values[name] for name, c in fit.coefficients.items())
        )
    )


@pytest.mark.parametrize(
    ("scenario", "model", "target"),
    [("device_state", "fault", "fault"), ("product_quality", "defect", "defect")],
)
def test_the_fit_solves_the_score_equations(scenario: str, model: str, target: str) -> None:
    """At the maximum of the likelihood the expected sums of the target, and of its products with
    features, are the observed.
    """
    fit, data = fitted(scenario, model), columns(scenario)
    y = data.pop(target)
    p = [
        probability(fit, dict(zip(data, row, strict=True)))
        for row in zip(*data.values(), strict=True)
    ]
    assert sum(p) == pytest.approx(sum(y), rel=1e-9)
    for column in data.values():
        assert sum(a * b for a, b in zip(column, p, strict=True)) == pytest.approx(
            sum(a * b for a, b in zip(column, y, strict=True)), rel=1e-9
        )
    deviance = -2 * sum(math.log(q if t else 1 - q) for q, t in zip(p, y, strict=True))
    assert fit.deviance == pytest.approx(deviance, rel=1e-9)
    assert fit.observations == len(y)


@pytest.mark.parametrize(
    ("scenario", "model"), [("device_state", "fault"), ("product_quality", "defect")]
)
def test_a_straight_line_through_zeros_and_ones_warns(scenario: str, model: str) -> None:
    _, findings = check(scenario, overrides=[f"models.{model}.kind=linear"])
    assert [f.code for f in findings] == ["S142"]


def test_the_limit_on_faults_is_one_on_the_logit() -> None:
    """-2.944 = log(0.05 / 0.95), and a row of the problem: nothing is left to evaluate, and
    comparison is exact.
    """
    problem = formulate(optimiser.load("device_state")).at()
    assert problem.linear is not None
    assert problem.linear.resolution is None
    assert problem.constraints == ()
    assert problem.exact is not None
    (row,) = [row for row in problem.logic if row.group == "safe"]
    assert row.upper is not None
    fit = fitted("device_state", "fault")
    # the row holds the logit without its constants: the intercept, and the temperature without load
    constant = Fraction(str(fit.intercept)) + 30 * Fraction(str(fit.coefficients["temperature"]))
    assert float(row.upper / row.scale + constant) == pytest.approx(-2.944438979166, abs=1e-11)


def front_of(
    outcomes: dict[tuple[float, ...], bool], senses: tuple[int, int]
) -> list[tuple[float, ...]]:
    held = [point for point, holds in outcomes.items() if holds]
    return sorted(
        a
        for a in held
        if not any(
            b != a and all(s * u <= s * v for s, u, v in zip(senses, b, a, strict=True))
            for b in held
        )
    )


def test_every_setting_of_the_machine() -> None:
    fit = fitted("device_state", "fault")
    outcomes: dict[tuple[float, ...], bool] = {}
    for load, services, cooling in itertools.product(range(50, 105, 5), range(1, 9), (0, 1)):
        values = {"load": load, "temperature": 30 - 9 * cooling + 0.35 * load, "services": services}
        point = (0.8 * load, 26.0 * cooling + 7.5 * services)
        outcomes[point] = outcomes.get(point, False) or probability(fit, values) <= 0.05
    result = solved("device_state")
    assert result.front.proof.status == "complete"
    assert np.array(points(result)) == pytest.approx(np.array(front_of(outcomes, (-1, 1))))
    assert all(p.sound for plan in predictions(result) for p in plan)


def test_every_setting_of_the_line() -> None:
    """The probability as an objective and as a limit, and two curves: one convex, one neither."""
    fit = fitted("product_quality", "defect")
    outcomes: dict[tuple[float, ...], bool] = {}
    for speed, dryness, heat in itertools.product(range(30, 95, 5), range(26), range(170, 215, 5)):
        p = probability(fit, {"speed": speed, "moisture": 35 - dryness, "temperature": heat})
        price = float(np.interp(speed, [30, 45, 55, 65, 90], [62, 53, 50, 40, 32]))
        drying = float(np.interp(dryness, [0, 10, 18, 25], [0, 1.5, 3.9, 8.1]))
        outcomes[100 * p, price + drying + 0.4 * (heat - 170)] = p <= 0.05
    expected = front_of(
        {(round(a, 9), round(b, 9)): holds for (a, b), holds in outcomes.items()}, (1, 1)
    )
    result = solved("product_quality")
    assert result.front.proof.status == "complete"
    assert np.array(points(result)) == pytest.approx(np.array(expected), rel=1e-7)
