"""Where effects are written, and where technologies and levels are named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from optimiser.scenario.format.formulas import MEMBER
from optimiser.scenario.format.short_forms import EFFECTS
from optimiser.scenario.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import Draft, Path

__all__ = ["MEMBER_LISTS", "effects_written", "member_paths"]

MEMBER_LISTS: Final = {
    "technologies": ("requires", "requires_any", "excludes"),
    "synergies": ("between",),
    "groups": ("of",),
}


def effects_written(draft: Draft, /) -> Iterator[tuple[Path, Mapping[str, Entry]]]:
    """The path of every mapping of effects that is written, with what it holds by indicator."""
    for name, own in draft.keys["technologies"].items():
        for key in EFFECTS:
            if key in own:
                yield ("technologies", name, key), _held(own[key].value)
        for level in draft.levels[name]:
            inner = _held(_held(own["levels"].value)[level].value)
            if "effects" in inner:
                path = ("technologies", name, "levels", level, "effects")
                yield path, _held(inner["effects"].value)
    for name, own in draft.keys["synergies"].items():
        if "effects" in own:
            yield ("synergies", name, "effects"), _held(own["effects"].value)


def _held(node: Node) -> Mapping[str, Entry]:
    return node.entries if isinstance(node, MappingNode) else {}


def member_paths(draft: Draft, /) -> Iterable[tuple[Path, str]]:
    """The path of every technology or technology.level that is referred to, with its text."""
    for section, keys in MEMBER_LISTS.items():
        for name, written in draft.keys[section].items():
            for key in keys:
                if key not in written:
                    continue
                yield from _members((section, name, key), written[key].value)


def _members(path: Path, node: Node | None) -> Iterator[tuple[Path, str]]:
    if isinstance(node, SequenceNode):
        for i, item in enumerate(node.items):
            yield from _members((*path, i), item)
    elif isinstance(node, MappingNode) and path[2] == "requires":
        yield from _members((*path, "technology"), node.get("technology"))
    elif isinstance(node, ScalarNode):
        text = node.text
        if text.isascii() and text.isidentifier():  # nearly always
            yield path, text
        elif MEMBER.fullmatch(text):
            yield path, unicodedata.normalize("NFKC", text)
