"""Equal plans of whole problems against brute force."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np
import pytest

import optimiser.engine.equivalence as equivalent
from optimiser.engine import Budget
from optimiser.engine.equivalence import equivalent_plans
from tests.engine.models import (
    Draft,
    binaries,
    domain_values,
    front_by_force,
    listed,
    problem_of,
    random_draft,
    real,
    whole,
)


def tied(seed: int) -> Draft:
    return random_draft(seed, spread=2)


def mixed(seed: int) -> Draft:
    r = np.random.default_rng(seed)
    domains = [*binaries(4), whole("w", -1, 2), listed("size", 0.5, 2, 3.5)]
    objectives = [{(j,): int(c) for j, c in enumerate(r.integers(-1, 2, 5))} for _ in range(2)]
    return Draft(domains, objectives, [({(0,): 1, (1,): 1, (4,): 1}, None, 2)])


def curved(seed: int) -> Draft:
    draft = random_draft(seed, spread=2)
    draft.linear = False
    return draft


@pytest.fixture(params=["one by one", "by the engine"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "by the engine":
        monkeypatch.setattr(equivalent, "_FEW", 0)
    return str(request.param)


@pytest.mark.parametrize("make", [tied, mixed, curved])
def test_the_plans_with_equal_objectives_are_all_listed_the_canonical_one_first(
    make: Callable[[int], Draft], way: str
) -> None:
    for seed in range(15):
        problem = problem_of(make(seed))
        x = np.array(list(itertools.product(*map(domain_values, problem.decisions))))
        assert problem.exact is not None
        keys, good = problem.exact(x)
        front = front_by_force(problem)
        same = [x[good & (keys == np.array(key, dtype=object)).all(axis=1)] for key in front]
        found = equivalent_plans(
            problem, np.array([plans[-1] for plans in same]), Budget(), limit=len(x)
        )
        assert found is not None
        for one, plans, canonical in zip(found, same, front.values(), strict=True):
            assert one.complete
            assert tuple(one.plans[0]) == canonical
            np.testing.assert_array_equal(np.unique(one.plans, axis=0), np.unique(plans, axis=0))


def test_values_that_are_irrational_are_equal_within_rounding() -> None:
    problem = dataclasses.replace(problem_of(curved(3)), exact=None)
    (one,) = (
        equivalent_plans(
            problem,
            np.array([next(iter(front_by_force(problem_of(curved(3))).values()))]),
            Budget(),
            limit=99,
        )
        or ()
    )
    (same,) = equivalent_plans(problem_of(curved(3)), one.plans[:1], Budget(), limit=99) or ()
    np.testing.assert_array_equal(one.plans, same.plans)


def test_a_limit_is_kept_and_said(way: str) -> None:
    problem = problem_of(
        Draft(binaries(6), [{(j,): 1 for j in range(6)}], [({(j,): 1 for j in range(6)}, 3, None)])
    )
    found = equivalent_plans(problem, np.array([[1.0, 1, 1, 0, 0, 0]]), Budget(), limit=4)
    assert found is not None
    assert (len(found[0].plans), found[0].complete) == (4, False)


def test_a_clock_that_has_run_out_leaves_the_plans_alone_and_says_so(way: str) -> None:
    problem = problem_of(tied(1))
    listed = np.array(list(front_by_force(problem).values()))
    found = equivalent_plans(problem, listed, Budget(0.0), limit=9)
    assert found is not None
    assert [one.plans.tolist() for one in found] == [[plan] for plan in listed.tolist()]
    assert not any(one.complete for one in found)


def test_a_clock_that_has_run_out_ends_the_search_of_a_long_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten thousand plans were written out for the search, one after the other, long after it."""
    monkeypatch.setattr(equivalent, "_FEW", 0)
    monkeypatch.setattr(equivalent, "_columns", lambda *_: pytest.fail("the clock has run out"))
    problem = problem_of(tied(1))
    listed = np.array(list(front_by_force(problem).values()))
    assert equivalent_plans(problem, listed, Budget(0.0), limit=9) is not None


def test_real_decisions_have_no_list_of_equals() -> None:
    problem = problem_of(Draft([real("x", 0, 1)], [{(0,): 1}]))
    assert equivalent_plans(problem, np.zeros((1, 1)), Budget(), limit=9) is None
