"""What commands read besides scenarios and results, as a stranger may have left it: kept answers,
folders of sweeps, exported plans, earlier runs, tables that are named by an option.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from tests.robustness.bases import damaged, nasty
from tests.robustness.documents import stranger, written_json
from tests.robustness.judging import Trial, judge
from tests.robustness.lines import furnished
from tests.robustness.running import Server, snapshot
from tests.robustness.scenarios import damaged_bytes
from tests.robustness.workbooks import COSTLY, packed

__all__ = [
    "OBJECTS",
    "kept_answers",
    "kept_runs",
    "plan_tables",
    "sweep_folders",
    "typed_tables",
]

_CELLS = ("", "-1", "1e999", "nan", "inf", "1" * 400, "=1+1", "p", "\u202e", "1@2027", "x" * 40_000)


def _changed_json(file: Path, rng: Random) -> str:
    """Change a file of JSON; what was done, in words."""
    if rng.random() < 0.2:
        data, words = damaged_bytes(file.read_bytes(), rng)
    else:
        tree = json.loads(file.read_text(encoding="utf-8"))
        words = damaged(tree, rng, stranger)
        try:
            data = written_json(tree).encode()
        except (RecursionError, ValueError):
            data = repr(tree).encode("utf-8", errors="surrogatepass")
    file.write_bytes(data)
    return f"{file.name}: {words}"


def _changed_csv(file: Path, rng: Random) -> str:
    """Change a table: bytes, cells, rows, columns; what was done, in words."""
    how = rng.randrange(6)
    if how < 2:
        data, words = damaged_bytes(file.read_bytes(), rng)
        file.write_bytes(data)
        return f"{file.name}: {words}"
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    row, column = rng.randrange(len(rows)), rng.randrange(len(rows[0]))
    value = rng.choice(_CELLS) if rng.random() < 0.6 else str(nasty(rng))
    if how < 4:
        words = f"{rows[row][column]!r} = {value!r}"[:160]
        rows[row][column] = value
    elif how == 4:
        words = f"column {column} twice"
        rows = [[*line, line[column]] for line in rows]
    else:
        words = f"row {row} twice and ragged"
        rows += [rows[row], rows[row][: column + 1]]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8", errors="replace")
    return f"{file.name}: {words}"


#: what may stand in the place of a file
OBJECTS: Mapping[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to a device without an end": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: None,
    "an empty file": lambda path: path.touch(),
    "10 MB of lists in lists": lambda path: path.write_bytes(b"[" * 10_000_000),
    "10 MB of mappings": lambda path: path.write_bytes(b'{"a":' * 2_000_000),
    "a text of 9 MB": lambda path: path.write_text(json.dumps("x" * 9_000_000)),
    "a number of 9 MB": lambda path: path.write_bytes(b"1" * 9_000_000),
    "half a character": lambda path: path.write_bytes(b'{"schema_version": "\\ud800"}'),
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe\x00{"),
}


def _exchanged(file: Path, trial: Trial) -> str:
    name = list(OBJECTS)[trial.number % len(OBJECTS)]
    file.unlink(missing_ok=True)
    OBJECTS[name](file)
    return f"{file.name}: {name}"


def _asked(
    trial: Trial,
    server: Server,
    folder: Path,
    lines: Mapping[str, set[int]],
    /,
    made: tuple[str, ...] = (),
    may_go: tuple[str, ...] = (),
) -> None:
    """Ask, and hold every answer against the exit codes that are right; what was there stays."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    before = snapshot(folder)
    for line, codes in lines.items():
        ended = server.run(folder, *line.split())
        judge(trial, ended, size=size, codes=codes)
        if ended.code in (2, 3) and "= help: " not in ended.err:
            trial.add("silent", f"{line}: no help: {ended.err[:300]}")
        for name in made:
            (folder / name).unlink(missing_ok=True)
    after = {*snapshot(folder), *may_go}
    for name in set(before) - after:
        trial.add("lost", f"{name} is gone")


def kept_answers(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """An answer that was kept, and changed since."""
    furnished(folder)
    if rng.random() < 0.8:
        trial.words = _changed_json(folder / "a.json", rng)
    else:
        trial.words = _exchanged(folder / "a.json", trial)
    lines = {
        "plot sound -o out.svg --kind ranges --answer a.json": {0, 2, 3},
        "plot sound -o out.svg --kind tornado --answer a.json": {0, 2, 3},
        "report sound -o out.html --answer a.json": {0, 2, 3},
    }
    _asked(trial, server, folder, lines, made=("out.svg", "out.html"))


def _changed(file: Path, rng: Random) -> str:
    return (_changed_csv if file.suffix == ".csv" else _changed_json)(file, rng)


def sweep_folders(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """A sweep of which a file was changed."""
    furnished(folder)
    swept = folder / "swept"
    files = sorted(path for path in swept.rglob("*") if path.suffix in (".json", ".csv"))
    file = rng.choice([swept / "design.json", rng.choice(files), rng.choice(files)])
    if rng.random() < 0.2:
        trial.words = _exchanged(file, trial)
    else:
        trial.words = _changed(file, rng)
    lines = {
        "sweep swept --merge": {0, 2, 3},
        "sweep swept --merge --json --breakpoints never": {0, 2, 3},
        "sweep swept --merge --plans all.csv --plot s.svg --format csv": {0, 2, 3},
        "verify swept": {0, 2, 3, 5},
        "compare swept swept": {0, 2, 3},
        "sweep tall.yaml -o swept --vary parameters.cap.value=8,12 --workers 1": {0, 2, 3},
    }
    _asked(trial, server, folder, lines, made=("all.csv", "s.svg"))


def plan_tables(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Exported plans that were changed, or are another table altogether."""
    furnished(folder)
    suffix = rng.choice(["csv", "csv", "csv", "xlsx", "xlsx"])
    file = folder / f"plans.{suffix}"
    how = rng.random()
    if how < 0.2:
        trial.words = _exchanged(file, trial)
    elif suffix == "csv":
        trial.words = _changed_csv(file, rng)
    elif how < 0.5:
        name = sorted(COSTLY)[trial.number % len(COSTLY)]
        trial.words, parts = f"a workbook of {name}", COSTLY[name](30_000)
        file.write_bytes(packed(parts))
    else:
        data, trial.words = damaged_bytes(file.read_bytes(), rng)
        file.write_bytes(data)
    lines = {
        f"verify plans.{suffix} --scenario tall.yaml": {0, 2, 3, 5},
        f"verify plans.{suffix} --scenario sound --json": {0, 2, 3, 5},
    }
    _asked(trial, server, folder, lines)


def kept_runs(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Earlier runs, some of them changed, where a run looks for one that answers it."""
    furnished(folder)
    place = folder / rng.choice(["results", ".optimise"]) / "tall"
    shutil.copytree(folder / "sound", place)
    file = place / rng.choice(["result.json", "result.json", "front.csv"])
    if rng.random() < 0.3:
        trial.words = _exchanged(file, trial)
    else:
        trial.words = _changed(file, rng)
    lines = {
        "run tall.yaml": {0, 2, 3},
        "best tall.yaml output": {0, 2, 3},
        "decide tall.yaml --format json": {0, 2, 3},
        "results .": {0},
        "results . --all --json": {0},
        "check tall.yaml": {0},
        "run tall.yaml --no-cache -o r --certificate": {0},
    }
    # a result that is saved there has none
    _asked(trial, server, folder, lines, may_go=("results/tall/certificate.jsonl.gz",))


def typed_tables(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Tables and values that an option names."""
    furnished(folder)
    values = "cap: 9\nrate: 2\n"
    (folder / "values.yaml").write_text(values, encoding="utf-8")
    name = rng.choice(["caps.csv", "measured.csv", "table.csv", "values.yaml"])
    if rng.random() < 0.2:
        trial.words = _exchanged(folder / name, trial)
    elif name.endswith(".csv"):
        trial.words = _changed_csv(folder / name, rng)
    else:
        data, trial.words = damaged_bytes((folder / name).read_bytes(), rng)
        (folder / name).write_bytes(data)
    lines = {
        "caps.csv": {
            "sweep tall.yaml -o sw --vary caps.csv --workers 1 --time-limit 2": {0, 2, 3},
        },
        "measured.csv": {
            "assess tall.yaml --measured measured.csv": {0, 2, 3},
            "assess sound --measured measured.csv --json": {0, 2, 3},
        },
        "table.csv": {"init new --from table.csv": {0, 2, 3}},
        "values.yaml": {
            "run tall.yaml --at values.yaml -o r2": {0, 2, 3, 4},
            "check tall.yaml --at values.yaml": {0, 2, 3},
        },
    }[name]
    _asked(trial, server, folder, lines)
