"""Many synergies: what they fix, and plans listed without relaxations, against enumeration and
labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, registry, run
from optimiser.engine.exact.kernel import IntegerProgram, machine, solve_front
from optimiser.engine.labels import compiled
from tests.engine.exact.kernel.models import Random, program
from tests.engine.exact.kernel.test_front import agree
from tests.engine.exact.kernel.test_work import finished, machine_of
from tests.engine.models import Draft, binaries, front_of, problem_of
from tests.searches import seeds


def portfolio(r: Random, n: int = 13, synergies: int = 26) -> IntegerProgram:
    """Gain, price and more of technologies of which each is in some four synergies, most of them
    wanted, some with three; a prerequisite and a budget.
    """
    m = int(r.integers(2, 5))
    c = np.zeros((m, n + synergies), dtype=np.int64)
    c[:, :n] = r.integers(-30, 60, (m, n))
    c[0, :n], c[1, :n] = -r.integers(10, 100, n), r.integers(10, 100, n)
    c[0, n:] = -r.integers(5, 40, synergies)
    unwanted = r.random(synergies) < r.choice([0.0, 0.3])
    c[0, n:][unwanted] *= -1
    several = [int(r.choice([2, 2, 2, 2, 3])) for _ in range(synergies)]
    rows = np.zeros((2, n + synergies), dtype=np.int64)
    rows[0, :2] = 1, -1
    rows[1, :n] = r.integers(5, 60, n)
    return program(
        c,
        rows,
        row_upper=[0, int(rows[1].sum() * 45 // 100)],
        products={
            n + i: tuple(sorted(r.choice(n, k, replace=False).tolist()))
            for i, k in enumerate(several)
        },
    )


@pytest.mark.parametrize("few", [0, 1, 10])
@pytest.mark.parametrize("seed", seeds(8, here=3))
def test_the_front_is_the_enumerated_one(
    few: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_FEW", few)
    given = portfolio(np.random.default_rng(seed))
    agree(given, solve_front(given))


@pytest.mark.slow
@pytest.mark.parametrize("few", [0, 1, 10])
@pytest.mark.parametrize("first", range(100, 400, 50))
def test_many_fronts_are_the_enumerated_ones(
    few: int, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_FEW", few)
    for seed in range(first, first + 50):
        given = portfolio(np.random.default_rng(seed))
        agree(given, solve_front(given))


def draft(seed: int) -> Draft:
    """30 technologies and 60 wanted synergies: nodes by the thousand."""
    r = np.random.default_rng(seed)
    n = 30
    values = [-r.integers(10, 100, n), r.integers(10, 100, n), r.integers(-30, 60, n)]
    objectives: list[Any] = [{(j,): int(c) for j, c in enumerate(line)} for line in values]
    for _ in range(60):
        pair = tuple(sorted(r.choice(n, 2, replace=False).tolist()))
        objectives[0][pair] = -int(r.integers(5, 40))
    rows: list[Any] = []
    for _ in range(n // 3):
        needed, by = sorted(r.choice(n, 2, replace=False).tolist())
        rows.append(({(by,): 1, (needed,): -1}, None, 0))
    weights = r.integers(5, 60, n)
    purse = {(j,): int(w) for j, w in enumerate(weights)}
    rows.append((purse, None, int(weights.sum() * 45 // 100)))
    return Draft(binaries(n), objectives, rows)


@pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")
@pytest.mark.parametrize("few", [0, 10])
@pytest.mark.parametrize("seed", [1, 2])
def test_labels_find_the_same_points_and_plans(
    few: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of products with a multiplier at the side that nothing reaches say nothing of a
    product: where that was overlooked, two points in a thousand were lost.
    """
    monkeypatch.setattr(machine, "_FEW", few)
    problem = problem_of(draft(seed))
    zones, labels = (run(registry()[name], "", problem, Options()) for name in ("exact", "labels"))
    assert zones.proof.status == labels.proof.status == "complete"
    assert front_of(problem, zones.x) == front_of(problem, labels.x)


@pytest.mark.parametrize("few", [0, 1, 10])
def test_pauses_change_nothing(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_FEW", few)
    for seed in range(3):
        given = portfolio(np.random.default_rng(seed))
        at_once, often = machine_of(given), machine_of(given)
        assert finished(at_once, 1 << 40) == finished(often, 1)
        assert at_once.counts == often.counts


def test_fewer_nodes_where_plans_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = portfolio(np.random.default_rng(2), 20, 40)
    trees = solve_front(given)
    monkeypatch.setattr(machine, "_FEW", 1)
    fewer = solve_front(given)
    assert 4 * fewer.nodes < trees.nodes
    assert fewer.points.tolist() == trees.points.tolist()
