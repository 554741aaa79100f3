"""`explain` and `show` with any plan, as a planner types them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.processes import Done

Optimise = Callable[..., Done]


@pytest.fixture
def run(optimise: Optimise) -> Optimise:
    assert optimise("run", "smart_manufacturing", "-o", "r").code == 0
    return optimise


def test_any_plan_is_explained(run: Optimise) -> None:
    first = run("explain", "r", "1", "--json")
    assert first.code == 0
    found = json.loads(first.out)
    assert (found["status"], found["plan"]["rank"]) == ("efficient", 1)
    assert found["weight_intervals"]["investment"][0] == 0
    assert found["to_first"]["distance"] == 0
    total = sum(part["value"] for part in found["contributions"]["output"])
    assert total + found["baseline"]["output"] == found["plan"]["objectives"]["output"]
    broken = json.loads(run("explain", "r", "ai_scheduling=1", "--json").out)
    assert broken["status"] == "infeasible"
    assert broken["violated"][0]["name"] == "ai_scheduling requires iot_monitoring"
    assert broken["nearest"]["changes"] == [
        {"path": "iot_monitoring", "from": 0, "to": 1, "by": 1, "set": "iot_monitoring=1"}
    ]
    assert "dominated" in run("explain", "cement_plant", "controls").out


def test_plans_side_by_side(run: Optimise) -> None:
    done = run("show", "r", "1", "none", "--json")
    found = json.loads(done.out)
    assert found["command"] == "show"
    assert found["differs"] == ["iot_monitoring", "iiot_warehouse", "ai_scheduling"]
    assert found["change"][found["plans"][1]["id"]]["output"] == -20
    assert run("show", "r", "1", "none", "--format", "csv").out.startswith("kind,name,unit,")
    assert "| decision |" in run("show", "r", "1", "2", "--format", "md").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "r", "nowhere"), "no plan 'nowhere'"),
        (("explain", "r", "p"), "is the beginning of 6 plan ids"),
        (("explain", "r", "99"), "no plan has rank 99"),
        (("show", "r", "1", "1"), "is named twice"),
        (("show", "r", "1", "2", "3", "4", "5", "6", "ai_scheduling=1"), "7 plans side by side"),
        (("show", "r", "1", "2", "--equivalents"), "--equivalents with plans side by side"),
    ],
)
def test_what_names_no_plan(run: Optimise, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.code == 2
    assert said in done.err
    assert "= help" in done.err
