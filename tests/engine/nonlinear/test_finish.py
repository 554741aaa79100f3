"""The plans to show are driven to first-order efficiency; nothing is lost on the way."""

from __future__ import annotations

import moocore
import numpy as np
import pytest

from benchmarks.problems import engineering, mixed, standard
from benchmarks.problems.standard import Floats, box, build
from optimiser.engine.nonlinear import EFFICIENT, Evolved, Finish, choose, evolve, finish, residuals
from tests.engine.nonlinear.test_engine import Make


def found_by(make: Make, work: float = 12_000) -> Evolved:
    problem, margins = make()
    return evolve(problem, seed=1, work=work, margins=margins)


def volume(y: Floats, low: Floats, span: Floats) -> float:
    return float(moocore.hypervolume((y - low) / span, ref=[1.1] * y.shape[1]))


SLOW = [
    pytest.param(make, marks=pytest.mark.slow)
    for make in (standard.osy, standard.dtlz7, mixed.process)
]


@pytest.mark.parametrize("make", [standard.tnk, standard.bnh, mixed.portfolio, *SLOW])
def test_listed_plans_become_locally_efficient_and_nothing_is_lost(make: Make) -> None:
    problem, margins = make()
    found = found_by(make)
    chosen = choose(found.y, 40)
    before = residuals(problem, found.x[chosen], margins=margins)
    last = finish(problem, found.x, found.y, Finish(40), margins=margins)
    x, y = last.x[last.shown], last.y[last.shown]
    after = residuals(problem, x, margins=margins)
    assert (before <= EFFICIENT).mean() < 0.9
    assert (after <= EFFICIENT).mean() > 0.9
    assert len(x) == 40
    assert moocore.is_nondominated(y).all()
    again, violation = problem.evaluate(np.array(last.x))
    np.testing.assert_allclose(again, last.y, rtol=1e-13, atol=1e-15)
    assert violation.max(initial=0.0) == 0.0
    # the ends of the archive are shown, and no worse than they were
    assert (y.min(axis=0) <= found.y.min(axis=0)).all()
    low, span = found.y.min(axis=0), np.ptp(found.y, axis=0)
    assert volume(last.y, low, span) >= volume(found.y, low, span)
    assert volume(y, low, span) >= volume(found.y[chosen], low, span) - 1e-5
    assert (np.diff(last.y[:, 0]) >= 0).all()


def test_every_point_of_the_archive_is_still_there_or_beaten() -> None:
    problem, margins = standard.tnk()
    found = found_by(standard.tnk)
    last = finish(problem, found.x, found.y, Finish(40), margins=margins)
    for point in found.y:
        assert (last.y <= point).all(axis=1).any()


def test_equalities_are_still_held() -> None:
    def function(x: Floats) -> tuple[Floats, Floats]:
        return np.stack([x[:, 0] + x[:, 2] ** 2, x[:, 1] + x[:, 2]], axis=1), (
            (x[:, :2] ** 2).sum(axis=1) - 1.0
        )[:, None]

    problem, margins = build(box([0.0] * 3, [1.5] * 3), 2, function, p=1, equalities=(0,))
    found = evolve(problem, seed=1, work=15_000, margins=margins)
    last = finish(problem, found.x, found.y, Finish(50), margins=margins)
    assert np.abs((last.x[:, :2] ** 2).sum(axis=1) - 1.0).max() <= 1e-9
    assert (residuals(problem, last.x[last.shown], margins=margins) <= EFFICIENT).mean() > 0.9


def test_without_derivatives_plans_are_only_chosen() -> None:
    problem, margins = engineering.re24()
    found = found_by(engineering.re24, 10_000)
    last = finish(problem, found.x, found.y, Finish(30), margins=margins)
    assert last.shown.tolist() == choose(found.y, 30).tolist()
    assert last.statistics == {}
    np.testing.assert_array_equal(last.y, found.y)


def test_work_is_limited_and_stopping_keeps_the_choice() -> None:
    problem, _ = standard.rotated(60, 1e4)
    found = evolve(problem, seed=1, work=5_000)
    stopped = finish(problem, found.x, found.y, Finish(50, lambda: "interrupted"))
    assert stopped.statistics["moved"] == 0
    np.testing.assert_array_equal(stopped.y[stopped.shown], found.y[choose(found.y, 50)])
    wanted = Finish(50)
    worked = finish(problem, found.x, found.y, wanted)
    assert float(str(worked.statistics["work"])) < wanted.work + 20_000


def test_one_plan_and_none() -> None:
    problem, margins = standard.bnh()
    x = np.array([[1.0, 2.0]])
    last = finish(problem, x, problem.evaluate(x)[0], Finish(10), margins=margins)
    assert (last.y <= problem.evaluate(x)[0]).all(axis=1).any()
    assert residuals(problem, last.x[last.shown], margins=margins).max() <= EFFICIENT
    none = finish(problem, x[:0], np.zeros((0, 2)), Finish(10), margins=margins)
    assert len(none.shown) == 0
