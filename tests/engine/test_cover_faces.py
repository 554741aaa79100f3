"""Linear fronts in three and more objectives: vertices and faces against all bases, gaps against
linear programs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, solve
from optimiser.engine.contract import Solution
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError, UnboundedError
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.engine.models import Draft, binaries, problem_of, real

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def random_linear(seed: int, *, n: int, rows: int, m: int, upper: int = 3) -> Draft:
    rng = np.random.default_rng(seed)
    objectives = [
        {(j,): -int(c) for j, c in enumerate(row) if c}
        for row in rng.integers(0, 9, (m, n)) * (rng.random((m, n)) < 0.7)
    ]
    limits = [
        ({(j,): int(c) for j, c in enumerate(row) if c}, None, int(row.sum()))
        for row in rng.integers(0, 9, (rows, n))
    ]
    return Draft([real(f"x{j}", 0, upper) for j in range(n)], objectives, limits)


def arrays(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs (m, columns), and rows with ``rows @ x <= limits`` that hold all bounds."""
    linear = problem.linear
    assert linear
    n = len(linear.columns)

    def dense(terms: Any) -> np.ndarray:
        row = np.zeros(n)
        for j, c in terms:
            row[j] = float(c)
        return row

    cost = np.array([dense(o.terms) / float(o.scale) for o in linear.objectives])
    rows, limits = [], []
    for r in linear.rows:
        size = max(abs(float(c)) for _, c in r.terms)
        for bound, sign in ((r.lower, -1.0), (r.upper, 1.0)):
            if bound is not None:
                rows.append(sign * dense(r.terms) / size)
                limits.append(sign * float(bound - r.constant) / size)
    for j, c in enumerate(linear.columns):
        for end, sign in ((c.lower, -1.0), (c.upper, 1.0)):
            if end is not None:
                rows.append(sign * np.eye(n)[j])
                limits.append(sign * float(end))
    return cost, np.array(rows), np.array(limits)


def vertices_by_force(problem: Problem) -> list[np.ndarray]:
    """The points of all bases that some positive weights have as their only best point."""
    cost, rows, limits = arrays(problem)
    assert problem.linear
    constants = np.array([float(o.constant / o.scale) for o in problem.linear.objectives])
    n = rows.shape[1]
    found: dict[tuple[float, ...], np.ndarray] = {}
    for chosen in itertools.combinations(range(len(rows)), n):
        square = rows[list(chosen)]
        if abs(np.linalg.det(square)) < 1e-9:
            continue
        x = np.linalg.solve(square, limits[list(chosen)])
        if (rows @ x <= limits + 1e-9).all():
            y = cost @ x + constants
            found[tuple(np.round(y, 7))] = y
    points = list(found.values())
    return [
        y for i, y in enumerate(points) if alone(y, [p for k, p in enumerate(points) if k != i])
    ]


def alone(y: np.ndarray, others: list[np.ndarray]) -> bool:
    """Whether positive weights make ``y`` better than every other point."""
    from scipy.optimize import linprog

    if not others:
        return True
    m = len(y)
    span = np.ptp(np.array([y, *others]), axis=0)
    shares = (np.array(others) - y) / np.where(span > 0, span, 1.0)
    done = linprog(
        [0.0] * m + [-1.0],
        np.hstack([-shares, np.ones((len(others), 1))]),
        np.zeros(len(others)),
        np.array([[1.0] * m + [0.0]]),
        [1.0],
        bounds=[(1e-9, 1)] * m + [(None, 1)],
    )
    return bool(done.status == 0 and -done.fun > 1e-9)


def same_points(one: np.ndarray, other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(np.abs(one - y).max(axis=1).min() < 1e-6 for y in other)


def faces_hold(problem: Problem, solution: Solution) -> None:
    """Each cell is a face: some positive weights have exactly its vertices as best, and no plan is
    better.
    """
    from scipy.optimize import linprog

    cost, rows, limits = arrays(problem)
    free = [(None, None)] * rows.shape[1]
    m = len(cost)
    constant = solution.y[0] - cost @ extended(problem, solution.x[0])
    for cell in solution.proof.cells:
        on = solution.y[list(cell)]
        off = np.delete(solution.y, list(cell), axis=0)
        differences = np.vstack([off - on[0], np.zeros((0, m))])
        found = linprog(
            [0.0] * m + [-1.0],
            np.hstack([-differences, np.ones((len(differences), 1))]),
            np.zeros(len(differences)),
            np.vstack([np.hstack([on[1:] - on[0], np.zeros((len(on) - 1, 1))]), [1.0] * m + [0.0]]),
            [0.0] * (len(on) - 1) + [1.0],
            bounds=[(1e-7, 1)] * m + [(None, 1)],
        )
        assert found.status == 0
        weights = found.x[:m]
        best = linprog(weights @ cost, rows, limits, bounds=free).fun
        assert weights @ (on[0] - constant) == pytest.approx(best, abs=1e-6)


def extended(problem: Problem, x: np.ndarray) -> np.ndarray:
    assert problem.linear
    full: np.ndarray = problem.linear.extend(x[None])[0]
    return full


@pytest.mark.parametrize(
    ("n", "rows", "m", "seed"),
    [(3, 3, 3, 0), (4, 3, 3, 1), (5, 3, 3, 2), (4, 4, 4, 3), (5, 2, 4, 4), (4, 2, 5, 5)],
)
def test_all_vertices_and_faces_of_small_models(n: int, rows: int, m: int, seed: int) -> None:
    problem = problem_of(random_linear(seed, n=n, rows=rows, m=m))
    solution = solve(problem, Options())
    assert solution.proof.status == "complete"
    assert same_points(solution.y, vertices_by_force(problem))
    faces_hold(problem, solution)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 70))
def test_all_vertices_of_more_small_models(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, rows, m = int(rng.integers(2, 7)), int(rng.integers(1, 4)), int(rng.integers(3, 5))
    test_all_vertices_and_faces_of_small_models(n, rows, m, seed)


def three_objectives(name: str) -> Problem:
    scenario = load(SCENARIOS / f"{name}.yaml")
    energy = replace_objective(scenario.resolved())
    return formulate(energy).at()


def replace_objective(resolved: Mapping[str, Any]) -> Any:
    from optimiser.scenario import from_resolved

    changed = dict(resolved)
    changed["objectives"] = {**changed["objectives"], "energy": {"sense": "minimise"}}
    return from_resolved(changed)


@pytest.mark.parametrize("name", ["steel_routes", "steel_routes_clean_grid", "steam_supply"])
def test_energy_as_a_third_objective_is_complete(name: str) -> None:
    problem = three_objectives(name)
    solution = solve(problem, Options())
    assert (solution.proof.status, solution.proof.of) == ("complete", "cells")
    assert same_points(solution.y, vertices_by_force(problem))
    faces_hold(problem, solution)


def worst_gap(problem: Problem, solution: Solution, weights: np.ndarray) -> float:
    """How far the best plan of any weights lies below the listed ones, in shares of the scales:
    never above a true gap.
    """
    from scipy.optimize import linprog

    cost, rows, limits = arrays(problem)
    scale = np.array(solution.proof.scale)
    used = scale > 0
    shares, listed = cost[used] / scale[used, None], solution.y[:, used] / scale[used]
    worst = 0.0
    for row in weights[:, used]:
        w = row / row.sum()
        best = linprog(w @ shares, rows, limits, bounds=[(None, None)] * rows.shape[1]).fun
        worst = max(worst, float((listed @ w).min() - best))
    return worst


@pytest.mark.parametrize(
    ("m", "options"),
    [
        (3, Options(gap=0.01)),
        (3, Options(points=12)),
        (4, Options(gap=0.05)),
        (2, Options(points=4)),
    ],
)
def test_no_weights_show_more_than_the_gap(m: int, options: Options) -> None:
    problem = problem_of(random_linear(7, n=14, rows=10, m=m))
    solution = solve(problem, options)
    proof = solution.proof
    assert (proof.status, proof.of) == ("covering", "cells")
    assert proof.gap is not None
    assert options.gap is None or proof.gap <= options.gap
    assert options.points is None or (
        len(solution.x) <= options.points and proof.stopped == "points"
    )
    weights = np.random.default_rng(0).dirichlet(np.full(m, 0.7), 150)
    assert worst_gap(problem, solution, weights) <= proof.gap


def test_the_gap_of_few_points_is_not_understated() -> None:
    """With two of three corners listed the third objective's best value is far away, and the claim
    says so.
    """
    rows = [({(0,): 1, (1,): 1, (2,): 1}, 1, None)]
    problem = problem_of(
        Draft([real(f"x{j}", 0, 1) for j in range(3)], [{(0,): 1}, {(1,): 1}, {(2,): 1}], rows)
    )
    solution = solve(problem, Options(points=2))
    assert len(solution.x) == 2
    assert (solution.proof.gap or 0) >= worst_gap(problem, solution, 1.0 - np.eye(3)) > 0.2


@pytest.mark.parametrize(
    "third",
    [
        {(0,): -2, (1,): 3, (2,): 1},
        {(): 4},
        {(0,): 4, (1,): -6, (2,): -2},
        {(0,): 2, (1,): -1, (2,): 5},
    ],
)
def test_degenerate_third_objectives(third: dict[Any, int]) -> None:
    """A duplicate, a constant, an opposite and a combination of the others: fronts of lower
    dimension.
    """
    first = {(0,): -2, (1,): 3, (2,): 1}
    second = {(0,): 4, (1,): -4, (2,): 4}
    rows = [({(0,): 1, (1,): 1, (2,): 1}, None, 2), ({(0,): 1, (1,): -1}, -1, 1)]
    problem = problem_of(
        Draft([real(f"x{j}", 0, 2) for j in range(3)], [first, second, third], rows)
    )
    solution = solve(problem, Options())
    assert solution.proof.status == "complete"
    assert same_points(solution.y, vertices_by_force(problem))
    faces_hold(problem, solution)


def test_an_ideal_plan_is_alone() -> None:
    solution = solve(
        problem_of(
            Draft([real("x", 0, 1), real("y", 0, 1)], [{(0,): 1}, {(1,): 2}, {(0,): 1, (1,): 1}])
        ),
        Options(),
    )
    assert solution.y.tolist() == [[0, 0, 0]]
    assert (solution.proof.status, solution.proof.of, solution.proof.cells) == (
        "complete",
        "points",
        (),
    )


def test_a_rim_without_a_face_is_listed_as_segments() -> None:
    """min (x, y, x + y) over x + y >= 1: the third is constant on the front, a segment."""
    rows = [({(0,): 1, (1,): 1}, 1, None)]
    solution = solve(
        problem_of(
            Draft(
                [real("x", 0, 3), real("y", 0, 3)], [{(0,): 1}, {(1,): 1}, {(0,): 1, (1,): 1}], rows
            )
        ),
        Options(),
    )
    assert solution.y.tolist() == [[0, 1, 1], [1, 0, 1]]
    assert (solution.proof.status, solution.proof.cells) == ("complete", ((0, 1),))


def test_free_ranges_and_equalities() -> None:
    domains = [real("x", None, None), real("y", None, None), real("z", None, 5)]
    rows = [
        ({(0,): 1, (1,): 1, (2,): 1}, 2, 2),
        ({(0,): 1}, -3, 4),
        ({(1,): 2}, -6, None),
        ({(2,): 1}, -1, None),
    ]
    problem = problem_of(Draft(domains, [{(0,): 1}, {(1,): 1}, {(2,): 1}], rows))
    solution = solve(problem, Options())
    assert solution.proof.status == "complete"
    assert same_points(solution.y, vertices_by_force(problem))
    coarse = solve(problem, Options(points=3)).proof
    assert coarse.status == "covering"
    assert np.isfinite(coarse.gap or np.inf)


@pytest.mark.parametrize("extra", [[], binaries(1)])
@pytest.mark.parametrize("m", [2, 3])
def test_unbounded_and_infeasible_in_words(m: int, extra: list[Any]) -> None:
    domains = [real("x", 0, None), real("y", 0, 1), *extra]
    objectives = [{(1,): 1}, {(0,): -1}, {(0,): 1, (1,): 1}][:m]
    with pytest.raises(UnboundedError, match="objective 'f1' has no finite best value"):
        solve(problem_of(Draft(domains, objectives)), Options())
    rows = [({(0,): 1, (1,): 1}, None, 1), ({(0,): 1}, 2, None)]
    with pytest.raises(InfeasibleError, match="'r0', 'r1' cannot hold together"):
        solve(problem_of(Draft(domains, objectives, rows)), Options())


def test_a_stopped_run_claims_no_more_than_it_measured() -> None:
    problem = problem_of(random_linear(3, n=50, rows=30, m=3))
    solution = solve(problem, Options(time_limit=0.12))
    proof = solution.proof
    if proof.status == "covering":
        assert proof.stopped in (None, "time_limit")
        assert worst_gap(problem, solution, np.random.default_rng(0).dirichlet(np.ones(3), 60)) <= (
            proof.gap or 0
        )


def test_sixty_variables_in_three_objectives() -> None:
    problem = problem_of(random_linear(1, n=60, rows=40, m=3, upper=5))
    solution = solve(problem, Options())
    proof = solution.proof
    assert (proof.status, proof.of) == ("covering", "cells")
    assert (proof.gap or 1) <= 1e-3 + 1e-8
    assert worst_gap(problem, solution, np.random.default_rng(0).dirichlet(np.ones(3), 60)) <= (
        proof.gap or 0
    )
    assert {len(cell) for cell in proof.cells} <= {2, 3}


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize(
    ("ends", "nearest"),
    [((-3, -1), -1), ((-2, 5), 0), ((2, 5), 2), ((None, None), 0), ((None, -4), -4)],
)
def test_a_free_decision_is_listed_nearest_to_nothing(
    m: int, ends: tuple[Any, Any], nearest: float
) -> None:
    """Two decisions that no objective knows, one of them held by a row to the other: 0 <= a - b <=
    1.
    """
    domains = [real("x", 0, 1), real("y", 0, 1), real("a", *ends), real("b", None, None)]
    rows = [({(0,): 1, (1,): 1}, 1, None), ({(2,): 1, (3,): -1}, 0, 1)]
    solution = solve(
        problem_of(Draft(domains, [{(0,): 1}, {(1,): 1}, {(0,): 1, (1,): 2}][:m], rows)), Options()
    )
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    assert solution.x[:, 2].tolist() == [nearest] * len(solution.x)
    assert solution.x[:, 3].tolist() == [nearest - 1 if nearest > 0 else nearest] * len(solution.x)
