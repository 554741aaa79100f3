"""Catalogues in .xlsx: what cells say, and what cannot be used."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario import Scenario, format_diagnostic, load, show_merged

HEAD = """\
optimise: 1
name: plan
indicators: {cost: {unit: M CNY}, output: {baseline: 100}}
technologies: {own: {effects: {cost: 1}}}
catalogue: measures.xlsx
objectives: {cost: minimise, output: maximise}
"""
Rows = Sequence[Sequence[object]]


def plan(
    folder: Path,
    rows: Rows,
    *,
    formats: Mapping[str, str] | None = None,
    sheets: Mapping[str, Rows] | None = None,
) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Measures"
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    for title, content in (sheets or {}).items():
        other = book.create_sheet(title)
        for row in content:
            other.append(row)
    book.save(folder / "measures.xlsx")
    return scenario(folder)


def scenario(folder: Path) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(HEAD, encoding="utf-8")
    return path


def refused(path: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.diagnostics


def effects(loaded: Scenario, technology: str) -> dict[str, str]:
    written = loaded.technologies[technology].effects
    return {
        name: str(e.value) if e.value is not None else f"{e.percent}%"
        for name, e in written.items()
    }


def test_cells_say_what_they_show(tmp_path: Path) -> None:
    rows: Rows = [
        ["id", "title", "requires", "cost [M CNY]", "output"],
        ["a", "A", None, 1.8, 0.04],
        [],
        ["b", 2027, "a; own", "2", "+5%"],
        ["c", None, None, 1e-7, 0.075],
        ["d", None, None, 3, -0.5],
        ["f", None, None, " 0.1 ", 0.29],
    ]
    loaded = load(
        plan(tmp_path, rows, formats={"E2": "0.00%", "E5": "0.0%;[Red]-0.0%", "E7": "0%"})
    )
    assert loaded.technologies["b"].title == "2027"
    assert (
        loaded.technologies["b"].requires == load(plan(tmp_path, rows)).technologies["b"].requires
    )
    found = {name: effects(loaded, name) for name in "abcdf"}
    assert found["a"] == {"cost": "1.8", "output": "4%"}
    assert found["b"] == {"cost": "2", "output": "+5%"}
    cost = loaded.technologies["c"].effects["cost"].value
    assert cost is not None
    assert loaded.number(cost) * 10**7 == 1
    assert found["c"]["output"] == "7.5%"
    assert found["d"] == {"cost": "3", "output": "-0.5"}
    assert found["f"] == {"cost": "0.1", "output": "29%"}


# rows, formats -> the errors: code, row, column
BROKEN: dict[str, tuple[Rows, dict[str, str], list[tuple[str, int, int]]]] = {
    "unknown column": ([["id", "ouput"], ["a", 1]], {}, [("S012", 1, 2)]),
    "unknown column, empty": ([["id", "cost", "notes"], ["a", 1]], {}, [("S012", 1, 3)]),
    "no id": ([["name", "cost"], ["a", 1]], {}, [("S073", 1, 1)]),
    "no name": ([["id", None, "cost"], ["a", None, 1], ["b", "x", 1]], {}, [("S073", 3, 2)]),
    "duplicate id": ([["id", "cost"], ["a", 1], [], ["a", 2]], {}, [("S006", 4, 1)]),
    "unknown technology": ([["id", "cost", "requires"], ["a", 1, "own; b"]], {}, [("S012", 2, 3)]),
    "text": ([["id", "cost"], ["a", "cheap"]], {}, [("S031", 2, 2)]),
    "decimal comma in a text": ([["id", "cost"], ["a", "1,5"]], {}, [("S072", 2, 2)]),
    "formula never computed": ([["id", "cost"], ["a", "=1+1"]], {}, [("S072", 2, 2)]),
    "error of a formula": ([["id", "cost"], ["a", "#DIV/0!"]], {}, [("S072", 2, 2)]),
    "date": ([["id", "cost"], ["a", datetime.date(2027, 1, 5)]], {}, [("S072", 2, 2)]),
    "truth": ([["id", "cost"], ["a", True]], {}, [("S031", 2, 2)]),
    "a percent sign that is only text": (
        [["id", "output"], ["a", 4]],
        {"B2": '0"%"'},
        [("S072", 2, 2)],
    ),
    "no rows": ([["id", "cost"]], {}, [("S070", 0, 0)]),
    "nothing": ([], {}, [("S070", 0, 0)]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_error_names_sheet_and_cell(name: str, tmp_path: Path) -> None:
    rows, formats, expected = BROKEN[name]
    found = refused(plan(tmp_path, rows, formats=formats))
    assert [(d.code, d.line, d.column) for d in found] == expected
    assert {(Path(d.file).name, d.sheet) for d in found} == {("measures.xlsx", "Measures")}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("B2:B3", [("S072", 2, 2)]),  # one cost for two technologies: for which?
        ("B2:C2", [("S072", 2, 2)]),
        ("A1:C1", [("S072", 1, 1)]),
        ("D1:E9", []),  # nothing is in it
        ("A3:A4", []),  # and here only a row that is no part of the table
    ],
)
def test_merged_cells_are_never_read_as_empty_ones(
    cells: str, expected: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    path = plan(tmp_path, [["id", "cost", "output"], ["a", 1], ["b", 2, 3]])
    book = openpyxl.load_workbook(tmp_path / "measures.xlsx")
    book["Measures"].merge_cells(cells)
    book.save(tmp_path / "measures.xlsx")
    loaded, findings = check(path)
    merged = [(d.code, d.line, d.column) for d in findings if "merged" in d.message]
    assert merged == expected
    assert (loaded is None) == bool(expected)


def test_an_error_shows_the_cell(tmp_path: Path) -> None:
    rows: Rows = [["id", "output", "cost"], *[[f"t{i}", 1, 1] for i in range(5)], ["x", 1, "chaep"]]
    (found,) = refused(plan(tmp_path, rows))
    assert format_diagnostic(found).splitlines() == [
        "error[S031]: unknown parameter 'chaep' in the effect on 'cost' of technology 'x'",
        f" --> {tmp_path / 'measures.xlsx'}, sheet Measures, cell C7",
        "  |",
        "7 | chaep",
        "  | ^^^^^ there are no parameters",
        "  = help: write a number such as 1.8, or an expression that names a parameter; leave the "
        "cell empty where there is no effect",
    ]


def test_the_other_place_of_an_id_is_named(tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, [["id", "cost"], ["a", 1], ["a", 2]]))
    assert found.label == "first written in cell A2"


def test_further_sheets_are_not_read_and_told(tmp_path: Path) -> None:
    path = plan(
        tmp_path, [["id", "cost", "output"], ["a", 1, 2]], sheets={"Notes": [["x"]], "Sheet3": []}
    )
    loaded, findings = check(path)
    assert loaded is not None
    assert [(d.code, d.severity, d.message) for d in findings] == [
        ("S130", "warning", "only the sheet 'Measures' is read, and not 'Notes'")
    ]
    assert list(loaded.technologies) == ["own", "a"]


def test_a_hidden_sheet_is_not_the_first(tmp_path: Path) -> None:
    path = plan(tmp_path, [["x"]], sheets={"Table": [["id", "cost"], ["a", 1]]})
    book = openpyxl.load_workbook(tmp_path / "measures.xlsx")
    book["Measures"].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "measures.xlsx")
    assert list(load(path).technologies) == ["own", "a"]


def test_merged_rows_show_where_they_come_from(tmp_path: Path) -> None:
    lines = dict(show_merged(plan(tmp_path, [["id", "title", "cost"], ["a", "A", 1]])))
    assert lines["    title: A"] == f"{tmp_path / 'measures.xlsx'}:2"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"id,cost\na,1\n",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old or encrypted",
    ],
    ids=["empty", "CSV", "broken", "encrypted"],
)
def test_what_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    path = scenario(tmp_path)
    (tmp_path / "measures.xlsx").write_bytes(content)
    (found,) = refused(path)
    assert (found.code, found.line) == ("S070", 0)
    assert found.help


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("hello.txt", "hello")
    path = scenario(tmp_path)
    (tmp_path / "measures.xlsx").write_bytes(packed.getvalue())
    assert [d.code for d in refused(path)] == ["S070"]


def repacked(source: Path, part: str, content: bytes) -> None:
    """The workbook with one part replaced."""
    with zipfile.ZipFile(source) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as file:
        for name, old in parts.items():
            file.writestr(name, content if name == part else old)


SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = plan(tmp_path, [["id", "cost"], ["a", 1]])
    repacked(tmp_path / "measures.xlsx", SHEET, OPEN + b" " * 101_000_000 + CLOSE)
    (found,) = refused(path)
    assert (found.code, found.message) == (
        "S003",
        "the workbook is larger than 100 MB when unpacked",
    )


def test_a_sheet_of_wide_rows_ends_in_a_message(tmp_path: Path) -> None:
    """A cell in the last column makes a row of 16,384 cells; a file of a few kilobytes can hold
    thousands of them.
    """
    path = plan(tmp_path, [["id", "cost"], ["a", 1]])
    wide = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, i) for i in range(1, 1000))
    repacked(tmp_path / "measures.xlsx", SHEET, OPEN + wide + CLOSE)
    (found,) = refused(path)
    assert (found.code, found.message) == (
        "S003",
        "the sheet 'Measures' has more than 2,000,000 cells",
    )


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = plan(tmp_path, [["id", "cost"], ["a", 1]])
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (i + 1, b"&a%d;" % i * 10) for i in range(9))
    document = (
        b'<!DOCTYPE x [<!ENTITY a0 "lol">'
        + laughs
        + b"]>"
        + OPEN
        + b'<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>'
    )
    repacked(tmp_path / "measures.xlsx", SHEET, document + CLOSE)
    (found,) = refused(path)
    assert found.code == "S070"


def test_a_broken_sheet_ends_in_a_message(tmp_path: Path) -> None:
    path = plan(tmp_path, [["id", "cost"], ["a", 1]])
    repacked(tmp_path / "measures.xlsx", SHEET, OPEN + b'<row r="1"><c r="A1"><v>1</v>')
    assert [d.code for d in refused(path)] == ["S070"]
