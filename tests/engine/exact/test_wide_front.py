"""Fronts of numbers beyond 64 bits against brute force: plans that rounding cannot tell apart are
everywhere in these models.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, registry, run
from optimiser.engine.contract import Budget, Checkpoints, Saved, Stop
from optimiser.engine.exact import beside, kernel
from optimiser.engine.exact import wide_front as wide
from optimiser.engine.exact.wide_front import wide_front
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError
from tests.engine.models import (
    Draft,
    Key,
    binaries,
    front_by_force,
    front_of,
    problem_of,
    random_draft,
)
from tests.searches import examples

FEW = settings(max_examples=examples(60), deadline=None, derandomize=True)
ONE = Options(workers=1)


def widened(draft: Draft, seed: int, by: int) -> Draft:
    """Numbers ``by`` times as large, a few units more or less."""
    rng = np.random.default_rng(seed)

    def wide(terms: dict[Key, int]) -> dict[Key, int]:
        return {key: c * by + int(rng.integers(-3, 4)) for key, c in terms.items()}

    objectives = [wide(dict(t)) if rng.random() < 0.8 else dict(t) for t in draft.objectives]
    rows = []
    for terms, low, high in draft.rows:
        if len(terms) > 2 and rng.random() < 0.5:
            sides = [None if s is None else s * by + int(rng.integers(-2, 3)) for s in (low, high)]
            rows.append((wide(dict(terms)), sides[0], sides[1]))
        else:
            rows.append((dict(terms), low, high))
    return replace(draft, objectives=objectives, rows=rows)


def agrees(problem: Problem) -> None:
    truth = front_by_force(problem)
    try:
        solution = run(registry()["exact"], "test", problem, ONE)
    except InfeasibleError:
        assert not truth
        return
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    assert front_of(problem, solution.x) == truth


@FEW
@given(
    seed=st.integers(0, 10**6),
    spread=st.sampled_from([2, 5, 12]),
    digits=st.sampled_from([9, 17, 20, 40, 280]),
)
def test_points_and_plans_match_brute_force(seed: int, spread: int, digits: int) -> None:
    agrees(problem_of(widened(random_draft(seed, spread=spread), seed, 10**digits)))


@pytest.mark.parametrize("m", [5, 6])
def test_five_and_six_objectives(m: int) -> None:
    for seed in range(4):
        agrees(problem_of(widened(random_draft(seed, n=6, m=m, spread=4), seed, 10**19)))


def test_what_one_objective_alone_is_too_wide_for_is_rounded_further() -> None:
    """Sums of objectives fit the engine here, one of them alone does not: a run ended with an
    error.
    """
    draft = random_draft(324, n=7, m=2, spread=9)
    agrees(problem_of(widened(draft, 324, 10**17)))


def test_units_of_1e9_and_1e_minus_9_in_one_model() -> None:
    """Values a unit apart in the 19th digit are different points."""
    large = {(j,): 10**18 + (-1) ** j for j in range(6)}
    small = {(j,): -(j + 1) for j in range(6)}
    agrees(problem_of(Draft(binaries(6), [large, small])))


def test_what_rounding_proposes_is_corrected() -> None:
    """Both plans round to one value, and the one that is better is found."""
    by = 10**30
    draft = Draft(
        binaries(2), [{(0,): by, (1,): by - 1}, {(0,): 1, (1,): 1}], [({(0,): 1, (1,): 1}, 1, None)]
    )
    solution = run(registry()["exact"], "test", problem_of(draft), ONE)
    assert [tuple(x) for x in solution.x] == [(0.0, 1.0)]


def test_a_stopped_run_claims_no_completeness_and_its_plans_are_gone_on_from() -> None:
    problem = problem_of(widened(random_draft(5, n=8, m=3), 5, 10**20))
    states: list[Saved] = []
    budget = Budget(0.0, checkpoints=Checkpoints(states.append))
    stopped = wide_front(problem, ONE, budget)
    assert stopped is not None
    assert stopped.status != "complete"
    assert stopped.stopped == "time_limit"
    full = wide_front(problem, ONE, Budget())
    assert full is not None
    known = Saved("", full.x)
    again = wide_front(problem, ONE, Budget(checkpoints=Checkpoints(states.append, known)))
    assert again is not None
    assert again.status == "complete"
    assert front_of(problem, again.x) == front_of(problem, full.x) == front_by_force(problem)


class _Looked(Budget):
    """Interrupted once it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    def exhausted(self) -> Stop | None:
        self.left -= 1
        if self.left < 0:
            self.cancel()
        return super().exhausted()


def by_slices(_: Options, /) -> kernel.Limits:
    return kernel.Limits(anytime=1e-3, patience=0.0, slice_seconds=1e-9)


def stopped_early(problem: Problem, looks: int) -> bool:
    """What is claimed of a run stopped by so many looks is true; whether it claims a gap that the
    rounded front proves.
    """
    truth = [tuple(map(int, y)) for y in front_by_force(problem)]
    outcome = wide_front(problem, ONE, _Looked(looks))
    assert outcome is not None
    if outcome.gap is None:
        return False
    corners = {min((y[k], y) for y in truth)[1] for k in range(len(truth[0]))}
    scale = [max(own) - min(own) for own in zip(*corners, strict=True)]
    listed = [tuple(map(int, y)) for y in front_of(problem, outcome.x)]
    used = [k for k, width in enumerate(scale) if width]
    gap = max(
        min(max(Fraction(z[k] - y[k], scale[k]) for k in used) for z in listed) for y in truth
    )
    assert gap <= Fraction(outcome.gap) * (1 + Fraction(1, 2**50))
    return outcome.gap < 1.0


def slices_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corners are known, and the spread beside has no turn: the gap is that of the boxes."""
    monkeypatch.setattr(wide, "limits_of", by_slices)
    monkeypatch.setattr(beside, "_PATIENCE", 1e9)


@pytest.mark.parametrize("digits", [17, 20, 40])
def test_a_gap_of_open_boxes_is_true(digits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    slices_end_soon(monkeypatch)
    claimed = 0
    for seed in range(14):
        draft = random_draft(seed, n=8, m=2 + (seed % 4 == 0), spread=30)
        problem = problem_of(widened(draft, seed, 10**digits))
        if len(front_by_force(problem)) > 2:
            claimed += sum(stopped_early(problem, looks) for looks in (8, 12, 16, 24, 40))
    assert claimed >= 15


def test_a_stopped_run_has_plans_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest box first: after a fifth of the points the gap is a few points wide."""
    slices_end_soon(monkeypatch)
    r = np.random.default_rng(3)
    costs = [{(j,): -int(c) * 10**20 - int(c) for j, c in enumerate(r.integers(10, 99, 18))}]
    costs.append({(j,): int(c) * 10**20 + 1 for j, c in enumerate(r.integers(10, 99, 18))})
    problem = problem_of(Draft(binaries(18), costs))
    gaps = []
    for looks in (10, 20, 40):
        stopped = wide_front(problem, ONE, _Looked(looks))
        assert stopped is not None
        assert stopped.gap is not None
        assert len(stopped.x) <= looks
        gaps.append(stopped.gap)
    assert [gap < most for gap, most in zip(gaps, (0.2, 0.1, 0.05), strict=True)] == [True] * 3
    whole = wide_front(problem, ONE, Budget())
    assert whole is not None
    assert (whole.status, len(whole.x)) == ("complete", 88)


@pytest.mark.slow
def test_many_random_models_match_brute_force() -> None:
    for seed in range(1000, 2500):
        draft = random_draft(seed, spread=(2, 5, 12)[seed % 3])
        agrees(problem_of(widened(draft, seed, 10 ** (9, 17, 20, 40)[seed % 4])))
