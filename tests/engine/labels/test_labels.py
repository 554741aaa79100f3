"""Labels against brute force and against the other engines: the same points and the same plans."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, registry, run, solve
from optimiser.engine.contract import Budget
from optimiser.engine.labels import compiled
from optimiser.engine.labels.corners import LabelCorners
from optimiser.engine.labels.listing import Work
from optimiser.engine.labels.reading import LabelModel, reading
from optimiser.engine.labels.search import searched
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError, UsageError
from tests.engine.labels.models import crowded, knapsack, large
from tests.engine.models import (
    Draft,
    binaries,
    front_by_force,
    front_of,
    listed,
    problem_of,
    random_draft,
    real,
    whole,
)
from tests.engine.test_engines_agree import SHAPES
from tests.searches import examples

needs_compiled = pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")


def front(name: str, problem: Problem) -> Any:
    """Points and plans; None where nothing holds."""
    try:
        solution = run(registry()[name], "", problem, Options())
    except InfeasibleError:
        return None
    assert solution.proof.status == "complete"
    assert solution.proof.basis == "exact"
    return front_of(problem, solution.x)


def agrees(draft: Draft) -> None:
    problem = problem_of(draft)
    assert isinstance(reading(problem), LabelModel)
    assert (front("labels", problem) or {}) == front_by_force(problem)


def test_where_a_compiler_is_expected_the_extension_is_there() -> None:
    """``.ci/run`` sets CI: a skip is never a pass there."""
    assert compiled() or not os.environ.get("CI")


@needs_compiled
@pytest.mark.parametrize("shape", SHAPES)
def test_as_brute_force(shape: str) -> None:
    for seed in range(4):
        agrees(SHAPES[shape](seed))


@needs_compiled
@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_as_brute_force_many_times(shape: str) -> None:
    for seed in range(3000, 3500):
        problem = problem_of(SHAPES[shape](seed))
        assert front("labels", problem) == front("enumerate", problem)


def everything(seed: int) -> Draft:
    """Two to seven objectives in any unit, synergies of both signs and of three, prerequisites,
    exclusions, groups of every kind, amounts, several budgets with and without a least, ties.
    """
    r = np.random.default_rng(seed)
    n, m = int(r.integers(5, 9)), int(r.integers(2, 8))
    unit, top = int(r.choice([1, 10**3, 10**7])), int(r.choice([1, 5, 100]))
    domains = [*binaries(n), *(whole(f"w{j}", -1, 1) for j in range(int(r.integers(0, 2))))]
    some = [
        tuple(sorted(r.choice(n, int(r.choice([2, 2, 3])), replace=False).tolist()))
        for _ in range(int(r.integers(0, 6)))
    ]
    objectives: list[Any] = []
    for _ in range(m):
        terms = {(j,): int(r.integers(-top, top + 1)) * unit for j in range(len(domains))}
        terms |= {key: int(r.integers(-top, top + 1)) * unit for key in some if r.random() < 0.6}
        objectives.append(terms)
    rows: list[Any] = []
    for sign, bound in ((-1, 0), (1, 1)):
        for _ in range(int(r.integers(0, 3))):
            a, b = r.choice(n, 2, replace=False).tolist()
            rows.append(({(a,): 1, (b,): sign}, None, bound))
    for _ in range(int(r.integers(0, 3))):
        group = sorted(r.choice(n, int(r.integers(2, 5)), replace=False).tolist())
        count, kind = int(r.integers(1, len(group))), int(r.integers(0, 3))
        ends = ((None, count), (1, None), (count, count))[kind]
        rows.append(({(j,): 1 for j in group}, *ends))
    for _ in range(int(r.integers(0, 4))):
        weights = r.integers(1, 30, len(domains))
        limit = int(weights.sum() * r.choice([0.3, 0.5, 0.8]))
        terms = {(j,): int(w) for j, w in enumerate(weights)}
        if some and r.random() < 0.4:
            terms[some[0]] = int(r.integers(-9, 10))
        rows.append((terms, None if r.random() < 0.8 else limit // 2, limit))
    return Draft(domains, objectives, rows, scale=int(r.choice([1, 10, 1000])))


@needs_compiled
def test_models_with_everything() -> None:
    for seed in range(8):
        agrees(everything(seed))


@needs_compiled
@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_models_with_everything_many_times(block: int) -> None:
    for seed in range(1000 + 300 * block, 1300 + 300 * block):
        agrees(everything(seed))


@needs_compiled
@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10**6))
def test_rows_of_every_kind(seed: int) -> None:
    agrees(crowded(seed))


@needs_compiled
@pytest.mark.slow
def test_rows_of_every_kind_many_times() -> None:
    for seed in range(2000):
        agrees(crowded(seed))


@needs_compiled
@pytest.mark.parametrize("scale", [10**-9, 1, 10**9])
def test_in_any_unit(scale: float) -> None:
    """Objectives of 1e9 and 1e-9 per unit are the same whole numbers."""
    draft = random_draft(5, n=8, m=3)
    problem = problem_of(draft)
    assert problem.linear
    rows = tuple(
        replace(row, scale=row.scale / Fraction(scale)) for row in problem.linear.objectives
    )
    scaled = replace(problem, linear=replace(problem.linear, objectives=rows))
    known = reading(problem)
    found = reading(scaled)
    assert isinstance(known, LabelModel)
    assert isinstance(found, LabelModel)
    assert found.objective == known.objective
    assert [u / v for u, v in zip(found.unit, known.unit, strict=True)] == [Fraction(scale)] * 3


@needs_compiled
def test_wide_numbers_in_wide_lanes() -> None:
    """Sums beyond 32 bits go into lanes of 64."""
    draft = random_draft(11, n=8, m=2)
    wide: list[Any] = [
        {k: c * 10**8 + i for i, (k, c) in enumerate(o.items())} for o in draft.objectives
    ]
    agrees(replace(draft, objectives=wide, scale=1))


@needs_compiled
def test_a_constant_objective_and_none_that_matter() -> None:
    agrees(Draft(binaries(3), [{(): 4}], [({(0,): 1, (1,): 1}, 1, None)]))
    agrees(Draft(binaries(3), [{(): 4}, {(0,): -1, (1,): 2}], []))


@needs_compiled
def test_nothing_holds() -> None:
    """By the state alone, and by a budget alone."""
    group = ({(j,): 1 for j in range(3)}, 2, None)
    for row in (
        ({(j,): 1 for j in range(3)}, None, 1),
        ({(j,): 9 + j for j in range(3)}, None, 17),
    ):
        problem = problem_of(Draft(binaries(3), [{(0,): 1}], [group, row]))
        with pytest.raises(InfeasibleError):
            run(registry()["labels"], "", problem, Options())


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (Draft([real("a", 0, 1)], [{(0,): 1}]), "'a' is a real number"),
        (Draft([whole("a", 0, None)], [{(0,): 1}]), "'a' has no bounds"),
        (Draft([whole("a", 0, 99)], [{(0,): 1}]), "'a' can take 100 values"),
        (Draft(binaries(2), [{(0,): 1, (1,): 2**41}]), "an objective is too wide for labels"),
        (
            Draft(binaries(2), [{(0,): 1}], [({(0,): 2**41, (1,): 3}, None, 2**40)]),
            "a row is too wide for labels",
        ),
        (Draft(binaries(401), [{(0,): 1}]), "401 columns are too many for labels"),
        (
            Draft(
                binaries(8),
                [{(0,): 1}],
                [({(j,): 11 + j * i + j + j // 7 for j in range(8)}, None, 40) for i in range(16)],
            ),
            "16 budgets beside the objectives are too many for labels",
        ),
        (Draft(binaries(2), [{(0,): 1}], linear=False), "objective 'f0' is not linear"),
    ],
)
@needs_compiled
def test_what_it_declines(draft: Draft, reason: str) -> None:
    assert registry()["labels"].declines(problem_of(draft)) == reason


def test_without_the_extension_it_declines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimiser.engine.labels.find_spec", lambda name: None)
    problem = problem_of(random_draft(1))
    assert registry()["labels"].declines(problem) == (
        "this installation was built without a C++ compiler"
    )
    with pytest.raises(UsageError, match="without a C"):
        solve(problem, Options(method="labels"))


def stopped(problem: Problem, share: float) -> tuple[Any, Any]:
    """What labels come to that are stopped after this share of their looks at the clock, and what
    they come to in the end.
    """
    seen: list[object] = []
    given = reading(problem)
    assert isinstance(given, LabelModel)
    best = searched(given, Options(), Budget(on_progress=seen.append))
    assert best.status == "complete"
    corners = LabelCorners(given, Options(time_limit=0.0), Budget())
    corners.turn()
    left = iter(range(int(share * len(seen)), -1, -1))
    budget = Budget(on_progress=lambda told: None if next(left, 0) else budget.cancel())
    return searched(given, Options(), budget, scale=corners.scale), best


@needs_compiled
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("kind", ["knapsack", "portfolio", "four objectives"])
def test_a_stopped_run_proves_how_far_plans_can_be_from_its_own(kind: str, share: float) -> None:
    """Against the whole front: every point is within the gap, and no objective has less than its
    bound.
    """
    drafts: dict[str, Callable[[], Any]] = {
        "knapsack": knapsack,
        "portfolio": large,
        "four objectives": lambda: large(m=4),
    }
    problem = problem_of(drafts[kind]())
    outcome, best = stopped(problem, share)
    assert (outcome.status, outcome.stopped) == ("covering", "interrupted")
    y, listed = problem.evaluate(best.x)[0], problem.evaluate(outcome.x)[0]
    apart = ((listed[None] - y[:, None]) / np.array(outcome.scale)).max(axis=2).min(axis=1).max()
    assert 0.0 <= apart <= outcome.gap < 1.0
    assert all(
        bound is not None and bound <= value
        for bound, value in zip(outcome.bounds, y.min(axis=0).tolist(), strict=True)
    )


@needs_compiled
def test_a_run_by_labels_that_is_stopped_claims_no_gap_without_corners() -> None:
    """A gap is a share of the ranges between corners, which labels do not know."""
    problem, seen = problem_of(large()), list[object]()
    registry()["labels"].solve(problem, Options(), Budget(on_progress=seen.append))
    left = iter(range(int(0.8 * len(seen)), -1, -1))
    budget = Budget(on_progress=lambda told: None if next(left, 0) else budget.cancel())
    outcome = registry()["labels"].solve(problem, Options(), budget)
    assert (outcome.status, outcome.gap, outcome.scale) == ("approximate", None, ())
    assert any(bound is not None for bound in outcome.bounds)


@needs_compiled
def test_the_gap_shrinks_with_time() -> None:
    problem = problem_of(large(m=4))
    gaps = [stopped(problem, share)[0].gap for share in (0.5, 0.8, 0.95)]
    assert gaps[0] > gaps[1] > gaps[2] > 0.0
    assert gaps[0] > 1.5 * gaps[2]


@needs_compiled
def test_the_same_run_makes_the_same_labels() -> None:
    """Counted work, no clock: the same figures every time."""
    runs = [registry()["labels"].solve(problem_of(knapsack()), Options(), Budget()) for _ in "ab"]
    assert runs[0].statistics == runs[1].statistics
    assert runs[0].subproblems == runs[1].subproblems > 10_000


@needs_compiled
def test_a_knapsack_as_the_zones_solve_it() -> None:
    problem = problem_of(knapsack())
    assert front("labels", problem) == front("exact", problem)


@needs_compiled
def test_listed_values_stand_for_what_their_rows_say() -> None:
    draft = Draft(
        [*binaries(3), listed("size", 0, 0.5, 2)],
        [{(0,): -3, (1,): -2, (3,): -2}, {(0,): 2, (2,): -1, (3,): 1}],
        [({(0,): 2, (1,): 1, (3,): 2}, None, 5)],
    )
    agrees(draft)


_NO_COMPILER = """
import sys
from pathlib import Path
import hatch_build
print(hatch_build.built(Path(sys.argv[1])))
"""


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["none", "broken"])
def test_a_compiler_that_fails_is_not_one_that_is_missing(compiler: str, tmp_path: Path) -> None:
    pytest.importorskip("cmake")
    pytest.importorskip("nanobind")
    if sys.platform == "win32":
        pytest.skip("CMake looks for Visual Studio there, wherever it is")
    root = Path(__file__).parents[3]
    copy = tmp_path / "copy"
    folder = copy / "optimiser" / "engine" / "labels"
    folder.mkdir(parents=True)
    (copy / "CMakeLists.txt").write_bytes((root / "CMakeLists.txt").read_bytes())
    environment = {k: v for k, v in os.environ.items() if k != "CXX"} | {
        "PATH": str(tmp_path),
        "PYTHONPATH": str(root),
    }
    if compiler == "broken":
        environment["CXX"] = "false"
    done = subprocess.run(
        [sys.executable, "-c", _NO_COMPILER, str(copy)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if compiler == "none":
        assert done.stdout.splitlines()[-1] == "[]", done.stderr
        assert "no C++ compiler: the compiled engines are left out" in done.stdout
    else:
        assert done.returncode
        assert "CalledProcessError" in done.stderr


@needs_compiled
def test_an_order_that_leaves_hopelessly_many_states_open_is_given_up_at_once() -> None:
    """200 exclusions drawn at random over 100 columns: there is no order, and no state is made."""
    r = np.random.default_rng(21)
    pairs = [r.choice(100, 3, replace=False).tolist() for _ in range(200)]
    rows = [({(j,): 1 for j in pair}, None, 1) for pair in pairs]
    gains: list[Any] = [{(j,): -int(c) for j, c in enumerate(r.integers(1, 9, 100))} for _ in "ab"]
    read = reading(problem_of(Draft(binaries(100), gains, rows)))
    assert isinstance(read, LabelModel)
    outcome = searched(read, Options(), Budget(), Work(states=1000))
    assert outcome.status == "approximate"
    assert outcome.statistics["states"] == 0
    assert "states would have to be told apart" in outcome.note
