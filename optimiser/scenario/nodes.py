"""A YAML document as a tree whose every node knows where it was written."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property, lru_cache

from optimiser.findings import cell_name
from optimiser.frozen import light
from optimiser.language import tr
from optimiser.patterns import pattern

__all__ = [
    "BREAK",
    "Entry",
    "MappingNode",
    "Node",
    "Position",
    "ScalarNode",
    "SequenceNode",
    "Source",
    "cell_name",
    "kind_of",
    "plain",
    "text_position",
]

BREAK = pattern("\r\n|[\n\r\x85\u2028\u2029]")
#: of a text in a message
_MOST_SHOWN = 60


@light(frozen=True, eq=False)
class Source:
    """A file, or the text of a ``--set``, as it is named in messages.

    One with a ``sheet`` is a spreadsheet: its lines and columns are rows and columns, and ``cells``
    holds what they show.
    """

    name: str
    text: str = field(repr=False, default="")
    sheet: str = ""
    cells: Mapping[tuple[int, int], str] = field(repr=False, default_factory=dict)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, broken where the YAML reader breaks them."""
        return tuple(BREAK.split(self.text))

    def line(self, number: int, /) -> str:
        """Line ``number``, counted from 1; empty where there is none."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    def excerpt(self, line: int, column: int, /) -> str:
        """What a message shows of a place: its line, or its cell."""
        return self.cells.get((line, column), "") if self.sheet else self.line(line)

    def place(self, offset: int, /) -> tuple[int, int]:
        """Line and column, from 1, of a character of the text."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in BREAK.finditer(self.text)))


@light(frozen=True)
class Position:
    """A stretch of one line of a source; line and column count from 1, line 0 is the file as a
    whole.
    """

    source: Source
    line: int = 0
    column: int = 0
    length: int = 1

    def seen_from(self, other: Position, /) -> str:
        """What a message that stands at another position calls this one: ``line 7``, or with the
        file where it is another.
        """
        source = self.source
        near = source.name == other.source.name
        if source.sheet:
            cell = cell_name(self.line, self.column)
            if near:
                return tr("cell {cell}", cell=cell)
            return tr(
                "{file}, sheet {sheet}, cell {cell}",
                file=source.name,
                sheet=source.sheet,
                cell=cell,
            )
        if not self.line:
            return source.name
        return tr("line {line}", line=self.line) if near else f"{source.name}:{self.line}"


@light(frozen=True)
class Node:
    """A value and where it starts; ``until`` is the line and column (from 1) behind its end."""

    start: Position
    until: tuple[int, int]


@light(frozen=True)
class ScalarNode(Node):
    """A scalar as it is written.

    ``kind`` is what the YAML 1.2 core schema makes of it: null, bool, number or text (quoted
    scalars are text). ``verbatim`` is False where quotes, escapes or folding stand between the
    source and ``text``.
    """

    text: str
    kind: str
    verbatim: bool = True


@light(frozen=True)
class SequenceNode(Node):
    """A list."""

    items: tuple[Node, ...]


@light(frozen=True)
class Entry:
    """One key of a mapping, with the position of the key itself, and its value."""

    key: Position
    value: Node

    def with_value(self, value: Node, /) -> Entry:
        """The same key with another value; itself where that is its own."""
        return self if value is self.value else Entry(self.key, value)


@light(frozen=True)
class MappingNode(Node):
    """A mapping, its keys in NFKC."""

    entries: Mapping[str, Entry]

    def get(self, key: str, /) -> Node | None:
        """The value of a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def with_entries(self, entries: Mapping[str, Entry], /) -> MappingNode:
        """The same mapping with other entries, which nobody else changes."""
        return MappingNode(self.start, self.until, entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)


def kind_of(node: Node, /) -> str:
    """What a node is, in a planner's words."""
    if isinstance(node, MappingNode):
        return tr("a mapping")
    if isinstance(node, SequenceNode):
        return tr("a list")
    assert isinstance(node, ScalarNode)
    text = " ".join(node.text.split())
    text = text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
    return {
        "null": tr("empty"),
        "bool": tr("true or false"),
        "number": tr("the number {text}", text=text),
        "text": tr("the text '{text}'", text=text),
    }[node.kind]


def plain(node: Node, /) -> object:
    """Nested dicts, lists, texts and booleans; numbers stay texts as written, entries that are null
    are left out.
    """
    if isinstance(node, ScalarNode):
        return node.text if node.kind != "bool" else node.text.lower() == "true"
    if isinstance(node, MappingNode):
        held = node.entries.items()
        return {key: plain(value) for key, entry in held if not _null(value := entry.value)}
    assert isinstance(node, SequenceNode)
    return [plain(item) for item in node.items if not _null(item)]


def text_position(node: Node, start: int, end: int, /) -> Position:
    """Where characters ``start`` to ``end`` of a scalar's text stand in its source.

    The text is followed through the source, blanks aside; behind an escape the whole scalar is
    meant.
    """
    if not isinstance(node, ScalarNode):
        return node.start
    source, line, column = node.start.source, node.start.line, node.start.column
    if node.verbatim:
        return Position(source, line, column + start, max(1, end - start))
    if not line:  # it stands in no file
        return node.start
    current = source.line(line)
    quoted = column if current[column - 1 : column] in ('"', "'") else len(current)
    if current.startswith(node.text, quoted) and not node.text[start:end].isspace():
        # between its quotes it is as it is
        cut = node.text[start:end]
        start += len(cut) - len(cut.lstrip())
        return Position(source, line, column + 1 + start, max(1, len(cut.strip())))
    places = _places(node)
    meant = (
        [i for i in range(start, max(end, start + 1)) if i in places] if places is not None else []
    )
    if places is None or not meant:
        if places and start >= len(node.text.rstrip()):
            last_line, last_column = places[max(places)]
            return Position(source, last_line, last_column + 1, 1)
        return node.start
    first_line, first_column = places[meant[0]]
    same_line = [places[i][1] for i in meant if places[i][0] == first_line]
    return Position(source, first_line, first_column, max(same_line) - first_column + 1)


def _null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.kind == "null"


# a long text is asked for the place of each of its names
@lru_cache(maxsize=4)
def _places(node: ScalarNode) -> dict[int, tuple[int, int]] | None:
    """Line and column of each character of the text that is not blank; None where the source spells
    it otherwise.
    """
    line, column = node.start.line, node.start.column
    current = node.start.source.line(line)
    opening = current[column - 1 : column]
    if opening in ("|", ">"):
        line, column = line + 1, 1
    elif opening in ("'", '"'):
        column += 1
    found: dict[int, tuple[int, int]] = {}
    for i, character in enumerate(node.text):
        if character.isspace():
            continue
        while True:
            current = node.start.source.line(line)
            while column <= len(current) and current[column - 1].isspace():
                column += 1
            if column <= len(current):
                break
            if line >= min(node.until[0], len(node.start.source.lines)):
                return None
            line, column = line + 1, 1
        if current[column - 1] != character:
            return None
        found[i] = (line, column)
        column += 1
    return found
