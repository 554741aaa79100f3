"""Catalogues and measurements in CSV that nobody can have meant."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

from tests.robustness.bases import TABLE, nasty
from tests.robustness.judging import Trial, judge, judge_folder
from tests.robustness.running import Server, snapshot
from tests.robustness.scenarios import attempt, damaged_bytes

__all__ = ["HEAD", "read_table", "table_bytes", "table_cells", "table_shape"]

HEAD = """\
optimise: 1
name: around
indicators: {{capex: {{unit: M}}, output: {{baseline: 100}}, energy: {{}}}}
catalogue: {catalogue}
objectives: {{output: maximise, capex: minimise, energy: minimise}}
"""
_CELLS = ["", "1", "4%", "0.07", "(1.8)", "10-20", "5/1/2027", "1,5", "1 000", "1e400", "-1e400"]
_CELLS += ["=1+1", "@x", "#REF!", "n/a", "-", "true", "capex", "iot", "a;b;c", "1" * 400, "\ufeff"]
_CELLS += ["2027-01-05", "１２", "½", "1/0", "inf", "nan", '"', '""', "'", "0x10", "1_0"]


def read_table(trial: Trial, server: Server, folder: Path, name: str, data: bytes, /) -> None:
    """A catalogue of a scenario, and a scenario made around the table."""
    (folder / name).write_bytes(data)
    (folder / "case.yaml").write_text(HEAD.format(catalogue=name), encoding="utf-8")
    attempt(trial, server, folder, "case.yaml", len(data))
    before = snapshot(folder)
    made = server.run(folder, "init", "--from", name, "made")
    judge(trial, made, size=len(data), codes={0, 2, 3})
    after = {key: mark for key, mark in snapshot(folder).items() if not key.startswith("made")}
    judge_folder(trial, before, after)
    if made.code == 0:
        for path in sorted((folder / "made").glob("*.yaml")):
            words = ("check", f"made/{path.name}")
            judge(trial, server.run(folder, *words), size=len(data), codes={0, 3})


def _written(rows: list[list[str]], rng: Random) -> bytes:
    text = io.StringIO()
    style = rng.choice([",", ",", ";", "\t"])
    end = rng.choice(["\n", "\r\n", "\r"])
    csv.writer(text, delimiter=style, lineterminator=end).writerows(rows)
    code = rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "gb18030"])
    return text.getvalue().encode(code, errors="replace")


def table_bytes(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Bytes changed."""
    data, trial.words = damaged_bytes(_written(TABLE, Random(1)), rng)
    read_table(trial, server, folder, "table.csv", data)


def table_cells(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Cells replaced, headings too."""
    rows = [list(row) for row in TABLE]
    for _ in range(rng.choice([1, 1, 2, 5])):
        row, column = rng.randrange(len(rows)), rng.randrange(len(rows[0]))
        value = rng.choice(_CELLS) if rng.random() < 0.6 else str(nasty(rng))
        trial.words += f"{rows[row][column]!r} = {value!r}; "[:120]
        rows[row][column] = value
    read_table(trial, server, folder, "table.csv", _written(rows, rng))


def table_shape(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Very long, very wide, ragged, empty, of one endless cell."""
    how = rng.randrange(12)
    size = rng.choice([1_000, 10_000, 50_000])
    if how == 0:
        rows = [TABLE[0], *([f"t{i}", "x", "1", str(i), "1", ""] for i in range(size // 10))]
    elif how == 1:
        rows = [[*row, *[str(i) for i in range(size)]] for row in TABLE]
    elif how == 2:
        rows = [row[: rng.randrange(len(row) + 1)] for row in TABLE]
    elif how == 3:
        rows = [[*row, *[""] * size] for row in TABLE]
    elif how == 4:
        rows = [*TABLE, *[[""] * 6] * size, TABLE[1]]
    elif how == 5:
        rows = [*TABLE, ["x", "a" * 100 * size, "1", "1", "1", ""]]
    elif how == 6:
        rows = [TABLE[0]] * size
    elif how == 7:
        names = [f"t{i}" for i in range(min(size, 3000))]
        rows = [TABLE[0]]
        rows += [
            [name, "x", "1", "1", "1", ";".join(names[:i][-40:])] for i, name in enumerate(names)
        ]
    else:
        rows = []
    data = _written(rows, Random(1))
    if how >= 9:  # near 10 MB of commas, after a quoted cell, or of lines that say nothing
        data = _written(TABLE, Random(1)) + (b",", b'"",', b"\n")[how - 9] * 9_700_000
        data = data[:9_900_000]
    trial.words = f"shape {how}, size {size}"
    read_table(trial, server, folder, "table.csv", data)
