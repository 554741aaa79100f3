"""min L(x) subject to A x = b, x >= 0: one stage by itself, and six solved jointly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optimiser.errors import InfeasibleError, UnboundedError
from tests.domain import oracle
from tests.domain.solving import column, solved, written

if TYPE_CHECKING:
    from pathlib import Path

STAGE = """
parameters: {{b1: {b1}, b2: 2}}
variables:
  x1: {{type: real, min: 0, max: .inf}}
  x2: {{type: real, min: 0, max: .inf}}
  x3: {{type: real, min: 0, max: .inf}}
objectives:
  L: {{sense: minimise, expr: x1 + 1.5 * x2 + x3}}
constraints:
  first: x1 + x2 == b1
  second: x2 + x3 == b2
  {more}
"""
UNBOUNDED = """
variables:
  x1: {type: real, min: 0, max: .inf}
  x2: {type: real, min: 0, max: .inf}
objectives:
  L: {sense: minimise, expr: -x1}
constraints:
  balance: x1 - x2 == 0
"""
STAGES = ("collect", "store", "analyse", "decide", "monitor", "collaborate")


@pytest.mark.parametrize(
    "more", ["", "again: x1 + x2 == b1"], ids=["two rows", "a row written twice"]
)
def test_the_published_stage(tmp_path: Path, more: str) -> None:
    result = solved(written(tmp_path, STAGE.format(b1=3, more=more)))
    assert len(result.front) == 1
    assert result.front.proof.status == "complete"
    assert result.front.y[0] == pytest.approx([4])
    assert [float(cell) for cell in result.front.cells[0]] == pytest.approx([1, 2, 0])


def test_a_negative_demand_is_infeasible_and_named(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError) as caught:
        solved(written(tmp_path, STAGE.format(b1=-1, more="")))
    assert "first" in caught.value.involved


def test_a_stage_that_pays_without_limit_is_unbounded(tmp_path: Path) -> None:
    with pytest.raises(UnboundedError, match="L"):
        solved(written(tmp_path, UNBOUNDED))


def test_the_file_says_what_is_published() -> None:
    status, plan, total = oracle.minimum(oracle.read("staged_equalities"), [1])
    assert status == "optimal"
    assert [plan[name] for name in ("sensors", "gateways", "purchases")] == pytest.approx([1, 2, 0])
    assert total == pytest.approx([8.005])
    assert oracle.minimum(oracle.read("staged_equalities", machine_data=-1), [1])[0] == "infeasible"


def test_six_stages_jointly() -> None:
    result = solved("staged_equalities")
    assert len(result.front) == 1
    assert result.front.proof.status == "complete"
    assert result.front.y[0] == pytest.approx([8.005])
    plan = dict(
        zip(
            result.front.decision_columns,
            (float(cell) for cell in result.front.cells[0]),
            strict=True,
        )
    )
    assert [plan[name] for name in ("sensors", "gateways", "purchases")] == pytest.approx([1, 2, 0])
    costs = [column(result, f"{stage}_cost")[0] for stage in STAGES]
    assert costs == pytest.approx([4, 1.2, 0.6, 1.2, 0.42, 0.585])


def test_stage_by_stage_is_dearer_than_jointly() -> None:
    """Each stage at its own least cost, given what came before: the cheapest storage leads to the
    dearer analysis.
    """
    data = oracle.read("staged_equalities")
    chosen: dict[str, dict[str, str]] = {}
    for stage in STAGES:
        data["objectives"] = {"L": {"sense": "minimise", "expr": f"{stage}_cost"}}
        data["constraints"] = {**oracle.read("staged_equalities")["constraints"], **chosen}
        _, _, (least,) = oracle.minimum(data, [1])
        chosen[f"{stage}_least"] = {"expr": f"{stage}_cost <= {least + 1e-9:.12f}"}
    data["objectives"] = oracle.read("staged_equalities")["objectives"]
    data["constraints"] = {**oracle.read("staged_equalities")["constraints"], **chosen}
    assert oracle.minimum(data, [1])[2] == pytest.approx([8.905], abs=1e-6)


def test_a_negative_demand_for_machine_data_is_infeasible() -> None:
    with pytest.raises(InfeasibleError) as caught:
        solved("staged_equalities", "parameters.machine_data=-1")
    assert "collect_machine" in caught.value.involved


def test_a_row_written_twice_changes_nothing() -> None:
    again = "constraints.again=sensors + gateways == machine_data"
    assert solved("staged_equalities", again).front.y[0] == pytest.approx([8.005])
