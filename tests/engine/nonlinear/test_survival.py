"""Ranks by Deb's rules, crowding, tournaments."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimiser.engine.nonlinear.survival import crowding, ranks, survivors, tournament


@given(st.integers(0, 2**32))
def test_feasible_before_infeasible_and_less_violation_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 4, (15, 2)).astype(float)
    violation = np.where(rng.random(15) < 0.5, 0.0, rng.integers(1, 4, 15))
    violation[0] = np.inf
    y[0] = np.nan
    rank = ranks(y, violation)
    for i in range(15):
        for j in range(15):
            if violation[i] == violation[j] == 0:
                if (y[i] <= y[j]).all() and (y[i] < y[j]).any():
                    assert rank[i] < rank[j]
            else:
                assert (rank[i] < rank[j]) == (violation[i] < violation[j])


def test_crowding_by_hand() -> None:
    y = np.array([[0.0, 4.0], [1.0, 2.0], [4.0, 0.0], [3.0, 1.0], [9.0, 9.0]])
    found = crowding(y, np.array([0, 0, 0, 0, 1]))
    assert found[[0, 2, 4]].tolist() == [np.inf] * 3
    # point 1 lies between 0 and 3, point 3 between 1 and 2; both ranges over all points are 9
    np.testing.assert_allclose(found[[1, 3]], [3 / 9 + 3 / 9, 3 / 9 + 2 / 9])


def test_survivors_and_winners_are_the_better_ones() -> None:
    rank, crowd = np.array([1, 0, 0, 2]), np.array([9.0, 1.0, 2.0, 9.0])
    assert survivors(rank, crowd, 3).tolist() == [2, 1, 0]
    wins = (
        np.bincount(tournament(rank, crowd, 20000, np.random.default_rng(0)), minlength=4) / 20000
    )
    np.testing.assert_allclose(wins, [3 / 16, 5 / 16, 7 / 16, 1 / 16], atol=0.02)
