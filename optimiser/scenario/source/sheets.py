"""The XML of a worksheet before its cells are read: without the cells that are only formatted, and
with what is hidden, filtered and merged in it.

A sheet that somebody formatted to its last row holds millions of cells without a value; to read
them one by one takes half a minute.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

from optimiser.scenario.source.workbook_limits import check_archive, check_part, check_sheet

__all__ = ["Sheet", "lightened"]

#: pictures and records of pivot tables: large, and no part of a table
_UNREAD: Final = ("xl/media/", "xl/pivotCache/pivotCacheRecords")

_ROOT: Final = re.compile(rb"<(\w+:)?worksheet\b")
#: what a cell that is more than formatted has in it: a value, a formula, or a text
_CONTENTS: Final = (b"v", b"f", b"is")
_HIDDEN: Final = re.compile(rb'\s(?:hidden="(?:1|true)"|ht="0(?:\.0*)?"|width="0(?:\.0*)?")')
_END: Final = re.compile(rb'\s(min|max)="([0-9]+)"')
_FILTER: Final = re.compile(rb"<(?:\w+:)?autoFilter\b")
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
        filtered = any(
            _FILTER.search(packed.read(name)) for name in names if name.startswith("xl/tables/")
        )
        for name in names:
            content = packed.read(name)
            if _ROOT.search(content, 0, 10_000):
                sheets[name] = _sheet(content, filtered=filtered)
                content = sheets[name].content
                check_sheet(content, len(sheets[name].merged))
            else:
                check_part(name, content)
            other.writestr(name, content)
    return light.getvalue(), sheets


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
    rows = re.finditer(rb'<%brow (?:[^<>]*? )?r="([0-9]+)"[^<>]*>' % prefix, content)
    # Where a sheet says that cells are one: the first holds what all of them show.
    merged = re.findall(rb'<%bmergeCell\s[^<>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"' % prefix, tail)
    return Sheet(
        content,
        frozenset(int(match[1]) for match in rows if _HIDDEN.search(match[0])),
        frozenset(columns),
        filtered or _FILTER.search(tail) is not None,
        tuple(found.decode() for found in merged),
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
