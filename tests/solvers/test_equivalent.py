"""Equal plans of whole problems against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimiser.solvers import Budget
from optimiser.solvers.equivalent import equivalent_plans
from tests.solvers.models import Draft, binaries, domain_values, front_by_force, listed, problem_of, random_draft, whole


def tied(seed: int) -> Draft:
    return random_draft(seed, spread=2)


def mixed(seed: int) -> Draft:
    r = np.random.default_rng(seed)
    domains = [*binaries(4), whole("w", -1, 2), listed("size", 0.5, 2, 3.5)]
    objectives = [{(j,): int(c) for j, c in enumerate(r.integers(-1, 2, 5))} for _ in range(2)]
    return Draft(domains, objectives, [({(0,): 1, (1,): 1, (4,): 1}, None, 2)])


@pytest.mark.parametrize("make", [tied, mixed])
def test_the_plans_with_equal_objectives_are_all_listed_the_canonical_one_first(make: object) -> None:
    for seed in range(15):
        problem = problem_of(make(seed))  # type: ignore[operator]
        x = np.array(list(itertools.product(*map(domain_values, problem.decisions))))
        assert problem.exact is not None
        keys, good = problem.exact(x)
        for key, canonical in front_by_force(problem).items():
            same = x[good & (keys == np.array(key, dtype=object)).all(axis=1)]
            found = equivalent_plans(problem, same[-1], Budget(), limit=len(same))
            assert found is not None
            plans, complete = found
            assert complete
            assert tuple(plans[0]) == canonical
            np.testing.assert_array_equal(np.unique(plans, axis=0), np.unique(same, axis=0))


def test_a_limit_is_kept_and_said() -> None:
    problem = problem_of(Draft(binaries(6), [{(j,): 1 for j in range(6)}], [({(j,): 1 for j in range(6)}, 3, None)]))
    found = equivalent_plans(problem, np.array([1.0, 1, 1, 0, 0, 0]), Budget(), limit=4)
    assert found is not None
    assert (len(found[0]), found[1]) == (4, False)


def test_a_plan_that_does_not_hold_has_no_equals() -> None:
    problem = problem_of(Draft(binaries(3), [{(0,): 1}], [({(0,): 1, (1,): 1}, 1, None)]))
    assert equivalent_plans(problem, np.zeros(3), Budget(), limit=4) is None
