"""Work that processes are given in tests; what is only for one process is a file beside it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from optimiser.errors import InterruptedRun, UsageError

__all__ = ["Deadly", "Logged", "Odd", "Slow", "StillBorn", "square"]


def square(number: int) -> int:
    """The plainest work."""
    return number * number


@dataclass(frozen=True)
class Logged:
    """Notes every task that it begins, in a file a process."""

    folder: Path

    def __call__(self, number: int) -> int:
        with (self.folder / str(os.getpid())).open("a") as file:
            file.write(f"{number}\n")
        return number


@dataclass(frozen=True)
class Deadly:
    """Some tasks kill the process: once, or whenever they are tried."""

    folder: Path
    once: frozenset[int]
    always: frozenset[int] = frozenset()

    def __call__(self, number: int) -> int:
        mark = self.folder / f"died-{number}"
        if number in self.always or (number in self.once and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), 9)
        return number


@dataclass(frozen=True)
class Odd:
    """Refuses what is even."""

    kind: str

    def __call__(self, number: int) -> int:
        if number % 2:
            return number
        if self.kind == "interrupted":
            raise InterruptedRun("")
        if self.kind == "usage":
            raise UsageError("even", help="take an odd one")
        raise LookupError("even")


@dataclass(frozen=True)
class Slow:
    """Takes its time, and says on stdout what it does."""

    seconds: float

    def __call__(self, number: int) -> int:
        os.write(1, b"busy\n")
        time.sleep(self.seconds)
        return number


class StillBorn:
    """Kills the process that receives it."""

    def __call__(self, number: int) -> int:
        return number

    def __getstate__(self) -> dict[str, int]:
        return {"any": 1}

    def __setstate__(self, state: dict[str, int]) -> None:
        os._exit(1)
