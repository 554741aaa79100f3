"""One model, described three times: compiled functions, exact rows and keys, and an independent
reading of the file.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings

from optimiser.formulate import Model, formulate
from optimiser.scenario import load
from tests.domain import oracle
from tests.random_scenarios import portfolios
from tests.searches import examples

if TYPE_CHECKING:
    from optimiser.engine.problem import Linear, Problem
    from optimiser.front import Floats

Data = dict[str, Any]
_SETTINGS = settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def modelled(data: Data, folder: Path) -> Model:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return formulate(load(path))


def every_plan(problem: Problem) -> Floats:
    choices = [
        d.values or [Fraction(v) for v in range(int(d.lower or 0), int(d.upper or 0) + 1)]
        for d in problem.decisions
    ]
    x = np.array([[float(v) for v in values] for values in itertools.product(*choices)])
    holds = np.ones(len(x), dtype=bool)
    for row in problem.logic:
        total = sum((c * x[:, j] for j, c in row.terms), np.zeros(len(x)))
        holds &= (total >= (-np.inf if row.lower is None else row.lower)) & (
            total <= (np.inf if row.upper is None else row.upper)
        )
    return x[holds]


def prepared(data: Data) -> Data:
    """As the oracle wants it: no short forms, no absent sections."""
    full = {"parameters": {}, "constraints": {}, **data}
    full["objectives"] = {name: {"sense": sense} for name, sense in data["objectives"].items()}
    full["constraints"] = {name: {"expr": text} for name, text in full["constraints"].items()}
    return full


def extended(linear: Linear, x: Floats) -> list[list[Fraction]]:
    """The decisions with the auxiliary columns that their defining rows imply."""
    rows = []
    for point in linear.extend(x).tolist():
        full = [Fraction(repr(v)) for v in point]
        for _ in range(3):
            for row in linear.rows:
                unknown = [
                    (j, c)
                    for j, c in row.terms
                    if j >= x.shape[1] and linear.columns[j].name.endswith("#")
                ]
                if (
                    row.group.startswith("values of")
                    and row.name.endswith(": value")
                    and len(unknown) == 1
                ):
                    (j, c), rest = (
                        unknown[0],
                        sum(c * full[j] for j, c in row.terms if j != unknown[0][0]),
                    )
                    full[j] = (Fraction(row.lower or 0) - rest) / c
        rows.append(full)
    return rows


def chosen(linear: Linear, full: list[Fraction]) -> list[Fraction]:
    """Selectors ``column=value`` set from the column they belong to."""
    position = {column.name: j for j, column in enumerate(linear.columns)}
    for j, column in enumerate(linear.columns):
        owner, separator, value = column.name.rpartition("=")
        if separator and owner in position and "*" not in value:
            full[j] = Fraction(int(full[position[owner]] == Fraction(value)))
    for j, factors in linear.products.items():
        full[j] = Fraction(int(all(full[i] == 1 for i in factors)))
    for j, column in enumerate(linear.columns):
        binary, separator, other = column.name.rpartition("*")
        if separator and j not in linear.products:
            full[j] = full[position[binary]] * full[position[other]]
    return full


def admits(linear: Linear, full: list[Fraction]) -> bool:
    """Whether all rows hold."""
    sums = [(row, sum(c * full[j] for j, c in row.terms)) for row in linear.rows]
    return all(
        (r.lower is None or s >= r.lower) and (r.upper is None or s <= r.upper) for r, s in sums
    )


@_SETTINGS
@given(data=portfolios())
def test_plans_values_and_feasibility_equal_the_independent_reading(
    data: Data, tmp_path: Path
) -> None:
    model = modelled(data, tmp_path)
    problem = model.at()
    expected = oracle.plans(prepared(data))
    x = every_plan(problem)
    _, violations = problem.evaluate(x)
    exact = problem.exact
    assert exact is not None
    _, feasible = exact(x)
    found = model.read(x[feasible])
    cells = {
        cells: tuple(values)
        for cells, values in zip(found.cells, found.objectives.tolist(), strict=True)
    }
    assert cells == {
        tuple(str(v) for v in choice.values()): tuple(float(v) for v in point)
        for choice, point in expected
    }
    # floats may only disagree with the exact test within the tolerance
    assert (violations[feasible] <= problem.feasibility).all()


#: an amount beside yes and no: no sum of logarithms, so that the product is written out
COMPOUND: Data = {
    "optimise": 1,
    "name": "compound",
    "indicators": {"i0": {"baseline": "51.3"}, "i1": {"baseline": "62.7", "combine": "compound"}},
    "technologies": {
        "t0": {"effects": {"i0": "-0.42%", "i1": "-4.05%"}},
        "t1": {
            "effects": {"i1": "-19.18%"},
            "scale": {"min": 1, "max": 5, "step": 2},
            "effects_per_unit": {"i0": "9.84%", "i1": "1.5%"},
        },
        "t2": {"effects": {"i1": "-4.05%"}},
        "t3": {"effects": {"i1": "-17.90%"}},
        "t4": {
            "effects": {"i1": "-4.05%"},
            "levels": {"l0": {"effects": {}}, "l1": {"effects": {"i1": "0.03%"}}},
        },
    },
    "objectives": {"i0": "maximise", "i1": "maximise"},
}


def enclosed(problem: Problem, k: int, x: np.ndarray, rows: list[Any]) -> None:
    """What objective k is worth lies where its row says, and not far from its ends."""
    assert problem.linear
    assert problem.values is not None
    function, scale = problem.linear.enclosing[k], problem.linear.objectives[k].scale
    assert function is not None
    exact = problem.values([problem.point(plan) for plan in x.tolist()])
    for row, value in zip(rows, (own[k] for own in exact), strict=True):
        low, high = function(Fraction(row) / scale)
        assert value is not None
        assert low is not None
        assert high is not None
        assert low <= value <= high
        assert high - low <= abs(value) / 1000


@_SETTINGS
@example(data=COMPOUND)
@given(data=portfolios())
def test_rows_describe_the_same_problem(data: Data, tmp_path: Path) -> None:
    problem = modelled(data, tmp_path).at()
    linear = problem.linear
    if not linear:
        return
    exact = problem.exact
    assert exact is not None
    x = every_plan(problem)
    keys, feasible = exact(x)
    values, _ = problem.evaluate(x)
    rows = [chosen(linear, full) for full in extended(linear, x)]
    for k, (objective, linked) in enumerate(zip(linear.objectives, linear.linked, strict=True)):
        found = [sum(c * full[j] for j, c in objective.terms) + objective.constant for full in rows]
        if linked or linear.resolution is not None:
            order = np.argsort([float(v) for v in found], kind="stable")
            assert (np.diff(values[order, k]) >= -1e-6 * np.abs(values[:, k]).max()).all()
            if linked and linear.resolution is None:
                enclosed(problem, k, x, found)
        else:
            assert found == list(keys[:, k])
    holds = [admits(linear, full) for full in rows]
    for full in rows[:5]:
        for j in range(x.shape[1], len(linear.columns)):
            top = linear.columns[j].upper
            assert top is not None
            others = [
                [*full[:j], Fraction(v), *full[j + 1 :]]
                for v in range(int(top) + 1)
                if v != full[j]
            ]
            assert not any(admits(linear, other) for other in others), linear.columns[j].name
    if linear.resolution is None:
        assert holds == list(feasible)
    else:
        assert all(h for h, f in zip(holds, feasible, strict=True) if f)


@_SETTINGS
@given(data=portfolios(compound=False))
def test_additive_models_are_always_linear(data: Data, tmp_path: Path) -> None:
    problem = modelled(data, tmp_path).at()
    assert problem.linear, problem.linear
    assert problem.linear.resolution is None
    assert not any(problem.linear.linked)


@_SETTINGS
@given(data=portfolios())
def test_cells_encode_and_decode(data: Data, tmp_path: Path) -> None:
    model = modelled(data, tmp_path)
    x = every_plan(model.at())
    for cells, point in zip(model.read(x).cells, x, strict=True):
        assert np.array_equal(
            model.encode(dict(zip(model.decision_columns, cells, strict=True))), point
        )


def test_parameters_stay_inputs(tmp_path: Path) -> None:
    data = {
        "optimise": 1,
        "name": "p",
        "parameters": {"price": 3, "double": "2 * price"},
        "indicators": {"cost": {}},
        "technologies": {"a": {"effects": {"cost": "double"}}},
        "objectives": {"cost": "minimise"},
        "constraints": {"c": "cost >= price"},
    }
    model = modelled(data, tmp_path)
    one = np.ones((1, 1))
    for price in (3.0, 0.1):
        problem = model.at({"price": price})
        assert problem.evaluate(one)[0][0, 0] == 2 * price
        assert problem.exact is not None
        assert list(problem.exact(np.array([[0.0], [1.0]]))[1]) == [False, True]
    with pytest.raises(Exception, match="unknown parameter 'prise'"):
        model.at({"prise": 1.0})
