"""Four scores and weights that the published result does not identify."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import optimiser
from tests.domain import oracle
from tests.domain.solving import close, feasible_plans, points, solved

SCORES = np.array([5.0, 4.0, 3.0, 4.0])
LARGEST_ENTROPY = np.array([0.36, 0.24, 0.16, 0.24])
NEAREST_TO_EQUAL = np.array([0.35, 0.25, 0.15, 0.25])


def weights_set(weights: np.ndarray) -> list[str]:
    return [
        f"parameters.weight_{name}={weight}"
        for name, weight in zip("SCPD", weights.tolist(), strict=True)
    ]


def test_the_plain_mean_is_4_and_both_sets_of_weights_give_42() -> None:
    assert SCORES.mean() == 4.0
    for weights in (LARGEST_ENTROPY, NEAREST_TO_EQUAL):
        assert weights.sum() == pytest.approx(1)
        assert weights @ SCORES == pytest.approx(4.2)
        assert weights[0] - weights[2] == pytest.approx(0.2)


def test_no_other_set_that_fits_has_a_larger_entropy_or_is_nearer_to_equal() -> None:
    """Weights that fit: w_S = w_P + 0.2, and w_D is what is left."""
    steps = np.arange(1, 400) / 1000
    fitting = np.array(
        [
            (p + 0.2, c, p, 0.8 - 2 * p - c)
            for p, c in itertools.product(steps, steps)
            if 0.8 - 2 * p - c > 0
        ]
    )
    assert np.allclose(fitting @ SCORES, 4.2)
    entropy = -(fitting * np.log(fitting)).sum(axis=1)
    assert np.allclose(fitting[entropy.argmax()], LARGEST_ENTROPY)
    distance = ((fitting - 0.25) ** 2).sum(axis=1)
    assert np.allclose(fitting[distance.argmin()], NEAREST_TO_EQUAL)


def test_the_weights_in_the_file_are_those_of_largest_entropy() -> None:
    parameters = oracle.read("capability")["parameters"]
    written = [parameters[f"weight_{name}"]["value"] for name in "SCPD"]
    found = optimiser.calibrate([parameters[f"score_{name}"]["value"] for name in "SCPD"], 4.2)
    assert written == LARGEST_ENTROPY.tolist()
    assert found.weights == pytest.approx(written, abs=1e-14)
    assert found.nearest == pytest.approx(NEAREST_TO_EQUAL, abs=1e-14)
    assert not found.identified


def test_today_is_42_by_the_weights_and_4_by_the_plain_mean() -> None:
    data = oracle.read("capability")
    today = dict.fromkeys(data["variables"], 0)
    values = oracle.readings(data, today)
    assert float(values["capability"]) == 4.2
    assert float(values["plain_mean"]) == 4.0
    (plan,) = solved("capability").reference_plans
    assert plan.objectives == pytest.approx((4.2, 0))
    assert plan.on_front


@pytest.mark.parametrize(
    "weights", [LARGEST_ENTROPY, NEAREST_TO_EQUAL], ids=["largest entropy", "nearest to equal"]
)
def test_front_under_either_set_of_weights(weights: np.ndarray) -> None:
    named = dict(
        zip(("weight_S", "weight_C", "weight_P", "weight_D"), weights.tolist(), strict=True)
    )
    data = oracle.read("capability", **named)
    plans = oracle.plans(data)
    assert len(plans) == 81
    expected = {tuple(map(float, point)) for _, point in oracle.front(plans, data)}
    result = solved("capability", *weights_set(weights))
    assert result.front.proof.status == "complete"
    assert close(points(result), expected, digits=9)


def test_the_same_plans_are_efficient_under_either_set_of_weights() -> None:
    fronts = [
        solved("capability", *weights_set(weights)).front
        for weights in (LARGEST_ENTROPY, NEAREST_TO_EQUAL)
    ]
    assert sorted(fronts[0].ids) == sorted(fronts[1].ids)
    assert len(fronts[0]) == 29


def test_each_score_can_be_raised_by_none_one_or_two_points() -> None:
    assert feasible_plans("capability") == 81
