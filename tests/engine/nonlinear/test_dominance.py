"""Which points no other dominates, compiled and by moocore, against the definition; runs are the
same with either.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.reference_fronts import INSTANCES
from optimiser.engine.nonlinear import dominance, evolve
from optimiser.engine.nonlinear.dominance import non_dominated

Floats = np.ndarray


@pytest.fixture(params=["compiled", "moocore"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "moocore":
        monkeypatch.setitem(sys.modules, "optimiser.engine.nonlinear._native", None)
    dominance._compiled.cache_clear()
    yield request.param
    dominance._compiled.cache_clear()


def defined(y: Floats) -> list[int]:
    """Pair by pair."""
    return [
        i
        for i, p in enumerate(y)
        if not any((q <= p).all() and ((q < p).any() or k < i) for k, q in enumerate(y) if k != i)
    ]


def test_who_answers(way: str) -> None:
    assert (dominance._compiled() is None) == (way == "moocore")


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(0, 60), st.integers(1, 9))
def test_as_defined_with_ties(seed: int, m: int, k: int, values: int) -> None:
    """Few values: equal points, equal sums, and both zeros."""
    r = np.random.default_rng(seed)
    y = r.integers(-values, values + 1, (k, m)) / 7.0
    y[r.random((k, m)) < 0.1] = -0.0
    assert non_dominated(y).tolist() == defined(y)
    if k:
        native: Any = dominance._compiled()
        assert native(y).tolist() == defined(y)


@pytest.mark.parametrize("size", [1.0, 1e-300, 1e300, 1.7e308])
def test_sums_may_leave_the_range(size: float) -> None:
    """Sums that are infinite, or nothing, leave the order to the values."""
    r = np.random.default_rng(7)
    y = (np.round(r.random((200, 5)), 1) * 2.0 - 1.0) * size
    assert non_dominated(y).tolist() == defined(y)


@pytest.mark.parametrize("m", [4, 5, 8])
def test_many_points_as_by_sorting(m: int) -> None:
    """Near a front, where nearly all are kept, and anywhere, where few are."""
    import moocore

    r = np.random.default_rng(m)
    near: Floats = np.abs(r.normal(size=(6_000, m)))
    near *= (1.0 + 0.05 * r.random((6_000, 1))) / np.linalg.norm(near, axis=1)[:, None]
    fronts: list[Floats] = [near, r.random((6_000, m)), near.round(2), near[np.lexsort(near.T)]]
    for y in fronts:
        expected = np.flatnonzero(moocore.is_nondominated(y))
        np.testing.assert_array_equal(non_dominated(y), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    y = np.ones((3, 5))
    y[1, 2] = value
    with pytest.raises(ValueError, match="finite"):
        non_dominated(y)


def test_arrays_that_would_be_copied_are_refused() -> None:
    columns: Any = np.ones((4, 5), order="F")
    with pytest.raises(TypeError):
        non_dominated(columns)


@pytest.mark.parametrize("name", ["cre51", "re41", "dtlz2 m=4"])
def test_a_run_finds_the_same_without_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[object]:
        problem, margins = INSTANCES[name][0]()
        run = evolve(problem, seed=3, work=6_000, margins=margins)
        return [run.x.tobytes(), run.y.tobytes(), run.statistics]

    compiled = found()
    monkeypatch.setattr(dominance, "_compiled", lambda: None)
    assert found() == compiled
