"""Every exit code of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimiser import study
from optimiser.errors import InfeasibleError, InterruptedRun, OptimiseError, UnboundedError
from optimiser.front import Proof
from optimiser.study import solving
from tests.cli.processes import Done, written

# ---- exit codes


def test_usage_is_2(optimise: Callable[..., Done], tmp_path: Path) -> None:
    for arguments in (
        ["run"],
        ["run", "nowhere.yaml"],
        ["run", "production_steps", "--method", "magic"],
        ["run", "production_steps", "--seed", "x"],
        ["run", "production_steps", "--seed", "-1"],
        ["run", "production_steps", "--top", "0"],
        ["run", "production_steps", "--top", "3", "--format", "csv"],
        ["run", "production_steps", "--require", "some"],
        ["run", "production_steps", "--colour", "never"],
        ["walk"],
        ["show", "nowhere"],
        ["show", "production_steps", "p0000"],
        ["show", "production_steps", "p", "--format", "csv"],
        ["rank", "production_steps", "--weights", "tyme=1"],
        ["export", "production_steps", "-o", "plans.txt"],
        ["export", "production_steps"],
        ["init", str(tmp_path), "--template", "nothing"],
        ["check", "nowhere.yaml"],
        ["serve", "-"],
        ["serve", str(tmp_path)],  # it waited for a save that could not come
    ):
        done = optimise(*arguments)
        assert done.code == 2, arguments
        assert "rror" in done.err, arguments
        assert "Traceback" not in done.err
    for command in ("show", "compare", "verify"):  # a result might have been meant
        words = [command, "nowhere", "nowhere"] if command == "compare" else [command, "nowhere"]
        assert "there is no result or scenario 'nowhere'\n" in optimise(*words).err
    assert "there is no scenario 'nowhere'\n" in optimise("run", "nowhere").err


def test_an_invalid_scenario_is_3(optimise: Callable[..., Done], tmp_path: Path) -> None:
    path = written(tmp_path, objectives={"speed": "max"}, typo=1)
    for arguments in (["run", path], ["check", path], ["compare", path, path], ["show", path]):
        done = optimise(*arguments)
        assert done.code == 3
        blocks = done.err.count("error[")
        assert f"{blocks} errors" in done.err
        assert "help: " in done.err or "= " in done.err


def test_a_damaged_result_is_3(optimise: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text("{}", encoding="utf-8")
    for command in ("show", "verify", "rank"):
        done = optimise(command, str(tmp_path))
        assert done.code == 3
        assert "error[R001]" in done.err


def test_infeasible_and_unbounded_are_4(optimise: Callable[..., Done], tmp_path: Path) -> None:
    done = optimise("run", "production_steps", "--set-new", "--set", "constraints.never=time <= 1")
    assert (done.code, done.out) == (4, "")
    assert "'never'" in done.err
    assert InfeasibleError.exit_code == UnboundedError.exit_code == 4
    variables = {
        "a": {"type": "real", "min": 0, "max": float("inf")},
        "b": {"type": "real", "min": 0, "max": 1},
    }
    objectives = {"up": {"sense": "max", "expr": "a"}, "down": {"sense": "min", "expr": "b"}}
    done = optimise("run", written(tmp_path, variables=variables, objectives=objectives))
    assert done.code == 4
    assert "'up'" in done.err
    assert not (tmp_path / "results").exists()


def test_a_failed_gate_is_5(optimise: Callable[..., Done]) -> None:
    worse = ["compare", "production_steps", "production_steps", "--fail-on", "lost-plans:0"]
    assert optimise(*worse).code == 0
    optimise("run", "production_steps", "-q", "-o", "base")
    slow = ("--set-new", "--set", "constraints.slow=time >= 40")
    optimise("run", "production_steps", "-q", "-o", "new", *slow)
    done = optimise(
        "compare",
        "base",
        "new",
        "--fail-on",
        "lost-plans:0",
        "--fail-on",
        "best.time:1%",
        "--fail-on",
        "best.cost:0",
    )
    assert done.code == 5
    assert [
        line.split()[0] for line in done.out.splitlines() if line.startswith(("pass", "FAIL"))
    ] == ["FAIL", "FAIL", "pass"]
    assert "2 gates failed: lost-plans:0, best.time:1%" in done.err
    assert optimise("compare", "new", "base", "--fail-on", "lost-plans:0").code == 0
    assert optimise("compare", "base", "new", "--fail-on", "speed:0").code == 3
    assert optimise("compare", "base", "production_steps", "new").code == 0


def test_a_failed_verification_is_5(optimise: Callable[..., Done], tmp_path: Path) -> None:
    optimise("run", "production_steps", "-q", "-o", "r")
    assert optimise("verify", "r").code == 0
    path = tmp_path / "r/result.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"time": 30.0', '"time": 29.0'), encoding="utf-8"
    )
    done = optimise("verify", "r")
    assert done.code == 5
    assert "time is listed as 29.0, the scenario gives 30.0" in done.out
    assert "does not hold: plan p" in done.err
    assert json.loads(optimise("verify", "r", "--json").out)["verified"] is False


def test_a_missing_proof_is_6_and_the_result_is_there(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    done = optimise(
        "run",
        "production_steps",
        "--method",
        "evolutionary",
        "--require",
        "covering",
        "--time-limit",
        "2",
    )
    assert done.code == 6
    assert "not covering as required" in done.err
    assert (tmp_path / "results/production_steps/result.json").is_file()
    assert optimise("run", "production_steps", "--require", "complete").code == 0
    assert optimise("run", "production_steps", "--require", "covering").code == 0


def test_an_interrupted_run_is_130_and_saved(
    optimise: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = solving._front

    def interrupted(*arguments: Any) -> Any:
        return replace(original(*arguments), proof=Proof("approximate", stopped="interrupted"))

    monkeypatch.setattr(solving, "_front", interrupted)
    done = optimise("run", "production_steps", "--require", "complete")
    assert done.code == 130
    assert "approximate: no proof (stopped by an interrupt)" in done.out
    assert (tmp_path / "results/production_steps/front.csv").is_file()


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), 130), (InterruptedRun("interrupted"), 130), (MemoryError(), 2)],
)
def test_what_stops_a_run_early(
    error: BaseException, code: int, optimise: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(study, "solve", fail)
    assert optimise("run", "production_steps").code == code


def test_a_bug_says_how_to_report_it(
    optimise: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("3 / 0")

    monkeypatch.setattr(study, "solve", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = optimise("run", "production_steps")
    assert done.code == OptimiseError.exit_code == 1
    assert "internal error: ZeroDivisionError: 3 / 0" in done.err
    assert "please report it" in done.err
    assert "Traceback" not in done.err
    (saved,) = tmp_path.glob("optimise-error-*.txt")
    assert str(saved) in done.err.replace("\n", "")
    assert "in fail" in saved.read_text(encoding="utf-8")
    assert "Traceback" in optimise("run", "production_steps", "-v").err


def test_an_unwritable_place_is_2_and_the_plans_are_printed(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "results").write_text("", encoding="utf-8")
    done = optimise("run", "production_steps")
    assert done.code == 2
    assert "complete: 10 of 10, proven" in done.out
    assert "cannot write" in done.err
    assert "saved" not in done.err
