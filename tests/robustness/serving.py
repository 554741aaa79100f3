"""A process with the libraries loaded that forks for every command, so that thousands of commands
cost no thousands of imports: ``python -m tests.robustness.serving``, a request a line.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import optimiser

__all__: list[str] = []

_HOUSE = "optimiser."
# what functions import
_LIBRARIES = ("numpy", "scipy.optimize", "pydantic", "yaml", "rich.console", "openpyxl", "moocore")

# far above what any command may use, so that a fault does not take the machine along
_ADDRESSES = 8 << 30
_BUSY = 12.0  # a machine may be as many times slower as it has other work
_SERVED = 1.0  # seconds for which a page is served


def _processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _become(request: dict[str, Any]) -> None:
    """Make this fresh child the command that was asked for."""
    folder = Path(request["folder"])
    os.chdir(folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for stream, name in enumerate((os.devnull, request["out"], request["err"])):
        handle = os.open(name, flags if stream else os.O_RDONLY)
        os.dup2(handle, stream)
        os.close(handle)
    os.environ["TMPDIR"] = request["temporary"]
    tempfile.tempdir = None
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = ["optimise", *request["arguments"]]


def _watched(pid: int, limit: float, serves: Path | None) -> dict[str, Any]:
    """Wait for a child; kill it when it has had its time, interrupt it once it serves."""
    start, late, pause = time.monotonic(), False, 0.002
    first = 0.0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        spent, waited = _processor_seconds(pid), time.monotonic() - start
        if not late and (spent > limit or waited > _BUSY * limit):
            late = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        if serves is not None and serves.exists() and serves.stat().st_size:
            first = first or time.monotonic()
            if time.monotonic() > first + _SERVED:
                serves = None
                os.kill(pid, signal.SIGINT)
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
    return {
        "code": None if late else os.waitstatus_to_exitcode(status),
        "seconds": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
    }


def _serve() -> None:
    from optimiser.__main__ import main

    for name in [*_LIBRARIES, *(one.name for one in walk_packages(optimiser.__path__, _HOUSE))]:
        if not name.endswith("__main__"):
            importlib.import_module(name)

    while line := sys.stdin.readline():
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(request)
            main()
            sys.exit(0)
        serves = Path(request["out"]) if request["arguments"][:1] == ["serve"] else None
        print(json.dumps(_watched(pid, request["limit"], serves)), flush=True)


if __name__ == "__main__":
    _serve()
