"""Weights that are printed, against every rival at exactly the numbers that are shown."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.analysis.first_place import Ahead, distance, is_first, to_first, weight_intervals
from optimiser.analysis.rounded_weights import (
    change_texts,
    float_ends,
    floats_within,
    interval_texts,
    percent_up,
    sufficient,
    weight_texts,
    written_exactly,
)
from tests.analysis.test_first_place import drawn, first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.first_place import Moved

Values = list[tuple[Fraction, ...]]


def reread(value: float) -> Fraction:
    """As another program reads it from JSON and types it."""
    return Fraction(json.dumps(value))


def moved_to(weights: Sequence[Fraction], at: int, end: Fraction) -> list[Fraction]:
    left = 1 - weights[at]
    return [
        end if j == at else (1 - end) * w / left if left else (1 - end) / (len(weights) - 1)
        for j, w in enumerate(weights)
    ]


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 12))
def test_a_plan_is_first_at_the_ends_as_shown(seed: int, m: int, k: int) -> None:
    values, weights = drawn(seed, k, m)
    ahead = Ahead(values[0], tuple(values))
    if not is_first(ahead, weights):
        return
    for at, (low, high) in enumerate(weight_intervals(ahead, weights)):
        now, *texts = tuple(map(Fraction, interval_texts(weights[at], low, high)))
        shown = [now, *texts, *(map(reread, floats_within(low, high) or ()))]
        assert texts[0] <= now <= texts[1]
        assert abs(now - weights[at]) <= Fraction(1, 2 * 10**4)
        for end in shown:
            assert first(values, moved_to(weights, at, end))
        for exact, float_end in zip((low, high), float_ends(low, high), strict=True):
            assert abs(exact - reread(float_end)) < Fraction(1, 10**15)
        if high - low > Fraction(1, 1000):
            assert abs(texts[0] - low) < Fraction(1, 10**4)
            assert abs(texts[1] - high) < Fraction(1, 10**4)


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 25))
def test_the_change_that_is_shown_is_enough(seed: int, m: int, k: int) -> None:
    values, weights = drawn(seed, k, m)
    ahead = Ahead(values[0], tuple(values))
    exact = to_first(ahead, weights)
    if exact is None or exact.distance == 0:
        return
    near, few = (sufficient(ahead, weights, exact, few=few) for few in (False, True))
    if written_exactly(near.weights):
        assert first(values, [reread(float(weight)) for weight in near.weights])
        assert near.distance - exact.distance < Fraction(1, 10**9)
    else:
        thin(values, near, exact)
    assert first(values, list(few.weights))
    if max(map(len, weight_texts(few.weights))) <= 12:
        assert first(values, list(map(Fraction, weight_texts(few.weights))))
        assert distance(few.weights, weights) == few.distance
    assert exact.distance <= few.distance <= exact.distance * Fraction(101, 100)
    assert Fraction(percent_up(few.distance)) >= 100 * few.distance


def thin(values: Values, near: Moved, exact: Moved) -> None:
    """No decimals because the weights have no interior: not because they were not found."""
    assert near == exact
    for digits in (4, 9, 15):
        assert to_first(Ahead(values[0], tuple(values)).by_more(digits), exact.weights) is None


def test_between_two_thirds_of_one_point() -> None:
    """Three plans on a line: the middle one is first where all three score the same."""
    values = [(Fraction(1), Fraction(1)), (Fraction(3), Fraction(0)), (Fraction(0), Fraction(3, 2))]
    ahead, weights = Ahead(values[0], tuple(values)), (Fraction(1, 2), Fraction(1, 2))
    exact = to_first(ahead, weights)
    assert exact is not None
    assert exact.weights == (Fraction(1, 3), Fraction(2, 3))
    few = sufficient(ahead, weights, exact, few=True)
    assert weight_texts(few.weights) == ["1/3", "2/3"]
    at_it = weight_intervals(ahead, exact.weights)
    said = [interval_texts(w, *ends) for w, ends in zip(exact.weights, at_it, strict=True)]
    assert said == [("1/3",) * 3, ("2/3",) * 3]


@pytest.mark.parametrize(
    ("weight", "low", "high", "texts"),
    [
        ("0.3", "0", "1", ("0.3", "0", "1")),
        ("0.33333", "0.33331", "0.33339", ("0.33333", "0.33331", "0.33339")),
        ("0.5", "0.333333", "0.7", ("0.5", "0.3334", "0.7")),
        ("2/3", "0.5", "0.6666667", ("0.6666667", "0.5", "0.6666667")),
        ("1/3", "1/3", "0.5", ("1/3", "1/3", "0.5")),
    ],
)
def test_as_many_digits_as_an_interval_takes(
    weight: str, low: str, high: str, texts: tuple[str, str, str]
) -> None:
    assert interval_texts(Fraction(weight), Fraction(low), Fraction(high)) == texts


def test_weights_that_change_are_shown_with_the_digits_of_what_they_become() -> None:
    """0.333 beside 0.3333 would look like a change."""
    now, needed = [Fraction(1, 3)] * 3, [Fraction(n, 10**4) for n in (3333, 3000, 3667)]
    assert change_texts(now, needed) == (["0.3333"] * 3, ["0.3333", "0.3", "0.3667"])
    half = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    assert change_texts(now, half)[0] == ["0.3333"] * 3
    assert change_texts(half, now) == (["0.5", "0.25", "0.25"], ["1/3"] * 3)
