"""Disks that are full, that fill up, or that fail at one call."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.robustness.bases import STATE
from tests.robustness.judging import Trial, judge, judge_result, problem_of
from tests.robustness.lines import furnished, writers
from tests.robustness.running import Ended, Server, finished, program, snapshot

__all__ = ["failing_calls", "full_disk", "size_limit"]

_STOPPED = ("run", "state.yaml", "--method", "exact", "-o", "r", "--time-limit", "2")


def _chosen(rng: Random) -> tuple[str, ...]:
    """A line that writes, by the command so that each has its turn."""
    lines = [line for line in writers() if "/dev/stdout" not in line.words]
    name = rng.choice(sorted({line.name for line in lines}))
    mine = [line.words for line in lines if line.name == name]
    return rng.choice([*mine, _STOPPED] if name == "run" else mine)


def _prepared(folder: Path) -> None:
    furnished(folder)
    (folder / "state.yaml").write_text(STATE, encoding="utf-8")


def _judged(
    trial: Trial, folder: Path, words: tuple[str, ...], ended: Ended, label: str, before: set[str]
) -> None:
    """Exit 2 with the plans printed, or success; nothing half written."""
    judge(trial, ended, codes={0, 2, 6})
    told = {"run": "score", "sweep": "cap", "assess": "forecast"}.get(words[0], "")
    if "zh" in words:
        told = "得分"
    if "sw" in words and not (folder / "sw" / "design.json").exists():
        told = ""  # nothing was begun
    if ended.code == 2 and told not in ended.out:
        trial.add("lost", f"{label}: what was computed was not printed: {ended.err[:200]}")
    after = set(snapshot(folder))
    for name in sorted(after - before):
        if "/." in f"/{name}":
            trial.add("left", f"{label}: {name}")
    judge_result(trial, folder / "sound")
    judge_result(
        trial, folder / "r", missing=ended.code != 0 or words[0] != "run" or "r" not in words
    )


def size_limit(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """No file may grow beyond some kilobytes: a write ends halfway."""
    _prepared(folder)
    kilobytes = rng.choice([0, 1, 2, 4, 8, 16])
    words = _chosen(rng)
    trial.words = f"{' '.join(words)}, files up to {kilobytes} kB"
    before = set(snapshot(folder))
    # the caches of compiled code and of Python are not what is tried here
    script = f"ulimit -f {kilobytes}; exec {shlex.join(program(*words))}"
    ended = finished(["bash", "-c", script], folder)
    _judged(trial, folder, words, ended, trial.words, before)


@contextlib.contextmanager
def _small_disk(place: Path, kilobytes: int) -> Iterator[bool]:
    """A disk in memory; False where this user may not have one."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    done = (
        subprocess.run(mount, capture_output=True, check=False) if shutil.which("mount") else None
    )
    try:
        yield done is not None and done.returncode == 0
    finally:
        if done is not None and done.returncode == 0:
            subprocess.run(["umount", str(place)], check=True)


def full_disk(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A small disk with next to no room left."""
    with _small_disk(folder / "disk", 1200) as mounted:
        if not mounted:
            size_limit(rng, server, folder, trial)
            return
        disk = folder / "disk"
        _prepared(disk)
        words = _chosen(rng)
        room = rng.choice([0, 1, 2, 3, 4, 6, 10])
        trial.words = f"{' '.join(words)}, {room} pages of room"
        with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        os.truncate(disk / "filler", max(0, (disk / "filler").stat().st_size - room * 4096))
        before = set(snapshot(disk))
        ended = finished(program(*words), disk)
        _judged(trial, disk, words, ended, trial.words, before)


# What may fail, and how, in the manner of a disk.
_CALLS = {
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "fsync": ("EIO", "ENOSPC", "EINVAL"),
    "rename,renameat,renameat2": ("EACCES", "ENOSPC", "EXDEV", "EIO"),
    "mkdir,mkdirat": ("EACCES", "ENOSPC", "EROFS"),
    "openat": ("EMFILE", "ENOSPC", "EROFS", "EIO"),
    "chmod,fchmod,fchmodat": ("EPERM",),
    "unlink,unlinkat": ("EACCES", "EBUSY"),
    "close": ("EIO", "ENOSPC"),
}


def failing_calls(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """One call of the system on files of the folder fails; by strace, where there."""
    if not shutil.which("strace"):
        trial.words = "strace is missing"
        return
    _prepared(folder)
    words = _chosen(rng)
    name = rng.choice(list(_CALLS))
    error = rng.choice(_CALLS[name])
    traced = folder.parent / f"{folder.name}.trace"
    strace = ["strace", "-f", "-y", "-qq", "-e", f"trace={name}", "-o", str(traced)]
    try:
        counted = folder / "counted"
        counted.mkdir()
        _prepared(counted)
        first = finished([*strace, *program(*words)], counted)
        if first.code != 0:
            trial.words = f"strace may not trace here: {first.err[-100:]}"
            return
        own = _own_calls(traced.read_text(encoding="utf-8", errors="replace"), str(counted))
        shutil.rmtree(counted)
        if not own:
            trial.words = f"{' '.join(words)} makes no call of {name}"
            return
        which, number = rng.choice(own)
        inject = ["-e", f"inject={which}:error={error}:when={number}"]
        before = set(snapshot(folder))
        ended = finished([*strace, *inject, *program(*words)], folder)
        trial.words = f"{' '.join(words)}: call {number} of {which} fails with {error}"
        _judged(trial, folder, words, ended, trial.words, before)
        if problem := problem_of(ended.err):
            trial.add("trace", problem)
    finally:
        traced.unlink(missing_ok=True)


def _own_calls(trace: str, folder: str) -> list[tuple[str, int]]:
    """The calls that touch the folder: name, and the how manieth of its name in its thread."""
    counts: dict[tuple[str, str], int] = {}
    own = []
    for line in trace.splitlines():
        if found := re.match(r"(\d+) +(\w+)\(", line):
            key = found[1], found[2]
            counts[key] = counts.get(key, 0) + 1
            if folder in line and not re.search(r"O_RDONLY|O_DIRECTORY", line):
                own.append((found[2], counts[key]))
    return own
