"""What a stopped run lists and proves, against all plans by enumeration."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from optimiser.problem import Problem
from optimiser.solvers import Budget, Options
from optimiser.solvers.contract import Checkpoints
from optimiser.solvers.discrete import beside
from optimiser.solvers.discrete.anytime import Anytime
from optimiser.solvers.discrete.compiled_search import compiled_search
from optimiser.solvers.discrete.distance import Distance, measurable
from optimiser.solvers.discrete.gaps import cut_by
from optimiser.solvers.discrete.representing import represented
from optimiser.solvers.discrete.whole import Whole, whole_of
from tests.solvers.models import Draft, binaries, domain_values, front_by_force, front_of, listed, problem_of, random_draft, whole

Floats = np.ndarray[Any, np.dtype[np.float64]]

ROUNDING = 1e-9


def all_points(problem: Problem) -> Floats:
    """(k, m) objectives of every plan that holds."""
    x = np.array(list(itertools.product(*map(domain_values, problem.decisions))))
    assert problem.exact is not None
    return problem.evaluate(x[problem.exact(x)[1]])[0]


def true_gap(problem: Problem, plans: Floats, scale: Any) -> float:
    """The furthest that any plan is from the listed ones: how much worse the nearest one is where it is worst."""
    y, listed_ = all_points(problem), problem.evaluate(plans)[0]
    worse = (listed_[None] - y[:, None]) / np.array(scale)
    return float(worse.max(axis=2).min(axis=1).max(initial=0.0))


def mixed(seed: int) -> Draft:
    """Whole numbers and listed values instead of yes and no."""
    r = np.random.default_rng(seed)
    domains = [whole("a", -1, 3), listed("b", 0, 1, 2.5, 4), *binaries(3)]
    objectives = [{(j,): int(c) for j, c in enumerate(r.integers(-9, 10, 5))} for _ in range(2)]
    return Draft(domains, objectives, [({(j,): int(c) for j, c in enumerate(r.integers(1, 9, 5))}, None, 20)])


def problems() -> list[Problem]:
    drafts = [random_draft(seed, n=5, m=m) for m in (2, 3) for seed in range(4)]
    return [problem_of(draft) for draft in [*drafts, mixed(1)]]


def view(problem: Problem) -> Whole | None:
    found = whole_of(problem, Options(), Budget())
    return found if isinstance(found, Whole) and measurable(found) else None


@pytest.mark.parametrize("rounding", [True, False])
def test_the_gap_is_proven_at_any_time_and_never_grows(rounding: bool) -> None:
    seen = 0
    for problem in problems():
        one = view(problem)
        if one is None:
            continue
        search, last, more = Anytime(one, Budget(), rounding=rounding), 1.0, True
        while more and search.gap > 0.0:
            more = search.step()
            assert search.gap <= last
            last = search.gap
            plans = search.plans[:, : len(problem.decisions)]
            if len(plans):
                assert search.gap >= true_gap(problem, plans, one.scale) - ROUNDING
                seen += 1
        # nothing is left out once nothing is open
        assert front_of(problem, plans).keys() == front_by_force(problem).keys()
    assert seen > 100


def test_a_bound_of_the_relaxation_holds_for_every_plan() -> None:
    r = np.random.default_rng(2)
    for problem in problems():
        one = view(problem)
        if one is None:
            continue
        distance = Distance(one, Budget())
        units, offset = np.array([a.unit for a in one.axes]), problem.evaluate(np.zeros((1, len(problem.decisions))))[0][0]
        y = ((all_points(problem) - offset) / units)[:, distance.varying]
        for _ in range(8):
            zone = y[r.integers(len(y))] + r.integers(-3, 9, y.shape[1])
            zone[r.random(len(zone)) < 0.2] = np.inf
            t = ((zone - y) / distance.scale).min(axis=1).max()
            bound = distance.bound(zone)
            assert min(t, 1.0) <= bound + ROUNDING or (t < 0.0 and bound == -np.inf)


def test_boxes_cut_by_more_points_hold_what_they_held() -> None:
    r = np.random.default_rng(5)
    for _ in range(200):
        m = int(r.integers(2, 4))
        zones = r.integers(3, 9, (4, m)).astype(float)
        floors = np.minimum(r.integers(0, 5, (4, m)), zones - 1)
        points = r.integers(0, 8, (3, m)).astype(float)
        left, below = cut_by(zones, floors, points)
        for y in itertools.product(range(9), repeat=m):
            was = ((floors <= y) & (y < zones)).all(axis=1).any() and not (points <= y).all(axis=1).any()
            assert not was or ((below <= y) & (y < left)).all(axis=1).any()


def large() -> Problem:
    """Forty-five items, three objectives, two capacities: hundreds of efficient plans."""
    r = np.random.default_rng(8)
    rows = [({(j,): int(w) for j, w in enumerate(r.integers(10, 100, 45))}, None, 900) for _ in range(2)]
    return problem_of(
        Draft(binaries(45), [{(j,): -int(c) for j, c in enumerate(r.integers(10, 100, 45))} for _ in range(3)], rows)
    )


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("asked", [Options(), Options(gap=0.01), Options(points=4)])
def test_a_run_without_any_time_lists_plans(asked: Options, workers: int) -> None:
    problem = large()
    options = Options(time_limit=0.0, gap=asked.gap, points=asked.points, workers=workers)
    run = compiled_search if options == Options(time_limit=0.0, workers=workers) else represented
    outcome = run(problem, options, Budget(0.0))
    assert outcome is not None
    assert outcome.status == ("approximate" if run is compiled_search else "covering")
    assert outcome.stopped == "time_limit"
    assert len(outcome.x) > 0
    assert len(front_of(problem, outcome.x)) == len(outcome.x)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_run_counts_all_plans_it_lists(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped by what it has reached, not by the clock."""
    monkeypatch.setattr(beside, "_SOON", 0.0)
    problem = large()
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
    assert len(saved[-1]) == len(outcome.x)
    whole_front = compiled_search(problem, Options(), Budget())
    assert whole_front is not None
    y, listed_ = problem.evaluate(whole_front.x)[0], problem.evaluate(outcome.x)[0]
    reach = ((listed_[None] - y[:, None]) / np.array(outcome.scale)).max(axis=2).min(axis=1).max()
    assert outcome.gap >= reach - ROUNDING


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
