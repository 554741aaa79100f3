"""Results and states of runs as a stranger, or a bad disk, may have left them."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from tests.robustness.bases import damaged, nasty, stopped
from tests.robustness.judging import Trial, judge, judge_folder
from tests.robustness.lines import furnished, readers
from tests.robustness.running import Server, snapshot
from tests.robustness.scenarios import damaged_bytes

__all__ = [
    "STRANGERS",
    "document_bytes",
    "document_strangers",
    "document_tree",
    "state_bytes",
    "state_tree",
    "stranger",
    "written_json",
]

_RAW = "\ue000raw\ue000"
# texts that no value of Python gives when written as JSON
_LITERALS = [
    "1e999",
    "-1e999",
    "1" + "0" * 30,
    "-" + "9" * 400,
    "9" * 5000,
    "NaN",
    "Infinity",
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u0000"',
    '"\\u001b[31m"',
    "[" * 3000 + "]" * 3000,
    "[" * 200_000,
    '{"a":' * 900 + "1" + "}" * 900,
    '{"a": 1, "a": 2}',
    "1e-999",
    "-0",
    "0.1e1",
    "10000000000000000000000.0",
]
# what each of the lines says of a result is tried; every so many-th of them in one case
_SHARE = 16


def stranger(rng: Random, /) -> Any:
    """A value for a place in JSON, some of them as raw text."""
    return f"{_RAW}{rng.randrange(len(_LITERALS))}" if rng.random() < 0.4 else nasty(rng)


def written_json(tree: Any, /) -> str:
    """A tree as JSON, with the raw texts of :func:`stranger` in it."""
    text = json.dumps(tree, ensure_ascii=True)
    mark = json.dumps(_RAW)[1:-1]
    for number in range(len(_LITERALS) - 1, -1, -1):
        text = text.replace(f'"{mark}{number}"', _LITERALS[number])
    return text


def _read(trial: Trial, server: Server, folder: Path, data: bytes) -> None:
    """What reads a result reads a damaged one: some readers of all."""
    (folder / "sound" / "result.json").write_bytes(data)
    before = snapshot(folder)
    for line in readers()[trial.number % _SHARE :: _SHARE]:
        words = line.words
        ended = server.run(folder, *words)
        judge(trial, ended, size=len(data), codes={0, 2, 3, 4, 5, 6})
        if ended.code in (2, 3) and "result" not in ended.err and "sound/" not in ended.err:
            known = ("no plan", "certificate", "unknown", "objective", "scenario", "option")
            if not any(word in ended.err for word in known):
                trial.add("silent", f"{' '.join(words)}: no place: {ended.err[:200]}")
        for name in line.made:
            (folder / name).unlink(missing_ok=True)
    judge_folder(trial, before, snapshot(folder))


def document_bytes(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A result with bytes changed."""
    sound = (furnished(folder) / "result.json").read_bytes()
    data, trial.words = damaged_bytes(sound, rng)
    _read(trial, server, folder, data)


def document_tree(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A result with keys and values changed, the whole still JSON or nearly."""
    tree = json.loads((furnished(folder) / "result.json").read_text(encoding="utf-8"))
    how = rng.random()
    # most of a result is its plans: every part is to have its turn
    part = rng.choice([key for key in tree if isinstance(tree[key], dict | list) and tree[key]])
    if how < 0.75:
        trial.words = f"{part}: " + damaged(tree[part], rng, stranger)
    else:
        trial.words = damaged(tree, rng, stranger)
    try:
        data = written_json(tree).encode()
    except (RecursionError, ValueError):
        data = repr(tree).encode("utf-8", errors="surrogatepass")
    _read(trial, server, folder, data)


# Path into a result -> what is put there as raw text; nothing: left out.
STRANGERS: Mapping[str, tuple[tuple[str | int, ...], str]] = {
    "a reference plan without an objective": (("plans_", 0, "objectives", "output"), ""),
    "a reference plan without objectives": (("plans_", 0, "objectives"), "{}"),
    "a rank of 31 digits": (("plans", 0, "rank"), "1" + "0" * 30),
    "a score beyond all numbers": (("plans", 0, "score"), "1e999"),
    "an objective of 31 digits": (("plans", 0, "objectives", "output"), "1" + "0" * 30),
    "an objective of 400 digits": (("plans", 0, "objectives", "output"), "9" * 400),
    "an objective of 5,000 digits": (("plans", 0, "objectives", "output"), "9" * 5000),
    "an indicator beyond all numbers": (("plans", 0, "indicators", "share"), "1e999"),
    "a bound beyond all numbers": (("bounds", "output"), "-1e999"),
    "a weight beyond all numbers": (("ranking", "weights", "output"), "1e999"),
    "a seed of 400 digits": (("seed",), "9" * 400),
    "seconds beyond all numbers": (("seconds",), "1e999"),
    "half a character in a title": (("plans_", 0, "title"), '"\\ud800"'),
    "half a character in a name": (("plans_", 0, "name"), '"\\udfff"'),
    "half a character in a decision": (("plans", 0, "decisions", "iot"), '"\\ud800"'),
    "half a character in the scenario": (("scenario", "title"), '"\\ud800"'),
    "half a character in a reason": (("reason",), '"\\ud800"'),
    "an order to the terminal": (("reason",), '"\\u001b[31m"'),
    "nested lists": (("options", "x"), "[" * 50_000 + "]" * 50_000),
    "nested mappings": (("statistics",), '{"a":' * 900 + "1" + "}" * 900),
    "a decision of 31 digits": (("plans", 0, "decisions", "robots"), "1" + "0" * 30),
    "a decision beyond all numbers": (("plans", 0, "decisions", "robots"), "1e999"),
    "no scenario": (("scenario",), "{}"),
    "a scenario with a number beyond all": (("scenario", "parameters", "cap", "value"), "1e999"),
    "a negative rank": (("plans", 0, "rank"), "-1"),
    "a gap that is a text": (("proof", "gap"), '"much"'),
}


def document_strangers(_rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A result with one value that no result has, each in turn, through every reader."""
    names = list(STRANGERS)
    trial.words = names[trial.number % len(names)]
    path, text = STRANGERS[trial.words]
    tree = json.loads((furnished(folder) / "result.json").read_text(encoding="utf-8"))
    holder = tree
    for step in path[:-1]:
        holder = holder["reference_plans" if step == "plans_" else step]
    if text:
        holder[path[-1]] = _RAW
    else:
        del holder[path[-1]]
    data = json.dumps(tree).replace(json.dumps(_RAW), text).encode()
    _read(trial, server, folder, data)


def _go_on(trial: Trial, server: Server, folder: Path, data: bytes) -> None:
    shutil.copytree(stopped(folder), folder / "r")
    (folder / "r" / "resume.json").write_bytes(data)
    before = snapshot(folder)
    words = ("run", "state.yaml", "--method", "exact", "--resume", "--time-limit", "1", "-o", "r")
    ended = server.run(folder, *words)
    judge(trial, ended, size=len(data) + 5_000_000, codes={0, 2, 6})
    if ended.memory > 1 << 30 or ended.seconds > 20:
        trial.add("cost", f"{ended.memory / 1e9:.1f} GB, {ended.seconds:.0f} s for {len(data):,}")
    after = snapshot(folder)
    # what is weaker than the result that is there goes beside it
    beside = {name.partition("/")[0] for name in after if name.startswith("r-")}
    judge_folder(trial, before, after, results=("r", *beside))
    if ended.code in (2, 6):
        for name in ("r/front.csv", "r/result.json"):
            if before[name] != after.get(name):
                trial.add("lost", f"exit {ended.code} changed {name}")
    else:
        judge(trial, server.run(folder, "verify", "r"), size=len(data), codes={0})


def state_bytes(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """The state of a run with bytes changed."""
    data, trial.words = damaged_bytes((stopped(folder) / "resume.json").read_bytes(), rng)
    _go_on(trial, server, folder, data)


def _packed(data: bytes, kind: str, shape: Any) -> dict[str, Any]:
    packed = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    return {"type": kind, "shape": shape, "data": packed}


def _damaged_array(entry: dict[str, Any], rng: Random) -> str:
    """Numbers of an array replaced, or another array in its place; in place."""
    how = rng.randrange(7)
    if how == 0:
        entry["shape"] = nasty(rng)
        return f"shape {entry['shape']!r}"[:80]
    if how == 1:  # 3.9 MB that unpack to 1 GB and less
        size = rng.choice([1 << 24, 1 << 27, (1 << 30) // 8])
        width = entry["shape"][-1] if len(entry["shape"]) > 1 else 1
        shape = [size // max(1, width), width] if len(entry["shape"]) > 1 else [size]
        length = 8
        for side in shape:
            length *= side
        entry.update(_packed(bytes(length), entry["type"], shape))
        return f"{length:,} bytes of zeros"
    data = bytearray(zlib.decompress(base64.b64decode(entry["data"])))
    if how == 2 or not data:
        entry.update(_packed(b"", entry["type"], [0, *entry["shape"][1:]]))
        return "empty"
    shape, kind = list(entry["shape"]), entry["type"]
    if how == 3:
        kind = "<f8" if kind == "<i8" else "<i8"
        entry.update(_packed(bytes(data), kind, shape))
        return f"read as {kind}"
    if how == 4:
        keep = rng.randrange(shape[0]) if shape[0] else 0
        row = len(data) // max(1, shape[0])
        entry.update(_packed(bytes(data[: keep * row]), kind, [keep, *shape[1:]]))
        return f"{keep} of {shape[0]} rows"
    for _ in range(rng.choice([1, 5, 100])):
        at = rng.randrange(len(data) // 8) * 8
        value = rng.choice([b"\xff" * 8, b"\x00" * 7 + b"\xf0\x7f"[:1], b"\x00" * 6 + b"\xf0\x7f"])
        wild = bytes(rng.randrange(256) for _ in range(8))
        data[at : at + 8] = value.ljust(8, b"\x7f") if how == 5 else wild
    entry.update(_packed(bytes(data), kind, shape))
    return "numbers replaced"


def state_tree(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A state that was changed on purpose: its sum is right again."""
    tree = json.loads((stopped(folder) / "resume.json").read_text(encoding="utf-8"))
    arrays = [("plans", tree["plans"]), *sorted(tree["arrays"].items())]
    if rng.random() < 0.7:
        name, entry = rng.choice(arrays)
        trial.words = f"{name}: {_damaged_array(entry, rng)}"
    else:
        trial.words = damaged(tree["numbers"] if rng.random() < 0.5 else tree, rng, nasty)
    try:
        tree.pop("check", None)
        text = json.dumps(tree, sort_keys=True)
        tree["check"] = hashlib.sha256(text.encode()).hexdigest()
        data = json.dumps(tree).encode()
    except (RecursionError, TypeError, ValueError):
        data = b"[" * 100_000
    _go_on(trial, server, folder, data)
