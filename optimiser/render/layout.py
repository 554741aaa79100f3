"""Tables that never cut a number or an id: columns that do not fit move to a further block, words
wrap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from optimiser.frozen import dataclass
from optimiser.render.drawn import Drawn
from optimiser.render.terminal import plain

if TYPE_CHECKING:
    from rich.table import Table

    from optimiser.results.wording import Heading

__all__ = ["Field", "Grid", "apart", "measured", "tables", "wrapped"]

_GAP = 2  # cells between two columns
_WORDS = 30  # the narrowest column of words that reads well beside numbers
_WIDE_MARKS = ("，", "、", "；", "：", "。")
_PIECES = (
    r"[（“《【]*(?:[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]"
    r"|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]+)[，。；：、）”！？》】]*"
)
#: of printed characters those that take one cell: ASCII, and what tables and units are drawn with
_NARROW = frozenset("↑↓─…−×·°²³€").union(map(chr, range(32, 127)))
_HEADINGS = (16, 12, 10, 8)  # headings wrap at the widest of these at which the table fits


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes:
        heading: wraps at spaces.
        cells: one a row; a cell of words is given in pieces, between which it may wrap.
        below: further lines of the heading, kept whole: the unit.
        mark: stays with the end of the heading.
        after: how many cells of each number are kept for a mark behind it.
        left: whether the cells stand on the left.
        words: whether the column holds words, on the left, that may wrap.
        styles: of single rows.
        narrow: the heading wraps at this width where the cells are narrower.
    """

    heading: str
    cells: Sequence[str | Sequence[str]]
    below: tuple[str, ...] = ()
    mark: str = ""
    after: int = 0
    left: bool = False
    words: bool = False
    styles: Mapping[int, str] = field(default_factory=dict)
    narrow: int = _HEADINGS[0]

    @cached_property
    def body(self) -> int:
        """Cells across of the widest line of a cell."""
        lines = (line for cell in self.cells for line in _joined(cell).split("\n"))
        return max(map(_cell_len, lines), default=0)

    @cached_property
    def lines(self) -> list[str]:
        """The heading, wrapped; a word is never broken."""
        extra = max((_cell_len(line) for line in self.below), default=0)
        pieces = _pieces(self.heading) or [""]
        pieces[-1] += self.mark
        room = max(self.body - self.after, extra, self.narrow, *map(_cell_len, pieces))
        return [line + " " * self.after for line in (*_wrapped(pieces, room), *self.below)]

    @cached_property
    def width(self) -> int:
        """Cells across when no cell wraps."""
        return max(self.body, *map(_cell_len, self.lines))


@dataclass(frozen=True, eq=False)
class Grid(Drawn):
    """A table of columns that fit beside one another.

    Attributes:
        fields: the columns, none empty.
        rules: rows after which a line is drawn.
    """

    fields: Sequence[Field]
    rules: Sequence[int] = ()

    @cached_property
    def _headings(self) -> list[str]:
        """Each heading, in as many lines."""
        depth = max(len(column.lines) for column in self.fields)
        return [
            "\n" * (depth - len(column.lines))
            + "\n".join(_aligned(line, column) for line in column.lines)
            for column in self.fields
        ]

    def _row(self, row: int) -> list[str]:
        return [_aligned(_joined(column.cells[row]), column) for column in self.fields]

    @property
    def text(self) -> str:
        """It without colours."""
        count = len(self.fields[0].cells)
        rows = [
            [cell.split("\n") for cell in cells]
            for cells in (self._headings, *map(self._row, range(count)))
        ]
        widths = [
            max(_cell_len(line) for cell in column for line in cell)
            for column in zip(*rows, strict=True)
        ]
        widths[-1] = max(1, widths[-1])  # as rich has it
        lines = [*_beside(rows[0], widths), "─" * (sum(widths) + _GAP * (len(widths) - 1))]
        for place, row in enumerate(rows[1:]):
            lines += _beside(row, widths)
            if place in self.rules and place < count - 1:
                lines.append("")
        return "\n".join(lines)

    def __rich__(self) -> Table:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        found = Table(
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, _GAP - 1, 0, 0),
            show_edge=False,
            collapse_padding=True,
        )
        for heading in self._headings:
            found.add_column(Text(heading, style="bold"), no_wrap=True, overflow="fold")
        for row in range(len(self.fields[0].cells)):
            cells = (
                Text(cell, style=column.styles.get(row, ""))
                for cell, column in zip(self._row(row), self.fields, strict=True)
            )
            found.add_row(*cells, end_section=row in self.rules)
        return found


def measured(
    heading: Heading, cells: Sequence[str | Sequence[str]], /, *, after: int = 0, what: str = ""
) -> Field:
    """The column of an objective or indicator: its title and which way is better, then its id and
    its unit.

    Args:
        heading: of what is measured.
        cells: one a row.
        after: how many cells of each number are kept for a mark behind it.
        what: a word behind the title.
    """
    title = plain(heading.title)
    return Field(
        f"{title} {what}" if what else title,
        cells,
        tuple(plain(text) for text in (heading.name, heading.unit) if text),
        mark=f" {heading.arrow}" if heading.arrow else "",
        after=after,
    )


def apart(fields: Sequence[Field], width: int | None, /, *, keys: int) -> Iterator[Grid | str]:
    """One table, or blocks with a line between them."""
    for place, table in enumerate(tables(fields, width, keys=keys)):
        if place:
            yield ""
        yield table


def _joined(cell: str | Sequence[str], /) -> str:
    return cell if isinstance(cell, str) else "".join(_spaced(cell)).lstrip()


def _pieces(text: str, /) -> list[str]:
    """Where a text may wrap: at spaces, and between the wide characters of a language that writes
    none, but not before a mark that closes or behind one that opens.
    """
    pieces: list[str] = []
    for word in text.split():
        first, *others = re.findall(_PIECES, word) if not word.isascii() else [word]
        pieces += [f" {first}", *others]
    return pieces


def _cell_len(text: str) -> int:
    """Cells across: as many as characters where each of these takes one, which needs no table."""
    if _NARROW.issuperset(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _chopped(text: str, width: int) -> list[str]:
    """Pieces of at most ``width`` cells."""
    if _NARROW.issuperset(text):
        return [text[i : i + width] for i in range(0, len(text), width)] or [""]
    from rich.cells import chop_cells

    return chop_cells(text, width) or [""]


def wrapped(text: str, width: int, /) -> list[str]:
    """A text in lines of at most ``width`` cells."""
    return _wrapped(_pieces(text), width)


def _wrapped(pieces: Sequence[str], width: int, /) -> list[str]:
    """Lines of at most ``width`` cells; a piece brings its own space, and is broken only where it
    is wider than a line.
    """
    lines = [""]
    for piece in pieces:
        text = piece if lines[-1] else piece.lstrip()
        if _cell_len(lines[-1] + text) <= width:
            lines[-1] += text
            continue
        finer = _pieces(piece)
        rest = _wrapped(finer, width) if len(finer) > 1 else _chopped(piece.lstrip(), max(1, width))
        lines = [*lines, *rest] if lines != [""] else rest
    return lines


def tables(
    fields: Sequence[Field], width: int | None, /, *, keys: int, rules: Sequence[int] = ()
) -> list[Grid]:
    """One table, or as many as the width needs.

    Args:
        fields: the columns; one of words, if any, comes last.
        width: cells across; None where there is no limit.
        keys: how many of the first columns name the row, and so open every block.
        rules: rows after which a line is drawn.
    """
    if width is None:
        return [Grid(fields, rules)]
    for narrow in _HEADINGS:
        fitted = [replace(column, narrow=narrow) for column in fields]
        words = [column for column in fitted[keys:] if column.words]
        others = [column for column in fitted if not column.words]
        left = width - _total(others) - _GAP
        if _total(fitted) <= width:
            return [Grid(fitted, rules)]
        # beside the columns that name the rows alone words are narrow rather than a table below
        least = min(_WORDS if len(others) > keys else _HEADINGS[-1], words[0].width if words else 0)
        if words and left >= least:
            return [Grid([*others, _narrowed(words[0], left)], rules)]
        if words and left >= -_GAP:
            return [Grid(others, rules), _words_table(fitted[:keys], words[0], width)]
    numbers = [column.width for column in fitted[keys:] if not column.words]
    heads = _naming(fitted[:keys], width - _GAP - max(numbers, default=0))
    if _total([*heads, *fitted[keys:]]) <= width:
        return [Grid([*heads, *fitted[keys:]], rules)]
    return _blocks(heads, fitted[keys:], width, rules)


def _blocks(
    heads: Sequence[Field], rest: Sequence[Field], width: int, rules: Sequence[int], /
) -> list[Grid]:
    """Several tables that each repeat the columns that name the row."""
    blocks: list[list[Field]] = []
    for column in rest:
        if column.words:
            continue
        if blocks and _total([*heads, *blocks[-1], column]) <= width:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    found = [Grid([*heads, *block], rules) for block in blocks]
    return found + [_words_table(heads, column, width) for column in rest if column.words]


def _words_table(heads: Sequence[Field], words: Field, width: int, /) -> Grid:
    """The words of the rows that have some, beside the columns that name them."""
    kept = [row for row, cell in enumerate(words.cells) if _joined(cell)]
    heads = _naming(heads, width - _GAP - _HEADINGS[0])
    heads = [
        replace(column, cells=[column.cells[row] for row in kept], styles={}) for column in heads
    ]
    room = max(width - _total(heads) - _GAP, _HEADINGS[0])
    return Grid([*heads, _narrowed(replace(words, cells=[words.cells[row] for row in kept]), room)])


def _naming(heads: Sequence[Field], room: int, /) -> list[Field]:
    """The columns that name a row where the table is too wide: a long one wraps at its spaces."""
    found = list(heads)
    widest = max(found, key=lambda column: column.width)
    pieces = [piece for cell in widest.cells for piece in _spaced(cell)]
    least = max((_cell_len(piece.strip()) for piece in pieces), default=0)
    within = max(least, min(_WORDS, widest.width - (_total(found) - room)))
    if widest.left and within < widest.width:
        found[found.index(widest)] = _narrowed(widest, within)
    return found


def _total(fields: Sequence[Field], /) -> int:
    return sum(column.width for column in fields) + _GAP * max(0, len(fields) - 1)


def _narrowed(column: Field, width: int, /) -> Field:
    """The same column with its words wrapped."""
    cells = ["\n".join(_wrapped(_spaced(cell), width)) for cell in column.cells]
    return replace(column, cells=cells)


def _spaced(cell: str | Sequence[str], /) -> list[str]:
    """The pieces of a cell with the space before each; a wide mark brings its own."""
    if isinstance(cell, str):
        return _pieces(cell)
    befores = ["", *cell]
    return [
        piece if before.endswith(_WIDE_MARKS) else f" {piece}"
        for before, piece in zip(befores, cell, strict=False)
    ]


def _beside(cells: Sequence[Sequence[str]], widths: Sequence[int], /) -> list[str]:
    """The lines of cells that stand beside one another."""
    return [
        (" " * _GAP)
        .join(
            text + " " * (width - _cell_len(text)) for text, width in zip(line, widths, strict=True)
        )
        .rstrip(" ")
        for line in zip_longest(*cells, fillvalue="")
    ]


def _aligned(text: str, column: Field, /) -> str:
    """``text`` with the spaces before it that a column of numbers needs: rich would drop those
    behind it.
    """
    if column.words or column.left or not text.strip():
        return text
    return " " * (column.width - _cell_len(text)) + text
