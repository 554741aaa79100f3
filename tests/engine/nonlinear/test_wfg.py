"""The toolkit's problems against an implementation by others."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from benchmarks.problems.wfg import WFG, front, wfg
from benchmarks.reference_fronts import reference
from optimiser.engine.nonlinear import evolve


@pytest.mark.parametrize("number", sorted(WFG))
@pytest.mark.parametrize("m", [2, 3])
def test_values_agree_with_another_implementation(number: int, m: int) -> None:
    theirs = getattr(importlib.import_module("pymoo.problems.many.wfg"), f"WFG{number}")(
        n_var=24, n_obj=m, k=4, l=20
    )
    problem, _ = wfg(number, m)
    x = np.random.default_rng(number).random((200, 24)) * 2.0 * np.arange(1, 25)
    np.testing.assert_allclose(problem.evaluate(x)[0], theirs.evaluate(x), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 7])
def test_the_front_is_where_the_distance_is_none(number: int) -> None:
    """Distance parameters at 0.35 of their range reach the front, but those of WFG8 and WFG9, which
    are elsewhere.
    """
    problem, _ = wfg(number)
    rng = np.random.default_rng(0)
    x = 0.35 * 2.0 * np.tile(np.arange(1, 25.0), (50, 1))
    x[:, :4] = rng.random((50, 1)) * 2.0 * np.arange(1, 5)
    y, _ = problem.evaluate(x)
    known = front(number)
    nearest = [np.abs(known - point).max(axis=1).min() for point in y]
    assert max(nearest) < 1e-3


@pytest.mark.parametrize(
    ("number", "m", "least"),
    [(1, 2, 0.6), (4, 2, 0.99), (6, 2, 0.96), (6, 3, 0.88), (7, 2, 0.998)],
)
def test_fronts_without_derivatives_are_found(number: int, m: int, least: float) -> None:
    """WFG6 is where columns have to move together, and a corner holds whole populations; most of
    WFG1 is flat.
    """
    found = evolve(wfg(number, m)[0], seed=1, work=120_000)
    name = f"wfg{number}" if m == 2 else f"wfg{number} m={m}"
    assert reference(name).ratio(found.y) >= least
