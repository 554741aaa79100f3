"""Five processes at once on one folder."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.robustness.bases import STATE, TALL, saved
from tests.robustness.judging import Trial, judge, judge_result
from tests.robustness.running import Ended, Server, environment, finished, program, snapshot

__all__ = ["crowd", "namesakes", "sweeps"]

_CROWD = 5
_WRITERS = [
    ["report", "sound", "-o", "out.html"],
    ["plot", "sound", "-o", "out.svg"],
    ["run", "tall.yaml", "-o", "r", "--robust", "worst"],
    ["run", "tall.yaml", "-o", "r"],
    ["run", "tall.yaml", "-o", "r", "--set", "parameters.cap.value=9"],
    ["run", "tall.yaml", "-o", "r", "--certificate"],
    ["run", "tall.yaml"],
    ["run", "state.yaml", "--method", "exact", "--time-limit", "1", "-o", "r"],
    ["export", "sound", "-o", "out.md"],
]
_READERS = [
    ["report", "r", "-o", "page.html"],
    ["show", "r"],
    ["verify", "r"],
    ["show", "sound"],
    ["rank", "r"],
    ["compare", "r", "r"],
]


def _ended(
    folder: Path, lines: list[list[str]], trial: Trial, killed: float | None
) -> Iterator[tuple[list[str], Ended]]:
    """Commands that run at once, as they end; the first is killed after so many seconds and only
    seen.
    """
    started = [_started(folder, line) for line in lines]
    if killed is not None:
        time.sleep(killed)
        started[0].send_signal(signal.SIGKILL)
    for line, process in zip(lines, started, strict=True):
        out, err = process.communicate(timeout=600)
        ended = Ended(tuple(line), process.returncode, out, err)
        if killed is not None and process is started[0]:
            trial.saw(ended)
        else:
            yield line, ended


def crowd(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """Writers and readers of one result, some of them killed: every reader sees a whole result."""
    saved(folder)
    (folder / "state.yaml").write_text(STATE, encoding="utf-8")
    reading = rng.random() < 0.5
    killing = rng.random() < 0.3
    lines = [rng.choice(_READERS if reading and i % 2 else _WRITERS) for i in range(_CROWD)]
    trial.words = "; ".join(" ".join(line) for line in lines) + "; killed" * killing
    for line, ended in _ended(folder, lines, trial, rng.uniform(0.3, 3.0) if killing else None):
        # there may be nothing to read yet, or a result of the other scenario, which is no match
        judge(trial, ended, codes={0, 6} if line in _WRITERS else {0, 2})
    judge_result(trial, folder / "sound")
    judge_result(trial, folder / "r", missing=True)
    for left in snapshot(folder):
        if "/." in f"/{left}" and not killing:
            trial.add("left", f"{trial.words}: {left}")


_VARIED = ["sweep", "tall.yaml", "-o", "sw", "--vary", "parameters.cap.value=8,10,12,14"]
_SWEEPS = [
    [*_VARIED, "--workers", "1"],
    [*_VARIED, "--workers", "2"],
    *([*_VARIED, "--workers", "1", "--shard", f"{part}/2"] for part in (0, 1)),
    ["sweep", "sw", "--merge"],
]


def sweeps(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """Sweeps into one folder at once, whole ones, shards and what gathers them, sometimes one of
    them killed: one more finds everything solved, and nothing is left over.
    """
    (folder / "tall.yaml").write_text(TALL, encoding="utf-8")
    killing = rng.random() < 0.4
    lines = [rng.choice(_SWEEPS) for _ in range(_CROWD)]
    trial.words = "; ".join(" ".join(line[4:]) for line in lines) + "; killed" * killing
    for line, ended in _ended(folder, lines, trial, rng.uniform(0.5, 4.0) if killing else None):
        # there may be no sweep yet to gather
        judge(trial, ended, codes={0, 2} if line[-1] == "--merge" else {0})
    ended = finished(program(*_SWEEPS[0]), folder)
    judge(trial, ended, codes={0})
    if "4 done, 0 failed, 0 missing" not in ended.out:
        trial.add("lost", f"{trial.words}: {ended.out[:200]!r}")
    for place in sorted((folder / "sw").glob("v*")):
        judge_result(trial, place)
    for left in snapshot(folder):
        if "/." in f"/{left}":
            trial.add("left", f"{trial.words}: {left}")


def namesakes(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """Five scenarios of one name, run at once without a folder being named: every result is there,
    and no two say that they are in one folder.
    """
    for number in range(_CROWD):
        text = TALL.replace("value: 12", f"value: {12 - number / 10}")
        (folder / f"s{number}.yaml").write_text(text, encoding="utf-8")
    lines = [["run", f"s{number}.yaml"] for number in range(_CROWD)]
    trial.words = "; ".join(" ".join(line) for line in lines)
    started = []
    for line in lines:
        started.append(_started(folder, line))
        time.sleep(rng.choice([0.0, 0.0, 0.05]))
    said = set()
    for line, process in zip(lines, started, strict=True):
        out, err = process.communicate(timeout=300)
        judge(trial, Ended(tuple(line), process.returncode, out, err), codes={0})
        said |= {words.split()[1] for words in err.splitlines() if words.startswith("saved: ")}
    found = list((folder / "results").iterdir())
    files = {
        json.loads((place / "result.json").read_text(encoding="utf-8"))["scenario_file"]
        for place in found
    }
    if not len(said) == len(found) == len(files) == _CROWD:
        trial.add("lost", f"{len(files)} of {_CROWD} results are there, in {len(said)} folders")
    for place in found:
        judge_result(trial, place)


def _started(folder: Path, line: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        program(*line),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
