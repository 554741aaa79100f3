"""Decisions and the unit cube."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.engine.nonlinear.space import Space
from optimiser.engine.problem import Domain

MIXED = (
    Domain("amount", "real", Fraction(1, 3), Fraction(10)),
    Domain("yes", "whole", Fraction(0), Fraction(1)),
    Domain("count", "whole", Fraction(-3), Fraction(17, 2)),
    Domain(
        "size",
        "listed",
        Fraction(1, 10),
        Fraction(7),
        (Fraction(1, 10), Fraction(3, 10), Fraction(7)),
    ),
    Domain("fixed", "real", Fraction(2), Fraction(2)),
)


def allowed(x: np.ndarray) -> None:
    assert (x[:, 0] >= 1 / 3).all()
    assert all(Fraction(v) >= Fraction(1, 3) for v in x[:, 0].tolist()), (
        "a float below an exact bound is outside"
    )
    assert (x[:, 0] <= 10).all()
    assert set(x[:, 1]) <= {0.0, 1.0}
    assert set(x[:, 2]) <= set(np.arange(-3.0, 9.0))
    assert set(x[:, 3]) <= {0.1, 0.3, 7.0}
    assert set(x[:, 4]) == {2.0}


@given(st.integers(0, 2**32))
def test_decoding_stays_in_the_domains_and_returns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    space = Space(MIXED)
    u = rng.choice([0.0, 1.0, *rng.random(5)], (20, 5))
    x = space.decode(u)
    allowed(x)
    again = space.decode(space.encode(x))
    np.testing.assert_array_equal(again[:, 1:], x[:, 1:])
    np.testing.assert_allclose(again[:, 0], x[:, 0], rtol=1e-15, atol=1e-15)


def test_every_value_has_an_equal_share_of_the_cube() -> None:
    space = Space(MIXED)
    u = np.full((8400, 5), 0.5)
    u[:, 2] = u[:, 3] = (np.arange(8400) + 0.5) / 8400
    x = space.decode(u)
    assert np.unique(x[:, 2], return_counts=True)[1].tolist() == [700] * 12
    assert np.unique(x[:, 3], return_counts=True)[1].tolist() == [2800] * 3


def test_snapping_takes_the_nearest() -> None:
    x = Space(MIXED).snap(np.array([[-1.0, 0.4, 2.6, 0.19, 5.0], [11.0, 0.6, 99.0, 3.7, 0.0]]))
    assert x.tolist() == [[pytest.approx(1 / 3), 0.0, 3.0, 0.1, 2.0], [10.0, 1.0, 8.0, 7.0, 2.0]]
    allowed(x)


def test_an_unbounded_column_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="these are not: b"):
        Space((MIXED[0], Domain("b", "real", Fraction(0), None)))
