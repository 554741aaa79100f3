"""The process that solves, from outside: begun, heard, ended."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, Final

from optimiser.reports.serving.solving import Task
from optimiser.sweeps.processes import apart

__all__ = ["SolverProcess"]

_MODULE: Final = "optimiser.reports.serving"
_ANSWERS: Final = ("solved", "failed")  # after which a process is free


class SolverProcess:
    """Solves one task at a time: the next one ends that which is being solved."""

    def __init__(self) -> None:
        self._heard: queue.Queue[tuple[_Process, str, Any]] = queue.Queue()
        self._process: _Process | None = None
        self.busy = False

    def begin(self, task: Task, /) -> None:
        """Solve this, and nothing else any more."""
        if self.busy:
            self.end()
        if self._process is None:
            self._process = _Process(self._heard)
        self.busy = True
        self._process.send(task)

    def heard(self, seconds: float, /) -> Iterator[tuple[str, Any]]:
        """What comes within so many seconds, as kinds with values; ``lost`` is the end of the
        process.
        """
        with suppress(queue.Empty):
            process, kind, value = self._heard.get(timeout=seconds)
            if process is not self._process:
                return  # of before
            if kind == "lost":
                self.end()
            elif kind in _ANSWERS:
                self.busy = False
            yield kind, value

    def end(self) -> None:
        """Stop what is being solved."""
        if self._process is not None:
            self._process.end()
        self._process, self.busy = None, False


class _Process:
    """One process, and a thread that hears it."""

    def __init__(self, heard: queue.Queue[tuple[_Process, str, Any]]) -> None:
        # a signal of the terminal is for the one who asked: a group of its own keeps it off
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            **apart(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin
        self._thread = threading.Thread(
            target=self._hear, args=(self._process.stdout, heard), daemon=True
        )
        self._thread.start()

    def _hear(self, output: IO[bytes], heard: queue.Queue[tuple[_Process, str, Any]]) -> None:
        # whatever cannot be read of it ends it
        with suppress(Exception), output:
            while True:
                kind, value = pickle.load(output)
                heard.put((self, kind, value))
        heard.put((self, "lost", None))

    def send(self, task: Task) -> None:
        data = pickle.dumps(task)
        # what cannot be written is noticed where its end is heard
        with suppress(OSError):
            self._input.write(len(data).to_bytes(8, "big") + data)
            self._input.flush()

    def end(self) -> None:
        self._process.kill()
        with suppress(OSError):
            self._input.close()
        self._process.wait()
        self._thread.join()
