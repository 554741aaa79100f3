"""What a stopped run lists and proves, against all plans by enumeration."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Budget, Options
from optimiser.engine.contract import Checkpoints
from optimiser.engine.exact import beside
from optimiser.engine.exact.compiled_search import compiled_search
from optimiser.engine.exact.gaps import cut_by
from optimiser.engine.exact.questions import Within
from optimiser.engine.exact.representing import represented
from optimiser.engine.exact.spreading import spread_over
from optimiser.engine.problem import Problem
from tests.engine.models import Draft, binaries, front_of, problem_of

Floats = np.ndarray[Any, np.dtype[np.float64]]

ROUNDING = 1e-9


def test_boxes_cut_by_more_points_hold_what_they_held() -> None:
    r = np.random.default_rng(5)
    for _ in range(200):
        m = int(r.integers(2, 4))
        zones = r.integers(3, 9, (4, m)).astype(float)
        floors = np.minimum(r.integers(0, 5, (4, m)), zones - 1)
        points = r.integers(0, 8, (3, m)).astype(float)
        left, below = cut_by(zones, floors, points)
        for y in itertools.product(range(9), repeat=m):
            was = ((floors <= y) & (y < zones)).all(axis=1).any() and not (points <= y).all(
                axis=1
            ).any()
            assert not was or ((below <= y) & (y < left)).all(axis=1).any()


def large(items: int = 45) -> Problem:
    """Forty-five items, three objectives, two capacities: hundreds of efficient plans."""
    r = np.random.default_rng(8)
    rows: Any = [
        ({(j,): int(w) for j, w in enumerate(r.integers(10, 100, items))}, None, 20 * items)
        for _ in range(2)
    ]
    return problem_of(
        Draft(
            binaries(items),
            [{(j,): -int(c) for j, c in enumerate(r.integers(10, 100, items))} for _ in range(3)],
            rows,
        )
    )


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("asked", [Options(), Options(gap=0.01), Options(points=4)])
def test_a_run_without_any_time_lists_plans(asked: Options, workers: int) -> None:
    problem = large()
    options = Options(time_limit=0.0, gap=asked.gap, points=asked.points, workers=workers)
    run = compiled_search if options == Options(time_limit=0.0, workers=workers) else represented
    outcome = run(problem, options, Budget(0.0))
    assert outcome is not None
    # without the corners there is no scale, and without a scale no gap
    assert outcome.status == ("approximate" if outcome.gap is None else "covering")
    assert len(outcome.bounds) == 3
    assert outcome.stopped == "time_limit"
    assert len(outcome.x) > 0
    assert len(front_of(problem, outcome.x)) == len(outcome.x)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_run_counts_all_plans_it_lists(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by what it has reached, not by the clock."""
    monkeypatch.setattr(beside, "_PATIENCE", 0.0)
    problem = large(60)
    saved: list[Any] = []
    gaps: list[float] = []

    def reported(progress: Any) -> None:
        gaps.append(1.0 if progress.gap is None else progress.gap)
        if progress.found >= 20:
            budget.cancel()

    budget = Budget(600.0, on_progress=reported, checkpoints=Checkpoints(saved.append))
    outcome = compiled_search(problem, Options(time_limit=600.0, workers=workers), budget)
    assert outcome is not None
    assert outcome.stopped == "interrupted"
    assert gaps == sorted(gaps, reverse=True)
    assert outcome.gap is not None
    assert outcome.gap <= gaps[-1]
    # whatever is listed is saved; what is saved may hold plans that a later one beat
    assert front_of(problem, outcome.x).keys() <= front_of(problem, saved[-1].plans).keys()
    whole_front = compiled_search(problem, Options(), Budget())
    assert whole_front is not None
    y, listed_ = problem.evaluate(whole_front.x)[0], problem.evaluate(outcome.x)[0]
    reach = ((listed_[None] - y[:, None]) / np.array(outcome.scale)).max(axis=2).min(axis=1).max()
    assert outcome.gap >= reach - ROUNDING


def test_questions_have_a_cut() -> None:
    """Counted work: without one no column is fixed by what it costs, and it is five times as
    much.
    """
    spread = spread_over(large(60), Budget())
    assert spread is not None
    while spread.gap is None or spread.gap > 0.05:
        assert spread.step(0.05)
    assert isinstance(spread.asked, Within)
    assert spread.asked.nodes < 60_000


@pytest.mark.parametrize(("gap", "most"), [(0.3, 12), (0.1, 60)])
def test_a_gap_is_reached_with_few_plans(gap: float, most: int) -> None:
    problem = large()
    outcome = represented(problem, Options(gap=gap), Budget())
    again = represented(problem, Options(gap=gap), Budget())
    assert outcome is not None
    assert again is not None
    assert outcome.stopped is None
    assert outcome.gap is not None
    assert outcome.gap <= gap
    assert 0 < len(outcome.x) <= most
    np.testing.assert_array_equal(outcome.x, again.x)
