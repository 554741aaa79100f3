"""Exported plans are held against their scenario or their result; what was changed is found."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.exported_plans import (
    ExportedPlans,
    recomputed,
    saved_again,
    verify_against,
    verify_exported,
)
from optimiser.analysis.tolerances import SAVED_DIGITS
from optimiser.analysis.verification import Verified, verify
from optimiser.errors import ScenarioError, UsageError
from optimiser.exports import export, formats
from optimiser.exports.other_sheets import verify_sheets
from optimiser.exports.reading import is_table, read_plans, refuse_unread
from optimiser.exports.spreadsheet_csv import CsvMarks, data, marks_of
from optimiser.language import speaking
from optimiser.results import Result
from optimiser.results.table import csv_text, headings, is_number, number
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.exports.exported import both, table
from tests.handmade import front, result
from tests.searches import examples

MARKS = [CsvMarks(), CsvMarks(";", ","), CsvMarks(";", ".")]
LIBRARY = ["fusion_linear", "production_steps", "smart_manufacturing_phases", "weighted_example"]


def with_cell(of: ExportedPlans, row: int, column: int, text: str) -> ExportedPlans:
    changed = [list(cells) for cells in of.rows]
    changed[row][column] = text
    return ExportedPlans(of.path, of.headings, tuple(map(tuple, changed)), of.scenario_hash)


@pytest.mark.parametrize("marks", MARKS, ids=["comma", "semicolon", "swiss"])
def test_a_csv_for_spreadsheets_reads_back_as_the_table(
    marks: CsvMarks, solved: Result, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data(solved, marks))
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfplan" + marks.separator.encode() + b"rank")
    found = read_plans(str(path))
    assert found == ExportedPlans(str(path), headings(solved.front), table(solved).rows)


def test_decimal_commas_stand_in_numbers_only(tmp_path: Path) -> None:
    made = result(
        tmp_path,
        front([[0.5]], cells=[("2.5", "1e-07", "2.5@a", "v1.2", "=x")], decisions=tuple("abcde")),
    )
    line = list(csv.reader(io.StringIO(data(made, CsvMarks(";", ",")).decode()), delimiter=";"))[1]
    assert line[3:] == ["0,5", "2,5", "1e-07", "2.5@a", "v1.2", "'=x"]


@pytest.mark.parametrize(
    ("decimal", "name", "marks"),
    [
        (",", "de_DE.UTF-8", CsvMarks(";", ",")),
        (".", "zh_CN.UTF-8", CsvMarks()),
        (".", "C", CsvMarks()),
        (".", "de_CH.UTF-8", CsvMarks(";", ".")),
        (".", "German_Switzerland.1252", CsvMarks(";", ".")),
        ("٫", "ps_AF", CsvMarks()),
    ],
)
def test_the_locale_decides_the_marks(
    decimal: str, name: str, marks: CsvMarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.setlocale", lambda *_: name)
    monkeypatch.setattr("locale.localeconv", lambda: {"decimal_point": decimal})
    assert marks_of() == marks
    assert marks_of(",") == CsvMarks(";", ",")


def test_a_locale_that_is_not_installed_writes_points(monkeypatch: pytest.MonkeyPatch) -> None:
    import locale

    before = locale.setlocale(locale.LC_NUMERIC)
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    assert marks_of() == CsvMarks()
    assert locale.setlocale(locale.LC_NUMERIC) == before


def test_front_csv_stays_as_it_is(solved: Result, tmp_path: Path) -> None:
    path = export(solved, tmp_path / "a.csv")
    assert path.read_text(encoding="utf-8") == csv_text(solved.front, solved.ranking)


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_exported_holds(name: str, suffix: str, tmp_path: Path) -> None:
    found = solve(load(name))
    read = read_plans(str(export(found, tmp_path / f"a{suffix}")))
    for verified in both(read, found):
        assert verified.findings == ()
        assert ("sheets" in verified.unchecked) == (suffix == ".xlsx")
    assert "missing" in verify_exported(read, found.scenario).unchecked


@given(st.data())
@settings(max_examples=examples(30), deadline=None)
def test_a_changed_cell_is_found(solved: Result, data: st.DataObject) -> None:
    of = table(solved)
    row = data.draw(st.integers(0, len(of.rows) - 1))
    column = data.draw(st.integers(0, len(of.headings) - 1))
    cells = [line[column] for line in of.rows]
    other = data.draw(st.sampled_from([*cells, "", "7", "-1", "0.5", "x", "1e999", "nan", "=1"]))
    changed = with_cell(of, row, column, other)
    for verified in both(changed, solved):
        assert verified.holds == (other == of.rows[row][column])


def test_a_missing_plan_is_found_against_the_result_and_left_open_else(solved: Result) -> None:
    of = table(solved)
    middle = len(of.rows) // 2
    shorter = ExportedPlans(of.path, of.headings, of.rows[:middle] + of.rows[middle + 1 :])
    against = both(shorter, solved)[1]
    assert str(against.findings[0]).startswith(f"plan {of.rows[middle][0]}: is missing")
    alone = verify_exported(shorter, solved.scenario)
    assert not alone.holds or "missing" in alone.unchecked


def test_rows_in_another_order_twice_or_not_there_are_found(solved: Result) -> None:
    of = table(solved)
    for own in (of.rows[::-1], (*of.rows, of.rows[-1]), ()):
        for verified in both(ExportedPlans(of.path, of.headings, own), solved):
            assert not verified.holds


def test_other_columns_are_found(solved: Result) -> None:
    of = table(solved)
    other = ExportedPlans(of.path, (*of.headings[:-1], "more"), of.rows)
    for verified in both(other, solved):
        (finding,) = verified.findings
        assert str(finding) == "column 10 is 'more', and of the scenario 'pv'"


def test_a_workbook_of_another_scenario_is_found(solved: Result) -> None:
    of = table(solved)
    other = ExportedPlans(of.path, of.headings, of.rows, "0" * 64)
    for verified in both(other, solved):
        assert "is of another scenario" in str(verified.findings[0])


def test_another_ranking_is_that_of_its_result(solved: Result) -> None:
    again = rank_again(solved, method="topsis")
    assert verify_against(table(again), again, verify(again)).holds
    assert not verify_exported(table(again), again.scenario).holds


def test_a_workbook_that_a_spreadsheet_saved_again_holds(solved: Result, tmp_path: Path) -> None:
    path = export(solved, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert verify_exported(read_plans(str(path)), solved.scenario).holds
    book["Plans"]["D3"] = "=D4"
    book.save(path)
    assert not verify_exported(read_plans(str(path)), solved.scenario).holds


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\xff\xfe"),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b'plan,rank,score\n"p'),
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xlsx", b"no workbook"),
    ],
)
def test_what_is_no_export_is_damaged(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert is_table(str(tmp_path / name))
    with pytest.raises(ScenarioError, match="holds no plans that can be read"):
        read_plans(str(tmp_path / name))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_cells_beside_the_table(suffix: str, solved: Result, tmp_path: Path) -> None:
    """Empty ones are nothing, as a spreadsheet leaves them; a remark is a change that is found."""
    path = export(solved, tmp_path / f"a{suffix}")
    for remark in ("", "too dear"):
        if suffix == ".csv":
            first, *others = path.read_text(encoding="utf-8").splitlines()
            lines = [f"{first},,", *(f"{line},,{remark}" for line in others)]
            beside = tmp_path / "beside.csv"
            beside.write_text("\n".join(lines), encoding="utf-8")
        else:
            book = openpyxl.load_workbook(path)
            book["Plans"].cell(3, 40, remark or None).number_format = "0.00"
            beside = tmp_path / "beside.xlsx"
            book.save(beside)
        for verified in both(read_plans(str(beside)), solved):
            assert verified.holds == (not remark)


def test_digits_that_a_spreadsheet_drops_are_left_open(tmp_path: Path) -> None:
    """LibreOffice saves 15 digits, and rounds what is written: 0.390580083712688|5 up."""
    found = solve(load("product_quality"))
    of = table(found)
    rounding = Context(SAVED_DIGITS, ROUND_HALF_UP)
    kept = tuple(
        tuple(number(float(rounding.plus(Decimal(c)))) if is_number(c) else c for c in row)
        for row in of.rows
    )
    saved = ExportedPlans(of.path, of.headings, kept)
    assert saved.rows != of.rows
    for verified in both(saved, found):
        assert verified.findings == ()
        assert "digits" in verified.unchecked
    for verified in both(of, found):
        assert "digits" not in verified.unchecked


@given(st.floats(1e-9, 1e9), st.sampled_from([-1, 1]), st.integers(2, 50))
@settings(max_examples=examples(50), deadline=None)
def test_what_differs_in_fifteen_digits_is_found(value: float, sign: int, units: int) -> None:
    written = Decimal(repr(sign * value))
    place = Decimal(1).scaleb(written.adjusted() - SAVED_DIGITS + 1)
    assert saved_again(f"{written:.{SAVED_DIGITS - 1}e}", str(written))
    assert not saved_again(str(written + units * place), str(written))


def looked_at(of: ExportedPlans, found: Result, *, whole: bool) -> Verified:
    """What becomes of the other sheets, of plans that hold."""
    return verify_sheets(of, found, Verified((), unchecked={"sheets": ""}), whole=whole)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", LIBRARY)
def test_other_sheets_hold_as_they_are_exported(name: str, language: str, tmp_path: Path) -> None:
    found = solve(load(name))
    with speaking(language):
        of = read_plans(str(export(found, tmp_path / "a.xlsx")))
    settled = looked_at(of, found, whole=True)
    assert settled.holds
    assert settled.unchecked == {}
    _, listed = recomputed(of, found.scenario)
    assert listed is not None
    settled = looked_at(of, listed, whole=False)
    assert settled.holds
    (left,) = settled.unchecked.values()
    assert ("来源" if language == "zh" else "Provenance") in left


@pytest.mark.parametrize("whole", [True, False])
def test_a_changed_cell_of_any_sheet_is_found(whole: bool, solved: Result, tmp_path: Path) -> None:
    of = read_plans(str(export(solved, tmp_path / "a.xlsx")))
    rng = np.random.default_rng(4)
    looked = set()
    for title, lines in of.others.items():
        if title in ("Chart", *(() if whole else ("Provenance",))):
            continue
        free = [line for line in lines if line[0] in ("scenario file", "seconds")]
        for at in rng.choice(len(lines), min(4, len(lines)), replace=False).tolist():
            place = int(rng.integers(len(lines[at])))
            if lines[at] in free or (not whole and lines[0][place] == "against the front"):
                continue
            line = list(lines[at])
            line[place] = {"": "1", "0": "1"}.get(line[place], line[place] + "1")
            changed = (*lines[:at], tuple(line), *lines[at + 1 :])
            other = replace(of, others={**of.others, title: changed})
            settled = looked_at(other, solved, whole=whole)
            assert not settled.holds, (title, line)
            assert title in str(settled.findings[0])
            looked.add(title)
    assert looked >= {"Technologies", "Reference plans", "Decision"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_changed_title_above_the_plans_is_found(
    language: str, solved: Result, tmp_path: Path
) -> None:
    with speaking(language):
        of = read_plans(str(export(solved, tmp_path / "a.xlsx")))
    for place in range(len(of.titles)):
        titles = list(of.titles)
        titles[place] = titles[place].translate({0x2191: 0x2193, 0x2193: 0x2191}) + "."
        (found,) = looked_at(replace(of, titles=tuple(titles)), solved, whole=False).findings
        assert f"the title of column {place + 1} is" in str(found)
    assert looked_at(of, solved, whole=True).holds


def test_what_stands_above_the_columns_of_a_csv_is_looked_at(
    solved: Result, tmp_path: Path
) -> None:
    """A plan above the columns was read by nobody, and everything else held."""
    text = csv_text(solved.front, solved.ranking)
    path = tmp_path / "a.csv"
    path.write_text("\n" + text, encoding="utf-8")
    assert looked_at(read_plans(str(path)), solved, whole=True).holds
    path.write_text(text.splitlines()[1] + "\n" + text, encoding="utf-8")
    assert "the title of column 1" in str(
        looked_at(read_plans(str(path)), solved, whole=True).findings[0]
    )


def test_rows_that_went_and_sheets_that_came_are_told(solved: Result, tmp_path: Path) -> None:
    of = read_plans(str(export(solved, tmp_path / "a.xlsx")))
    shorter = replace(of, others={**of.others, "Decision": of.others["Decision"][:-1]})
    assert "has 3 rows" in str(looked_at(shorter, solved, whole=True).findings[0])
    more = replace(of, others={**of.others, "Notes": (("mine",),)})
    (left,) = looked_at(more, solved, whole=True).unchecked.values()
    assert left == "what the sheet Notes of " + of.path + " says"


@pytest.mark.parametrize("suffix", sorted({*formats(), ".html"} - {".csv", ".xlsx", ".json"}))
def test_what_is_exported_and_not_read_is_no_scenario(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"plans{suffix}"
    file.write_text("| id |", encoding="utf-8")
    with pytest.raises(UsageError, match="not read"):
        refuse_unread(str(file))
