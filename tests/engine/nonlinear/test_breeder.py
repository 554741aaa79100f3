"""Who gets the next draw, and what a search begins with."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.problems import engineering, standard, wfg
from optimiser.engine.nonlinear import evolve
from optimiser.engine.nonlinear.breeder import Credit, breeder_of
from optimiser.engine.nonlinear.evaluator import Evaluator


def shares(credit: Credit, count: int = 20_000) -> np.ndarray:
    rng = np.random.default_rng(0)
    drawn = np.array([credit.draw(rng) for _ in range(count)])
    return np.bincount(drawn, minlength=len(credit.weights)) / count


def test_every_choice_keeps_its_floor_and_what_gains_is_drawn_most() -> None:
    credit = Credit((1.0, 1.0, 1.0), 0.1)
    for _ in range(200):
        for choice, gain in enumerate((0.0, 1e-9, 0.0)):
            credit.pay(choice, gain)
    share = shares(credit)
    assert share[1] == pytest.approx(0.8, abs=0.02)
    assert share[[0, 2]] == pytest.approx(0.1, abs=0.02)


def test_gains_count_relatively() -> None:
    """The same gains in another unit give the same draws."""
    rates = []
    for unit in (1.0, 1e-12):
        credit = Credit((1.0, 1.0), 0.1)
        for gain in np.random.default_rng(1).random(50):
            credit.pay(0, unit * gain)
            credit.pay(1, unit * gain**2)
        rates.append(credit.rate)
    np.testing.assert_allclose(rates[0], rates[1], rtol=1e-9)


def test_weights_count_where_success_is_equal() -> None:
    assert shares(Credit((1.0, 6.0, 1.0), 0.04))[1] == pytest.approx(0.04 + 0.88 * 0.75, abs=0.02)


def test_corners_are_among_the_first_points_where_derivatives_lead_out_of_them() -> None:
    rng = np.random.default_rng(0)
    few = breeder_of(Evaluator(engineering.re37()[0], None), rng).sample(100)
    corners = {tuple(u) for u in few if set(u) <= {0.0, 1.0}}
    assert len(corners) == 16
    for problem in (standard.zdt1()[0], engineering.re24()[0], wfg.wfg(6)[0]):
        u = breeder_of(Evaluator(problem, None), rng).sample(100)
        assert not any(set(row) <= {0.0, 1.0} for row in u)
        # one point in each hundredth of every column
        assert (np.sort(np.floor(u * 100), axis=0) == np.arange(100)[:, None]).all()


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_populations_do_not_gather_in_a_corner(seed: int) -> None:
    """WFG6: with all distance columns on their bounds no single one of them leads away."""
    found = evolve(wfg.wfg(6)[0], seed=seed, work=12_000)
    share = found.x[:, 4:] / (2.0 * np.arange(5, 25))
    assert ((share == 0.0) | (share == 1.0)).mean() < 0.2
