"""Nonlinear scenarios from the literature, from the YAML file to front.csv."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.reference_fronts import reference
from optimiser.dominance import non_dominated
from optimiser.engine.methods import evolutionary
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.cli.processes import Done, written
from tests.published_models import MODELS, re36

Run = Callable[..., Done]


def solved(
    optimise: Run, folder: Path, content: dict[str, Any], *options: str
) -> tuple[np.ndarray, np.ndarray]:
    """The listed objectives (k, m), minimised, and the largest violation of each plan (k,) when
    evaluated again.
    """
    path = written(folder, **content)
    done = optimise("run", path, "-q", "-o", "result", *options)
    assert done.code == 0, done.err
    text = (folder / "result/front.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    problem = formulate(load(path)).at()
    x = np.array([[float(row[d.name]) for d in problem.decisions] for row in rows])
    y, violations = problem.evaluate(x)
    listed = np.array([[float(row[name]) for name in problem.objectives] for row in rows])
    # listed are the exact values, rounded once; next to a pole, floats are further from them than
    # that
    assert problem.roundoff is not None
    assert (
        np.abs(listed * problem.signs - y)
        <= 1e-12 * np.maximum(1.0, np.abs(y)) + problem.roundoff(x)[0]
    ).all()
    worst = violations.max(axis=1, initial=0.0)
    for row in problem.logic:
        value = x[:, [j for j, _ in row.terms]] @ np.array(
            [float(c / row.scale) for _, c in row.terms]
        )
        for bound, sign in ((row.lower, -1.0), (row.upper, 1.0)):
            if bound is not None:
                worst = np.maximum(
                    worst, sign * (value - float((bound - row.constant) / row.scale))
                )
    return y, worst


@pytest.fixture
def shortly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search of a fifth of its usual work, where how near it comes is not asked."""
    monkeypatch.setattr(evolutionary, "_WORK", evolutionary._WORK / 5)


# the share of the true hypervolume that 1,000 listed plans reach at least
QUICK = ("re31",)
SHARES = {
    "bnh": 0.999,
    "osy": 0.997,
    "tnk": 0.998,
    "mw1": 0.998,
    "zdt1": 0.998,
    "re21": 0.998,
    "re31": 0.999,
}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in SHARES]
)
def test_the_front_is_close_to_the_known_one_and_every_plan_holds(
    name: str, optimise: Run, tmp_path: Path
) -> None:
    y, worst = solved(optimise, tmp_path, MODELS[name](), "--points", "1000")
    assert 100 < len(y) <= 1000
    assert worst.max() == 0.0
    assert reference(name).ratio(y[:, ::-1] if name == "mw1" else y) > SHARES[name]


@pytest.mark.slow
def test_three_objectives_with_a_hundred_plans(optimise: Run, tmp_path: Path) -> None:
    """A hundred points cannot do better on a quarter of a sphere: .94 is near the best known of
    that many.
    """
    y, worst = solved(optimise, tmp_path, MODELS["dtlz2"]())
    assert 95 <= len(y) <= 100
    assert worst.max() == 0.0
    assert reference("dtlz2").ratio(y) > 0.93
    assert np.abs((y**2).sum(axis=1) - 1.0).max() < 0.01


@pytest.mark.usefixtures("shortly")
def test_the_same_seed_gives_the_same_bytes_and_says_what_it_took(
    optimise: Run, tmp_path: Path
) -> None:
    path = written(tmp_path, **MODELS["bnh"]())
    for folder, more in (("one", []), ("two", []), ("other", ["--seed", "2"])):
        assert optimise("run", path, "-q", "-o", folder, *more).code == 0
    one, two, other = (
        (tmp_path / folder / "front.csv").read_bytes() for folder in ("one", "two", "other")
    )
    assert one == two != other
    counted = json.loads((tmp_path / "one/result.json").read_text(encoding="utf-8"))
    statistics = (
        counted["solver"]["statistics"]
        if isinstance(counted["solver"], dict)
        else counted["statistics"]
    )
    assert statistics["evaluations"] > 10_000
    assert statistics["archive"] > 1000
    assert statistics["restarts"]["populations"] >= 1
    assert statistics["polish"]["subproblems"] > 10
    residual = statistics["kkt_residual"]
    assert residual["plans"] == 100
    assert residual["median"] < 1e-6
    assert residual["locally_efficient"] == 100
    assert "convex" not in residual
    said = optimise("run", path, "-v", "-o", "one").err
    assert "  kkt residual: plans 100, locally efficient " in said


@pytest.mark.usefixtures("shortly")
def test_undefined_parts_of_the_box_are_harmless(optimise: Run, tmp_path: Path) -> None:
    """The logarithm and the root are defined where a > 1 and b >= 2: a sixth of the box."""
    content = {
        "variables": {
            "a": {"type": "real", "min": -3, "max": 3},
            "b": {"type": "real", "min": 0, "max": 4},
        },
        "objectives": {
            "gain": {"sense": "maximise", "expr": "log(a - 1) + sqrt(b - 2)"},
            "cost": {"sense": "minimise", "expr": "a**2 + b"},
        },
    }
    y, _ = solved(optimise, tmp_path, content)
    assert len(y) == 100
    assert np.isfinite(y).all()
    assert np.isclose(-y[:, 0].min(), np.log(2) + np.sqrt(2), rtol=1e-6)
    assert y[:, 1].min() < 3.1


@pytest.mark.usefixtures("shortly")
def test_a_tiny_feasible_region_is_found(optimise: Run, tmp_path: Path) -> None:
    """A disc of a millionth of the box."""
    radius = float(np.sqrt(1e-6 * 400 / np.pi))
    content = {
        "variables": {n: {"type": "real", "min": -10, "max": 10} for n in ("a", "b")},
        "objectives": {
            "f": {"sense": "minimise", "expr": "a"},
            "g": {"sense": "minimise", "expr": "b"},
        },
        "constraints": {"disc": f"(a - 3.3)**2 + (b + 7.1)**2 <= {radius**2!r}"},
    }
    y, worst = solved(optimise, tmp_path, content)
    assert worst.max() == 0.0
    assert len(y) == 100
    distance = np.hypot(y[:, 0] - 3.3, y[:, 1] + 7.1)
    assert distance.min() > 0.999 * radius
    assert np.ptp(y, axis=0).min() > 0.99 * radius


@pytest.mark.usefixtures("shortly")
def test_few_choices_with_a_convex_rest_are_solved_choice_by_choice(
    optimise: Run, tmp_path: Path
) -> None:
    """A portfolio: shares of none or a tenth at least, adding up to one; variance against return,
    both written as expressions.
    """
    names = "abcd"
    content = {
        "technologies": {n: {"scale": {"min": 0.1, "max": 0.6}} for n in names},
        "objectives": {
            "risk": {
                "sense": "minimise",
                "expr": "(0.3 * a.scale + 0.1 * b.scale - 0.2 * c.scale)**2 + 0.1 * b.scale**2 + "
                "0.2 "
                "* c.scale**2 + d.scale**2",
            },
            "gain": {
                "sense": "maximise",
                "expr": "0.02 * a.scale + 0.05 * b.scale + 0.09 * c.scale + 0.2 * d.scale - 0.001 "
                "* d",
            },
        },
        "constraints": {"whole": "a.scale + b.scale + c.scale + d.scale == 1"},
    }
    done = optimise("run", written(tmp_path, **content), "-q", "-o", "result")
    assert done.code == 0, done.err
    rows = list(
        csv.DictReader((tmp_path / "result/front.csv").read_text(encoding="utf-8").splitlines())
    )
    assert len(rows) == 100
    shares = np.array([[float(row[n]) for n in names] for row in rows])
    assert np.allclose(shares.sum(axis=1), 1.0, rtol=0, atol=1e-9)
    assert ((shares == 0) | ((shares >= 0.1) & (shares <= 0.6))).all()
    counted = json.loads((tmp_path / "result/result.json").read_text(encoding="utf-8"))
    statistics = (
        counted["solver"]["statistics"]
        if isinstance(counted["solver"], dict)
        else counted["statistics"]
    )
    # of four shares of .6 at most two are needed
    assert statistics["slices"]["combinations"] == 11
    assert statistics["finish"]["plans"] > 0
    residual = statistics["kkt_residual"]
    assert residual["locally_efficient"] >= 95
    assert residual["convex"] is True


@pytest.mark.usefixtures("shortly")
def test_an_equality_is_held_to_nine_digits(optimise: Run, tmp_path: Path) -> None:
    content = {
        "variables": {n: {"type": "real", "min": 0, "max": 2} for n in ("a", "b", "c")},
        "objectives": {
            "f": {"sense": "minimise", "expr": "a + c**2"},
            "g": {"sense": "minimise", "expr": "b + (c - 1)**2"},
        },
        "constraints": {"curve": "a * b * exp(c) == 1"},
    }
    y, worst = solved(optimise, tmp_path, content)
    assert worst.max() <= 1e-9
    assert len(y) == 100


def test_more_plans_on_request_up_to_all_that_were_found(
    optimise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolutionary, "_WORK", evolutionary._WORK / 40)  # some hundreds are enough
    few, _ = solved(optimise, tmp_path, MODELS["re31"]())
    more, _ = solved(optimise, tmp_path, MODELS["re31"](), "--points", "300")
    every, worst = solved(optimise, tmp_path, MODELS["re31"](), "--points", "1000000")
    assert len(few) <= 100 < len(more) <= 300 < len(every)
    assert worst.max() == 0.0
    for y in (few, more):
        assert np.allclose(
            y.min(axis=0), every.min(axis=0), rtol=0, atol=2e-9 * np.ptp(every, axis=0)
        )


def test_a_small_discrete_model_is_enumerated_and_complete(optimise: Run, tmp_path: Path) -> None:
    y, _ = solved(optimise, tmp_path, re36(largest=24))
    proof = json.loads((tmp_path / "result/result.json").read_text(encoding="utf-8"))["proof"]
    assert proof["status"] == "complete"
    a, b, c, d = np.meshgrid(*[np.arange(12.0, 25.0)] * 4)
    error = np.abs(6.931 - c * d / (a * b))
    largest = np.maximum(np.maximum(a, b), np.maximum(c, d))
    every = np.stack([error, largest, np.maximum(0, error / 6.931 - 0.5)], axis=-1).reshape(-1, 3)
    assert len(y) == len(np.unique(every[non_dominated(np.round(every, 10))].round(10), axis=0))


@pytest.mark.slow
def test_the_gear_train_is_complete(optimise: Run, tmp_path: Path) -> None:
    solved(optimise, tmp_path, re36())
    assert (
        json.loads((tmp_path / "result/result.json").read_text(encoding="utf-8"))["proof"]["status"]
        == "complete"
    )


OTHERS = ("nsga3", "unsga3", "sms-emoa", "rvea", *(("age-moea2",) if find_spec("numba") else ()))


@pytest.mark.parametrize(
    "method", ["nsga2", *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def test_the_algorithms_of_pymoo_by_name(method: str, optimise: Run, tmp_path: Path) -> None:
    y, worst = solved(optimise, tmp_path, MODELS["bnh"](), "--method", method)
    assert len(y) == 100
    assert worst.max() <= 1e-6
    assert reference("bnh").ratio(y) > 0.98


def test_moead_takes_no_constraints(optimise: Run, tmp_path: Path) -> None:
    done = optimise("run", written(tmp_path, **MODELS["bnh"]()), "--method", "moead")
    assert done.code == 2
    assert "it takes no constraints, and the model has 'near'" in done.err


@pytest.mark.slow
def test_moead_comes_near_without_them(optimise: Run, tmp_path: Path) -> None:
    y, _ = solved(optimise, tmp_path, MODELS["re21"](), "--method", "moead")
    assert reference("re21").ratio(y) > 0.97


def test_linear_algebra_is_told_to_work_in_one_thread_before_it_is_loaded() -> None:
    code = (
        "import os, sys; sys.argv = ['optimise', 'check', 'steam_supply']\n"
        "from optimiser.__main__ import main\n"
        "before = 'numpy' in sys.modules\n"
        "try:\n    main()\nfinally:\n"
        "    print(before, 'numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "False True 1", done.stderr


@pytest.mark.slow
def test_the_number_of_threads_of_linear_algebra_changes_no_byte(tmp_path: Path) -> None:
    """As BLAS has as many as there are processors, unless somebody says how many."""
    found = []
    for threads in ("1", "2"):
        folder = tmp_path / threads
        words = ["run", "steam_supply", "--method", "evolutionary", "-q", "--no-cache", "-o"]
        subprocess.run(
            [sys.executable, "-m", "optimiser", *words, str(folder)],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            check=True,
            capture_output=True,
        )
        found.append((folder / "front.csv").read_bytes())
    assert found[0] == found[1]
