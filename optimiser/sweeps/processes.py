"""Processes on this machine.

Each worker is a fresh Python process that is given the work once and then batches of tasks, as many
as take about five seconds, and sends back every answer by itself: when it dies, what it answered
stays, the task that it was at is tried again a few times, and the others of its batch go to others
as if nothing had been. A worker ends with its input, and so with whoever started it.
"""

from __future__ import annotations

import pickle
import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from optimiser import interrupts, language
from optimiser.blas import ONE_THREAD
from optimiser.errors import InterruptedRun, UsageError
from optimiser.language import tr
from optimiser.paths import reason
from optimiser.sweeps.child import Child
from optimiser.sweeps.executors import Lost

__all__ = ["Processes"]

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")

_SECONDS: Final = 5.0  # that a batch takes: long against sending it, short against a run
_ATTEMPTS: Final = 3
_LOOK: Final = 0.1  # seconds between two looks for a signal
_STEPS: Final = 2  # the last batches are this much smaller than an even share
_MODULE: Final = "optimiser.sweeps.worker"


class Processes:
    """Works on tasks in so many processes at once."""

    def __init__(self, workers: int, /) -> None:
        self.workers = workers
        self.retried = 0

    def answers(
        self, work: Callable[[_Task], _Answer], tasks: Sequence[_Task], /
    ) -> Iterator[tuple[int, _Answer | Lost]]:
        """The places of tasks with their answers, as they come."""
        run = _Run(self, pickle.dumps((language.spoken(), work)), tasks)
        stopped: list[bool] = []
        with interrupts.asking(lambda: stopped.append(True), found=lambda: True):
            try:
                run.start(min(self.workers, len(tasks)))
                while run.open and not stopped:
                    yield from run.heard(_LOOK)
            except InterruptedRun:
                return
            finally:
                run.end()


class _Run:
    """The tasks of one call and the workers on them."""

    def __init__(self, owner: Processes, work: bytes, tasks: Sequence[Any]) -> None:
        self._owner, self._work, self._tasks = owner, work, tasks
        self._waiting = deque(range(len(tasks)))
        self._attempts = dict.fromkeys(range(len(tasks)), 0)
        self._inbox: queue.Queue[tuple[_Worker, Any]] = queue.Queue()
        self._workers: list[_Worker] = []
        self._seconds, self._answered, self._failed = 0.0, 0, 0
        self.open = len(tasks)

    def start(self, workers: int) -> None:
        for _ in range(workers):
            self._hire()

    def _hire(self) -> None:
        """One more worker; where the system has no room for it, those that are there do without."""
        try:
            self._workers.append(_Worker(self._work, self._inbox))
        except OSError as error:
            if not self._workers:
                raise UsageError(
                    tr("a worker process cannot be started: {reason}", reason=reason(error)),
                    help=tr("use --workers 1"),
                ) from error

    def end(self) -> None:
        for worker in self._workers:
            worker.end()

    def heard(self, seconds: float) -> Iterator[tuple[int, Any]]:
        """What one message brings, if one comes in time."""
        try:
            worker, message = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return
        if message is None:
            yield from self._died(worker)
            return
        kind, value = message
        if kind == "raised":
            raise value
        if kind == "answer":
            place = worker.batch.popleft()
            now = time.monotonic()
            self._seconds += now - worker.since
            worker.since = now
            self._answered += 1
            self.open -= 1
            yield place, value
        if not worker.batch:
            worker.ready = True
            self._give(worker)

    def _give(self, worker: _Worker) -> None:
        """A batch of what waits."""
        share = -(-len(self._waiting) // (_STEPS * len(self._workers)))
        wanted = int(_SECONDS * self._answered / self._seconds) if self._seconds else 1
        count = max(1, min(share, wanted))
        batch = [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]
        if batch:
            worker.send([self._tasks[place] for place in batch], deque(batch))

    def _died(self, worker: _Worker) -> Iterator[tuple[int, Any]]:
        worker.end()
        self._workers.remove(worker)
        if not worker.ready:
            self._failed += 1
            if self._failed >= _ATTEMPTS:
                raise UsageError(
                    tr("a worker process cannot be started"), help=tr("use --workers 1")
                )
        elif worker.batch:
            place = worker.batch.popleft()
            self._waiting.extendleft(reversed(worker.batch))
            self._attempts[place] += 1
            if self._attempts[place] >= _ATTEMPTS:
                self.open -= 1
                yield place, Lost(_ATTEMPTS)
            else:
                self._owner.retried += 1
                self._waiting.append(place)
        if self._waiting:
            self._hire()


class _Worker:
    """One process, and the batch that it works on.

    Attributes:
        batch: the places of the tasks that it has and has not answered, in their order.
        since: when it began with the first of them.
        ready: whether it has started.
    """

    def __init__(self, work: bytes, inbox: queue.Queue[tuple[_Worker, Any]]) -> None:
        self.batch: deque[int] = deque()
        self.since, self.ready = time.monotonic(), False
        self._child = Child(
            _MODULE, lambda said: inbox.put((self, said)), environment=ONE_THREAD, first=work
        )

    def send(self, tasks: list[Any], batch: deque[int]) -> None:
        self.batch, self.since = batch, time.monotonic()
        self._child.send(pickle.dumps(tasks))

    def end(self) -> None:
        self._child.end()
