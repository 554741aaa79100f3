"""Evolutionary search: no proof, but feasible, repeatable and close."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, Solution, registry, run
from optimiser.engine.methods import evolutionary
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.problem import Nonlinear, Problem
from tests.engine.models import Draft, binaries, listed, problem_of, random_draft, real, whole


def smooth(
    evaluate: Any, n: int, m: int, p: int = 0, *, gradient: Any = None, margins: Any = None
) -> Problem:
    """A problem of real decisions between 0 and 1; with ``margins`` its constraints are
    equalities.
    """
    domains = tuple(real(f"x{j}", 0, 1) for j in range(n))
    names = tuple(f"f{k}" for k in range(m))
    limits = tuple(f"c{i}" for i in range(p))
    equalities = tuple(range(p)) if margins is not None else ()
    return Problem(
        domains,
        names,
        np.ones(m),
        (),
        limits,
        evaluate,
        gradient,
        None,
        Nonlinear("objective 'f1' is not linear"),
        margins=margins,
        equalities=equalities,
    )


def search(problem: Problem, **options: Any) -> Solution:
    return run(registry()["evolutionary"], "test", problem, Options(**options))


def zdt1(x: Any) -> Any:
    g = 1 + 9 * x[:, 1:].mean(axis=1)
    return np.stack([x[:, 0], g * (1 - np.sqrt(x[:, 0] / g))], axis=1), np.zeros((len(x), 0))


def test_zdt1_comes_close_to_its_front() -> None:
    import moocore

    solution = search(smooth(zdt1, 10, 2))
    assert solution.proof.status == "approximate"
    assert len(solution.x) == 100
    assert moocore.hypervolume(solution.y, ref=[1.1, 1.1]) > 0.985 * (1.21 - 1 / 3)


def test_a_nonlinear_equality_is_reached_through_its_gradient() -> None:
    def circle(x: Any) -> Any:
        return x[:, :2] + 0.0, np.abs((x[:, :2] ** 2).sum(axis=1) - 1)[:, None]

    def slopes(x: Any) -> Any:
        objectives = np.zeros((len(x), 2, 2))
        objectives[:, 0, 0] = objectives[:, 1, 1] = 1
        return objectives, (2 * x)[:, None, :]

    def signed(x: Any) -> Any:
        return (x**2).sum(axis=1, keepdims=True) - 1

    solution = search(smooth(circle, 2, 2, 1, gradient=slopes, margins=signed))
    assert len(solution.x) == 100
    assert np.abs((solution.y**2).sum(axis=1) - 1).max() < 2e-6


def test_undefined_points_do_not_matter() -> None:
    def root(x: Any) -> Any:
        with np.errstate(invalid="ignore"):
            y = np.stack([x[:, 0], -np.sqrt(x[:, 0] - 0.25)], axis=1)
        lost = ~np.isfinite(y).all(axis=1)
        return np.where(lost[:, None], np.inf, y), np.where(
            lost[:, None], np.inf, np.zeros((len(x), 1))
        )

    solution = search(smooth(root, 1, 2, 1))
    assert solution.y[:, 0].min() >= 0.25
    assert solution.y[:, 0].max() > 0.99


def test_small_discrete_fronts_are_found_whole() -> None:
    for seed in (52, 53):
        problem = problem_of(random_draft(seed, n=8, m=2))
        truth = run(registry()["enumerate"], "test", problem, Options())
        assert np.array_equal(search(problem).y, truth.y)


def test_another_seed_is_another_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evolutionary, "_WORK", 40_000.0)
    problem = smooth(zdt1, 5, 2)
    assert search(problem, seed=1).x.tobytes() == search(problem, seed=1).x.tobytes()
    assert search(problem, seed=1).x.tobytes() != search(problem, seed=2).x.tobytes()


def _logic_violations(problem: Problem, x: np.ndarray, /) -> np.ndarray:
    """(k, rows) how far each logic row is from holding in floats, in the user's units, relative
    to max(1, |bound|).
    """
    table = np.zeros((len(x), len(problem.logic)))
    for i, row in enumerate(problem.logic):
        columns = [j for j, _ in row.terms]
        scale = float(row.scale)
        weights = np.array([float(c / row.scale) for _, c in row.terms])
        value = x[:, columns] @ weights + row.constant / scale
        for bound, sign in ((row.lower, -1.0), (row.upper, 1.0)):
            if bound is not None:
                limit = bound / scale
                table[:, i] = np.maximum(
                    table[:, i], sign * (value - limit) / float(row.room(bound))
                )
    return table


def test_repair_makes_logic_hold() -> None:
    domains = [*binaries(6), whole("w", 0, 5), listed("p", 0.2, 0.31, 0.44), real("a", 0, 10)]
    rows = [
        ({(0,): 1, (1,): -1}, None, 0),
        ({(2,): 1, (3,): 1, (4,): 1}, 1, 1),
        ({(8,): 1, (5,): -8}, None, 0),
        ({(8,): 1, (5,): -2}, 0, None),
        ({(6,): 1, (0,): 2, (2,): 2}, None, 5),
    ]
    problem = problem_of(Draft(domains, [{(0,): 1}], rows))
    rng = np.random.default_rng(0)
    space = Space(problem.decisions)
    from optimiser.engine.holding import in_domains

    x, _ = LogicRepair(problem.logic, space).repair(space.decode(rng.random((500, space.n))), rng)
    assert (_logic_violations(problem, x) <= 1e-9).all(axis=1).mean() > 0.99
    assert in_domains(problem.decisions, x).all()
    again = space.decode(space.encode(x))
    assert np.array_equal(again[:, :-1], x[:, :-1])
    # a real column goes through the unit cube, which is two roundings
    np.testing.assert_allclose(again[:, -1], x[:, -1], rtol=1e-15, atol=1e-15)
