"""`report` as a planner types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser.commands import COMMANDS
from tests.cli.processes import Done

Optimise = Callable[..., Done]


def test_a_page_is_written_replaced_and_said(optimise: Optimise, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    done = optimise("report", "weighted_example", "-o", str(file))
    assert (done.code, done.out) == (0, "")
    assert str(file) in done.err
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>\n<!-- written by optimise -->")
    assert '<html lang="en">' in text
    assert optimise("report", "weighted_example", "-o", str(file), "--lang", "zh").code == 0
    assert '<html lang="zh">' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["page.csv", "page", "page.html.txt"])
def test_a_page_is_html(name: str, optimise: Optimise, tmp_path: Path) -> None:
    done = optimise("report", "weighted_example", "-o", str(tmp_path / name))
    assert done.code == 2
    assert ".html" in done.err
    assert list(tmp_path.glob("page*")) == []


def test_a_page_of_others_stays(optimise: Optimise, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><p>mine", encoding="utf-8")
    assert optimise("report", "weighted_example", "-o", str(file)).code == 2
    assert file.read_text(encoding="utf-8").endswith("mine")
    assert optimise("report", "weighted_example", "-o", str(file), "--overwrite").code == 0
    assert len(file.read_bytes()) > 600_000


def test_a_page_needs_a_place(optimise: Optimise, tmp_path: Path) -> None:
    assert optimise("report", "weighted_example").code == 2
    nowhere = tmp_path / "nowhere" / "page.html"
    done = optimise("report", "weighted_example", "-o", str(nowhere))
    assert done.code in (0, 2)
    assert (done.code == 0) is nowhere.exists()


def test_the_command_is_one_of_them() -> None:
    assert COMMANDS["report"] == "report"


UNCERTAIN = """
optimise: 1
name: case
indicators: {output: {}, cost: {}}
parameters: {price: {value: 2, low: 1, high: 4}}
technologies: {a: {effects: {output: 1, cost: price}}, b: {effects: {output: 2, cost: 3}}}
objectives: {output: maximise, cost: minimise}
constraints: {some: output >= 1}
"""


def test_answers_get_sections_and_pictures(optimise: Optimise, tmp_path: Path) -> None:
    """What `robust` and `repair` wrote, of the same scenario and whole."""
    (tmp_path / "case.yaml").write_text(UNCERTAIN, encoding="utf-8")
    answer, page = tmp_path / "answer.json", tmp_path / "page.html"
    said = optimise("robust", "case.yaml", "--samples", "64", "--json")
    answer.write_text(said.out, encoding="utf-8")
    assert optimise("report", "case.yaml", "--answer", str(answer), "-o", str(page)).code == 0
    text = page.read_text(encoding="utf-8")
    first = json.loads(said.out)["plans"][0]["id"]
    assert f'"robust":{{"samples":64,"rows":[["{first}"' in text
    assert '"kind":"tornado"' in text
    for kind in ("tornado", "ranges"):
        words = ("plot", "case.yaml", "--kind", kind, "-o", f"{kind}.svg", "--overwrite")
        assert optimise(*words, "--answer", "answer.json").code == 0
        drawn = (tmp_path / f"{kind}.svg").read_text(encoding="utf-8")
        assert optimise(*words).code == 0
        again = (tmp_path / f"{kind}.svg").read_text(encoding="utf-8")
        # of more samples; indices are drawn from samples of their own
        assert (again == drawn) is (kind == "tornado")
    repairs = optimise("repair", "case.yaml", "--json")
    (tmp_path / "repair.json").write_text(repairs.out, encoding="utf-8")
    words = ("report", "case.yaml", "-o", "page.html", "--answer", "answer.json", "--answer")
    assert optimise(*words, "repair.json").code == 0
    assert optimise(*words, "answer.json").code == 2
    assert optimise("plot", "case.yaml", "-o", "x.svg", "--answer", "repair.json").code == 2
    assert optimise("plot", "case.yaml", "-o", "x.svg", "--kind", "core", *words[4:6]).code == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"p95"', '"p96"'),
        ('"command": "robust"', '"command": "decide"'),
        ('"plans": [', '"plans": 3, "others": ['),
        ('"scenario_hash": "', '"scenario_hash": "0'),
        ("{", "[" * 100_000),
        ("{", "\x00"),
        ('"reference": null', '"reference": {"a": 1}'),
        ('"feasible": 1.0', '"feasible": 1e999'),
        ('"notes": [', '"notes": [1e999, "\\ud800", '),
    ],
)
def test_an_answer_is_whole_and_of_this_scenario(
    old: str, new: str, optimise: Optimise, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(UNCERTAIN, encoding="utf-8")
    said = optimise("robust", "case.yaml", "--samples", "16", "--json").out
    assert old in said
    (tmp_path / "answer.json").write_text(said.replace(old, new), encoding="utf-8")
    done = optimise("report", "case.yaml", "--answer", "answer.json", "-o", "page.html")
    assert done.code == 2
    assert not (tmp_path / "page.html").exists()
    assert optimise("report", "case.yaml", "--answer", "no.json", "-o", "page.html").code == 2
