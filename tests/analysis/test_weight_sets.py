"""Sets of weights against a look at every basis."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimiser.analysis.weight_sets import conflict, whole_simplex
from tests.analysis.weight_oracles import by_every_basis

TOLERANCE = 1e-9


def test_extreme_points_of_an_order_of_three() -> None:
    """Liesiö, Mild, Salo 2007."""
    ordered = whole_simplex(3).cut((1, -1, 0)).cut((0, 1, -1))
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert set(ordered.extreme) == {(1, 0, 0), (half, half, 0), (third, third, third)}


@st.composite
def cut_rows(draw: st.DrawFn, size: int) -> list[tuple[int, ...]]:
    entry = st.integers(-3, 3)
    return draw(st.lists(st.tuples(*[entry] * size), max_size=4))


@given(st.integers(2, 4).flatmap(lambda size: st.tuples(st.just(size), cut_rows(size))))
def test_extreme_points_are_those_of_every_basis(case: tuple[int, list[tuple[int, ...]]]) -> None:
    size, rows = case
    found = whole_simplex(size)
    for row in rows:
        found = found.cut(row)
    assert set(found.extreme) == by_every_basis(rows, size)
    assert len(found.extreme) == len(set(found.extreme))


@given(st.integers(2, 3).flatmap(lambda size: st.tuples(st.just(size), cut_rows(size))))
def test_the_smallest_conflict_is_one_and_none_is_smaller(
    case: tuple[int, list[tuple[int, ...]]],
) -> None:
    size, rows = case
    sets = [[row] for row in rows]
    chosen = conflict(sets, size)
    empty = [
        set(subset)
        for count in range(len(rows) + 1)
        for subset in combinations(range(len(rows)), count)
        if not by_every_basis([rows[i] for i in subset], size)
    ]
    assert bool(chosen) == bool(empty)
    if empty:
        assert set(chosen) in empty
        assert len(chosen) == min(map(len, empty))


def test_samples_are_uniform_over_what_statements_allow() -> None:
    allowed = whole_simplex(4).cut((1, -1, 0, 0)).cut((0, 1, -1, 0)).cut((0, 0, 1, -1))
    drawn = allowed.sample(20_000, np.random.default_rng(3))
    every = whole_simplex(4).sample(20_000, np.random.default_rng(4))
    sorted_weights = -np.sort(-every, axis=1)  # the same distribution, by symmetry
    assert np.abs(drawn.mean(axis=0) - sorted_weights.mean(axis=0)).max() < 0.01
    assert (np.diff(drawn, axis=1) <= TOLERANCE).all()
    assert np.abs(drawn.std(axis=0) - sorted_weights.std(axis=0)).max() < 0.01
