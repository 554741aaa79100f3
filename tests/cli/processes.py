"""Commands as processes of their own, and the files they are given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

__all__ = ["ROOT", "Done", "finished", "process", "written"]

ROOT = Path(__file__).resolve().parent.parent.parent


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own, off a terminal."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
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
