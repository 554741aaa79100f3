"""pymoo's algorithms behind one wrapper: seeds and constraints honoured, refusals in words."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from benchmarks.problems.standard import bnh, box, build, dtlz2, tnk
from optimiser.engine import Options, registry, run
from optimiser.engine.methods.pymoo import algorithms
from optimiser.language import retold
from tests.engine.models import problem_of, random_draft

NAMES = [
    name for name, solver in registry().items() if type(solver).__module__ == algorithms.__name__
]
# the extra age-moea
needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")
INSTALLED = [
    pytest.param(name, marks=needs_numba) if name == "age-moea2" else name for name in NAMES
]
CONSTRAINED = [name for name in INSTALLED if name != "moead"]


@pytest.fixture(autouse=True)
def short_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algorithms, "_LATEST", 3000)


def test_these_algorithms_are_there() -> None:
    assert sorted(NAMES) == ["age-moea2", "moead", "nsga2", "nsga3", "rvea", "sms-emoa", "unsga3"]


@pytest.mark.parametrize("name", INSTALLED)
def test_a_sphere_in_three_objectives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algorithms, "_LATEST", 6000)
    problem = dtlz2(3, 7)[0]
    solution = run(registry()[name], "test", problem, Options(seed=4))
    assert len(solution.x) >= 95
    assert np.median((solution.y**2).sum(axis=1) - 1.0) < 0.1


@pytest.mark.parametrize("name", CONSTRAINED)
def test_the_seed_decides_where_constraints_bind(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NSGA-III tossed a coin of its own where two plans broke constraints alike."""
    monkeypatch.setattr(algorithms, "_LATEST", 600)
    problem = tnk()[0]
    one, same, other = (
        run(registry()[name], "test", problem, Options(seed=seed)) for seed in (1, 1, 2)
    )
    assert one.x.tobytes() == same.x.tobytes()
    assert one.x.tobytes() != other.x.tobytes()
    assert problem.evaluate(np.array(one.x))[1].max() <= 1e-6


@pytest.mark.parametrize("name", INSTALLED)
def test_refusals_say_why(name: str) -> None:
    solver = registry()[name]
    constrained = solver.declines(bnh()[0])
    assert constrained == (
        "it takes no constraints, and the model has 'g1'" if name == "moead" else None
    )
    one = solver.declines(problem_of(random_draft(23, n=7, m=1)))
    if name == "nsga2":
        assert one is None
    else:
        assert one is not None
    many = solver.declines(dtlz2(6)[0])
    assert (many is None) == (name != "sms-emoa")


def test_without_numba_one_declines(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> bool | None:
        return None if name == "numba" else True

    monkeypatch.setattr("optimiser.extras.find_spec", missing)
    declined = registry()["age-moea2"].declines(dtlz2()[0])
    assert retold(declined or "") == "it needs numba: pip install 'optimise[age-moea]'"
    assert registry()["nsga3"].declines(dtlz2()[0]) is None


@pytest.mark.parametrize("name", INSTALLED)
def test_scales_of_objectives_do_not_matter(name: str) -> None:
    def function(x: Any) -> Any:
        g = 1.0 + ((x[:, 1:] - 0.5) ** 2).sum(axis=1)
        angle = x[:, 0] * np.pi / 2
        return np.stack([1e6 * g * np.cos(angle), 1e-6 * g * np.sin(angle)], axis=1), np.zeros(
            (len(x), 0)
        )

    solution = run(
        registry()[name], "test", build(box([0.0] * 5, [1.0] * 5), 2, function)[0], Options()
    )
    scaled = solution.y * np.array([1e-6, 1e6])
    assert np.ptp(scaled, axis=0).min() > 0.9
    assert np.abs((scaled**2).sum(axis=1) - 1.0).mean() < 0.05


@pytest.mark.parametrize("name", INSTALLED)
def test_undefined_points_do_not_matter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algorithms, "_LATEST", 1000)

    def function(x: Any) -> Any:
        return np.stack([x[:, 0], -np.sqrt(x[:, 0] - 0.25) + x[:, 1]], axis=1), np.zeros(
            (len(x), 0)
        )

    solution = run(
        registry()[name], "test", build(box([0.0, 0.0], [1.0, 1.0]), 2, function)[0], Options()
    )
    assert np.isfinite(solution.y).all()
    assert solution.y[:, 0].min() >= 0.25
    assert solution.y[:, 0].max() > 0.9
