"""How far points reach along directions, compiled and by arrays, against the definition; runs are
the same with either.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.problems import engineering, standard, wfg
from optimiser.engine.nonlinear import evolve, reaching
from optimiser.engine.nonlinear.hypervolumes import REFERENCE, Coverage

Floats = np.ndarray
WAYS = [reaching.by_arrays, reaching.reaching()]


def defined(room: Floats, inverse: Floats, length: Floats) -> tuple[Floats, Floats]:
    """Number by number: lengths and who reaches them."""
    best = np.full(len(length), -1)
    longest = length.copy()
    for i, own in enumerate(room):
        for w in range(len(length)):
            along = min(own[j] * inverse[j, w] for j in range(len(inverse)))
            if along > longest[w]:
                longest[w], best[w] = along, i
    return longest, best


def test_here_it_is_compiled() -> None:
    assert WAYS[0] is not WAYS[1]


@pytest.mark.parametrize("way", WAYS)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 30), st.integers(1, 40))
def test_as_defined_with_ties(way: reaching.Reach, seed: int, m: int, k: int, d: int) -> None:
    r = np.random.default_rng(seed)
    # a few values, so that several points reach as far
    room = r.integers(-2, 5, (k, m)) / 4.0
    inverse = 1.0 / r.integers(1, 4, (m, d))
    length = np.maximum(0.0, r.integers(-4, 3, d) / 4.0)
    expected, first = defined(room, inverse, length)
    found = way(room, inverse, length)
    np.testing.assert_array_equal(found, first)
    assert length.tobytes() == expected.tobytes()


@pytest.mark.parametrize(("m", "d"), [(1, 1), (2, 200), (3, 300), (4, 401), (8, 500)])
def test_compiled_it_has_the_same_bits(m: int, d: int) -> None:
    """Batches larger than what lies near the processor, one after another."""
    r = np.random.default_rng(m)
    inverse = 1.0 / r.random((m, d))
    lengths = [np.zeros(d) for _ in WAYS]
    for batch in range(1, 4):
        room = 1.1 - r.random((700, m)) / batch
        first, second = (way(room, inverse, one) for way, one in zip(WAYS, lengths, strict=True))
        np.testing.assert_array_equal(first, second)
        assert lengths[0].tobytes() == lengths[1].tobytes()


@pytest.mark.parametrize(
    ("room", "inverse", "length"),
    [((4, 2), (3, 5), 5), ((4, 2), (2, 5), 6), ((4, 0), (0, 5), 5)],
)
def test_arrays_that_do_not_fit_are_refused(
    room: tuple[int, int], inverse: tuple[int, int], length: int
) -> None:
    with pytest.raises(ValueError, match="fit"):
        WAYS[1](np.ones(room), np.ones(inverse), np.zeros(length))


def test_arrays_that_would_be_copied_are_refused() -> None:
    columns: Any = np.ones((4, 2), order="F")
    narrow: Any = np.ones((4, 2), dtype=np.float32)
    for room in (columns, narrow):
        with pytest.raises(TypeError):
            WAYS[1](room, np.ones((2, 5)), np.zeros(5))


@pytest.mark.parametrize("m", [1, 2, 3, 5])
def test_coverage_is_what_all_points_together_give(m: int) -> None:
    """After any batches: each direction has the first point that reaches farthest, and the volume
    is the mean of the lengths' powers.
    """
    r = np.random.default_rng(m)
    coverage = Coverage(1, m, np.random.default_rng(0), count=60)
    w = coverage.w
    y = np.round(r.random((200, m)), 1)
    coverage.rescale(np.zeros(m), np.ones(m), np.arange(20.0)[:, None], y[:20])
    for start in range(20, 200, 45):
        part = y[start : start + 45]
        before = coverage.volume()
        gain = coverage.add(np.arange(start, start + len(part), dtype=float)[:, None], part)
        assert gain == pytest.approx((coverage.volume() - before) / before)
    along = ((REFERENCE - y)[:, None, :] * (1.0 / w)).min(axis=2)
    np.testing.assert_array_equal(coverage.length, along.max(axis=0))
    np.testing.assert_array_equal(coverage.x[:, 0], along.argmax(axis=0))
    np.testing.assert_array_equal(coverage.y, y[along.argmax(axis=0)])
    np.testing.assert_array_equal(coverage.powers, coverage.length**m)
    full = np.mean((REFERENCE / w.max(axis=1)) ** m)
    assert coverage.volume() == pytest.approx(np.mean(along.max(axis=0) ** m) / full)
    _, first = np.unique(along.argmax(axis=0), return_index=True)
    np.testing.assert_array_equal(coverage.champions(), np.sort(first))


@pytest.mark.parametrize("make", [standard.mw1, engineering.re41, lambda: wfg.wfg(4, 3)])
def test_a_run_finds_the_same_without_it(
    make: Callable[[], standard.Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[object]:
        problem, margins = make()
        run = evolve(problem, seed=3, work=8_000, margins=margins)
        return [run.x.tobytes(), run.y.tobytes(), run.statistics]

    compiled = found()
    monkeypatch.setitem(sys.modules, "optimiser.engine.nonlinear._native", None)
    assert reaching.reaching() is reaching.by_arrays
    assert found() == compiled
