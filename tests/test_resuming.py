"""The state of a run: saved, read, used, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser import study
from optimiser.engine import Budget, Checkpoints, Options, Progress, Saved
from optimiser.engine.exact.compiled_search import claimed, compiled_search
from optimiser.errors import UsageError
from optimiser.scenario import from_resolved, load
from tests.engine.models import Draft, binaries, front_of, problem_of, random_draft

SCENARIO = "smart_manufacturing"
SEVEN = np.arange(14.0).reshape(7, 2)
STATE = Saved(
    "digest",
    SEVEN,
    0.25,
    {"ideal": (-(10**30), 3)},
    {"zones": np.array([[1.5, np.inf]]), "effort": np.array([4])},
)


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    state = study.RunState(load(SCENARIO), tmp_path / "new")
    state.checkpoints(Options(), resume=False).save(Saved("another", SEVEN - 3))
    state.checkpoints(Options(), resume=False).save(STATE)
    known = (
        study.RunState(load(SCENARIO), tmp_path / "new").checkpoints(Options(), resume=True).known
    )
    assert known is not None
    assert (known.digest, known.gap, known.numbers) == (STATE.digest, STATE.gap, STATE.numbers)
    np.testing.assert_array_equal(known.plans, SEVEN)
    assert set(known.arrays) == set(STATE.arrays)
    for name, array in STATE.arrays.items():
        np.testing.assert_array_equal(known.arrays[name], array)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["resume.json"]


def test_the_state_of_a_changed_scenario_is_refused(tmp_path: Path) -> None:
    scenario = load(SCENARIO)
    study.RunState(scenario, tmp_path).checkpoints(Options(), resume=False).save(STATE)
    changed = from_resolved({**scenario.resolved(), "name": "another"})
    with pytest.raises(UsageError, match="another scenario"):
        study.RunState(changed, tmp_path).checkpoints(Options(), resume=True)


def test_a_folder_that_cannot_be_written_does_not_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    checkpoints = study.RunState(load(SCENARIO), tmp_path / "file").checkpoints(
        Options(), resume=False
    )
    checkpoints.save(STATE)
    checkpoints.save(STATE)
    assert (tmp_path / "file").read_text(encoding="utf-8") == ""


def test_a_stopped_search_leaves_its_plans() -> None:
    r = np.random.default_rng(3)
    weights = r.integers(10, 100, 60)
    profits = [{(j,): -int(c) for j, c in enumerate(r.integers(10, 100, 60))} for _ in range(3)]
    problem = problem_of(
        Draft(binaries(60), profits, [({(j,): int(w) for j, w in enumerate(weights)}, None, 1500)])
    )
    saved: list[Saved] = []
    budget = Budget(
        on_progress=lambda seen: budget.cancel() if seen.found > 5 else None,
        checkpoints=Checkpoints(saved.append),
    )
    stopped = compiled_search(problem, Options(), budget)
    assert stopped is not None
    assert stopped.stopped == "interrupted"
    assert {tuple(x) for x in saved[-1].plans} == {tuple(x) for x in stopped.x}
    assert len(stopped.x) > 5
    assert saved[-1].gap == stopped.gap
    assert stopped.gap is not None


def test_a_state_of_another_shape_is_not_used() -> None:
    problem = problem_of(random_draft(4, n=8, m=3))
    whole = compiled_search(problem, Options(), Budget())
    again = compiled_search(
        problem, Options(), Budget(checkpoints=Checkpoints(lambda _: None, STATE))
    )
    assert whole is not None
    assert again is not None
    assert front_of(problem, again.x) == front_of(problem, whole.x)


def test_the_gap_reported_on_the_way_never_grows_and_is_small_for_two_objectives() -> None:
    r = np.random.default_rng(7)
    weights = r.integers(100, 10000, 300)
    profits = [{(j,): -int(c) for j, c in enumerate(r.integers(100, 10000, 300))} for _ in range(2)]
    problem = problem_of(
        Draft(
            binaries(300), profits, [({(j,): int(w) for j, w in enumerate(weights)}, None, 700000)]
        )
    )
    seen: list[float] = []

    def reported(progress: Progress) -> None:
        seen.append(1.0 if progress.gap is None else progress.gap)
        # once the gap is small, not after some time or some reports: a machine may be fast or busy
        if seen[-1] < 0.2:
            budget.cancel()

    budget = Budget(600.0, on_progress=reported)
    outcome = compiled_search(problem, Options(time_limit=600.0), budget)
    assert outcome is not None
    assert outcome.status == "covering"
    assert outcome.stopped == "interrupted"
    assert seen == sorted(seen, reverse=True)
    assert outcome.gap is not None
    assert outcome.gap <= min(seen) < 0.2


def test_a_gap_whose_corners_are_not_known_claims_nothing() -> None:
    """A state from which the corners were taken gave a result that ``verify`` refused: a gap and no
    scale.
    """

    class Cornerless:
        spread = None

        def bounds(self) -> tuple[()]:
            return ()

    beside: Any = Cornerless()
    outcome = claimed(SEVEN, beside, 0.25, "time_limit")
    assert (outcome.status, outcome.gap, outcome.scale) == ("approximate", None, ())
