"""Streams that are closed, full, or read by someone who leaves: the exit code stays, and what is
saved is saved.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from random import Random

from tests.robustness.bases import saved
from tests.robustness.judging import Trial, judge, judge_result
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
# Command -> the exit code that is right when nothing is in the way.
_COMMANDS = {
    ("run", "tall.yaml", "-o", "r"): 0,
    ("run", "tall.yaml", "-o", "r", "-v"): 0,
    ("run", "tall.yaml", "-o", "r", "--json"): 0,
    ("run", "tall.yaml", "-o", "r", "--csv", "/dev/stdout"): 0,
    ("run", "tall.yaml", "-o", "r", "--time-limit", "5", "--require", "complete"): 0,
    ("run", "missing.yaml"): 2,
    ("check", "tall.yaml"): 0,
    ("check", "tall.yaml", "--show-merged"): 0,
    ("check", "wrong.yaml"): 3,
    ("check", "wrong.yaml", "--format", "json"): 3,
    ("show", "sound"): 0,
    ("show", "sound", "later"): 0,
    ("rank", "sound"): 0,
    ("verify", "sound"): 0,
    ("compare", "sound", "sound"): 0,
    ("compare", "sound", "sound", "--format", "junit"): 0,
    ("export", "sound", "-o", "out.md"): 0,
    ("assess", "tall.yaml"): 0,
    ("schema",): 0,
    ("scenarios",): 0,
    ("--help",): 0,
    ("run", "--help"): 0,
    ("--version",): 0,
    ("run", "--no-such-option"): 2,
    ("nonsense",): 2,
}


def streams(rng: Random, _server: Server, folder: Path, trial: Trial, /) -> None:
    """Some commands under one redirection."""
    ways = list(WAYS)
    way = ways[trial.number % len(ways)]
    trial.words = way
    saved(folder)
    (folder / "wrong.yaml").write_text("optimise: 1\nname: wrong\n", encoding="utf-8")
    for words in rng.sample(list(_COMMANDS), 6):
        expected = _COMMANDS[words]
        line = shlex.join(program(*words))
        script = f"{line} {way}; echo ${{PIPESTATUS[0]}} >code"
        ended = finished(["bash", "-c", script], folder)
        told = (folder / "code").read_text(encoding="utf-8").strip()
        label = f"{' '.join(words)} {way}"
        right = {expected, 2} if WAYS[way] else {expected}
        if int(told) not in right:
            trial.add("code", f"{label}: exit {told}, not {expected}: {ended.err[-200:]}")
        judge(trial, ended)
        if words[0] == "run" and "-o" in words:
            judge_result(trial, folder / "r")
