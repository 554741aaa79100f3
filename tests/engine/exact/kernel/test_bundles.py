"""Zones that one tree empties together: with many objectives, where a tree is given up, where it is
stopped, against enumeration.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.engine.exact.kernel import (
    IntegerProgram,
    KernelAnswer,
    KernelProgress,
    Limits,
    Single,
    SubProblem,
    normal_form,
    solve_front,
)
from tests.engine.exact.kernel.models import SHAPES, Random, enumerated, feasible, program
from tests.engine.exact.kernel.test_front import agree


def phases(r: Random) -> IntegerProgram:
    """Technologies that start in one phase or never, a budget a phase, one needed by another."""
    technologies, count = int(r.integers(2, 5)), int(r.integers(2, 4))
    starts = np.arange(technologies * count).reshape(technologies, count)
    price = r.integers(1, 20, technologies)
    rows = np.zeros((technologies + 2 * count, starts.size), dtype=np.int64)
    for i, line in enumerate(starts):
        rows[i, line] = 1
    needed, by = r.choice(technologies, 2, replace=False)
    for phase in range(count):
        rows[technologies + phase, starts[:, phase]] = price
        rows[technologies + count + phase, starts[by, : phase + 1]] = 1
        rows[technologies + count + phase, starts[needed, : phase + 1]] = -1
    budgets = (price.sum() * r.uniform(0.2, 0.7, count)).astype(int)
    return program(
        r.integers(-20, 20, (3, starts.size)),
        rows,
        row_upper=[*[1] * technologies, *budgets, *[0] * count],
    )


def many_objectives(given: IntegerProgram, r: Random) -> IntegerProgram:
    """The same plans with two to seven objectives: with many ties, wide, sparse, repeated."""
    c = r.integers(-9, 10, (int(r.integers(2, 8)), given.objectives.shape[1]))
    kind = int(r.integers(0, 5))
    if kind == 1:
        c = np.sign(c)
    elif kind == 2:
        c = c * 10**6
    elif kind == 3:
        c[r.random(c.shape) < 0.5] = 0
    elif kind == 4:
        c[-1] = c[0]
    return replace(given, objectives=c)


MODELS = {**SHAPES, "phases": phases}


def compare(shape: str, seed: int) -> int:
    """How many trees emptied bundles of a random model, whose front is right."""
    r = np.random.default_rng(seed)
    given = many_objectives(MODELS[shape](r), r)
    outcome = solve_front(given)
    if outcome.status != "refused":
        agree(given, outcome)
    assert not len(outcome.tentative)
    return outcome.statistics.get("bundles", 0)


@pytest.mark.parametrize("shape", MODELS)
def test_models_with_many_objectives_have_the_enumerated_front(shape: str) -> None:
    bundles = sum(compare(shape, seed) for seed in range(10))
    assert bundles > 0 or shape == "hopeless"


@pytest.mark.slow
@pytest.mark.parametrize("shape", MODELS)
def test_many_models_with_many_objectives_have_the_enumerated_front(shape: str) -> None:
    for seed in range(1000, 1200):
        compare(shape, seed)


@pytest.mark.parametrize("shape", MODELS)
def test_trees_that_are_given_up_lose_nothing(shape: str) -> None:
    """With a node or a few for each tree most are given up, and somebody else answers the rest."""
    asked = 0
    for seed in range(8):
        r = np.random.default_rng(seed)
        given = many_objectives(MODELS[shape](r), r)
        x = feasible(given)

        def answer(
            one: SubProblem, x: np.ndarray = x, c: np.ndarray = given.objectives
        ) -> KernelAnswer:
            nonlocal asked
            asked += 1
            good = x[(x @ c.T <= one.limits).all(axis=1) & (x @ one.objective <= one.cut)]
            best = good[np.argmin(good @ one.objective)] if len(good) else None
            return KernelAnswer(best, proven=True)

        outcome = solve_front(given, limits=Limits(nodes=1 + seed), fallback=answer)
        if outcome.status != "refused":
            agree(given, outcome)
    assert asked > 0 or shape == "hopeless"


def test_points_of_a_tree_that_is_stopped_may_be_dominated_and_are_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Listed are only those that nothing can dominate any more; every other one is tentative."""
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._FIRST", 40)
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._SHORTEST", 1)
    tentative = dominated = 0
    for seed in range(20):
        r = np.random.default_rng(seed)
        weights = r.integers(1, 30, (1, 9))
        given = program(-r.integers(1, 30, (4, 9)), weights, row_upper=[int(weights.sum() // 2)])
        wanted = {tuple(y) for y in enumerated(given).tolist()}
        calls = 0

        def stop(progress: KernelProgress, after: int = 20 * seed) -> bool:
            nonlocal calls
            calls += 1
            assert len(progress.plans(0)) == progress.points
            return calls > after

        outcome = solve_front(given, limits=Limits(slice_seconds=0.0), on_slice=stop)
        listed = {tuple(y) for y in outcome.points.tolist()}
        others = {tuple(y) for y in (outcome.tentative @ given.objectives.T).tolist()}
        assert listed <= wanted
        tentative += len(others)
        dominated += len(others - wanted)
        left = len(outcome.zones) - len(outcome.tentative)
        for y in wanted - listed - others:
            assert (np.array(y) < outcome.zones[:left]).all(axis=1).any()
    assert tentative > dominated > 0


@pytest.mark.parametrize("together", [1, 3, 16])
def test_the_plans_of_many_points_are_listed_by_one_search(together: int) -> None:
    """Few different effects: every point has many plans."""
    for seed in range(6):
        r = np.random.default_rng(seed)
        given = program(r.integers(-1, 2, (3, 9)), r.integers(1, 3, (1, 9)), row_upper=[7])
        form, x = normal_form(given), feasible(given)
        single = Single(form, np.vstack([form.objectives, form.objectives[:1]]))
        y = enumerated(given)[:together]
        found = single.alike(y, 1000, 1 << 20, None, aim=1)
        assert found is not None
        for i, point in enumerate(y):
            same = x[(x @ given.objectives.T == point).all(axis=1)]
            listed = found[0][found[1] == i]
            np.testing.assert_array_equal(
                listed[np.lexsort(listed.T[::-1])], np.unique(same, axis=0)
            )
        few = single.alike(y, 2, 1 << 20, None, aim=0)
        assert few is not None
        assert max(np.bincount(few[1])) <= 3


def many_columns(r: Random) -> IntegerProgram:
    """More columns than are listed without a tree, some of them amounts, with products of two and
    three across them; few different effects.
    """
    n = 26
    upper = np.ones(n, dtype=np.int64)
    upper[r.choice(n, 2, replace=False)] = 2
    products = {
        n + k: tuple(
            int(j)
            for j in r.choice(np.flatnonzero(upper == 1), int(r.integers(2, 4)), replace=False)
        )
        for k in range(int(r.integers(0, 5)))
    }
    weights = np.append(r.integers(1, 4, n), np.zeros(len(products), dtype=np.int64))
    return program(
        r.integers(-4, 3, (int(r.integers(2, 4)), n + len(products))) * 10 ** int(r.integers(0, 9)),
        weights[None],
        row_upper=[7],
        upper=np.append(upper, np.ones(len(products), dtype=np.int64)),
        products=products,
    )


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(s, marks=pytest.mark.slow) for s in range(6, 60))]
)
def test_the_plans_of_points_are_listed_where_only_the_end_of_the_tree_is_told_by_halves(
    seed: int,
) -> None:
    r = np.random.default_rng(seed)
    given = many_columns(r)
    form, x = normal_form(given), feasible(given)
    plans = solve_front(given).x[:8]
    y = plans @ form.objectives.T
    single = Single(form, np.vstack([form.objectives, form.objectives[:1]]))
    found = single.alike(y, 1 << 20, 1 << 20, None, aim=seed % y.shape[1])
    assert found is not None
    for i, plan in enumerate(plans):
        same = x[(x @ given.objectives.T == given.objectives @ plan).all(axis=1)]
        listed = found[0][found[1] == i]
        assert len(listed) == len(same)
        assert {tuple(x) for x in listed.tolist()} == {tuple(x) for x in same.tolist()}


def test_a_search_for_plans_that_is_over_its_budget_lists_none() -> None:
    given = many_columns(np.random.default_rng(0))
    form = normal_form(given)
    y = solve_front(given).x @ form.objectives.T
    single = Single(form, np.vstack([form.objectives, form.objectives[:1]]))
    assert single.alike(y, 1 << 20, 1, None, aim=0) is None
    assert single.alike(y, 1 << 20, 1000, None, aim=0) is not None
    assert single.nodes > 5
