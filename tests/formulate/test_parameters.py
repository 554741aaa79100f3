"""A compiled model at other parameter values against the scenario with these values written into
it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.engine.holding import feasible
from optimiser.engine.problem import Problem
from optimiser.errors import UsageError
from optimiser.formulate import Model
from optimiser.scenario import load, sample
from tests.formulate.test_agreement import every_plan
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
NAMES = ("p", "q")
_SCENARIOS = portfolios(most=3) | portfolios(most=2, phases=True)
VALUES = st.decimals(0, 3, places=2).map(float)


def uncertain(data: Data) -> Data:
    """The scenario with every effect times one of two parameters, limits and amounts too; ``r``
    follows them.
    """
    data = {
        **data,
        "parameters": {name: {"value": 1, "low": 0, "high": 3} for name in NAMES} | {"r": "p * q"},
    }
    turn = iter(range(10**6))

    def changed(effects: Data) -> Data:
        found = {}
        for indicator, effect in effects.items():
            name, text = ("p", "q", "r")[next(turn) % 3], str(effect)
            percent = text.endswith("%")
            size = f"({text.rstrip('%')}) * {name}"
            compound = data["indicators"][indicator].get("combine") == "compound"
            # a factor stays above 0 for every value
            found[indicator] = {
                "percent" if percent else "value": f"({text.rstrip('%')}) / (1 + {name})"
                if compound
                else size
            }
        return found

    for technology in data["technologies"].values():
        for part in (technology, *technology.get("levels", {}).values()):
            for key in ("effects", "effects_per_unit"):
                if key in part:
                    part[key] = changed(part[key])
    for synergy in data.get("synergies", {}).values():
        synergy["effects"] = changed(synergy["effects"])
    data["constraints"] = {
        name: _loosened(text) for name, text in data.get("constraints", {}).items()
    }
    return data


def _loosened(text: str) -> str:
    return (
        text.replace("<= ", "<= 0.5 * r + ").replace(">= ", ">= -q + ")
        if text.count("=") == 1
        else text
    )


def same(first: Problem, second: Problem) -> None:
    """Rows, functions, exact keys: everything that a solver sees."""
    assert first.decisions == second.decisions
    assert first.logic == second.logic
    assert first.constraints == second.constraints
    one, other = first.linear, second.linear
    if not one or not other:
        assert one == other
    else:
        assert (one.columns, one.rows, one.objectives) == (
            other.columns,
            other.rows,
            other.objectives,
        )
        assert (one.linked, one.products, one.resolution) == (
            other.linked,
            other.products,
            other.resolution,
        )
    x = every_plan(first)
    for a, b in zip(first.evaluate(x), second.evaluate(x), strict=True):
        assert a == pytest.approx(b, rel=1e-12, abs=1e-12, nan_ok=True)
    assert (first.exact is None) == (second.exact is None)
    if first.exact is not None and second.exact is not None:
        for mine, theirs in zip(first.exact(x), second.exact(x), strict=True):
            assert np.array_equal(mine, theirs)


def written(data: Data, folder: Path) -> Path:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


@settings(max_examples=examples(15), deadline=None, suppress_health_check=_QUIET)
@given(data=_SCENARIOS, vectors=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=3))
def test_as_written_into_the_scenario(
    data: Data, vectors: list[tuple[float, float]], tmp_path: Path
) -> None:
    """One model at several values, in turn; 0 makes effects vanish."""
    path = written(uncertain(data), tmp_path)
    model = Model(load(path))
    for p, q in vectors:
        anew = Model(load(path, overrides=[f"parameters.p={p!r}", f"parameters.q={q!r}"]))
        same(model.at({"p": p, "q": q}), anew.at())


@settings(max_examples=examples(15), deadline=None, suppress_health_check=_QUIET)
@given(data=_SCENARIOS, seed=st.integers(0, 99))
def test_many_vectors_at_once_are_as_one_by_one(data: Data, seed: int, tmp_path: Path) -> None:
    scenario = load(written(uncertain(data), tmp_path))
    model = Model(scenario)
    drawn = sample(scenario, 5, seed=seed)
    x = every_plan(model.at())
    found = model.evaluate_at(x, drawn.values)
    for index, row in enumerate(drawn.values.tolist()):
        problem = model.at(dict(zip(drawn.names, row, strict=True)))
        objectives, good = feasible(problem, x)
        assert found.objectives[index] == pytest.approx(
            objectives * problem.signs, rel=1e-12, abs=1e-12
        )
        assert (found.feasible[index] == good).all()
        assert ((found.violations[index] <= scenario.solver.feasibility) == good).all()


MOVING = """\
optimise: 1
name: moving
parameters: {p: {value: 2, low: 1, high: 4}, most: 10 * p, few: floor(p)}
indicators: {cost: {}, gain: {baseline: 10}}
variables: {x: {min: 0, max: most}}
technologies:
  a: {scale: {min: p, max: 9}, effects_per_unit: {cost: 1, gain: 2}}
  b: {effects: {cost: 3 * p, gain: 10%}}
  c: {effects: {cost: 1, gain: 1}}
groups: {g: {of: [b, c], at_least: few - 1}}
objectives: {cost: {sense: minimise, expr: "0.1 * x**2 + 2"}, total: {sense: maximise, expr: gain + p * x}}
constraints: {k: cost_of + 0 <= 12 * p, s: sqrt(x - p) <= 3}
"""


def test_ranges_amounts_and_groups_that_move_with_parameters(tmp_path: Path) -> None:
    """Bounds of decisions and counts of groups are rules like others; a square root of a negative
    number holds nowhere.
    """
    path = tmp_path / "moving.yaml"
    path.write_text(MOVING.replace("cost: {sense", "spent: {sense").replace("cost_of + 0", "cost"))
    model = Model(load(path))
    cells = [
        {"x": "25", "a": "3", "b": "1"},
        {"x": "8", "a": "1.5", "c": "1"},
        {"x": "3", "b": "1"},
        {"x": "1.5", "b": "1"},
    ]
    x = np.array([model.encode(one) for one in cells])
    values = np.array([[1.0], [1.4], [2.0], [2.5], [3.0], [4.0]])
    found = model.evaluate_at(x, values)
    for index, (p,) in enumerate(values.tolist()):
        problem = model.at({"p": p})
        objectives, good = feasible(problem, x)
        shown = found.objectives[index]
        finite = np.isfinite(objectives)
        assert shown[finite] == pytest.approx((objectives * problem.signs)[finite])
        assert (found.feasible[index] == good).all()
    assert found.feasible.tolist() == [
        [False, True, True, True],
        [False, True, True, True],
        [False, False, True, False],
        [False, False, True, False],
        [False, False, False, False],
        [False, False, False, False],
    ]


SHARE = """\
optimise: 1
name: share
parameters: {a: 2, b: 1 / a}
indicators: {y: {}}
technologies: {t: {effects: {y: {value: b}}}}
objectives: {y: maximise}
"""


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, 1e-320, "x", None])
def test_a_value_that_is_no_number_is_refused_by_name(value: Any, tmp_path: Path) -> None:
    path = tmp_path / "share.yaml"
    path.write_text(SHARE)
    with pytest.raises(UsageError, match="parameter 'a'"):
        Model(load(path)).at({"a": value})


def test_a_parameter_without_a_value_under_others_is_named(tmp_path: Path) -> None:
    path = tmp_path / "share.yaml"
    path.write_text(SHARE)
    with pytest.raises(UsageError, match="parameter 'b' has no finite value"):
        Model(load(path)).at({"a": 0})


def test_names_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "moving.yaml"
    path.write_text(MOVING.replace("cost: {sense", "spent: {sense").replace("cost_of + 0", "cost"))
    model = Model(load(path))
    x = model.encode({"x": "3"})[None]
    assert model.evaluate_at(x, np.array([[40.0]]), names=["most"]).objectives[
        0, 0, 1
    ] == pytest.approx(10 + 2 * 3)
    assert not model.evaluate_at(x, np.array([[2.0]]), names=["most"]).feasible[0, 0]
    with pytest.raises(UsageError, match="mst"):
        model.evaluate_at(x, np.array([[2.0]]), names=["mst"])
    with pytest.raises(UsageError, match="twice"):
        model.evaluate_at(x, np.array([[2.0, 1.0]]), names=["p", "p"])
    with pytest.raises(ValueError, match="shape"):
        model.evaluate_at(x, np.array([[2.0, 1.0]]), names=["p"])


def test_the_problem_as_written_is_assembled_once() -> None:
    model = Model(load("smart_manufacturing"))
    assert model.at() is model.at({})
    assert model.at() is not model.at(loosened=True)
