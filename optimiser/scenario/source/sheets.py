"""The XML of a worksheet before its cells are read: without the cells that are only formatted, and
with what is hidden, filtered and merged in it, of which a planner is told.

A sheet that somebody formatted to its last row holds millions of cells without a value; to read
them one by one takes half a minute.
"""

from __future__ import annotations

import bisect
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from optimiser.language import tr, trn
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source, cell_name
from optimiser.scenario.source.dialect import Dialect
from optimiser.scenario.source.workbook_limits import check_archive, check_part, check_sheet

__all__ = ["Grid", "Sheet", "hidden_cells", "lightened", "report_merged"]

#: row and column of a cell, from 1 -> its text
Grid = dict[tuple[int, int], str]

#: pictures and records of pivot tables: large, and no part of a table
_UNREAD: Final = ("xl/media/", "xl/pivotCache/pivotCacheRecords")

_ROOT: Final = pattern(rb"<(\w+:)?worksheet\b")
#: what a cell that is more than formatted has in it: a value, a formula, or a text
_CONTENTS: Final = (b"v", b"f", b"is")
_HIDDEN: Final = pattern(rb'\s(?:hidden="(?:1|true)"|ht="0(?:\.0*)?"|width="0(?:\.0*)?")')
_END: Final = pattern(rb'\s(min|max)="([0-9]+)"')
#: attributes as few programs write them
_UNUSUAL: Final = (b"='", b"= '", b'= "')
#: a column by which rows are hidden; every table has a filter that may hide none
_FILTER: Final = pattern(rb"<(?:\w+:)?filterColumn\b[^<>]*(?<!/)>")
_MOST_COLUMNS: Final = 16_384


@dataclass(frozen=True, eq=False)
class Sheet:
    """A worksheet.

    Attributes:
        content: its XML without empty cells and rows.
        rows: the numbers of hidden rows that hold something, from 1.
        columns: the numbers of hidden columns, from 1.
        filtered: whether a filter hides rows.
        merged: the ranges of merged cells, as ``B2:B4``.
    """

    content: bytes
    rows: frozenset[int]
    columns: frozenset[int]
    filtered: bool
    merged: tuple[str, ...]

    def hides(self, row: int, column: int, /) -> bool:
        """Whether a cell stands in a hidden row or column."""
        return row in self.rows or column in self.columns


def lightened(data: bytes, /) -> tuple[bytes, dict[str, Sheet]]:
    """A packed workbook without the cells that hold nothing, and its sheets by the names of their
    parts.

    Raises:
        WorkbookExcess: it holds more than a table can need.
    """
    light, sheets = io.BytesIO(), {}
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(light, "w") as other:
        check_archive(packed)
        names = [name for name in packed.namelist() if not name.startswith(_UNREAD)]
        filtered = _filtered(packed, names)
        for name in names:
            content = packed.read(name)
            if _ROOT.search(content, 0, 10_000):
                content = _usual(content)
                sheets[name] = _sheet(content, filtered=name in filtered)
                content = sheets[name].content
                check_sheet(content, len(sheets[name].merged))
            else:
                check_part(name, content)
            other.writestr(name, content)
    return light.getvalue(), sheets


def _filtered(packed: zipfile.ZipFile, names: Sequence[str], /) -> set[str]:
    """The sheets that have a table with a filter that hides rows."""
    hiding = [
        f"/{PurePosixPath(name).name}".encode()
        for name in names
        if name.startswith("xl/tables/") and _FILTER.search(packed.read(name))
    ]
    found = set()
    for name in names if hiding else ():
        folder, _, own = name.rpartition("/_rels/")
        if own and any(table in packed.read(name) for table in hiding):
            found.add(f"{folder}/{own.removesuffix('.rels')}")
    return found


def _usual(content: bytes, /) -> bytes:
    """A worksheet with its attributes in double quotes, as they are looked for."""
    if not any(mark in content for mark in _UNUSUAL):
        return content
    from xml.etree import ElementTree

    check_sheet(content, 0)
    usual: bytes = ElementTree.tostring(ElementTree.fromstring(content), encoding="utf-8")
    return usual


def _sheet(content: bytes, /, *, filtered: bool) -> Sheet:
    """What a worksheet holds, and which rows and columns are hidden."""
    root = _ROOT.search(content, 0, 10_000)
    prefix = root[1] or b"" if root else b""
    content = _lean(content, prefix)
    # Before and behind the cells little is said; what is long there is text in cells.
    start = content.find(b"<%bsheetData" % prefix)
    head, tail = content[: max(start, 0)], content[content.rfind(b"sheetData") :]
    columns: set[int] = set()
    for match in re.finditer(rb"<%bcol [^<>]*>" % prefix, head):
        if _HIDDEN.search(match[0]):
            ends = {name: int(number) for name, number in _END.findall(match[0])}
            last = min(ends.get(b"max", 0), _MOST_COLUMNS)
            columns |= set(range(ends.get(b"min", 1), last + 1))
    found = list(re.finditer(rb'<%brow (?:[^<>]*? )?r="([0-9]+)"[^<>]*>' % prefix, content))
    if any(int(row[1]) >= int(below[1]) for row, below in itertools.pairwise(found)):
        # The reader would leave out a row that stands below one with a greater number.
        raise ValueError(tr("the rows of a sheet do not stand in their order"))
    # Where a sheet says that cells are one: the first holds what all of them show.
    ranges = re.findall(rb'<%bmergeCell\s[^<>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"' % prefix, tail)
    return Sheet(
        content,
        frozenset(int(row[1]) for row in found if _HIDDEN.search(row[0])),
        frozenset(columns),
        filtered or _FILTER.search(tail) is not None,
        tuple(cells.decode() for cells in ranges),
    )


def _lean(content: bytes, prefix: bytes) -> bytes:
    """A sheet without the cells and rows that say where they are and hold nothing."""
    opening, closing = b"<%brow " % prefix, b"</%brow>" % prefix
    if content.count(opening) != content.count(b'<%brow r="' % prefix):
        return content  # rows that do not say where they are would move up
    marks = [b"<%b%b" % (prefix, mark) for mark in _CONTENTS]
    following = [content.find(mark) for mark in marks]
    first = content.find(opening)
    kept, end = [content[:first]], first
    while first >= 0:
        for i, mark in enumerate(marks):
            if 0 <= following[i] < end:
                following[i] = content.find(mark, end)
        at = min((place for place in following if place >= end), default=-1)
        start = content.rfind(opening, end, at) if at >= 0 else -1
        if start < 0:
            break
        end = content.find(closing, at) + len(closing)
        if end < len(closing):
            return content  # broken, as the reader will say
        kept.append(content[start:end])
    rest = content.rfind(b"</%bsheetData>" % prefix)
    if first < 0 or rest < end:
        return content
    empty = rb'(?:<%bc (?:[^<>]*? )?r="[A-Z]+[0-9]+"[^<>]*(?:/>|(?<!/)></%bc>)\s*)+'
    return re.sub(empty % (prefix, prefix), b"", b"".join(kept)) + content[rest:]


def report_merged(part: Sheet, shown: Grid, source: Source, findings: Findings, /) -> None:
    """Report cells of the table that are one with another: only the first holds the value, the
    others would count as empty.
    """
    from openpyxl.utils.cell import range_boundaries

    rows, columns = sorted({row for row, _ in shown}), sorted({column for _, column in shown})
    for cells in part.merged:
        left, top, right, bottom = range_boundaries(cells)
        if (top, left) not in shown:
            continue
        if not (_within(rows, top, bottom) or _within(columns, left, right)):
            continue
        first, _, _ = cells.partition(":")
        at = Position(source, top, left, len(shown[top, left]))
        help = tr("unmerge them, and write in each cell what holds there")
        findings.error(
            "S072",
            at,
            tr(
                "the cells {cells} are merged: the value is that of {first} alone",
                cells=cells,
                first=first,
            ),
            help=help,
        )


def _within(numbers: list[int], first: int, last: int) -> bool:
    """Whether a number, of an ascending list, lies behind the first and up to the last."""
    place = bisect.bisect_right(numbers, first)
    return place < len(numbers) and numbers[place] <= last


def hidden_cells(
    part: Sheet, shown: Grid, source: Source, dialect: Dialect, findings: Findings, /
) -> set[tuple[int, int]]:
    """The cells of hidden rows and columns, where these are left out; else they are told."""
    rows = sorted({row for row, _ in shown if row >= dialect.header} & part.rows)
    columns = sorted({column for _, column in shown} & part.columns)
    if dialect.hidden == "skip":
        return {key for key in shown if part.hides(*key)}
    # On the command line there is no such option: the scenario that is drafted has it.
    advice = dialect.advice({"hidden": "skip"}) if dialect.key != "--from" else ""
    help = (
        tr("show or delete them; to leave them out {advice}", advice=advice)
        if advice
        else tr("show or delete them")
    )
    if rows:
        places = {"rows": _spans(rows, str), "sheet": source.sheet}
        if part.filtered:
            message = trn(
                "row {rows} of the sheet '{sheet}' is hidden by a filter, and is read",
                "rows {rows} of the sheet '{sheet}' are hidden by a filter, and are read",
                len(rows),
                **places,
            )
        else:
            message = trn(
                "row {rows} of the sheet '{sheet}' is hidden, and is read",
                "rows {rows} of the sheet '{sheet}' are hidden, and are read",
                len(rows),
                **places,
            )
        findings.warning("S132", Position(source, rows[0], 1), message, help=help)
    if columns:
        message = trn(
            "column {columns} of the sheet '{sheet}' is hidden, and is read",
            "columns {columns} of the sheet '{sheet}' are hidden, and are read",
            len(columns),
            columns=_spans(columns, lambda column: cell_name(0, column)[:-1]),
            sheet=source.sheet,
        )
        findings.warning("S132", Position(source, 1, columns[0]), message, help=help)
    return set()


def _spans(numbers: Iterable[int], name: Any) -> str:
    """Numbers in ascending order, neighbours as one span: ``4-6, 9``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(name(a) if a == b else f"{name(a)}-{name(b)}" for a, b in spans)
