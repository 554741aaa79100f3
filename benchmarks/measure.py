"""One child process per measurement: its answer, its CPU seconds, its peak memory, and an end to
it.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Measured", "cpu", "median", "run"]

_SHORT = 5.0
_PAUSE = 0.05


@dataclass(frozen=True)
class Measured:
    """What a child did.

    Attributes:
        answer: the JSON it printed; empty where it gave none.
        cpu: CPU seconds of the whole process, workers it waited for included.
        memory: its peak in MB.
        failure: "" or why there is no answer; "limit" where its time was over.
    """

    answer: Mapping[str, Any] = field(default_factory=dict)
    cpu: float = 0.0
    memory: float = 0.0
    failure: str = ""


def run(command: Sequence[str], /, *, limit: float, path: str = "") -> Measured:
    """Run a command that prints JSON.

    Args:
        command: program and arguments; the child limits its own CPU seconds.
        limit: those CPU seconds; after five times as many on the clock (and two minutes) the child
            is ended from here.
        path: its PYTHONPATH.
    """
    environment = os.environ | {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": path,
    }
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            child = subprocess.Popen(
                command, stdout=out, stderr=err, env=environment, start_new_session=True
            )
        except OSError as error:
            return Measured(failure=f"{command[0]}: {error.strerror}")
        try:
            code, used, late = _wait(child, time.monotonic() + 5 * limit + 120)
        except (
            BaseException
        ):  # Ctrl-C reaches this process only: the child has a session of its own
            os.killpg(child.pid, signal.SIGKILL)
            raise
        cpu, memory = (
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20),
        )
        out.seek(0)
        err.seek(0)
        lines, said = out.read().decode().splitlines(), err.read().decode().split("\n")
    if code == 0 and lines:
        return Measured(json.loads(lines[-1]), cpu, memory)
    if late or code == -signal.SIGXCPU or cpu >= limit:
        return Measured({}, cpu, memory, "limit")
    words = [line for line in said if line.strip()]
    return Measured({}, cpu, memory, words[-1].strip() if words else f"ended with code {code}")


def _wait(child: subprocess.Popen[bytes], until: float, /) -> tuple[int, Any, bool]:
    """The child's code, what it used, and whether it had to be ended."""
    while True:
        done, status, used = os.wait4(child.pid, os.WNOHANG)
        if done:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, used, False
        if time.monotonic() > until:
            os.killpg(child.pid, signal.SIGKILL)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, used, True
        time.sleep(_PAUSE)


def median(
    command: Sequence[str], /, *, limit: float, path: str = "", repeats: int = 3
) -> Measured:
    """The run with the median of the answers' CPU seconds; one run only where the first is not
    short.
    """
    runs = [run(command, limit=limit, path=path)]
    if runs[0].answer and runs[0].answer["cpu"] < _SHORT:
        runs += [run(command, limit=limit, path=path) for _ in range(repeats - 1)]
    good = [one for one in runs if one.answer]
    if not good:
        return runs[0]
    return sorted(good, key=lambda one: float(one.answer["cpu"]))[(len(good) - 1) // 2]


def cpu(*statements: str, times: int = 7) -> list[float]:
    """Median CPU seconds of a fresh interpreter for each of some statements, taken in turns.

    Modules are compiled beforehand, as those of an installed package are: the first turn, which
    does that, is not counted.
    """
    seconds: list[list[float]] = [[] for _ in statements]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
        }
        environment |= {"PYTHONPYCACHEPREFIX": folder, "OPENBLAS_NUM_THREADS": "1"}
        for turn in range(times + 1):
            for statement, found in zip(statements, seconds, strict=True):
                used = _used(statement, environment)
                if turn:
                    found.append(used)
    return [statistics.median(found) for found in seconds]


def _used(statement: str, environment: Mapping[str, str], /) -> float:
    command = [sys.executable, "-c", statement]
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    assert child.stderr is not None
    said = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    if child.returncode:
        sys.exit(f"{statement}\n{said}")
    return used.ru_utime + used.ru_stime
