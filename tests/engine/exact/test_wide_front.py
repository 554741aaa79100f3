"""Fronts of numbers beyond 64 bits against brute force: plans that rounding cannot tell apart are
everywhere in these models.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, registry, run
from optimiser.engine.contract import Budget, Checkpoints, Saved
from optimiser.engine.exact.wide_front import wide_front
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError
from tests.engine.models import (
    Draft,
    Key,
    binaries,
    front_by_force,
    front_of,
    problem_of,
    random_draft,
)

FEW = settings(max_examples=60, deadline=None, derandomize=True)
ONE = Options(workers=1)


def widened(draft: Draft, seed: int, by: int) -> Draft:
    """Numbers ``by`` times as large, a few units more or less."""
    rng = np.random.default_rng(seed)

    def wide(terms: dict[Key, int]) -> dict[Key, int]:
        return {key: c * by + int(rng.integers(-3, 4)) for key, c in terms.items()}

    objectives = [wide(dict(t)) if rng.random() < 0.8 else dict(t) for t in draft.objectives]
    rows = []
    for terms, low, high in draft.rows:
        if len(terms) > 2 and rng.random() < 0.5:
            sides = [None if s is None else s * by + int(rng.integers(-2, 3)) for s in (low, high)]
            rows.append((wide(dict(terms)), sides[0], sides[1]))
        else:
            rows.append((dict(terms), low, high))
    return replace(draft, objectives=objectives, rows=rows)


def agrees(problem: Problem) -> None:
    truth = front_by_force(problem)
    try:
        solution = run(registry()["exact"], "test", problem, ONE)
    except InfeasibleError:
        assert not truth
        return
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    assert front_of(problem, solution.x) == truth


@FEW
@given(
    seed=st.integers(0, 10**6),
    spread=st.sampled_from([2, 5, 12]),
    digits=st.sampled_from([9, 17, 20, 40, 280]),
)
def test_points_and_plans_match_brute_force(seed: int, spread: int, digits: int) -> None:
    agrees(problem_of(widened(random_draft(seed, spread=spread), seed, 10**digits)))


@pytest.mark.parametrize("m", [5, 6])
def test_five_and_six_objectives(m: int) -> None:
    for seed in range(4):
        agrees(problem_of(widened(random_draft(seed, n=6, m=m, spread=4), seed, 10**19)))


def test_what_one_objective_alone_is_too_wide_for_is_rounded_further() -> None:
    """Sums of objectives fit the engine here, one of them alone does not: a run ended with an
    error.
    """
    draft = random_draft(324, n=7, m=2, spread=9)
    agrees(problem_of(widened(draft, 324, 10**17)))


def test_units_of_1e9_and_1e_minus_9_in_one_model() -> None:
    """Values a unit apart in the 19th digit are different points."""
    large = {(j,): 10**18 + (-1) ** j for j in range(6)}
    small = {(j,): -(j + 1) for j in range(6)}
    agrees(problem_of(Draft(binaries(6), [large, small])))


def test_what_rounding_proposes_is_corrected() -> None:
    """Both plans round to one value, and the one that is better is found."""
    by = 10**30
    draft = Draft(
        binaries(2), [{(0,): by, (1,): by - 1}, {(0,): 1, (1,): 1}], [({(0,): 1, (1,): 1}, 1, None)]
    )
    solution = run(registry()["exact"], "test", problem_of(draft), ONE)
    assert [tuple(x) for x in solution.x] == [(0.0, 1.0)]


def test_a_stopped_run_claims_no_completeness_and_its_plans_are_gone_on_from() -> None:
    problem = problem_of(widened(random_draft(5, n=8, m=3), 5, 10**20))
    states: list[Saved] = []
    budget = Budget(0.0, checkpoints=Checkpoints(states.append))
    stopped = wide_front(problem, ONE, budget)
    assert stopped is not None
    assert stopped.status != "complete"
    assert stopped.stopped == "time_limit"
    full = wide_front(problem, ONE, Budget())
    assert full is not None
    known = Saved("", full.x)
    again = wide_front(problem, ONE, Budget(checkpoints=Checkpoints(states.append, known)))
    assert again is not None
    assert again.status == "complete"
    assert front_of(problem, again.x) == front_of(problem, full.x) == front_by_force(problem)


@pytest.mark.slow
def test_many_random_models_match_brute_force() -> None:
    for seed in range(1000, 2500):
        draft = random_draft(seed, spread=(2, 5, 12)[seed % 3])
        agrees(problem_of(widened(draft, seed, 10 ** (9, 17, 20, 40)[seed % 4])))
