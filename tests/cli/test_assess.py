"""`assess` and `--at` as a planner types them: what is printed, what is written, and the exit
codes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser.analysis import overlay
from optimiser.errors import UsageError
from tests.cli.processes import Done, finished, process

Optimise = Callable[..., Done]

TEXT = """\
optimise: 1
name: plant
title: "[red]Plant[/] 1"
parameters: {uptake: {value: 0.9, low: 0.5, high: 1}}
indicators: {output: {baseline: 100, unit: kt}, cost: {unit: M CNY}}
technologies:
  iot: {effects: {output: {percent: 5 * uptake}, cost: 2}}
  ai: {requires: [iot], levels: {pilot: {effects: {output: 2}}, full: {effects: {output: 7, cost: 3}}}}
  pv: {effects: {output: -1, cost: 1}}
objectives: {output: maximise, cost: minimise}
"""

ROWS = """\
plan,indicator,measured
iot,output,105
iot,output,105.4
iot; ai=full,cost,5
"""

GOLDEN = """\
[red]Plant[/] 1 (plant)

Each technology alone, against nothing adopted
            output ↑  cost ↓
technology        kt   M CNY  on the front
──────────────────────────────────────────
iot             +4.5      +2        66.7 %
ai (pilot)      +2.0       0        33.3 %
ai (full)       +7.0      +3        33.3 %
pv              -1.0      +1         never

With what it needs
            output ↑  cost ↓
technology        kt   M CNY  needs
───────────────────────────────────
ai (pilot)      +6.5      +2  iot
ai (full)      +11.5      +5  iot

Better by (-: worse by) for 1 M CNY more of cost, with what it needs
            output ↑
technology        kt
────────────────────
iot            +2.25
ai (pilot)     +3.25
ai (full)      +2.30
pv             -1.00

technology
───────────────────────
iot         enables  ai

in some: iot, ai
in none: pv

What decides: the best ranked plan with it, against the best one without it
                                                    output ↑  cost ↓
technology  in plans  with it        without it           kt   M CNY
────────────────────────────────────────────────────────────────────
iot           66.7 %  p9b8b4ca52c45  pe3b0c44298fc      +6.5      +2
ai            66.7 %  p9b8b4ca52c45  pe3b0c44298fc      +6.5      +2

Of the plans looked at: the best value of those with it, and of those without it
            output with ↑  output without ↑  cost with ↓  cost without ↓
technology             kt                kt        M CNY           M CNY
────────────────────────────────────────────────────────────────────────
iot                 111.5             100.0            2               0
ai                  111.5             100.0            2               0

on the front: the share of its 3 plans that adopt the technology
note: of plans with equal objectives only the listed one is looked at
complete: 3 of 3, proven
"""

LEARNT = """\
[red]Plant[/] 1 (plant)

output [kt]
in place  forecast  measured  difference  relative  n  significance
────────────────────────────────────────────────────────────────────────────
iot          104.5     105.2        +0.7   +0.67 %  2  p 0.18, may be chance

cost [M CNY]
in place      forecast  measured  difference  relative  n  significance
──────────────────────────────────────────────────────────────────────────
iot; ai=full         5         5           0   +0.00 %  1  one observation

Effects that explain the outcomes
effect of  on      forecast  learnt  difference  n  significance
─────────────────────────────────────────────────────────────────────────
iot        output     4.5 %   5.2 %      +0.7 %  2  p 0.18, may be chance
iot        cost           2       2           0  1  not identified
ai (full)  cost           3       3           0  1  not identified

p: how likely a difference of this size or more is by chance, where the forecast is right (Student's t test)
of one observation no significance can be stated
"""


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    (tmp_path / "outcome.csv").write_text(ROWS, encoding="utf-8")
    path = tmp_path / "plant.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def stripped(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_the_table_through_a_pipe(plant: Path) -> None:
    done = finished(process("assess", "plant.yaml", folder=plant.parent, COLUMNS="80"))
    assert (done.code, stripped(done.out)) == (0, GOLDEN)
    assert max(map(len, done.out.splitlines())) <= 80


def test_what_was_learnt_through_a_pipe(plant: Path) -> None:
    done = finished(
        process("assess", "plant.yaml", "--measured", "outcome.csv", folder=plant.parent)
    )
    assert (done.code, stripped(done.out), done.err) == (0, LEARNT, "")


def test_for_other_programs(plant: Path, optimise: Optimise) -> None:
    found = json.loads(optimise("assess", "plant.yaml", "--json").out)
    ai = next(one for one in found["technologies"] if one["mode"] == "full")
    assert (ai["alone"], ai["needs"], ai["gains"]) == (
        {"output": 7.0, "cost": 3.0},
        {"iot": "1"},
        {"cost": {"output": 2.3}},
    )
    assert (found["cost"], found["front"]) == ("cost", {"plans": 3, "status": "complete"})
    lines = optimise("assess", "plant.yaml", "--format", "csv").out.splitlines()
    assert lines[0] == "technology,mode,indicator,unit,alone,needs,together,gain,gain_per,share"
    assert lines[5] == "ai,full,output,kt,7,iot=1,11.5,2.3,cost,0.3333333333333333"
    assert (
        "| ai (full) | +7 | +3 | iot | 33.3 % |"
        in optimise("assess", "plant.yaml", "--format", "md").out
    )
    learnt = json.loads(optimise("assess", "plant.yaml", "--measured", "outcome.csv", "--json").out)
    assert (learnt["outcomes"][0]["n"], learnt["outcomes"][1]["p"]) == (2, None)
    assert learnt["effects"][0]["path"] == "technologies.iot.effects.output"
    assert (
        optimise("assess", "plant.yaml", "--measured", "outcome.csv", "--format", "csv")
        .out.splitlines()[2]
        .startswith("iot; ai=full,cost,,value,5,5,0,1,")
    )
    assert (
        "| iot | output | 104.5 | 105.2 |"
        in optimise("assess", "plant.yaml", "--measured", "outcome.csv", "--format", "md").out
    )


def test_a_sheet_of_outcomes_that_is_not_read_is_told(plant: Path, optimise: Optimise) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("plan", "indicator", "measured"), ("iot", "output", 105)):
        book.worksheets[0].append(row)
    book.create_sheet("More").append(("iot", "output", 99))
    book.save(plant.parent / "outcome.xlsx")
    done = optimise("assess", "plant.yaml", "--measured", "outcome.xlsx")
    assert done.code == 0
    assert "warning[S130]: only the sheet 'Sheet' is read, and not 'More'" in done.err


def test_the_next_plan_starts_from_what_was_learnt(plant: Path, optimise: Optimise) -> None:
    assert (
        optimise("assess", "plant.yaml", "--measured", "outcome.csv", "-o", "learnt.yaml").code == 0
    )
    assert "(5 * uptake) + 0.7" in (plant.parent / "learnt.yaml").read_text(encoding="utf-8")
    assert optimise("check", "learnt.yaml").out == "learnt.yaml: valid\n"
    found = json.loads(optimise("run", "learnt.yaml", "--json").out)
    assert max(plan["objectives"]["output"] for plan in found["plans"]) == pytest.approx(112.2)
    again = optimise("assess", "plant.yaml", "--measured", "outcome.csv", "-o", "learnt.yaml")
    assert (again.code, "learnt.yaml is there already" in again.err, again.out) == (2, True, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("assess", "nowhere"), 2),
        (("assess", "plant.yaml", "--measured", "nowhere.csv"), 2),
        (("assess", "plant.yaml", "-o", "x.yaml"), 2),
        (("assess", "plant.yaml", "--measured", "outcome.csv", "--significance", "0.05"), 2),
        (
            (
                "assess",
                "plant.yaml",
                "--measured",
                "outcome.csv",
                "-o",
                "x.yaml",
                "--significance",
                "5",
            ),
            2,
        ),
        (("assess", "plant.yaml", "--measured", "outcome.csv", "--seed", "3"), 2),
        (("assess", "plant.yaml", "--measured", "plant.yaml"), 3),
        (("assess", "plant.yaml", "--set", "technologies.iot.effects.outptu=1"), 3),
        (("assess", "plant.yaml", "--set-new", "--set", "constraints.k=cost <= -1"), 4),
        (("assess", "fusion_linear"), 2),
        (("assess", "plant.yaml", "--at", "middle"), 2),
        (("run", "plant.yaml", "--at", "outcome.csv"), 3),
        (("check", "plant.yaml", "--at", "low"), 0),
    ],
)
def test_exit_codes(plant: Path, optimise: Optimise, arguments: tuple[str, ...], code: int) -> None:
    done = optimise(*arguments)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    assert not (plant.parent / "x.yaml").exists()


def test_a_run_says_where_its_parameters_were(plant: Path, optimise: Optimise) -> None:
    """In the table, in the result; `verify` needs nothing else, and a result keeps saying it."""
    done = optimise("run", "plant.yaml", "--at", "low", "-o", "low")
    assert "at: low (uncertain parameters at the low end of their ranges)" in done.out
    document = json.loads((plant.parent / "low" / "result.json").read_text(encoding="utf-8"))
    assert document["options"]["at"] == "low"
    assert document["overrides"] == {"set": [], "at": "low"}
    assert document["scenario"]["parameters"]["uptake"] == {"value": "0.5"}
    best = max(plan["objectives"]["output"] for plan in document["plans"])
    assert best == 100 + 5 * 0.5 + 7
    assert optimise("verify", "low").code == 0
    assert "at: low" in optimise("show", "low").out
    assert "at: low" in optimise("rank", "low", "--weights", "cost=1").out
    assert "at:" not in optimise("run", "plant.yaml").out
    compared = optimise("compare", "plant.yaml", "low")
    assert "NEW   low: " in compared.out
    assert "at: low" in compared.out
    assert "uncertain parameters: their own values in BASE, low in NEW" in compared.out


def test_at_solves_a_result_again_and_saves_nothing(plant: Path, optimise: Optimise) -> None:
    assert optimise("run", "plant.yaml", "-o", "r").code == 0
    before = {path: path.read_bytes() for path in plant.parent.rglob("*") if path.is_file()}
    done = optimise("show", "r", "--at", "low")
    assert done.code == 0
    assert "parameters.uptake.value: 0.9 → 0.5" in done.out
    assert "of these 3 are still efficient, proven; 0 are dominated now" in done.out
    found = json.loads(optimise("show", "r", "--at", "low", "--json").out)
    assert found["overrides"] == {"set": [], "at": "low"}
    (change,) = found["what_if"]["changes"]
    assert change == {
        "path": "parameters.uptake.value",
        "from": 0.9,
        "to": 0.5,
        "by": -0.4,
        "set": "parameters.uptake.value=0.5",
    }
    first = found["what_if"]["plans"][0]
    assert (first["becomes"], first["proven"]) == ("efficient", True)
    assert first["objectives"]["output"] == {"from": 106.5, "to": 104.5, "by": -2.0}
    assert {path: path.read_bytes() for path in plant.parent.rglob("*") if path.is_file()} == before


def test_a_saved_result_is_assessed_as_it_is(plant: Path, optimise: Optimise) -> None:
    assert optimise("run", "plant.yaml", "-o", "r").code == 0
    assert optimise("assess", "r").out == optimise("assess", "plant.yaml").out
    found = json.loads(optimise("assess", "r", "--best", "1", "--json").out)
    assert (found["command"], found["choices"]["plans"]) == ("assess", 1)
    assert (found["choices"]["core"], found["choices"]["out"]) == (["iot", "ai"], ["pv"])
    assert optimise("assess", "r", "--seed", "3").code == 2
    assert optimise("assess", "plant.yaml", "--measured", "outcome.csv", "--best", "3").code == 2


def test_what_was_learnt_is_printed_where_it_cannot_be_written(
    optimise: Optimise, plant: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the answer was lost."""

    def full(*_: object, **__: object) -> None:
        raise UsageError("cannot write learnt.yaml: No space left on device")

    monkeypatch.setattr(overlay, "write_overlay", full)
    done = optimise("assess", "plant.yaml", "--measured", "outcome.csv", "-o", "learnt.yaml")
    assert done.code == 2
    assert "forecast  measured" in done.out
    assert "No space left on device" in done.err
    assert "written" not in done.err
