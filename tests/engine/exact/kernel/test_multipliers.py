"""Multipliers are rounded as finely for a small cost beside wide rows as beside narrow ones, and no
bound leaves 62 bits.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact.kernel import (
    NODES_MOST,
    IntegerProgram,
    RefusedError,
    Single,
    costs_of,
    normal_form,
    precision,
)
from tests.engine.exact.kernel.models import feasible, program
from tests.searches import seeds


def beside(shift: int, seed: int, n: int = 50) -> IntegerProgram:
    """A cost of one digit beside an objective whose numbers are that many bits wider."""
    r = np.random.default_rng(seed)
    weights = r.integers(10, 100, n)
    wide = -(weights << shift) - r.integers(0, 1 << shift, n)
    limit = int(weights.sum() // 2)
    return program(np.vstack([wide, r.integers(-9, 10, n)]), weights[None], row_upper=[limit])


def least_beside(given: IntegerProgram) -> int:
    """Nodes that prove the least cost among the plans within half a percent of the best."""
    form = normal_form(given)
    single = Single(form, form.objectives)
    high = np.maximum(form.objectives, 0).sum(axis=1)
    best, proven = single.least(high, 0, 0, int(high[0]), None)
    assert best is not None
    before, limit = single.nodes, int(form.objectives[0] @ best) * 995 // 1000
    x, also = single.least(np.array([limit, high[1]]), 1, 1, int(high[1]), None)
    assert x is not None
    assert proven
    assert also
    return single.nodes - before


@pytest.mark.parametrize("seed", range(4))
def test_a_small_cost_beside_a_wide_row_takes_no_more_nodes(seed: int) -> None:
    """The row's numbers are 2**27 times as wide as the cost: multipliers with the scale of the
    widest were all 0, and two million nodes proved nothing.
    """
    assert least_beside(beside(24, seed)) <= 2 * least_beside(beside(12, seed)) + 100


@pytest.mark.parametrize("shift", [0, 12, 20, 26, 32, 40])
def test_no_bound_leaves_62_bits(shift: int) -> None:
    for seed in range(10):
        form = normal_form(beside(shift, seed))
        costs = np.vstack([costs_of(form), form.objectives[::-1] * 3])
        try:
            found = precision(form, costs)
        except RefusedError:
            assert shift > 26
            continue
        pointers, columns, values = form.sparse
        n = form.objectives.shape[1]
        sparse = np.zeros((len(pointers) - 1, n), dtype=object)
        for i in range(len(sparse)):
            part = slice(pointers[i], pointers[i + 1])
            sparse[i, columns[part]] = values[part]
        rows = np.abs(np.vstack([form.dense.astype(object), sparse]))
        box = np.maximum(1, np.maximum(np.abs(form.lower), np.abs(form.upper))[:n]).astype(object)
        for cost, scale, caps in zip(costs, found.scale, found.cap.tolist(), strict=True):
            # once for the reduced costs over the box, once for the rows' sides
            own = 2 * scale * int(np.abs(cost.astype(object)) @ box)
            most = own + 2 * sum(
                int(cap) * int(row @ box) for cap, row in zip(caps, rows, strict=True)
            )
            assert most < 1 << 62


@pytest.mark.parametrize("seed", seeds(20, here=8))
def test_the_least_of_a_small_cost_is_that_of_all_plans(seed: int) -> None:
    given = beside(int(np.random.default_rng(seed).integers(0, 27)), seed, n=14)
    form = normal_form(given)
    single = Single(form, form.objectives)
    plans = feasible(given)
    y = plans @ form.objectives.T
    limit = int(np.quantile(y[:, 0], 0.05))
    high = int(np.maximum(form.objectives[1], 0).sum())
    x, proven = single.least(np.array([limit, high]), 1, 1, high, None)
    assert proven
    assert x is not None
    assert int(form.objectives[1] @ x) == y[y[:, 0] <= limit, 1].min()
    assert single.nodes < NODES_MOST
