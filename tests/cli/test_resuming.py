"""A run that was killed, stopped or mistaken for another one, and the run that goes on from it."""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import finished, process, written

SMALL: dict[str, Any] = {
    "indicators": {"out": {}, "cost": {}},
    "technologies": {
        f"t{i}": {"effects": {"out": 7 * i % 5 + 1, "cost": 3 * i % 7 + 1}} for i in range(6)
    },
    "objectives": {"out": "max", "cost": "min"},
}


def large() -> dict[str, Any]:
    """A front that takes several seconds, also where nothing else runs."""
    r = random.Random(5)
    effects = [{"out": r.randint(10, 200), "cost": r.randint(10, 200)} for _ in range(320)]
    return {
        "indicators": {"out": {}, "cost": {}},
        "technologies": {f"t{i}": {"effects": effect} for i, effect in enumerate(effects)},
        "objectives": {"out": "max", "cost": "min"},
        "constraints": {"budget": "cost <= 12000"},
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    scenario = written(tmp_path, **large())
    started = process("run", scenario, "-o", "killed", folder=tmp_path)
    state = tmp_path / "killed" / "resume.json"
    deadline = time.monotonic() + 100.0
    while not state.exists() and time.monotonic() < deadline and started.poll() is None:
        time.sleep(0.02)
    assert started.poll() is None, "the run was over before it was killed"
    started.send_signal(signal.SIGKILL)
    assert finished(started).code == -signal.SIGKILL
    known = json.loads(state.read_text(encoding="utf-8"))["plans"]["shape"][0]
    assert known > 0
    assert not (tmp_path / "killed" / "result.json").exists()
    again = finished(process("run", scenario, "-o", "killed", "--resume", folder=tmp_path))
    whole = finished(process("run", scenario, "-o", "whole", folder=tmp_path))
    assert (again.code, whole.code) == (0, 0)
    assert not state.exists()
    csv = [
        (tmp_path / folder / "front.csv").read_text(encoding="utf-8")
        for folder in ("killed", "whole")
    ]
    assert csv[0] == csv[1]
    proofs = [
        json.loads((tmp_path / f / "result.json").read_text(encoding="utf-8"))["proof"]
        for f in ("killed", "whole")
    ]
    assert proofs[0] == proofs[1]
    assert proofs[0]["status"] == "complete"


def test_without_a_state_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    done = finished(process("run", written(tmp_path, **SMALL), "--resume", folder=tmp_path))
    assert done.code == 2
    assert "there is nothing to go on with" in done.err
    assert "-o" in done.err


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            '{"resume": 1, "scenario_hash": "another", "shape": [0, 6], "plans": ""}',
            "another scenario",
        ),
        ('{"resume": 99}', "another"),
        ('{"resume": 1', "cannot be read"),
        ("[]", "cannot be read"),
        ("\x00", "cannot be read"),
    ],
)
def test_a_state_that_does_not_belong_here_is_refused(
    tmp_path: Path, content: str, expected: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "resume.json").write_text(content, encoding="utf-8")
    done = finished(
        process("run", written(tmp_path, **SMALL), "-o", "out", "--resume", folder=tmp_path)
    )
    assert done.code == 2
    assert expected in done.err
    assert "leave out --resume" in done.err


@pytest.mark.parametrize(
    "option", [("--points", "3"), ("--gap", "0.1"), ("--method", "evolutionary")]
)
def test_only_a_search_for_all_plans_can_go_on(tmp_path: Path, option: tuple[str, str]) -> None:
    done = finished(
        process("run", written(tmp_path, **SMALL), "--resume", *option, folder=tmp_path)
    )
    assert done.code == 2
    assert "--resume goes on with the search for all plans" in done.err
