"""How far fronts are apart: against every pair measured, and how many pairs that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from optimiser.analysis import shifts

if TYPE_CHECKING:
    from optimiser.front import Floats


def every_pair(points: Floats, others: Floats, spans: Floats) -> Floats:
    """(q,) by definition."""
    return np.array([((points - other) / spans).max(axis=1).min() for other in others])


def drawn(rng: np.random.Generator, most: int, m: int) -> tuple[Floats, Floats, Floats]:
    """Points on a coarse grid, so that there are ties, dominated ones and copies; spans."""
    size = rng.integers(1, most, 2).tolist()
    points, others = (np.array(rng.integers(0, 6, (k, m)) * 0.1, np.float64) for k in size)
    if rng.random() < 0.2:
        points[rng.integers(len(points)), rng.integers(m)] = -np.inf
    return points, others, rng.random(m) + 0.1


def test_in_two_objectives_the_crossing_is_the_least_to_the_last_bit() -> None:
    rng = np.random.default_rng(1)
    for _ in range(500):
        points, others, spans = drawn(rng, 9, 2)
        found = shifts._least(points, others, spans)
        np.testing.assert_array_equal(found, every_pair(points, others, spans))


@pytest.mark.parametrize("m", [3, 4])
def test_the_farthest_of_many_is_the_farthest_of_all(m: int) -> None:
    rng = np.random.default_rng(m)
    off = 1e-13
    for _ in range(60):
        points, others, spans = drawn(rng, 300, m)
        top = every_pair(points, others, spans).max()
        found = shifts._farthest_of_many(points, others, spans, off)
        assert found == top or found <= top <= found + 3 * off


def test_twice_as_many_plans_take_about_twice_as_many_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every plan was set against every other one: 131,072 by 131,072 took 16 s."""
    pairs = 0

    def counted(points: Floats, others: Floats, *rest: Any) -> Floats:
        nonlocal pairs
        pairs += len(points) * len(others)
        return least(points, others, *rest)

    least = shifts._least
    monkeypatch.setattr(shifts, "_least", counted)
    rng = np.random.default_rng(3)
    spent = []
    for n in (2_000, 4_000):
        pairs = 0
        points = rng.random((n, 3))
        points /= points.sum(axis=1, keepdims=True)
        others = points[:, ::-1] + 1e-3 * rng.random((n, 3))
        shifts._farthest_of_many(points, others, np.ones(3), 1e-15)
        spent.append(pairs)
    assert spent[0] < 2_000 * 500
    assert spent[1] < 3 * spent[0]
