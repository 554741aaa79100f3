"""The command plot."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from optimiser.commands.plot import Drawing
from optimiser.reports import KINDS, fonts
from tests.cli.processes import Done

Optimise = Callable[..., Done]
CASE = """
optimise: 1
name: case
indicators: {output: {}, cost: {}}
technologies: {a: {effects: {output: 1, cost: 1}}, b: {effects: {output: 2, cost: 3}}}
objectives: {output: maximise, cost: minimise}
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


def test_pictures_of_every_format(optimise: Optimise, case: Path, tmp_path: Path) -> None:
    for suffix, begin in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        done = optimise("plot", str(case), "-o", f"front{suffix}")
        assert (done.code, done.out) == (0, "")
        assert f"written: front{suffix}" in done.err
        content = (tmp_path / f"front{suffix}").read_bytes()
        assert content.startswith(begin)
        # its own file may be replaced
        assert optimise("plot", str(case), "-o", f"front{suffix}", "--theme", "dark").code == 0
        assert (tmp_path / f"front{suffix}").read_bytes() != content


def test_kinds_on_the_command_line_are_those_there_are() -> None:
    choice = get_args(get_type_hints(Drawing)["kind"])[0]
    assert list(get_args(choice)) == list(KINDS)


def test_size_kind_and_objectives(optimise: Optimise, case: Path, tmp_path: Path) -> None:
    words = ("--kind", "front", "--objectives", "cost, output", "--size", "640x480")
    assert optimise("plot", str(case), "-o", "a.png", *words).code == 0
    assert struct.unpack(">II", (tmp_path / "a.png").read_bytes()[16:24]) == (640, 480)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "a.gif"), "name a file that ends in .png, .svg or .pdf"),
        (("-o", "a"), "no suffix, so no format"),
        (("-o", "a.png", "--objectives", "costs"), "did you mean 'cost'?"),
        (("-o", "a.png", "--kind", "roadmap"), "the scenario has no phases"),
        (("-o", "a.png", "--size", "wide"), "not a width and a height"),
        (("-o", "a.png", "--plan", "9"), "plan"),
        (("-o", "a.png", "--plan", "1"), "not of one plan"),
        (("-o", "no/a.png"), "there is no folder"),
    ],
)
def test_mistakes(
    optimise: Optimise, case: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = optimise("plot", str(case), *words)
    assert done.code == 2
    assert said in done.err
    assert not [*tmp_path.glob("a*")]


def test_what_is_there_is_not_replaced(optimise: Optimise, case: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(b"\x89PNG of somebody")
    done = optimise("plot", str(case), "-o", "mine.png")
    assert done.code == 2
    assert "optimise did not write it" in done.err
    assert optimise("plot", str(case), "-o", "mine.png", "--overwrite").code == 0
    case.rename(tmp_path / "case.svg")
    (tmp_path / "top.yaml").write_text("extends: case.svg\nname: top\noptimise: 1\n")
    done = optimise("plot", "top.yaml", "-o", "case.svg", "--overwrite")
    assert done.code == 2, done.err
    assert (tmp_path / "case.svg").read_text(encoding="utf-8") == CASE


def test_a_typed_plan_has_a_roadmap(optimise: Optimise, tmp_path: Path) -> None:
    words = ("plot", "smart_manufacturing_phases", "--kind", "roadmap", "-o")
    assert optimise(*words, "one.svg", "--plan", "iot_monitoring=1@2028").code == 0
    text = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert "Real-time monitoring by IoT" in text
    assert "Warehouse on the industrial internet" not in text


def test_chinese_words(optimise: Optimise, case: Path, tmp_path: Path) -> None:
    assert optimise("plot", str(case), "-o", "zh.svg", "--lang", "zh").code == 0
    assert "按权重排第一" in (tmp_path / "zh.svg").read_text(encoding="utf-8")


def test_a_warning_where_no_font_has_the_letters(
    optimise: Optimise, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "installed_families", lambda: ("DejaVu Sans",))
    fonts._letters.cache_clear()
    case.write_text(CASE.replace("name: case", "name: case\ntitle: 智能"), encoding="utf-8")
    done = optimise("plot", str(case), "-o", "a.png")
    fonts._letters.cache_clear()
    assert done.code == 0
    assert "warning: no font here has 智能" in done.err
    assert "Noto Sans CJK" in done.err
    assert "智" not in optimise("plot", str(case), "-o", "a.svg").err
