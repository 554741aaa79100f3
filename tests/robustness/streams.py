"""Streams that are closed, full, or read by someone who leaves: the exit code stays, and what is
saved is saved.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from random import Random

from tests.robustness.judging import Trial, judge, judge_result
from tests.robustness.lines import LINES, furnished
from tests.robustness.running import Server, finished, program

__all__ = ["WAYS", "streams"]

# Redirection -> whether it makes writing the result impossible, so that exit 2 is right, too.
WAYS = {
    ">/dev/full": True,
    "2>/dev/full": False,
    ">/dev/full 2>/dev/full": True,
    ">&-": False,
    "2>&-": False,
    ">&- 2>&-": False,
    "<&-": False,
    "<&- >&- 2>&-": False,
    "| head -1": False,
    "| true": False,
    "2>&1 | head -1": False,
    "2> >(true)": False,
    "> >(true)": False,
    "> >(true) 2> >(true)": False,
    ">/dev/null 2>&1": False,
}


def streams(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """Some commands under one redirection."""
    ways = list(WAYS)
    way = ways[trial.number % len(ways)]
    trial.words = way
    furnished(folder)
    for typed in rng.sample(LINES, 6):
        words, expected = typed.words, typed.code
        line = shlex.join(program(*words))
        if expected == 130:  # what serves ends when it is told to
            line = f"timeout --preserve-status -s INT 5 {line}"
        script = f"{line} {way}; echo ${{PIPESTATUS[0]}} >code"
        ended = finished(["bash", "-c", script], folder)
        told = (folder / "code").read_text(encoding="utf-8").strip()
        label = f"{' '.join(words)} {way}"
        right = {expected, 2} if WAYS[way] else {expected}
        if int(told) not in right:
            trial.add("code", f"{label}: exit {told}, not {expected}: {ended.err[-200:]}")
        judge(trial, ended)
        if "r" in typed.made:
            judge_result(trial, folder / "r")
        for name in typed.made:
            if not (folder / name).exists():
                trial.add("lost", f"{label}: {name} was not written")
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).unlink(missing_ok=True)
