"""Boxes in which something holds, against planted ones, brute force and a published example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from optimiser.analysis.prim import ParameterBox, box

if TYPE_CHECKING:
    from optimiser.front import Flags, Floats


def cube(s: int, d: int) -> Floats:
    return np.asarray(qmc.Sobol(d, seed=4).random(s))


def measured(found: ParameterBox, x: Floats, holds: Flags) -> tuple[float, float]:
    """Density and coverage, counted sample by sample."""
    inside = [
        all(low <= v <= high for low, v, high in zip(found.low, row, found.high, strict=True))
        for row in x.tolist()
    ]
    both = sum(a and b for a, b in zip(inside, holds.tolist(), strict=True))
    return both / sum(inside), both / int(holds.sum())


def test_three_cases_of_the_tests_of_the_ema_workbench() -> None:
    """Cases (0, 1, 2) and (2, 5, 6) hold, (3, 2, 1) does not: one limit gives density and coverage
    1 with two thirds of the cases.
    """
    x = np.array([[0.0, 1, 2], [2, 5, 6], [3, 2, 1]])
    found = box(x, np.array([True, True, False]))
    assert found is not None
    assert (found.density, found.coverage) == (1.0, 1.0)
    assert np.isfinite([found.low, found.high]).sum() == 1


@pytest.mark.parametrize("d", [2, 5, 10])
def test_a_planted_box_is_found_with_its_own_parameters_only(d: int) -> None:
    x = cube(1024, d)
    holds = (x[:, 0] >= 0.3) & (x[:, 1] <= 0.6)
    found = box(x, holds)
    assert found is not None
    assert (found.density, found.coverage) == (1.0, 1.0)
    assert np.flatnonzero(np.isfinite(found.low)).tolist() == [0]
    assert np.flatnonzero(np.isfinite(found.high)).tolist() == [1]
    assert found.low[0] == pytest.approx(0.3, abs=0.01)
    assert found.high[1] == pytest.approx(0.6, abs=0.01)


def test_a_noisy_box_is_found_too() -> None:
    x, rng = cube(2048, 3), np.random.default_rng(1)
    inside = (x[:, 0] >= 0.25) & (x[:, 0] <= 0.75) & (x[:, 2] >= 0.4)
    holds = np.where(rng.random(2048) < 0.02, ~inside, inside)
    found = box(x, holds)
    assert found is not None
    assert found.density >= 0.95
    assert found.coverage >= 0.9
    ends = [found.low[0], found.high[0], found.low[2]]
    assert ends == pytest.approx([0.25, 0.75, 0.4], abs=0.03)


def test_a_limit_that_brings_little_is_not_said() -> None:
    x = cube(1024, 2)
    holds = (x[:, 0] >= 0.5) & (x[:, 1] >= 0.002)
    found = box(x, holds)
    assert found is not None
    assert np.isinf(found.low[1])


def test_nothing_everything_one_sample() -> None:
    x = cube(16, 2)
    assert box(x, np.zeros(16, dtype=bool)) is None
    everything = box(x, np.ones(16, dtype=bool))
    assert everything is not None
    assert (everything.density, everything.coverage) == (1.0, 1.0)
    assert np.isinf([everything.low, everything.high]).all()
    alone = box(x[:1], np.array([True]))
    assert alone is not None
    assert alone.density == 1.0


def test_a_parameter_of_one_value_is_never_limited() -> None:
    x = np.column_stack([np.full(64, 3.0), cube(64, 1)])
    found = box(x, x[:, 1] > 0.5)
    assert found is not None
    assert np.isinf([found.low[0], found.high[0]]).all()


samples = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=1, max_size=60
)


@given(samples)
def test_density_and_coverage_are_what_counting_gives(rows: list[tuple[int, int, bool]]) -> None:
    x = np.array([row[:2] for row in rows], dtype=float)
    holds = np.array([row[2] for row in rows])
    found = box(x, holds)
    assert (found is None) == (not holds.any())
    if found is not None:
        assert (found.density, found.coverage) == measured(found, x, holds)
        # never worse than saying nothing
        share = holds.mean()
        both = 2 * found.density * found.coverage / (found.density + found.coverage)
        assert both >= 2 * share / (1 + share) - 0.01 - 1e-12 or found.density >= 0.95


@given(st.lists(st.booleans(), min_size=2, max_size=40))
def test_of_one_parameter_no_interval_serves_better_at_the_ends(holds: list[bool]) -> None:
    """Brute force: no other upper end, with the lower one as it is, and the other way round, has a
    larger harmonic mean and the density that is asked for.
    """
    flags = np.array(holds)
    if not flags.any():
        return
    x = np.arange(len(holds), dtype=float)[:, np.newaxis]
    found = box(x, flags)
    assert found is not None

    def balance(low: float, high: float) -> tuple[float, float]:
        inside = flags[(x[:, 0] >= low) & (x[:, 0] <= high)]
        both = int(inside.sum())
        return 2 * both / (len(inside) + int(flags.sum())), both / max(1, len(inside))

    own, density = balance(found.low[0], found.high[0])
    least = min(0.95, density)
    values = [-np.inf, *x[:, 0].tolist(), np.inf]
    others = [balance(found.low[0], v) for v in values] + [
        balance(v, found.high[0]) for v in values
    ]
    assert own >= max(value for value, dense in others if dense >= least) - 0.01 - 1e-12
