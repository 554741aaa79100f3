"""YAML text to nodes: the YAML 1.2 core schema, one document, no tags, limits on size, depth and
aliases.

The events of PyYAML's parser are composed here without recursion, so that hostile nesting ends in a
message.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
)

__all__ = ["BOOL", "MOST_BYTES", "NULL", "NUMBER", "compose", "decoded", "read_file", "read_text"]

NUMBER: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)

NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
MOST_BYTES: Final = 10_000_000
BOOL: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
# what YAML allows has few gaps; naming these compiles ten times as fast as naming the rest
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_SCENARIO: Final = ("a scenario", "start with 'optimise: 1' and 'name: ...'")
_MOST_ALIASED: Final = 10_000
_MOST_DEPTH: Final = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_file(
    path: Path, name: str, findings: Findings, /, *, holds: tuple[str, str] = _SCENARIO
) -> tuple[Source, MappingNode | None]:
    """Read one file; ``name`` is how messages call it. None where it cannot be used, with the
    reasons in ``findings``.

    ``holds`` is what the file should hold, in a planner's words, and how to begin one.
    """
    source = Source(name)
    whole = Position(source)
    try:
        data = None if paths.is_folder(path) else paths.content(path, most=MOST_BYTES + 1)
    except (OSError, UsageError) as error:
        findings.error("S001", whole, f"the file cannot be read: {paths.reason(error)}")
        return source, None
    if data is None:
        findings.error(
            "S001",
            whole,
            f"{holds[0]} is a file, and this is a folder",
            help="name the YAML file in it",
        )
        return source, None
    if len(data) > MOST_BYTES:
        findings.error(
            "S003",
            whole,
            "the file is larger than 10 MB",
            help=f"{holds[0]} is text written for people",
        )
        return source, None
    decoded_source = decoded(data, name, findings)
    if decoded_source is None:
        return source, None
    return decoded_source, read_text(decoded_source, findings, holds=holds)


def decoded(data: bytes, name: str, findings: Findings, /) -> Source | None:
    """The text of a file in UTF-8, with or without a byte order mark; None, with the place in
    ``findings``, of another.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        help = "save the file with the encoding UTF-8"
        findings.error(
            "S004", Position(Source(name)), "the file is not UTF-8 but UTF-16", help=help
        )
        return None
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = (
            len(
                data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")
            )
            + 1
        )
        shown = Source(name, data.decode("utf-8", "replace"))
        message = f"the file is not UTF-8: byte 0x{data[error.start]:02x} cannot be read"
        findings.error(
            "S004",
            Position(shown, line, column),
            message,
            help="save the file with the encoding UTF-8",
        )
        return None


def read_text(
    source: Source, findings: Findings, /, *, holds: tuple[str, str] = _SCENARIO
) -> MappingNode | None:
    """Read the one mapping that a source holds; None where it cannot be used."""
    node = compose(source, findings)
    if node is None:
        return None
    if isinstance(node, MappingNode):
        return node
    if isinstance(node, ScalarNode) and node.kind == "null":
        findings.error("S002", Position(source), "the file is empty", help=holds[1])
    else:
        findings.error(
            "S002",
            node,
            f"{holds[0]} is a mapping of keys, and this is {_kind(node)}",
            help="write 'key: value' lines",
        )
    return None


def compose(source: Source, findings: Findings, /, *, text: str | None = None) -> Node | None:
    """The node of a source's one document, of whatever kind; None where it is not usable YAML.

    ``text`` is read in place of the source's own text, whose columns it shares.
    """
    text = source.text if text is None else text
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        column = forbidden.start() - text.rfind("\n", 0, forbidden.start())
        message = f"character U+{ord(forbidden.group()):04X} is not allowed in YAML"
        findings.error("S004", Position(source, line, column), message, help="remove it")
        return None
    before = findings.errors
    composer = _Composer(source, findings)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not composer.take(event):
                break
    except yaml.YAMLError as error:
        _syntax_error(error, source, findings)
    if findings.errors > before and composer.stopped:
        return None
    if composer.root is None and findings.errors == before:
        return ScalarNode(Position(source, 1, 1), (1, 1), "", "null")
    return composer.root if findings.errors == before or composer.complete else None


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    start: Position
    anchor: str | None
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, Position] | None = None
    dropped: bool = False
    size: int = 1
    height: int = 1


class _Composer:
    def __init__(self, source: Source, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.root: Node | None = None
        self.stopped = False
        self.complete = False
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._documents = 0
        self._aliased = 0

    def take(self, event: Any) -> bool:
        """Take the next event; False where reading on makes no sense."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._stop(
                        "S007",
                        self._position(event),
                        "the file holds several documents",
                        "keep one, without '---' lines",
                    )
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._untagged(event)
                self._value(_scalar(event, self._position(event)), event.anchor, 1, 0)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._untagged(event)
                if not self._too_deep(event, 1):
                    mapping = isinstance(event, yaml.MappingStartEvent)
                    self._open.append(_Open(self._position(event), event.anchor, mapping))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._close(event)
            case yaml.StreamEndEvent():
                self.complete = not self.stopped
        return not self.stopped

    def _position(self, event: Any) -> Position:
        start, end = event.start_mark, event.end_mark
        line = self.source.line(start.line + 1)
        length = (
            end.column - start.column
            if end.line == start.line
            else len(line.rstrip()) - start.column
        )
        return Position(self.source, start.line + 1, start.column + 1, max(1, length))

    def _stop(self, code: str, at: Position, message: str, help: str) -> None:
        self.findings.error(code, at, message, help=help)
        self.stopped = True

    def _untagged(self, event: Any) -> None:
        if event.tag is not None:
            message = f"the YAML tag '{event.tag}' is not allowed"
            self.findings.error(
                "S008",
                self._position(event),
                message,
                help="remove the tag; quote a text that looks like a number",
            )

    def _too_deep(self, event: Any, height: int) -> bool:
        if len(self._open) + height > _MOST_DEPTH:
            self._stop(
                "S010",
                self._position(event),
                f"nested more than {_MOST_DEPTH} deep",
                "no scenario needs that",
            )
        return self.stopped

    def _alias(self, event: Any) -> None:
        position = self._position(event)
        if any(o.anchor == event.anchor for o in self._open):
            self._stop(
                "S009", position, f"alias '*{event.anchor}' contains itself", "write the part out"
            )
            return
        if event.anchor not in self._anchors:
            self._stop(
                "S009",
                position,
                f"alias '*{event.anchor}' has no anchor '&{event.anchor}' before it",
                "",
            )
            return
        node, size, height = self._anchors[event.anchor]
        self._aliased += size
        if self._aliased > _MOST_ALIASED:
            self._stop(
                "S009",
                position,
                f"aliases expand to more than {_MOST_ALIASED:,} nodes",
                "write the part out, or use extends",
            )
            return
        if not self._too_deep(event, height):
            self._value(node, None, size, height)

    def _close(self, event: Any) -> None:
        top = self._open.pop()
        until = (event.end_mark.line + 1, event.end_mark.column + 1)
        start = top.start
        if event.end_mark.line + 1 == start.line:
            start = Position(
                start.source, start.line, start.column, event.end_mark.column + 1 - start.column
            )
        elif not self.source.line(start.line)[start.column - 1 :].startswith(("{", "[")):
            start = Position(
                start.source,
                start.line,
                start.column,
                len(self.source.line(start.line).rstrip()) - start.column + 1,
            )
        node: Node = (
            MappingNode(start, until, top.entries)
            if top.mapping
            else SequenceNode(start, until, tuple(top.items))
        )
        self._value(node, top.anchor, top.size, top.height)

    def _value(self, node: Node, anchor: str | None, size: int, height: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size, height)
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        top.size += size
        top.height = max(top.height, height + 1)
        if not top.mapping:
            top.items.append(node)
        elif top.key is None and not top.dropped:
            self._key(top, node)
        else:
            if top.key is not None:
                top.entries[top.key[0]] = Entry(top.key[1], node)
            top.key, top.dropped = None, False

    def _key(self, top: _Open, node: Node) -> None:
        if not isinstance(node, ScalarNode) or node.kind == "null":
            self.findings.error(
                "S014",
                node,
                f"a key is a name, and this is {_kind(node)}",
                help="write 'name: value'",
            )
            top.dropped = True
            return
        key = unicodedata.normalize("NFKC", node.text)
        if key in top.entries:
            first = top.entries[key].key
            message = f"duplicate key '{node.text}'"
            written = first.source.line(first.line)[
                first.column - 1 : first.column - 1 + first.length
            ]
            if written.strip("'\"") != node.text:
                message += f": it normalises to the same name as '{written}'"
            self.findings.error(
                "S006",
                node,
                message,
                label=f"first written in line {first.line}",
                help="remove or rename one of them",
            )
            top.dropped = True
            return
        top.key = (key, node.start)


def _scalar(event: Any, position: Position) -> ScalarNode:
    until = (event.end_mark.line + 1, event.end_mark.column + 1)
    text = event.value
    if event.style not in (None, ""):
        return ScalarNode(position, until, text, "text", False)
    verbatim = event.start_mark.line == event.end_mark.line
    if text in NULL:
        kind = "null"
    elif text in BOOL:
        kind = "bool"
    else:
        kind = "number" if NUMBER.fullmatch(text) else "text"
    return ScalarNode(position, until, text, kind, verbatim)


def _kind(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    assert isinstance(node, ScalarNode)
    return {
        "null": "empty",
        "bool": "true or false",
        "number": f"the number {node.text}",
        "text": f"the text '{node.text}'",
    }[node.kind]


_ADVICE: Final = (
    (
        "cannot start any token",
        "a value that starts with one of @ ` % & * ! or a tab needs quotes or blanks",
    ),
    ("mapping values are not allowed", "quote a text that contains ': '"),
    ("did not find expected ',' or", "a bracket or a comma is missing"),
    ("unexpected end of stream", "the closing quote is missing"),
    ("could not find expected ':'", "write 'key: value'"),
    ("did not find expected key", "check the indentation, and the quotes before it"),
)


def _syntax_error(error: yaml.YAMLError, source: Source, findings: Findings) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    position = Position(source)
    if mark is not None:
        line = min(mark.line + 1, max(1, len(source.lines)))
        column = mark.column + 1 if line == mark.line + 1 else len(source.line(line)) + 1
        position = Position(source, line, column)
        if "\t" in source.line(line)[: column + 1] and "cannot start any token" in problem:
            problem = "a tab is not allowed as indentation"
            findings.error(
                "S005", position, f"not valid YAML: {problem}", help="indent with spaces"
            )
            return
    help = next((advice for start, advice in _ADVICE if start in problem), "")
    findings.error(
        "S005",
        position,
        f"not valid YAML: {problem}" + (f" ({context})" if context else ""),
        help=help,
    )
