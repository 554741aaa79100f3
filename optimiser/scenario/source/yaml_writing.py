"""A merged scenario as YAML text, line by line with the place where each value was written."""

from __future__ import annotations

import json
import re
from typing import Final

from optimiser.patterns import pattern
from optimiser.scenario.nodes import MappingNode, Node, ScalarNode, SequenceNode
from optimiser.scenario.source.yaml_scalars import BOOL, NULL, NUMBER

__all__ = ["lines", "text_scalar"]

_PLAIN: Final = pattern(r"[^\W\d]([\w ./()+*-]*[\w.)])?")


def lines(node: MappingNode, /) -> list[tuple[str, str]]:
    """Lines of YAML, each with the ``file:line`` of its value; empty where the line only opens a
    mapping.
    """
    found: list[tuple[str, str]] = []
    _mapping(node, "", found)
    return found


def _mapping(node: MappingNode, indent: str, found: list[tuple[str, str]]) -> None:
    for key, entry in node.entries.items():
        _value(f"{indent}{text_scalar(key)}:", entry.value, f"{indent}  ", found)


def _value(opening: str, node: Node, indent: str, found: list[tuple[str, str]]) -> None:
    match node:
        case MappingNode(entries=entries) if entries:
            found.append((opening, ""))
            _mapping(node, indent, found)
        case SequenceNode(items=items) if not all(isinstance(item, ScalarNode) for item in items):
            found.append((opening, ""))
            for item in items:
                _value(f"{indent}-", item, f"{indent}  ", found)
        case SequenceNode(items=items):
            found.append(
                (f"{opening} [{', '.join(_scalar(item) for item in items)}]", _origin(node))
            )
        case _:
            found.append((f"{opening} {_scalar(node)}", _origin(node)))


def _scalar(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return node.text if node.kind in ("number", "bool") else text_scalar(node.text)
    return "{}"


def text_scalar(text: str, /) -> str:
    """A text as YAML reads it back: plain where that is safe, else in double quotes."""
    if (
        _PLAIN.fullmatch(text)
        and text not in BOOL
        and text not in NULL
        and not NUMBER.fullmatch(text)
    ):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        "[\x7f-\xa0\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match.group()):04x}", quoted
    )


def _origin(node: Node) -> str:
    start = node.start
    return f"{start.source.name}:{start.line}" if start.line else start.source.name
