"""`repair`, and what `run` says where nothing fits: as a planner types it, and pastes what is
printed.
"""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import Done

Optimise = Callable[..., Done]

BASE = """
optimise: 1
name: 基础
indicators:
  产能: {baseline: 100}
  capex: {timing: one_off}
catalogue: measures.csv
technologies:
  机器人: {requires: [meters, iot], excludes: [agv], effects: {产能: 12, capex: 30}}
  agv: {excludes: [机器人], effects: {产能: 5, capex: 10}}
groups:
  人手: {of: [机器人, agv, meters, iot], at_most: 2}
objectives: {产能: max, capex: min}
"""
MEASURES = """id,requires,产能,capex
meters,,1,2
iot,meters,4,8
mes,meters;iot,9,20
"""
WHOLE = """
optimise: 1
name: 全厂
extends: base.yaml
phases:
  - {name: "2027", limits: {capex: 20}}
  - {name: "2028", limits: {capex: 15}}
constraints:
  产量: {expr: '产能["2028"] >= 118', why: 合同}
plans:
  咨询: {adopt: {机器人: 1, agv: 1, mes: 1}}
"""


@pytest.fixture
def factory(tmp_path: Path) -> str:
    folder = tmp_path / "工 厂"
    folder.mkdir()
    (folder / "measures.csv").write_text(MEASURES, encoding="utf-8")
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    (folder / "s.yaml").write_text(WHOLE, encoding="utf-8")
    return "工 厂/s.yaml"


def typed(optimise: Optimise, command: str) -> Done:
    """Paste a line."""
    words = shlex.split(command)
    assert words[0] == "optimise"
    return optimise(*words[1:])


def answered(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_every_repair_can_be_pasted_and_runs(optimise: Optimise, factory: str) -> None:
    done = optimise("repair", factory, "--json", "--count", "6", "-q")
    assert (done.code, done.err) == (0, "")
    found = answered(done)
    assert (found["command"], found["feasible"]) == ("repair", False)
    assert len(found["repairs"]) == 6
    assert found["proven"]
    costs = [one["cost"] for one in found["repairs"]]
    assert costs == sorted(costs)
    for one in found["repairs"]:
        assert (one["enough"], one["minimal"]) == ("proven", True)
        assert typed(optimise, one["command"]).code == 0
    rules = {rule["name"]: rule for rule in found["conflict"]}
    assert rules["产量"]["text"] == '产能["2028"] >= 118'
    assert rules["产量"]["place"] == "工 厂/s.yaml:9"


@pytest.mark.parametrize(
    "keep",
    [
        ("产量", "limits.capex", "人手"),
        ("产量", "机器人", "technologies.mes.requires", "iot"),
        ("capex", "人手"),
    ],
)
def test_rules_are_left_out_by_their_place_in_a_list(
    optimise: Optimise, factory: str, keep: tuple[str, ...]
) -> None:
    words = [word for name in keep for word in ("--keep", name)]
    found = answered(optimise("repair", factory, "--json", "-q", "--count", "4", *words))
    for one in found["repairs"]:
        assert not any(change["name"] in keep for change in one["changes"])
        assert typed(optimise, one["command"]).code == 0


def test_a_reference_plan_is_made_possible(optimise: Optimise, factory: str) -> None:
    found = answered(optimise("repair", factory, "咨询", "--json", "-q"))
    assert {rule["name"] for rule in found["conflict"]} >= {
        "机器人 requires meters",
        "机器人 excludes agv",
        "mes requires iot",
    }
    (one,) = found["repairs"]
    assert found["complete"]
    paths = [change["path"] for change in one["changes"]]
    # later places of a list first: each that is removed moves those behind it
    assert paths.index("technologies.机器人.requires.1") < paths.index(
        "technologies.机器人.requires.0"
    )
    assert "technologies.agv.excludes.0" in paths
    assert typed(optimise, one["command"]).code == 0
    again = [word for change in one["changes"] for word in ("--set", change["set"])]
    assert answered(optimise("repair", factory, "咨询", "--json", "-q", *again))["feasible"] is True
    table = optimise("repair", factory, "咨询", "-q").out
    assert one["command"] in table.splitlines()


def test_run_says_at_once_what_helps(optimise: Optimise, factory: str) -> None:
    optimise("run", factory)  # whatever is compiled is compiled now
    began = time.process_time()
    done = optimise("run", factory, "-q")
    spent = time.process_time() - began
    assert (done.code, done.out) == (4, "")
    assert "What cannot hold together" in done.err
    assert "optimise run '工 厂/s.yaml' --set " in done.err
    found = answered(optimise("run", factory, "--json", "-q"))
    assert (found["command"], found["feasible"], len(found["repairs"])) == ("run", False, 1)
    assert found["repairs"][0]["enough"] == "proven"
    assert spent < 10  # of the processor; two seconds are allowed to it


def test_what_fits_needs_no_repair(optimise: Optimise) -> None:
    done = optimise("repair", "smart_manufacturing", "-q")
    assert done.code == 0
    assert "a plan fits: nothing needs to be changed" in done.out
    found = answered(optimise("repair", "smart_manufacturing", "--json", "-q"))
    assert (found["feasible"], found["conflict"], found["repairs"]) == (True, [], [])
    assert found["complete"]
    listed = answered(optimise("repair", "smart_manufacturing", "1", "--json", "-q"))
    assert listed["feasible"] is True


def test_a_rank_names_a_plan_of_the_scenario_as_it_is_written(optimise: Optimise) -> None:
    """With a smaller purse the first plan was that of the smaller purse, which needs no repair."""
    words = ("smart_manufacturing", "1", "--set-new", "--set", "constraints.purse=investment <= 8")
    found = answered(optimise("repair", *words, "--json", "-q"))
    assert found["feasible"] is False
    (change,) = found["repairs"][0]["changes"]
    assert (change["from"], change["to"]) == (8, 12)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep", "产"), "'产' is no limit that can be changed"),
        (("--price", "产量"), "'产量' is no price"),
        (("--price", "产量=0"), "0 times the price of '产量'"),
        (("--price", "产量=nan"), "times the price of '产量'"),
        (("--price", "产量=1", "--price", "产量=2"), "'产量' has two prices"),
        (("nowhere",), "no plan 'nowhere'"),
        (("mess=1",), "unknown decision 'mess'"),
    ],
)
def test_what_is_wrong_is_said(
    optimise: Optimise, factory: str, words: tuple[str, ...], said: str
) -> None:
    done = optimise("repair", factory, *words, "-q")
    assert done.code == 2
    assert said in done.err


def test_what_has_no_best_plan_is_answered_with_a_record_too(
    tmp_path: Path, optimise: Optimise
) -> None:
    """Exit code 4 for want of a finite best value left programs without a record."""
    text = (
        "optimise: 1\nname: endless\n"
        "variables: {x: {type: real, min: 0, max: .inf}, y: {type: real, min: 0, max: 3}}\n"
        "objectives: {f: {sense: maximise, expr: x + y}, g: {sense: minimise, expr: y}}\n"
    )
    Path("endless.yaml").write_text(text, encoding="utf-8")
    done = optimise("run", "endless.yaml", "--json")
    assert done.code == 4
    found = json.loads(done.out)
    asked = json.loads(optimise("repair", "endless.yaml", "--json").out)
    assert found["notes"] == ["objective 'f' has no finite best value"]
    assert {**found, "command": "repair", "notes": []} == asked
    plain = optimise("run", "endless.yaml")
    assert (plain.code, plain.out) == (4, "")
    assert plain.err.count("has no finite best value") == 1
