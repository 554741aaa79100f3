"""The archive keeps exactly the non-dominated points, whatever the batches they came in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.engine.nonlinear.archive import Archive


def nondominated(y: np.ndarray) -> set[tuple[float, ...]]:
    """By definition, point against point."""
    return {
        tuple(p)
        for p in y.tolist()
        if not any(np.all(np.array(q) <= p) and np.any(np.array(q) < p) for q in y.tolist())
    }


@given(st.data(), st.integers(1, 4), st.integers(0, 40))
def test_keeps_the_nondominated_points_once(data: st.DataObject, m: int, k: int) -> None:
    cell = st.integers(0, 4).map(float)
    y = np.array(
        data.draw(st.lists(st.lists(cell, min_size=m, max_size=m), min_size=k, max_size=k))
    ).reshape(k, m)
    cuts = sorted(data.draw(st.lists(st.integers(0, k), max_size=4)))
    archive = Archive(m + 1, m)
    for part in np.split(y, cuts):
        archive.add(np.column_stack([part, part.sum(axis=1)]), part)
    assert sorted(map(tuple, archive.y.tolist())) == sorted(nondominated(y))
    np.testing.assert_array_equal(archive.x, np.column_stack([archive.y, archive.y.sum(axis=1)]))
    assert len(archive) == len(archive.y)


@pytest.mark.parametrize("m", [2, 3])
def test_nothing_is_lost_when_it_grows(m: int) -> None:
    """Tens of thousands of points, most of which die: rows are moved and reused many times."""
    rng = np.random.default_rng(1)
    archive = Archive(3, m)
    seen = []
    for step in range(60):
        y = rng.random((700, m)) + 2.0 / (step + 1)
        y[:50] = np.abs(rng.standard_normal((50, m)))
        seen.append(y)
        archive.add(np.column_stack([y, np.arange(700.0)])[:, :3], y)
    import moocore

    expected = moocore.filter_dominated(np.concatenate(seen))
    assert sorted(map(tuple, archive.y.tolist())) == sorted(map(tuple, expected.tolist()))
    np.testing.assert_array_equal(archive.x[:, :2], archive.y[:, :2])
