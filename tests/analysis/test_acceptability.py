"""Who is first for which weights, where thousands of plans lie on one line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis import acceptability
from optimiser.analysis.exact_shares import ExactShares
from optimiser.analysis.weight_sets import whole_simplex


def shares(rows: list[tuple[int, ...]], whole: int = 1000) -> ExactShares:
    return ExactShares(np.array(rows, dtype=object), whole)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(2, 3), st.booleans())
def test_regions_are_the_same_one_by_one_and_by_the_best_score(
    seed: int, m: int, on_a_line: bool
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 12, (int(rng.integers(2, 14)), m))
    if on_a_line:
        rows[:, -1] = 40 - rows[:, :-1].sum(axis=1)
    unlike = shares([tuple(row) for row in np.unique(rows, axis=0).tolist()])
    found = []
    for few in (0, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(acceptability, "_FEW", few)
            found.append(acceptability.weight_regions(unlike, whole_simplex(m)))
    by_best, one_by_one = ([frozenset(part.rays) for part in own] for own in found)
    assert by_best == one_by_one
    # at an extreme point of its region nobody scores higher
    for plan, rays in enumerate(by_best):
        for ray in rays:
            scores = unlike.scores(ray)
            assert scores[plan] == max(scores)


def test_of_plans_on_one_line_scores_are_added_up_once_a_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """4,096 plans with one trade-off between all of them took 23 s."""
    added = 0
    scores = ExactShares.scores

    def counted(self: ExactShares, weights: tuple[int, ...]) -> list[int]:
        nonlocal added
        added += 1
        return scores(self, weights)

    monkeypatch.setattr(ExactShares, "scores", counted)
    line = shares([(i, 400 - i) for i in range(401)], 400)
    regions = acceptability.weight_regions(line, whole_simplex(2))
    assert all(len(part.rays) == 1 for part in regions[1:-1])
    assert 0 < added < 10


@pytest.mark.parametrize("seed", range(6))
def test_rare_plans_are_first_where_rational_numbers_say_so(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of 42,000 plans was set against all others, for minutes; most are beneath a few."""
    rng = np.random.default_rng(seed)
    rows = np.unique(rng.integers(0, 1000, (120, 4)), axis=0)
    # on a plane, near it, and anywhere
    rows[:40, 3] = 1500 - rows[:40, :3].sum(axis=1) // 2
    unlike = shares([tuple(row) for row in np.unique(rows, axis=0).tolist()], 2000)
    asked: list[int] = []
    touched = acceptability._Envelope.touched

    def counted(self: acceptability._Envelope, plans: list[int]) -> list[bool]:
        asked.extend(plans)
        return touched(self, plans)

    monkeypatch.setattr(acceptability._Envelope, "touched", counted)
    allowed = whole_simplex(4)
    found = acceptability.acceptability(unlike, allowed, seed=seed, samples=200)
    exact = [bool(acceptability._part(unlike, allowed, plan)) for plan in range(len(unlike))]
    assert list(found.first) == exact
    assert len(asked) < len(unlike) / 2
