"""Characters that YAML allows, and scalars of the YAML 1.2 core schema."""

from __future__ import annotations

from typing import Any, Final

from optimiser.language import tr
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, ScalarNode, Source

__all__ = ["BOOL", "FORBIDDEN", "NULL", "NUMBER", "forbidden", "scalar"]

NUMBER: Final = pattern(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)

NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
BOOL: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})


# what YAML allows has few gaps; naming these compiles ten times as fast as naming the rest
FORBIDDEN: Final = pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)


def forbidden(source: Source, text: str, findings: Findings, /) -> bool:
    """Whether a text holds a character that YAML does not allow; the first is reported."""
    if text.replace("\n", "").isprintable():  # which none is: most texts need no pattern
        return False
    found = FORBIDDEN.search(text)
    if found is None:
        return False
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    message = tr("character U+{code:04X} is not allowed in YAML", code=ord(found.group()))
    findings.error("S004", Position(source, line, column), message, help=tr("remove it"))
    return True


def scalar(event: Any, position: Position, until: tuple[int, int], /) -> ScalarNode:
    """The node of an event of PyYAML, where it begins and what is behind its end."""
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
