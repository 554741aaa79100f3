"""Test problems against implementations by others, and designs against published figures."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.problems import constrained, engineering, mw, standard
from optimiser.engine.nonlinear.space import Space
from tests.engine.nonlinear.test_problems import slopes_agree


def drawn(problem: object, count: int = 300) -> np.ndarray:
    space = Space(problem.decisions)  # type: ignore[attr-defined]  # a Problem
    return np.asarray(space.decode(np.random.default_rng(5).random((count, space.n))))


@pytest.mark.parametrize("number", sorted(mw.MW))
def test_mw_agrees_with_another_implementation(number: int) -> None:
    from pymoo.problems import get_problem

    theirs = get_problem(f"mw{number}")
    problem, margins = mw.mw(number)
    x = drawn(problem)
    y, g = theirs.evaluate(x, return_values_of=["F", "G"])
    np.testing.assert_allclose(problem.evaluate(x)[0], y, rtol=1e-9, atol=1e-9)
    assert margins is not None
    np.testing.assert_allclose(margins.signed(x), g, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_dtlz_agrees_with_another_implementation(number: int) -> None:
    from pymoo.problems import get_problem

    problem, _ = getattr(standard, f"dtlz{number}")()
    x = drawn(problem)
    theirs = get_problem(f"dtlz{number}", n_var=x.shape[1], n_obj=3)
    np.testing.assert_allclose(problem.evaluate(x)[0], theirs.evaluate(x), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "other"),
    [("cre21", "re31"), ("cre23", "re33"), ("cre24", "re35"), ("cre25", "re36"), ("cre31", "re41")],
)
def test_a_constraint_is_violated_by_what_the_other_suite_adds_up(name: str, other: str) -> None:
    problem, _ = constrained.constrained(name)
    x = drawn(problem)
    y, v = problem.evaluate(x)
    summed, _ = getattr(engineering, other)()[0].evaluate(x)
    np.testing.assert_allclose(y, summed[:, :-1], rtol=1e-12)
    np.testing.assert_allclose(v.sum(axis=1), summed[:, -1], rtol=1e-9, atol=1e-9)


def test_a_welded_beam_costs_and_bends_as_published() -> None:
    """Ray and Liew (2002): objectives of the beam as another implementation has them."""
    from pymoo.problems.multi.welded_beam import WeldedBeam

    problem, _ = constrained.constrained("cre22")
    x = drawn(problem)
    np.testing.assert_allclose(problem.evaluate(x)[0], WeldedBeam().evaluate(x)[0], rtol=1e-9)


@pytest.mark.parametrize("name", sorted(set(constrained.CONSTRAINED) - {"cre25"}))
def test_derivatives_of_designs_agree_with_differences(name: str) -> None:
    problem, margins = constrained.constrained(name)
    space = Space(problem.decisions)
    x = space.decode(0.1 + 0.8 * np.random.default_rng(0).random((5, space.n)))
    slopes_agree(problem, margins, x)
