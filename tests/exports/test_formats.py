"""Every export: the same result, whole and safe to open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from optimiser.errors import UsageError
from optimiser.exports import export, formats, text
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.table import csv_text, number
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import front, result, scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def test_formats_are_found() -> None:
    assert list(formats()) == [".csv", ".json", ".md", ".opb", ".parquet", ".tex", ".xlsx"]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".md", ".opb", ".tex"])
def test_every_format_writes_the_same_text_twice(
    suffix: str, solved: Result, tmp_path: Path
) -> None:
    first, second = (
        export(solved, tmp_path / f"a{suffix}"),
        export(solved, tmp_path / f"b{suffix.upper()}"),
    )
    assert first.read_bytes() == second.read_bytes() == text(solved, suffix).encode()
    assert b"\r" not in first.read_bytes()
    assert first.read_bytes().endswith(b"\n")
    for name in solved.front.ids:
        assert name in first.read_text(encoding="utf-8")


def test_csv_columns_and_cells(solved: Result) -> None:
    table = list(csv.reader(io.StringIO(text(solved, ".csv"))))
    assert table[0] == [
        "plan",
        "rank",
        "score",
        "output",
        "cost",
        "jobs",
        "lines",
        "iot",
        "ai",
        "pv",
    ]
    assert [row[0] for row in table[1:]] == list(solved.front.ids)
    full = next(row for row in table if row[8] == "full" and row[7] == "1" and row[9] == "0")
    assert full[3:] == ["111", "6", "10", "0", "1", "full", "0"]
    for row in table[1:]:
        for cell in row[1:6]:
            assert number(float(cell)) == cell


def test_json_is_the_saved_document(solved: Result, tmp_path: Path) -> None:
    solved.save(tmp_path)
    assert (tmp_path / "result.json").read_text(encoding="utf-8") == text(solved, ".json")
    assert [plan["id"] for plan in json.loads(text(solved, ".json"))["plans"]] == list(
        solved.front.ids
    )


def test_markdown_reads_as_one_table_and_escapes_user_text(solved: Result) -> None:
    lines = text(solved, ".md").splitlines()
    assert lines[0] == r"## 手工 \[red\]plan\[/\] (handmade)"
    assert "*illustrative: invented numbers*" in lines
    table = [line for line in lines if line.startswith("| ") and "`p" in line]
    assert len(table) == len(solved.front)
    assert lines[-1] == f"**complete: {len(solved.front)} of {len(solved.front)}, proven**"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("-3", "-3"),
        ("-2.5e-07", "-2.5e-07"),
        ("+4", "+4"),
        ("full", "full"),
        ("nan", "nan"),
    ],
)
def test_formulas_are_neutralised_and_numbers_are_not(cell: str, written: str) -> None:
    made = front([[1.0]], cells=[(cell,)], decisions=("d",))
    assert list(csv.reader(io.StringIO(csv_text(made, rank(made)))))[1][-1] == written


def test_carriage_returns_quotes_and_commas_are_quoted() -> None:
    made = front([[1.0]], cells=[("\rx", 'a"b', "c,d")], decisions=("d", "e", "f"))
    assert csv_text(made, rank(made)).splitlines(keepends=False)[0] == "plan,rank,score,o0,d,e,f"
    assert '"\'\rx","a""b","c,d"' in csv_text(made, rank(made))


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, 1e-7, 123456789.125, 5e-324, 1.7976931348623157e308, 0.30000000000000004]
)
def test_numbers_read_back_as_they_were(value: float) -> None:
    assert float(number(value)) == value
    assert float(number(-value)) == -value


@pytest.mark.parametrize(
    ("value", "written"), [(-0.0, "0"), (12.0, "12"), (-3.0, "-3"), (1e16, "1e+16"), (2.50, "2.5")]
)
def test_numbers_are_short(value: float, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize("name", ["plans.txt", "plans", "plans.ods"])
def test_unknown_suffix_is_refused(name: str, solved: Result, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        export(solved, tmp_path / name)
    assert ".csv, .json, .md" in caught.value.help
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_what_was_there(
    solved: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "plans.csv"
    target.write_text("before", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        export(solved, target)
    assert target.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["plans.csv"]


def test_a_folder_or_a_missing_folder_is_refused(solved: Result, tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        export(solved, tmp_path / "x.csv")
    with pytest.raises(UsageError, match="there is no folder"):
        export(solved, tmp_path / "nowhere" / "x.csv")


def test_a_front_of_segments_exports_its_vertices(tmp_path: Path) -> None:
    made = result(tmp_path, front([[0, 1], [1, 0]], of="cells"))
    assert text(made, ".csv").count("\n") == 3
