"""Two objectives, where plans near the known ones are proposed: the same front as with a third
objective, the sum of both, which changes nothing about what is efficient and proposes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from optimiser.engine.exact.kernel import UNLIMITED, IntegerProgram, Limits, solve_front
from optimiser.engine.sparse_rows import sparse_rows
from tests.engine.exact.kernel.models import program

Random = np.random.Generator


def portfolio(r: Random) -> IntegerProgram:
    """Synergies, some of them harmful, prerequisites, groups, and a budget."""
    n, q = 36, 60
    pairs = {tuple(sorted(r.choice(n, 2, replace=False).tolist())) for _ in range(q)}
    products = dict(enumerate(sorted(pairs), start=n))
    width = n + len(products)
    objectives = np.zeros((2, width), dtype=np.int64)
    objectives[0, :n], objectives[1, :n] = -r.integers(10, 100, n), r.integers(10, 100, n)
    objectives[0, n:] = r.integers(-40, 10, len(products))
    rows = np.zeros((8, width), dtype=np.int64)
    for row in rows[:4]:
        one, other = r.choice(n, 2, replace=False)
        row[one], row[other] = 1, -1
    for row in rows[4:7]:
        row[r.choice(n, 4, replace=False)] = 1
    rows[7, :n] = r.integers(5, 60, n)
    most = [0] * 4 + [2] * 3 + [int(rows[7].sum() * 2 // 5)]
    return program(objectives, rows, row_upper=most, products=products)


def roadmap(r: Random) -> IntegerProgram:
    """A start in one of four phases or none, and a budget a phase; small numbers."""
    n, phases = 32, 4
    lasting = np.tile(np.arange(phases, 0, -1), n)
    gain, price = r.integers(5, 40, n), r.integers(4, 24, n)
    objectives = np.array([-np.repeat(gain, phases) * lasting, np.repeat(price, phases)])
    start = np.arange(n * phases).reshape(n, phases)
    rows = np.zeros((n + phases, n * phases), dtype=np.int64)
    rows[np.arange(n)[:, None], start] = 1
    rows[n + np.arange(phases)[:, None], start.T] = price
    most = [1] * n + [int(price.sum() // 10)] * phases
    return program(objectives, rows, row_upper=most)


def knapsack(r: Random) -> IntegerProgram:
    """Two budgets; amounts from 0 to 3."""
    weights = r.integers(10, 100, (2, 40))
    most = (weights.sum(axis=1) * 3 // 2).tolist()
    return program(-r.integers(10, 100, (2, 40)), weights, row_upper=most, upper=[3] * 40)


def with_sum(given: IntegerProgram) -> IntegerProgram:
    total = given.objectives.sum(axis=0)[None]
    return replace(given, objectives=np.vstack([given.objectives, total]))


def _are_over(slices: Iterator[int], _: object) -> bool:
    return next(slices, None) is None


MODELS = [portfolio, roadmap, knapsack]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(4))
def test_proposed_plans_change_no_front(
    model: Callable[[Random], IntegerProgram], seed: int
) -> None:
    given = model(np.random.default_rng(seed))
    expected = solve_front(with_sum(given)).points[:, :2]
    found = solve_front(given)
    assert found.statistics["bundles"] > 0
    np.testing.assert_array_equal(found.points, expected)
    np.testing.assert_array_equal(found.x @ given.objectives.T, found.points)
    led = solve_front(given, limits=Limits(anytime=0.02, patience=0.004, slice_seconds=0.001))
    np.testing.assert_array_equal(led.points, expected)


@pytest.mark.parametrize("model", MODELS)
def test_a_run_that_is_stopped_while_plans_are_proposed_covers_what_is_missing(
    model: Callable[[Random], IntegerProgram],
) -> None:
    given = model(np.random.default_rng(9))
    expected = solve_front(with_sum(given)).points[:, :2]
    start, stops = None, 0
    for attempt in range(200):
        found = solve_front(
            given,
            start=start,
            limits=Limits(slice_seconds=0.0005),
            on_slice=partial(_are_over, iter(range(2 + attempt))),
        )
        if found.status != "stopped":
            break
        start, stops = found.snapshot, stops + 1
        listed = {tuple(y) for y in found.points.tolist()}
        assert listed <= {tuple(y) for y in expected.tolist()}
        missing = expected[[tuple(y) not in listed for y in expected.tolist()]]
        for y in missing:
            assert ((found.floors <= y) & (y < found.zones)).all(axis=1).any()
    assert found.status == "complete"
    np.testing.assert_array_equal(found.points, expected)


def test_a_proposed_plan_satisfies_everything() -> None:
    given = portfolio(np.random.default_rng(3))
    stopped = solve_front(given, limits=Limits(slice_seconds=0.0), on_slice=lambda p: p.points > 5)
    assert len(stopped.tentative)
    for x in stopped.tentative:
        assert (given.rows @ x <= given.row_upper).all()
        assert all(x[y] == x[list(f)].prod() for y, f in given.products.items())


def test_rows_and_products_outside_their_bounds_are_never_proposed() -> None:
    """A product that has to be 1, and one that must not be."""
    r = np.random.default_rng(5)
    given = portfolio(r)
    one, other = list(given.products)[:2]
    width = given.objectives.shape[1]
    rows = [*given.rows, {one: 1}, {other: 1}]
    bound = replace(
        given,
        rows=sparse_rows(rows, width),
        row_lower=np.append(given.row_lower, [1, -UNLIMITED]),
        row_upper=np.append(given.row_upper, [UNLIMITED, 0]),
    )
    expected = solve_front(with_sum(bound)).points[:, :2]
    np.testing.assert_array_equal(solve_front(bound).points, expected)
