"""Signals: what was found is ranked and saved, whichever signal comes and whenever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from optimiser import interrupts
from tests.cli.processes import ROOT, Done, finished, process, written
from tests.conftest import heard, signals_as_before

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")

_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU"]

# Sends itself signals at the first call of a function of the house, and goes on with the command.
_AT = """\
import importlib, os, signal, sys
sys.path.insert(0, {root!r})
sys.argv = ["optimise", *{words!r}]
from optimiser.__main__ import main
module = importlib.import_module({module!r})
original = getattr(module, {name!r})

def called(*arguments, **options):
    for number in {signals!r}:
        os.kill(os.getpid(), number)
    setattr(module, {name!r}, original)
    return original(*arguments, **options)

setattr(module, {name!r}, called)
main()
"""


@pytest.fixture(autouse=True)
def all_heard() -> Iterator[None]:
    with heard(*_SIGNALS):
        yield


def signalled(folder: Path, at: str, *words: str, signals: tuple[str, ...] = ("SIGINT",)) -> Done:
    """How a command ends that gets signals when it first calls the function ``at``."""
    module, name = at.rsplit(".", 1)
    numbers = [int(getattr(signal, one)) for one in signals]
    script = _AT.format(root=str(ROOT), words=words, module=module, name=name, signals=numbers)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "at",
    [
        "optimiser.scenario.loading.examine",
        "optimiser.advice.warnings.advise",
        "optimiser.formulate.model.decisions_of",
        "optimiser.formulate.problems.problem_of",
    ],
)
def test_a_time_limit_is_heard_in_every_stage_of_preparing(at: str, tmp_path: Path) -> None:
    """The signal of its clock, which would come so much later."""
    words = ("run", "production_steps", "-o", "kept", "--time-limit", "100000")
    done = signalled(tmp_path, at, *words, signals=("SIGALRM",))
    assert done.code == 6, done.err
    assert "error: the time limit came before the scenario was prepared" in done.err
    assert "stopping" not in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "kept").exists()


def assert_kept(done: Done, folder: Path) -> None:
    assert done.code == 130, done.err
    assert done.err.splitlines()[0] == "stopping…"
    assert done.err.count("stopping") == 1
    assert "Traceback" not in done.err
    names = sorted(path.name for path in (folder / "kept").iterdir())
    assert {"front.csv", "result.json"} <= set(names)
    assert not [name for name in names if name.startswith(".")]


@pytest.mark.parametrize(
    ("at", "signals"),
    [
        ("optimiser.engine.driver._checked", ("SIGINT", "SIGINT")),
        ("optimiser.study.solving._front", ("SIGHUP", "SIGTERM")),
        ("optimiser.study.solving.rank", ("SIGTERM",)),
        ("optimiser.results.folder._filled", ("SIGINT", "SIGINT", "SIGINT")),
    ],
)
def test_after_the_search_nothing_is_lost(
    at: str, signals: tuple[str, ...], tmp_path: Path
) -> None:
    """Between the search and saving everything was lost."""
    words = ("run", "production_steps", "-o", "kept")
    done = signalled(tmp_path, at, *words, signals=signals)
    assert_kept(done, tmp_path)
    assert "complete: 10 of 10, proven" in done.out
    assert finished(process("verify", "kept", folder=tmp_path)).code == 0


def test_a_certificate_that_is_interrupted_leaves_the_plans(tmp_path: Path) -> None:
    words = ("run", "production_steps", "-o", "kept", "--certificate")
    done = signalled(tmp_path, "optimiser.engine.proofs._written", *words)
    assert_kept(done, tmp_path)
    assert "no certificate: interrupted" in done.out
    done = signalled(tmp_path, "optimiser.study.solving.rank", *words)
    assert_kept(done, tmp_path)
    assert "no certificate: interrupted" in done.out


@pytest.mark.parametrize("words", [("export", "sound", "-o", "out.md"), ("init", "new")])
def test_a_file_that_is_being_written_is_whole(words: tuple[str, ...], tmp_path: Path) -> None:
    finished(process("run", "production_steps", "-o", "sound", folder=tmp_path))
    at = "optimiser.results.folder._filled"
    done = signalled(tmp_path, at, *words, signals=("SIGTERM", "SIGHUP"))
    assert done.code == 130
    assert done.err.splitlines()[0] == "stopping…"
    assert not list(tmp_path.rglob(".*"))


def test_where_nothing_is_kept_the_end_is_at_once(tmp_path: Path) -> None:
    done = signalled(tmp_path, "optimiser.session.examine", "check", "production_steps")
    assert done == (130, "", "stopping…\n")
    done = signalled(tmp_path, "optimiser.session.examine", "check", "production_steps", "-q")
    assert done == (130, "", "interrupted\n")


@pytest.mark.parametrize("name", _SIGNALS)
def test_while_it_starts_there_is_one_line(name: str, tmp_path: Path) -> None:
    """A traceback of imports was shown."""
    script = (
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['optimise', '--help']\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {{}}: os.kill(os.getpid(), {int(getattr(signal, name))})\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from optimiser.__main__ import main; main()"
    )
    for module in ("optimiser.interrupts", "typer"):
        done = subprocess.run(
            [sys.executable, "-c", script.format(repr(module))],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopping…\n")


@pytest.mark.parametrize("name", ["HUP", "INT"])
def test_what_is_ignored_stays_ignored(name: str, tmp_path: Path) -> None:
    """By nohup, and by a shell in what it starts in the background."""
    done = subprocess.run(
        [
            "sh",
            "-c",
            f'trap \'\' {name}; exec "$0" "$@"',
            sys.executable,
            "-c",
            _AT.format(
                root=str(ROOT),
                words=("check", "production_steps"),
                module="optimiser.session",
                name="examine",
                signals=[int(getattr(signal, f"SIG{name}"))],
            ),
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_signal_is_answered_while_native_code_runs() -> None:
    """The line does not wait for the next step of Python in the main thread."""
    script = (
        f"import hashlib, sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from optimiser import interrupts\n"
        "interrupts.listen(); interrupts.started()\n"
        "print('there', flush=True)\n"
        "with interrupts.held(): hashlib.pbkdf2_hmac('sha256', b'', b'', 100_000_000)"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.readline()
    time.sleep(0.2)
    started.send_signal(signal.SIGTERM)
    assert started.stderr.readline().decode() == "stopping…\n"
    running = started.poll() is None
    started.kill()
    started.communicate()
    assert running


@pytest.mark.slow
@pytest.mark.parametrize("name", _SIGNALS)
@pytest.mark.parametrize("seconds", [2.0, 4.0, 6.0])
def test_a_long_list_is_kept(name: str, seconds: float, tmp_path: Path) -> None:
    """All 131,072 combinations are efficient, and most of the time goes into what comes after."""
    path = written(
        tmp_path,
        indicators={"gain": {}, "cost": {}},
        technologies={f"t{i}": {"effects": {"gain": 1 << i, "cost": 1 << i}} for i in range(17)},
        objectives={"gain": "max", "cost": "min"},
    )
    started = process("run", path, "-o", "kept", folder=tmp_path)
    time.sleep(seconds)
    started.send_signal(getattr(signal, name))
    time.sleep(1.0)
    started.send_signal(getattr(signal, name))
    done = finished(started)
    assert done.code == 130
    assert (tmp_path / "kept" / "front.csv").is_file() or "score" not in done.out


def test_a_search_hears_the_first_signal_and_obeys_the_second() -> None:
    asked: list[int] = []

    def search() -> None:
        with interrupts.asking(lambda: asked.append(1)):
            os.kill(os.getpid(), signal.SIGINT)
            assert asked == [1]
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        search()
    assert not interrupts.noted()


def test_a_search_in_another_program_leaves_ignored_what_that_ignores() -> None:
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts.asking(lambda: asked.append(1)):
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert not asked


def test_a_search_hears_a_signal_that_came_while_a_file_was_written() -> None:
    """It was noted and forgotten, and a thousand variants were solved after Ctrl-C."""
    asked: list[int] = []
    with signals_as_before():
        interrupts.listen()
        interrupts.hush()
        interrupts.started()
        with interrupts.asking(lambda: asked.append(1)):
            with interrupts.held():
                with interrupts.held():
                    os.kill(os.getpid(), signal.SIGINT)
                assert not asked
            assert asked == [1]
            with interrupts.held():
                pass
            assert asked == [1]
        with interrupts.held():
            os.kill(os.getpid(), signal.SIGINT)
        assert asked == [1]
        assert interrupts.noted()


_IN_VAIN = """
import signal, time, weakref
from optimiser import interrupts

class Thing:
    def __del__(self):
        signal.raise_signal(signal.{name})

def ref():
    thing = Thing()
    thing.__class__ = type("Plain", (), {{}})
    return thing, weakref.ref(thing, lambda _: signal.raise_signal(signal.{name}))

interrupts.listen()
interrupts.started()
try:
    {dropped}
    time.sleep(600)
except KeyboardInterrupt:
    print("heard")
"""


@pytest.mark.parametrize("name", _SIGNALS)
@pytest.mark.parametrize("dropped", ["Thing()", "kept = ref(); kept = kept[1]"])
def test_a_signal_is_heard_where_python_drops_what_is_raised(name: str, dropped: str) -> None:
    """As an import forgets its lock: the interrupt was printed as ignored, and all went on."""
    done = subprocess.run(
        [sys.executable, "-c", _IN_VAIN.format(name=name, dropped=dropped)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == ("heard\n", "stopping…\n")


def test_a_test_that_listens_leaves_signals_as_they_were() -> None:
    """pytest ignored SIGTERM after one that called the command line in its process."""
    before = [signal.getsignal(getattr(signal, name)) for name in _SIGNALS]
    with signals_as_before():
        interrupts.listen()
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(getattr(signal, name)) for name in _SIGNALS] == before
    assert interrupts._listener.stage == "deaf"
    assert signal.set_wakeup_fd(-1) == -1


@pytest.mark.parametrize("words", [["--version"], ["run", "missing.yaml"]])
def test_a_signal_when_all_is_done_changes_nothing(tmp_path: Path, words: list[str]) -> None:
    """Python gives handlers up before the process ends: a SIGTERM then was exit code -15, after
    all was said.
    """
    script = (
        "import atexit, os, signal, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        f"numbers = [getattr(signal, name) for name in {_SIGNALS!r}]\n"
        "def last():\n"
        "    for number in numbers:\n"
        "        assert signal.getsignal(number) == signal.SIG_IGN\n"
        "        os.kill(os.getpid(), number)\n"
        "    print('last')\n"
        "atexit.register(last)\n"
        f"sys.argv = ['optimise', *{words!r}]\n"
        "from optimiser.__main__ import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == (2 if "run" in words else 0), ended.stderr
    assert ended.stdout.endswith("last\n")
    assert "stopping" not in ended.stderr
