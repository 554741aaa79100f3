"""Looking at every plan: what is screened in floating point is compared exactly, and what is too
much is declined.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.engine import Options, choose, combinations, registry, run
from optimiser.engine.combinations import every_combination
from optimiser.engine.judging import judge_of
from optimiser.engine.methods import enumerate
from optimiser.engine.problem import Nonlinear, Problem
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
from tests.searches import seeds


def curved(draft: Draft) -> Problem:
    draft.linear = False
    return problem_of(draft)


def noisy(problem: Problem, seed: int) -> Problem:
    """The same problem, its floating point off by evaluation noise: equal objectives no longer look
    equal.
    """
    rng = np.random.default_rng(seed)

    def evaluate(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        y, violations = problem.evaluate(x)
        return y * (1.0 + 1e-13 * rng.uniform(-1.0, 1.0, y.shape)), violations

    return replace(problem, evaluate=evaluate)


@pytest.mark.parametrize("layers", [0, 1, 8])
@pytest.mark.parametrize("block", [4, 64])
@pytest.mark.parametrize("first", seeds(0, 40, 10, here=1))
def test_screening_loses_and_adds_no_point(
    first: int, block: int, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enumerate, "_BLOCK", block)
    monkeypatch.setattr(enumerate, "_LAYERS", layers)
    for seed in range(first, first + 10):
        problem = curved(random_draft(seed, spread=3))
        expected = front_by_force(problem)
        if not expected:
            continue
        solution = run(registry()["enumerate"], "test", noisy(problem, seed), Options())
        assert solution.proof.status == "complete"
        assert front_of(problem, solution.x) == expected


def test_what_floating_point_takes_for_feasible_beats_nothing() -> None:
    """A constraint missed by less than the tolerance: the plan that misses it must not drive out
    one that holds.
    """
    problem = curved(
        Draft(binaries(2), [{(0,): -1, (1,): -1}, {(0,): -1}], [({(0, 1): 1}, None, 0)])
    )
    violated = problem.evaluate(np.ones((1, 2)))[1]
    assert violated.max() > 0
    lenient = replace(
        problem, evaluate=lambda x: (problem.evaluate(x)[0], 0 * problem.evaluate(x)[1])
    )
    solution = run(registry()["enumerate"], "test", lenient, Options())
    assert front_of(problem, solution.x) == front_by_force(problem)


def test_every_combination_is_met_once_and_only_those_that_logic_allows() -> None:
    draft = Draft(
        [*binaries(4), whole("w", -1, 2), listed("size", 0.5, 2, 3.5)],
        [{(0,): 1}],
        [({(0,): 1, (1,): 1}, None, 1), ({(2,): 1, (0,): -1}, None, 0), ({(3,): 2, (4,): 1}, 0, 3)],
    )
    plans = every_combination(problem_of(draft))
    for size in (1, 7, 1000):
        x = np.concatenate(list(plans.blocks(size)))
        grid = (
            np.array(np.meshgrid(*[[0, 1]] * 4, [-1, 0, 1, 2], [0.5, 2, 3.5], indexing="ij"))
            .reshape(6, -1)
            .T
        )
        a, b, c, d, w, _ = grid.T
        allowed = grid[(a + b <= 1) & (c <= a) & (2 * d + w >= 0) & (2 * d + w <= 3)]
        assert len(x) == len(allowed)
        np.testing.assert_array_equal(np.unique(x, axis=0), np.unique(allowed, axis=0))


def test_many_rows_are_summed_for_fewer_combinations_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """1,500 constraints over 20 technologies took 7 GB, and heard no limit for a minute."""
    assert combinations._SUMS == 1 << 22
    monkeypatch.setattr(combinations, "_SUMS", (1 << 22) // 20)
    rows = [({(j,): 1 for j in range(12)}, None, 12 + i) for i in range(150)]
    plans = every_combination(problem_of(Draft(binaries(12), [{(0,): 1}], rows)))
    steps = [picks.shape[1] for _, picks in plans._walk(2**16)]
    assert max(steps) * len(rows) <= combinations._SUMS
    assert sum(len(x) for x in plans.blocks(2**16)) == 2**12
    asked = 0

    def over() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert sum(len(x) for x in plans.blocks(2**16, should_stop=over)) < 2**12
    assert asked == 4


def test_more_is_tried_where_nothing_else_proves_completeness() -> None:
    objectives = [{(j,): -j - 1 for j in range(23)}, {(j,): j * j for j in range(23)}]
    linear = problem_of(Draft(binaries(23), [dict(objectives[0]), dict(objectives[1])]))
    assert linear.linear
    assert choose(linear, Options())[0].name == "exact"
    rounded = replace(linear, linear=replace(linear.linear, resolution=1e-8))
    assert choose(rounded, Options())[0].name == "enumerate"
    assert choose(replace(rounded, exact=None), Options())[0].name == "exact"
    assert choose(replace(linear, linear=Nonlinear()), Options())[0].name == "enumerate"


def test_fewer_combinations_of_many_decisions_are_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """5,000 of which one is adopted were written out at once, three times over: 700 MB."""
    n = 400
    problem = problem_of(
        Draft(
            binaries(n),
            [{(3,): -2, (399,): -2, (7,): -1}, {(3,): 3, (399,): 3, (7,): 1}],
            [({(j,): 1 for j in range(n)}, None, 1)],
        )
    )
    whole = run(registry()["enumerate"], "test", problem, Options())
    sizes = []

    def counting(of: Problem) -> object:
        judge = judge_of(of)
        assert judge is not None

        def judged(x: np.ndarray) -> object:
            sizes.append(x.size)
            return judge(x)

        return judged

    monkeypatch.setattr(enumerate, "judge_of", counting)
    monkeypatch.setattr(enumerate, "_NUMBERS", n)
    parts = run(registry()["enumerate"], "test", problem, Options())
    assert max(sizes) <= 256 * n
    assert len(sizes) == 2
    assert len(whole.x) == 3
    np.testing.assert_array_equal(whole.x, parts.x)


def test_a_run_without_any_time_lists_what_is_at_hand() -> None:
    """Of a group of thousands of which one is adopted preparing took the time, and then there was
    "no plan", with nothing adopted being one."""
    problem = problem_of(
        Draft(binaries(12), [{(0,): 1}, {(1,): -1}], [({(0,): 1, (1,): 1}, None, 1)])
    )
    solution = run(registry()["enumerate"], "test", problem, Options(time_limit=0.0))
    assert solution.proof.status == "approximate"
    assert solution.proof.stopped == "time_limit"


@pytest.mark.parametrize("n", [50, 400])
def test_one_of_many_is_summed_by_what_is_adopted(n: int) -> None:
    """The sums are those of the matrix product, which of a group of thousands is nearly empty."""
    plans = every_combination(
        problem_of(Draft(binaries(n), [{(0,): 1}], [({(j,): 1 for j in range(n)}, None, 1)]))
    )
    (factor,), (step,) = plans.factors, plans.steps
    assert len(factor.options) == n + 1
    assert np.count_nonzero(factor.options) == n
    np.testing.assert_array_equal(step.sums(factor.options), factor.options @ step.weights)
