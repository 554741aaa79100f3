"""One mapping over another, and what that adds and removes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from operator import is_

from optimiser.language import tr
from optimiser.scenario.diagnostics import Findings, known, nearest
from optimiser.scenario.format.short_forms import EFFECTS
from optimiser.scenario.nodes import Entry, MappingNode, Node, Position, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import KINDS, locate

__all__ = [
    "Ids",
    "ids",
    "is_null",
    "over",
    "removals",
    "slips_among",
    "warn_of_slips",
    "without_nulls",
]

#: (section, id), or (technologies, id, level) -> where it is written
Ids = Mapping[tuple[str, ...], Position]


def over(base: MappingNode, child: MappingNode, path: tuple[str, ...], /) -> MappingNode:
    """Child over base, key by key; the base's keys come first, in its order."""
    entries: dict[str, Entry] = dict(base.entries)
    if len(path) >= 2 and path[-2] in EFFECTS and {"value", "percent"} & set(child.entries):
        # An effect is a value or a percentage: the child's choice replaces the base's.
        entries = {key: entry for key, entry in entries.items() if key not in ("value", "percent")}
    for key, entry in child.entries.items():
        before = entries.get(key)
        if isinstance(entry.value, ScalarNode) and entry.value.kind == "null":
            if before is None or (
                isinstance(before.value, ScalarNode) and before.value.kind == "null"
            ):
                entries[key] = entry
            else:
                del entries[key]
        elif (
            before is not None
            and isinstance(before.value, MappingNode)
            and isinstance(entry.value, MappingNode)
        ):
            entries[key] = Entry(entry.key, over(before.value, entry.value, (*path, key)))
        else:
            entries[key] = entry
    return replace(child, entries=entries)


def without_nulls(node: MappingNode, findings: Findings, /) -> MappingNode:
    """The mapping without nulls, each of which is reported: it had nothing to remove."""
    return _cleared_mapping(node, findings) if _holds_null(node) else node


def _holds_null(node: Node) -> bool:
    left: list[Node] = [node]
    while left:
        held = left.pop()
        values = (
            [entry.value for entry in held.entries.values()]
            if isinstance(held, MappingNode)
            else held.items
            if isinstance(held, SequenceNode)
            else (held,)
        )
        for value in values:
            if not isinstance(value, ScalarNode):
                left.append(value)
            elif value.kind == "null":
                return True
    return False


def _cleared_mapping(node: MappingNode, findings: Findings) -> MappingNode:
    found: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        if is_null(entry.value):
            near = nearest(key, (other for other in node.entries if other != key))
            help = tr(
                "leave '{key}' out; for an empty mapping write {{}}, for an empty text ''", key=key
            )
            if near:
                help = tr("did you mean '{name}'? else {help}", name=near, help=help)
            findings.error(
                "S062",
                entry.key,
                tr(
                    "'{key}' has no value: null removes a key of the extended file, and there is "
                    "none",
                    key=key,
                ),
                help=help,
            )
        else:
            found[key] = entry.with_value(_cleared(entry.value, findings))
    same = all(map(is_, found.values(), node.entries.values()))
    return node if same and len(found) == len(node.entries) else node.with_entries(found)


def _cleared(node: Node, findings: Findings) -> Node:
    if isinstance(node, MappingNode):
        return _cleared_mapping(node, findings)
    if isinstance(node, SequenceNode):
        items = []
        for item in node.items:
            if isinstance(item, ScalarNode) and item.kind == "null":
                findings.error(
                    "S062",
                    item,
                    tr("an element of a list has no value"),
                    help=tr("remove it, or write its value"),
                )
            else:
                items.append(_cleared(item, findings))
        same = len(items) == len(node.items) and all(map(is_, items, node.items))
        return node if same else replace(node, items=tuple(items))
    return node


def is_null(node: Node, /) -> bool:
    """Whether a value is null, which removes."""
    return isinstance(node, ScalarNode) and node.kind == "null"


def ids(scenario: MappingNode, below: Sequence[str] = (), /) -> Ids:
    """Everything in a scenario that has an id of its own.

    An objective without an ``expr`` is none: it goes by an indicator's name.

    Args:
        scenario: merged.
        below: keys of a path on which it is looked for; all of the scenario where there are none.
    """
    return dict(_ids(scenario, below))


def _ids(scenario: MappingNode, below: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Position]]:
    for section in KINDS:
        held = scenario.get(section) if not below or below[0] == section else None
        entries = held.entries if isinstance(held, MappingNode) else {}
        if len(below) > 1:
            entries = {name: entries[name] for name in below[1:2] if name in entries}
        for name, entry in entries.items():
            value = entry.value
            if is_null(value):
                continue
            if section == "objectives" and not (
                isinstance(value, MappingNode) and "expr" in value.entries
            ):
                continue
            yield (section, name), entry.key
            levels = value.get("levels") if isinstance(value, MappingNode) else None
            if section == "technologies" and isinstance(levels, MappingNode):
                for level, inner in levels.entries.items():
                    yield (section, name, level), inner.key


def removals(before: Ids, after: MappingNode, layer: MappingNode, /) -> Ids:
    """What was there before a layer and is not after it, with the place in the layer."""
    left = ids(after)
    return {path: locate(layer, path, key=True) for path in before if path not in left}


def warn_of_slips(before: Ids, after: Ids, findings: Findings, /) -> None:
    """Say where a file that extends another adds an id that is nearly one of the other's."""
    families: dict[tuple[str, ...], list[str]] = {}
    for path in before:
        families.setdefault(path[:-1], []).append(path[-1])
    new: dict[tuple[str, ...], list[str]] = {}
    for path in after:
        if path not in before and path[:-1] in families:
            new.setdefault(path[:-1], []).append(path[-1])
    for family, names in new.items():
        kind = tr(KINDS[family[0]]) if len(family) == 1 else tr("level")
        plural = family[0] if len(family) == 1 else "levels"
        for name, near in slips_among(names, families[family]).items():
            message = tr(
                "{kind} '{name}' is new, beside '{near}' of what is extended",
                kind=kind,
                name=name,
                near=near,
            )
            findings.warning(
                "S150",
                after[*family, name],
                message,
                label=known(plural, families[family]),
                help=tr(
                    "to change '{near}' write '{near}'; where both are meant nothing is to do",
                    near=near,
                ),
            )


def slips_among(names: Iterable[str], others: Iterable[str], /) -> Mapping[str, str]:
    """Each of ``names`` that is one slip of the keyboard away from one of ``others``, with it.

    A letter is missing, doubled, swapped with the next, or, in a longer name, another one; names
    that differ in their numbers are series.

    >>> slips_among(["iott", "ouptut", "cap_2028", "so2"], ["iot", "output", "cap_2027", "co2"])
    {'iott': 'iot', 'ouptut': 'output'}
    """
    variants: dict[str, list[str]] = {}
    for other in others:
        for variant in _variants(other):
            variants.setdefault(variant, []).append(other)
    found = {}
    for name in names:
        candidates = [o for variant in _variants(name) for o in variants.get(variant, ())]
        near = next((other for other in candidates if _slip(name, other)), None)
        if near is not None:
            found[name] = near
    return found


def _variants(name: str) -> list[str]:
    """The name and what is left of it without one letter, in small letters."""
    small = name.casefold()
    return [small, *("".join(part) for part in combinations(small, max(0, len(small) - 1)))]


def _slip(name: str, other: str) -> bool:
    """Whether two names that share a variant are meant alike."""
    one, two = name.casefold(), other.casefold()
    if re.sub(r"\d+", "", one) == re.sub(r"\d+", "", two) and one != two:
        return False
    if len(one) != len(two) or one == two:
        return min(len(one), len(two)) >= 3 or one == two
    wrong = [place for place in range(len(one)) if one[place] != two[place]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return one[first] == two[second] and one[second] == two[first]
    return len(wrong) == 1 and len(one) >= (5 if one.isascii() else 3)
