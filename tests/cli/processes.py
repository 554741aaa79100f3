"""Commands as processes of their own, and the files they are given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import yaml

__all__ = ["ROOT", "Done", "finished", "on_terminal", "process", "written"]

ROOT = Path(__file__).resolve().parent.parent.parent


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own, off a terminal."""
    return _started(arguments, folder, environment, subprocess.PIPE)


def on_terminal(*arguments: str, folder: Path, **environment: str) -> tuple[int, str]:
    """The exit code of a command on a terminal, and all that it shows there."""
    import pty

    ours, theirs = pty.openpty()
    started = _started(arguments, folder, environment, theirs)
    os.close(theirs)
    shown = bytearray()
    with suppress(OSError):  # Linux says so that nobody writes any longer
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    return started.wait(timeout=120), shown.decode("utf-8").replace("\r\n", "\n")


def _started(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], to: int
) -> subprocess.Popen[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder,
        env={**clean, **environment},
        stdout=to,
        stderr=to,
        encoding="utf-8",
    )


def finished(started: subprocess.Popen[str]) -> Done:
    out, err = started.communicate(timeout=120)
    return Done(started.returncode, out, err)


def written(folder: Path, **content: Any) -> str:
    path = folder / "case.yaml"
    path.write_text(
        yaml.safe_dump({"optimise": 1, "name": "case", **content}, sort_keys=False),
        encoding="utf-8",
    )
    return str(path)
