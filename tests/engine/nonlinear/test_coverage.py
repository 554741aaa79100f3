"""The running estimate of the hypervolume."""

from __future__ import annotations

import moocore
import numpy as np
import pytest

from optimiser.engine.nonlinear.hypervolumes import Coverage, directions


def sphere(k: int, m: int, seed: int = 0) -> np.ndarray:
    y = np.abs(np.random.default_rng(seed).standard_normal((k, m)))
    return np.asarray(1.0 - y / np.linalg.norm(y, axis=1, keepdims=True))


def covered(y: np.ndarray, count: int) -> Coverage:
    m = y.shape[1]
    coverage = Coverage(1, m, np.random.default_rng(0), count=count)
    coverage.rescale(np.zeros(m), np.ones(m), np.zeros((len(y), 1)), y)
    return coverage


@pytest.mark.parametrize("m", [2, 3, 5])
def test_directions_are_spread_over_the_orthant(m: int) -> None:
    w = directions(m, 4000, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(w, axis=1), 1.0)
    assert (w > 0).all()
    # the mean square of each coordinate of a uniform direction is 1/m
    np.testing.assert_allclose((w**2).mean(axis=0), 1 / m, atol=0.01)


@pytest.mark.parametrize("m", [2, 3, 4])
def test_ratios_of_volumes_are_right(m: int) -> None:
    """The estimate has a scale of its own; what is paid are ratios."""
    few, many = sphere(20, m), sphere(400, m, seed=1)
    exact = [moocore.hypervolume(y, ref=[1.1] * m) for y in (few, many)]
    estimate = [covered(y, 1500).volume() for y in (few, many)]
    assert estimate[1] / estimate[0] == pytest.approx(exact[1] / exact[0], rel=0.03)


def test_it_does_not_matter_how_points_come_in() -> None:
    y = sphere(300, 3)
    whole, parts = covered(y, 200), covered(y[:100], 200)
    gains = [parts.add(np.zeros((100, 1)), part) for part in (y[100:200], y[200:])]
    assert all(gain > 0 for gain in gains)
    np.testing.assert_array_equal(whole.length, parts.length)
    np.testing.assert_array_equal(whole.y, parts.y)
    np.testing.assert_array_equal(
        np.unique(whole.y[whole.champions()], axis=0), np.unique(whole.y, axis=0)
    )


def test_a_dominated_point_gains_nothing() -> None:
    coverage = covered(sphere(50, 3), 100)
    assert coverage.add(np.zeros((1, 1)), np.full((1, 3), 1.05)) == 0.0


def test_axes_are_renewed_only_when_they_moved() -> None:
    coverage = covered(sphere(50, 2), 50)
    assert not coverage.strays(np.array([0.005, 0.0]), np.array([1.0, 0.995]))
    assert coverage.strays(np.array([0.0, 0.0]), np.array([1.0, 0.9]))
