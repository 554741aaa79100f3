"""Signals: at random moments, and at every moment at which a command changes a file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.robustness.bases import STATE
from tests.robustness.judging import Trial, judge, judge_result
from tests.robustness.lines import Line, furnished, writers
from tests.robustness.long_lines import LONG, heavy, length
from tests.robustness.running import ROOT, Ended, Server, environment, finished, program, snapshot

__all__ = ["WRITERS", "events", "kills", "moments"]

_STOPPING = 0.3  # seconds after which it is said that a signal was heard
_SURE = 0.7  # share of its usual time before which a command has not ended
_EARLY = 0.04  # seconds of the processor before which Python has not come to our first line
_BUSY = 10.0  # a machine may be as many times slower as it has other work
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU)


def _seconds(pid: int) -> float | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Interrupted:
    """A process that gets a signal, and when it says that it heard."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.words = words
        self.temporary = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            program(*words),
            cwd=folder,
            env=environment(TMPDIR=self.temporary.name),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.err, self.out = b"", b""
        self.heard: float | None = None
        self.sent: float | None = None
        self._threads = [
            threading.Thread(target=self._listen),
            threading.Thread(target=self._drain),
        ]
        for thread in self._threads:
            thread.start()

    def _drain(self) -> None:
        assert self.process.stdout is not None
        self.out = self.process.stdout.read()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        while data := os.read(self.process.stderr.fileno(), 65536):
            self.err += data
            if self.heard is None and b"stopping" in self.err and self.sent is not None:
                now = _seconds(self.process.pid)
                self.heard = None if now is None else now - self.sent

    def send(self, number: int) -> None:
        self.sent = _seconds(self.process.pid)
        self.process.send_signal(number)

    def ended(self, seconds: float) -> Ended:
        try:
            code: int | None = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        for thread in self._threads:
            thread.join()
        left = tuple(sorted(os.listdir(self.temporary.name)))
        self.temporary.cleanup()
        out, err = (data.decode("utf-8", errors="replace") for data in (self.out, self.err))
        return Ended(tuple(self.words), code, out, err, left=left)


def moments(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """A signal at some moment of a command: before the first plan nothing, after it everything."""
    line = LONG[trial.number % len(LONG)]
    heavy(folder)
    before = snapshot(folder)
    number = rng.choice(_SIGNALS)
    # the whole of a command, from imports to saving
    share, whole = rng.random(), length(line)
    started = _Interrupted(list(line.words), folder)
    time.sleep(share * whole)
    running = started.process.poll() is None
    found = (folder / "r" / "resume.json").exists()
    if running:
        started.send(number)
    ended = started.ended(_BUSY * 12)
    trial.words = f"{line}: {number.name} after {share * whole:.2f} of about {whole:.1f} s"
    # a machine is not equally fast twice: what may have been at its end may have ended
    sure = running and (share < _SURE or line.name == "serve")
    codes = {130} if sure else {line.code, 130}
    if started.sent is not None and started.sent < _EARLY:
        codes |= {-number}
    judge(trial, ended, codes=codes)
    if sure and started.heard is None and share > 0.15:
        trial.add("late", f"{trial.words}: no line 'stopping': {ended.err[-200:]!r}")
    elif sure and started.heard is not None and started.heard > _STOPPING:
        trial.add("late", f"{trial.words}: 'stopping' after {started.heard:.2f} s of work")
    # the exhaustive search has its first plan at once, whatever comes after
    must = found or ("power.yaml" in line.words and line.name == "run" and share > 0.5)
    judge_result(trial, folder / "r", missing=not must)
    _whole_or_absent(trial, folder, line, before)
    if line.name == "sweep" and (folder / "sw").exists():
        _goes_on(trial, folder, line)


def _whole_or_absent(trial: Trial, folder: Path, line: Line, before: Mapping[str, str]) -> None:
    after = snapshot(folder)
    for name in sorted({*before, *after}):
        if "/." in f"/{name}" and not name.startswith(".optimise"):
            trial.add("left", f"{trial.words}: {name}")
        elif name in before and before[name] != after.get(name):
            trial.add("lost", f"{trial.words}: {name} was changed")
    ends = {".html": b"</html>", ".svg": b"</svg>", ".json": b"}", ".png": b"IEND", ".xlsx": b"PK"}
    for name in line.made:
        path = folder / name
        if not path.exists() or path.suffix not in ends:
            continue
        if ends[path.suffix] not in path.read_bytes()[-100:]:
            trial.add("lost", f"{trial.words}: {name} is cut short")


def _goes_on(trial: Trial, folder: Path, line: Line) -> None:
    """What a sweep had solved is gathered, and is not solved again."""
    solved = {path.parent: path.read_bytes() for path in (folder / "sw").glob("*/result.json")}
    if (folder / "sw" / "design.json").exists():
        ended = finished(program("sweep", "sw", "--merge"), folder)
        judge(trial, ended, codes={0})
        if f" {len(solved)} done" not in ended.out:
            trial.add("lost", f"{trial.words}: of {len(solved)} variants: {ended.out[:200]!r}")
    judge(trial, finished(program(*line.words), folder), codes={0})
    for place, content in solved.items():
        if (place / "result.json").read_bytes() != content:
            trial.add("lost", f"{trial.words}: {place.name} was solved again")


_HOOK = """\
import os, signal, sys

number, nth, folder, count = int({number}), int({nth}), {folder!r}, 0
log = open({log!r}, "a") if {log!r} else None
NAMES = {{"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link",
         "tempfile.mkstemp", "tempfile.mkdtemp", "shutil.rmtree"}}

def hook(event, arguments):
    global count
    if event == "open":
        flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
        if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event not in NAMES:
        return
    if arguments and isinstance(arguments[0], int):
        return  # a stream that is open already
    place = str(arguments[0]) if arguments else ""
    if place.startswith("/") and not place.startswith(folder):
        return
    count += 1
    if log and not log.closed:
        log.write(event + "\\n")
        log.flush()
    if count == nth:
        os.kill(os.getpid(), number)

sys.addaudithook(hook)
sys.argv = ["optimise", *{words!r}]
sys.path.insert(0, {root!r})
from optimiser.__main__ import main
main()
"""

# Those that write, and one that leaves a state.
WRITERS = (
    ("run", "tall.yaml", "-o", "sound", "--set", "parameters.cap.value=9"),
    ("run", "state.yaml", "--method", "exact", "-o", "r", "--time-limit", "2"),
    *(line.words for line in writers() if "--time-limit" not in line.words),
)


def _hooked(folder: Path, words: tuple[str, ...], number: int, nth: int, log: str = "") -> Ended:
    """Run a command that sends itself a signal when it changes a file for the nth time."""
    values = {"number": number, "nth": nth, "folder": str(folder), "log": log}
    script = _HOOK.format(**values, words=words, root=str(ROOT))
    return finished([sys.executable, "-c", script], folder)


def _at_an_event(rng: Random, folder: Path, trial: Trial, number: int) -> Ended | None:
    furnished(folder)
    (folder / "state.yaml").write_text(STATE, encoding="utf-8")
    words = WRITERS[trial.number % len(WRITERS)]
    with tempfile.TemporaryDirectory() as name:
        other = Path(name)
        furnished(other)
        (other / "state.yaml").write_text(STATE, encoding="utf-8")
        log = other / "events"
        _hooked(other, words, 0, 0, str(log))
        happened = log.read_text(encoding="utf-8").split() if log.exists() else []
    if not happened:
        trial.words = f"{' '.join(words)} changes nothing"
        return None
    nth = rng.randint(1, len(happened))
    word = f"{happened[nth - 1]}, {nth} of {len(happened)}"
    trial.words = f"{' '.join(words)}: {signal.Signals(number).name} at {word}"
    ended = _hooked(folder, words, number, nth)
    return Ended(tuple(trial.words.split()), ended.code, ended.out, ended.err, left=ended.left)


def events(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """A signal that can be heard, at the moment of a change: saving is not cut short."""
    ended = _at_an_event(rng, folder, trial, _SIGNALS[trial.number % len(_SIGNALS)])
    if ended is None:
        return
    judge(trial, ended, codes={0, 130})
    _whole(trial, folder)
    for left in snapshot(folder):
        if "/." in f"/{left}":
            trial.add("left", f"{trial.words}: {left}")
    if trial.words.startswith("run tall.yaml -o r"):
        judge_result(trial, folder / "r")


def kills(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """The process is killed at the moment of a change: what was there is whole, and the next run
    sweeps what is left.
    """
    ended = _at_an_event(rng, folder, trial, signal.SIGKILL)
    if ended is None:
        return
    trial.saw(ended)
    if ended.code not in (-9, 0):
        trial.add("code", f"{trial.words}: {ended.code}")
    _whole(trial, folder)
    judge_result(trial, folder / "r", missing=True)
    words = WRITERS[trial.number % len(WRITERS)]
    again = finished(program(*words), folder)
    judge(trial, again, codes={0, 2} if words[0] == "init" else {0, 6})
    for left in snapshot(folder):
        if "/." in f"/{left}":
            trial.add("left", f"{trial.words}: after another run still {left}")


def _whole(trial: Trial, folder: Path) -> None:
    """The result that was there is there: the old one or the new one, never a mixture."""
    judge_result(trial, folder / "sound")
    path = folder / "sound" / "result.json"
    if path.exists():
        json.loads(path.read_text(encoding="utf-8"))
