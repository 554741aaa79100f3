"""Merged cliques: the same plans satisfy them, and the relaxation is nowhere weaker."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from optimiser.engine.exact.kernel.cliques import merged_cliques
from tests.searches import seeds


def _random_rows(r: np.random.Generator, n: int) -> list[tuple[dict[int, int], int, int]]:
    """Exclusions of two to four columns, some of which one must be chosen, and other rows between
    them.
    """
    rows = []
    for _ in range(int(r.integers(0, 16))):
        chosen = sorted(r.choice(n, int(r.integers(2, 5)), replace=False).tolist())
        kind = r.random()
        if kind < 0.1:
            rows.append((dict.fromkeys(chosen, 1), 1, 1))
        elif kind < 0.2:
            rows.append(({chosen[0]: 1, chosen[1]: -1}, -1, 0))
        elif kind < 0.3:
            rows.append((dict.fromkeys(chosen, 1), 0, 2))
        else:
            rows.append((dict.fromkeys(chosen, 1), 0, 1))
    return rows


def _matrix(rows: list[tuple[dict[int, int], int, int]], n: int) -> np.ndarray:
    made = np.zeros((len(rows), n), dtype=np.int64)
    for line, (terms, _, _) in zip(made, rows, strict=True):
        line[list(terms)] = list(terms.values())
    return made


@pytest.mark.parametrize("seed", seeds(200, here=50))
def test_the_same_plans_satisfy_merged_rows_and_points_between_them_no_more(seed: int) -> None:
    r = np.random.default_rng(seed)
    n = int(r.integers(4, 9))
    rows, lower, upper = _random_rows(r, n), np.zeros(n, np.int64), np.ones(n, np.int64)
    # a whole number from 0 to 2, and a column that is 0
    upper[r.integers(n)] = r.choice([0, 1, 2])
    merged = merged_cliques(rows, lower, upper)
    assert len(merged) <= len(rows)
    plans = np.array(list(product(*(range(int(u) + 1) for u in upper))))
    between = r.random((500, n)) ** 3 * upper

    def held(x: np.ndarray, given: list[tuple[dict[int, int], int, int]]) -> np.ndarray:
        activity = x @ _matrix(given, n).T
        low, high = (np.array([row[i] for row in given]) for i in (1, 2))
        return np.asarray(((activity >= low) & (activity <= high)).all(axis=1))

    assert (held(plans, merged) == held(plans, rows)).all()
    assert (held(between, merged) <= held(between, rows)).all()


def test_pairwise_exclusions_of_a_group_become_one_row() -> None:
    pairs = [({i: 1, j: 1}, 0, 1) for i, j in combinations(range(5), 2)]
    other = [({0: 1, 5: 1}, 0, 1), ({5: 3, 6: 2}, 0, 4)]
    merged = merged_cliques([*pairs, *other], np.zeros(7, np.int64), np.ones(7, np.int64))
    assert merged == [(dict.fromkeys(range(5), 1), 0, 1), *other]


def test_without_steps_left_rows_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimiser.engine.exact.kernel.cliques._STEPS", 0)
    pairs = [({i: 1, j: 1}, 0, 1) for i, j in combinations(range(50), 2)]
    assert merged_cliques(pairs, np.zeros(50, np.int64), np.ones(50, np.int64)) == pairs
