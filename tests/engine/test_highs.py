"""HiGHS as it is asked here: nothing vanishes on the way to it, no call outlives its limit, nothing
is printed.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.engine import highs
from optimiser.engine.contract import Budget
from optimiser.engine.highs.posing import posed
from optimiser.engine.highs.runs import Interrupt
from tests.searches import seeds

INF = math.inf
ROOT = Path(__file__).resolve().parents[2]


def program(
    ends: list[tuple[float, float]],
    whole: str,
    rows: list[tuple[dict[int, float], float, float]],
    /,
) -> highs.LinearProgram:
    """Columns by their ends, "w" for a whole and "r" for a real one, and rows."""
    lower, upper = (np.array(side, dtype=np.float64) for side in zip(*ends, strict=True))
    cuts = tuple(
        highs.Cut(
            np.array(list(terms), dtype=np.int32),
            np.array(list(terms.values()), dtype=np.float64),
            low,
            high,
        )
        for terms, low, high in rows
    )
    return highs.LinearProgram(lower, upper, np.array([kind == "w" for kind in whole]), cuts)


def test_a_trace_beside_a_billion_counts() -> None:
    """fuel up to 5e9 kg, trace up to 1e-6 kg: in whole numbers fuel + 2e13 trace >= 1e9."""
    both = program([(0, 5e9), (0, 1e-6)], "rr", [({0: 1.0, 1: 2e13}, 1e9, INF)])
    assert highs.minimise(both, {0: 1.0}, Budget()).value == pytest.approx(9.8e8)
    assert highs.minimise(both, {1: 1.0}, Budget()).value == pytest.approx(0.0)


def test_a_finite_bound_beyond_what_highs_takes_for_infinite_stays_finite() -> None:
    huge = program([(0, 1e21), (0, 1)], "rr", [])
    answer = highs.minimise(huge, {0: -1.0}, Budget())
    assert (answer.status, answer.value) == ("optimal", -1e21)


def test_an_objective_in_small_units_is_unbounded_all_the_same() -> None:
    """Maximise 1e-10 x + y over x >= 0: tolerances of 1e-9 take the price of x for nothing."""
    slow = program([(0, INF), (0, 5)], "rw", [])
    assert highs.minimise(slow, {0: -1e-10, 1: -1.0}, Budget()).status == "unbounded"


def test_a_row_divided_by_a_range_keeps_its_columns() -> None:
    """Output per CNY: 1e-15 of a plant of 3e9, beside a line worth 1."""
    lines = program([(0, 3e9), (0, 1)], "rw", [({0: 1e-15, 1: 1.5e-6}, -INF, 3.6e-6)])
    answer = highs.minimise(lines, {0: -1e-15, 1: -1.5e-6}, Budget())
    assert answer.value == pytest.approx(-3.6e-6, rel=1e-6)


def test_duals_and_reduced_costs_come_back_in_the_units_they_were_asked_in() -> None:
    both = program([(0, 5e9), (0, 1e-6)], "rr", [({0: 1.0, 1: 2e13}, 1e9, INF)])
    answer = highs.minimise(both, {0: 1.0}, Budget())
    assert answer.reduced is not None
    assert answer.reduced[1] == pytest.approx([1.0])
    assert answer.reduced[0] == pytest.approx([0.0, -2e13])
    held = highs.Held(both, Budget()).minimise(np.array([1.0, 0.0]))
    assert held.bound == pytest.approx(9.8e8)
    resolved = highs.Resolved(both, np.array([1.0, 0.0]), Budget())
    assert resolved.run()
    assert resolved.values() == pytest.approx([9.8e8, 1e-6])
    assert resolved.duals() == pytest.approx([1.0])
    resolved.box(np.array([1]), np.array([0.0]), np.array([5e-7]))
    assert resolved.run()
    assert resolved.values() == pytest.approx([9.9e8, 5e-7])


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_scaling_changes_nothing_but_units(seed: int) -> None:
    """A program in units from 1e-9 to 1e9 has the optimum of the same program in plain ones."""
    r = np.random.default_rng(seed)
    n, m = int(r.integers(1, 6)), int(r.integers(1, 5))
    matrix = r.integers(-5, 6, (m, n)).astype(float)
    limits = r.integers(1, 20, m).astype(float)
    cost = r.integers(-5, 6, n).astype(float)
    columns, rows = 10.0 ** r.integers(-9, 10, n), 10.0 ** r.integers(-9, 10, m)
    plain = program(
        [(0, 10)] * n, "r" * n, [(dict(enumerate(matrix[i])), -INF, limits[i]) for i in range(m)]
    )
    units = program(
        [(0.0, 10.0 * by) for by in columns],
        "r" * n,
        [
            (dict(enumerate(matrix[i] / columns * rows[i])), -INF, limits[i] * rows[i])
            for i in range(m)
        ],
    )
    first, second = (
        highs.minimise(plain, cost, Budget()),
        highs.minimise(units, cost / columns, Budget()),
    )
    assert first.status == "optimal"
    assert second.status in ("optimal", "unknown")
    if second.status == "unknown":
        assert second.reason
    else:
        assert second.value == pytest.approx(first.value, rel=1e-6, abs=1e-6)


def test_what_cannot_be_posed_is_unknown_with_a_reason() -> None:
    apart = program([(0, 3), (0, 10**6)], "ww", [({0: 1e26, 1: 1.0}, 5e5, INF)])
    answer = highs.minimise(apart, {1: 1.0}, Budget())
    assert answer.status == "unknown"
    assert answer.reason == "coefficients too far apart for HiGHS"


@pytest.mark.parametrize(
    "ends", [(-2_324_349_310.0, 453_530_000.0), (-INF, INF), (-INF, 1e4), (0, 1e15)]
)
def test_whole_columns_wider_than_32_bits_do_not_hold_it_up(ends: tuple[float, float]) -> None:
    """It counts the values of a whole column in 32 bits and never ended."""
    rows = [
        ({0: 14201.2657928467, 1: 7.62939453125e-06}, -INF, -3532.11211853027),
        ({0: 12497.8637695312, 1: 3.0517578125e-05}, -INF, 1342.77344970703),
        ({0: -13808.3689346313, 1: 7.62939453125e-06}, -INF, 13980.2017242432),
    ]
    began = time.process_time()
    answer = highs.minimise(
        program([(-1, 1), ends], "ww", rows), {0: 704.43, 1: -3.2e-6}, Budget(20.0)
    )
    assert time.process_time() - began < 10.0
    assert answer.status == "unknown" or answer.x[0] == -1.0


def test_whole_columns_that_rows_bound_need_no_bounds_of_their_own() -> None:
    tied = program([(0, 5), (-INF, INF)], "ww", [({0: 3.0, 1: 1.0}, -7, 7)])
    assert not posed(tied, tied.rows).opened.any()
    assert highs.minimise(tied, {1: 1.0}, Budget()).value == -22.0


def test_the_ends_that_a_whole_column_is_given_are_no_optimum() -> None:
    """Unbounded is told from the relaxation; an optimum is one wherever it lies between them."""
    free = program([(0, INF), (0, INF)], "wr", [({0: 1.0, 1: -1.0}, -INF, 0.5)])
    assert highs.minimise(free, {0: -1.0}, Budget()).status == "unbounded"
    assert highs.minimise(free, {0: -1.0, 1: 2.0}, Budget()).value == 0.0
    assert highs.minimise(program([(0, 3e9)], "w", []), {0: -1.0}, Budget()).status == "unknown"


@pytest.mark.parametrize("whole", ["r", "w"])
@pytest.mark.parametrize("limit", [0.2, 1.0])
def test_no_call_outlives_its_limit(whole: str, limit: float) -> None:
    r = np.random.default_rng(1)
    n, m, k = 1500, 1000, 30
    rows: list[tuple[dict[int, float], float, float]] = []
    for _ in range(m):
        among = r.choice(n, k, replace=False)
        rows.append(
            (
                dict(
                    zip(np.sort(among).tolist(), r.integers(1, 100, k).astype(float), strict=True)
                ),
                -INF,
                1000.0,
            )
        )
    big = program([(0, 1 if whole == "w" else 10)] * n, whole * n, rows)
    cost = -r.integers(50, 100, n).astype(float)
    calls: list[Callable[[Budget], object]] = [lambda budget: highs.minimise(big, cost, budget)]
    if whole == "r":
        calls += [
            lambda b: highs.Held(big, b).minimise(cost),
            lambda b: highs.Resolved(big, cost, b).run(),
        ]
    else:
        calls.append(lambda budget: highs.attempt(big, cost, budget, nodes=10**6, share=0.0))
    for call in calls:
        # a limit is one of the clock, and by the clock another process may hold up its end
        budget, began = Budget(limit), time.process_time()
        call(budget)
        assert time.process_time() - began < limit + 1.0


def test_it_prints_nothing() -> None:
    """Neither on standard output nor on standard error, which other programs read; asked in a
    process of its own.
    """
    text = """
import numpy as np
from optimiser.engine import highs
from optimiser.engine.contract import Budget
r = np.random.default_rng(3)
for _ in range(60):
    n, m = r.integers(1, 7), r.integers(0, 6)
    whole = r.random(n) < 0.5
    lower = np.where(r.random(n) < 0.2, -np.inf, 0.0)
    upper = np.where(r.random(n) < 0.2, np.inf, 9.0 * 10.0 ** r.integers(0, 12, n))
    rows = []
    for _ in range(m):
        values = r.integers(-9, 10, n) * 10.0 ** r.integers(-12, 13, n)
        low, high = sorted(r.normal(size=2) * 10.0 ** r.integers(-3, 15))
        low = low if r.random() < 0.6 else -np.inf
        rows.append(highs.Cut(np.arange(n, dtype=np.int32), values, low, high))
    program = highs.LinearProgram(lower, upper, whole, tuple(rows))
    cost = r.integers(-9, 10, n) * 10.0 ** r.integers(-12, 13, n)
    budget = Budget(1.0)
    highs.minimise(program, cost, budget)
    highs.attempt(program, cost, budget, nodes=20, share=0.0)
    relaxed = program.relaxed()
    held = highs.Held(relaxed, budget)
    held.minimise(cost), held.codes()
    resolved = highs.Resolved(relaxed, cost, budget)
    resolved.run(), resolved.codes(), resolved.ray()
"""
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_numbers_beyond_floats_are_brought_back_into_them() -> None:
    row = highs.cut([(0, 10**400), (1, Fraction(3 * 10**400))], -INF, 0.0)
    assert row.values[1] / row.values[0] == pytest.approx(3.0)
    assert np.isfinite(row.values).all()


@pytest.mark.parametrize(("counts", "ends"), [([7], True), ([-1], False), ([7, 8], False)])
def test_a_search_does_not_go_deeper_and_deeper(counts: list[int], ends: bool) -> None:
    """One of 100,000 nodes, each below the other, heard nothing for 20 s on its way back. The count
    of nodes stands still while it goes down; before a search there is none.
    """
    ended: list[bool] = []
    interrupt = Interrupt(Budget())
    for call in range(20_000):
        told = SimpleNamespace(mip_node_count=counts[call % len(counts)])
        interrupt.search(SimpleNamespace(data_out=told, interrupt=lambda: ended.append(True)))
    assert bool(ended) == ends
