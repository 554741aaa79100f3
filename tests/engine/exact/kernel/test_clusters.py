"""Groups of neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact.kernel import clustered


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 47, 100, 1000])
@pytest.mark.parametrize("most", [1, 3, 16])
def test_groups_hold_every_row_once_and_are_few_and_about_equally_large(
    count: int, most: int
) -> None:
    rows = np.random.default_rng(count).integers(0, 50, (count, 3))
    groups = clustered(rows, most)
    sizes = [len(group) for group in groups]
    assert sorted(i for group in groups for i in group.tolist()) == list(range(count))
    assert len(groups) == -(-count // most)
    assert max(sizes, default=0) <= most
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


def test_a_group_holds_neighbours() -> None:
    middles = np.array([[0, 0], [0, 900], [900, 0], [900, 900]])
    rows = np.vstack([middle + np.arange(8)[:, None] for middle in middles])
    mixed = np.random.default_rng(1).permutation(len(rows))
    for group in clustered(rows[mixed], 8):
        assert len(set((mixed[group] // 8).tolist())) == 1
