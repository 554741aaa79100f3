"""Nodes with few free columns, whose plans are looked at all at once: against enumeration, and
where pauses come.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact.kernel import IntegerProgram, machine, normal_form, solve_front
from tests.engine.exact.kernel.models import SHAPES, Random, enumerated, program
from tests.engine.exact.kernel.test_bundles import MODELS, many_objectives
from tests.engine.exact.kernel.test_front import agree
from tests.engine.exact.kernel.test_work import finished, machine_of


def compare(shape: str, seed: int) -> None:
    r = np.random.default_rng(seed)
    given = MODELS[shape](r)
    given = many_objectives(given, r) if seed % 2 else given
    outcome = solve_front(given)
    if outcome.status != "refused":
        agree(given, outcome)


@pytest.mark.parametrize("few", [1, 4, 10])
@pytest.mark.parametrize("shape", MODELS)
def test_the_front_is_the_enumerated_one(
    shape: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_FEW", few)
    for seed in range(3000, 3008):
        compare(shape, seed)


@pytest.mark.slow
@pytest.mark.parametrize("few", [1, 2, 3, 4, 6, 10])
@pytest.mark.parametrize("shape", MODELS)
def test_many_fronts_are_the_enumerated_ones(
    shape: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_FEW", few)
    for seed in range(4000, 4150):
        compare(shape, seed)


def portfolio(r: Random) -> IntegerProgram:
    """Fourteen technologies: prerequisites, a group, a budget, synergies of either sign and of
    three: a tree above the nodes that are looked at at once.
    """
    n, s, m = 14, 10, int(r.integers(2, 5))
    c = np.hstack([r.integers(-20, 21, (m, n)), np.zeros((m, s), dtype=np.int64)])
    c[0, n:] = r.integers(-15, 10, s)
    pairs = [r.choice(n, int(r.choice([2, 2, 2, 3])), replace=False).tolist() for _ in range(s)]
    rows = np.zeros((5, n + s), dtype=np.int64)
    for line in rows[:3]:
        a, b = r.choice(n, 2, replace=False)
        line[a], line[b] = 1, -1
    rows[3, r.choice(n, 4, replace=False)] = 1
    rows[4, :n] = r.integers(1, 30, n)
    return program(
        c,
        rows,
        row_upper=[0, 0, 0, 2, int(rows[4].sum() // 2)],
        products={n + i: tuple(sorted(pair)) for i, pair in enumerate(pairs)},
    )


@pytest.mark.parametrize("few", [3, 10])
def test_below_a_tree_too(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_FEW", few)
    for seed in range(3):
        given = portfolio(np.random.default_rng(seed))
        outcome = solve_front(given)
        assert outcome.points.tolist() == enumerated(given).tolist()
        assert (outcome.x @ given.objectives.T == outcome.points).all()


@pytest.mark.parametrize("few", [3, 10])
@pytest.mark.parametrize("shape", SHAPES)
def test_pauses_change_nothing(shape: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that a pause cut in two goes on as it was begun, however few columns it left free."""
    monkeypatch.setattr(machine, "_FEW", few)
    for seed in range(20, 24):
        given = SHAPES[shape](np.random.default_rng(seed))
        if normal_form(given).infeasible:
            continue
        at_once, often = machine_of(given), machine_of(given)
        assert finished(at_once, 1 << 40) == finished(often, 1)
        assert at_once.counts == often.counts


def test_fewer_nodes_than_by_trees_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    r = np.random.default_rng(5)
    weights = r.integers(10, 100, (1, 24))
    given = program(-r.integers(10, 100, (3, 24)), weights, row_upper=[int(weights.sum() // 2)])
    trees = solve_front(given)
    monkeypatch.setattr(machine, "_FEW", 10)
    fewer = solve_front(given)
    assert 2 * fewer.nodes < trees.nodes
    assert fewer.points.tolist() == trees.points.tolist()
