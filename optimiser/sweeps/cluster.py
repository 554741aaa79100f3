"""A Dask cluster: a scheduler somewhere, and workers that it gives batches of tasks.

Batches take about five seconds, and no more are under way than workers can begin, so that a death
costs little and blames nobody but the batch that was being worked on. The scheduler gives the batch
of a worker that died to another one; when it gives up, after as many deaths as its setting
``allowed-failures`` says, the tasks of the batch are tried one by one, and one that again kills all
it is given to is lost. A batch is answered once, whatever was begun twice.

References:
    Rocklin (2015), Dask: parallel computation with blocked algorithms and task scheduling, Proc.
        14th Python in Science Conf., 126-132.
"""

from __future__ import annotations

import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, TypeVar

from optimiser import interrupts, language
from optimiser.errors import InterruptedRun, UsageError
from optimiser.language import tr
from optimiser.results.versions import installed_version
from optimiser.sweeps.executors import Lost
from optimiser.sweeps.worker import portable

__all__ = ["DaskCluster"]

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")

_SECONDS: Final = 5.0  # that a batch takes
_LOOK: Final = 0.2  # seconds between two looks at what has come
_COUNT: Final = 1.0  # and between two counts of the workers
_PATIENCE: Final = 20.0  # seconds for a scheduler to answer, and for a first worker to be there
_STEPS: Final = 2  # the last batches are this much smaller than an even share


class DaskCluster:
    """Works on tasks with the workers of a Dask scheduler.

    Args:
        address: of the scheduler: ``tcp://host:port``.
    """

    def __init__(self, address: str, /) -> None:
        self.address = address
        self.retried = 0

    def answers(
        self, work: Callable[[_Task], _Answer], tasks: Sequence[_Task], /
    ) -> Iterator[tuple[int, _Answer | Lost]]:
        """The places of tasks with their answers, as they come.

        Raises:
            UsageError: the library is not installed, the scheduler does not answer, has no workers,
                or has some with another version; or it went away.
        """
        if not tasks:
            return
        stopped: list[bool] = []
        run = _Run(self, work, tasks)
        with interrupts.asking(lambda: stopped.append(True), found=lambda: True):
            try:
                while run.open and not stopped:
                    yield from run.heard()
            except InterruptedRun:
                return
            finally:
                run.end()


def _connected(address: str) -> Any:
    """A client of the scheduler, once there is a worker."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            tr("--cluster needs the library distributed"),
            help=tr("pip install 'optimise[cluster]', here and where the workers are"),
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            tr("no scheduler answers at {address}: {reason}", address=address, reason=error),
            help=tr("start one with dask scheduler, and name its address: tcp://host:port"),
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        found = {*client.run(_version).values(), client.run_on_scheduler(_version)}
    except TimeoutError:
        client.close()
        raise UsageError(
            tr("the scheduler at {address} has no workers", address=address),
            help=tr("start some: dask worker {address}", address=address),
        ) from None
    except Exception as error:
        client.close()
        raise UsageError(
            tr("the cluster cannot load optimise: {reason}", reason=error),
            help=tr("install it where its scheduler and workers are, and start them again"),
        ) from None
    other = sorted(found - {installed_version()})
    if other:
        client.close()
        raise UsageError(
            tr(
                "the cluster has version {other}, not {own}",
                other=other[0],
                own=installed_version(),
            ),
            help=tr("install the same version everywhere"),
        )
    return client


def _version() -> str:
    """What is asked of the scheduler and the workers, which have to load this module for it."""
    return installed_version()


@lru_cache(maxsize=2)
def _loaded(work: bytes) -> Callable[[Any], Any]:
    """The work, which keeps what it prepares from one batch to the next."""
    loaded: Callable[[Any], Any] = pickle.loads(work)
    return loaded


def _worked(
    spoken: str, work: bytes, tasks: Sequence[Any]
) -> tuple[list[Any], Exception | None, float]:
    """What a worker does with a batch: the answers, what the next task raised, and the seconds."""
    language.speak(spoken)
    began = time.monotonic()
    answers: list[Any] = []
    try:
        answers.extend(map(_loaded(work), tasks))
    except Exception as error:
        return answers, portable(error), time.monotonic() - began
    return answers, None, time.monotonic() - began


class _Run:
    """The tasks of one call, and what is under way."""

    def __init__(
        self, owner: DaskCluster, work: Callable[[Any], Any], tasks: Sequence[Any]
    ) -> None:
        self._owner, self._tasks = owner, tasks
        self._client = _connected(owner.address)
        self._spoken = language.spoken()
        # sent with every batch: what was put on workers beforehand would be gone with them
        self._work = pickle.dumps(work)
        self._waiting = deque(range(len(tasks)))
        self._alone: deque[int] = deque()  # tasks of batches that the scheduler gave up
        self._batches: dict[Any, list[int]] = {}
        self._at: dict[str, set[str]] = {}  # worker -> the batches that it was last seen at
        self._seconds, self._answered = 0.0, 0
        self._counted, self._slots = 0.0, 1
        self.open = len(tasks)

    def heard(self) -> Iterator[tuple[int, Any]]:
        """What has come by now."""
        if self._client.status != "running":
            raise UsageError(
                tr("the scheduler at {address} is gone", address=self._owner.address),
                help=tr("what was solved is kept: start the sweep again"),
            )
        self._count()
        self._give()
        done = [batch for batch in self._batches if batch.done()]
        if not done:
            time.sleep(_LOOK)
        for batch in done:
            yield from self._taken(batch, self._batches.pop(batch))

    def _taken(self, batch: Any, places: list[int]) -> Iterator[tuple[int, Any]]:
        """The answers of a batch, or what is tried again."""
        if batch.status != "finished":
            yield from self._given_up(batch, places)
            return
        answers, error, seconds = batch.result()
        batch.release()
        self._seconds += seconds
        self._answered += len(answers)
        for place, answer in zip(places, answers, strict=False):
            self.open -= 1
            yield place, answer
        if error is not None:
            raise error

    def _given_up(self, batch: Any, places: list[int]) -> Iterator[tuple[int, Any]]:
        """A batch whose workers died, as often as the scheduler allows, or that was cancelled."""
        from distributed import KilledWorker

        error = batch.exception() if batch.status == "error" else None
        if error is not None and not isinstance(error, KilledWorker):
            raise UsageError(
                tr("the cluster cannot work on a batch: {reason}", reason=error),
                help=tr("install the same versions everywhere"),
            )
        if error is not None and len(places) == 1:
            self.open -= 1
            yield places[0], Lost(error.allowed_failures + 1)
            return
        self._alone.extend(places)
        self._owner.retried += len(places)

    def _count(self) -> None:
        """Count what can be worked on at once, and the batches whose worker went away."""
        now = time.monotonic()
        if now - self._counted < _COUNT:
            return
        self._counted = now
        with suppress(OSError, TimeoutError):
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
            self._slots = max(1, sum(one["nthreads"] for one in workers.values()))
            under_way = {batch.key: places for batch, places in self._batches.items()}
            for gone in self._at.keys() - workers.keys():
                known = (under_way.get(key, ()) for key in self._at.pop(gone))
                self._owner.retried += sum(map(len, known))
            for worker, keys in self._client.processing().items():
                self._at[worker] = set(map(str, keys))

    def _give(self) -> None:
        """Batches to whoever has none."""
        while len(self._batches) < self._slots and (self._alone or self._waiting):
            if self._alone:
                places = [self._alone.popleft()]
            else:
                share = -(-len(self._waiting) // (_STEPS * self._slots))
                wanted = int(_SECONDS * self._answered / self._seconds) if self._seconds else 1
                count = max(1, min(share, wanted))
                places = [self._waiting.popleft() for _ in range(count)]
            tasks = [self._tasks[place] for place in places]
            batch = self._client.submit(_worked, self._spoken, self._work, tasks, pure=False)
            self._batches[batch] = places

    def end(self) -> None:
        """Leave the cluster; what is under way there is not waited for."""
        with suppress(Exception):
            self._client.cancel(list(self._batches))
        self._client.close(timeout=2)
