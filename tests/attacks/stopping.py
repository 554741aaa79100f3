"""Runs through the command line that are stopped, killed and resumed: no plan lost, no gap wider,
every claim true.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from tests.attacks.judging import judge
from tests.attacks.meaning import Data
from tests.attacks.oracle import Oracle
from tests.attacks.patience import outlasts
from tests.attacks.reading import choice_of
from tests.attacks.verdicts import Verdict
from tests.attacks.writing import scenario_text

__all__ = ["command", "record_of", "resumed", "typed"]

ROOT = Path(__file__).resolve().parents[2]
_UNLIMITED = 30.0  # seconds for a run without a limit
_OUTCOMES = {0: "result", 2: "usage", 3: "invalid", 6: "proof", 130: "result"}

Record = dict[str, Any]


def command(
    folder: Path,
    *arguments: str,
    limit: float | None = None,
    interrupt: tuple[float, int] | None = None,
) -> Record:
    """One command as a process: exit code, outputs, whether it had to be killed.

    Args:
        limit: the time limit it was given.
        interrupt: seconds after which it gets a signal, and which.
    """
    out, err = folder / "stdout", folder / "stderr"
    with out.open("w", encoding="utf-8") as first, err.open("w", encoding="utf-8") as second:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), *arguments],
            cwd=folder,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
            stdout=first,
            stderr=second,
        )
        start = time.monotonic()
        if interrupt is not None and not _ends(process, interrupt[0]):
            process.send_signal(interrupt[1])
        late = outlasts(
            process.pid,
            _UNLIMITED if limit is None else limit,
            lambda seconds: _ends(process, seconds),
        )
        if late:
            process.kill()
            process.wait()
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
    code = None if late else process.returncode
    return {"code": code, "out": texts[0], "err": texts[1], "seconds": time.monotonic() - start}


def _ends(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def record_of(done: Mapping[str, Any], folder: Path, /) -> Record:
    """What a run came to, as the judge reads it: the exit code decides, the saved document is the
    claim.
    """
    code = done["code"]
    if code is None:
        return {"outcome": "hang", "message": f"no end after {done['seconds']:.1f} s"}
    if code == 4:
        kind = "unbounded" if "no finite best" in done["err"] else "infeasible"
        return {"outcome": kind, "message": done["err"]}
    path = folder / "result.json"
    if code in (0, 6, 130) and path.is_file():
        return {
            "outcome": "result",
            "document": json.loads(path.read_text(encoding="utf-8")),
            "code": code,
        }
    if code == 130:
        return {"outcome": "proof", "message": "interrupted before any plan was found"}
    return {
        "outcome": _OUTCOMES.get(code, "crash"),
        "message": done["err"][-400:] or f"exit {code}",
    }


def typed(text: str, oracle: Oracle, /, *, limit: float = 10.0) -> tuple[Record, Verdict]:
    """Solve a scenario on the command line: exit code, output and saved result say one thing, and
    it is true.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "attack.yaml").write_text(text, encoding="utf-8")
        arguments = ["run", "attack.yaml", "-o", "r", "--time-limit", str(limit), "--json"]
        done = command(folder, *arguments, limit=limit)
        record = record_of(done, folder / "r")
        verdict = judge(oracle, record)
        if (
            record["outcome"] == "result"
            and json.loads(done["out"])["plans"] != record["document"]["plans"]
        ):
            verdict.add("trouble", "what was printed is not what was saved")
        if record["outcome"] not in ("result", "invalid") and (folder / "r").exists():
            verdict.add("trouble", f"exit {done['code']} leaves a result")
        if record["outcome"] == "result":
            again = command(folder, "verify", "r")
            if again["code"] != 0:
                verdict.add("trouble", f"verify refuses it: {(again['out'] + again['err'])[-300:]}")
    return record, verdict


def resumed(
    data: Data, oracle: Oracle, rng: Random, /, *, most: int = 6
) -> tuple[list[str], Verdict]:
    """Stop a run, go on with it several times, judge each state.

    Returns:
        What was done, one entry a run, and every fault.
    """
    story: list[str] = []
    verdict = Verdict("resumed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "attack.yaml").write_text(scenario_text(data), encoding="utf-8")
        full = command(folder, "run", "attack.yaml", "-o", "full", "--method", "exact")
        record = record_of(full, folder / "full")
        verdict.faults += judge(oracle, record, limited=True).faults
        seconds = record["document"]["seconds"] if record["outcome"] == "result" else 1.0
        before: Record | None = None
        for turn in range(rng.randint(3, most)):
            # what a stop interrupts is what takes the time: loading libraries first, on a busy
            # machine most of it
            done, words = _turn(folder, rng, turn, seconds)
            story.append(f"{words} -> exit {done['code']}")
            if done["code"] in (-9, -2) or (
                done["code"] == 2 and "nothing to go on with" in done["err"]
            ):
                continue
            record = record_of(done, folder / "r")
            found = judge(oracle, record, seed=turn, limited=True)
            story[-1] += f" {found.claim}"
            verdict.faults += found.faults
            if record["outcome"] == "result":
                story[-1] += (
                    f" {len(record['document']['plans'])} plans, gap "
                    f"{record['document']['proof']['gap']}"
                )
                if before is not None:
                    _never_weaker(before, record["document"], oracle, verdict)
                before = record["document"]
            if verdict.faults or found.claim.startswith("complete"):
                break
    return story, verdict


def _turn(folder: Path, rng: Random, turn: int, seconds: float) -> tuple[Record, str]:
    """One run of the story: stopped by a limit, by Ctrl-C or killed."""
    share, how = rng.uniform(0.5, 1.0), rng.random()
    arguments = [
        "run",
        "attack.yaml",
        "-o",
        "r",
        "--method",
        "exact",
        *(["--resume"] if turn else []),
    ]
    again = "--resume " * bool(turn)
    if how < 0.3:
        kind = signal.SIGKILL if how < 0.12 else signal.SIGINT
        done = command(folder, *arguments, interrupt=(2 * seconds * share, kind))
        return done, f"{again}{kind.name} after {2 * seconds * share:.2f} s"
    limit = round(seconds * share, 3)
    return command(
        folder, *arguments, "--time-limit", str(limit), limit=limit
    ), f"{again}--time-limit {limit}"


def _never_weaker(before: Record, after: Record, oracle: Oracle, verdict: Verdict) -> None:
    """No plan lost but to a better one, no gap wider, no status weaker."""
    old, new = before["proof"], after["proof"]
    order = ["approximate", "covering", "complete"]
    if order.index(new["status"]) < order.index(old["status"]):
        verdict.add("false", f"resumed: {old['status']} became {new['status']}")
    if (
        old["gap"] is not None
        and new["status"] == "covering"
        and (new["gap"] is None or new["gap"] > old["gap"])
    ):
        verdict.add("false", f"resumed: gap {old['gap']} became {new['gap']}")
    points = [_outcome(oracle, plan) for plan in after["plans"]]
    for plan in before["plans"]:
        y = _outcome(oracle, plan)
        if y is not None and not any(
            p is not None and all(a <= b for a, b in zip(p, y, strict=True)) for p in points
        ):
            verdict.add("false", f"resumed: plan {plan['id']} is lost")
            return


def _outcome(oracle: Oracle, plan: Mapping[str, Any]) -> Sequence[Fraction] | None:
    choice, _ = choice_of(oracle.meaning, plan["decisions"])
    piece = oracle.piece(choice)
    return None if piece is None else piece.at(())
