"""A scenario under examination: what could be read of it, and where each part was written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, KeysView, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

from optimiser.frozen import dataclass
from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.values import Values
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    text_position,
)

if TYPE_CHECKING:
    from optimiser.scenario.format.phases import Timing
    from optimiser.scenario.format.schema import Scenario

__all__ = ["KINDS", "Draft", "Path", "describe", "formulas", "locate"]

Path = tuple[str | int, ...]

#: section -> what one of its entries is called, to be translated
KINDS: Mapping[str, str] = {
    "parameters": marked("parameter"),
    "variables": marked("variable"),
    "indicators": marked("indicator"),
    "technologies": marked("technology"),
    "synergies": marked("synergy"),
    "groups": marked("group"),
    "objectives": marked("objective"),
    "constraints": marked("constraint"),
    "models": marked("model"),
    "plans": marked("plan"),
    "figures": marked("figure"),
}


@dataclass(frozen=True, eq=False)
class Draft:
    """The readable part of a scenario.

    Attributes:
        scenario: the scenario without what the schema refused.
        node: all that is written, merged and expanded.
        damaged: the entries (section, name) of which the schema refused something.
        removed: (section, name) of what a null has removed -> where.
    """

    scenario: Scenario
    node: MappingNode
    findings: Findings
    damaged: frozenset[tuple[str, str]]
    removed: Mapping[tuple[str, ...], Position] = field(default_factory=dict)

    @cached_property
    def values(self) -> Values:
        """The exact values of the parameters that have one."""
        return self.scenario.values

    @cached_property
    def formulas(self) -> tuple[tuple[Path, Formula], ...]:
        """Every expression that is written and no plain number, with its path."""
        return tuple(formulas(self.scenario))

    @cached_property
    def declared(self) -> Mapping[str, KeysView[str]]:
        """Every name that is written, by section, refused or not."""
        return {section: _entries(self.node.get(section)).keys() for section in KINDS}

    @cached_property
    def keys(self) -> Mapping[str, Mapping[str, Mapping[str, Entry]]]:
        """Section -> name -> what is written of it, by key."""
        return {
            section: {name: _entries(entry.value) for name, entry in _entries(held).items()}
            for section in KINDS
            for held in [self.node.get(section)]
        }

    @cached_property
    def levels(self) -> Mapping[str, KeysView[str]]:
        """The levels that are written, by technology."""
        return {
            name: _entries(own["levels"].value).keys() if "levels" in own else _NONE.keys()
            for name, own in self.keys["technologies"].items()
        }

    @cached_property
    def scaled(self) -> frozenset[str]:
        """The technologies for which a scale is written."""
        return frozenset(n for n, own in self.keys["technologies"].items() if "scale" in own)

    @cached_property
    def phases(self) -> Mapping[str, int]:
        """The phases that are written by name, refused or not, with their position; of two with one
        name the first.
        """
        found: dict[str, int] = {}
        written = self.node.get("phases")
        for place, item in enumerate(written.items if isinstance(written, SequenceNode) else ()):
            name = item.get("name") if isinstance(item, MappingNode) else None
            if isinstance(name, ScalarNode):
                found.setdefault(unicodedata.normalize("NFKC", name.text.strip()), place)
        return found

    @cached_property
    def timings(self) -> Mapping[str, Timing]:
        """When each technology without levels, and each level, may start, of a scenario without
        errors that has phases.
        """
        from optimiser.scenario.format.rules import timings

        return timings(self.scenario, self.phases)

    @cached_property
    def own_objectives(self) -> tuple[str, ...]:
        """The objectives that carry their own expr."""
        return tuple(n for n, own in self.keys["objectives"].items() if "expr" in own)

    def traced(self, scenario: Scenario, /) -> Draft:
        """The draft of the same scenario that knows more of where it comes from: what was found out
        of the one holds for both.
        """
        draft = replace(self, scenario=scenario)
        vars(draft).update(vars(self) | {"scenario": scenario})
        return draft

    def node_at(self, *path: str | int) -> Node | None:
        """The node at a path; None where nothing is written there."""
        node: Node | None = self.node
        for part in path:
            node = _child(node, part)
        return node

    def at(self, *path: str | int) -> Position:
        """Where the value at a path is written, else the key that should hold it."""
        return locate(self.node, path, key=False)

    def key(self, *path: str | int) -> Position:
        """Where the key of a path is written."""
        return locate(self.node, path, key=True)

    def within(self, path: Path, start: int, end: int, /) -> Position:
        """Where characters of the text at a path are written."""
        node = self.node_at(*path)
        return text_position(node, start, end) if node is not None else self.at(*path)

    def whole(self, section: str, name: str, /) -> bool:
        """Whether the schema accepted all of an entry."""
        return (section, name) not in self.damaged


def locate(root: MappingNode, path: Path, /, *, key: bool) -> Position:
    """The position of a path's value (or key); of the nearest part around it that is written where
    it is not.
    """
    position, node = Position(root.start.source, root.start.line, root.start.column), root
    current: Node | None = node
    for i, part in enumerate(path):
        child = _child(current, part)
        if child is None:
            return position
        if isinstance(current, MappingNode) and (key or i < len(path) - 1):
            position = current.entries[str(part)].key
        else:
            position = child.start
        current = child
    return position


def describe(path: Path, /) -> str:
    """A path in words: ``level 'full' of technology 'ai'``."""
    if not path:
        return tr("the scenario")
    section = str(path[0])
    if section == "phases" and len(path) > 1 and isinstance(path[1], int):
        if len(path) > 2:
            return tr("'{key}' of phase {number}", key=path[2], number=path[1] + 1)
        return tr("phase {number}", number=path[1] + 1)
    if len(path) == 1 or section not in KINDS:
        if len(path) > 1 and isinstance(path[1], str):
            return tr("'{key}' of {place}", key=path[1], place=f"'{section}'")
        return f"'{section}'"
    entry = tr("{kind} '{name}'", kind=tr(KINDS[section]), name=path[1])
    # 'value' and 'expr' are what a short form stands for: the reader may never have written them.
    rest = [
        part
        for part in path[2:]
        if not isinstance(part, int) and part not in ("value", "expr", "percent")
    ]
    if len(rest) >= 2 and rest[0] == "levels":
        entry, rest = tr("level '{name}' of {place}", name=rest[1], place=entry), rest[2:]
    if len(rest) >= 2 and rest[0] in ("effects", "effects_per_unit"):
        return tr("the effect on '{indicator}' of {place}", indicator=rest[1], place=entry)
    return tr("'{key}' of {place}", key=rest[0], place=entry) if rest else entry


# what a formula is found in
_HOLDERS = (Formula, BaseModel, dict, tuple)


def formulas(model: BaseModel, /) -> Iterator[tuple[Path, Formula]]:
    """Every expression of a model with its path; plain numbers, of which nobody asks what names are
    in them, and what stands for what is not written are left out.
    """
    stack: list[tuple[Path, object]] = [((), model)]
    fields: dict[type, tuple[tuple[str, object], ...]] = {}
    holds: dict[type, bool] = {}  # asking the class of a model takes long
    while stack:
        path, value = stack.pop()
        kind = type(value)
        if isinstance(value, Formula):
            yield path, value
            continue
        items: Iterable[tuple[str | int, object]]
        if isinstance(value, dict):
            items = reversed(value.items())
        elif isinstance(value, tuple):
            items = [(i, value[i]) for i in reversed(range(len(value)))]
        else:
            if kind not in fields:
                known = reversed(cast("type[BaseModel]", kind).model_fields.items())
                fields[kind] = tuple((name, field.default) for name, field in known)
            held = vars(value)
            # a list of prerequisites has as many leads of 0 as members
            items = [(n, item) for n, default in fields[kind] if (item := held[n]) is not default]
        for name, item in items:
            kind = type(item)
            if kind not in holds:
                holds[kind] = isinstance(item, _HOLDERS)
            if kind is Formula:
                if cast("Formula", item).literal is None:
                    stack.append(((*path, name), item))
            elif holds[kind]:
                stack.append(((*path, name), item))


_NONE: Mapping[str, Entry] = {}


def _entries(node: Node | None) -> Mapping[str, Entry]:
    return node.entries if isinstance(node, MappingNode) else _NONE


def _child(node: Node | None, part: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        entry = node.entries.get(part if isinstance(part, str) else str(part))
        return entry.value if entry else None
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None
