"""A system that gives a process little: what is lacking is said in a line, and is no bug."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from optimiser import interrupts
from optimiser.render import Terminal, report
from tests.cli.processes import ROOT, Done

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits are set otherwise there")

_LIMITED = """\
import resource, sys
resource.setrlimit(resource.{limit}, ({value}, resource.getrlimit(resource.{limit})[1]))
sys.path.insert(0, {root!r})
sys.argv = ["optimise", *{words!r}]
from optimiser.__main__ import main
main()
"""


def limited(folder: Path, limit: str, value: int, *words: str) -> Done:
    """How a command ends that may use so much."""
    script = _LIMITED.format(limit=limit, value=value, root=str(ROOT), words=words)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_without_files_to_start_with_one_line_says_so(tmp_path: Path) -> None:
    """It was a traceback, and exit code 1."""
    done = limited(tmp_path, "RLIMIT_NOFILE", 4, "scenarios")
    assert done == (2, "", "error: cannot start: Too many open files\n")


def test_the_end_of_its_seconds_is_heard(tmp_path: Path) -> None:
    """A limit of `ulimit -t` or of a batch system lost the plans that were found."""
    words = ("run", "factory_roadmap", "--method", "exact", "--time-limit", "60", "-o", "kept")
    done = limited(tmp_path, "RLIMIT_CPU", 4, *words, "--no-cache")
    assert done.code == interrupts.EXIT_CODE, done.err
    assert done.err.startswith("stopping…\n")
    assert {"front.csv", "result.json"} <= set(os.listdir(tmp_path / "kept"))


def test_used_up_memory_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(MemoryError(), Terminal()) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: the memory that this process may have is used up\n  = help: ")
