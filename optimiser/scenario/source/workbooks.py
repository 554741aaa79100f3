"""Tables from workbooks (.xlsx): the first visible sheet or the one that is named, as it shows its
cells.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from optimiser.language import listed, marked, retold, tr
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.nodes import Position, Source
from optimiser.scenario.source.dialect import Dialect
from optimiser.scenario.source.headings import named_columns
from optimiser.scenario.source.number_formats import format_fault, is_percentage
from optimiser.scenario.source.sheets import Grid, Sheet, hidden_cells, lightened, report_merged
from optimiser.scenario.source.tables import Table, settled
from optimiser.scenario.source.workbook_limits import WorkbookExcess

__all__ = ["workbook_table"]

_MOST_CELLS: Final = 2_000_000
#: what spreadsheet programs show of a number at most; what lies behind is noise of binary fractions
_DIGITS: Final = 15
_ROWS_LOOKED_AT: Final = 20
#: a character that XML does not take, in a text: ``_x000D_`` is the end of a line
_CODED: Final = pattern(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
_ENCRYPTED: Final = b"\xd0\xcf\x11\xe0"


def workbook_table(data: bytes, name: str, dialect: Dialect, findings: Findings, /) -> Table | None:
    """The table of a workbook; None where there is none, with the reasons in ``findings``."""
    whole = Position(Source(name))
    if data.startswith(_ENCRYPTED):
        message = tr("this is no .xlsx workbook: it is protected by a password, or an old .xls")
        findings.error(
            "S070", whole, message, help=tr("save it as .xlsx without a password, or as CSV UTF-8")
        )
        return None
    opened = _opened(data, whole, dialect, findings)
    if opened is None:
        return None
    sheet = opened.sheet
    shown: Grid = {}
    source = Source(name, sheet=sheet.title, cells=shown)
    other = _report_others(opened, source, dialect, findings)
    try:
        part = opened.parts[sheet._worksheet_path]
        hides = part.hides if dialect.hidden == "skip" else None
        bare, refused = _fill(shown, sheet, source, findings, decimal=dialect.decimal, hides=hides)
        if bare:
            refused |= _report_formulas(data, bare, shown, source, findings)
        below = {key: text for key, text in shown.items() if key[0] >= dialect.header}
        report_merged(part, below, source, findings)
    except _TooLarge:
        message = tr(
            "the sheet '{title}' has more than {most:,} cells",
            title=sheet.title,
            most=_MOST_CELLS,
        )
        findings.error(
            "S003", Position(source), message, help=tr("delete what is not part of the table")
        )
        return None
    except Exception as error:
        findings.error(
            "S070",
            Position(source),
            tr("the sheet cannot be read: {reason}", reason=_said(error)),
            help=tr(_SAVE),
        )
        return None
    hidden = hidden_cells(part, shown, source, dialect, findings)
    grid = {
        key: text
        for key, text in shown.items()
        if key not in refused and key not in hidden and key[0] >= dialect.header
    }
    return _table(grid, source, dialect, other, findings)


#: what the libraries that read archives and XML say, in their words
_REASONS: Final = frozenset(
    {
        marked("File is not a zip file"),
        marked("Bad CRC-32 for file {name}"),
        marked('"There is no item named {name} in the archive"'),
        marked("not well-formed (invalid token): line {line}, column {column}"),
        marked("mismatched tag: line {line}, column {column}"),
        marked("no element found: line {line}, column {column}"),
    }
)
_SAVE: Final = marked("save it again with a spreadsheet program, or as CSV UTF-8")


class _TooLarge(Exception):
    """A sheet that no planner wrote."""


@dataclass(frozen=True, eq=False)
class _Opened:
    """The sheet that is read, the others, how many of these stand before it, and what the sheets
    say besides their cells, by the names of their parts.
    """

    sheet: Any
    others: tuple[Any, ...]
    place: int
    parts: dict[str, Sheet]


def _opened(
    data: bytes, whole: Position, dialect: Dialect, findings: Findings, *, values: bool = True
) -> _Opened | None:
    """The workbook with what its cells hold, or with their formulas; None, reported, where it
    cannot be read or has no such sheet.
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            # What openpyxl does not understand, such as drop-down lists and styles, is no part of a
            # table.
            warnings.simplefilter("ignore")
            light, parts = lightened(data)
            book = openpyxl.load_workbook(
                io.BytesIO(light), read_only=True, data_only=values, keep_links=False
            )
        sheets = book.worksheets
    except WorkbookExcess as error:
        help = tr("keep the table alone, without pictures and other sheets")
        findings.error("S003", whole, str(error), help=help)
        return None
    except Exception as error:
        # The file comes from anywhere, and the library says in many ways that it cannot read it.
        findings.error(
            "S070",
            whole,
            tr("this is no .xlsx workbook that can be read: {reason}", reason=_said(error)),
            help=tr(_SAVE),
        )
        return None
    return _chosen(sheets, parts, whole, dialect, findings)


def _chosen(
    sheets: list[Any],
    parts: dict[str, Sheet],
    whole: Position,
    dialect: Dialect,
    findings: Findings,
) -> _Opened | None:
    """The sheet that is named, else the first visible one; None, reported, where there is none."""
    named = [sheet for sheet in sheets if sheet.title == dialect.sheet] or [
        # A blank behind a title is not to be seen on its tab, and options come without it.
        sheet
        for sheet in sheets
        if sheet.title.strip() == dialect.sheet
    ]
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    if dialect.sheet and not named:
        titles = [sheet.title for sheet in sheets]
        message = tr("{name} has no sheet '{sheet}'", name=whole.source.name, sheet=dialect.sheet)
        at = dialect.places.get("sheet", whole)
        help = did_you_mean(dialect.sheet, titles)
        findings.error("S073", at, message, label=known("sheets", titles), help=help)
        return None
    if not named and not visible:
        findings.error(
            "S070",
            whole,
            tr("the workbook has no sheet with cells"),
            help=tr("put the table on its first sheet"),
        )
        return None
    sheet = (named or visible)[0]
    others = tuple(other for other in sheets if other is not sheet)
    return _Opened(sheet, others, sheets.index(sheet), parts)


def _report_others(opened: _Opened, source: Source, dialect: Dialect, findings: Findings) -> str:
    """Say which sheets are not read; gives the one of them that looks like a catalogue."""
    if dialect.sheet:
        return ""
    rows = {sheet.title: _first_rows(sheet) for sheet in opened.others}
    others, shown = [], []
    for place, sheet in enumerate(opened.others):
        first, visible = rows[sheet.title], sheet.sheet_state == "visible"
        # Behind the table, lists for drop-down cells are often hidden.
        if first and (visible or place < opened.place or _is_catalogue(first)):
            others.append(sheet.title)
            title = f"'{sheet.title}'"
            shown.append(title if visible else tr("{sheet}, which is hidden", sheet=title))
    if others:
        message = tr(
            "only the sheet '{sheet}' is read, and not {shown}",
            sheet=source.sheet,
            shown=listed(shown),
        )
        help = dialect.advice({"sheet": others[0]})
        help = (
            tr("for another sheet {advice}", advice=help)
            if help
            else tr("put the table on the first sheet")
        )
        findings.warning("S130", Position(source), message, help=help)
    return next((title for title, found in rows.items() if _is_catalogue(found)), "")


def _is_catalogue(rows: list[list[str]]) -> bool:
    return any(
        "id" in (cell.casefold() for cell in row)
        or named_columns(
            row, [other[: len(row)] for other in rows[i + 1 :] if len(other) == len(row)]
        )
        for i, row in enumerate(rows)
        if len([cell for cell in row if cell]) > 1
    )


def _first_rows(sheet: Any) -> list[list[str]]:
    """The first rows of a sheet that hold something."""
    found: list[list[str]] = []
    try:
        sheet.reset_dimensions()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in sheet.iter_rows(max_row=1000, max_col=100, values_only=True):
                texts = ["" if value is None else str(value).strip() for value in row]
                if any(texts):
                    found.append(texts)
                if len(found) == _ROWS_LOOKED_AT:
                    break
    except Exception:  # whatever is wrong with a sheet that is not read
        return []
    return found


def _fill(
    shown: Grid,
    sheet: Any,
    source: Source,
    findings: Findings,
    *,
    decimal: str,
    hides: Callable[[int, int], bool] | None,
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Put the text of every cell into ``shown``; gives the cells without a value, which may hold a
    formula, and those refused, but for those that are left out.
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
                left_out = hides is not None and hides(number, column)
                if cell.value is None:
                    if type(cell).__name__ != "EmptyCell" and not left_out:
                        bare.add((number, column))
                    continue
                text, fault = _text(cell)
                if isinstance(cell.value, float):
                    text = text.replace(".", decimal)
                if text:
                    shown[number, column] = text
                if fault and not left_out:
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
        number = Decimal(f"{value:.{_DIGITS}g}" if isinstance(value, float) else value)
        text = f"{number:f}" if abs(value) < 10**_DIGITS else repr(value)
        form = cell.number_format or ""
        fault = format_fault(form, value)
        if fault is not None:
            return text, (
                tr("this cell holds {text}, and {fault}", text=text, fault=fault[0]),
                fault[1],
            )
        if is_percentage(form, value):
            return f"{(number * 100).normalize() + 0:f}%", None
        return text.removesuffix(".0"), None
    if cell.data_type == "e":
        return str(value), (
            tr("this cell holds the error {value}", value=value),
            tr("correct the formula"),
        )
    if isinstance(value, str):
        plain = _CODED.sub(lambda match: chr(int(match[1], 16)), value)
        return plain.replace("\r\n", "\n").strip(), None
    return str(value), (
        tr("this cell holds a date or a time: {value}", value=value),
        tr("write a number or a text, and format the cell so"),
    )


def _report_formulas(
    data: bytes, cells: set[tuple[int, int]], shown: Grid, source: Source, findings: Findings
) -> set[tuple[int, int]]:
    """The cells with a formula of which the file holds no value, each of them reported."""
    found: set[tuple[int, int]] = set()
    dialect = Dialect(sheet=source.sheet)
    opened = _opened(data, Position(source), dialect, findings, values=False)
    if opened is None:
        return found
    opened.sheet.reset_dimensions()
    for number, row in enumerate(opened.sheet.iter_rows(max_row=max(row for row, _ in cells)), 1):
        for column, cell in enumerate(row, 1):
            if (number, column) in cells and cell.data_type == "f":
                found.add((number, column))
                shown[number, column] = str(cell.value)
                at = Position(source, number, column, len(str(cell.value)))
                help = tr(
                    "open the workbook in a spreadsheet program and save it, or write a number"
                )
                findings.error(
                    "S072", at, tr("the file holds no value for this formula"), help=help
                )
    return found


def _table(
    grid: Grid, source: Source, dialect: Dialect, other: str, findings: Findings
) -> Table | None:
    numbers = sorted({row for row, _ in grid})
    width = max((column for _, column in grid), default=0)
    rows = [
        [grid.get((number, column), "") for column in range(1, width + 1)] for number in numbers
    ]

    def place(row: int, column: int) -> tuple[Position, bool]:
        key = (numbers[row], column + 1)
        return Position(source, *key, max(1, len(source.cells.get(key, "")))), False

    whole = Position(source)
    return settled(rows, place, whole, findings, dialect=dialect, elsewhere=other)


def _said(error: Exception) -> str:
    return retold(" ".join(str(error).split())[:120]) or type(error).__name__
