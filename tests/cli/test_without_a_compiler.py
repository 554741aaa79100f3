"""An installation that was built where there was no C++ compiler works, and says what it lacks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import Done, written

Run = Callable[..., Done]

WITHOUT = "this installation was built without a C++ compiler"
# more combinations than are enumerated
MODEL: dict[str, Any] = {
    "indicators": {"gain": {}, "cost": {}},
    "technologies": {f"t{i}": {"effects": {"gain": 1 + i % 2, "cost": 2 + i}} for i in range(26)},
    "objectives": {"gain": "max", "cost": "min"},
    "constraints": {"affordable": {"expr": "cost <= 150"}},
}


@pytest.fixture(autouse=True)
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("exact.kernel", "labels", "nonlinear"):
        monkeypatch.setitem(sys.modules, f"optimiser.engine.{room}._native", None)


def test_the_version_says_so(optimise: Run) -> None:
    assert optimise("--version").out.splitlines()[1:] == [
        "built without a C++ compiler: no method 'labels', and 'exact' by HiGHS alone"
    ]


def test_a_front_is_complete_by_highs(optimise: Run, tmp_path: Path) -> None:
    done = optimise("run", written(tmp_path, **MODEL), "-o", "found")
    assert done.code == 0
    assert f"{WITHOUT}: HiGHS took every sub-problem" in done.out
    assert "proven" in done.out


def test_a_front_is_certified_all_the_same(optimise: Run, tmp_path: Path) -> None:
    few = {**MODEL, "technologies": dict([*MODEL["technologies"].items()][:8])}
    assert optimise("run", written(tmp_path, **few), "-o", "found", "--certificate").code == 0
    assert optimise("verify", "found", "--proof").code == 0


def test_labels_declines(optimise: Run, tmp_path: Path) -> None:
    done = optimise("run", written(tmp_path, **MODEL), "--method", "labels")
    assert done.code == 2
    assert WITHOUT in done.err
