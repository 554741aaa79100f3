"""YAML text to nodes: the YAML 1.2 core schema, one document, no tags, limits on size, depth and
aliases.

The events of PyYAML's parser are composed here without recursion, so that hostile nesting ends in a
message.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import yaml

from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import (
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
    kind_of,
)
from optimiser.scenario.source.open_nodes import Open
from optimiser.scenario.source.punctuation import (
    PROSE,
    Change,
    Reading,
    item_changes,
    key_changes,
    list_changes,
    swallowed_changes,
    text_changes,
)
from optimiser.scenario.source.yaml_escapes import joined
from optimiser.scenario.source.yaml_faults import LOADER, likely_meant, syntax_error
from optimiser.scenario.source.yaml_scalars import NULL, forbidden, scalar

__all__ = ["MOST_DEPTH", "MOST_MEMBERS", "compose"]

#: values, keys among them: 5,000 technologies with all that can be said of one have 200,000
_MOST_NODES: Final = 500_000
#: what technologies require and exclude and groups count, a tenth of a millisecond and 3 kB each
#: until a run begins
MOST_MEMBERS: Final = 200_000
_MOST_ALIASED: Final = 10_000
MOST_DEPTH: Final = 40
#: how often a text is read again as it was meant, while that costs less than the largest one;
#: so many characters cost as much as a node
_ROUNDS, _CHARACTERS = 40, 100
_KINDS: Final = {
    yaml.ScalarEvent: "scalar",
    yaml.AliasEvent: "alias",
    yaml.MappingStartEvent: "mapping",
    yaml.SequenceStartEvent: "list",
    yaml.MappingEndEvent: "end",
    yaml.SequenceEndEvent: "end",
    yaml.DocumentStartEvent: "document",
    yaml.StreamEndEvent: "stream",
}
_NODES: Final = frozenset({"scalar", "alias", "mapping", "list"})
#: what to do with a file that holds too much
_LESS: Final = marked("keep long lists and tables in a CSV file: catalogue, data")


def compose(source: Source, findings: Findings, /, *, text: str | None = None) -> Node | None:
    """The node of a source's one document, of whatever kind; None where it is not usable YAML.

    Where punctuation is not what was meant, that is an error, and the rest is read as it was meant.
    ``text`` is read in place of the source's own text, whose columns it shares.
    """
    text = source.text if text is None else text
    if forbidden(source, text, findings):
        return None
    reading, readable, spent = Reading(joined(text)), None, 0
    for _ in range(_ROUNDS):
        attempt = _Composer(source, reading)
        error = attempt.read()
        spent += attempt.nodes + len(text) // _CHARACTERS
        if error is None:
            readable, changes = attempt, attempt.meant()
        elif attempt.stopped:
            break
        else:
            changes = likely_meant(reading, error)
        if not changes:
            break
        _report(changes, reading, source, findings)
        reading = reading.changed(changes)
        if spent > _MOST_NODES:
            break
    if error is not None and not attempt.stopped and readable is None:
        syntax_error(error, reading, source, attempt.findings)
    attempt = attempt if error is None or readable is None else readable
    findings.add(attempt.findings)
    wrong = attempt.findings.errors > 0
    if attempt.stopped and wrong:
        return None
    if attempt.root is None and not wrong:
        return ScalarNode(Position(source, 1, 1), (1, 1), "", "null")
    return attempt.root if not wrong or attempt.complete else None


def _report(
    changes: Sequence[Change], reading: Reading, source: Source, findings: Findings
) -> None:
    for change in changes:
        if change.message:
            column = reading.written(change.line, change.column) + 1
            at = Position(source, change.line + 1, column, max(1, change.length))
            findings.error("S017", at, change.message, help=change.help)


class _Composer:
    def __init__(self, source: Source, reading: Reading) -> None:
        self.source = source
        self.reading = reading
        self.findings = Findings()
        self.changes: list[Change] = []
        self.root: Node | None = None
        self.stopped = False
        self.complete = False
        self.nodes = 0
        # as it is written column by column; without a character that could be meant otherwise
        self._in_place = not reading.inserted
        self._ordinary = reading.text.isascii() and ";" not in reading.text
        self._lines = reading.lines
        self._open: list[Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._documents = 0
        self._aliased = 0

    def read(self) -> yaml.YAMLError | None:
        """Take every event of the text; what its parser says where it is not YAML."""
        try:
            parser = LOADER(self.reading.text)
            for event in iter(parser.get_event, None):
                if not self.take(event):
                    break
        except yaml.YAMLError as error:
            return error
        return None

    def meant(self) -> list[Change]:
        """What was probably meant otherwise."""
        root = self.root
        if isinstance(root, ScalarNode) and root.kind == "text":
            opening = self.source.line(root.start.line)[root.start.column - 1 :][:1]
            return (
                []
                if opening in ("'", '"', "|", ">")
                else text_changes(self.reading, 0, len(self.source.lines))
            )
        return self.changes

    def take(self, event: Any) -> bool:
        """Take the next event; False where reading on makes no sense."""
        kind = _KINDS.get(type(event))
        if kind in _NODES:
            self.nodes += 1
            if self.nodes > _MOST_NODES:
                message = tr("the file holds more than {most:,} keys and values", most=_MOST_NODES)
                self._stop("S003", self._position(event), message, tr(_LESS))
                return False
        if kind == "scalar":
            self._scalar(event)
            return True
        if kind == "end":
            self._close(event)
        elif kind in ("mapping", "list"):
            self._untagged(event)
            if not self._too_deep(event, 1):
                start, flow = self._position(event), bool(event.flow_style)
                column, mapping = event.start_mark.column, kind == "mapping"
                self._open.append(Open(start, event.anchor, mapping, flow, column))
        elif kind == "alias":
            self._alias(event)
        elif kind == "document":
            self._begin(event)
        elif kind == "stream":
            self.complete = not self.stopped
        return not self.stopped

    def _begin(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(
                "S007",
                self._position(event),
                tr("the file holds several documents"),
                tr("keep one, without '---' lines"),
            )

    def _scalar(self, event: Any) -> None:
        """Take a scalar: as the key that a mapping waits for, or as a value."""
        if event.tag is not None:
            self._untagged(event)
        top = self._open[-1] if self._open else None
        awaited = top is not None and top.mapping and top.key is None and not top.dropped
        if event.style or top is None:
            pass
        elif not self._ordinary or (awaited and top.flow and not self._before_colon(event)):
            # nearly always: of an ordinary text only what a comma has cut off is meant otherwise
            self._look_at(event, top)
        position, until = self._span(event)
        text, anchor = event.value, event.anchor
        if top is None or anchor is not None:
            self._value(scalar(event, position, until), anchor, 1, 0)
        elif awaited:
            # nearly always nothing is wrong with it
            if text in top.entries or text in NULL or not text.isascii():
                self._key(top, scalar(event, position, until))
            else:
                top.key = (text, position)
            top.size += 1
        else:
            top.size += 1
            top.hold(scalar(event, position, until))

    def _before_colon(self, event: Any) -> bool:
        line: int = event.end_mark.line
        return self._lines[line].startswith(":", event.end_mark.column)

    def _look_at(self, event: Any, top: Open) -> None:
        """Note what was probably meant otherwise in an unquoted scalar."""
        start, end = event.start_mark, event.end_mark
        span = (start.column, end.column)
        if top.key is not None and not top.flow and start.line >= top.key[1].line:
            if top.key[0] not in PROSE:
                self.changes += text_changes(self.reading, start.line, end.line)
        elif start.line != end.line:
            return
        elif not top.mapping:
            self.changes += item_changes(self.reading, start.line, span)
        elif top.key is not None:
            key = top.key[0]
            self.changes += swallowed_changes(self.reading, start.line, span, key, top.flow)
        elif not top.dropped and not self._headings():
            self.changes += key_changes(self.reading, start.line, span, top.flow)

    def _headings(self) -> bool:
        """Whether the keys are headings of a table, which may hold any punctuation."""
        holder = self._open[-2].key if len(self._open) > 1 else None
        return holder is not None and holder[0] == "columns"

    def _place(self, mark: Any) -> tuple[int, int]:
        """Line and column, from 1, at which something is written."""
        return mark.line + 1, self.reading.written(mark.line, mark.column) + 1

    def _position(self, event: Any) -> Position:
        return self._span(event)[0]

    def _span(self, event: Any) -> tuple[Position, tuple[int, int]]:
        """Where something begins, and the line and column behind its end."""
        start, end = event.start_mark, event.end_mark
        if self._in_place:  # nearly always
            line, column, until = start.line + 1, start.column + 1, (end.line + 1, end.column + 1)
        else:
            (line, column), until = self._place(start), self._place(end)
        last, behind = until
        if line != last:
            behind = len(self.source.line(line).rstrip()) + 1
        length = behind - column
        return Position(self.source, line, column, length if length > 1 else 1), until

    def _stop(self, code: str, at: Position, message: str, help: str) -> None:
        self.findings.error(code, at, message, help=help)
        self.stopped = True

    def _untagged(self, event: Any) -> None:
        if event.tag is not None:
            message = tr("the YAML tag '{tag}' is not allowed", tag=event.tag)
            self.findings.error(
                "S008",
                self._position(event),
                message,
                help=tr("remove the tag; quote a text that looks like a number"),
            )

    def _too_deep(self, event: Any, height: int) -> bool:
        if len(self._open) + height > MOST_DEPTH:
            self._stop(
                "S010",
                self._position(event),
                tr("nested more than {most} deep", most=MOST_DEPTH),
                tr("no scenario needs that"),
            )
        return self.stopped

    def _alias(self, event: Any) -> None:
        position = self._position(event)
        if any(o.anchor == event.anchor for o in self._open):
            self._stop(
                "S009",
                position,
                tr("alias '*{anchor}' contains itself", anchor=event.anchor),
                tr("write the part out"),
            )
            return
        if event.anchor not in self._anchors:
            self._stop(
                "S009",
                position,
                tr("alias '*{anchor}' has no anchor '&{anchor}' before it", anchor=event.anchor),
                tr("quote a text that starts with *"),
            )
            return
        node, size, height = self._anchors[event.anchor]
        self._aliased += size
        if self._aliased > _MOST_ALIASED:
            self._stop(
                "S009",
                position,
                tr("aliases expand to more than {most:,} nodes", most=_MOST_ALIASED),
                tr("write the part out, or use extends"),
            )
            return
        if not self._too_deep(event, height):
            self._value(node, None, size, height)

    def _close(self, event: Any) -> None:
        top = self._open.pop()
        until = self._place(event.end_mark)
        start, line = top.start, self.source.line(top.start.line)
        if until[0] == start.line:
            if top.flow and not top.mapping:
                span = (top.column, event.end_mark.column)
                self.changes += list_changes(self.reading, event.end_mark.line, span)
            start = Position(start.source, start.line, start.column, until[1] - start.column)
        elif not line[start.column - 1 :].startswith(("{", "[")):
            start = replace(start, length=len(line.rstrip()) - start.column + 1)
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
        if height >= top.height:
            top.height = height + 1
        if top.mapping and top.key is None and not top.dropped:
            self._key(top, node)
        else:
            top.hold(node)

    def _key(self, top: Open, node: Node) -> None:
        if not isinstance(node, ScalarNode) or node.kind == "null":
            self.findings.error(
                "S014",
                node,
                tr("a key is a name, and this is {found}", found=kind_of(node)),
                help=tr("write 'name: value'"),
            )
            top.dropped = True
            return
        key = node.text if node.text.isascii() else unicodedata.normalize("NFKC", node.text)
        if key in top.entries:
            first = top.entries[key].key
            message = tr("duplicate key '{text}'", text=node.text)
            written = first.source.line(first.line)[
                first.column - 1 : first.column - 1 + first.length
            ]
            if written.strip("'\"") != node.text:
                message = tr(
                    "duplicate key '{text}': it normalises to the same name as '{written}'",
                    text=node.text,
                    written=written,
                )
            self.findings.error(
                "S006",
                node,
                message,
                label=tr("first written in line {line}", line=first.line),
                help=tr("remove or rename one of them"),
            )
            top.dropped = True
            return
        top.key = (key, node.start)
