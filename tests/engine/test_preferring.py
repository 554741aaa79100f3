"""Which of several equal plans is listed: the same one whatever the threads did, and said where it
is not settled.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from optimiser.engine import Budget, Options
from optimiser.engine.exact import compiled_search, preferring, watching
from optimiser.engine.exact.compiled_search import compiled_search as search
from optimiser.engine.exact.kernel import (
    KernelProgress,
    Limits,
    Preference,
    Preferred,
    Snapshot,
    machine,
    prefer,
    solve_front,
)
from optimiser.engine.exact.kernel.machine import SearchMachine
from optimiser.engine.exact.preferring import Preferring
from optimiser.engine.exact.wide_program import wide_program
from tests.engine.models import front_by_force, front_of, problem_of, random_draft


@pytest.fixture
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points are handed over as soon as they are found, and not only after tenths of a second."""
    monkeypatch.setattr(compiled_search, "limits_of", lambda options: Limits(slice_seconds=1e-9))


@pytest.mark.usefixtures("short_slices")
def test_any_number_of_threads_lists_the_canonical_plans() -> None:
    for seed in range(12):
        problem = problem_of(random_draft(seed, n=8, spread=2))
        found = [search(problem, Options(workers=workers), Budget()) for workers in (1, 2, 2)]
        if found[0] is None or found[0].status != "complete":
            continue
        expected = front_by_force(problem)
        for one in found:
            assert one is not None
            assert one.note == ""
            assert front_of(problem, one.x) == expected
            np.testing.assert_array_equal(one.x, found[0].x)


@pytest.mark.usefixtures("short_slices")
def test_plans_are_not_copied_again_and_again_where_nobody_saves_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "_FIRST", 0.0)
    for name in ("_FIRST", "_SHORTEST"):  # units of work between two looks
        monkeypatch.setattr(machine, name, 100)
    asked: list[int] = []
    every = SearchMachine.plans

    def counted(one: SearchMachine, first: int = 0, /) -> np.ndarray:
        asked.append(first)
        return every(one, first)

    monkeypatch.setattr(SearchMachine, "plans", counted)
    found = search(problem_of(random_draft(1, n=14, m=3)), Options(workers=1), Budget())
    assert found is not None
    assert len(asked) > 5
    assert asked.count(0) <= 2  # the first points, and all of them at the end


def progress(plans: np.ndarray, points: int) -> KernelProgress:
    def unasked() -> Snapshot:
        raise AssertionError("nobody saves here")

    return KernelProgress(
        points,
        0,
        0,
        0,
        lambda first: plans[first:points],
        lambda: plans[:0],
        lambda: (plans, plans),
        unasked,
        lambda: None,
    )


def test_points_handed_over_in_any_parts_and_order_are_settled_alike() -> None:
    rng = np.random.default_rng(1)
    for seed in range(8):
        view = wide_program(problem_of(random_draft(seed, n=8, m=3, spread=2)))
        assert view is not None
        assert view.program is not None
        program = view.program
        plans = solve_front(program).x
        weights = np.eye(plans.shape[1], dtype=np.int64)
        expected = prefer(program, plans, weights)
        for parts in (1, 40, 90):
            found = rng.permutation(plans)
            with Preferring(program, weights, Budget(), workers=2) as preferring:
                for count in np.linspace(0, len(found), parts + 1).astype(int).tolist():
                    preferring.see(progress(found, count))
                listed, left = preferring.finish(plans[::-1])
            np.testing.assert_array_equal(listed[::-1], expected.x)
            assert left == int((~expected.proven).sum()) == 0


@pytest.mark.usefixtures("short_slices")
@pytest.mark.parametrize("workers", [1, 2])
def test_points_that_are_not_settled_are_counted(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is complete, but another plan than the canonical one may stand for some points."""
    problem = problem_of(random_draft(4, n=8, m=3, spread=2))
    settle: Callable[..., Preferred] = Preference.settle
    asked: list[int] = []

    def unsure(self: Preference, x: np.ndarray, **stop: object) -> Preferred:
        found = settle(self, x, **stop)
        sure = len(asked) + np.arange(len(x)) >= 2
        asked.extend(range(len(x)))
        return Preferred(np.where(sure[:, None], found.x, x), found.proven & sure)

    monkeypatch.setattr(Preference, "settle", unsure)
    cut = search(problem, Options(workers=workers), Budget())
    assert cut is not None
    assert cut.status == "complete"
    assert len(asked) == len(cut.x)
    assert (
        cut.note
        == f"of 2 of {len(cut.x)} points another plan with the same objectives may be preferred"
    )


@pytest.mark.usefixtures("short_slices")
def test_what_a_stopped_run_lists_beside_its_points_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The note spoke of 9,936 points where 10,056 plans were listed."""
    monkeypatch.setattr(preferring, "_LOOKS", 1)
    settle: Callable[..., Preferred] = Preference.settle
    stopped = 0
    for seed in range(1, 4):
        budget = Budget()

        def stopping(
            self: Preference, x: np.ndarray, budget: Budget = budget, **stop: object
        ) -> Preferred:
            budget.cancel()
            return settle(self, x, **stop)

        monkeypatch.setattr(Preference, "settle", stopping)
        problem = problem_of(random_draft(seed, n=20, m=3, spread=20))
        cut = search(problem, Options(workers=2), budget)
        assert cut is not None
        stopped += cut.status == "covering"
        assert f" of {len(cut.x)} points" in cut.note
    assert stopped


@pytest.mark.usefixtures("short_slices")
@pytest.mark.parametrize("workers", [1, 2])
def test_what_goes_wrong_in_a_thread_is_not_lost(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Preference, x: np.ndarray, **stop: object) -> Preferred:
        raise ZeroDivisionError

    monkeypatch.setattr(Preference, "settle", broken)
    with pytest.raises(ZeroDivisionError):
        search(problem_of(random_draft(4, n=8, m=3, spread=2)), Options(workers=workers), Budget())
