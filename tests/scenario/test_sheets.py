"""Workbooks as spreadsheet programs show them: number formats, hidden and filtered parts, and cells
that are only formatted.
"""

from __future__ import annotations

import datetime
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.filters import FilterColumn, Filters
from openpyxl.worksheet.table import Table

from optimiser.advice import check
from optimiser.scenario import load
from tests.counting import calls
from tests.scenario.test_workbooks import CLOSE, OPEN, SHEET, Rows, effects, plan, refused, repacked

# value, format -> what the error says
OTHERWISE: dict[str, tuple[float, str, str]] = {
    "millions": (1800000, "0.0,,", "divided by 1,000,000"),
    "millions with a letter": (1800000, '#,##0.0,,"M"', "divided by 1,000,000"),
    "thousands, accounting": (1800, '_(* #,##0.0,_);_(* (#,##0.0,);_(* "-"??_);_(@_)', "by 1,000"),
    "ten thousands, as in China": (18000, "0\\.0,", "divided by 1,000"),
    "by its size": (1800000, '[>=1000000]0.0,,"M";0', "divided by 1,000,000"),
    "per mille": (0.04, "0.0\u2030", "looks like per mille"),
    "per mille in quotes": (0.04, '0.0"\u2030"', "looks like per mille"),
    "a percent sign in quotes": (4, '0"%"', "looks like a percentage"),
    "hidden": (1.8, ";;;", "shows no digit"),
    "without its minus": (-4, "0;0", "without its minus"),
    "without its minus, by its sign": (-4, "[<0]0;0", "without its minus"),
    "a minus that is only text": (1.8, '"-"0.0', "as if it were negative"),
    "parentheses that are only text": (1.8, "[Red](0.0)", "as if it were negative"),
    "a decimal point that is only text": (18, "0\\.0", "something else between its digits"),
    "a range that is only text": (35, "0-0", "something else between its digits"),
    "hours and minutes": (130, '0"h "00', "something else between its digits"),
    "a full-width percent sign": (4, "0\uff05", "looks like a percentage"),
    "a percent sign as currency": (4, "0[$%-409]", "looks like a percentage"),
    "a factor": (5, '0.0" x 1000"', "digits that it does not hold"),
    "an exponent that is text": (5, '0"e3"', "digits that it does not hold"),
    "zeros that are text": (5, '0"000"', "digits that it does not hold"),
}
# value, format -> what is read
AS_SHOWN: dict[str, tuple[float, str, str]] = {
    "grouped": (1800, "#,##0.00", "1800"),
    "accounting": (-1800, "#,##0_);(#,##0)", "-1800"),
    "red": (-4, "0;[Red]0", "-4"),
    "with a unit": (1.8, '0.0" M CNY"', "1.8"),
    "with a unit that has digits": (1.8, '0.0" kt CO2"', "1.8"),
    "currency": (1.8, "[$\u20ac-407] #,##0.00", "1.8"),
    "scientific": (0.04, "0.00E+00", "0.04"),
    "percentage with words": (0.04, '0.0%" p.a."', "4%"),
    "small ones as they are": (18, '[>=1000000]0.0,,"M";0', "18"),
    "grouped by blanks and apostrophes": (1800000, "#\\ ##0'##0.0", "1800000"),
    "accounting in euros": (1.8, "_-* #,##0.0\\ _\u20ac_-;\\-* #,##0.0\\ _\u20ac_-", "1.8"),
    "a fraction": (1.5, "# ?/?", "1.5"),
    "a price": (3, '0",-"', "3"),
    "zero hidden": (0, "0;-0;;@", "0"),
    "general": (0.1, "General", "0.1"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_number_that_is_shown_as_another_is_refused(name: str, tmp_path: Path) -> None:
    value, form, says = OTHERWISE[name]
    rows: Rows = [["id", "cost"], ["a", value]]
    (found,) = refused(plan(tmp_path, rows, formats={"B2": form}))
    assert (found.code, found.line, found.column) == ("S072", 2, 2)
    assert says in found.message
    assert found.help


@pytest.mark.parametrize("name", AS_SHOWN)
def test_a_number_that_is_shown_as_it_is_counts(name: str, tmp_path: Path) -> None:
    value, form, right = AS_SHOWN[name]
    rows: Rows = [["id", "output"], ["a", value]]
    loaded = load(plan(tmp_path, rows, formats={"B2": form}))
    assert effects(loaded, "a") == {"output": right}


@pytest.mark.parametrize("text", ["(1.8)", "3-5", "1/2", "4\u2030", "1_000", "\u7ea65", "5 M"])
def test_cells_of_text_follow_the_rules_of_csv(text: str, tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, [["id", "cost"], ["a", text]]))
    assert (found.code, found.line, found.column) == ("S072", 2, 2)
    assert found.help


def with_hidden(folder: Path, change: Any) -> Path:
    rows: Rows = [["id", "cost", "output"], *[[f"t{i}", i, 1] for i in range(1, 6)]]
    path = plan(folder, rows)
    book = openpyxl.load_workbook(folder / "measures.xlsx")
    change(book["Measures"])
    book.save(folder / "measures.xlsx")
    return path


def hide_rows(sheet: Any) -> None:
    for row in (3, 4, 6):
        sheet.row_dimensions[row].hidden = True


def filter_rows(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C6"
    sheet.auto_filter.add_filter_column(0, ["t1", "t3", "t4"])
    hide_rows(sheet)


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions["C"].hidden = True


@pytest.mark.parametrize(
    ("change", "says", "place", "left"),
    [
        (
            hide_rows,
            "rows 3-4, 6 of the sheet 'Measures' are hidden, and are read",
            (3, 1),
            ("t1", "t4"),
        ),
        (filter_rows, "are hidden by a filter, and are read", (3, 1), ("t1", "t4")),
        (hide_column, "column C of the sheet 'Measures' is hidden, and is read", (1, 3), ()),
    ],
)
def test_what_is_hidden_is_warned_of_or_left_out(
    change: Any, says: str, place: tuple[int, int], left: tuple[str, ...], tmp_path: Path
) -> None:
    path = with_hidden(tmp_path, change)
    loaded, findings = check(path)
    assert loaded is not None
    assert list(loaded.technologies) == ["own", *(f"t{i}" for i in range(1, 6))]
    (found,) = [d for d in findings if d.code == "S132"]
    assert (found.severity, found.line, found.column) == ("warning", *place)
    assert says in found.message
    text = path.read_text(encoding="utf-8")
    assert "{file: measures.xlsx, hidden: skip}" in found.help
    path.write_text(
        text.replace("measures.xlsx", "{file: measures.xlsx, hidden: skip}"), encoding="utf-8"
    )
    loaded, findings = check(path)
    assert loaded is not None
    if change is not hide_column:
        assert list(loaded.technologies) == ["own", *left]
    else:
        assert all("output" not in t.effects for t in loaded.technologies.values())
    assert not [d for d in findings if d.code == "S132"]


def test_what_is_left_out_may_hold_anything(tmp_path: Path) -> None:
    """Formulas without values and odd formats in hidden helper columns refused the whole table."""

    def change(sheet: Any) -> None:
        hide_rows(sheet)
        hide_column(sheet)
        sheet["B3"], sheet["B4"], sheet["C2"] = "=1+1", "#REF!", datetime.date(2027, 1, 5)
        sheet["C5"].number_format = "0.0,"

    path = with_hidden(tmp_path, change)
    assert [(d.line, d.column) for d in refused(path)] == [(2, 3), (3, 2), (4, 2), (5, 3)]
    text = path.read_text(encoding="utf-8")
    long = text.replace("measures.xlsx", "{file: measures.xlsx, hidden: skip}")
    path.write_text(long, encoding="utf-8")
    loaded = load(path)
    assert [effects(loaded, name) for name in ("t1", "t4")] == [{"cost": "1"}, {"cost": "4"}]


def test_a_merged_title_above_the_headings_is_no_part_of_the_table(tmp_path: Path) -> None:
    rows: Rows = [["Measures of plant A"], [], ["id", "cost"], ["a", 7]]
    path = plan(tmp_path, rows)
    book = openpyxl.load_workbook(tmp_path / "measures.xlsx")
    book["Measures"].merge_cells("A1:B1")
    book.save(tmp_path / "measures.xlsx")
    assert any("header: 3" in d.help for d in refused(path))
    text = path.read_text(encoding="utf-8")
    long = text.replace("measures.xlsx", "{file: measures.xlsx, header: 3}")
    path.write_text(long, encoding="utf-8")
    assert effects(load(path), "a") == {"cost": "7"}


def test_binary_noise_is_not_read(tmp_path: Path) -> None:
    """0.07 typed into a spreadsheet after some arithmetic is 0.07000000000000001, and shows 7%."""
    rows: Rows = [["id", "cost", "output"], ["a", 0.1 + 0.2, -0.07000000000000001]]
    loaded = load(plan(tmp_path, rows, formats={"C2": "0%"}))
    assert effects(loaded, "a") == {"cost": "0.3", "output": "-7%"}


def test_a_hidden_sheet_with_a_table_is_told(tmp_path: Path) -> None:
    path = plan(tmp_path, [["id", "cost"], ["z", 1]], sheets={"Real": [["id", "cost"], ["a", 1]]})
    book = openpyxl.load_workbook(tmp_path / "measures.xlsx")
    book["Measures"].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "measures.xlsx")
    loaded, findings = check(path)
    assert loaded is not None
    assert list(loaded.technologies) == ["own", "a"]
    assert [d.message for d in findings if d.code == "S130"] == [
        "only the sheet 'Real' is read, and not 'Measures', which is hidden"
    ]


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_cells_that_are_only_formatted_cost_nothing(prefix: bytes, tmp_path: Path) -> None:
    """A workbook whose 50,000 rows of 50 cells are formatted took half a minute."""
    path = plan(tmp_path, [["id", "cost"], ["a", 1]])

    def reading(rows: int) -> int:
        formatted(tmp_path / "measures.xlsx", prefix, rows)
        assert effects(load(path), "a") == {"cost": "7"}
        return calls(lambda: load(path))

    assert reading(2_000) < reading(20) + 10


def formatted(workbook: Path, prefix: bytes, rows: int) -> None:
    """Put two rows with values into its sheet, and behind them so many of 50 cells without any."""
    letters = [chr(ord("A") + i // 26 - 1).strip("@") + chr(ord("A") + i % 26) for i in range(50)]
    p = prefix.decode()
    empty = "".join(
        f'<{p}row r="{row}">'
        + "".join(f'<{p}c r="{a}{row}" s="1"/>' for a in letters)
        + f"</{p}row>"
        for row in range(3, rows + 3)
    )
    text = (
        f'<{p}row r="1"><{p}c r="A1" t="str"><{p}v>id</{p}v></{p}c>'
        f'<{p}c r="B1" t="str"><{p}v>cost</{p}v></{p}c><{p}c r="XFD1" s="1"/></{p}row>'
        f'<{p}row r="2"><{p}c r="A2" t="str"><{p}v>a</{p}v></{p}c><{p}c r="B2"><{p}v>7</{p}v>'
        f"</{p}c></{p}row>{empty}"
    )
    start = OPEN.replace(b"<", b"<" + prefix)
    if prefix:
        start = start.replace(b"xmlns=", b"xmlns:x=")
    content = start + text.encode() + CLOSE.replace(b"</", b"</" + prefix)
    repacked(workbook, SHEET, content)


def test_unclosed_marks_behind_the_cells_cost_nothing(tmp_path: Path) -> None:
    path = plan(tmp_path, [["id", "cost"], ["a", 1]])
    with zipfile.ZipFile(tmp_path / "measures.xlsx") as packed:
        content = packed.read(SHEET)
    marks = b"<!-- " + b"<mergeCell " * 20_000 + b"-->"
    repacked(
        tmp_path / "measures.xlsx", SHEET, content.replace(b"</worksheet>", marks + b"</worksheet>")
    )
    # an expression that looks on from every mark works in one call; of the processor, not the clock
    begun = time.process_time()
    load(path)
    assert time.process_time() - begun < 2


def rewritten(workbook: Path, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(workbook) as packed:
        content = packed.read(SHEET)
    repacked(workbook, SHEET, change(content))


def test_attributes_may_stand_in_single_quotes(tmp_path: Path) -> None:
    """The second of two merged cells was read as one without a value, and nothing said of hidden
    rows.
    """
    path = with_hidden(tmp_path, hide_rows)
    rewritten(tmp_path / "measures.xlsx", lambda content: content.replace(b'"', b"'"))
    assert "rows 3-4, 6" in next(d.message for d in check(path)[1] if d.code == "S132")
    path = with_hidden(tmp_path, lambda sheet: sheet.merge_cells("B2:B3"))
    rewritten(tmp_path / "measures.xlsx", lambda content: content.replace(b'="', b'= "'))
    assert ["B2:B3" in d.message for d in refused(path)] == [True]


@pytest.mark.parametrize("filtering", [False, True])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_rows_that_no_filter_hides_are_not_said_to_be_filtered(
    filtering: bool, elsewhere: bool, tmp_path: Path
) -> None:
    """Every table of a spreadsheet program has a filter, and most hide nothing."""

    def change(sheet: Any) -> None:
        hide_rows(sheet)
        other = sheet.parent.create_sheet("Other")
        for row in sheet.iter_rows(values_only=True):
            other.append(row)
        table = Table(displayName="T", ref="A1:C6")
        (other if elsewhere else sheet).add_table(table)
        table._initialise_columns()
        for column, heading in zip(table.tableColumns, ("id", "cost", "output"), strict=True):
            column.name = heading
        if filtering:
            own = FilterColumn(colId=0, filters=Filters(filter=["t1", "t4"]))
            table.autoFilter.filterColumn.append(own)

    (found,) = [d for d in check(with_hidden(tmp_path, change))[1] if d.code == "S132"]
    assert ("hidden by a filter" in found.message) == (filtering and not elsewhere)


def test_a_row_below_one_with_a_greater_number_is_not_lost(tmp_path: Path) -> None:
    path = plan(tmp_path, [["id", "cost"], ["a", 1], ["b", 2]])
    rewritten(
        tmp_path / "measures.xlsx",
        lambda content: re.sub(rb'(<row r="2".*?</row>)(<row .*</row>)', rb"\2\1", content),
    )
    (found,) = refused(path)
    assert (found.code, "do not stand in their order" in found.message) == ("S070", True)


def test_characters_that_a_workbook_codes_are_read_as_they_are_shown(tmp_path: Path) -> None:
    """Ends of lines as Windows writes them became part of an id."""
    rows: Rows = [["id", "cost", "title"], ["a_x000D_\n", "2_x000D_", "one_x000D_\ntwo _xD83D_"]]
    loaded = load(plan(tmp_path, rows))
    assert effects(loaded, "a") == {"cost": "2"}
    assert loaded.technologies["a"].title == "one\ntwo _xD83D_"
