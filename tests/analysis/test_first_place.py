"""What is near a plan and what makes it first, against looking at every plan, many weights, another
solver and all orders.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimiser.analysis.first_place import (
    Ahead,
    best_when,
    is_first,
    to_first,
    weight_intervals,
)
from optimiser.analysis.giving_way import giving_way, reached, shapley
from optimiser.analysis.neighbours import nearest_better
from optimiser.dominance import non_dominated

# ---- neighbours


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 30))
def test_neighbours_by_looking_at_every_plan(seed: int, m: int, k: int) -> None:
    values = np.random.default_rng(seed).integers(0, 6, (k, m)).astype(float)
    own, scale = values[0], np.ptp(values, axis=0)
    for objective, row in enumerate(nearest_better(values, own, scale)):
        far = {
            other: max(
                (abs(v - o) / s for v, o, s in zip(values[other], own, scale, strict=True) if s),
                default=0.0,
            )
            for other in range(k)
            if values[other, objective] < own[objective]
        }
        assert row == (min(far, key=lambda one: (far[one], one)) if far else None)


# ---- weights and limits


def drawn(seed: int, k: int, m: int) -> tuple[list[tuple[Fraction, ...]], tuple[Fraction, ...]]:
    rng = np.random.default_rng(seed)
    values = [tuple(Fraction(int(v), 8) for v in row) for row in rng.integers(0, 9, (k, m))]
    whole = [int(w) for w in rng.integers(0, 6, m)]
    whole[0] += not any(whole)
    return values, tuple(Fraction(w, sum(whole)) for w in whole)


def first(values: list[tuple[Fraction, ...]], weights: list[Fraction]) -> bool:
    scores = [sum(w * v for w, v in zip(weights, row, strict=True)) for row in values]
    return scores[0] == max(scores)


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 12))
def test_weight_intervals_by_dense_sampling(seed: int, m: int, k: int) -> None:
    values, weights = drawn(seed, k, m)
    ahead = Ahead(values[0], tuple(values))
    assert is_first(ahead, weights) == first(values, list(weights))
    if not is_first(ahead, weights):
        return
    for j, (low, high) in enumerate(weight_intervals(ahead, weights)):
        assert low <= weights[j] <= high
        left = 1 - weights[j]
        ends = [low, high, low - Fraction(1, 10**9), high + Fraction(1, 10**9)]
        for t in [Fraction(i, 40) for i in range(41)] + [e for e in ends if 0 <= e <= 1]:
            tried = [
                t if i == j else w * (1 - t) / left if left else (1 - t) / (m - 1)
                for i, w in enumerate(weights)
            ]
            assert first(values, tried) == (low <= t <= high)


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 25))
def test_the_smallest_change_of_weights_against_another_solver(seed: int, m: int, k: int) -> None:
    """HiGHS on the whole linear program: columns w and d >= |w - w0|."""
    values, weights = drawn(seed, k, m)
    found = to_first(Ahead(values[0], tuple(values)), weights)
    own = np.array(values, dtype=float)
    start = np.array(weights, dtype=float)
    eye = np.eye(m)
    solution = linprog(
        np.r_[np.zeros(m), np.ones(m) / 2],
        A_ub=np.block([[own - own[0], np.zeros((k, m))], [eye, -eye], [-eye, -eye]]),
        b_ub=np.r_[np.zeros(k), start, -start],
        A_eq=np.r_[np.ones(m), np.zeros(m)][None],
        b_eq=[1],
    )
    if found is None:
        assert solution.status == 2
        return
    assert solution.status == 0
    assert float(found.distance) == pytest.approx(solution.fun, abs=1e-7)
    assert sum(found.weights) == 1
    assert min(found.weights) >= 0
    assert first(values, list(found.weights))


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 25))
def test_limits_under_which_a_plan_is_best(seed: int, m: int, k: int) -> None:
    values = np.random.default_rng(seed).integers(0, 8, (k, m)).astype(float)
    values = values[non_dominated(values)]
    for own in values:
        found = best_when(values, own)
        assert found is not None
        fewest = math.inf
        for objective in range(m):
            others = [j for j in range(m) if j != objective]
            for count in range(m):
                for chosen in itertools.combinations(others, count):
                    allowed = (values[:, list(chosen)] <= own[list(chosen)]).all(axis=1)
                    best = values[allowed, objective].min() == own[objective]
                    if best:
                        fewest = min(fewest, count)
                    if (objective, chosen) == (found.objective, found.limited):
                        assert best
        assert len(found.limited) == fewest


# ---- Shapley values


def permuted(worth: np.ndarray[Any, Any], m: int) -> np.ndarray[Any, Any]:
    found = np.zeros((worth.shape[1], m))
    for order in itertools.permutations(range(m)):
        coalition = 0
        for j in order:
            found[:, j] += worth[coalition | 1 << j] - worth[coalition]
            coalition |= 1 << j
    return found / math.factorial(m)


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_shapley_values_are_means_over_all_orders(m: int) -> None:
    worth = np.random.default_rng(m).normal(size=(1 << m, 3))
    assert np.allclose(shapley(worth), permuted(worth, m))


def test_the_glove_game() -> None:
    """One left glove and two right ones: 2/3, 1/6, 1/6 (Shapley and Shubik 1969)."""
    worth = np.array([[float(s & 1 and s & 6 != 0)] for s in range(8)])
    assert np.allclose(shapley(worth), [[2 / 3, 1 / 6, 1 / 6]])


def test_what_coalitions_reach_by_looking_at_every_plan() -> None:
    rng = np.random.default_rng(3)
    values, wish, points = rng.random((20, 3)), rng.random(3), rng.random((5, 3))
    found = reached(values, wish, points)
    for coalition in range(8):
        chosen = []
        for point in points:
            wished = [wish[j] if coalition >> j & 1 else point[j] for j in range(3)]
            short = values - np.array(wished)
            chosen.append(values[np.argmin(short.max(axis=1) + 1e-6 * short.sum(axis=1))])
        assert np.allclose(found[coalition], np.mean(chosen, axis=0))


def test_giving_way_helps_where_there_is_a_price() -> None:
    """Of two objectives that are the price of one another, each stands in the way of the other; one
    that is the same in all plans stands in nobody's way.
    """
    steps = np.linspace(0, 1, 21)
    values = np.column_stack([steps, 10 * (1 - steps), np.ones(21)])
    found = giving_way(values, values[10])
    assert found is not None
    assert found[0, 1] > 0 > found[0, 0]
    assert found[1, 0] > 0 > found[1, 1]
    assert not found[2].any()
    assert not found[:, 2].any()


def test_more_objectives_than_coalitions_can_be_looked_at() -> None:
    assert giving_way(np.eye(9), np.eye(9)[0]) is None
