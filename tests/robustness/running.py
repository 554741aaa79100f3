"""Commands as processes: how they ended, what they said and cost, what they left on the disk."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PATIENCE", "ROOT", "Ended", "Server", "environment", "finished", "program", "snapshot"]

ROOT = Path(__file__).resolve().parents[2]
# Processor seconds after which a command is killed: what is asked of it is less.
PATIENCE = 22.0
# Of what a command says, so many bytes are looked at.
_READ = 5_000_000
_BUSY = 12.0  # a machine may be as many times slower as it has other work


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        words: its command line.
        code: exit code; negative for a signal; None where it had to be killed.
        out, err: what it said.
        seconds: of the processor.
        memory: most bytes at once; 0 where not measured.
        left: files in the folder for temporary files.
        length: characters said, of which out and err may be the first ones only.
    """

    words: tuple[str, ...]
    code: int | None
    out: str
    err: str
    seconds: float = 0.0
    memory: int = 0
    left: tuple[str, ...] = ()
    length: int = 0


def environment(**more: str) -> dict[str, str]:
    """Variables of a command off a terminal, the checkout's own package first."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTEST_CURRENT_TEST")
    }
    own = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**clean, **own, **more}


def program(*arguments: str) -> list[str]:
    """The command line of a real process."""
    return [sys.executable, str(ROOT / "cli.py"), *arguments]


def finished(command: Sequence[str], folder: Path, /, *, seconds: int = 120, **more: str) -> Ended:
    """Run a process to its end, its streams into pipes.

    Args:
        seconds: of the processor after which it is killed: other work on the machine is no fault.
    """
    with tempfile.TemporaryDirectory() as temporary:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=environment(TMPDIR=temporary, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # the first limit is told apart from a kill that a case sends itself
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds + 5))
        code: int | None
        try:
            out, err = process.communicate(timeout=_BUSY * seconds)
            code = None if process.returncode == -signal.SIGXCPU else process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            code = None
        left = tuple(sorted(os.listdir(temporary)))
    return Ended(tuple(command), code, _text(out), _text(err), left=left)


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _beginning(path: Path) -> str:
    with path.open("rb") as file:
        return _text(file.read(_READ))


def snapshot(folder: Path, /) -> Mapping[str, str]:
    """Relative path -> hash of the content, of every file and folder below."""
    found: dict[str, str] = {}
    for base, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(base, name)
            key = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                found[key] = "-"
            else:
                found[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _unprivileged() -> list[str]:
    """What to put before a command so that permissions hold for it, too."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return []
    powers = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}"]


class Server:
    """Commands without the cost of imports; used as a context."""

    def __init__(self) -> None:
        self._streams = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
        self._streams.cleanup()

    def run(self, folder: Path, /, *arguments: str, limit: float = PATIENCE) -> Ended:
        """Run ``optimise`` with these arguments in a folder.

        Args:
            limit: processor seconds after which it is killed.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                [*_unprivileged(), sys.executable, "-m", "tests.robustness.serving"],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        place = Path(self._streams.name)
        temporary = place / "temporary"
        temporary.mkdir(exist_ok=True)
        request = {
            "arguments": arguments,
            "folder": str(folder),
            "out": str(place / "out"),
            "err": str(place / "err"),
            "temporary": str(temporary),
            "limit": limit,
        }
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        # what a failed command says of itself goes with it
        traces = [
            path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(temporary.glob("optimise-error-*"))
        ]
        left = tuple(sorted(os.listdir(temporary)))
        for name in left:
            (temporary / name).unlink()
        return Ended(
            ("optimise", *arguments),
            answer["code"],
            _beginning(place / "out"),
            "\n".join([_beginning(place / "err"), *traces]),
            answer["seconds"],
            answer["memory"],
            left,
            sum((place / name).stat().st_size for name in ("out", "err")),
        )
