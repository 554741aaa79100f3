"""What a workbook may hold, far above what anybody writes: read before anything is built from it.

A part of a workbook of a few kilobytes unpacks to a million elements, and a style of four bytes
becomes two kilobytes of objects. Elements are counted by their ``<``, which nothing else has in XML
but comments: no fewer elements can be there.
"""

from __future__ import annotations

import zipfile
from typing import Final

from optimiser.language import tr

__all__ = ["WorkbookExcess", "check_archive", "check_part", "check_sheet"]

_MOST_UNPACKED: Final = 100_000_000
_MOST_PARTS: Final = 10_000
#: of styles, names, relationships: a workbook of an office has thousands
_MOST_TAGS: Final = 200_000
#: of texts that cells share, four tags each
_MOST_SHARED: Final = 2_000_000
#: of rows and cells that hold something; these have up to eight tags
_MOST_CELLS: Final = 400_000
_MOST_CELL_TAGS: Final = 8 * _MOST_CELLS
_EBCDIC: Final = "<?xml".encode("cp037")
_MOST_MERGED: Final = 20_000


class WorkbookExcess(Exception):
    """A workbook that nobody wrote as a table; says of what it has too much."""


def check_archive(packed: zipfile.ZipFile, /) -> None:
    """Raise where the parts are too many, or too large unpacked."""
    parts = packed.infolist()
    if len(parts) > _MOST_PARTS:
        raise WorkbookExcess(tr("the workbook has more than {most:,} parts", most=_MOST_PARTS))
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise WorkbookExcess(
            tr(
                "the workbook is larger than {size} MB when unpacked",
                size=_MOST_UNPACKED // 1_000_000,
            )
        )


def check_part(name: str, content: bytes, /) -> None:
    """Raise where a part that is no sheet holds too many elements."""
    if content.lstrip().startswith(_EBCDIC):  # the parser reads it, and its < is another byte
        raise WorkbookExcess(tr("the part {name} of the workbook is no XML in UTF-8", name=name))
    most = _MOST_SHARED if b"<sst" in content[:1_000] else _MOST_TAGS
    if content.count(b"<") > most:
        raise WorkbookExcess(
            tr(
                "the part {name} of the workbook has more than {most:,} styles, names or texts",
                name=name,
                most=most // 2,
            )
        )


def check_sheet(content: bytes, merged: int, /) -> None:
    """Raise where a sheet, without cells that are only formatted, holds too many of them.

    Args:
        merged: how many ranges of merged cells it names.
    """
    if content.count(b"<") > _MOST_CELL_TAGS or _cells(content) > _MOST_CELLS:
        raise WorkbookExcess(
            tr(
                "a sheet of the workbook has more than {most:,} rows and cells",
                most=_MOST_CELLS,
            )
        )
    if merged > _MOST_MERGED:
        raise WorkbookExcess(
            tr(
                "a sheet of the workbook has more than {most:,} merged ranges",
                most=_MOST_MERGED,
            )
        )


def _cells(content: bytes) -> int:
    """At most so many rows and cells, whatever prefix they have."""
    return sum(content.count(mark) for mark in (b"<c ", b":c ", b"<row", b":row"))
