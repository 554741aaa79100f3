"""Runs stopped after any amount of counted work and gone on with any number of times, held against
the whole front.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from optimiser import study
from optimiser.engine import (
    Budget,
    Checkpoints,
    Options,
    Outcome,
    Saved,
    Solution,
    registry,
    run,
    solve,
)
from optimiser.engine.contract import Stop
from optimiser.engine.exact.watching import _unbeaten
from optimiser.engine.problem import Problem
from optimiser.errors import UsageError
from optimiser.scenario import load
from tests.engine.models import Draft, binaries, problem_of, random_draft, whole

Floats = NDArray[np.float64]
# how often a budget is asked in the shortest of runs, about: the tree asks at every node
_ASKED = {"exact": 3, "highs": 40}


class Counted(Budget):
    """Interrupted once it was asked so many times."""

    def __init__(self, questions: int, checkpoints: Checkpoints) -> None:
        super().__init__(checkpoints=checkpoints)
        self.left = questions

    def exhausted(self) -> Stop | None:
        self.left -= 1
        if self.left < 0:
            self.cancel()
        return super().exhausted()


def short(points: Floats, listed: Floats, scale: Floats) -> float:
    """The least share of the scale that the listed points (l, m) are moved by to cover all points
    (k, m).
    """
    used = scale > 0
    needed = ((listed[None, :, used] - points[:, None, used]) / scale[used]).max(
        axis=2, initial=0.0
    )
    return float(needed.min(axis=1).max())


def checked(problem: Problem, outcome: Outcome, points: Floats, corners: Floats) -> Floats:
    """The listed points, every claim about them true."""
    y = problem.evaluate(outcome.x)[0]
    listed = y[problem.exact(outcome.x)[1]] if problem.exact is not None else y
    assert len(listed) == len(y)
    for low, best in zip(outcome.bounds, points.min(axis=0), strict=False):
        assert low is None or float(low) <= best + 1e-12
    if outcome.gap is not None:
        assert outcome.scale == pytest.approx(tuple(np.ptp(corners, axis=0)), rel=1e-12)
        assert short(points, listed, np.array(outcome.scale)) <= outcome.gap
    return listed


def corners_of(points: Floats) -> Floats:
    """The lexicographic best point of each objective, the others in their order."""
    corners = [points[np.lexsort((*points.T[::-1], column))[0]] for column in points.T]
    return np.array(corners)


def knapsack(seed: int, m: int) -> Problem:
    r = np.random.default_rng(seed)
    n = 14
    weights = r.integers(3, 30, n)
    objectives = [{(j,): -int(c) for j, c in enumerate(r.integers(1, 40, n))} for _ in range(m)]
    return problem_of(
        Draft(
            binaries(n),
            objectives,
            [({(j,): int(w) for j, w in enumerate(weights)}, None, int(weights.sum() // 2))],
        )
    )


def counters(seed: int, m: int) -> Problem:
    r = np.random.default_rng(seed)
    domains = [*binaries(5), *(whole(f"w{i}", 0, 4) for i in range(3))]
    n = len(domains)
    objectives = [{(j,): int(c) for j, c in enumerate(row)} for row in r.integers(-20, 21, (m, n))]
    rows = [
        ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum()))
        for row in r.integers(0, 9, (2, n))
    ]
    return problem_of(Draft(domains, objectives, rows))


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._FIRST", 3)
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._SHORTEST", 1)


@pytest.mark.parametrize("method", ["exact", "highs"])
@pytest.mark.parametrize("model", [knapsack, counters])
@pytest.mark.parametrize(("seed", "m"), [(1, 2), (2, 3), (4, 4)])
def test_a_run_gone_on_with_never_says_less_nor_more_than_is_true(
    method: str, model: object, seed: int, m: int
) -> None:
    if method == "highs" and m > 3:
        m = 3  # each of its questions takes a while
    problem = model(seed, m)  # type: ignore[operator]
    options = Options(method=method, workers=1)
    full: Solution = solve(problem, Options(method="enumerate"))
    points, corners = full.y, corners_of(full.y)
    r = np.random.default_rng(seed)
    state: list[Saved | None] = [None]
    before, gap, stops = np.empty((0, m)), None, 0
    for attempt in range(60):
        budget = Counted(
            int(r.integers(0, _ASKED[method] * (1 + attempt))),
            Checkpoints(lambda saved: state.append(saved), state[-1]),
        )
        outcome = registry()[method].solve(problem, options, budget)
        listed = checked(problem, outcome, points, corners)
        # no plan is lost, but to a better one
        assert all((listed <= y).all(axis=1).any() for y in before)
        if outcome.status == "complete":
            break
        stops += 1
        assert gap is None or (outcome.gap is not None and outcome.gap <= gap)
        before, gap = listed, outcome.gap
    assert stops > 1
    assert outcome.status == "complete"
    assert sorted(map(tuple, listed)) == sorted(map(tuple, points))


def test_the_state_of_another_problem_only_lends_its_plans() -> None:
    problem, other = knapsack(5, 3), knapsack(6, 3)
    states: list[Saved] = []
    stopped = registry()["exact"].solve(
        other, Options(workers=1), Counted(5, Checkpoints(states.append))
    )
    assert stopped.stopped == "interrupted"
    assert states
    budget = Counted(5, Checkpoints(states.append, states[-1]))
    again = registry()["exact"].solve(problem, Options(workers=1), budget)
    full = solve(problem, Options(method="enumerate"))
    checked(problem, again, full.y, corners_of(full.y))
    assert "only the plans" in again.note
    finished = run(
        registry()["exact"],
        "",
        problem,
        Options(),
        checkpoints=Checkpoints(states.append, states[0]),
    )
    assert finished.proof.status == "complete"
    np.testing.assert_array_equal(finished.y, full.y)


@pytest.mark.parametrize("method", ["enumerate", "evolutionary"])
def test_a_stopped_run_keeps_the_plans_that_it_goes_on_from(method: str) -> None:
    """Some solvers do not read them: a plan that nothing else came near to was gone."""
    problem = knapsack(5, 3)
    full = solve(problem, Options(method="enumerate"))
    known = Saved("", full.x)
    hurried = Options(method=method, time_limit=1e-6)
    stopped = solve(problem, hurried, checkpoints=Checkpoints(lambda _: None, known))
    assert stopped.proof.status == "approximate"
    np.testing.assert_array_equal(stopped.y, full.y)


def test_a_state_goes_through_its_file(tmp_path: Path) -> None:
    problem = knapsack(7, 3)
    place = study.RunState(load("smart_manufacturing"), tmp_path)
    budget = Counted(8, place.checkpoints(Options(), resume=False))
    stopped = registry()["exact"].solve(problem, Options(workers=1), budget)
    assert stopped.stopped == "interrupted"
    checkpoints = place.checkpoints(Options(), resume=True)
    assert checkpoints.known is not None
    assert checkpoints.known.gap == stopped.gap
    again = registry()["exact"].solve(problem, Options(workers=1), Counted(8, checkpoints))
    assert "only the plans" not in again.note
    assert again.stopped is None or (stopped.gap or 1.0) >= (again.gap or 1.0)


@pytest.mark.parametrize("change", ["gap", "digest", "plans", "version", "numbers"])
def test_a_state_that_was_changed_is_refused(tmp_path: Path, change: str) -> None:
    place = study.RunState(load("smart_manufacturing"), tmp_path)
    place.checkpoints(Options(), resume=False).save(
        Saved("digest", np.zeros((1, 3)), 0.5, {"a": (1 << 80,)})
    )
    file = tmp_path / "resume.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content[change] = {"gap": 0.1, "numbers": {"a": [2]}}.get(change, "other")
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        place.checkpoints(Options(), resume=True)


def test_the_state_of_another_version_lends_its_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = study.RunState(load("smart_manufacturing"), tmp_path)
    place.checkpoints(Options(), resume=False).save(
        Saved("digest", np.zeros((1, 3)), 0.5, {"a": (1 << 80,)})
    )
    known = place.checkpoints(Options(), resume=True).known
    assert known is not None
    assert (known.digest, known.gap, known.numbers) == ("digest", 0.5, {"a": (1 << 80,)})
    monkeypatch.setattr("optimiser.study.resuming.installed_version", lambda: "another")
    other = place.checkpoints(Options(), resume=True).known
    assert other is not None
    assert (other.digest, other.gap, other.numbers, other.plans.tolist()) == (
        "",
        None,
        {},
        [[0.0, 0.0, 0.0]],
    )


def test_random_models_stopped_early_claim_nothing_false() -> None:
    for seed in range(10):
        problem = problem_of(random_draft(seed, n=7, m=3))
        full = solve(problem, Options(method="enumerate"))
        outcome = registry()["exact"].solve(
            problem, Options(workers=1), Counted(seed, Checkpoints(lambda _: None))
        )
        if len(outcome.x):
            checked(problem, outcome, full.y, corners_of(full.y))


def test_what_comes_after_a_search_is_kept_back_from_its_time() -> None:
    """A run of 1,000 technologies found 8,000 plans in 10 seconds, and read them for 13 more."""
    budget = Budget(100.0, afterwards=0.01)
    assert 99.0 < budget.remaining() <= 100.0
    budget.report(found=1_000)
    assert 89.0 < budget.remaining() <= 90.0
    budget.report(found=1_000, listed=3_000)
    assert 69.0 < budget.remaining() <= 70.0
    budget.report(found=10**9)
    assert 24.0 < budget.remaining() <= 25.0
    assert Budget(None, afterwards=1.0).remaining() == np.inf
    slow = Budget(100.0, afterwards=0.01, pace=4.0)
    slow.report(found=1_000)
    assert 59.0 < slow.remaining() <= 60.0
    assert slow.part(50.0).pace == 4.0


def test_a_slow_machine_does_not_begin_what_it_could_not_prepare() -> None:
    """By what preparing took so far: then the plans at hand are listed, and hold."""
    hurried = 0
    for seed in range(12):
        problem = problem_of(random_draft(seed, n=7, m=2))
        solver, options = registry()["exact"], Options(time_limit=600.0)
        full = solve(problem, Options(method="enumerate"))
        slow = run(solver, "", problem, options, pace=1e12)
        for y in slow.y:
            assert (full.y <= y).all(axis=1).any()
        if slow.proof.status == "approximate":
            hurried += 1
            assert slow.proof.stopped == "time_limit"
            assert "preparing the search would have taken longer" in slow.proof.note
        assert run(solver, "", problem, options).proof.status == "complete"
    assert hurried


@given(
    points=arrays(np.int64, st.tuples(st.integers(0, 8), st.just(3)), elements=st.integers(0, 4)),
    others=arrays(np.int64, st.tuples(st.integers(0, 5), st.just(3)), elements=st.integers(0, 4)),
    columns=st.sampled_from([[0, 1], [0, 1, 2]]),
)
def test_a_stopped_run_lists_what_nothing_beats(
    points: Any, others: Any, columns: list[int]
) -> None:
    points, others = points[:, columns], others[:, columns]
    kept = [tuple(row) for row in points[_unbeaten(points, others)].tolist()]
    expected = {
        tuple(row.tolist())
        for row in points
        if not (others <= row).all(axis=1).any()
        and not ((points <= row).all(axis=1) & (points < row).any(axis=1)).any()
    }
    assert len(kept) == len(set(kept))
    assert set(kept) == expected
