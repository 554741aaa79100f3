"""What an executor is, and the one that works here.

A task is a value and its work a function of it; both can be sent to another process or machine, so
that the same work may be done by processes, a cluster, or shards. Whoever asks gets the answer of a
task when it is there, in any order, each task once; what has not come when no more comes was
interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from optimiser import interrupts
from optimiser.errors import InterruptedRun

__all__ = ["Executor", "Lost", "OneByOne"]

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Lost:
    """The answer of a task that killed every worker it was given to.

    Attributes:
        attempts: how many.
    """

    attempts: int


class Executor(Protocol):
    """Works on tasks.

    Attributes:
        retried: how many tasks had to be begun again, so far.
    """

    retried: int

    def answers(
        self, work: Callable[[_Task], _Answer], tasks: Sequence[_Task], /
    ) -> Iterator[tuple[int, _Answer | Lost]]:
        """The places of tasks with their answers, as they come.

        What the work raises is raised here, but for ``InterruptedRun``, which ends it like a signal
        does: what is there was handed out, the rest does not come.
        """
        ...


class OneByOne:
    """Works on one task after the other, in this process."""

    retried = 0

    def answers(
        self, work: Callable[[_Task], _Answer], tasks: Sequence[_Task], /
    ) -> Iterator[tuple[int, _Answer | Lost]]:
        """The places of tasks with their answers, in order."""
        stopped: list[bool] = []
        with interrupts.asking(lambda: stopped.append(True), found=lambda: True):
            for place, task in enumerate(tasks):
                # a search within the work may have been asked to stop in place of this
                if stopped or interrupts.noted():
                    return
                try:
                    answer = work(task)
                except InterruptedRun:
                    return
                yield place, answer
