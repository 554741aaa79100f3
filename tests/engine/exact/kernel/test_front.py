"""Whole fronts against enumeration: the points themselves, not their number."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact.kernel import IntegerProgram, KernelOutcome, solve_front
from tests.engine.exact.kernel.models import SHAPES, enumerated, program, written_out
from tests.searches import seeds


def agree(given: IntegerProgram, outcome: KernelOutcome, /) -> None:
    """The outcome is the enumerated front, with a feasible plan behind every point."""
    expected = enumerated(given)
    assert outcome.status == ("complete" if len(expected) else "infeasible"), outcome.reason
    np.testing.assert_array_equal(outcome.points, expected)
    x = outcome.x
    np.testing.assert_array_equal(x @ given.objectives.T, outcome.points)
    activity = x @ written_out(given).T
    assert ((activity >= given.row_lower) & (activity <= given.row_upper)).all()
    assert ((x >= given.lower) & (x <= given.upper)).all()
    for column, factors in given.products.items():
        np.testing.assert_array_equal(x[:, column], x[:, list(factors)].prod(axis=1))
    assert (outcome.ideal <= expected.min(axis=0, initial=np.iinfo(np.int64).max)).all()


@pytest.mark.parametrize("seed", seeds(12, here=3))
@pytest.mark.parametrize("shape", SHAPES)
def test_random_models_have_the_enumerated_front(shape: str, seed: int) -> None:
    given = SHAPES[shape](np.random.default_rng(seed))
    agree(given, solve_front(given))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
@pytest.mark.parametrize("shape", SHAPES)
def test_many_random_models_have_the_enumerated_front(shape: str, block: int) -> None:
    for seed in range(1000 + 30 * block, 1030 + 30 * block):
        given = SHAPES[shape](np.random.default_rng(seed))
        agree(given, solve_front(given))


def test_one_objective_gives_one_optimal_plan() -> None:
    outcome = solve_front(program([[-5, -4, -3]], [[2, 3, 1]], row_upper=[5]))
    assert outcome.points.tolist() == [[-9]]
    assert outcome.x.tolist() == [[1, 1, 0]]


def test_constant_objectives_leave_any_feasible_plan() -> None:
    given = program([[0, 0, 0], [0, 0, 0]], [[1, 1, 1]], row_lower=[2])
    outcome = solve_front(given)
    assert outcome.status == "complete"
    assert outcome.points.tolist() == [[0, 0]]
    assert outcome.x.sum() >= 2


def test_an_infeasible_model_is_infeasible_not_stopped() -> None:
    given = program([[1, 2], [2, 1]], [[2, 2]], row_lower=[1], row_upper=[1])
    outcome = solve_front(given)
    assert (outcome.status, len(outcome.points)) == ("infeasible", 0)


def test_fixed_columns_count_in_the_points() -> None:
    given = program([[7, 1, -2], [3, -1, 5]], lower=[1, 0, 0])
    agree(given, solve_front(given))


def test_a_product_with_a_fixed_factor_follows_the_others() -> None:
    given = program([[-1, -1, -9], [2, 3, 1]], lower=[1, 0, 0], products={2: (0, 1)})
    agree(given, solve_front(given))


def test_rows_that_already_define_the_product_do_no_harm() -> None:
    rows = [[-1, 0, 1], [0, -1, 1], [1, 1, -1]]
    given = program([[4, 5, -12], [1, 1, 1]], rows, row_upper=[0, 0, 1], products={2: (0, 1)})
    agree(given, solve_front(given))


def test_a_slope_of_exactly_zero_is_a_pivot_not_infeasible() -> None:
    """A ratio test that calls a slope of zero infeasible loses points on integer data whose rows
    are met exactly.
    """
    r = np.random.default_rng(5)
    for _ in range(20):
        a = r.integers(1, 4, (2, 10))
        right = a[:, :5].sum(axis=1)
        given = program(r.integers(-5, 6, (3, 10)), a, row_lower=right, row_upper=right)
        agree(given, solve_front(given))


def test_a_larger_model_with_synergies() -> None:
    r = np.random.default_rng(11)
    n = 12
    c = np.hstack([r.integers(-20, 20, (3, n)), np.zeros((3, 4), dtype=int)])
    c[0, n:] = -r.integers(5, 20, 4)
    products = {n + k: tuple(int(v) for v in r.choice(n, 2, replace=False)) for k in range(4)}
    cost = np.concatenate([r.integers(5, 20, n), np.zeros(4, dtype=int)])
    given = program(c, [cost], row_upper=[int(cost.sum() // 2)], products=products)
    agree(given, solve_front(given))
