"""Mixed-integer linear fronts in two objectives against all their slices."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, solve
from optimiser.results import Result
from optimiser.results.claim_words import proof_words
from optimiser.results.wording import reference_words
from optimiser.scenario import from_resolved
from optimiser.study import solve as solve_scenario
from tests.engine.models import Draft, binaries, problem_of, real, whole
from tests.searches import seeds


def least(draft: Draft, cap: float, fixed: dict[int, float] | None = None) -> float | None:
    """The least second objective of any slice where the first is at most ``cap``: one linear
    program a slice.
    """
    from scipy.optimize import linprog

    n = len(draft.domains)
    discrete = [j for j, d in enumerate(draft.domains) if d.discrete]
    cost = np.array([[o.get((j,), 0) for j in range(n)] for o in draft.objectives], dtype=float)
    rows = np.array([[r.get((j,), 0) for j in range(n)] for r, _, _ in draft.rows]).reshape(-1, n)
    limits = [limit for _, _, limit in draft.rows]
    found = []
    values = [
        range(int(draft.domains[j].lower or 0), int(draft.domains[j].upper or 0) + 1)
        for j in discrete
    ]
    for choice in itertools.product(*values):
        bounds: list[Any] = [(float(d.lower or 0), float(d.upper or 0)) for d in draft.domains]
        for j, v in zip(discrete, choice, strict=True):
            bounds[j] = (v, v)
        done = linprog(cost[1], np.vstack([rows, cost[0]]), [*limits, cap], bounds=bounds)
        if done.status == 0:
            found.append(float(done.fun))
    return min(found, default=None)


def random_mixed(seed: int) -> Draft:
    rng = np.random.default_rng(seed)
    domains = [
        *binaries(int(rng.integers(1, 4))),
        *[whole("w", 0, 2)][: int(rng.integers(0, 2))],
        real("u", 0, 2),
        real("v", 0, 3),
    ]
    n = len(domains)
    objectives = [{(j,): int(c) for j, c in enumerate(row)} for row in rng.integers(-9, 9, (2, n))]
    rows = [
        ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum() * 0.6) + 1)
        for row in rng.integers(0, 7, (3, n))
    ]
    return Draft(domains, objectives, rows)


def described(solution: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    segments = [(solution.y[a], solution.y[b]) for a, b in solution.proof.cells]
    return segments + [(solution.y[a], np.array(limit)) for a, limit in solution.proof.open_ends]


def lowest(solution: Any, cap: float) -> float:
    """The least second objective that the claimed front has where the first is at most ``cap``."""
    values = [y[1] for y in solution.y if y[0] <= cap]
    for a, b in described(solution):
        left, right = (a, b) if a[0] < b[0] else (b, a)
        if left[0] < cap < right[0]:
            values.append(left[1] + (right[1] - left[1]) * (cap - left[0]) / (right[0] - left[0]))
        elif right[0] <= cap:
            values.append(right[1])
    return float(min(values))


@pytest.mark.parametrize("seed", seeds(150, here=4))
def test_mixed_fronts_against_all_slices(seed: int) -> None:
    draft = random_mixed(seed)
    solution = solve(problem_of(draft), Options())
    assert solution.proof.status == "complete"
    caps = np.random.default_rng(seed).uniform(
        solution.y[:, 0].min(), solution.y[:, 0].max() + 0.5, 12
    )
    for cap in caps:
        assert lowest(solution, cap) == pytest.approx(least(draft, cap), abs=1e-6)


def test_an_open_end_is_no_plan() -> None:
    """Without the machine y = 3 - x on 0 <= x <= 2; with it (2, 0) at once: (2, 1) is approached
    and not efficient.
    """
    rows = [({(1,): 1, (0,): 2}, None, 2), ({(1,): 1, (2,): 1, (0,): 3}, 3, None)]
    objectives = [{(1,): 1, (0,): 2}, {(2,): 1}]
    solution = solve(
        problem_of(Draft([*binaries(1), real("x", 0, 2), real("y", 0, 3)], objectives, rows)),
        Options(),
    )
    assert solution.y.tolist() == [[0, 3], [2, 0]]
    assert solution.proof.cells == ()
    assert solution.proof.open_ends == ((0, (2.0, 1.0)),)
    assert (solution.proof.status, solution.proof.of) == ("complete", "cells")


def test_a_segment_open_at_both_ends_has_a_plan_inside() -> None:
    """A slice from (0, 4) to (4, 0) between the points (1, 3 - 1) and (3, 0): what is left of it
    has no end.
    """
    domains = [*binaries(3), real("x", 0, 4), real("y", 0, 4)]
    rows = [
        ({(0,): 1, (1,): 1, (2,): 1}, 1, 1),
        # slice 0: x + y >= 4, x free; slices 1 and 2: the points (1, 2) and (3, 0)
        ({(3,): 1, (4,): 1, (1,): 1, (2,): 1}, 4, None),
        ({(3,): 1, (1,): -1, (2,): -3}, 0, None),
        ({(4,): 1, (1,): -2}, 0, None),
    ]
    objectives = [{(3,): 1}, {(4,): 1}]
    solution = solve(problem_of(Draft(domains, objectives, rows)), Options())
    assert solution.proof.status == "complete"
    brute = Draft(
        domains, objectives, [({k: -c for k, c in r.items()}, None, -low) for r, low, _ in rows[1:]]
    )
    brute.rows = [
        *brute.rows,
        ({(0,): 1, (1,): 1, (2,): 1}, None, 1),
        ({(0,): -1, (1,): -1, (2,): -1}, None, -1),
    ]
    for cap in np.linspace(0.01, 4, 25):
        assert lowest(solution, cap) == pytest.approx(least(brute, cap), abs=1e-6)


def test_many_slices_are_covered_with_a_gap() -> None:
    rng = np.random.default_rng(3)
    domains = [whole(f"w{j}", 0, 30) for j in range(12)] + [real("x", 0, 0.3)]
    objectives = [
        {(j,): int(c) for j, c in enumerate(row)}
        for row in (rng.integers(1, 99, 13), -rng.integers(1, 99, 13))
    ]
    rows = [({(j,): int(c) for j, c in enumerate(rng.integers(1, 60, 13))}, None, 900)]
    solution = solve(problem_of(Draft(domains, objectives, rows)), Options(time_limit=3))
    assert solution.proof.status in ("covering", "approximate")
    assert solution.proof.stopped in (None, "time_limit")


def test_an_open_end_survives_saving_and_places_a_reference_plan(tmp_path: Path) -> None:
    scenario = from_resolved(
        {
            "optimise": 1,
            "name": "open",
            "variables": {
                "x": {"type": "real", "min": "0", "max": "2"},
                "y": {"type": "real", "min": "0", "max": "3"},
                "k": {"type": "binary"},
            },
            "objectives": {
                "a": {"sense": "minimise", "expr": "y + 2*k"},
                "b": {"sense": "maximise", "expr": "-x"},
            },
            "constraints": {"need": {"expr": "x + y + 3*k >= 3"}},
            "plans": {"inside": {"set": {"x": "1.5", "y": "1.5", "k": "0"}}},
        }
    )
    result = solve_scenario(scenario, Options())
    result.save(tmp_path)
    again = Result.load(tmp_path)
    assert again.front.proof == result.front.proof
    ((row, limit),) = again.front.proof.open_ends
    assert (again.front.y[row].tolist(), limit) == ([1, -2], (2, -1))
    assert "1 half-open segment, proven" in proof_words(again.front)
    (inside,) = again.reference_plans
    assert inside.on_front
    assert inside.mixed == (again.front.ids[row],)
    assert "on the half-open segment from" in reference_words(again, inside)
