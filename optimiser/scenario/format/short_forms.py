"""Short forms written out: ``investment: minimise`` becomes ``investment: {sense: minimise}``.

This comes before merging, so that a child may write either form over either form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from optimiser.patterns import pattern
from optimiser.scenario.nodes import Entry, MappingNode, Node, ScalarNode

__all__ = ["EFFECTS", "SHORT", "expand"]

#: section -> the key that a scalar in place of the mapping stands for
SHORT: Final = {
    "parameters": "value",
    "objectives": "sense",
    "constraints": "expr",
    "figures": "expr",
}
#: keys that hold effects by indicator
EFFECTS: Final = ("effects", "effects_per_unit")

_PERCENT: Final = pattern(r"(\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*%\s*")


def expand(scenario: MappingNode, /) -> MappingNode:
    """The scenario, or a part of one that ``--set`` writes, with every short form written out."""
    found = {
        key: entry.with_value(_section(key, entry.value)) for key, entry in scenario.entries.items()
    }
    return scenario.with_entries(found)


def _section(key: str, node: Node) -> Node:
    if key in SHORT:
        return _each(node, lambda value: _wrapped(value, SHORT[key]))
    if key == "catalogue":
        return _wrapped(node, "file")
    if key == "technologies":
        return _each(node, _technology)
    if key == "synergies":
        return _each(node, _with_effects)
    return node


def _technology(node: Node) -> Node:
    return _inside(node, _OF_TECHNOLOGIES)


def _levels(node: Node) -> Node:
    return _each(node, _with_effects)


def _with_effects(node: Node) -> Node:
    return _inside(node, _OF_LEVELS)


def _effects(node: Node) -> Node:
    return _each(node, _effect)


def _effect(node: Node) -> Node:
    if not isinstance(node, ScalarNode) or node.kind == "null":
        return node
    percent = _PERCENT.fullmatch(node.text) if "%" in node.text else None
    if percent is None:
        return _wrapped(node, "value")
    text = percent[1]
    # The quotes, if any, are still in the source: only a verbatim scalar can be followed character
    # by character.
    return _wrapped(replace(node, text=text, kind="number"), "percent")


def _wrapped(node: Node, key: str) -> Node:
    """``{key: node}`` at the node's own place; null stays null, since it removes."""
    if not isinstance(node, ScalarNode) or node.kind == "null":
        return node
    return MappingNode(node.start, node.until, {key: Entry(node.start, node)})


def _each(node: Node, change: Callable[[Node], Node]) -> Node:
    if not isinstance(node, MappingNode):
        return node
    return node.with_entries(
        {key: entry.with_value(change(entry.value)) for key, entry in node.entries.items()}
    )


def _inside(node: Node, changes: Mapping[str, Callable[[Node], Node]]) -> Node:
    """The node with what is below some keys changed."""
    if not isinstance(node, MappingNode) or changes.keys().isdisjoint(node.entries):
        return node
    return node.with_entries(
        {
            key: entry.with_value(changes[key](entry.value)) if key in changes else entry
            for key, entry in node.entries.items()
        }
    )


#: by key, what expands the value
_OF_LEVELS: Final = dict.fromkeys(EFFECTS, _effects)
_OF_TECHNOLOGIES: Final = {**_OF_LEVELS, "levels": _levels}
