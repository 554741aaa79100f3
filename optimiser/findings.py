"""One finding about a file, and how it reads: where it is, what was expected, what came, the
easiest fix.
"""

from __future__ import annotations

import os
import re
from dataclasses import field
from typing import Final, Literal

from optimiser.frozen import dataclass
from optimiser.language import tr

__all__ = [
    "SITE",
    "Diagnostic",
    "address_of",
    "cell_name",
    "cells_of",
    "format_diagnostic",
    "window",
]

SITE: Final = "OPTIMISE_DOCS"
"""The variable of the environment that says where the documentation is served, if it is."""

#: characters of a line around its place
_MOST_SHOWN: Final = 240
#: characters of a name that is quoted, and of a message
_MOST_QUOTED: Final = 100
_MOST_WORDS: Final = 1_000
_QUOTED: Final = rf"'([^']{{{_MOST_QUOTED},}})'"


def format_diagnostic(diagnostic: Diagnostic, /) -> str:
    """One diagnostic as a block of text: headline, place, source line with carets, help."""
    d = diagnostic
    lines = [f"{d.severity}[{d.code}]: {d.message}"]
    gutter = " " * len(str(d.line)) if d.line else " "
    if d.file:
        lines.append(f"{gutter}--> {_place(d)}")
    if d.line and (d.source or not d.sheet):
        # Of a spreadsheet the cell is shown, alone.
        source, column = window(d.source, 1 if d.sheet else d.column)
        # A tab stays a tab, a wide character takes two cells: the caret stands under what it means
        # in every terminal.
        indent = "".join("\t" if c == "\t" else " " * cells_of(c) for c in source[: column - 1])
        width = sum(cells_of(c) for c in source[column - 1 : column - 1 + d.length]) or 1
        lines += [
            f"{gutter} |",
            f"{d.line} | {source}".rstrip(),
            f"{gutter} | {indent}{'^' * width} {d.label}".rstrip(),
        ]
    elif d.label:
        lines.append(f"{gutter} = {d.label}")
    if d.help:
        help = tr("help: {text}", text=d.help)
        lines.append(f"{gutter} = {help}")
    return "\n".join(lines)


def address_of(code: str, /) -> str:
    """Where a code is described: in the source of the documentation, or in the site that
    ``OPTIMISE_DOCS`` names.
    """
    site = os.environ.get(SITE, "").rstrip("/")
    page = f"{site}/errors.html" if site else "docs/errors.md"
    return f"{page}#{code.lower()}"


def window(source: str, column: int, /) -> tuple[str, int]:
    """The part of a line around a column, and the column in it: lines of generated files can be
    very long.
    """
    start = max(0, column - 1 - _MOST_SHOWN // 2) if len(source) > _MOST_SHOWN else 0
    before, after = "... " if start else "", " ..." if len(source) > start + _MOST_SHOWN else ""
    return f"{before}{source[start : start + _MOST_SHOWN]}{after}", column - start + len(before)


def cell_name(row: int, column: int, /) -> str:
    """A cell as spreadsheets call it: row 7, column 28 is ``AB7``."""
    letters = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _brief(text: str, /) -> str:
    """A text of a message, what it quotes shortened: a name may be a whole file."""
    if len(text) <= _MOST_QUOTED:
        return text
    text = re.sub(_QUOTED, lambda match: f"'{match[1][: _MOST_QUOTED - 3]}...'", text)
    return text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 3]}..."


def _place(d: Diagnostic) -> str:
    if d.sheet:
        if not d.line:
            return tr("{file}, sheet {sheet}", file=d.file, sheet=d.sheet)
        cell = cell_name(d.line, d.column)
        return tr("{file}, sheet {sheet}, cell {cell}", file=d.file, sheet=d.sheet, cell=cell)
    return f"{d.file}:{d.line}:{d.column}" if d.line else d.file


def cells_of(character: str, /) -> int:
    """How many cells of a terminal it takes."""
    import unicodedata

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True)
class Diagnostic:
    """One finding about a file: where it is, what was expected, what came, the easiest fix.

    Lines and columns count from 1, columns in characters; ``line`` 0 means the file as a whole. In
    a spreadsheet, which ``sheet`` then names, they are the row and column of a cell.
    """

    code: str
    severity: Literal["error", "warning"]
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    length: int = 1
    source: str = ""
    label: str = ""
    help: str = ""
    sheet: str = ""
    #: where the code is described
    see: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "see", address_of(self.code))
        for name in ("message", "label", "help"):
            object.__setattr__(self, name, _brief(getattr(self, name)))

    def __str__(self) -> str:
        """As :func:`format_diagnostic` has it, with nothing in it that steers a terminal."""
        text = format_diagnostic(self)
        return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
