"""Linear fronts with real decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, solve
from optimiser.engine.methods.cover import Cover
from optimiser.engine.methods.exact import Exact
from optimiser.engine.problem import Domain
from tests.engine.models import Draft, binaries, problem_of, real


def reals(n: int, upper: float | None = None) -> list[Domain]:
    return [real(f"x{j}", 0, upper) for j in range(n)]


def test_fusion_linear_is_one_segment() -> None:
    draft = Draft(
        reals(2),
        [{(0,): -2, (1,): -3}, {(0,): -5, (1,): -2}],
        [({(0,): 10, (1,): 10}, None, 10)],
        scale=10,
    )
    solution = solve(problem_of(draft), Options())
    assert solution.y.tolist() == [[-0.3, -0.2], [-0.2, -0.5]]
    assert solution.x.tolist() == [[0, 1], [1, 0]]
    assert (solution.proof.status, solution.proof.of, solution.proof.cells) == (
        "complete",
        "cells",
        ((0, 1),),
    )


def test_the_reason_counts_in_english() -> None:
    goal = [{(0,): 1}]
    assert (
        Cover().suits(problem_of(Draft(reals(1, 1), goal)))
        == "1 real-number decision, all effects linear"
    )
    assert (
        Cover().suits(problem_of(Draft(reals(2, 1), goal)))
        == "2 real-number decisions, all effects linear"
    )
    assert (
        Exact().suits(problem_of(Draft(binaries(1), goal)))
        == "1 yes/no decision, all effects linear"
    )


def test_an_ideal_point_is_a_single_plan() -> None:
    draft = Draft(reals(2, 1), [{(0,): -2, (1,): -3}, {(0,): -5, (1,): -2}], scale=10)
    solution = solve(problem_of(draft), Options())
    assert solution.y.tolist() == [[-0.5, -0.7]]
    assert (solution.proof.status, solution.proof.cells) == ("complete", ())


@pytest.mark.parametrize("other", [{(0,): -2, (1,): 3}, {(): 4}, {(0,): -4, (1,): 6}])
def test_objectives_that_agree_leave_one_plan(other: dict[Any, int]) -> None:
    solution = solve(problem_of(Draft(reals(2, 1), [{(0,): -2, (1,): 3}, other])), Options())
    assert solution.x.tolist() == [[1, 0]]
    assert solution.proof.status == "complete"


def test_corners_are_efficient_where_an_end_is_flat() -> None:
    """min x0 alone may stop anywhere on an edge of which only one end is efficient."""
    rows = [
        ({(0,): 1, (1,): 1}, 1, None),
        ({(0,): 1}, None, 3),
        ({(1,): 1}, None, 3),
        ({(0,): 1, (2,): 1}, 0, None),
    ]
    solution = solve(problem_of(Draft(reals(3, 3), [{(0,): 1}, {(1,): 1}], rows)), Options())
    assert solution.y.tolist() == [[0, 1], [1, 0]]
    assert solution.x[:, 2].tolist() == [0, 0]


def test_a_third_is_a_third() -> None:
    """Vertices are exact fractions, rounded once."""
    rows = [({(0,): 3, (1,): 1}, 1, None), ({(0,): 1, (1,): 3}, 1, None)]
    solution = solve(problem_of(Draft(reals(2, 5), [{(0,): 1}, {(1,): 1}], rows)), Options())
    assert solution.x.tolist() == [[0, 1], [0.25, 0.25], [1, 0]]
    assert solution.proof.cells == ((0, 1), (1, 2))


def test_random_linear_fronts_against_a_fine_sweep_of_weights() -> None:
    rng = np.random.default_rng(2)
    for _ in range(15):
        n, rows = 6, rng.integers(0, 9, (4, 6))
        objectives = [
            {(j,): -int(c) for j, c in enumerate(row)} for row in rng.integers(-2, 9, (2, n))
        ]
        limits = [
            ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum()) // 2 + 1)
            for row in rows
        ]
        problem = problem_of(Draft(reals(n, 2), objectives, limits))
        solution = solve(problem, Options())
        assert solution.proof.status == "complete"
        from scipy.optimize import linprog

        cost = np.array([[o.get((j,), 0) for j in range(n)] for o in objectives])
        for w in np.linspace(0.001, 0.999, 40):
            best = linprog(
                np.array([w, 1 - w]) @ cost, rows, [limit[2] for limit in limits], bounds=(0, 2)
            ).fun
            assert abs((solution.y @ [w, 1 - w]).min() - best) < 1e-8
        for a, b, c in zip(solution.y, solution.y[1:], solution.y[2:], strict=False):
            turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
            assert turn > 1e-9


def test_optimum_of_a_single_objective() -> None:
    rows = [({(0,): 10, (1,): 10}, 30, 30), ({(1,): 10, (2,): 10}, 20, 20)]
    solution = solve(
        problem_of(Draft(reals(3), [{(0,): 10, (1,): 15, (2,): 10}], rows, scale=10)), Options()
    )
    assert solution.x.tolist() == [[1, 2, 0]]
    assert solution.y.tolist() == [[4]]
    assert solution.proof.status == "complete"


@pytest.mark.parametrize("m", [2, 3])
def test_the_gap_of_a_mixed_front_holds_at_random_plans(m: int) -> None:
    rng = np.random.default_rng(m)
    n = 6
    objectives = [{(j,): int(c) for j, c in enumerate(row)} for row in rng.integers(-9, 9, (m, n))]
    limits = [
        ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum()) // 2)
        for row in rng.integers(1, 9, (2, n))
    ]
    problem = problem_of(Draft([*binaries(3), *reals(3, 2)], objectives, limits))
    solution = solve(problem, Options(gap=0.05))
    proof = solution.proof
    assert (proof.status, proof.of) == ("covering", "points")
    assert proof.gap is not None
    assert proof.gap <= 0.05
    x = rng.random((4000, n)) * 2
    x[:, :3] = x[:, :3] > 1
    rows = np.array([[terms[(j,)] for j in range(n)] for terms, _, _ in limits])
    x = x[(x @ rows.T <= [limit[2] for limit in limits]).all(axis=1)]
    y, _ = problem.evaluate(x)
    reach = solution.y - proof.gap * np.array(proof.scale) - 1e-9
    assert len(y) > 100
    assert all((reach <= point).all(axis=1).any() for point in y)


def test_three_objectives_list_every_lexicographic_corner() -> None:
    rows = [({(0,): 1, (1,): 1, (2,): 1}, 1, None)]
    solution = solve(
        problem_of(Draft(reals(3, 1), [{(0,): 1}, {(1,): 1}, {(2,): 1}], rows)), Options(points=20)
    )
    listed = {tuple(row) for row in solution.y.tolist()}
    assert {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)} <= listed
    assert len(listed) <= 20
    assert (solution.proof.status, solution.proof.of, solution.proof.cells) == (
        "covering",
        "cells",
        ((0, 1, 2),),
    )
    assert (solution.proof.gap or 0) <= 1e-8
