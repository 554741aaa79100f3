"""Whole weights that order products: against exact products of every choice."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.formulate import log_order
from optimiser.formulate.coprime import coordinates, coprime_base, exponents_of
from optimiser.formulate.lattices import least_norm
from optimiser.formulate.log_order import Powers, ordering_weights
from tests.searches import examples, seeds

MANY = settings(max_examples=examples(80), deadline=None, derandomize=True)
vectors = st.lists(st.tuples(*[st.integers(-6, 6)] * 3), min_size=1, max_size=5)


@MANY
@given(numbers=st.lists(st.integers(1, 5000), max_size=6))
def test_numbers_are_products_of_powers_of_their_coprime_base(numbers: list[int]) -> None:
    base = coprime_base(numbers)
    assert all(b > 1 for b in base)
    assert all(math.gcd(a, b) == 1 for a, b in itertools.combinations(base, 2))
    for number in numbers:
        powers = exponents_of(Fraction(number), base)
        assert math.prod(b**e for b, e in zip(base, powers, strict=True)) == number


@MANY
@given(given_=vectors)
def test_vectors_are_whole_multiples_of_independent_ones(given_: list[tuple[int, ...]]) -> None:
    independent, multiples = coordinates(given_)
    for vector, times in zip(given_, multiples, strict=True):
        sums = (sum(t * u[j] for t, u in zip(times, independent, strict=True)) for j in range(3))
        assert tuple(sums) == vector
    if independent:
        assert least_norm(independent) > 0  # raises where they depend on one another


def test_no_short_vector_is_shorter_than_what_is_proven() -> None:
    r = Random(3)
    for _ in range(150):
        k, n = r.randint(1, 4), r.randint(4, 6)
        basis = [[r.randint(-9, 9) for _ in range(n)] for _ in range(k)]
        try:
            proven = least_norm(basis)
        except (ValueError, ZeroDivisionError):
            continue  # dependent
        shortest = min(
            sum(sum(c * v[j] for c, v in zip(cs, basis, strict=True)) ** 2 for j in range(n))
            for cs in itertools.product(range(-3, 4), repeat=k)
            if any(cs)
        )
        assert 0 < proven <= shortest


def products(columns: dict[str, Powers], constant: Powers) -> list[tuple[Fraction, int]]:
    """Of every choice its product, exactly, and what the weights say of it."""
    weights = ordering_weights(columns, constant)
    assert weights is not None
    found = []
    for x in itertools.product((0, 1), repeat=len(columns)):
        value = Fraction(1)
        for chosen, powers in zip((*x, 1), (*columns.values(), constant), strict=True):
            for ratio, exponent in powers if chosen else ():
                assert exponent.denominator in (1, 2)
                value *= ratio ** int(2 * exponent)  # squared: the same order
        own = zip(x, columns, strict=True)
        found.append((value, weights.constant + sum(weights.columns[n] for c, n in own if c)))
    return found


@MANY
@given(seed=st.integers(0, 10**6))
def test_products_are_ordered_exactly(seed: int) -> None:
    r = Random(seed)
    pool = [Fraction(r.randint(1, 40), r.randint(1, 40)) for _ in range(r.randint(1, 5))]
    if r.random() < 0.3:  # as near to one another as they come
        pool += [Fraction(10**17 + r.randint(-2, 2), 10**17) for _ in range(2)]

    def powers() -> Powers:
        exponents = [Fraction(e) for e in ("1", "1", "2", "-1", "1/2")]
        return tuple((r.choice(pool), r.choice(exponents)) for _ in range(r.randint(1, 2)))

    columns = {f"x{i}": powers() for i in range(r.randint(1, 7))}
    found = sorted(products(columns, powers()))
    for value, weight in found:
        assert ((value > 1), (value == 1)) == ((weight > 0), (weight == 0))
    for (value, weight), (more, beyond) in itertools.pairwise(found):
        assert (value == more) == (weight == beyond)
        assert weight <= beyond


def test_saving_a_tenth_twice_is_saving_19_per_cent() -> None:
    tenth, both = Fraction(9, 10), Fraction(81, 100)
    one = Fraction(1)
    weights = ordering_weights(
        {"a": ((tenth, one),), "b": ((tenth, one),), "c": ((both, one),)}, ()
    )
    assert weights is not None
    assert weights.columns == {"a": -1, "b": -1, "c": -2}


@pytest.mark.parametrize(
    ("percent", "count", "most"), [((1, 2, 5), 60, 40), (tuple(range(1, 9)), 40, 64)]
)
def test_measures_that_are_alike_need_few_digits(
    percent: tuple[int, ...], count: int, most: int
) -> None:
    columns: dict[str, Powers] = {
        f"x{i}": ((1 - Fraction(percent[i % len(percent)], 100), Fraction(1)),)
        for i in range(count)
    }
    weights = ordering_weights(columns, ())
    assert weights is not None
    assert weights.bits <= most


def test_exponents_beyond_any_search_are_no_weights() -> None:
    ratios = [Fraction(n, 97) for n in range(2, 60)]
    columns: dict[str, Powers] = {
        f"x{i}": ((ratio, Fraction(10**17 + i, 10**17)),) for i, ratio in enumerate(ratios)
    }
    assert ordering_weights(columns, ()) is None


@pytest.mark.parametrize("seed", seeds(6, here=1))
def test_weights_that_are_told_to_be_hopeless_are(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []

    def told(*given: object) -> bool:
        tried.append(hopeless(*given))  # type: ignore[arg-type]
        return False

    hopeless = log_order._hopeless
    monkeypatch.setattr(log_order, "_hopeless", told)
    r = Random(seed)
    for _ in range(10):
        few = r.random() < 0.5
        ratios = [
            Fraction(r.choice([2, 3, 6]) if few else r.randint(1, 10**9), r.randint(1, 9))
            for _ in range(r.randint(20, 120))
        ]
        exponent = Fraction(r.choice([-1, 1, 3]), r.choice([1, 2]))
        columns: dict[str, Powers] = {
            str(place): ((ratio, exponent),) for place, ratio in enumerate(ratios)
        }
        found = ordering_weights(columns, ((Fraction(7, 3), Fraction(2)), (Fraction(5), exponent)))
        assert (found is None) >= tried[-1]
    assert not all(tried)
    assert any(tried) or seed  # of the first ten some are


def test_what_is_hopeless_is_told_before_numbers_are_taken_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand effects of four digits took minutes, and had no weights in the end."""

    def refused(*_: object) -> None:
        raise AssertionError("numbers were taken apart")

    monkeypatch.setattr(log_order, "coprime_base", refused)
    many = {str(n): ((Fraction(10_000 + n, 10_000), Fraction(1)),) for n in range(1, 1000)}
    assert ordering_weights(many, ()) is None
