"""A table from a data file: a header, rows of texts, and the place of every cell.

CSV is read here, workbooks in ``workbooks``. A CSV file may have commas, semicolons or tabs between
its cells, as its header shows; numbers have a decimal point in all of them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, ScalarNode, Source
from optimiser.scenario.source.yaml_reading import NUMBER

__all__ = ["Table", "csv_table", "number_fault", "settled"]

_DELIMITERS: Final = (",", ";", "\t")
_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
_END: Final = re.compile(r"\r\n|\n|\r|\Z")
_QUOTED: Final = re.compile('"([^"]*(?:""[^"]*)*)"')
_SEPARATOR: Final = re.compile("sep=(.)(?:\r\n|\n|\r|$)", re.IGNORECASE)
_ROWS_LOOKED_AT: Final = 20

_COMMA: Final = re.compile(r"[-+]?[0-9.]*(,[0-9]+)+(\.[0-9]*)?\s*%?")
_GROUPED: Final = re.compile(
    "[-+]?[0-9]{1,3}([ '\u00a0\u2009\u202f\u2019][0-9]{3})+(\\.[0-9]*)?\\s*%?"
)
_MINUS: Final = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d].*[0-9].*")

#: a cell as it is scanned: its text, where it starts and ends in the file, whether it is quoted
_Cell = tuple[str, int, int, bool]


def number_fault(text: str, /) -> tuple[str, str] | None:
    """What keeps a text that is meant as a number from being one, and the easiest fix; None where
    it is not that.
    """
    if _COMMA.fullmatch(text):
        return (
            f"'{text}' is not a number: it has a decimal or thousands comma",
            "write a decimal point, as in 1.5 or 1500",
        )
    if _GROUPED.fullmatch(text):
        return (
            f"'{text}' is not a number: it has a separator between thousands",
            "write the digits alone, as in 1500",
        )
    if _MINUS.fullmatch(text):
        return (
            f"'{text}' is not a number: it begins with a typographer's dash",
            f"write -{text[1:].strip()}",
        )
    return None


def csv_table(source: Source, findings: Findings, /) -> Table | None:
    """The table of a CSV file; None where there is none, with the reasons in ``findings``."""
    text = source.text
    null = text.find("\0")
    if null >= 0:
        help = "save it as CSV with the encoding UTF-8"
        findings.error(
            "S004",
            Position(source, *source.place(null)),
            "the file is not a text: it holds a zero byte",
            help=help,
        )
        return None
    start, delimiter = _delimiter(text)
    scanned: list[tuple[int, list[str]]] = []
    while start < len(text):
        texts, following, fault = _texts(text, start, delimiter)
        if fault is not None:
            message, at = fault
            help = (
                'a cell in quotes ends with a quote; a quote inside it is written twice: "5"" pipe"'
            )
            findings.error("S070", Position(source, *source.place(at)), message, help=help)
            return None
        if any(texts):
            scanned.append((start, texts))
        start = following

    # cells are asked for row by row, or, of columns without a name, in a few rows by turns
    @functools.lru_cache(maxsize=16)
    def cells_of(row: int) -> list[_Cell]:
        return _scan(text, scanned[row][0], delimiter)[0]

    def place(row: int, column: int) -> tuple[Position, bool]:
        cells = cells_of(row)
        _, first, last, quoted = cells[min(column, len(cells) - 1)]
        line = source.place(first)
        end = _END.search(text, first, last)  # not to the end of a line of 20,000 cells
        assert end is not None
        return Position(source, *line, max(1, min(last, end.start()) - first)), not quoted

    return settled(
        [texts for _, texts in scanned], place, Position(source), findings, delimiter=delimiter
    )


def settled(
    rows: Sequence[Sequence[str]],
    place: Callable[[int, int], tuple[Position, bool]],
    whole: Position,
    findings: Findings,
    /,
    *,
    delimiter: str = "",
) -> Table | None:
    """The table that rows of texts make, blank rows left out, the first being the header.

    Args:
        place: where a cell is, and whether its text stands there as such.
        whole: the file as a whole.
        delimiter: what stands between the cells of a text; none in a workbook, whose rows are as
            long as they need.
    """
    if len(rows) < 2:
        what = "only a header, and no rows" if rows else "nothing"
        findings.error(
            "S070",
            whole,
            f"the table holds {what}",
            help="the first row names the columns, the others hold cells",
        )
        return None
    width = len(rows[0]) if delimiter else max(map(len, rows))
    ragged = set()
    full: list[tuple[str, ...]] = []
    for number, row in enumerate(rows):
        if delimiter and len(row) != width:
            ragged.add(number - 1)
            _report_ragged(rows, number, place, findings, delimiter)
        full.append((*row[:width], *("" for _ in range(width - len(row)))))
    used = [i for i in range(width) if any(row[i] for row in full)]
    header = tuple(unicodedata.normalize("NFKC", full[0][i]) for i in used)
    body = tuple(tuple(row[i] for i in used) for row in full[1:])
    table = Table(
        whole.source,
        header,
        body,
        frozenset(ragged),
        lambda row, column: place(row + 1, used[column]),
    )
    named = [i for i, name in enumerate(header) if name]
    if len(named) == 1 and len(header) > 2:
        message = f"the first row names one of {len(header)} columns"
        help = "the first row is the header: remove the title or the notes above it"
        findings.error("S073", table.at(-1, named[0]), message, help=help)
        return table
    places: dict[str, int] = {}
    for i, name in enumerate(header):
        if not name:
            first = next(row for row in range(len(body)) if body[row][i])
            findings.error(
                "S073",
                table.at(first, i),
                "this column has no name",
                help="write one in the first row, or empty it",
            )
        elif places.setdefault(name, i) < i:
            there = table.at(-1, places[name]).seen_from(table.at(-1, i))
            label = f"first written in {there}" if whole.source.sheet else ""
            findings.error(
                "S073",
                table.at(-1, i),
                f"two columns are called '{name}'",
                label=label,
                help="rename one of them",
            )
    return table


def _report_ragged(
    rows: Sequence[Sequence[str]],
    number: int,
    place: Callable[[int, int], tuple[Position, bool]],
    findings: Findings,
    delimiter: str,
) -> None:
    row, width = rows[number], len(rows[0])
    at = place(number, min(width, len(row) - 1))[0]
    message = (
        f"this row has {len(row)} cell{'s' if len(row) != 1 else ''}, and the header has {width}"
    )
    help = f"cells are separated by {_NAMES.get(delimiter, repr(delimiter))}, as the header shows"
    if len(row) > width:
        help += (
            f"; write a decimal point as in 1.5, and put a text that holds a {delimiter!r} in "
            f'quotes: "a{delimiter}b"'
        )
    findings.error("S071", at, message, help=help)


def _delimiter(text: str) -> tuple[int, str]:
    """Where the header starts, and what separates cells: what gives the first rows equally many
    cells, and the most.
    """
    hint = _SEPARATOR.match(text)
    if hint:
        return hint.end(), hint[1]
    start = len(text) - len(text.lstrip("\r\n"))
    found = []
    for delimiter in _DELIMITERS:
        counts: list[int] = []
        offset = start
        while offset < len(text) and len(counts) < _ROWS_LOOKED_AT:
            cells, offset, _ = _scan(text, offset, delimiter)
            if any(cell[0] for cell in cells):
                counts.append(len(cells))
        width = counts[0] if counts else 0
        found.append(
            (width > 1 and len(set(counts)) == 1, width, -_DELIMITERS.index(delimiter), delimiter)
        )
    return start, max(found)[3]


def _texts(text: str, start: int, delimiter: str) -> tuple[list[str], int, tuple[str, int] | None]:
    """What :func:`_scan` finds, with the texts of the cells alone."""
    end = _END.search(text, start)
    assert end is not None
    if text.find('"', start, end.start()) < 0:
        return (
            [part.strip() for part in text[start : end.start()].split(delimiter)],
            end.end(),
            None,
        )
    cells, following, fault = _scan_quoted(text, start, delimiter)
    return [cell[0] for cell in cells], following, fault


def _scan(text: str, start: int, delimiter: str) -> tuple[list[_Cell], int, tuple[str, int] | None]:
    """The cells of the row that starts at an offset, where the next row starts, and what is wrong
    with it and where.
    """
    end = _END.search(text, start)
    assert end is not None
    if text.find('"', start, end.start()) < 0:
        cells: list[_Cell] = []
        offset = start
        for part in text[start : end.start()].split(delimiter):
            cells.append(_bare(part, offset))
            offset += len(part) + len(delimiter)
        return cells, end.end(), None
    return _scan_quoted(text, start, delimiter)


def _scan_quoted(
    text: str, start: int, delimiter: str
) -> tuple[list[_Cell], int, tuple[str, int] | None]:
    cells: list[_Cell] = []
    offset = start
    end = _END.search(text, start)
    assert end is not None
    while True:
        first = _blank(text, offset, delimiter)
        if text[first : first + 1] == '"':
            match = _QUOTED.match(text, first)
            if match is None:
                return cells, len(text), ("this quote is never closed", first)
            cells.append((match[1].replace('""', '"').strip(), first, match.end(), True))
            offset = _blank(text, match.end(), delimiter)
            if offset > end.start():  # the cell goes over several lines
                end = _END.search(text, offset)
                assert end is not None
            if offset != end.start() and not text.startswith(delimiter, offset):
                return cells, len(text), ("text follows a closing quote", offset)
        else:
            stop = text.find(delimiter, offset, end.start())
            stop = end.start() if stop < 0 else stop
            cells.append(_bare(text[offset:stop], offset))
            offset = stop
        if offset == end.start():
            return cells, end.end(), None
        offset += len(delimiter)


def _bare(part: str, offset: int) -> _Cell:
    text = part.strip()
    first = offset + (len(part) - len(part.lstrip()) if text else 0)
    return text, first, first + len(text), False


def _blank(text: str, offset: int, delimiter: str) -> int:
    """The first offset from here on where no blank is."""
    while text[offset : offset + 1] in (" ", "\t") and text[offset : offset + 1] != delimiter:
        offset += 1
    return offset


@dataclass(frozen=True, eq=False)
class Table:
    """A header and rows of texts.

    Attributes:
        source: the file, as messages show it.
        header: the columns' names, in NFKC; distinct and not empty, or that is among the findings.
        rows: the texts, without blanks around them, empty where a cell is; each as long as the
            header.
        ragged: the rows that are shorter or longer in the file, which is among the findings; their
            cells mean nothing.
    """

    source: Source
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ragged: frozenset[int]
    _place: Callable[[int, int], tuple[Position, bool]]

    def at(self, row: int, column: int, /) -> Position:
        """Where a cell is; row -1 is the header."""
        return self._place(row, column)[0]

    def node(self, row: int, column: int, /) -> ScalarNode:
        """A cell as a node, null where it is empty."""
        text = self.header[column] if row < 0 else self.rows[row][column]
        position, verbatim = self._place(row, column)
        kind = "null" if not text else "number" if NUMBER.fullmatch(text) else "text"
        until = (position.line, position.column + position.length)
        if self.source.text and not verbatim:
            until = (len(self.source.lines), 1)
        return ScalarNode(position, until, text, kind, verbatim)
