"""A text is as long as somebody writes it, and no longer: what shows one need not bound it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from optimiser.errors import ScenarioError, UsageError
from optimiser.findings import Diagnostic
from optimiser.results import Result
from optimiser.results.printable import LONGEST_TEXT
from optimiser.results.store import changed_words, runs
from optimiser.scenario import load
from optimiser.scenario.format.fields import LONGEST_ID
from optimiser.study import solve

SCENARIO: dict[str, Any] = {
    "optimise": 1,
    "name": "texts",
    "indicators": {"cost": {}, "gain": {}},
    "objectives": {"gain": "maximise", "cost": "minimise"},
    "constraints": {"budget": {"expr": "cost <= 4"}},
    "technologies": {
        "a": {"effects": {"cost": 2, "gain": 5}},
        "b": {"effects": {"cost": 3, "gain": 4}},
    },
    "phases": [{"name": "one"}],
    "plans": {"now": {"adopt": {"a": 1}}},
}
#: where a text may stand, and how long it may be
PLACES: dict[tuple[str | int, ...], int] = {
    ("title",): 1_000,
    ("description",): LONGEST_TEXT,
    ("source",): LONGEST_TEXT,
    ("indicators", "cost", "title"): 1_000,
    ("indicators", "cost", "unit"): 1_000,
    ("technologies", "a", "title"): 1_000,
    ("technologies", "a", "layer"): 1_000,
    ("constraints", "budget", "why"): LONGEST_TEXT,
    ("constraints", "budget", "title"): 1_000,
    ("plans", "now", "title"): 1_000,
    ("name",): LONGEST_ID,
    ("phases", 0, "name"): LONGEST_ID,
}


def with_text(path: tuple[str | int, ...], text: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps(SCENARIO))
    holder: Any = whole
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = text
    return whole


def refused(folder: Path, written: dict[str, Any]) -> Diagnostic:
    file = folder / "long.yaml"
    file.write_text(json.dumps(written, indent=1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    (found,) = caught.value.diagnostics
    assert len(str(caught.value)) < 3_000
    return found


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_a_text_beyond_all_use_is_refused_where_it_stands(
    tmp_path: Path, path: tuple[str | int, ...]
) -> None:
    most = PLACES[path]
    load(with_text(path, "字" * most))
    found = refused(tmp_path, with_text(path, "字" * (most + 1)))
    assert found.code == "S003"
    assert f"has {most + 1:,} characters; at most {most:,} are read" in found.message
    assert found.line
    assert found.help


def test_an_id_beyond_all_use_is_refused_where_it_stands(tmp_path: Path) -> None:
    written = json.loads(json.dumps(SCENARIO))
    del written["phases"]
    written["technologies"]["t" * LONGEST_ID] = {"effects": {"cost": 1, "gain": 1}}
    load(written)
    written["technologies"]["t" * (LONGEST_ID + 1)] = {"effects": {"cost": 1, "gain": 2}}
    found = refused(tmp_path, written)
    assert (found.code, bool(found.line)) == ("S018", True)
    assert "has 256 characters; at most 255 are read" in found.message


def _csv(file: Path, title: str) -> None:
    file.write_text(f"id,title,cost,gain\nc,{title},1,1\n", encoding="utf-8")


def _workbook(file: Path, title: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "title", "cost", "gain"])
    book.active.append(["c", title, 1, 1])
    book.save(file)


@pytest.mark.parametrize(("name", "write"), [("t.csv", _csv), ("t.xlsx", _workbook)])
def test_so_is_one_of_a_table(tmp_path: Path, name: str, write: Callable[..., None]) -> None:
    """A workbook of 31 kB with a title of 30,000 characters in a thousand rows made 30 MB of
    table.
    """
    write(tmp_path / name, "x" * 30_000)
    found = refused(tmp_path, {**SCENARIO, "catalogue": name})
    assert found.code == "S003"
    assert name in found.file
    assert (found.line, found.column) in ((2, 3), (2, 2))


@pytest.mark.parametrize(
    "path",
    [
        ("objectives", 0, "title"),
        ("scenario", "title"),
        ("proof", "note"),
        ("decisions", 0),
        ("plans", 0, "id"),
        ("plans", 0, "decisions", "a"),
        ("solver",),
        ("options", "method"),
        ("versions", "optimise"),
        ("reference_plans", 0, "name"),
        ("overrides", "at"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_so_is_one_of_a_result(tmp_path: Path, path: tuple[str | int, ...]) -> None:
    folder = tmp_path / "run"
    solve(load(SCENARIO)).save(folder)
    whole: Any = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = "x" * 3_000_000
    (folder / "result.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises((ScenarioError, UsageError)) as caught:
        Result.load(folder)
    assert len(str(caught.value)) < 3_000
    for run in runs(tmp_path):
        words = [run.scenario, run.solver, changed_words({"set": [], "at": run.at, "robust": None})]
        assert max(map(len, words)) < LONGEST_TEXT


def test_a_message_is_no_longer_than_anybody_reads() -> None:
    error = UsageError("x" * 3_000_000, help="y" * 3_000_000)
    assert max(len(str(error)), len(error.message), len(error.help)) < 11_000
    found = Diagnostic("S001", "error", f"no '{'x' * 3_000_000}'", help="y" * 3_000_000)
    assert len(str(found)) < 3_000
