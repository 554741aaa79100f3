"""What exchanges of columns say of canonical plans."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, registry, run
from optimiser.engine.exact import kernel
from optimiser.engine.exact.kernel import IntegerProgram, without_symmetries
from optimiser.engine.exact.wide_program import wide_program
from optimiser.engine.sparse_rows import sparse_rows
from tests.engine.exact.kernel.alike import alike
from tests.engine.models import Draft, binaries, front_by_force, front_of, problem_of
from tests.searches import examples

needs_compiled = pytest.mark.skipif(not kernel.compiled(), reason="built without a C++ compiler")


def program(objectives: Any, rows: Any = (), *, upper: int = 1, products: Any = None) -> Any:
    costs = np.array(objectives, dtype=np.int64)
    n = costs.shape[1]
    sides = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 2)
    terms = sparse_rows([row[0] for row in rows], n)
    box = np.zeros(n, dtype=np.int64), np.full(n, upper, dtype=np.int64)
    return IntegerProgram(costs, terms, sides[:, 0], sides[:, 1], *box, products or {})


def said(given: IntegerProgram, weights: Any) -> set[frozenset[tuple[int, int]]]:
    """The rows, each as its terms."""
    preferences = np.array(weights, dtype=np.int64).reshape(-1, given.objectives.shape[1])
    return {frozenset(row.items()) for row in without_symmetries(given, preferences).canonical}


def rows(*terms: dict[int, int]) -> set[frozenset[tuple[int, int]]]:
    return {frozenset(row.items()) for row in terms}


BUDGET = ({0: 3, 1: 3, 2: 3}, -kernel.UNLIMITED, 6)


@needs_compiled
def test_equal_columns_are_ordered_by_preference() -> None:
    equal = program([[2, 2, 2]], [BUDGET])
    assert said(equal, [[2, 0, 1]]) == rows({2: 1, 1: -1}, {0: 1, 2: -1})
    # without one the least plan in lexicographic order is canonical
    assert said(equal, []) == rows({1: 1, 2: -1}, {0: 1, 1: -1})


@needs_compiled
def test_amounts_are_ordered_too() -> None:
    assert said(program([[2, 2, 2]], [BUDGET], upper=4), [[0, 1, 1]]) == rows(
        {2: 1, 0: -1}, {1: 1, 2: -1}
    )


@needs_compiled
@pytest.mark.parametrize(
    "different",
    [
        program([[2, 2, 3]], [({0: 3, 1: 4}, -kernel.UNLIMITED, 6)]),
        program([[2, 2], [1, 0]]),
        program([[2, 2, 0, -5]], products={3: (0, 2)}),
        program([[1, 1, 2]], [({0: 1, 2: -1}, -kernel.UNLIMITED, 0)]),
        program([[1, 1]], [({0: 1, 1: -1}, -kernel.UNLIMITED, 0)]),
    ],
    ids=["a row", "an objective", "a product", "a prerequisite", "of each other"],
)
def test_what_differs_is_not_ordered(different: IntegerProgram) -> None:
    assert said(different, []) == set()


@needs_compiled
def test_starts_are_exchanged_together() -> None:
    """Columns 0 and 1: begun by the first and by the second phase; later is preferred less."""
    begun = [({a: 1, a + 1: -1}, -kernel.UNLIMITED, 0) for a in (0, 2)]
    two = program([[-3, -2, -3, -2]], [*begun, ({0: 2, 2: 2}, -kernel.UNLIMITED, 3)])
    found = said(two, [[0, 1, 0, 1], [-1, 2, 0, 0], [0, 0, -1, 2]])
    # never is preferred to the first phase, and that to the second
    assert found == rows({1: 1, 3: -1}, {0: -1, 1: 1, 2: 1, 3: -1})


@needs_compiled
def test_partners_are_exchanged_with_what_they_are_tied_to() -> None:
    pairs = program([[2, 2, 3, 3, -1, -1]], products={4: (0, 2), 5: (1, 3)})
    assert said(pairs, [[0, 1, 0, 0, 0, 0]]) == rows({0: -1, 1: 1})


@needs_compiled
def test_products_that_differ_in_number_are_no_exchange() -> None:
    """Two synergies of one pair, one of the other, with equal sums."""
    doubled = program([[2, 2, 3, -1, -1, -1]], products={3: (0, 2), 4: (0, 2), 5: (1, 2)})
    assert said(doubled, []) == set()


@needs_compiled
@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 10**6))
def test_every_canonical_plan_holds_them(seed: int) -> None:
    holds_and_agrees(seed)


@needs_compiled
@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_every_canonical_plan_holds_them_many_times(block: int) -> None:
    for seed in range(2_000_000 + 300 * block, 2_000_300 + 300 * block):
        holds_and_agrees(seed)


def holds_and_agrees(seed: int) -> None:
    """Brute force: its canonical plans hold the rows, and are what the engine lists."""
    problem = problem_of(alike(seed))
    expected = front_by_force(problem)
    view = wide_program(problem)
    assert view is not None
    assert view.program is not None
    n = len(view.columns)
    weights = np.zeros((len(problem.order), n), dtype=np.int64)
    for line, row in zip(weights, problem.order, strict=True):
        for j, weight in row:
            line[j] = weight
    found = without_symmetries(view.program, weights).canonical
    for plan in expected.values():
        assert problem.linear
        x = problem.linear.extend(np.array([plan], dtype=float))[0].astype(int).tolist()
        assert all(sum(a * x[j] for j, a in terms.items()) <= 0 for terms in found)
    if expected:
        solution = run(registry()["exact"], "", problem, Options(workers=1))
        assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
        assert front_of(problem, solution.x) == expected


@needs_compiled
def test_sixty_technologies_of_six_kinds() -> None:
    """Ten of each kind: seven million nodes did not suffice."""
    r = np.random.default_rng(1)
    costs = np.repeat(r.integers(10, 110, (2, 6)), 10, axis=1)
    weights = np.repeat(r.integers(10, 110, 6), 10)
    objectives: list[Any] = [
        {(j,): sign * int(c) for j, c in enumerate(row)}
        for sign, row in zip((-1, 1), costs, strict=True)
    ]
    budget = {(j,): int(w) for j, w in enumerate(weights)}
    problem = problem_of(Draft(binaries(60), objectives, [(budget, None, int(weights.sum() // 2))]))
    zones = run(registry()["exact"], "", problem, Options(workers=1))
    labels = run(registry()["labels"], "", problem, Options(workers=1))
    nodes = zones.statistics["nodes"]
    assert isinstance(nodes, int)
    assert nodes < 20_000
    assert zones.proof.status == "complete"
    assert front_of(problem, zones.x) == front_of(problem, labels.x)
