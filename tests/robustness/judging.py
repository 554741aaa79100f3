"""What must hold of every command, whatever it was given."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.robustness.running import Ended, finished, program

__all__ = ["CONTROL", "Fault", "Trial", "judge", "judge_folder", "judge_result", "problem_of"]

CODES = frozenset({0, 2, 3, 4, 5, 6, 130})
# What an input of at most so many bytes may cost.
_INPUT = 10_000_000
_MEMORY = 1 << 30
_SECONDS = 20.0
# What is said may be so many times as long as what was read, and this besides.
_TIMES = 40
_BESIDES = 2_000_000
# everything that a terminal may take for an order; \n ends lines, \t and \r stand in CSV
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_RESULT = frozenset({"front.csv", "result.json", "resume.json", "certificate.json"})


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    ``code``: an exit code that the contract does not have, or not for this; ``trace``: a traceback
    or an internal error; ``silent``: a failure without a word; ``control``: a character that steers
    terminals; ``cost``: time or memory; ``length``: output out of all proportion; ``left``: a file
    that nobody asked for; ``lost``: something saved or computed that is gone; ``mixed``: files that
    do not belong together; ``late``: no sign of life after a signal.
    """

    kind: str
    text: str


@dataclass
class Trial:
    """One case, what was done with it, and what is wrong."""

    kind: str
    number: int
    words: str
    commands: int = 0
    seconds: float = 0.0
    memory: int = 0
    codes: list[int | None] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: str, text: str, /) -> None:
        """Note a fault; of one kind a few say enough."""
        if sum(fault.kind == kind for fault in self.faults) < 8:
            self.faults.append(Fault(kind, text))

    def saw(self, ended: Ended, /) -> None:
        """Count a command."""
        self.commands += 1
        self.seconds = max(self.seconds, ended.seconds)
        self.memory = max(self.memory, ended.memory)
        self.codes.append(ended.code)


def judge(trial: Trial, ended: Ended, /, *, size: int = 0, codes: Collection[int] = CODES) -> None:
    """Hold a command against what must hold of every command.

    Args:
        size: bytes of what it read.
        codes: the exit codes that are right here.
    """
    trial.saw(ended)
    line = " ".join(word for word in ended.words if not word.endswith(("python", "cli.py")))
    code, problem = ended.code, problem_of(ended.err)
    if code is None:
        trial.add("cost", f"{line}: no end after {ended.seconds:.0f} s of the processor")
    elif code not in codes:
        trial.add("code", f"{line}: exit {code}: {problem or ended.err[-300:]}")
    if problem and code in codes:
        trial.add("trace", f"{line}: {problem}")
    if code not in (0, None) and code in CODES and not ended.err.strip() and not ended.out.strip():
        trial.add("silent", f"{line}: exit {code} without a word")
    for name, text in (("stdout", ended.out), ("stderr", ended.err)):
        if found := CONTROL.search(text):
            around = text[max(0, found.start() - 40) : found.end() + 20]
            trial.add("control", f"{line}: {name}: {around!r}")
    if ended.length > _TIMES * size + _BESIDES:
        trial.add("length", f"{line}: {ended.length:,} bytes said about {size:,}")
    if size <= _INPUT:
        if code is not None and ended.seconds > _SECONDS:
            trial.add("cost", f"{line}: {ended.seconds:.0f} s for {size:,} bytes")
        if ended.memory > _MEMORY:
            trial.add("cost", f"{line}: {ended.memory / 1e9:.1f} GB for {size:,} bytes")
    left = [name for name in ended.left if not name.startswith("optimise-error-")]
    if left:
        trial.add("left", f"{line}: in the folder for temporary files: {', '.join(left)}")


def problem_of(text: str, /) -> str:
    """The traceback or internal error in what was said; empty where there is none."""
    if "Traceback (most recent call last)" in text:
        lines = text[text.index("Traceback (most recent") :].splitlines()
        places = [entry.strip() for entry in lines if entry.lstrip().startswith('File "')]
        own = [place for place in places if "optimiser" in place] or places
        return f"{lines[-1].strip()[:200]} at {'; '.join(own[-2:])}"
    if "internal error" in text:
        return text[text.index("internal error") :].splitlines()[0][:300]
    for words in ("Exception ignored", "Fatal Python error", "MemoryError"):
        if words in text:
            return text[text.index(words) :][:300]
    return ""


def judge_folder(
    trial: Trial,
    before: Mapping[str, str],
    after: Mapping[str, str],
    /,
    *,
    results: Collection[str] = (),
) -> None:
    """Nothing was changed, and nothing is new but results in these folders."""
    for name in sorted({*before, *after}):
        folder, _, file = name.rpartition("/")
        if folder in results and file in _RESULT:
            continue
        # implicit solves are kept
        if name.partition("/")[0] == ".optimise":
            continue
        if name not in before and name not in results:
            trial.add("left", f"{name} is new")
        elif name not in after:
            trial.add("lost", f"{name} is gone")
        elif name in before and before[name] != after[name] and name not in results:
            trial.add("lost", f"{name} was changed")


def judge_result(trial: Trial, folder: Path, /, *, missing: bool = False) -> None:
    """A result folder is whole: both files, of one run, and they verify.

    Args:
        missing: there may be none.
    """
    document, table = folder / "result.json", folder / "front.csv"
    if not document.exists() and not table.exists():
        if not missing:
            trial.add("lost", f"there is no result in {folder.name}")
        return
    try:
        plans = json.loads(document.read_text(encoding="utf-8"))["plans"]
        rows = table.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError, KeyError) as error:
        trial.add("lost", f"{folder.name}: half a result: {error}")
        return
    ranked = [plan["id"] for plan in sorted(plans, key=lambda plan: plan["rank"])]
    if sorted(ranked) != sorted(row.split(",")[0] for row in rows[1:]):
        trial.add("mixed", f"{folder.name}: front.csv and result.json are of different runs")
    ended = finished(program("verify", folder.name), folder.parent)
    if ended.code != 0:
        trial.add(
            "lost", f"verify {folder.name}: exit {ended.code}: {(ended.out + ended.err)[-300:]}"
        )
