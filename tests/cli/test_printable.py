"""What a title holds is text: in no command and no format does it steer a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from optimiser.reports import chart_of, picture_of
from optimiser.reports.chart import Chart, ChartAxis, Panel, Points, Text
from optimiser.results.printable import printable
from optimiser.scenario import load
from optimiser.study import solve
from tests.cli.processes import Done

_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ORDER = "\x1b[31m\x1b]0;owned\x07\x9b2J\x7f\u202e\u2066::error::x\x08"
_FORMATS = {
    "check": ("github", "json"),
    "run": ("json", "csv", "md"),
    "show": ("json", "csv", "md"),
    "rank": ("json", "csv", "md"),
    "assess": ("json", "csv", "md"),
    "verify": ("json",),
    "compare": ("json", "csv", "md", "junit", "github"),
}


def steering(folder: Path) -> None:
    def text(words: str) -> str:
        return f"{words} {_ORDER}"

    content = {
        "optimise": 1,
        "name": "inject",
        "title": text("title"),
        "description": text("description"),
        "source": text("source"),
        "indicators": {
            "cost": {"title": text("Cost"), "unit": text("CNY")},
            "out": {"title": text("Output"), "unit": text("t")},
        },
        "technologies": {
            "a": {"title": text("A"), "layer": text("floor"), "effects": {"cost": 1, "out": 2}},
            "b": {
                "title": text("B"),
                "levels": {
                    "x": {"title": text("X"), "effects": {"cost": 2, "out": 3}},
                    "y": {"effects": {"cost": 3, "out": 5}},
                },
            },
        },
        "objectives": {
            "cost": {"sense": "minimise", "title": text("Cost")},
            "out": {"sense": "maximise", "title": text("Output")},
        },
        "constraints": {"cap": {"expr": "cost <= 3", "why": text("why")}},
        "plans": {"p": {"title": text("P"), "adopt": {"a": 1, "b": "y"}}},
    }
    case = yaml.safe_dump(content, sort_keys=False)
    (folder / "case.yaml").write_text(case, encoding="utf-8")
    wrong = {**content, "gates": [text("gate")], text("odd"): 1}
    (folder / "wrong.yaml").write_text(yaml.safe_dump(wrong), encoding="utf-8")


def test_no_title_steers_a_terminal(optimise: Callable[..., Done], tmp_path: Path) -> None:
    """Escape codes passed through Markdown, CSV, JUnit and annotations."""
    steering(tmp_path)
    assert optimise("run", "case.yaml", "-o", "r").code == 0
    operands = {"check": ["case.yaml"], "run": ["case.yaml", "-o", "r"], "compare": ["r", "r"]}
    commands = [
        [name, *operands.get(name, ["r"]), "--format", form]
        for name, forms in _FORMATS.items()
        for form in forms
    ]
    commands += [[name, *operands.get(name, ["r"])] for name in _FORMATS]
    commands += [["check", "wrong.yaml", "--format", form] for form in ("github", "json")]
    commands += [["check", "wrong.yaml"], ["check", "case.yaml", "--show-merged"]]
    commands += [["show", "r", "1"], ["assess", "case.yaml"], ["run", f"{_ORDER}.yaml"]]
    commands += [["export", "r", "-o", f"out{suffix}"] for suffix in (".md", ".csv", ".json")]
    for words in commands:
        done = optimise(*words)
        assert done.code in (0, 2, 3), (words, done.err)
        assert not _STEERING.search(done.out + done.err), words
    assert optimise("report", "r", "-o", "page.html").code == 0
    window = re.search("<title>.*", (tmp_path / "page.html").read_text(encoding="utf-8"))
    assert window is not None
    assert not _STEERING.search(window[0])
    for path in [*tmp_path.glob("out.*"), *(tmp_path / "r").glob("*.*s*")]:
        assert not _STEERING.search(path.read_text(encoding="utf-8")), path.name
    document = json.loads((tmp_path / "r" / "result.json").read_text(encoding="utf-8"))
    assert document["scenario"]["title"] == f"title {_ORDER}"


@pytest.mark.parametrize("character", ["\x1b", "\x9b", "\x7f", "\u202e", "\u2028", "\ud800"])
def test_json_reads_what_was_spelled_out(character: str) -> None:
    text = printable(json.dumps(f"a{character}b", ensure_ascii=False))
    assert not _STEERING.search(text)
    assert json.loads(text) == f"a{character}b"


def test_ordinary_text_stays() -> None:
    text = "智能制造 é\t1\r\n\u200b👩\u200d🔬"
    assert printable(text) == text


def test_pictures_hold_what_xml_can(tmp_path: Path) -> None:
    """A title with an order to the terminal made a picture that no browser shows."""
    steering(tmp_path)
    found = solve(load(tmp_path / "case.yaml"))
    hostile = f"{_ORDER}]]></title><script>x</script>\ufffe"
    axes = (ChartAxis("", 0, 100), ChartAxis("", 0, 100))
    marks = (Points("plan", (1,), (1,), hints=(hostile,)), Text("ink", 1, 9, hostile))
    sheet = Chart("sheet", hostile, (Panel(axes, marks, "sheet"),))
    for chart in (chart_of(found), chart_of(found, "technologies"), sheet):
        text = picture_of(chart, ".svg").decode("utf-8")
        assert not _STEERING.search(text)
        assert "<script" not in text
        ElementTree.fromstring(text)
