"""Tables from workbooks (.xlsx): the first visible sheet, as it shows its cells."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from decimal import Decimal
from typing import Any, Final

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source
from optimiser.scenario.source.tables import Table, settled

__all__ = ["workbook_table"]

_MOST_UNPACKED: Final = 100_000_000
_MOST_CELLS: Final = 2_000_000
# : the format of a number says that it is shown as a percentage where a % stands outside of quotes
# and escapes
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
#: where a sheet says that cells are one: the first holds what all of them show
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_ENCRYPTED: Final = b"\xd0\xcf\x11\xe0"

Grid = dict[tuple[int, int], str]


def workbook_table(data: bytes, name: str, findings: Findings, /) -> Table | None:
    """The table of a workbook; None where there is none, with the reasons in ``findings``."""
    whole = Position(Source(name))
    if data.startswith(_ENCRYPTED):
        message = "this is no .xlsx workbook: it is protected by a password, or an old .xls"
        findings.error(
            "S070", whole, message, help="save it as .xlsx without a password, or as CSV UTF-8"
        )
        return None
    opened = _opened(data, whole, findings, values=True)
    if opened is None:
        return None
    sheet, others = opened
    shown: Grid = {}
    source = Source(name, sheet=sheet.title, cells=shown)
    if others:
        message = (
            f"only the sheet '{sheet.title}' is read, and not "
            f"{', '.join(repr(other) for other in others)}"
        )
        findings.warning(
            "S130",
            Position(source),
            message,
            help="put what belongs to the table on its first sheet",
        )
    try:
        bare, refused = _fill(shown, sheet, source, findings)
        if bare:
            refused |= _report_formulas(data, bare, shown, source, findings)
        _report_merged(data, sheet, shown, source, findings)
    except _TooLarge:
        message = f"the sheet '{sheet.title}' has more than {_MOST_CELLS:,} cells"
        findings.error(
            "S003", Position(source), message, help="delete what is not part of the table"
        )
        return None
    except Exception as error:
        findings.error(
            "S070", Position(source), f"the sheet cannot be read: {_said(error)}", help=_SAVE
        )
        return None
    return _table(
        {key: text for key, text in shown.items() if key not in refused}, source, findings
    )


_SAVE: Final = "save it again with a spreadsheet program, or as CSV UTF-8"


class _TooLarge(Exception):
    """A sheet that no planner wrote."""


def _opened(
    data: bytes, whole: Position, findings: Findings, *, values: bool
) -> tuple[Any, list[str]] | None:
    """The first visible sheet, and the names of the others."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                message = (
                    f"the workbook is larger than {_MOST_UNPACKED // 1_000_000} MB when unpacked"
                )
                findings.error(
                    "S003",
                    whole,
                    message,
                    help="keep the table alone, without pictures and other sheets",
                )
                return None
        with warnings.catch_warnings():
            # What openpyxl does not understand, such as drop-down lists and styles, is no part of a
            # table.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=values, keep_links=False
            )
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:
        # The file comes from anywhere, and the library says in many ways that it cannot read it.
        findings.error(
            "S070", whole, f"this is no .xlsx workbook that can be read: {_said(error)}", help=_SAVE
        )
        return None
    if not sheets:
        findings.error(
            "S070",
            whole,
            "the workbook has no sheet with cells",
            help="put the table on its first sheet",
        )
        return None
    return sheets[0], [sheet.title for sheet in sheets[1:] if not _empty(sheet)]


def _empty(sheet: Any) -> bool:
    sheet.reset_dimensions()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = sheet.iter_rows(max_row=1000, max_col=100, values_only=True)
            return not any(value is not None for row in rows for value in row)
    except Exception:  # whatever is wrong with a sheet that is not read
        return False


def _fill(
    shown: Grid, sheet: Any, source: Source, findings: Findings
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Put the text of every cell into ``shown``; gives the cells without a value, which may hold a
    formula, and those refused.
    """
    sheet.reset_dimensions()
    bare: set[tuple[int, int]] = set()
    faults: list[tuple[int, int, str, str]] = []
    seen = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, row in enumerate(sheet.iter_rows(), 1):
            seen += 1 + len(row)
            if seen > _MOST_CELLS:
                raise _TooLarge
            for column, cell in enumerate(row, 1):
                if cell.value is None:
                    if type(cell).__name__ != "EmptyCell":
                        bare.add((number, column))
                    continue
                text, fault = _text(cell)
                if text:
                    shown[number, column] = text
                if fault:
                    faults.append((number, column, *fault))
    for number, column, message, help in faults:
        findings.error(
            "S072", Position(source, number, column, len(shown[number, column])), message, help=help
        )
    return bare, {(number, column) for number, column, _, _ in faults}


def _text(cell: Any) -> tuple[str, tuple[str, str] | None]:
    """What a cell says, and what keeps it from being used."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper(), None
    if isinstance(value, int | float):
        text = format(Decimal(repr(value)), "f") if abs(value) < 1e15 else repr(value)
        form = cell.number_format or ""
        if "%" in _LITERAL.sub("", form):
            return f"{(Decimal(repr(value)) * 100).normalize() + 0:f}%", None
        if "%" in form:
            help = "format the cell as a percentage, or as a plain number"
            return text, (f"this cell holds {text} and only looks like a percentage", help)
        return text.removesuffix(".0"), None
    if cell.data_type == "e":
        return str(value), (f"this cell holds the error {value}", "correct the formula")
    if isinstance(value, str):
        return value.strip(), None
    return str(value), (
        f"this cell holds a date or a time: {value}",
        "write a number or a text, and format the cell so",
    )


def _report_formulas(
    data: bytes, cells: set[tuple[int, int]], shown: Grid, source: Source, findings: Findings
) -> set[tuple[int, int]]:
    """The cells with a formula of which the file holds no value, each of them reported."""
    found: set[tuple[int, int]] = set()
    opened = _opened(data, Position(source), findings, values=False)
    if opened is None:
        return found
    opened[0].reset_dimensions()
    for number, row in enumerate(opened[0].iter_rows(), 1):
        for column, cell in enumerate(row, 1):
            if (number, column) in cells and cell.data_type == "f":
                found.add((number, column))
                shown[number, column] = str(cell.value)
                at = Position(source, number, column, len(str(cell.value)))
                help = "open the workbook in a spreadsheet program and save it, or write a number"
                findings.error("S072", at, "the file holds no value for this formula", help=help)
    return found


def _report_merged(
    data: bytes, sheet: Any, shown: Grid, source: Source, findings: Findings
) -> None:
    """Report cells of the table that are one with another: only the first holds the value, the
    others would count as empty.
    """
    from openpyxl.utils.cell import range_boundaries

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        ranges = [found.decode() for found in _MERGED.findall(packed.read(sheet._worksheet_path))]
    rows, columns = {row for row, _ in shown}, {column for _, column in shown}
    for cells in ranges:
        left, top, right, bottom = range_boundaries(cells)
        if (top, left) not in shown:
            continue
        if rows.isdisjoint(range(top + 1, bottom + 1)) and columns.isdisjoint(
            range(left + 1, right + 1)
        ):
            continue
        first, _, _ = cells.partition(":")
        at = Position(source, top, left, len(shown[top, left]))
        help = "unmerge them, and write in each cell what holds there"
        findings.error(
            "S072",
            at,
            f"the cells {cells} are merged: the value is that of {first} alone",
            help=help,
        )


def _table(grid: Grid, source: Source, findings: Findings) -> Table | None:
    numbers = sorted({row for row, _ in grid})
    width = max((column for _, column in grid), default=0)
    rows = [
        [grid.get((number, column), "") for column in range(1, width + 1)] for number in numbers
    ]

    def place(row: int, column: int) -> tuple[Position, bool]:
        key = (numbers[row], column + 1)
        return Position(source, *key, max(1, len(source.cells.get(key, "")))), False

    return settled(rows, place, Position(source), findings)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
