"""The plans to show."""

from __future__ import annotations

from itertools import combinations

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine.nonlinear.selection import choose
from tests.searches import examples


def front(n: int, m: int, seed: int) -> np.ndarray:
    """Points of a sphere bent in or out, in axes of different scales."""
    rng = np.random.default_rng(seed)
    y = np.abs(rng.standard_normal((n, m)))
    y = (y / np.linalg.norm(y, axis=1, keepdims=True)) ** 2
    y = y ** rng.uniform(0.4, 2.5)
    return np.asarray(moocore.filter_dominated(y) * 10.0 ** rng.integers(-3, 4, m))


def volume(y: np.ndarray, chosen: np.ndarray | list[int]) -> float:
    low, high = y.min(axis=0), y.max(axis=0)
    z = (y - low) / np.where(high > low, high - low, 1.0)
    return float(moocore.hypervolume(z[list(chosen)], ref=[1.1] * y.shape[1]))


def ends(y: np.ndarray) -> set[int]:
    return {int(np.lexsort((y.sum(axis=1), y[:, j]))[0]) for j in range(y.shape[1])}


@settings(max_examples=examples(30))
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_two_objectives_are_chosen_exactly(seed: int, k: int) -> None:
    y = front(9, 2, seed)
    subsets = [s for s in combinations(range(len(y)), min(k, len(y))) if ends(y) <= set(s)]
    assert volume(y, choose(y, k)) == pytest.approx(
        max(volume(y, list(s)) for s in subsets), rel=1e-12
    )


@settings(max_examples=examples(20))
@given(st.integers(0, 10**6), st.sampled_from([3, 4, 6]))
def test_more_objectives_come_close(seed: int, m: int) -> None:
    y = front(12, m, seed)
    k = min(7, len(y))
    chosen = choose(y, k)
    subsets = [s for s in combinations(range(len(y)), k) if ends(y) <= set(s)]
    best = max((volume(y, list(s)) for s in subsets), default=0.0)
    assert ends(y) <= set(chosen.tolist())
    assert volume(y, chosen) >= (0.97 if m <= 4 else 0.9) * best


@pytest.mark.parametrize("m", [2, 3, 5])
def test_large_fronts(m: int) -> None:
    y = front(4000, m, 1)
    chosen = choose(y, 100)
    assert len(set(chosen.tolist())) == 100
    assert (np.diff(chosen) > 0).all()
    assert {float(y[:, j].min()) for j in range(m)} == {float(y[chosen, j].min()) for j in range(m)}
    if m < 5:
        random = np.random.default_rng(0).choice(len(y), 100, replace=False)
        assert volume(y, chosen) > volume(y, random)


@pytest.mark.parametrize("m", [2, 3])
def test_many_plans_asked_for(m: int) -> None:
    y = front(2000, m, 2)
    chosen = choose(y, 400)
    assert len(set(chosen.tolist())) == 400
    assert ends(y) <= set(chosen.tolist())
    random = np.random.default_rng(0).choice(len(y), 400, replace=False)
    assert volume(y, chosen) > volume(y, random)


def test_few_points_are_all_kept() -> None:
    y = front(5, 3, 0)
    assert choose(y, 5).tolist() == list(range(len(y)))
    assert choose(np.zeros((0, 2)), 3).tolist() == []
