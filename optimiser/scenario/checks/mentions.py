"""Where effects are written, and where technologies and levels are named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from optimiser.scenario.format.formulas import MEMBER
from optimiser.scenario.nodes import MappingNode, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import Draft, Path

__all__ = ["MEMBER_LISTS", "effect_paths", "member_paths"]

MEMBER_LISTS: Final = {
    "technologies": ("requires", "requires_any", "excludes"),
    "synergies": ("between",),
    "groups": ("of",),
}


def effect_paths(draft: Draft, /) -> Iterable[tuple[Path, str]]:
    """The path of every effect that is written, with the indicator it changes."""
    places: list[Path] = []
    for name in draft.declared["technologies"]:
        own: Path = ("technologies", name)
        places += [(*own, "effects"), (*own, "effects_per_unit")]
        places += [(*own, "levels", level, "effects") for level in draft.levels[name]]
    places += [("synergies", name, "effects") for name in draft.declared["synergies"]]
    for place in places:
        entries = getattr(draft.node_at(*place), "entries", {})
        for indicator in entries:
            yield (*place, indicator), indicator


def member_paths(draft: Draft, /) -> Iterable[tuple[Path, str]]:
    """The path of every technology or technology.level that is referred to, with its text."""
    for section, keys in MEMBER_LISTS.items():
        for name in draft.declared[section]:
            for key in keys:
                own: Path = (section, name, key)
                stack = [(own, draft.node_at(*own))]
                while stack:
                    path, node = stack.pop()
                    if isinstance(node, SequenceNode):
                        items = enumerate(node.items)
                        stack += reversed([((*path, i), item) for i, item in items])
                    elif isinstance(node, MappingNode) and key == "requires":
                        stack.append(((*path, "technology"), node.get("technology")))
                    elif isinstance(node, ScalarNode) and MEMBER.fullmatch(node.text):
                        yield path, unicodedata.normalize("NFKC", node.text)
