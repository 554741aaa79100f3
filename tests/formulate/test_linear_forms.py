"""What is linear is wider than it looks: with the decisions fixed, the rows must give what the
functions give.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from optimiser.errors import ScenarioError
from optimiser.formulate import Model, formulate
from optimiser.scenario import load

if TYPE_CHECKING:
    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

VARIABLES = """
variables:
  A: {type: real, min: -2, max: 5}
  B: {type: real, min: 1, max: 4}
  n: {type: integer, min: -1, max: 3}
  on: {type: binary}
  pipe: {values: [0.2, 0.31, 0.44], unit: m}
  grid: {values: [10, 12.5, 15]}
technologies:
  t: {}
  u: {levels: {low: {}, high: {}}}
  pv: {scale: {min: 2, max: 6}}
  steps: {scale: {min: 1.5, max: 6, step: 1.5}}
indicators:
  growth: {baseline: 10, combine: compound}
"""

LINEAR = {
    "sum": "2 * A - 3 * B + n / 4 + 0.1 * on",
    "product of binaries": "3 * t * on - 2 * t * on * u.high + t * t",
    "binary times real": "A * on + B * t - on * A * u.low",
    "binary times whole": "n * on - 2 * t * n",
    "listed": "pipe + 2 * grid",
    "power of listed": "0.001 * pipe**-2 + pipe**2",
    "whole squared": "n**2 - n",
    "listed times binary": "pipe * on + grid * t",
    "listed times listed": "pipe * grid",
    "amount": "pv + 2 * pv.scale - steps.scale + steps",
    "amount times binary": "pv.scale * on + steps.scale * t",
    "convex maximum": "max(A, 2 * B, n)",
    "convex maximum of whole": "max(n, 2 * on, 0.5 * t)",
    "absolute value": "abs(A - B) + 2 * abs(n)",
    "negative minimum": "5 - min(A, B, 1)",
    "other way maximum": "-max(A, 2 * B - 3)",
    "other way minimum": "min(A, B) + min(n, 1)",
    "nested": "max(abs(A) - 1, -min(B, 2 * n))",
    "division by a number": "(A + B) / 3",
}
LINKED = {
    "exp": "exp(A - B)",
    "log": "-log(B + n + 1)",
    "root": "sqrt(B)",
    "scaled": "3 - 2 * exp(-A)",
    "atan": "atan(A + B)",
}
NOT_LINEAR = {
    "product": "A * B",
    "sine": "sin(A)",
    "ratio": "A / B",
    "floor": "floor(A)",
    "where": "where(A > 0, 1, 2)",
}


def modelled(folder: Path, objective: str, constraint: str = "A <= 5") -> Model:
    path = folder / "case.yaml"
    path.write_text(
        f"optimise: 1\nname: case\n{VARIABLES}\nobjectives:\n"
        f"  z: {{sense: minimise, expr: '{objective}'}}\n  A2: {{sense: max, expr: A}}\n"
        f"constraints: {{c: '{constraint}'}}\n",
        encoding="utf-8",
    )
    return formulate(load(path))


def sampled(problem: Problem, count: int = 25) -> Floats:
    """Random decisions that satisfy the logic rows of levels and amounts."""
    rng = np.random.default_rng(7)
    x = np.zeros((count, len(problem.decisions)))
    position = {d.name: j for j, d in enumerate(problem.decisions)}
    for j, domain in enumerate(problem.decisions):
        values = [float(v) for v in domain.values]
        low, high = float(domain.lower or 0), float(domain.upper or 0)
        if values:
            x[:, j] = rng.choice(values, count)
        else:
            x[:, j] = (
                rng.integers(int(low), int(high) + 1, count)
                if domain.discrete
                else rng.uniform(low, high, count)
            )
    x[:, position["u.high"]] *= 1 - x[:, position["u.low"]]
    x[:, position["pv.scale"]] = np.where(
        x[:, position["pv"]] > 0, np.maximum(x[:, position["pv.scale"]], 2), 0
    )
    x[:, position["steps"]] = x[:, position["steps.scale"]] > 0
    return x


def least(linear: Linear, row: Row, point: Floats) -> float | None:
    """The least value of a row with the decisions fixed, over the auxiliary columns; None where
    nothing holds.
    """
    n, columns = len(point), linear.columns
    lower = np.array([-np.inf if c.lower is None else float(c.lower) for c in columns])
    upper = np.array([np.inf if c.upper is None else float(c.upper) for c in columns])
    lower[:n], upper[:n] = point, point
    cost = np.zeros(len(columns))
    for j, c in row.terms:
        cost[j] = c / float(row.scale)
    matrix = np.zeros((len(linear.rows), len(columns)))
    for i, r in enumerate(linear.rows):
        for j, c in r.terms:
            matrix[i, j] = c / float(r.scale)
    low = [-np.inf if r.lower is None else float(r.lower / r.scale) - 1e-7 for r in linear.rows]
    high = [np.inf if r.upper is None else float(r.upper / r.scale) + 1e-7 for r in linear.rows]
    integrality = np.array([0] * n + [int(c.discrete) for c in columns[n:]])
    answer = milp(
        cost,
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(lower, upper),
        integrality=integrality,
    )
    return None if answer.status == 2 else float(answer.fun) + row.constant / float(row.scale)


@pytest.mark.parametrize("expression", LINEAR.values(), ids=LINEAR)
def test_rows_give_the_value_of_the_expression(expression: str, tmp_path: Path) -> None:
    problem = modelled(tmp_path, expression).at()
    assert problem.linear, problem.linear
    assert problem.linear.linked == ("", "")
    x = sampled(problem)
    values, _ = problem.evaluate(x)
    for point, value in zip(x, values[:, 0], strict=True):
        assert least(problem.linear, problem.linear.objectives[0], point) == pytest.approx(
            value, abs=1e-5
        )


@pytest.mark.parametrize("expression", LINEAR.values(), ids=LINEAR)
def test_a_constraint_holds_where_its_rows_hold(expression: str, tmp_path: Path) -> None:
    problem = modelled(tmp_path, "A", f"{expression} <= 2.3").at()
    assert problem.linear, problem.linear
    x = sampled(problem)
    values = modelled(tmp_path, expression).at().evaluate(x)[0][:, 0]
    for point, value in zip(x, values, strict=True):
        assert (least(problem.linear, problem.linear.objectives[0], point) is not None) == (
            value <= 2.3
        )


@pytest.mark.parametrize("expression", LINKED.values(), ids=LINKED)
def test_a_monotone_function_keeps_the_order(expression: str, tmp_path: Path) -> None:
    problem = modelled(tmp_path, expression).at()
    assert problem.linear, problem.linear
    assert problem.linear.linked[0]
    x = sampled(problem)
    values = problem.evaluate(x)[0][:, 0]
    rows = [least(problem.linear, problem.linear.objectives[0], point) for point in x]
    found = np.array([r if r is not None else np.nan for r in rows])
    defined = np.isfinite(values)
    assert np.array_equal(np.argsort(found[defined]), np.argsort(values[defined]))
    worth = problem.linear.enclosing[0]
    assert worth is not None
    for r, value in zip(found[defined], values[defined], strict=True):
        low, high = worth(Fraction(r))
        assert low is not None
        assert high is not None
        assert low <= high
        assert (float(low), float(high)) == pytest.approx((value, value), abs=1e-5)


@pytest.mark.parametrize("expression", NOT_LINEAR.values(), ids=NOT_LINEAR)
def test_what_is_not_linear_is_named(expression: str, tmp_path: Path) -> None:
    problem = modelled(tmp_path, expression).at()
    assert not problem.linear
    assert "objective 'z' is not linear" in problem.linear.reason


def test_a_ratio_limit_is_linear_where_the_denominator_is_positive(tmp_path: Path) -> None:
    problem = modelled(tmp_path, "A", "A / B <= 0.75").at()
    assert problem.linear
    x = sampled(problem)
    for point, held in zip(x, problem.evaluate(x)[1][:, 0] == 0, strict=True):
        assert (least(problem.linear, problem.linear.objectives[0], point) is not None) == held
    unclear = modelled(tmp_path, "A", "B / A <= 0.75").at()
    assert not unclear.linear
    assert "constraint 'c' is not linear" in unclear.linear.reason


def test_an_equality_with_a_maximum_holds_both_ways(tmp_path: Path) -> None:
    problem = modelled(tmp_path, "A", "max(n, 2 * on) == 2").at()
    assert problem.linear
    x = sampled(problem)
    for point, held in zip(x, problem.evaluate(x)[1][:, 0] == 0, strict=True):
        assert (least(problem.linear, problem.linear.objectives[0], point) is not None) == held


def test_an_infinite_bound_in_a_model_that_is_not_linear_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        "optimise: 1\nname: case\nvariables: {x: {min: 0, max: .inf}, y: {min: 0, max: 1}}\n"
        "objectives: {z: {sense: min, expr: x * y}}\n",
        encoding="utf-8",
    )
    with pytest.raises(
        ScenarioError, match="'x' has an infinite max, but the model is not linear: objective 'z'"
    ):
        formulate(load(path)).at()
