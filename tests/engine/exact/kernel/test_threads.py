"""A front by several threads: the same points with any number, the same way with the same number
of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from optimiser.engine.exact.kernel import IntegerProgram, Limits, machine, solve_front
from tests.engine.exact.kernel.models import SHAPES, enumerated, program
from tests.engine.exact.kernel.test_run import Enumerating, larger
from tests.test_architecture import ROOT


@pytest.fixture
def from_the_first_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other threads begin as soon as the corners are known."""
    monkeypatch.setattr(machine, "_ALONE", 0)


def agreed(shape: str, seed: int, workers: int, nodes: int) -> int:
    """Solve a random program twice, with pauses in other places, and compare with enumeration; how
    many threads there were.
    """
    given = SHAPES[shape](np.random.default_rng(seed))
    once, again = (
        solve_front(
            given,
            limits=Limits(nodes=nodes, slice_seconds=seconds),
            workers=workers,
            fallback=Enumerating(given),
        )
        for seconds in (0.1, 1e-5)
    )
    expected = enumerated(given)
    assert once.status == ("complete" if len(expected) else "infeasible")
    np.testing.assert_array_equal(once.points, expected)
    np.testing.assert_array_equal(once.x @ given.objectives.T, once.points)
    np.testing.assert_array_equal(once.x, again.x)
    assert once.statistics == again.statistics
    return once.statistics.get("threads", 1)


@pytest.mark.usefixtures("from_the_first_zone")
@pytest.mark.parametrize("nodes", [0, 3, 20, 2_000_000])
@pytest.mark.parametrize("shape", SHAPES)
def test_any_number_finds_what_enumeration_does(shape: str, nodes: int) -> None:
    """With budgets that end, every thread may ask the fallback, and bundles are given up."""
    threads = [agreed(shape, seed, 2 + seed % 3, nodes) for seed in range(nodes % 7, 40, 7)]
    assert max(threads) > 1 or shape != "knapsack"


@pytest.mark.slow
@pytest.mark.usefixtures("from_the_first_zone")
@pytest.mark.parametrize("shape", SHAPES)
def test_any_number_finds_what_enumeration_does_in_a_thousand_programs(shape: str) -> None:
    for seed in range(100, 350):
        agreed(shape, seed, 2 + seed % 3, (0, 3, 20, 2_000_000)[seed % 4])


def tight() -> IntegerProgram:
    """A knapsack of four objectives with many equal values."""
    r = np.random.default_rng(5)
    weights = r.integers(10, 60, (2, 26))
    return program(
        -r.integers(1, 12, (4, 26)), weights, row_upper=(weights.sum(axis=1) // 2).tolist()
    )


@pytest.mark.parametrize("make", [larger, tight])
def test_a_second_thread_joins_larger_fronts(make: Callable[[], IntegerProgram]) -> None:
    alone, both = (solve_front(make(), workers=workers) for workers in (1, 2))
    assert (alone.statistics["threads"], both.statistics["threads"]) == (1, 2)
    np.testing.assert_array_equal(alone.points, both.points)
    # the second one takes zones off the first, and does hardly anything twice
    assert both.nodes < 1.1 * alone.nodes
    assert both.statistics["overtaken"] < 0.1 * len(both.points)


def test_a_small_front_is_left_to_one_thread() -> None:
    given = SHAPES["knapsack"](np.random.default_rng(1))
    assert solve_front(given, workers=8).statistics["threads"] == 1


def test_what_two_threads_leave_open_is_gone_on_with_by_any_number() -> None:
    given = larger()
    whole = solve_front(given)
    part = solve_front(
        given, limits=Limits(points=len(whole.points) // 2, slice_seconds=1e-3), workers=2
    )
    assert part.status == "stopped"
    assert part.statistics["threads"] == 2
    known = {tuple(y) for y in part.points.tolist()}
    assert known < {tuple(y) for y in whole.points.tolist()}
    for y in whole.points:
        if tuple(y.tolist()) not in known:
            assert (y < part.zones).all(axis=1).any()
            assert ((part.floors <= y) & (y < part.zones)).all(axis=1).any()
    for workers in (1, 3):
        rest = solve_front(given, start=part.snapshot, workers=workers)
        np.testing.assert_array_equal(rest.points, whole.points)


# Two threads are asked for. The process may have no more memory than it has, so that what the
# second one needs is not built; or no other thread, whose stack would be larger than all memory.
SCARCE = """
import resource, sys
import numpy as np
from optimiser.engine.exact.kernel import Halt, machine, normal_form, precision
from tests.engine.exact.kernel.test_threads import wide
machine._ALONE = 5000
form = normal_form(wide())
costs = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
both = machine.SearchMachine(form, costs, stack=1 << 27, nodes=1 << 40, workers=2)
both.lead(False)
both.advance(1000)
if sys.argv[1] == "memory":
    held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (8 << 20), -1))
before = both.nodes
for _ in range(40):
    assert both.advance(20_000) == Halt.HALTED
assert both.nodes > before + 5000
print(both.counts["threads"])
"""


def wide() -> IntegerProgram:
    """Its open nodes take some 20 megabytes."""
    r = np.random.default_rng(7)
    weights = r.integers(10, 1000, (1, 400))
    return program(-r.integers(10, 1000, (3, 400)), weights, row_upper=[int(weights.sum() // 2)])


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
@pytest.mark.parametrize(("scarce", "threads"), [("memory", 1), ("stacks", 1), ("nothing", 2)])
def test_where_there_is_no_room_for_a_second_thread_one_goes_on(scarce: str, threads: int) -> None:
    def no_room() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_STACK, (1 << 36, -1))
        resource.setrlimit(resource.RLIMIT_AS, (1 << 34, -1))

    done = subprocess.run(
        [sys.executable, "-c", SCARCE, scarce],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=no_room if scarce == "stacks" else None,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == f"{threads}\n", done.stderr
