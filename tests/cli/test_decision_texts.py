"""What is left, a step and explanations as csv and md: the numbers of the JSON, nothing cut."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from tests.cli.processes import Done

Run = Callable[..., Done]


@pytest.fixture
def saved(optimise: Run) -> str:
    optimise("run", "smart_manufacturing", "-q", "-o", "r")
    return "r"


def rows(done: Done) -> list[dict[str, str]]:
    assert done.code == 0
    return list(csv.DictReader(io.StringIO(done.out)))


def test_decide_as_csv_holds_the_plans_left(optimise: Run, saved: str) -> None:
    asked = ("decide", saved, "--order", "output,cost")
    told = json.loads(optimise(*asked, "--json").out)
    found = rows(optimise(*asked, "--format", "csv"))
    assert [row["plan"] for row in found] == told["plans"]
    assert [row["plan"] for row in found if row["first"] == "1"] == told["first"]
    for row in found:
        assert float(row["acceptability"]) == told["acceptability"][row["plan"]]
        central = told["central_weights"].get(row["plan"], {})
        assert {n: float(row[f"{n}-central"]) for n in central} == central


def test_explain_as_csv_holds_the_contributions(optimise: Run, saved: str) -> None:
    told = json.loads(optimise("explain", saved, "1", "--json").out)
    found = rows(optimise("explain", saved, "1", "--format", "csv"))
    assert {row["plan"] for row in found} == {told["plan"]["id"]}
    for name, parts in told["contributions"].items():
        own = [r for r in found if r["kind"] == "contribution" and r["objective"] == name]
        assert {r["name"]: float(r["value"]) for r in own} == {
            part["source"]: part["value"] for part in parts
        }
    given = {r["objective"]: float(r["value"]) for r in found if r["kind"] == "gives_up"}
    assert given == {name: one["by"] for name, one in told["gives_up"].items()}


@pytest.mark.parametrize(
    "question",
    [
        ("decide",),
        ("decide", "--with", "ai_scheduling"),
        ("decide", "--step", "start"),
        ("decide", "--where", "output >= 1e9"),
        ("explain", "1"),
        ("explain", "none"),
        ("explain", "ai_scheduling=1"),
    ],
)
def test_a_page_has_whole_tables(optimise: Run, saved: str, question: tuple[str, ...]) -> None:
    command, *more = question
    done = optimise(command, saved, *more, "--format", "md")
    assert done.code == 0, done.err
    assert done.out.startswith("## ")
    assert "\n\n\n" not in done.out
    tables = [block for block in done.out.split("\n\n") if block.startswith("|")]
    for table in tables:
        assert len({line.replace("\\|", "").count("|") for line in table.splitlines()}) == 1
    assert optimise(command, saved, *more, "--format", "csv").code == 0


def test_a_step_as_csv_holds_its_points(optimise: Run, saved: str) -> None:
    told = json.loads(optimise("decide", saved, "--step", "start", "--json").out)
    found = rows(optimise("decide", saved, "--step", "start", "--format", "csv"))
    assert [int(row["point"]) for row in found] == [point["id"] for point in told["points"]]
    for row, point in zip(found, told["points"], strict=True):
        assert row["state"] == told["state"]
        for name, ends in point["reachable"].items():
            assert [float(row[f"{name}-from"]), float(row[f"{name}-to"])] == ends
