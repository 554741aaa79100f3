"""First-order conditions, on problems whose efficient sets are known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.problems import engineering, standard
from optimiser.engine.nonlinear import evolve, residuals


def test_efficient_plans_have_none_and_others_have_some() -> None:
    """BNH: efficient on the diagonal up to (3, 3), then along the upper bound of the second
    column.
    """
    problem, margins = standard.bnh()
    efficient = np.array([[1.0, 1.0], [2.5, 2.5], [3.0, 3.0], [4.0, 3.0], [5.0, 3.0], [0.0, 0.0]])
    np.testing.assert_allclose(residuals(problem, efficient, margins=margins), 0.0, atol=1e-6)
    other = np.array([[1.0, 2.0], [4.0, 2.0], [2.5, 2.4]])
    assert (residuals(problem, other, margins=margins) > 0.01).all()


def test_active_constraints_take_up_what_pushes() -> None:
    """OSY: its best first objective lies in a corner of bounds and constraints."""
    problem, margins = standard.osy()
    x = np.array([[5.0, 1.0, 5.0, 0.0, 5.0, 0.0], [4.0, 1.2, 5.0, 0.0, 5.0, 0.0]])
    found = residuals(problem, x, margins=margins)
    assert found[0] < 1e-6
    assert found[1] > 0.01


def test_polish_brings_plans_there() -> None:
    problem, _ = standard.rotated(20, 1e3)
    found = evolve(problem, seed=1, work=40_000)
    assert np.median(residuals(problem, found.x[:: max(1, len(found.x) // 50)])) < 1e-3


def test_kinks_are_refused() -> None:
    with pytest.raises(ValueError, match="derivatives"):
        residuals(engineering.re24()[0], np.ones((1, 2)))
