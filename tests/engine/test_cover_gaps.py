"""What a covering of a linear front claims, asked of random plans; and the exact pieces that the
claim is made of.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from optimiser.engine import Options, solve
from optimiser.engine.contract import Solution
from optimiser.engine.linear import hull, sandwich, vertex_listing
from optimiser.engine.linear.double_description import UpperImage
from optimiser.engine.linear.vertices import InexactError
from optimiser.engine.linear.weak_duality import WeakDuality, implied
from optimiser.engine.rationals.lifting import lifted
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.engine.models import Draft, binary, problem_of, real
from tests.engine.test_cover_faces import random_linear
from tests.engine.test_cover_oracle import Program, problem, random_program, verdict
from tests.searches import seeds

_FAR = 60


def shortfall(solution: Solution, point: np.ndarray) -> float:
    """How much worse than the point, in shares of the scales, the best mixture of listed plans
    is.
    """
    scale = np.array(solution.proof.scale)
    k = len(solution.y)
    rows = np.hstack([solution.y.T, -scale[:, None]])
    done = linprog(
        [0.0] * k + [1.0],
        rows,
        point + 1e-9 * np.maximum(1.0, np.abs(point)),
        [[1.0] * k + [0.0]],
        [1.0],
        bounds=[(0, None)] * k + [(None, None)],
    )
    return float(done.fun) if done.status == 0 else np.inf


def random_points(program: Program, rng: np.random.Generator, count: int) -> list[np.ndarray]:
    ends = [
        (-_FAR if low is None else low, _FAR if high is None else high)
        for low, high in program.ends
    ]
    corners = [program.least(rng.normal(size=len(ends)), ends=ends) for _ in range(4)]
    if any(c.status != 0 for c in corners):
        return []
    plans = rng.dirichlet(np.full(4, 0.6), count) @ np.array([c.x for c in corners])
    values = plans @ program.costs.T + program.constants
    return [program.improved(y) for y in values[: count // 2]] + list(values[count // 2 :])


def covers(seed: int, options: Options) -> None:
    program = random_program(seed)
    if verdict(program)[0] != "bounded":
        return
    solution = solve(problem(program), options)
    proof = solution.proof
    assert proof.basis == "exact"
    if proof.status == "complete":
        assert len(solution.x) == 1 or len(program.costs) == 2
        return
    assert proof.status == "covering"
    assert proof.gap is not None
    for point in random_points(program, np.random.default_rng(seed), 8):
        assert shortfall(solution, point) <= proof.gap + 1e-7


@pytest.mark.parametrize("seed", seeds(3000, 3040, here=10))
@pytest.mark.parametrize(
    "options", [Options(method="cover", gap=0.05), Options(method="cover", points=4)]
)
def test_gaps_hold_at_random_plans(seed: int, options: Options) -> None:
    """Free and half-open columns, equalities, objectives that repeat or contradict one another."""
    covers(seed, options)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_more_gaps_hold_at_random_plans(block: int) -> None:
    for seed in range(4000 + 40 * block, 4040 + 40 * block):
        covers(seed, Options(method="cover", gap=0.03))
        covers(seed, Options(method="cover", points=5))


def amounts(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Draft]:
    """Three measures, each left out or of 1 to 5 units that take up a budget of 12: what they give
    of each objective (4, 3), what they take (3,), and the model, in tenths.
    """
    n, m = 3, 4
    gives, takes = rng.integers(-30, 30, (m, n)), rng.integers(1, 4, n)
    columns = [binary(f"b{j}") for j in range(n)] + [real(f"x{j}", 0, 5) for j in range(n)]
    rows: list[Any] = [({(n + j,): 1, (j,): -5}, None, 0) for j in range(n)]
    rows += [({(n + j,): 1, (j,): -1}, 0, None) for j in range(n)]
    rows += [({(n + j,): int(takes[j]) for j in range(n)}, None, 12)]
    objectives = [{(n + j,): int(row[j]) for j in range(n)} for row in gives]
    return gives / 10, takes, Draft(columns, objectives, rows, scale=10)


@pytest.mark.parametrize("seed", seeds(20, here=5))
def test_a_gap_is_reached_by_plans_that_are_apart(seed: int) -> None:
    """A plan in a zone that is within the gap splits others and brings nothing; plans that come
    ever nearer to one another never end.
    """
    rng = np.random.default_rng(seed)
    gives, takes, draft = amounts(rng)
    solution = solve(problem_of(draft), Options(gap=0.1))
    proof = solution.proof
    assert (proof.status, proof.basis, proof.stopped) == ("covering", "exact", None)
    assert proof.gap is not None
    assert proof.gap <= 0.1
    scale = np.array(proof.scale)
    corners = {int(row) for row in solution.y.argmin(axis=0)}
    for a, b in itertools.combinations(set(range(len(solution.y))) - corners, 2):
        assert (np.abs(solution.y[a] - solution.y[b]) > 0.05 * scale).any()
    plans = rng.uniform(1, 5, (2000, 3)) * rng.integers(0, 2, (2000, 3))
    for y in plans[plans @ takes <= 12] @ gives.T:
        assert ((solution.y - proof.gap * scale <= y + 1e-9).all(axis=1)).any()


@pytest.mark.parametrize("joggled", [True, False])
def test_a_hull_that_does_not_close_still_proves_a_gap(
    joggled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With points moved by rounding errors the simplices fit together; if they never do, the single
    plans prove what they can.
    """
    closed = hull.Hull.closed
    calls: list[bool] = []

    def once(self: hull.Hull) -> bool:
        calls.append(True)
        return joggled and len(calls) > 1 and closed(self)

    monkeypatch.setattr(hull.Hull, "closed", once)
    draft = random_linear(7, n=14, rows=10, m=3)
    proof = solve(problem_of(draft), Options(gap=0.02)).proof
    assert (proof.status, proof.basis) == ("covering", "exact")
    assert proof.gap is not None
    assert 1e-3 < proof.gap <= (0.03 if joggled else 1.0)


def test_a_gap_without_faces_is_one_of_points() -> None:
    """Two opposed objectives make the front a line of mixtures; no face of it was found, and the
    gap of mixtures, 6e-14, was said of three plans.
    """
    made = {
        "optimise": 1,
        "name": "line",
        "variables": {
            "x": {"type": "real", "min": "0.2", "max": "1.7"},
            "y": {"type": "real", "min": "-0.6", "max": "3.4"},
        },
        "objectives": {
            "f": {
                "sense": "minimise",
                "expr": "max(-3.99 * x + 3.79 * y + 10.47, 2.34 * x - 3.72 * y + 13.02)",
            },
            "g": {"sense": "maximise", "expr": "2.92 * x"},
            "h": {"sense": "minimise", "expr": "4 * x"},
        },
        "constraints": {"c": "-1.85 * x - 1.6 * y <= -3.9"},
    }
    stated = formulate(load(made)).at()
    solution = solve(stated, Options(gap=0.02))
    proof, listed = solution.proof, stated.evaluate(solution.x)[0]
    assert proof.gap is not None
    if proof.of == "cells":
        return
    room = proof.gap * np.array(proof.scale)
    for x in np.linspace(0.2, 1.7, 31):
        (plan,) = stated.evaluate(np.array([[x, (3.9 - 1.85 * x) / 1.6 + 1e-9]]))[0]
        assert (listed <= plan + room).all(axis=1).any()


def test_no_plan_lies_on_no_face() -> None:
    """Of three segments one was listed, and the gap was that of all three."""
    made = {
        "optimise": 1,
        "name": "bent",
        "variables": {
            "x": {"type": "real", "min": "-0.8", "max": "3"},
            "y": {"type": "real", "min": "-1.7", "max": "1"},
        },
        "objectives": {
            "f": {"sense": "maximise", "expr": "-3.56 * y"},
            "g": {"sense": "minimise", "expr": "max(8.9 * y, 1.45 * x + 1.27 * y)"},
            "h": {"sense": "minimise", "expr": "0.63 * x - 1.5 * y"},
        },
        "constraints": {"c": "-0.23 * x - 0.14 * y <= 0", "d": "-0.39 * x - 3.1 * y <= 0.86"},
    }
    solution = solve(formulate(load(made)).at(), Options(gap=0.02))
    on = {i for cell in solution.proof.cells for i in cell}
    assert solution.proof.of == "points" or on == set(range(len(solution.x)))


@pytest.mark.parametrize(
    ("cells", "leads"),
    [
        ([(0, 1), (1, 2)], True),
        ([(0, 1), (2, 3)], False),
        ([(0, 1)], False),
        ([(0, 1, 3), (3, 2)], True),
        ([], False),
    ],
)
def test_faces_lead_from_each_plan_to_every_other(
    cells: list[tuple[int, ...]], leads: bool
) -> None:
    count = 1 + max((i for cell in cells for i in cell), default=2)
    assert sandwich._connected(cells, max(count, 3)) == leads


def test_corners_by_floats_are_not_called_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any) -> None:
        raise InexactError

    monkeypatch.setattr(vertex_listing, "_exact_corners", slow)
    proof = solve(problem_of(random_linear(7, n=14, rows=10, m=3)), Options(gap=0.02)).proof
    assert (proof.status, proof.basis) == ("covering", "numerical")
    assert "HiGHS" in proof.note
    assert proof.bounds == (None, None, None)


def test_scale_and_bounds_are_those_of_the_corners() -> None:
    """3(x + y + z) >= 1 in the unit box: corners (0, 0, 1/3) twice and (0, 1/3, 0), so x counts by
    all of its range.

    Objectives in tenths: x, 2y, z + 7, and 4y + 1, which is twice the second and a constant.
    """
    rows = [({(0,): 3, (1,): 3, (2,): 3}, 1, None)]
    draft = Draft(
        [real(f"x{j}", 0, 1) for j in range(3)],
        [{(0,): 1}, {(1,): 2}, {(2,): 1, (): 7}, {(1,): 4, (): 1}],
        rows,
        scale=10,
    )
    proof = solve(problem_of(draft), Options(points=3)).proof
    assert proof.scale == pytest.approx((0.1, 2 / 30, 1 / 30, 4 / 30), rel=1e-15)
    assert proof.bounds == (0, 0, 0.7, 0.1)


@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_lifting_solves_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    r = int(rng.integers(1, 25))
    matrix = (rng.integers(-50, 51, (r, r)) * (rng.random((r, r)) < 0.6)).tolist()
    right = [int(v) for v in rng.integers(-(10**6), 10**6, r)]
    found = lifted(matrix, right)
    if found is None:
        assert abs(np.linalg.det(np.array(matrix, dtype=float))) < 1e-3
        return
    values, by = found
    assert [sum(c * v for c, v in zip(row, values, strict=True)) for row in matrix] == [
        b * by for b in right
    ]


def test_lifting_declines_what_is_singular_or_nearly() -> None:
    assert lifted([[1, 2], [2, 4]], [1, 2]) is None
    assert lifted([[10**15, 10**15 + 1], [10**15 - 1, 10**15]], [1, 0]) is None


@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_bounds_of_weighted_sums_never_exceed_the_exact_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, n, m = (int(v) for v in rng.integers(1, 6, 3))
    matrix = rng.normal(size=(p, n)) * 10.0 ** rng.integers(-6, 7, (p, n))
    objectives = rng.normal(size=(m, n)) * 10.0 ** rng.integers(-6, 7, (m, n))
    weights, duals = rng.random((4, m)), rng.normal(size=(4, p))
    if seed % 2:
        # reduced costs of nothing but rounding errors
        objectives[0] = duals[0] @ matrix
        weights[0] = np.eye(m)[0]
    sides = np.array([-rng.random(p), rng.random(p)]) * 1e6
    box = np.array([-rng.random(n), rng.random(n)]) * 1e9
    if seed % 3 == 0:
        box[1, 0] = np.inf
    found = WeakDuality(objectives, matrix, sides, box).bounds(weights, duals)
    for w, y, bound in zip(weights, duals, found, strict=True):
        exact = Fraction(0)
        for i in range(p):
            exact += Fraction(y[i]) * Fraction(sides[0, i] if y[i] > 0 else sides[1, i])
        for j in range(n):
            price = sum(
                (Fraction(w[k]) * Fraction(objectives[k, j]) for k in range(m)), Fraction(0)
            )
            price -= sum((Fraction(y[i]) * Fraction(matrix[i, j]) for i in range(p)), Fraction(0))
            if price < 0 and np.isinf(box[1, j]):
                assert bound == -np.inf
                break
            exact += price * Fraction(
                box[0, j] if price > 0 else 0.0 if np.isinf(box[1, j]) else box[1, j]
            )
        else:
            assert bound <= exact
            assert bound == -np.inf or float(exact - Fraction(bound)) <= 1e-6 * (
                abs(float(exact)) + 1e16
            )


def test_ends_that_rows_imply() -> None:
    """2x + y <= 7 with x, y >= 0; z = x - y is free."""
    half, none = Fraction(0), None
    lp: Any = SimpleNamespace(
        columns=((half, none), (half, none), (none, none)),
        rows=({0: 2, 1: 1}, {0: 1, 1: -1, 2: -1}),
        sides=((none, Fraction(7)), (Fraction(0), Fraction(0))),
    )
    expected: Any = [(0, Fraction(7, 2)), (0, Fraction(7)), (Fraction(-7), Fraction(7, 2))]
    assert implied(lp) == expected


def facets_by_force(points: list[tuple[Fraction, ...]]) -> set[tuple[Fraction, ...]]:
    """Weights adding up to 1 that are least on m generators which determine them, for all choices
    of these.
    """
    m = len(points[0])
    found = set()
    generators = [(*p, Fraction(-1)) for p in points] + [
        (*(Fraction(int(i == k)) for i in range(m)), Fraction(0)) for k in range(m)
    ]
    for chosen in itertools.combinations(generators, m):
        ray = kernel(chosen)
        if ray is None or not any(ray[:-1]):
            continue
        sign = 1 if sum(ray[:-1]) > 0 else -1
        ray = [sign * v for v in ray]
        if all(sum(a * b for a, b in zip(ray, g, strict=True)) >= 0 for g in generators):
            total = sum(ray[:-1])
            found.add(tuple(v / total for v in ray))
    return found


def kernel(rows: Any) -> list[Fraction] | None:
    """The one direction that all rows, one fewer than their length, are orthogonal to; None where
    there are more.
    """
    size = len(rows[0])
    done: list[list[Fraction]] = []
    for row in rows:
        rest = list(row)
        for other in done:
            lead = next(i for i, v in enumerate(other) if v)
            rest = [a - rest[lead] / other[lead] * b for a, b in zip(rest, other, strict=True)]
        if not any(rest):
            return None
        done.append(rest)
    leads = [next(i for i, v in enumerate(row) if v) for row in done]
    free = next(i for i in range(size) if i not in leads)
    solution = [Fraction(0)] * size
    solution[free] = Fraction(1)
    for row, lead in reversed(list(zip(done, leads, strict=True))):
        solution[lead] = (
            -sum((row[i] * solution[i] for i in range(size) if i != lead), Fraction(0)) / row[lead]
        )
    return solution


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_facets_by_double_description(seed: int) -> None:
    """Few distinct coordinates: points on common planes, on edges, inside, and dominated."""
    rng = np.random.default_rng(seed)
    m = int(rng.integers(2, 5))
    points = [
        tuple(Fraction(int(v), 2) for v in row)
        for row in rng.integers(0, 5, (int(rng.integers(1, 8)), m))
    ]
    points = list(dict.fromkeys(points))
    image = UpperImage(points[0])
    for point in points[1:]:
        image.add(point)
    facets = {tuple(Fraction(v, sum(ray[:-1])) for v in ray) for ray in image.facets}
    assert facets == facets_by_force(points)
    for ray, mask in image.facets.items():
        for i, point in enumerate(points):
            on = sum(w * y for w, y in zip(ray[:-1], point, strict=True)) == ray[-1]
            assert bool(mask >> m + i & 1) == on
        assert all(bool(mask >> k & 1) == (ray[k] == 0) for k in range(m))
