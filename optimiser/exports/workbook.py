"""Workbooks: typed cells, of which a spreadsheet runs none, as bytes that depend on nothing
else.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from unicodedata import east_asian_width

from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.patterns import pattern
from optimiser.results.printable import printable
from optimiser.results.table import is_number, number
from optimiser.results.wording import readable_or
from optimiser.session.outputs import MARK

if TYPE_CHECKING:
    from openpyxl import Workbook

    from optimiser.front import Column

__all__ = [
    "GENERAL",
    "SHARE",
    "Mark",
    "Scatter",
    "SheetColumn",
    "Value",
    "WorkbookSheet",
    "as_read",
    "digits_format",
    "number_format",
    "typed",
    "unescaped",
    "workbook",
]

GENERAL: Final = "General"
SHARE: Final = "0.0%"
Value = str | float | None
Mark = Literal["best", "worst"]

# what a sheet has room for, and a cell
_MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 1_048_576, 16_384, 32_767
_MOST_FORMAT = 255
_MOST_PLACES = 15
_WIDTHS = (8, 40)
_LETTERS = {"name": "Calibri", "size": 11}
# a file says nothing of when it was written, so that the same result gives the same bytes
_DATE = datetime(2000, 1, 1)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
# fills and letters that spreadsheets themselves have for good and bad
_COLOURS: Final[Mapping[Mark, tuple[str, str]]] = {
    "best": ("C6EFCE", "006100"),
    "worst": ("FFC7CE", "9C0006"),
}
# plans, reference plans
_SHAPES = (("circle", "1F77B4"), ("diamond", "D62728"))
# a spreadsheet reads _x0041_ in a text as a letter
_ESCAPE = pattern(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED: Final = "_x005F_"


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its title, its id beneath, and how its numbers are shown."""

    title: str
    name: str = ""
    format: str = GENERAL


@dataclass(frozen=True)
class WorkbookSheet:
    """A table of a workbook.

    Attributes:
        title: on its tab.
        columns: w of them.
        rows: w values each; None is an empty cell.
        fixed: columns that stay in sight.
        marks: (row, column) from 0 -> how the cell is coloured.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Value]]
    fixed: int = 1
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)

    @property
    def heading_rows(self) -> int:
        """Above the first row: titles, and where there are any the ids beneath."""
        return 1 + any(column.name for column in self.columns)


@dataclass(frozen=True)
class Scatter:
    """A chart of two columns of some sheets against each other.

    Attributes:
        tab: its title.
        title: above it.
        axes: titles of both.
        series: sheet -> the two columns, from 0.
    """

    tab: str
    title: str
    axes: tuple[str, str]
    series: Mapping[int, tuple[int, int]]


def typed(cell: str, /) -> Value:
    """A cell of text as a number where the number is written as that text.

    >>> typed("0"), typed("2.5"), typed("01"), typed("1@2027")
    (0, 2.5, '01', '1@2027')
    """
    if len(cell) == 1 and cell in "01":
        return int(cell)  # most cells are one of these
    if is_number(cell) and number(value := float(cell)) == cell:
        return value
    return cell


def number_format(column: Column, values: Iterable[float | None], /) -> str:
    """How a spreadsheet shows the numbers of a column: as many decimals as tell them apart, and
    the unit.

    >>> from optimiser.front import Column
    >>> number_format(Column("cost", unit="M CNY"), [1200.5, 3.0])
    '#,##0.0" M CNY"'
    """
    shown = digits_format(readable_or(list(values), ""), whole="#,##0")
    # no quote can stand within quotes
    unit = printable(column.unit.replace('"', "″").replace("\\", "⧵"))
    full = f'{shown}" {unit}"' if unit else shown
    return full if len(full) <= _MOST_FORMAT else shown


def digits_format(texts: Iterable[str], /, *, whole: str = "0") -> str:
    """How a spreadsheet shows numbers with the digits that these texts have.

    >>> digits_format(["0.25", "3"]), digits_format(["1.2346e-08", "2e-07"])
    ('0.00', '0.0000E+00')
    """
    parts = [text.partition("e") for text in texts]
    places = max((len(mantissa.partition(".")[2]) for mantissa, _, _ in parts), default=0)
    powers = any(power for _, power, _ in parts)
    places = min(max(places, 4 if powers else 0), _MOST_PLACES)
    decimals = "." + "0" * places if places else ""
    return f"0{decimals}E+00" if powers else f"{whole}{decimals}"


def workbook(sheets: Sequence[WorkbookSheet], /, *, chart: Scatter | None = None) -> bytes:
    """Sheets, in their order, with a chart behind the first, as ``.xlsx``.

    Raises:
        UsageError: a table is larger than a sheet can be.
    """
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    book.properties.creator = "optimise"
    book.properties.description = MARK
    book.properties.created = book.properties.modified = _DATE
    pages = []
    for place, sheet in enumerate(sheets):
        pages.append(_written(book, sheet))
        if place == 0 and chart is not None:
            picture = book.create_sheet(_tab(chart.tab))
    if chart is not None:
        _draw(picture, chart, sheets, pages)
    packed = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(packed, "w", allowZip64=True)).save()
    return _again(packed)


def as_read(value: Value, /) -> str:
    """What a cell of this value is as text, once it was read again."""
    if value is None or isinstance(value, str):
        return printable(value or "")[:_MOST_LETTERS]
    return number(float(value))


def unescaped(text: str, /) -> str:
    """The text of a cell as it was before it was written."""
    return text.replace(_ESCAPED, "_")


def _again(packed: io.BytesIO, /) -> bytes:
    """An archive without dates. First comes, unpacked, what says who wrote it."""
    found = io.BytesIO()
    with zipfile.ZipFile(packed) as given, zipfile.ZipFile(found, "w", allowZip64=True) as own:
        names = given.namelist()
        for name in sorted(names, key=lambda name: name != _CORE):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.external_attr = 0o644 << 16
            kind = zipfile.ZIP_STORED if name == _CORE else zipfile.ZIP_DEFLATED
            own.writestr(entry, given.read(name), compress_type=kind)
    return found.getvalue()


def _written(book: Workbook, sheet: WorkbookSheet, /) -> Any:
    from openpyxl.utils import get_column_letter

    head, width = sheet.heading_rows, len(sheet.columns)
    rows = head + len(sheet.rows)
    if rows > _MOST_ROWS or width > _MOST_COLUMNS:
        raise UsageError(
            tr(
                "{title}: {rows} rows and {columns} columns",
                title=sheet.title,
                rows=rows,
                columns=width,
            ),
            help=tr(
                "a sheet holds {rows} rows and {columns} columns: export to .csv",
                rows=_MOST_ROWS,
                columns=_MOST_COLUMNS,
            ),
        )
    page = book.create_sheet(_tab(sheet.title))
    page.freeze_panes = f"{get_column_letter(sheet.fixed + 1)}{head + 1}"
    page.auto_filter.ref = f"A{head}:{get_column_letter(max(1, width))}{rows}"
    for j, column in enumerate(sheet.columns):
        cells = [
            text for row in sheet.rows[:100] for text in row[j : j + 1] if isinstance(text, str)
        ]
        letters = max(map(_width, [column.name, *cells, column.title[: _WIDTHS[1] // 2]]))
        page.column_dimensions[get_column_letter(j + 1)].width = min(
            max(letters + 2, _WIDTHS[0]), _WIDTHS[1]
        )
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"1:{head}"
    styles = _Styles(page)
    page.append([styles.heading(column.title, strong=True) for column in sheet.columns])
    if head > 1:
        page.append([styles.heading(column.name) for column in sheet.columns])
    for at, row in enumerate(sheet.rows):
        page.append(
            [
                styles.cell(j, sheet.columns[j].format, value, sheet.marks.get((at, j)))
                for j, value in enumerate(row)
            ]
        )
    return page


class _Styles:
    """The cells of a sheet: one a column and look, which are written as they pass."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._cells: dict[tuple[object, ...], Any] = {}
        self._headings: dict[bool, Any] = {}

    def heading(self, text: str, /, *, strong: bool = False) -> Any:
        from openpyxl.styles import Alignment, Font, PatternFill

        if strong not in self._headings:
            cell = self._headings[strong] = self._new()
            cell.font = Font(bold=strong, italic=not strong, color="262626", **_LETTERS)
            cell.fill = PatternFill("solid", fgColor="E7E6E6")
            cell.alignment = Alignment(wrap_text=strong, vertical="top")
        return self._text(copy(self._headings[strong]), text)

    def cell(self, column: int, format: str, value: Value, mark: Mark | None, /) -> Any:
        if value is None or value == "":
            return None
        text = isinstance(value, str)
        if isinstance(value, int) and format == GENERAL:
            return value
        key = column, text, mark
        if key not in self._cells:
            self._cells[key] = self._look(self._new(), format if not text else "@", mark)
        cell = self._cells[key]
        if text:
            return self._text(cell, str(value))
        # all digits, where openpyxl writes 16 of a float
        cell.value, cell.data_type = number(float(value)), "n"
        return cell

    def _new(self) -> Any:
        from openpyxl.cell import WriteOnlyCell

        return WriteOnlyCell(self._page)

    @staticmethod
    def _look(cell: Any, format: str, mark: Mark | None) -> Any:
        from openpyxl.styles import Font, PatternFill

        cell.number_format = format
        if mark is not None:
            fill, letters = _COLOURS[mark]
            cell.fill = PatternFill("solid", fgColor=fill)
            cell.font = Font(color=letters, **_LETTERS)
        return cell

    @staticmethod
    def _text(cell: Any, text: str) -> Any:
        """A text that stays one, whatever it begins with."""
        shown = _ESCAPE.sub(_ESCAPED, printable(text))[:_MOST_LETTERS]
        cell.value, cell.data_type = shown, "s"
        return cell


def _draw(
    picture: Any, chart: Scatter, sheets: Sequence[WorkbookSheet], pages: Sequence[Any], /
) -> None:
    from openpyxl.chart import Reference, ScatterChart, Series
    from openpyxl.chart.shapes import GraphicalProperties

    picture.page_setup.orientation = "landscape"
    picture.sheet_properties.pageSetUpPr.fitToPage = True
    drawn = ScatterChart(scatterStyle="lineMarker")
    drawn.title = printable(chart.title)
    drawn.width, drawn.height = 26, 15
    for axis, title in zip((drawn.x_axis, drawn.y_axis), chart.axes, strict=True):
        axis.title, axis.delete, axis.number_format = printable(title), False, GENERAL
    for (shape, colour), (place, columns) in zip(_SHAPES, chart.series.items(), strict=False):
        head = sheets[place].heading_rows
        x, y = (
            Reference(
                pages[place],
                min_col=j + 1,
                min_row=head + 1,
                max_row=head + len(sheets[place].rows),
            )
            for j in columns
        )
        series = Series(y, x, title=printable(sheets[place].title))
        series.marker.symbol, series.marker.size = shape, 6
        series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.marker.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.noFill = True
        drawn.series.append(series)
    picture.add_chart(drawn, "A1")


def _tab(title: str, /) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def _width(text: str, /) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
