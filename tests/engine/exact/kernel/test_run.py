"""Slices, stopping, budgets and the fallback."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact.kernel import (
    UNLIMITED,
    IntegerProgram,
    KernelAnswer,
    KernelProgress,
    Limits,
    SubProblem,
    solve_front,
)
from tests.engine.exact.kernel.models import SHAPES, enumerated, feasible, program

LARGER = 60


def larger() -> IntegerProgram:
    r = np.random.default_rng(3)
    weights = r.integers(10, 100, (1, LARGER))
    return program(-r.integers(10, 100, (3, LARGER)), weights, row_upper=[int(weights.sum() // 2)])


class Enumerating:
    """A fallback that enumerates, and counts how often it was asked."""

    def __init__(self, given: IntegerProgram) -> None:
        self.given, self.plans, self.asked = given, feasible(given), 0

    def __call__(self, sub: SubProblem) -> KernelAnswer:
        self.asked += 1
        values = self.plans @ sub.objective
        points = self.plans @ self.given.objectives.T
        good = (values <= sub.cut) & (points <= sub.limits).all(axis=1)
        if not good.any():
            return KernelAnswer(None, proven=True)
        return KernelAnswer(self.plans[good][np.argmin(values[good])], proven=False)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("nodes", [0, 1, 3])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_fallback_takes_over_where_the_budget_ends(shape: str, nodes: int, seed: int) -> None:
    given = SHAPES[shape](np.random.default_rng(seed))
    fallback = Enumerating(given)
    outcome = solve_front(given, limits=Limits(nodes=nodes), fallback=fallback)
    expected = enumerated(given)
    assert outcome.status == ("complete" if len(expected) else "infeasible")
    np.testing.assert_array_equal(outcome.points, expected)
    assert outcome.statistics.get("fallbacks", 0) == fallback.asked


def test_columns_fixed_by_presolving_are_in_what_the_fallback_is_told() -> None:
    r = np.random.default_rng(8)
    rows = np.vstack([r.integers(1, 9, 8), np.eye(8, dtype=int)[:2]])
    given = program(r.integers(-30, 30, (3, 8)), rows, row_lower=[0, 1, 1], row_upper=[25, 1, 1])
    fallback = Enumerating(given)
    outcome = solve_front(given, limits=Limits(nodes=0), fallback=fallback)
    np.testing.assert_array_equal(outcome.points, enumerated(given))
    assert fallback.asked > 0


def test_without_a_fallback_an_exceeded_budget_stops_and_says_so() -> None:
    outcome = solve_front(larger(), limits=Limits(nodes=5))
    assert outcome.status == "stopped"
    assert "budget" in outcome.reason


def test_a_fallback_that_cannot_answer_is_never_taken_for_infeasible() -> None:
    outcome = solve_front(
        larger(), limits=Limits(nodes=5), fallback=lambda _: KernelAnswer(None, proven=False)
    )
    assert outcome.status == "stopped"


def test_a_wrong_answer_of_the_fallback_is_refused() -> None:
    with pytest.raises(ValueError, match="does not satisfy"):
        solve_front(
            larger(),
            limits=Limits(nodes=5),
            fallback=lambda _: KernelAnswer(np.ones(LARGER, dtype=np.int64), proven=False),
        )


def test_the_length_of_the_slices_changes_nothing() -> None:
    given = larger()
    calls: list[KernelProgress] = []

    def watch(progress: KernelProgress) -> bool:
        calls.append(progress)
        return False

    short = solve_front(given, limits=Limits(slice_seconds=1e-4), on_slice=watch)
    long = solve_front(given, limits=Limits(slice_seconds=10.0))
    assert len(calls) > 3
    assert [c.nodes for c in calls] == sorted(c.nodes for c in calls)
    np.testing.assert_array_equal(short.points, long.points)
    np.testing.assert_array_equal(short.x, long.x)
    assert short.statistics == long.statistics


def test_what_is_missing_from_a_stopped_run_lies_in_its_zones() -> None:
    given = larger()
    whole = solve_front(given)
    part = solve_front(given, limits=Limits(points=20, slice_seconds=1e-4))
    assert part.status == "stopped"
    assert 20 <= len(part.points) < len(whole.points)
    known = {tuple(y) for y in part.points.tolist()}
    assert known < {tuple(y) for y in whole.points.tolist()}
    for y in whole.points:
        if tuple(y.tolist()) not in known:
            assert (y < part.zones).all(axis=1).any()
    assert (part.ideal <= whole.points.min(axis=0)).all()


def test_stopping_leaves_efficient_points() -> None:
    outcome = solve_front(
        larger(), limits=Limits(slice_seconds=1e-4), on_slice=lambda progress: progress.points >= 5
    )
    assert (outcome.status, outcome.reason) == ("stopped", "stopped")
    assert len(outcome.points) >= 5


def test_exceptions_pass_through() -> None:
    def interrupt(_: KernelProgress) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_front(larger(), limits=Limits(slice_seconds=1e-4), on_slice=interrupt)


def test_open_zones_of_duplicated_and_constant_objectives_are_in_their_own_units() -> None:
    given = larger()
    c = np.vstack(
        [
            3 * given.objectives[0],
            given.objectives[1],
            np.zeros(LARGER, dtype=np.int64),
            given.objectives[0],
        ]
    )
    tripled = IntegerProgram(
        c, given.rows, given.row_lower, given.row_upper, given.lower, given.upper
    )
    whole = solve_front(tripled)
    part = solve_front(tripled, limits=Limits(points=5, slice_seconds=1e-4))
    known = {tuple(y) for y in part.points.tolist()}
    missing = [y for y in whole.points if tuple(y.tolist()) not in known]
    assert missing
    assert all((y < part.zones).all(axis=1).any() for y in missing)
    assert (part.zones[:, 2] == UNLIMITED).all()
    np.testing.assert_array_equal(part.zones[:, 0], 3 * part.zones[:, 3])


@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_boxes_first_give_the_same_front(shape: str) -> None:
    for seed in range(20):
        given = SHAPES[shape](np.random.default_rng(seed))
        outcome = solve_front(given, limits=Limits(anytime=0.0, slice_seconds=0.0))
        np.testing.assert_array_equal(outcome.points, enumerated(given))


def two_objectives() -> IntegerProgram:
    r = np.random.default_rng(4)
    weights = r.integers(10, 100, (1, 100))
    return program(-r.integers(10, 100, (2, 100)), weights, row_upper=[int(weights.sum() // 2)])


def test_a_run_stopped_early_has_small_boxes_that_hold_all_that_is_missing() -> None:
    given = two_objectives()
    whole = solve_front(given)
    span = np.ptp(whole.points, axis=0)
    widest = []
    for count in (5, 10, 20, 40):
        limits = Limits(anytime=0.0, slice_seconds=0.0, points=count)
        outcome = solve_front(given, limits=limits, on_slice=lambda _: False)
        assert outcome.status == "stopped"
        listed = {tuple(y) for y in outcome.points.tolist()}
        assert listed <= {tuple(y) for y in whole.points.tolist()}
        for y in whole.points[[tuple(y) not in listed for y in whole.points.tolist()]]:
            assert ((outcome.floors <= y) & (y < outcome.zones)).all(axis=1).any()
        widest.append(((outcome.zones - outcome.floors) / span).min(axis=1).max())
    assert widest[0] > widest[1] > widest[2] > widest[3]
    assert widest[-1] < 0.1
    led = solve_front(given, limits=Limits(anytime=0.0))
    np.testing.assert_array_equal(led.points, whole.points)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_open_holds_all_missing_points_whatever_the_shape(shape: str) -> None:
    for seed in range(6):
        given = SHAPES[shape](np.random.default_rng(seed))
        expected = enumerated(given)
        for count in (1, 2, 4):
            outcome = solve_front(
                given,
                limits=Limits(slice_seconds=0.0, points=count, anytime=0.0 if seed % 2 else None),
            )
            if outcome.status == "stopped":
                listed = {tuple(y) for y in outcome.points.tolist()}
                for y in expected:
                    inside = ((outcome.floors <= y) & (y < outcome.zones)).all(axis=1).any()
                    assert inside or tuple(y.tolist()) in listed
                assert (outcome.ideal <= expected).all()
