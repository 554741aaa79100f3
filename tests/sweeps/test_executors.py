"""Executors: every task once, whatever becomes of workers; Ctrl-C keeps what is there."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.errors import UsageError
from optimiser.sweeps import Counted, Executor, Lost, OneByOne, Processes, executor
from optimiser.sweeps.child import Child
from tests.sweeps.work import Deadly, Logged, Odd, Slow, StillBorn, square

EXECUTORS = [OneByOne(), Processes(1), Processes(2)]


@pytest.mark.parametrize("own", EXECUTORS)
@pytest.mark.parametrize("count", [0, 1, 37])
def test_every_task_is_answered_once(own: Executor, count: int) -> None:
    found = list(own.answers(square, range(count)))
    assert sorted(found) == [(place, place * place) for place in range(count)]


def test_every_task_is_begun_once_where_nobody_dies(tmp_path: Path) -> None:
    """Batches lose and double nothing, and both processes work."""
    own = Processes(2)
    assert len(list(own.answers(Logged(tmp_path), range(200)))) == 200
    begun = [line for file in tmp_path.iterdir() for line in file.read_text().split()]
    assert sorted(map(int, begun)) == list(range(200))
    assert own.retried == 0


@settings(max_examples=3, deadline=None)
@given(st.sets(st.integers(0, 19), max_size=4))
def test_a_workers_death_loses_and_doubles_nothing(
    tmp_path_factory: pytest.TempPathFactory, once: set[int]
) -> None:
    own = Processes(2)
    folder = tmp_path_factory.mktemp("deaths")
    found = list(own.answers(Deadly(folder, frozenset(once)), range(20)))
    assert sorted(found) == [(place, place) for place in range(20)]
    assert own.retried == len(once)


def test_a_task_that_always_kills_is_lost_after_three_attempts(tmp_path: Path) -> None:
    own = Processes(2)
    work = Deadly(tmp_path, frozenset({3}), frozenset({5}))
    found = dict(own.answers(work, range(9)))
    assert found == {**{place: place for place in range(9)}, 5: Lost(3)}
    assert own.retried == 3  # once for 3, twice for 5


@pytest.mark.parametrize("own", EXECUTORS)
def test_what_the_work_raises_is_raised_here(own: Executor) -> None:
    with pytest.raises(LookupError, match="even"):
        list(own.answers(Odd("lookup"), range(4)))
    with pytest.raises(UsageError, match="even") as error:
        list(own.answers(Odd("usage"), range(4)))
    assert error.value.help == "take an odd one"


@pytest.mark.parametrize("own", EXECUTORS)
def test_interrupted_work_ends_without_an_error(own: Executor) -> None:
    found = list(own.answers(Odd("interrupted"), [1, 3, 4, 5, 6]))
    assert {answer for _, answer in found} <= {1, 3, 5}


def test_workers_that_cannot_start_are_an_error_with_help() -> None:
    with pytest.raises(UsageError, match="cannot be started") as error:
        list(Processes(2).answers(StillBorn(), range(4)))
    assert "--workers 1" in error.value.help


@pytest.mark.parametrize("room", [0, 1])
def test_where_the_system_has_no_room_for_workers_fewer_do(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit on open files a sweep ended in an internal error."""
    from optimiser.sweeps import processes

    begun = list[str]()

    def limited(module: str, *given: Any, **named: Any) -> Any:
        if len(begun) >= room:
            raise OSError(errno.EMFILE, "Too many open files")
        begun.append(module)
        return Child(module, *given, **named)

    monkeypatch.setattr(processes, "Child", limited)
    if room:
        found = list(Processes(4).answers(Slow(0.0), range(5)))
        assert sorted(found) == [(i, i) for i in range(5)]
        return
    with pytest.raises(UsageError, match="cannot be started: Too many open files"):
        list(Processes(4).answers(Slow(0.0), range(5)))


def test_what_work_prints_does_not_get_between_the_answers() -> None:
    assert sorted(Processes(1).answers(Slow(0.0), range(5))) == [(i, i) for i in range(5)]


def test_batches_take_about_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of tasks that take .02 s each some dozens are sent at once, and never all of them."""
    from optimiser.sweeps import processes

    sent: list[int] = []
    send = processes._Worker.send

    def counted(self: Any, tasks: list[Any], batch: Any) -> None:
        sent.append(len(tasks))
        send(self, tasks, batch)

    monkeypatch.setattr(processes._Worker, "send", counted)
    assert len(list(Processes(2).answers(Slow(0.002), range(120)))) == 120
    assert sent[0] == 1
    assert 5 < max(sent) <= 30
    assert sum(sent) == 120


@pytest.mark.parametrize("own", [OneByOne(), Processes(2)])
def test_ctrl_c_keeps_what_is_there(own: Executor) -> None:
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    found = list(own.answers(Slow(0.2), range(500)))
    timer.join()
    assert 0 < len(found) < 500
    assert all(place == answer for place, answer in found)


def test_no_worker_outlives_who_started_it(tmp_path: Path) -> None:
    """Killed without a chance to clean up: workers see the end of their input."""
    code = (
        "from pathlib import Path; from optimiser.sweeps import Processes;"
        "from tests.sweeps.work import Logged, Slow;"
        f"list(Processes(2).answers(Logged(Path({str(tmp_path)!r})), range(4)));"
        f"run = Processes(2).answers(Slow(0.05), range(10**6));"
        "next(run); print('ready', flush=True); [None for _ in run]"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        own = children(program.pid)
        assert own
        program.kill()
        program.wait()
    for _ in range(100):
        if not any(map(alive, own)):
            return
        time.sleep(0.1)
    pytest.fail("workers still run")


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("children cannot be listed here")
    return [int(text) for text in found.read_text().split()]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_questions_get_answers_without_those_that_were_lost(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    own = Counted(Processes(1), lambda done, total: told.append((done, total)))
    found = dict(own(Deadly(tmp_path, frozenset(), frozenset({1})), range(3)))
    assert found == {0: 0, 2: 2}
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_one_worker_needs_no_process() -> None:
    assert isinstance(executor(1), OneByOne)
    assert isinstance(executor(2), Processes)
