"""Which points no other dominates, against a plain reading of the definition and moocore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimiser import dominance
from optimiser.dominance import non_dominated, undominated

if TYPE_CHECKING:
    from optimiser.front import Floats

_VALUES = st.sampled_from([-1e308, -2.5, -0.0, 0.0, 1e-9, 1.0, 1.0 + 2**-52, 3e9, 1e308])


@given(arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 5)), elements=_VALUES))
def test_those_that_no_other_dominates(points: Floats) -> None:
    below = (points[:, None] <= points[None]).all(axis=2)
    beaten = (below & (points[:, None] < points[None]).any(axis=2)).any(axis=0)
    assert (undominated(points) == ~beaten).all()
    first = ~np.tril(below & below.T, -1).any(axis=1)
    assert (non_dominated(points) == (~beaten & first)).all()


@pytest.mark.parametrize("compared", [100, 2**22])
@pytest.mark.parametrize("several", [1, 30, 1024])
def test_samples_and_moocore_change_nothing(
    monkeypatch: pytest.MonkeyPatch, compared: int, several: int
) -> None:
    """Units of 1e9 and 1e-9, ties, sums in which a coordinate is lost."""
    monkeypatch.setattr(dominance, "_COMPARED", compared)
    monkeypatch.setattr(dominance, "_SORTED", several)
    rng = np.random.default_rng(several)
    for number in range(60):
        points = np.floor(rng.random((int(rng.integers(1, 2000)), 2 + number % 4)) * 12)
        points = points * 10.0 ** rng.integers(-9, 10, points.shape[1]) + (number % 3) * 1e15
        for found, weakly in ((undominated(points), True), (non_dominated(points), False)):
            assert (found == moocore.is_nondominated(points, keep_weakly=weakly)).all()


@pytest.mark.parametrize("m", [1, 3])
def test_of_no_points(m: int) -> None:
    assert len(undominated(np.empty((0, m)))) == len(non_dominated(np.empty((0, m)))) == 0
