"""A search stopped anywhere and gone on with from what was written down, again and again, is the
search that never stopped.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.engine.exact.kernel import (
    IntegerProgram,
    KernelOutcome,
    KernelProgress,
    Limits,
    Snapshot,
    solve_front,
)
from tests.engine.exact.kernel.models import SHAPES, enumerated
from tests.engine.exact.kernel.test_run import larger

SHORT = Limits(slice_seconds=0.0)


def stopped_after(
    given: IntegerProgram, calls: int, start: Snapshot | None, anytime: float | None, /
) -> KernelOutcome:
    """The outcome after so many slices; the snapshot goes through its arrays, as it would through a
    file.
    """
    count = 0

    def stop(_: KernelProgress) -> bool:
        nonlocal count
        count += 1
        return count > calls

    outcome = solve_front(given, start=start, limits=replace(SHORT, anytime=anytime), on_slice=stop)
    if outcome.snapshot is None:
        return outcome
    return replace(outcome, snapshot=Snapshot.read(outcome.snapshot.arrays()))


@pytest.fixture
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._FIRST", 3)
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._SHORTEST", 1)


@pytest.mark.usefixtures("short_slices")
@pytest.mark.parametrize("anytime", [None, 0.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_stops_at_random_moments_lose_nothing(shape: str, anytime: float | None) -> None:
    stops = 0
    for seed in range(8):
        r = np.random.default_rng(seed)
        given = SHAPES[shape](r)
        expected = enumerated(given)
        wanted = {tuple(y) for y in expected.tolist()}
        start, before = None, set[tuple[int, ...]]()
        for attempt in range(400):  # longer and longer: a sub-problem that is stopped begins again
            outcome = stopped_after(given, int(r.integers(0, 4 + attempt)), start, anytime)
            found = {tuple(y) for y in outcome.points.tolist()}
            assert before <= found <= wanted
            if outcome.status != "stopped":
                break
            stops += 1
            assert all((np.array(y) < outcome.zones).all(axis=1).any() for y in wanted - found)
            start, before = outcome.snapshot, found
        assert outcome.status == ("complete" if len(expected) else "infeasible")
        np.testing.assert_array_equal(outcome.points, expected)
    assert stops > 0 or shape == "hopeless"


def test_what_is_proven_is_not_proven_again() -> None:
    given = larger()
    whole = solve_front(given)
    half = solve_front(
        given, limits=replace(SHORT, points=len(whole.points) // 2), on_slice=lambda _: False
    )
    rest = solve_front(given, start=half.snapshot)
    np.testing.assert_array_equal(rest.points, whole.points)
    # neighbouring zones are asked about together, and which these are depends on where it began:
    # what is not proven again is work
    assert half.nodes + rest.nodes <= 1.02 * whole.nodes
    assert half.subproblems + rest.subproblems - whole.subproblems <= half.subproblems // 10


@pytest.mark.parametrize("field", ["Y", "X", "U", "defining", "corners", "ideal"])
def test_what_does_not_fit_the_program_is_not_used(field: str) -> None:
    given = larger()
    half = solve_front(given, limits=replace(SHORT, points=3), on_slice=lambda _: False)
    assert half.snapshot is not None
    wrong = np.array(99) if field == "corners" else getattr(half.snapshot, field)[..., :1]
    damaged = Snapshot.read({**half.snapshot.arrays(), field: wrong})
    np.testing.assert_array_equal(
        solve_front(given, start=damaged).points, solve_front(given).points
    )
    assert Snapshot.read({}) is None
