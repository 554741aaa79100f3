"""Tables that never cut a number or an id: columns that do not fit move to a further block, words wrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len, chop_cells
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.style import Style

__all__ = ["Field", "tables"]

_GAP = 2  # cells between two columns
_WORDS = 30  # the narrowest column of words that reads well beside numbers
_HEADING = 14  # headings wrap at this width where their numbers are narrower


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes:
        heading: wraps at spaces.
        mark: stays with the end of the heading.
        cells: one a row; a cell of words is given in pieces, between which it may wrap.
        below: further lines of the heading, kept whole: unit, weight.
        left: whether the cells stand on the left.
        words: whether the column holds words, on the left, that may wrap.
        styles: of single rows.
    """

    heading: str
    cells: Sequence[str | Sequence[str]]
    below: tuple[str, ...] = ()
    mark: str = ""
    left: bool = False
    words: bool = False
    styles: dict[int, str | Style] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The heading, wrapped."""
        body = max((cell_len(_joined(cell)) for cell in self.cells), default=0)
        extra = max((cell_len(line) for line in self.below), default=0)
        pieces = _pieces(self.heading) or [""]
        pieces[-1] += self.mark
        return [*wrapped(pieces, max(body, extra, _HEADING)), *self.below]

    @property
    def width(self) -> int:
        """Cells across when nothing wraps."""
        return max([cell_len(line) for line in self.lines] + [cell_len(_joined(cell)) for cell in self.cells])


def _joined(cell: str | Sequence[str], /) -> str:
    return cell if isinstance(cell, str) else " ".join(cell)


def _pieces(text: str, /) -> list[str]:
    """Where a text may wrap: at spaces, and between the wide characters of a language that writes none."""
    pieces: list[str] = []
    for word in text.split():
        if any(cell_len(c) > 1 for c in word):
            pieces += [("" if position else " ") + c for position, c in enumerate(word)]
        else:
            pieces.append(" " + word)
    return pieces


def wrapped(pieces: Sequence[str], width: int, /) -> list[str]:
    """Lines of at most ``width`` cells; a piece brings its own space, and is broken only where it is wider than a line."""
    lines = [""]
    for piece in pieces:
        if cell_len(lines[-1] + piece) <= width:
            lines[-1] += piece
            continue
        rest = chop_cells(piece.strip(), max(1, width)) or [""]
        if lines == [""]:
            lines = []
        lines += rest
    return [line.removeprefix(" ") for line in lines]


def tables(fields: Sequence[Field], width: int | None, /, *, keys: int, rules: Sequence[int] = ()) -> list[Table]:
    """One table, or as many as the width needs.

    Args:
        fields: the columns; one of words, if any, comes last.
        width: cells across; None where there is no limit.
        keys: how many of the first columns name the row, and so open every block.
        rules: rows after which a line is drawn.
    """
    heads, rest = list(fields[:keys]), list(fields[keys:])
    words = [column for column in rest if column.words]
    numbers = [column for column in rest if not column.words]
    if width is None or _total([*heads, *rest]) <= width:
        return [_table([*heads, *rest], rules)]
    left = width - _total([*heads, *numbers]) - _GAP
    if words and left >= min(_WORDS, words[0].width):
        return [_table([*heads, *numbers, _narrowed(words[0], left)], rules)]
    blocks: list[list[Field]] = []
    for column in numbers:
        if blocks and _total([*heads, *blocks[-1], column]) <= width:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    found = [_table([*heads, *block], rules) for block in blocks]
    if words:
        room = max(width - _total(heads) - _GAP, _HEADING)
        found.append(_table([*heads, _narrowed(words[0], room)], rules))
    return found


def _total(fields: Sequence[Field], /) -> int:
    return sum(column.width for column in fields) + _GAP * max(0, len(fields) - 1)


def _narrowed(column: Field, width: int, /) -> Field:
    """The same column with its words wrapped."""
    cells = ["\n".join(wrapped(_spaced(cell), width)) for cell in column.cells]
    return replace(column, cells=cells)


def _spaced(cell: str | Sequence[str], /) -> list[str]:
    return _pieces(cell) if isinstance(cell, str) else [f" {piece}" for piece in cell]


def _table(fields: Sequence[Field], rules: Sequence[int], /) -> Table:
    found = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP, 0, 0), show_edge=False, collapse_padding=True)
    depth = max(len(column.lines) for column in fields)
    for column in fields:
        lines = column.lines
        missing = depth - len(lines)
        heading = Text("\n".join([""] * missing + lines), style="bold")
        found.add_column(heading, justify="left" if column.words or column.left else "right", no_wrap=True, overflow="fold")
    for row in range(len(fields[0].cells)):
        found.add_row(
            *(Text(_joined(column.cells[row]), style=column.styles.get(row, "")) for column in fields),
            end_section=row in rules,
        )
    return found
