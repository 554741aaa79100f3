"""Sobol' indices, against closed forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from optimiser.analysis.sensitivity import Influence, influences

if TYPE_CHECKING:
    from optimiser.front import Floats


def one_output(function: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda shares: np.asarray(function(shares))[:, np.newaxis, np.newaxis]


def ishigami(shares: Floats, a: float = 7.0, b: float = 0.1) -> Floats:
    x = np.pi * (2 * shares - 1)
    return np.asarray(np.sin(x[:, 0]) * (1 + b * x[:, 2] ** 4) + a * np.sin(x[:, 1]) ** 2)


def test_ishigami_with_a_7_and_b_a_tenth_in_closed_form() -> None:
    ((one, two, three),) = influences([one_output(ishigami)], 3, 1 << 14, seed=1)
    assert [one.first, two.first, three.first] == pytest.approx([0.3139, 0.4424, 0.0], abs=2e-3)
    assert [one.total, two.total, three.total] == pytest.approx([0.5576, 0.4424, 0.2437], abs=2e-3)


def test_errors_hold_and_shrink_with_more_samples() -> None:
    closed = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)]
    sizes = []
    for count in (256, 1024, 4096):
        held = 0
        for seed in range(10):
            (found,) = influences([one_output(ishigami)], 3, count, seed=seed)
            for own, (first, total) in zip(found, closed, strict=True):
                held += abs(own.first - first) <= own.error and abs(own.total - total) <= own.error
        assert held >= 27  # 95 % of 30, less one
        sizes.append(max(own.error for own in found))
    assert sizes[0] > 1.5 * sizes[1] > 2.2 * sizes[2]


@pytest.mark.parametrize("a", [[0.0, 1.0, 4.5, 9.0], [3.0, 3.0, 3.0]])
def test_the_g_function_of_sobol_in_closed_form(a: list[float]) -> None:
    parts = 1 / (3 * (1 + np.array(a)) ** 2)
    variance = np.prod(1 + parts) - 1
    totals = parts * np.prod(1 + parts) / (1 + parts) / variance

    def g(shares: Floats) -> Floats:
        return np.asarray(np.prod((np.abs(4 * shares - 2) + a) / (1 + np.array(a)), axis=1))

    (found,) = influences([one_output(g)], len(a), 1 << 13, seed=3)
    assert [one.first for one in found] == pytest.approx(parts / variance, abs=5e-3)
    assert [one.total for one in found] == pytest.approx(totals, abs=5e-3)


def test_several_outputs_count_by_their_variance_in_any_blocks() -> None:
    """Variances of c u are c^2 / 12: of the two outputs together 1 + 9 of 14 are due to the first
    parameter.
    """

    def outputs(shares: Floats) -> Floats:
        one, two = shares[:, 0] + 2 * shares[:, 1], 3 * shares[:, 0] + 1e6
        return np.stack([one, two], axis=1)[:, :, np.newaxis]

    (together,) = influences([outputs], 2, 1024, seed=1)
    halves = [lambda shares, k=k: outputs(shares)[:, [k]] for k in (0, 1)]
    (apart,) = influences(halves, 2, 1024, seed=1)
    for found in (together, apart):
        assert [one.first for one in found] == pytest.approx([10 / 14, 4 / 14], abs=5e-3)
        assert [one.total for one in found] == pytest.approx([10 / 14, 4 / 14], abs=5e-3)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_indices_do_not_depend_on_the_unit(unit: float) -> None:
    (plain,) = influences([one_output(ishigami)], 3, 256, seed=1)
    (scaled,) = influences([one_output(lambda u: unit * ishigami(u))], 3, 256, seed=1)
    for a, b in zip(plain, scaled, strict=True):
        assert (a.first, a.total, a.error) == pytest.approx((b.first, b.total, b.error), rel=1e-9)


def test_what_never_varies_has_no_influence() -> None:
    constant = one_output(lambda shares: np.full(len(shares), 0.1) + 0.2)
    assert influences([constant], 2, 256) == ((Influence(0.0, 0.0, 0.0),) * 2,)


def test_an_output_that_is_undefined_somewhere_is_left_out() -> None:
    def outputs(shares: Floats) -> Floats:
        broken = np.where(shares[:, 0] > 0.5, np.nan, 100 * shares[:, 1])
        return np.stack([shares[:, 0], broken], axis=1)[:, :, np.newaxis]

    ((one, two),) = influences([outputs], 2, 256)
    assert one.first == pytest.approx(1.0, abs=1e-2)
    assert two.total == 0.0
