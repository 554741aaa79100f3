"""Conditional value at risk, against numbers by hand and against its definition as a minimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.analysis.tails import SampledObjective, cvar, spread

PROFITS = np.array([-100.0, -20.0, 0.0, 50.0])
SHARES = np.array([0.1, 0.3, 0.4, 0.2])


@pytest.mark.parametrize(
    ("tail", "expected"), [(0.2, 60.0), (0.4, 40.0), (0.8, 20.0), (0.9, 11 / 0.9), (1.0, 6.0)]
)
def test_cvar_of_four_profits_by_hand(tail: float, expected: float) -> None:
    assert float(cvar(-PROFITS, 1 - tail, shares=SHARES)) == pytest.approx(expected, rel=1e-12)
    as_samples = np.repeat(PROFITS, [1, 3, 4, 2])
    assert float(cvar(-as_samples, 1 - tail)) == pytest.approx(expected, rel=1e-12)


losses = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@given(losses, st.floats(0.0, 0.99))
def test_cvar_is_the_minimum_that_defines_it(values: list[float], level: float) -> None:
    own = np.array(values)
    # t + E[max(0, loss - t)] / (1 - level) is convex with kinks at the losses: one is a minimum
    minimum = min(t + np.maximum(0.0, own - t).mean() / (1 - level) for t in values)
    assert float(cvar(own, level)) == pytest.approx(minimum, rel=1e-9, abs=1e-6)


@given(losses, st.floats(0.0, 0.98))
def test_cvar_lies_between_the_mean_and_the_worst_and_grows(
    values: list[float], level: float
) -> None:
    own = np.array(values)
    found, further = float(cvar(own, level)), float(cvar(own, level + 0.01))
    slack = 1e-9 * np.abs(own).max()
    assert own.mean() - slack <= found <= own.max() + slack
    assert found <= further + slack


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.integers(1, 5)), min_size=1, max_size=8))
def test_shares_count_as_repeated_outcomes(pairs: list[tuple[float, int]]) -> None:
    values, counts = np.array([v for v, _ in pairs]), np.array([n for _, n in pairs])
    for level in (0.0, 0.3, 0.9):
        weighted = float(cvar(values, level, shares=counts / counts.sum()))
        assert weighted == pytest.approx(float(cvar(np.repeat(values, counts), level)), abs=1e-7)


def test_a_spread_is_in_the_users_direction() -> None:
    values = np.arange(1.0, 101.0)[:, np.newaxis]
    (more,) = spread(values, -1.0, 0.9)
    (less,) = spread(values, 1.0, 0.9)
    assert (more.worst, less.worst) == (1.0, 100.0)
    assert (more.cvar, less.cvar) == pytest.approx((5.5, 95.5))
    assert (more.mean, more.p5, more.p95) == (less.mean, less.p5, less.p95)
    assert more.mean == 50.5


def test_equal_values_come_out_as_they_are() -> None:
    """The mean of 1,024 times 0.1 was not 0.1."""
    assert spread(np.full((1000, 1), 0.1), 1.0, 0.9) == (SampledObjective(0.1, 0.1, 0.1, 0.1, 0.1),)


def test_undefined_values_do_not_count() -> None:
    values = np.array([[1.0, np.nan, 2.0], [3.0, np.nan, np.nan]])
    first, never, once = spread(values, 1.0, 0.0)
    assert (first.mean, first.worst) == (2.0, 3.0)
    assert never == SampledObjective(None, None, None, None, None)
    assert once == SampledObjective(2.0, 2.0, 2.0, 2.0, 2.0)
