"""Exports at the command line: what is written, what is refused, what verify says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done

Run = Callable[..., Done]


@pytest.fixture
def saved(optimise: Run) -> str:
    assert optimise("run", "production_steps", "-o", "steps").code == 0
    return "steps"


def test_exports_are_verified_and_changed_ones_fail(
    optimise: Run, saved: str, tmp_path: Path
) -> None:
    assert optimise("export", saved, "-o", "a.xlsx").code == 0
    assert optimise("export", saved, "-o", "a.csv", "--for", "excel", "--decimal", ",").code == 0
    for scenario in ("production_steps", saved):
        assert optimise("verify", "a.xlsx", "a.csv", "--scenario", scenario).code == 0
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    first = text.splitlines()[1]
    (tmp_path / "b.csv").write_text(text.replace(first, first.replace(";1;", ";2;", 1)))
    for scenario in ("production_steps", saved):
        done = optimise("verify", "b.csv", "--scenario", scenario, "--json")
        assert done.code == 5
        assert not json.loads(done.out)["verified"]
    assert optimise("verify", saved, "--scenario", "production_steps").code == 0
    assert optimise("verify", saved, "--scenario", "weighted_example").code == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "steps", "-o", "a.md", "--for", "excel"], "--for excel with '.md'"),
        (["export", "steps", "-o", "a.csv", "--decimal", ","], "--decimal without --for excel"),
        (
            ["export", "steps", "-o", "a.csv", "--for", "excel", "--decimal", ";"],
            "';' is no decimal mark",
        ),
        (["verify", "steps/front.csv"], "holds plans, and not the scenario"),
        (["verify", "steps/front.csv", "--scenario", "steps", "--proof"], "--proof and --by"),
        (
            ["verify", "steps/front.csv", "--scenario", "production_steps", "--seed", "1"],
            "--seed with",
        ),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(
    words: list[str], said: str, optimise: Run, saved: str
) -> None:
    done = optimise(*words)
    assert done.code == 2
    assert said in done.err


def test_a_foreign_file_is_kept(optimise: Run, saved: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 of somebody")
    assert optimise("export", saved, "-o", "a.xlsx").code == 2
    assert optimise("export", saved, "-o", "a.xlsx", "--overwrite").code == 0
    assert optimise("export", saved, "-o", "a.xlsx").code == 0
