"""Exported plans again, from ``.csv`` and ``.xlsx``."""

from __future__ import annotations

import csv
import io
import zipfile
from codecs import BOM_UTF8
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser import paths
from optimiser.analysis.exported_plans import ExportedPlans
from optimiser.errors import ScenarioError, UsageError
from optimiser.exports.workbook import unescaped
from optimiser.language import listed, tr
from optimiser.patterns import pattern
from optimiser.results.table import FIXED, number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_table", "read_plans", "refuse_unread"]

Line = tuple[str, ...]

_SUFFIXES: Final = (".csv", ".xlsx")
# exports for eyes and for other programs, and the page of `report`
_UNREAD: Final = (".html", ".md", ".opb", ".parquet", ".tex")
# of a workbook that comes from anywhere, a million and a half cells: a single one takes ten times
# its size to be read
_MOST_UNPACKED: Final = 64_000_000
_HEADING_ROWS: Final = 2
_COMMA = pattern(r"-?[0-9]+,[0-9]+(e[+-]?[0-9]+)?|-?[0-9]+(,[0-9]+)?e[+-]?[0-9]+")
_HASH = pattern("[0-9a-f]{64}")


def is_table(path: str, /) -> bool:
    """Whether a path names a table of exported plans."""
    return Path(path).suffix.lower() in _SUFFIXES and paths.is_file(Path(path))


def refuse_unread(path: str, /) -> None:
    """Refuse a file that is exported and not read, before it is taken for a scenario.

    Raises:
        UsageError: it is one.
    """
    suffix = Path(path).suffix.lower()
    if suffix in _UNREAD and paths.is_file(Path(path)):
        raise UsageError(
            tr("plans are not read from '{suffix}' files: {path}", suffix=suffix, path=path),
            help=tr("export them to one of {suffixes}", suffixes=listed(_SUFFIXES)),
        )


def read_plans(path: str, /) -> ExportedPlans:
    """The plans in a file that was exported, or saved again by a spreadsheet.

    Raises:
        ScenarioError: it cannot be read, or holds no plans.
    """
    content = paths.content(Path(path))
    others: dict[str, tuple[Line, ...]] = {}
    if Path(path).suffix.lower() == ".csv":
        lines, mark = list(_csv(path, content)), ""
    else:
        lines, mark, others = _workbook(path, content)
    # beneath the titles of a workbook, which may be the same, also where it was saved as CSV
    for place in reversed(range(min(_HEADING_ROWS, len(lines)))):
        line = lines[place]
        if line[: len(FIXED)] == FIXED:
            heads = _cut(line, 0)
            rows = tuple(_cut(row, len(heads)) for row in lines[place + 1 :] if any(row))
            titles = _cut(lines[0], len(heads)) if place and any(lines[0]) else ()
            return ExportedPlans(path, heads, rows, mark, others, titles)
    raise _damaged(path, tr("no columns {names}", names=", ".join(FIXED)))


def _cut(row: tuple[str, ...], width: int, /) -> tuple[str, ...]:
    """Without the empty cells at its end that no column has: a spreadsheet saves as many as were
    ever touched.
    """
    last = max((place for place, cell in enumerate(row, start=1) if cell), default=0)
    return row[: max(last, width)]


def _csv(path: str, content: bytes, /) -> Iterator[tuple[str, ...]]:
    try:
        text = content.removeprefix(BOM_UTF8).decode("utf-8")
        first = text.partition("\n")[0]
        separator = ";" if first.startswith(f"{FIXED[0]};") else ","
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            yield tuple(_cell(cell, separator) for cell in line)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path, str(error)) from error


def _cell(cell: str, separator: str, /) -> str:
    """A cell as ``front.csv`` has it."""
    if separator == ";" and _COMMA.fullmatch(cell):
        return cell.replace(",", ".")
    return cell


def _workbook(path: str, content: bytes, /) -> tuple[list[Line], str, dict[str, tuple[Line, ...]]]:
    """The rows of the first sheet, the hash of the scenario from the last, and the rows of the
    others, those that are empty left out.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > _MOST_UNPACKED:
            raise _damaged(path, tr("it is too large"))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        first, *others = [
            (sheet.title, [tuple(map(_text, row)) for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        ]
        cells = (cell for line in (others or [first])[-1][1] for cell in line)
        rest = {title: tuple(line for line in lines if any(line)) for title, lines in others}
        return first[1], next(filter(_HASH.fullmatch, cells), ""), rest
    except ScenarioError:
        raise
    except Exception as error:
        # the file comes from anywhere, and the library says in many ways that it cannot read it
        raise _damaged(path, str(error)) from error


def _text(value: Any, /) -> str:
    """The value of a cell as ``front.csv`` has it."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return number(value)
    return unescaped(str(value))


def _damaged(path: str, reason: str, /) -> ScenarioError:
    return ScenarioError(
        tr("{path} holds no plans that can be read: {reason}", path=path, reason=reason),
        help=tr("export them again"),
    )
