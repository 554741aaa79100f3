"""Nothing floating point says is believed: wrong tableaus cost time, never points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.engine.exact.kernel import Halt, Limits, normal_form, solve_front
from optimiser.engine.exact.kernel.machine import SearchMachine
from optimiser.engine.exact.kernel.whole_front import _WholeFront
from tests.engine.exact.kernel.models import SHAPES, enumerated, feasible, program
from tests.searches import seeds


def disturbed(given: Any, r: np.random.Generator, size: float, /) -> np.ndarray[Any, Any]:
    """The front of a run whose tableaus are disturbed by ``size``, relatively, every few nodes."""
    form = normal_form(given)
    if form.infeasible:
        return np.zeros((0, given.objectives.shape[0]), dtype=np.int64)
    run = _WholeFront(given, form, Limits())
    machine = run.machine
    for _ in range(200_000):
        halt = machine.advance(3 * 16)
        if halt == Halt.COMPLETE:
            return run.outcome().points
        assert halt == Halt.HALTED
        for array in machine.native.tableaus():
            np.add(
                array,
                size * r.standard_normal(array.shape) * np.maximum(np.abs(array), size),
                out=array,
            )
            np.clip(array, -1e12, 1e12, out=array)
    raise AssertionError("did not end")


@pytest.mark.parametrize("size", [1e-9, 1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_disturbed_tableaus_lose_no_point(shape: str, size: float) -> None:
    for seed in range(3):
        r = np.random.default_rng(seed)
        given = SHAPES[shape](r)
        np.testing.assert_array_equal(disturbed(given, r, size), enumerated(given))


@pytest.mark.slow
@pytest.mark.parametrize("size", [1e-7, 1e-3, 1e-1, 10.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_disturbed_tableaus_lose_no_point_in_many_models(shape: str, size: float) -> None:
    for seed in range(100, 125):
        r = np.random.default_rng(seed)
        given = SHAPES[shape](r)
        np.testing.assert_array_equal(disturbed(given, r, size), enumerated(given))


@pytest.mark.parametrize("power", [20, 30, 36])
def test_nearly_parallel_rows_with_long_coefficients(power: int) -> None:
    """Rows that differ in the last unit of numbers near 2**power: floating point cannot tell them
    apart, integers can.
    """
    r = np.random.default_rng(power)
    for _ in range(5):
        base = r.integers(1 << (power - 1), 1 << power, 9)
        rows = np.vstack([base, base + r.integers(0, 2, 9), base - r.integers(0, 2, 9)])
        x = r.integers(0, 2, 9)
        given = program(
            np.vstack([-base + r.integers(-2, 3, 9), r.integers(-9, 10, 9)]),
            rows,
            row_upper=rows @ x,
        )
        outcome = solve_front(given)
        if outcome.status == "refused":
            assert power > 30
            continue
        np.testing.assert_array_equal(outcome.points, enumerated(given))


def test_too_wide_numbers_are_refused_with_a_reason() -> None:
    given = program([[1 << 51, 1 << 51], [1, -1]])
    outcome = solve_front(given)
    assert outcome.status == "refused"
    assert "wide" in outcome.reason


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_any_multipliers_give_a_valid_bound(seed: int) -> None:
    """Weak duality holds for every integer vector, however wrong, and the bound is never above the
    true one.
    """
    r = np.random.default_rng(seed)
    given = SHAPES[list(SHAPES)[seed % len(SHAPES)]](r)
    form = normal_form(given)
    plans = feasible(given)
    if form.infeasible or len(plans) == 0:
        return
    costs = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
    machine = SearchMachine(form, costs, stack=1 << 16)
    total = len(form.dense) + len(form.sparse[0]) - 1
    scale = int(r.integers(0, 3)) * 16
    for k, c in enumerate(form.objectives):
        bound = machine.native.bound(k, r.integers(-50, 51, total).tolist(), scale)
        assert bound <= scale * int((plans @ c).min())
