"""The process that solves, from outside: begun, heard, ended."""

from __future__ import annotations

import pickle
import queue
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from optimiser.reports.serving.solving import Task
from optimiser.sweeps.child import Child

__all__ = ["SolverProcess"]

_MODULE: Final = "optimiser.reports.serving"
_ANSWERS: Final = ("solved", "failed")  # after which a process is free


class SolverProcess:
    """Solves one task at a time: the next one ends that which is being solved."""

    def __init__(self) -> None:
        # what a process says, with its number; None where it has ended
        self._heard: queue.Queue[tuple[int, tuple[str, Any] | None]] = queue.Queue()
        self._process: Child | None = None
        self._number = 0
        self.busy = False

    def begin(self, task: Task, /) -> None:
        """Solve this, and nothing else any more."""
        if self.busy:
            self.end()
        if self._process is None:
            self._number = number = self._number + 1
            self._process = Child(_MODULE, lambda said: self._heard.put((number, said)))
        self.busy = True
        self._process.send(pickle.dumps(task))

    def heard(self, seconds: float, /) -> Iterator[tuple[str, Any]]:
        """What comes within so many seconds, as kinds with values; ``lost`` is the end of the
        process.
        """
        with suppress(queue.Empty):
            number, said = self._heard.get(timeout=seconds)
            if self._process is None or number != self._number:
                return  # of before
            kind, value = said or ("lost", None)
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
