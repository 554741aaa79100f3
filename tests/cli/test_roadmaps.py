"""Roadmaps as a planner sees them: phase by phase, in tables and in what is written for other
programs.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done

#: all three technologies: the two platforms take the first purse, scheduling the second
EVERYTHING = [
    ("2027", "iot_monitoring; iiot_warehouse", "7", "7"),
    ("2028", "ai_scheduling", "5", "5"),
]


@pytest.fixture
def best(optimise: Callable[..., Done]) -> str:
    """The id of the plan with the best rank of a run that is saved."""
    done = optimise("run", "smart_manufacturing_phases", "-q", "--format", "csv")
    return done.out.splitlines()[1].split(",")[0]


def test_a_run_shows_the_roadmap_of_its_best_plan(optimise: Callable[..., Done]) -> None:
    lines = optimise("run", "smart_manufacturing_phases", "-q").out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("roadmap of p"))
    shown = [line.split() for line in lines[place:] if line.startswith(("2027: ", "2028: "))]
    assert [line[-3:] for line in shown] == [["7", "of", "7"], ["5", "of", "5"]]
    assert "iot_monitoring," in shown[0]
    assert "iot_monitoring" not in shown[1]


def test_one_plan_as_a_table_for_a_spreadsheet(optimise: Callable[..., Done], best: str) -> None:
    text = optimise("show", "results/smart_manufacturing_phases", best, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [
        (r["phase"], r["starts"], r["investment"], r["investment available"]) for r in rows
    ] == EVERYTHING
    assert [(r["output"], r["energy"], r["cost"]) for r in rows] == [
        ("9", "-6", "-6"),
        ("20", "-15", "-10"),
    ]


def test_what_is_left_moves_on_with_carry_over(optimise: Callable[..., Done]) -> None:
    done = optimise("run", "smart_manufacturing_phases", "-q", "--set", "carry_over=true", "--json")
    for plan in json.loads(done.out)["plans"]:
        first, second = plan["phases"]
        assert second["available"]["investment"] == 5 + 7 - first["indicators"]["investment"]
        assert (
            first["indicators"]["investment"] + second["indicators"]["investment"]
            == plan["objectives"]["investment"]
        )


def test_a_page_holds_roadmaps(optimise: Callable[..., Done], best: str, tmp_path: Path) -> None:
    assert optimise("export", "results/smart_manufacturing_phases", "-o", "front.md").code == 0
    text = (tmp_path / "front.md").read_text(encoding="utf-8")
    assert f"### Roadmap of `{best}`, rank 1" in text
    assert "| 2028 | ai\\_scheduling | 20 | -15 | -10 | 5 of 5 |" in text
    assert (
        "| 2028 | ai\\_scheduling | 20 |"
        in optimise("show", "results/smart_manufacturing_phases", best, "--format", "md").out
    )


def test_a_plan_without_phases_has_no_roadmap(optimise: Callable[..., Done]) -> None:
    optimise("run", "production_steps", "-q")
    best = (
        optimise("show", "results/production_steps", "--format", "csv")
        .out.splitlines()[1]
        .split(",")[0]
    )
    done = optimise("show", "results/production_steps", best, "--format", "csv")
    assert done.code == 2
    assert "without phases" in done.err


def test_phases_that_were_changed_by_hand_are_found(
    optimise: Callable[..., Done], best: str, tmp_path: Path
) -> None:
    file = tmp_path / "results" / "smart_manufacturing_phases" / "result.json"
    assert optimise("verify", "results/smart_manufacturing_phases").code == 0
    text = file.read_text(encoding="utf-8")
    changed = text.replace('"starts": {"ai_scheduling": "1"}', '"starts": {}')
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    done = optimise("verify", "results/smart_manufacturing_phases")
    assert done.code == 5
    assert f"plan {best}: its phases are not what its decisions lead to" in done.err + done.out
