"""The test problems themselves: known points and derivatives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.problems import engineering, standard
from optimiser.engine.nonlinear import Margins
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.problem import Problem

SMOOTH = [
    standard.zdt1,
    standard.zdt2,
    standard.zdt3,
    standard.zdt4,
    standard.dtlz2,
    standard.dtlz7,
    standard.bnh,
    standard.osy,
    standard.tnk,
    standard.mw1,
    standard.mw3,
    engineering.re21,
    engineering.re34,
    engineering.re37,
    lambda: standard.rotated(8, 1e3),
]


def slopes_agree(problem: Problem, margins: Margins | None, x: np.ndarray) -> None:
    """Derivatives at (k, n) points against central differences along the real columns."""
    space = Space(problem.decisions)
    assert problem.gradient is not None
    dy, dg = problem.gradient(x)
    for j in np.flatnonzero(space.real):
        h = np.zeros(space.n)
        h[j] = 1e-6 * space.width[j]
        slope = (problem.evaluate(x + h)[0] - problem.evaluate(x - h)[0]) / (2 * h[j])
        np.testing.assert_allclose(dy[:, :, j], slope, rtol=1e-4, atol=1e-4 * np.abs(dy).max())
        if margins is not None:
            slope = (margins.signed(x + h) - margins.signed(x - h)) / (2 * h[j])
            np.testing.assert_allclose(dg[:, :, j], slope, rtol=1e-4, atol=1e-4 * np.abs(dg).max())


@pytest.mark.parametrize("make", SMOOTH)
def test_derivatives_agree_with_differences(
    make: Callable[[], tuple[Problem, Margins | None]],
) -> None:
    problem, margins = make()
    space = Space(problem.decisions)
    x = space.lower + (0.05 + 0.9 * np.random.default_rng(0).random((4, space.n))) * space.width
    slopes_agree(problem, margins, x)


@pytest.mark.parametrize(
    ("make", "x", "y"),
    [
        (standard.zdt1, [0.25] + [0.0] * 29, [0.25, 0.5]),
        (standard.zdt3, [0.5] + [0.0] * 29, [0.5, 1 - 0.5**0.5]),
        (standard.zdt4, [0.25] + [0.0] * 9, [0.25, 0.5]),
        (standard.dtlz2, [1 / 3, 0.5] + [0.5] * 10, [np.sqrt(3 / 8), np.sqrt(3 / 8), 0.5]),
        (standard.dtlz7, [0.0] * 22, [0.0, 0.0, 6.0]),
        (standard.bnh, [3.0, 3.0], [72.0, 8.0]),
        (standard.osy, [5.0, 1.0, 5.0, 0.0, 5.0, 0.0], [-274.0, 76.0]),
        (engineering.re37, [0.0] * 4, [0.692, 0.153, 0.370]),
    ],
)
def test_published_points(
    make: Callable[[], tuple[Problem, Margins | None]], x: list[float], y: list[float]
) -> None:
    problem, _ = make()
    found, violation = problem.evaluate(np.array([x]))
    np.testing.assert_allclose(found[0], y, rtol=1e-9)
    assert not violation.any()
