"""The proving solvers for whole-number models against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, registry, run, solve
from optimiser.engine.exact.search_zones import split
from optimiser.errors import InfeasibleError
from tests.engine.models import (
    Draft,
    binaries,
    front_by_force,
    front_of,
    listed,
    problem_of,
    random_draft,
    whole,
)
from tests.searches import examples

FEW = settings(max_examples=examples(40), deadline=None, derandomize=True)


def check(draft: Draft, name: str) -> None:
    problem = problem_of(draft)
    truth = front_by_force(problem)
    try:
        solution = run(registry()[name], "test", problem, Options())
    except InfeasibleError:
        assert not truth
        return
    assert solution.proof.status == "complete"
    assert front_of(problem, solution.x) == truth


@pytest.mark.parametrize("name", ["exact", "enumerate"])
@FEW
@given(seed=st.integers(0, 10**6))
def test_random_portfolios_match_brute_force(name: str, seed: int) -> None:
    check(random_draft(seed), name)


@pytest.mark.parametrize("name", ["exact", "enumerate"])
@FEW
@given(seed=st.integers(0, 10**6), spread=st.sampled_from([1000, 10**5, 10**7]))
def test_wide_decimals_match_brute_force(name: str, seed: int, spread: int) -> None:
    check(random_draft(seed, n=7, spread=spread), name)


@pytest.mark.parametrize("name", ["exact", "enumerate"])
@FEW
@given(data=st.data(), m=st.integers(1, 3))
def test_whole_and_listed_columns_match_brute_force(name: str, data: st.DataObject, m: int) -> None:
    number = st.integers(-4, 4)
    domains = [whole("a", 0, 3), whole("b", -1, 2), listed("p", 0.25, 0.5, 1.2), *binaries(2)]
    objectives = [
        {(j,): data.draw(number) for j in range(5)} | {(3, 4): data.draw(number)} for _ in range(m)
    ]
    rows = [
        (
            {(j,): data.draw(number) for j in (0, 1, 3)},
            data.draw(st.sampled_from([None, -2])),
            data.draw(st.integers(-1, 4)),
        )
    ]
    check(Draft(domains, objectives, rows, adopted={"t": (3,), "u": (4,)}), name)


def test_enumeration_without_rows_or_without_exact_comparison() -> None:
    for seed in range(25):
        truth = front_by_force(problem_of(random_draft(seed)))
        for exact in (True, False):
            draft = random_draft(seed)
            draft.linear, draft.exact = False, exact
            try:
                solution = solve(problem_of(draft), Options())
            except InfeasibleError:
                assert not truth
                continue
            assert solution.proof.status == ("complete" if exact else "covering")
            assert (solution.proof.resolution is None) == exact
            assert set(front_of(problem_of(random_draft(seed)), solution.x)) == set(truth)


def test_stages_of_which_one_each_are_enumerated() -> None:
    """production_steps has 36 plans, 10 of them efficient."""
    stages = [
        ((30, 20), (12, 45), (6, 80)),
        ((40, 30), (15, 70)),
        ((20, 15), (4, 35)),
        ((15, 8), (5, 26)),
        ((10, 6), (0, 0)),
    ]
    columns = [pair for stage in stages for pair in stage]
    starts = list(itertools.accumulate((len(s) for s in stages), initial=0))
    one_each = [({(j,): 1 for j in range(a, b)}, 1, 1) for a, b in itertools.pairwise(starts)]
    rows = [*one_each, ({(10,): 1, (6,): -1}, None, 0)]
    draft = Draft(binaries(11), [{(j,): c[k] for j, c in enumerate(columns)} for k in (0, 1)], rows)
    expected = "30,211 36,176 46,158 54,151 61,136 64,133 71,118 79,111 89,93 115,79"
    for name in ("enumerate", "exact"):
        solution = run(registry()[name], "test", problem_of(draft), Options())
        assert " ".join(f"{a:g},{b:g}" for a, b in solution.y) == expected
        assert solution.proof.status == "complete"


def test_a_gap_leaves_nothing_further_away_than_it_says() -> None:
    rng = np.random.default_rng(4)
    for m in (2, 3):
        terms = [
            {(j,): -int(c) for j, c in enumerate(row)} for row in rng.integers(10, 100, (m, 10))
        ]
        weights = rng.integers(10, 100, 10)
        draft = Draft(
            binaries(10),
            terms,
            [({(j,): int(w) for j, w in enumerate(weights)}, None, 250)],
            scale=10,
        )
        problem = problem_of(draft)
        everything = solve(problem, Options())
        solution = run(registry()["exact"], "test", problem, Options(gap=0.1))
        assert solution.proof.status == "covering"
        assert solution.proof.gap is not None
        assert 0 < solution.proof.gap <= 0.1
        assert len(solution.x) < len(everything.x)
        reach = solution.y - solution.proof.gap * np.array(solution.proof.scale) - 1e-9
        assert all((reach <= point).all(axis=1).any() for point in everything.y)


def test_points_ask_for_a_few_and_claim_no_more() -> None:
    problem = problem_of(
        Draft(binaries(6), [{(j,): -(2**j) for j in range(6)}, {(j,): 2**j for j in range(6)}])
    )
    solution = run(registry()["exact"], "test", problem, Options(points=5))
    assert len(solution.x) == 5
    assert (solution.proof.status, solution.proof.stopped) == ("covering", "points")
    everything = solve(problem, Options())
    assert len(everything.x) == 64
    assert solution.proof.gap is not None
    assert 0.05 < solution.proof.gap < 0.3
    reach = solution.y - solution.proof.gap * np.array(solution.proof.scale) - 1e-6
    assert all((reach <= point).all(axis=1).any() for point in everything.y)
    enough = run(registry()["exact"], "test", problem, Options(points=64))
    assert enough.proof.status == "complete"
    assert np.array_equal(enough.x, everything.x)


@FEW
@given(
    points=st.lists(
        st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3)), max_size=8
    ),
    m=st.integers(2, 3),
)
def test_zones_cover_exactly_what_no_point_dominates(
    points: list[tuple[int, int, int]], m: int
) -> None:
    zones = np.full((1, m), np.inf)
    for point in points:
        kept, children, _ = split(zones, np.array(point[:m], dtype=float))
        zones = np.vstack([zones[kept], children])
    grid = np.array(list(itertools.product(range(-4, 5), repeat=m)), dtype=float)
    dominated = np.array([any((np.array(p[:m]) <= g).all() for p in points) for g in grid])
    covered = np.array([(g < zones).all(axis=1).any() for g in grid])
    assert (dominated != covered).all()
    assert not any((a <= b).all() for a, b in itertools.permutations(zones, 2))
