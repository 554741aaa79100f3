"""Many tasks at once: who works on them, and what comes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from optimiser.sweeps.executors import Executor, Lost, OneByOne
from optimiser.sweeps.processes import Processes

__all__ = ["Counted", "Executor", "Lost", "OneByOne", "Processes", "executor"]

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")


def executor(workers: int, /, *, cluster: str | None = None) -> Executor:
    """The executor for so many workers of this machine, of which one works in this process; or for
    those of a Dask scheduler at an address.
    """
    if cluster is not None:
        from optimiser.sweeps.cluster import DaskCluster

        return DaskCluster(cluster)
    return OneByOne() if workers == 1 else Processes(workers)


@dataclass(frozen=True)
class Counted:
    """The answers of an executor as questions about results take them: without those that were
    lost, and counted.

    Attributes:
        executor: works on the tasks.
        on_progress: is told how many of how many are done.
    """

    executor: Executor
    on_progress: Callable[[int, int], None]

    def __call__(
        self, work: Callable[[_Task], _Answer], tasks: Sequence[_Task], /
    ) -> Iterator[tuple[int, _Answer]]:
        """Work on every task."""
        for done, (place, answer) in enumerate(self.executor.answers(work, tasks), 1):
            self.on_progress(done, len(tasks))
            if not isinstance(answer, Lost):
                yield place, answer
