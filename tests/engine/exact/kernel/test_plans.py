"""All plans of a point, and the one to prefer, against enumeration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.engine.exact.kernel import IntegerProgram, equivalents, plans, prefer, solve_front
from tests.engine.exact.kernel.models import SHAPES, Random, feasible, program

Integers = np.ndarray[Any, np.dtype[np.int64]]


def tied(r: Random) -> IntegerProgram:
    """Few distinct effects, some without any: many plans to a point; prerequisites, groups and
    synergies among them.
    """
    n, m, s = int(r.integers(3, 10)), int(r.integers(1, 4)), int(r.integers(0, 3))
    kinds = r.integers(-2, 3, (m, int(r.integers(1, 4))))
    c = np.hstack([kinds[:, r.integers(0, kinds.shape[1], n)], r.integers(-1, 2, (m, s))])
    c[:, r.random(n + s) < 0.3] = 0
    rows = [np.append(r.integers(0, 3, n), np.zeros(s, dtype=int))]
    for _ in range(int(r.integers(0, 3))):
        row = np.zeros(n + s, dtype=int)
        row[r.choice(n, 2, replace=False)] = 1, int(r.choice([-1, 1]))
        rows.append(row)
    products = {n + k: tuple(int(v) for v in r.choice(n, 2, replace=False)) for k in range(s)}
    return program(
        c,
        rows,
        row_upper=[int(rows[0].sum() * 0.7), *(int(row.sum() > 0) for row in rows[1:])],
        products=products,
    )


def tied_amounts(r: Random) -> IntegerProgram:
    """The same with whole numbers in boxes."""
    n, m = int(r.integers(2, 6)), int(r.integers(1, 3))
    lower = r.integers(-1, 2, n)
    upper = lower + r.integers(0, 4, n)
    c = r.integers(-1, 2, (m, n))
    c[:, r.random(n) < 0.3] = 0
    row = r.integers(0, 3, n)
    return program(c, [row], row_upper=[int(row @ upper * 0.7)], lower=lower, upper=upper)


def entangled(r: Random) -> IntegerProgram:
    """More columns than one half holds values of, tied together by synergies of two and three; few
    distinct effects, an amount or two among them.
    """
    n, m, amounts = int(r.integers(9, 13)), int(r.integers(2, 4)), int(r.integers(0, 2))
    s = int(r.integers(n, 2 * n))
    c = r.integers(-1, 2, (m, n + s + amounts))
    c[:, r.random(c.shape[1]) < 0.2] = 0
    row = np.zeros(c.shape[1], dtype=int)
    row[:n] = r.integers(0, 3, n)
    upper = np.ones(c.shape[1], dtype=int)
    upper[n + s :] = 3
    factors = [r.choice(n, int(r.choice([2, 2, 2, 3])), replace=False) for _ in range(s)]
    return program(
        c,
        [row],
        row_upper=[int(row.sum() * 0.7)],
        upper=upper,
        products={n + k: tuple(int(v) for v in some) for k, some in enumerate(factors)},
    )


MODELS = {**SHAPES, "tied": tied, "tied amounts": tied_amounts, "entangled": entangled}


def preferences(given: IntegerProgram, r: Random) -> Integers:
    """Weights that tell all plans apart: a count first, then the columns in order, in runs of two
    or three.
    """
    n = given.objectives.shape[1]
    chunks: list[Any] = [r.integers(0, 2, n)]
    for start in range(0, n, 3):
        chunk = np.zeros(n, dtype=np.int64)
        for j in range(start, min(n, start + 3)):
            chunk *= int(given.upper[j] - given.lower[j]) + 1
            chunk[j] = 1
        chunks.append(chunk)
    return np.array(chunks, dtype=np.int64)


def check(given: IntegerProgram, r: Random) -> None:
    front = solve_front(given)
    x = feasible(given)
    y = x @ given.objectives.T
    weights = preferences(given, r)
    preferred = prefer(given, front.x, weights)
    assert preferred.proven.all()
    for i, point in enumerate(front.points):
        same = x[(y == point).all(axis=1)]
        order = np.lexsort((same @ weights.T).T[::-1])
        np.testing.assert_array_equal(preferred.x[i], same[order[0]])
        listed, complete = equivalents(given, front.x[i], limit=len(same))
        assert complete
        np.testing.assert_array_equal(listed, np.unique(same, axis=0))


@pytest.mark.parametrize("listed", [64, 0], ids=["by comparing", "by minimising"])
@pytest.mark.parametrize("shape", MODELS)
def test_the_plan_to_prefer_is_the_first_of_all_with_its_objectives(
    shape: str, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "_LISTED", listed)
    for seed in range(12):
        r = np.random.default_rng(seed)
        check(MODELS[shape](r), r)


@pytest.mark.slow
@pytest.mark.parametrize("listed", [64, 1, 0])
@pytest.mark.parametrize("shape", MODELS)
def test_the_plan_to_prefer_in_many_models(
    shape: str, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "_LISTED", listed)
    for seed in range(100, 200):
        r = np.random.default_rng(seed)
        check(MODELS[shape](r), r)


def test_a_limit_cuts_the_list_of_equal_plans_and_says_so() -> None:
    given = program([[1] * 6], [[1] * 6], row_lower=[3])
    x = solve_front(given).x[0]
    some, complete = equivalents(given, x, limit=7)
    assert (len(np.unique(some, axis=0)), complete) == (7, False)
    every, complete = equivalents(given, x, limit=20)
    assert (len(every), complete) == (20, True)
    assert (every.sum(axis=1) == 3).all()


def test_columns_without_any_effect_are_left_at_their_lower_bound() -> None:
    r = np.random.default_rng(1)
    c = np.hstack([r.integers(-9, 10, (2, 6)), np.zeros((2, 40), dtype=int)])
    rows = [[*r.integers(1, 5, 6), *[1] * 40], [0] * 6 + [1, -1] + [0] * 38]
    given = program(c, rows, row_upper=[60, 0])
    front = solve_front(given)
    loose = front.x.copy()
    loose[:, 10:30] = 1
    preferred = prefer(given, loose, preferences(given, r))
    assert preferred.proven.all()
    assert (preferred.x[:, 6:] == 0).all()
    np.testing.assert_array_equal(preferred.x @ c.T, front.points)


def test_a_stopped_choice_leaves_plans_that_hold() -> None:
    given = program([[1] * 30], [[1] * 30], row_lower=[15])
    x = solve_front(given).x
    preferred = prefer(given, x, np.eye(30, dtype=np.int64), stop=lambda: True)
    assert not preferred.proven.any()
    np.testing.assert_array_equal(preferred.x, x)
