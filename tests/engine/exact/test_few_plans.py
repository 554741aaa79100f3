"""A few plans that stand for all, against all plans by enumeration: what is claimed of them is
true, and not much more than is so.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from benchmarks.spreads import at_least
from optimiser.engine import Budget, Options, registry, run
from optimiser.engine.contract import Outcome
from optimiser.engine.exact import narrowed as narrowing
from optimiser.engine.exact.few_plans import chosen
from optimiser.engine.exact.representing import represented
from optimiser.engine.exact.spreading import spread_over
from optimiser.engine.problem import Problem
from tests.engine.exact.test_compound_gaps import UNSAVED
from tests.engine.exact.test_wide_front import widened
from tests.engine.models import front_by_force, front_of, problem_of, random_draft
from tests.engine.test_anytime import large
from tests.engine.test_stops import Counted


def check_few(
    problem: Problem, most: int, outcome: Outcome | None = None, *, told_apart: bool = True
) -> bool:
    """The claim of a few plans; whether there was one."""
    truth = [tuple(map(int, y)) for y in front_by_force(problem)]
    few = outcome or represented(problem, Options(points=most), Budget())
    if few is None or few.status != "covering":
        return False
    corners = {min((y[k], y) for y in truth)[1] for k in range(len(truth[0]))}
    listed = {tuple(map(int, y)) for y in front_of(problem, few.x)}
    assert corners <= listed or not told_apart
    assert len(few.x) <= max(most, len(corners))
    scale = [max(own) - min(own) for own in zip(*corners, strict=True)]
    used = [k for k, width in enumerate(scale) if width]
    assert problem.linear
    units = [10**6 * row.scale for row in problem.linear.objectives]
    assert [few.scale[k] for k in used] == pytest.approx([float(scale[k] / units[k]) for k in used])
    gap = max(
        min(max(Fraction(z[k] - y[k], scale[k]) for k in used) for z in listed) for y in truth
    )
    assert few.gap is not None
    assert gap <= Fraction(few.gap) * (1 + Fraction(1, 2**50))
    if outcome is None and told_apart:
        # nothing was left open in models as small as these
        assert few.gap <= float(gap) * 1.03 + 1e-6
        assert few.stopped == "points"
        assert listed <= set(truth)
    return True


def drafts(seeds: range, wide: int = 1) -> list[Problem]:
    found = []
    for seed in seeds:
        draft = random_draft(seed, n=7, m=2 + seed % 3, spread=9)
        found.append(problem_of(draft if wide == 1 else widened(draft, seed, wide)))
    return [problem for problem in found if len(front_by_force(problem)) > 1]


@pytest.mark.parametrize("wide", [1, 10**20])
def test_the_claim_is_that_of_what_is_listed(wide: int) -> None:
    """Floats do not tell neighbours among wide values apart, so that less is claimed of them."""
    few = [
        check_few(p, most, told_apart=wide == 1)
        for p in drafts(range(16), wide)
        for most in (2, 4, 7)
    ]
    assert sum(few) >= 15


def test_relaxations_may_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "_BITS", ())
    assert sum(check_few(p, 4) for p in drafts(range(12))) >= 3


def test_a_stopped_choice_claims_what_is_known() -> None:
    """Stopped by counted work: while plans are found, chosen or measured."""
    few = 0
    for problem in drafts(range(12)):
        for questions in (8, 20, 40):
            outcome = represented(problem, Options(points=4), Counted(questions, UNSAVED))
            few += outcome is not None and check_few(problem, 4, outcome)
    assert few >= 10


def test_few_plans_are_better_than_the_first_ones() -> None:
    problem = large()
    few = represented(problem, Options(points=20), Budget())
    spread = spread_over(problem, Budget())
    assert few is not None
    assert few.gap is not None
    assert spread is not None
    while len(spread) < 20:
        assert spread.step()
    assert spread.gap is not None
    assert len(few.x) == 20
    assert few.gap < 0.85 * spread.gap


def test_a_front_of_as_many_as_asked_for_is_complete() -> None:
    complete = 0
    for problem in drafts(range(15)):
        truth = front_by_force(problem)
        solution = run(registry()["exact"], "test", problem, Options(points=len(truth)))
        assert solution.proof.status == "complete"
        assert front_of(problem, solution.x) == truth
        complete += 1
    assert complete >= 10


def test_chosen_plans_are_within_what_a_greedy_cover_is_worth() -> None:
    """Where k plans stand for all within a share, a greedy cover within it takes at most
    k (1 + ln n).
    """
    for seed in range(40):
        points = np.random.default_rng(seed).integers(0, 30, (9, 3)).astype(float)
        away = (points[:, None] - points[None]).max(axis=2).clip(0.0)
        for k in (1, 2, 3):
            every = itertools.combinations(range(1, 9), k)
            least = min(away[[0, *some]].min(axis=0).max() for some in every)
            most = 1 + math.ceil(k * (1 + math.log(9)))
            found = chosen(away, [0], most)
            assert 0 in found
            assert len(set(found)) == len(found) == min(most, 9)
            assert away[found].min(axis=0).max() <= least


def test_fewer_plans_than_it_takes_at_the_least_never_stand_for_all() -> None:
    for seed in range(20):
        points = np.random.default_rng(seed).integers(0, 30, (9, 3)) / 30.0
        away = (points[:, None] - points[None]).max(axis=2).clip(0.0)
        for share in (0.05, 0.2, 0.4):
            every = range(1, 10)
            enough = next(
                k
                for k in every
                for some in itertools.combinations(range(9), k)
                if (away[list(some)].min(axis=0) <= share).all()
            )
            assert 1 <= at_least(points, 0.0, share) <= enough


@pytest.mark.slow
def test_many_claims_are_true() -> None:
    for wide in (1, 10**17, 10**30):
        problems = drafts(range(100, 500), wide)
        few = [check_few(p, 2 + i % 7, told_apart=wide == 1) for i, p in enumerate(problems)]
        assert sum(few) >= 150
