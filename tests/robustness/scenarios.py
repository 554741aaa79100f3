"""Scenario files damaged in their bytes, their words, their structure."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.robustness.bases import SCENARIOS, TALL, damaged, nasty
from tests.robustness.judging import Trial, judge, judge_folder
from tests.robustness.running import ROOT, Ended, Server, snapshot

__all__ = ["attempt", "damaged_bytes", "scenario_bytes", "scenario_tree", "scenario_words"]

# those that are solved in no time
_QUICK = [
    name
    for name in SCENARIOS
    if not name.startswith(("cement_plant", "factory_roadmap", "steam", "staged", "capability"))
]
_WORD = re.compile(r"[\w.%+-]+|[^\w\s]|\n *")
_BYTES = [
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\t",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\x1b",
]
_BYTES += [b": ", b"- ", b"&a ", b"*a ", b"<<: *a", b"!!set ", b"|\n", b">-\n", b"? ", b"---\n"]
_BYTES += [b"{", b"[", b"}", b"]", b"'", b'"', b"#", b"%", b"@", b"`", b"\xed\xa0\x80", b"\xf4\x90"]


def _base(rng: Random, folder: Path, /) -> str:
    """The text of a sound scenario; the data beside it are copied."""
    if rng.random() < 0.5:
        return TALL
    name = rng.choice(_QUICK)
    for data in (ROOT / "scenarios").glob("*.csv"):
        shutil.copy(data, folder)
    return (ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")


def damaged_bytes(data: bytes, rng: Random, /) -> tuple[bytes, str]:
    """Change some bytes of a file; what was done, in words."""
    words = []
    for _ in range(rng.choice([1, 1, 2, 5, 30])):
        at, how = rng.randrange(len(data) + 1), rng.randrange(6)
        end = min(len(data), at + rng.choice([1, 1, 4, 40]))
        if how == 0:
            data = data[:at] + rng.choice(_BYTES) * rng.choice([1, 1, 50]) + data[at:]
        elif how == 1:
            data = data[:at] + data[end:]
        elif how == 2:
            data = data[:at] + bytes(rng.randrange(256) for _ in range(end - at)) + data[end:]
        elif how == 3:
            data = data[:at] + data[at:end] * rng.choice([2, 100]) + data[end:]
        elif how == 4:
            other = rng.randrange(len(data) + 1)
            data = data[:at] + data[other : other + 200] + data[at:]
        elif rng.random() < 0.2:
            data = data[:at]
        words.append(f"{('in', 'out', 'noise', 'again', 'moved', 'cut')[how]} at {at}")
    return data, ", ".join(words[:4])


def attempt(trial: Trial, server: Server, folder: Path, name: str, size: int, /) -> None:
    """Check a scenario, solve it where it is valid, and look at what was saved."""
    before = snapshot(folder)
    checked = server.run(folder, "check", name)
    judge(trial, checked, size=size, codes={0, 2, 3})
    judge_folder(trial, before, snapshot(folder))
    if checked.code == 3:
        structured = server.run(folder, "check", name, "--format", "json")
        judge(trial, structured, size=size, codes={3})
        _same_findings(trial, checked, structured)
    if checked.code != 0:
        return
    words = ("run", name, "-o", "r", "--time-limit", "2")
    ended = server.run(folder, *words)
    judge(trial, ended, size=size, codes={0, 3, 4, 6})
    judge_folder(trial, before, snapshot(folder), results=("r",))
    if ended.code == 3:
        trial.add("code", f"check: valid, run: {ended.err[:300]}")
    if ended.code == 0 and not (folder / "r").exists():
        trial.add("lost", "exit 0, and no result")
    if (folder / "r").exists():
        judge(trial, server.run(folder, "verify", "r"), size=size, codes={0})
        for form in ("table", "md", "csv"):
            judge(trial, server.run(folder, "show", "r", "--format", form), size=size, codes={0})


def _same_findings(trial: Trial, shown: Ended, structured: Ended, /) -> None:
    if len(structured.out.encode()) < structured.length - len(structured.err.encode()):
        return  # so long that only its beginning was kept
    try:
        found = json.loads(structured.out)
    except ValueError:
        trial.add("code", f"check --format json printed no JSON: {structured.out[:200]!r}")
        return
    if not found and shown.code == 3:
        trial.add("silent", "check --format json lists nothing")


def scenario_bytes(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Bytes changed."""
    data, trial.words = damaged_bytes(_base(rng, folder).encode(), rng)
    (folder / "case.yaml").write_bytes(data)
    attempt(trial, server, folder, "case.yaml", len(data))


def scenario_words(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Words of the text left out, exchanged, repeated or replaced."""
    text = _base(rng, folder)
    for _ in range(rng.choice([1, 1, 2, 4])):
        found = list(_WORD.finditer(text))
        if not found:
            break
        one, other = rng.choice(found), rng.choice(found)
        word = rng.choice(["", other[0], one[0] * 2, str(nasty(rng)), json.dumps(str(nasty(rng)))])
        trial.words += f"{one[0]!r} at {one.start()} = {word!r}"[:120] + "; "
        text = text[: one.start()] + word + text[one.end() :]
    data = text.encode("utf-8", errors="surrogatepass")
    (folder / "case.yaml").write_bytes(data)
    attempt(trial, server, folder, "case.yaml", len(data))


def scenario_tree(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Keys and values changed, moved and repeated, in one of several styles of YAML."""
    tree = yaml.safe_load(_base(rng, folder))
    done = [damaged(tree, rng, nasty) for _ in range(rng.choice([1, 1, 2, 3]))]
    trial.words = "; ".join(done)
    style: dict[str, Any] = rng.choice(
        [{}, {"default_flow_style": True}, {"default_style": '"'}, {"width": 30}]
    )
    try:
        text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=rng.random() < 0.5, **style)
    except (RecursionError, TypeError):
        text = repr(tree)
    data = text.encode("utf-8", errors="surrogatepass")
    (folder / "case.yaml").write_bytes(data)
    attempt(trial, server, folder, "case.yaml", len(data))
