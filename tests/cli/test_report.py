"""`report` as a planner types it."""

from __future__ import annotations

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
