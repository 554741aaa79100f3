"""Local upper bounds against their definition, equal coordinates included."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine.certificate import UNBOUNDED, local_upper_bounds
from optimiser.engine.certificate.bounds import first_dominated
from tests.searches import examples


def by_force(points: np.ndarray) -> set[tuple[int, ...]]:
    """The maximal vectors of listed coordinates that have no point strictly below."""
    m = points.shape[1]
    axes = [[*sorted(set(points[:, k].tolist())), UNBOUNDED] for k in range(m)]
    free = [u for u in itertools.product(*axes) if not any((z < np.array(u)).all() for z in points)]
    return {
        u
        for u in free
        if not any(v != u and all(a >= b for a, b in zip(v, u, strict=True)) for v in free)
    }


def non_dominated(points: list[tuple[int, ...]], m: int) -> np.ndarray:
    kept = [
        p
        for p in set(points)
        if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in points)
    ]
    return np.array(sorted(kept), dtype=np.int64).reshape(len(kept), m)


@given(st.data())
@settings(max_examples=examples(300), deadline=None)
def test_against_brute_force(data: st.DataObject) -> None:
    m = data.draw(st.integers(1, 4))
    point = st.tuples(*[st.integers(-3, 4)] * m)
    points = non_dominated(data.draw(st.lists(point, max_size=9 if m < 4 else 6)), m)
    found = local_upper_bounds(points)
    assert {tuple(u) for u in found.tolist()} == by_force(points)
    assert len(found) == len({tuple(u) for u in found.tolist()})
    assert found.tolist() == sorted(found.tolist())


@pytest.mark.parametrize("m", [1, 2, 3, 5])
def test_nothing_listed_leaves_everything_open(m: int) -> None:
    assert local_upper_bounds(np.zeros((0, m), dtype=np.int64)).tolist() == [[UNBOUNDED] * m]


def test_many_points_of_three_objectives() -> None:
    """General position in three objectives: 2 k + 1 bounds with at most one point at every
    coordinate, minus the corners.
    """
    rng = np.random.default_rng(3)
    sphere = rng.random((2000, 3))
    points = -(sphere / np.linalg.norm(sphere, axis=1)[:, None] * 10**9).astype(np.int64)
    assert first_dominated(points) is None
    found = local_upper_bounds(points)
    assert len(found) == 2 * len(points) + 1
    for bound in found[:: len(found) // 50]:
        assert not (points < bound).all(axis=1).any()


def test_the_order_of_the_points_does_not_matter() -> None:
    points = np.array([[0, 5, 5], [5, 0, 5], [5, 5, 0], [3, 3, 3]], dtype=np.int64)
    for order in itertools.permutations(range(4)):
        assert (local_upper_bounds(points[list(order)]) == local_upper_bounds(points)).all()


def test_the_first_dominated_point() -> None:
    assert first_dominated(np.array([[1, 2], [2, 1]])) is None
    assert first_dominated(np.array([[1, 2], [2, 1], [2, 2]])) == 2
    assert first_dominated(np.array([[1, 2], [1, 2]])) == 0
    assert first_dominated(np.zeros((0, 3), dtype=np.int64)) is None
