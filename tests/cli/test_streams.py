"""What goes to which stream, through pipes, in colour, and when Ctrl-C comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.processes import ROOT, finished, process, written

# ---- streams


def test_a_pipe_gets_the_whole_table_without_colour(tmp_path: Path) -> None:
    done = finished(
        process(
            "run",
            "smart_manufacturing",
            folder=tmp_path,
            COLUMNS="40",
            LC_ALL="C",
            TERM="xterm-256color",
        )
    )
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "智能制造" in done.out
    assert "iot_monitoring + iiot_warehouse + ai_scheduling" in done.out
    assert not any(line.endswith(" ") for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_can_be_forced_through_a_pipe(
    environment: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    done = finished(process("show", "production_steps", folder=tmp_path, **environment))
    assert ("\x1b[" in done.out) is coloured
    assert (
        "cutting_manual + welding_manual + inspection_manual + packing_manual + rework_on"
        in done.out
    )


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    started = process("show", "cement_plant", "--format", "json", "-q", folder=tmp_path)
    assert started.stdout is not None
    started.stdout.read(1)
    started.stdout.close()
    assert started.stderr is not None
    assert (started.stderr.read(), started.wait(timeout=120)) == ("", 0)
    started.stderr.close()


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="no device that is always full on this system"
)
@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_full_disk_behind_stdout_loses_nothing(form: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "run",
        "smart_manufacturing",
        "-o",
        "kept",
        "--format",
        form,
    ]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 2
    assert "error: cannot write to standard output: No space left on device" in done.stderr
    assert finished(process("verify", "kept", folder=tmp_path)).code == 0


@pytest.mark.skipif(os.name == "nt", reason="streams are closed otherwise there")
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_closed_streams_are_no_error(closed: str, tmp_path: Path) -> None:
    command = f'exec "$0" "$1" run smart_manufacturing -o kept {closed}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(ROOT / "cli.py")], cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert finished(process("verify", "kept", folder=tmp_path)).code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--version 2>&-", 0),
        ("--version >/dev/full", 2),
        ("--help >/dev/full", 2),
        ("--help >/dev/full 2>/dev/full", 2),
        ("--help | true", 0),
        ("run --no-such-option 2>/dev/full", 2),
        ("run --no-such-option 2>&-", 2),
        ("check wrong.yaml 2>/dev/full", 3),
        ("check wrong.yaml <&- >&- 2>&-", 3),
        ("run production_steps --csv >(true) 2> >(true)", 0),
        ("run production_steps --csv /dev/stdout | true", 0),
        ("run production_steps >/dev/null 2>/dev/full", 0),
        ("sweep production_steps -o s --vary solver.seed=1,2 --workers 2 >&- 2>&-", 0),
    ],
)
def test_no_stream_changes_an_exit_code(words: str, code: int, tmp_path: Path) -> None:
    """A full stderr or a full help text was 1; one who reads no more was 1."""
    (tmp_path / "wrong.yaml").write_text("optimise: 1\nname: wrong\n", encoding="utf-8")
    line = f'"$0" "$1" {words}; exit ${{PIPESTATUS[0]}}'
    command = ["bash", "-c", line, sys.executable, str(ROOT / "cli.py")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_keeps_what_was_found(tmp_path: Path) -> None:
    """A search that would take long is interrupted once; what it has is saved, and claimed as no
    more than it is.
    """
    technologies = {
        f"t{i}": {
            "effects": {"gain": 7 + i * 37 % 101, "cost": 11 + i * 53 % 97, "risk": 5 + i * 71 % 89}
        }
        for i in range(160)
    }
    path = written(
        tmp_path,
        indicators={"gain": {}, "cost": {}, "risk": {}},
        technologies=technologies,
        objectives={"gain": "max", "cost": "min", "risk": "min"},
    )
    started = process("run", path, "--method", "exact", "-o", "kept", folder=tmp_path)
    # its state is on the disk once it has plans, however long starting took
    for _ in range(1200):
        if (tmp_path / "kept" / "resume.json").exists() or started.poll() is not None:
            break
        time.sleep(0.1)
    started.send_signal(signal.SIGINT)
    done = finished(started)
    assert done.code == 130, done.err
    assert "stopped by an interrupt" in done.out.splitlines()[-1]
    assert "complete" not in done.out.splitlines()[-1]
    assert finished(process("verify", "kept", folder=tmp_path)).code == 0


_COUNTING = """
import runpy, sys
number = 0
def see(frame, event, about):
    global number
    number += event.endswith("call")
sys.setprofile(see)
try:
    {}
except SystemExit:
    pass
sys.setprofile(None)
print(number, file=sys.stderr)
"""


def test_help_is_fast(tmp_path: Path) -> None:
    """In calls, Python's and C's, four times importing typer and rich, and never five: under twice
    its seconds, which change with what else a machine does.
    """

    def calls(what: str, *words: str) -> int:
        command = [sys.executable, "-c", _COUNTING.format(what), *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        return int(done.stderr)

    own = calls(f"runpy.run_path({str(ROOT / 'cli.py')!r}, run_name='__main__')", "--help")
    assert own < 5 * calls("import typer, rich")


def test_a_dash_is_the_scenario_on_standard_input(tmp_path: Path) -> None:
    """Files that it names are beside where the command is; two scenarios are two runs."""
    (tmp_path / "base.yaml").write_text(BARE)
    for name in ("first", "second"):
        text = f"optimise: 1\nname: {name}\nextends: base.yaml\n"
        done = given(text, "run", "-", "-q", folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    assert sorted(one.name for one in (tmp_path / "results").iterdir()) == ["first", "second"]
    outside = "optimise: 1\nname: third\nextends: ../base.yaml\n"
    wrong = given(outside, "check", "-", folder=tmp_path)
    assert wrong.returncode == 3
    assert " --> <stdin>:3:10" in wrong.stderr + wrong.stdout
    # which gives what it has once, and is asked twice
    merged = given(BARE, "check", "-", "--show-merged", folder=tmp_path)
    assert merged.returncode == 0
    assert "# <stdin>:1" in merged.stdout
    (tmp_path / "-").write_text(BARE)
    assert given("", "check", "./-", folder=tmp_path).returncode == 0
    assert given("", "check", "-", folder=tmp_path).returncode == 3


def given(text: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command that reads a text."""
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


BARE = """optimise: 1
name: bare
indicators: {output: {}, cost: {}}
technologies:
  press: {effects: {output: 3, cost: 2}}
  robot: {effects: {output: 5, cost: 9}}
objectives: {output: maximise, cost: minimise}
"""
