"""CSV: a text whose cells are separated by commas, semicolons or tabs, as its header shows, and how
such a text is encoded.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import Final

from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source
from optimiser.scenario.source.dialect import Dialect
from optimiser.scenario.source.encodings import byte_order, encoding_of
from optimiser.scenario.source.tables import Table, settled

__all__ = ["csv_table", "table_text"]

_DELIMITERS: Final = (",", ";", "\t")
_END: Final = pattern(r"\r\n|\n|\r|\Z")
_QUOTED: Final = pattern('"([^"]*(?:""[^"]*)*)"')
_SEPARATOR: Final = pattern("sep=(.)(?:\r\n|\n|\r|$)", re.IGNORECASE)
_ROWS_LOOKED_AT: Final = 20
_LINES_LOOKED_AT: Final = 1_000  # of which rows are those that say anything
_MOST_CELLS: Final = 1_000_000
_FOREIGN: Final = {
    "gb18030": marked("the file is not UTF-8 but GB18030, as programs in China write it"),
    "big5": marked("the file is not UTF-8 but Big5, as programs in Taiwan and Hong Kong write it"),
    "cp1252": marked(
        "the file is not UTF-8 and byte 0x{byte:02x} looks like Windows-1252, as programs in "
        "Europe write it"
    ),
}
#: why Python cannot decode a text, in its words
_REASONS: Final = frozenset(
    {
        marked("invalid start byte"),
        marked("invalid continuation byte"),
        marked("unexpected end of data"),
        marked("truncated data"),
        marked("illegal encoding"),
        marked("illegal UTF-16 surrogate"),
        marked("illegal multibyte sequence"),
        marked("incomplete multibyte sequence"),
        marked("character maps to <undefined>"),
    }
)
_SAVE: Final = marked("save the file with the encoding UTF-8")

#: a cell as it is scanned: its text, where it starts and ends in the file, whether it is quoted
_Cell = tuple[str, int, int, bool]


def table_text(data: bytes, name: str, dialect: Dialect, findings: Findings, /) -> Source | None:
    """The text of a table; None, with the place in ``findings``, where it is encoded otherwise than
    it says.
    """
    if dialect.encoding:
        return _as_said(data, name, dialect, findings)
    seems = encoding_of(data)
    if seems == "UTF-16":
        whole = Position(Source(name))
        help = _either(dialect, "utf-16")
        findings.error("S004", whole, tr("the file is not UTF-8 but UTF-16"), help=help)
        return None
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        start = error.start
    encoding = {"GB18030": "gb18030", "Big5": "big5"}.get(seems, "cp1252")
    shown = Source(name, data.decode(encoding, "replace"))
    line = data.count(b"\n", 0, start) + 1
    before = data[data.rfind(b"\n", 0, start) + 1 : start].decode(encoding, "replace")
    at = Position(shown, line, len(before) + 1)
    message = tr(_FOREIGN[encoding], byte=data[start])
    findings.error("S004", at, message, help=_either(dialect, encoding))
    return None


def _either(dialect: Dialect, encoding: str) -> str:
    advice = dialect.advice({"encoding": encoding})
    save = tr(_SAVE)
    return tr("{advice}; or {help}", advice=advice, help=save) if advice else save


def _as_said(data: bytes, name: str, dialect: Dialect, findings: Findings) -> Source | None:
    """The text in the encoding that is named."""
    encoding, at = dialect.encoding, dialect.places.get("encoding", Position(Source(name)))
    if encoding not in ("utf-8", "utf-16"):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = ""
        # Bytes of another encoding are hardly ever three-byte sequences of UTF-8.
        if any(character > "\u07ff" for character in text):
            message = tr("{name} is UTF-8, and not {encoding}", name=name, encoding=encoding)
            findings.error("S004", at, message, help=tr("leave encoding out"))
            return None
    codec = {"utf-8": "utf-8-sig", "utf-16": byte_order(data)}.get(encoding, encoding)
    try:
        return Source(name, data.decode(codec))
    except UnicodeDecodeError as error:
        message = tr(
            "{name} is not {encoding}: {reason}, at byte {byte:,}",
            name=name,
            encoding=encoding,
            reason=tr(error.reason),
            byte=error.start + 1,
        )
        help = tr("name another encoding, or save the file with the encoding UTF-8")
        findings.error("S004", at, message, help=help)
        return None


def csv_table(source: Source, dialect: Dialect, findings: Findings, /) -> Table | None:
    """The table of a CSV file; None where there is none, with the reasons in ``findings``."""
    text = source.text
    null = text.find("\0")
    if null >= 0:
        help = tr("save it as CSV with the encoding UTF-8")
        findings.error(
            "S004",
            Position(source, *source.place(null)),
            tr("the file is not a text: it holds a zero byte"),
            help=help,
        )
        return None
    start, delimiter = _delimiter(text, _start_of_line(text, dialect.header))
    scanned = _scanned(source, start, delimiter, findings)
    if scanned is None:
        return None

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
        [texts for _, texts in scanned],
        place,
        Position(source),
        findings,
        dialect=dialect,
        delimiter=delimiter,
    )


def _scanned(
    source: Source, start: int, delimiter: str, findings: Findings
) -> list[tuple[int, list[str]]] | None:
    """The rows from an offset on: where each starts, and the texts of its cells; None, reported,
    where one cannot be read or there are too many.
    """
    text = source.text
    scanned: list[tuple[int, list[str]]] = []
    cells = 0
    while start < len(text):
        texts, following, fault = _texts(text, start, delimiter)
        cells += 1 + len(texts)
        if cells > _MOST_CELLS:
            message = tr("the table has more than {most:,} rows and cells", most=_MOST_CELLS)
            help = tr("keep the columns and rows that are used")
            findings.error("S003", Position(source, *source.place(start)), message, help=help)
            return None
        if fault is not None:
            message, at = fault
            help = tr(
                'a cell in quotes ends with a quote; a quote inside it is written twice: "5"" pipe"'
            )
            findings.error("S070", Position(source, *source.place(at)), message, help=help)
            return None
        if any(texts):
            scanned.append((start, texts))
        start = following
    return scanned


def _start_of_line(text: str, line: int) -> int:
    """Where a line, from 1, starts; 0 for the whole text."""
    start = 0
    for _ in range(line - 1):
        end = _END.search(text, start)
        assert end is not None
        start = end.end()
    return start


def _delimiter(text: str, start: int) -> tuple[int, str]:
    """Where the header starts, and what separates cells: what gives the first rows equally many
    cells, and the most; else what gives most of them equally many, a title standing above.
    """
    hint = _SEPARATOR.match(text)
    if hint:
        return max(hint.end(), start), hint[1]
    start += len(text[start:]) - len(text[start:].lstrip("\r\n")) if start == 0 else 0
    found = []
    for delimiter in _DELIMITERS:
        counts: list[int] = []
        offset = start
        for _ in range(_LINES_LOOKED_AT):
            if offset >= len(text) or len(counts) >= _ROWS_LOOKED_AT:
                break
            cells, offset, _ = _scan(text, offset, delimiter)
            if any(cell[0] for cell in cells):
                counts.append(len(cells))
        width = counts[0] if counts else 0
        alike = max(Counter(count for count in counts if count > 1).values(), default=0)
        equal = width > 1 and len(set(counts)) == 1
        found.append(
            (equal, 0 if equal else alike, width, -_DELIMITERS.index(delimiter), delimiter)
        )
    return start, max(found)[4]


def _texts(text: str, start: int, delimiter: str) -> tuple[list[str], int, tuple[str, int] | None]:
    """What :func:`_scan` finds, with the texts of the cells alone; of a row with more cells than
    a table may have, the rest is no cell any more.
    """
    end = _END.search(text, start)
    assert end is not None
    if text.find('"', start, end.start()) < 0:
        return (
            [part.strip() for part in text[start : end.start()].split(delimiter, _MOST_CELLS)],
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
        for part in text[start : end.start()].split(delimiter, _MOST_CELLS):
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
    while len(cells) <= _MOST_CELLS:
        first = _blank(text, offset, delimiter)
        if text[first : first + 1] == '"':
            match = _QUOTED.match(text, first)
            if match is None:
                return cells, len(text), (tr("this quote is never closed"), first)
            cells.append((match[1].replace('""', '"').strip(), first, match.end(), True))
            offset = _blank(text, match.end(), delimiter)
            if offset > end.start():  # the cell goes over several lines
                end = _END.search(text, offset)
                assert end is not None
            if offset != end.start() and not text.startswith(delimiter, offset):
                return cells, len(text), (tr("text follows a closing quote"), offset)
        else:
            stop = text.find(delimiter, offset, end.start())
            stop = end.start() if stop < 0 else stop
            cells.append(_bare(text[offset:stop], offset))
            offset = stop
        if offset == end.start():
            break
        offset += len(delimiter)
    return cells, end.end(), None


def _bare(part: str, offset: int) -> _Cell:
    text = part.strip()
    first = offset + (len(part) - len(part.lstrip()) if text else 0)
    return text, first, first + len(text), False


def _blank(text: str, offset: int, delimiter: str) -> int:
    """The first offset from here on where no blank is."""
    while text[offset : offset + 1] in (" ", "\t") and text[offset : offset + 1] != delimiter:
        offset += 1
    return offset
