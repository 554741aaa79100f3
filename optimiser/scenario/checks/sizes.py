"""Whether a scenario is larger than can be checked."""

from __future__ import annotations

from typing import Final

from optimiser.language import tr
from optimiser.scenario.checks.mentions import MEMBER_LISTS
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import MappingNode, Node, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import KINDS
from optimiser.scenario.source.yaml_nodes import MOST_MEMBERS

__all__ = ["crowded"]

#: technologies, constraints and all else that has a name, a millisecond each to check
_MOST_NAMES: Final = 20_000
#: what the library that compares points counts in a byte
_MOST_OBJECTIVES: Final = 255
#: every technology may start in each
_MOST_PHASES: Final = 200
_MOST_STARTS: Final = 200_000
#: what starts in a phase acts in the later ones: terms of an indicator over all phases, of which
#: 500,000 with ramps and lifetimes take 5 s to formulate. 40 phases of 625 technologies fit
_MOST_TERMS: Final = 1_000_000


def crowded(node: MappingNode, findings: Findings, /) -> bool:
    """Whether a merged scenario names more than can be checked."""
    return (
        _names(node, findings)
        or _members(node, findings)
        or _objectives(node, findings)
        or _phases(node, findings)
        or _keys(node, findings)
    )


def _keys(node: MappingNode, findings: Findings) -> bool:
    """Whether some mapping is wider than all names together may be: keys that mean nothing cost
    most.
    """
    left: list[Node] = [node]
    while left:
        held = left.pop()
        if isinstance(held, SequenceNode):
            left += held.items
        elif isinstance(held, MappingNode):
            if len(held.entries) > _MOST_NAMES:
                message = tr(
                    "a mapping of {number:,} keys; at most {most:,} can be read",
                    number=len(held.entries),
                    most=_MOST_NAMES,
                )
                help = tr("keep what is decided about; measurements belong in the data of a model")
                findings.error("S003", held.start, message, help=help)
                return True
            values = [entry.value for entry in held.entries.values()]
            left += [value for value in values if not isinstance(value, ScalarNode)]
    return False


def _objectives(node: MappingNode, findings: Findings) -> bool:
    held = node.get("objectives")
    if not isinstance(held, MappingNode) or len(held.entries) <= _MOST_OBJECTIVES:
        return False
    message = tr(
        "the scenario has {number:,} objectives; at most {most} can be compared",
        number=len(held.entries),
        most=_MOST_OBJECTIVES,
    )
    help = tr("with more than a few objectives nearly every plan is efficient: make limits of some")
    findings.error("S003", node.entries["objectives"].key, message, help=help)
    return True


def _phases(node: MappingNode, findings: Findings) -> bool:
    held, technologies = node.get("phases"), node.get("technologies")
    phases = len(held.items) if isinstance(held, SequenceNode) else 0
    several = len(technologies.entries) if isinstance(technologies, MappingNode) else 0
    if phases > _MOST_PHASES or phases * several > _MOST_STARTS:
        message = tr(
            "the scenario has {phases:,} phases, in each of which {technologies:,} technologies "
            "may start; at most {most:,} phases and {starts:,} starts can be read",
            phases=phases,
            technologies=several,
            most=_MOST_PHASES,
            starts=_MOST_STARTS,
        )
    elif (terms := phases * phases * several) > _MOST_TERMS:
        message = tr(
            "{technologies:,} technologies may start in each of {phases:,} phases and act in "
            "others; technologies times phases times phases are {terms:,}, of which at most "
            "{most:,} can be formulated",
            technologies=several,
            phases=phases,
            terms=terms,
            most=_MOST_TERMS,
        )
    else:
        return False
    findings.error("S003", node.entries["phases"].key, message, help=tr("make phases longer"))
    return True


def _names(node: MappingNode, findings: Findings) -> bool:
    sizes = {
        section: len(held.entries)
        for section in KINDS
        if isinstance(held := node.get(section), MappingNode)
    }
    if (total := sum(sizes.values())) <= _MOST_NAMES:
        return False
    most = max(sizes, key=lambda section: sizes[section])
    message = tr(
        "the scenario names {total:,} things, {number:,} of them in '{section}'; at most {most:,} "
        "can be read",
        total=total,
        number=sizes[most],
        section=most,
        most=_MOST_NAMES,
    )
    help = tr("keep what is decided about; measurements belong in the data of a model")
    findings.error("S003", node.entries[most].key, message, help=help)
    return True


def _members(node: MappingNode, findings: Findings) -> bool:
    total = 0
    largest: tuple[int, str, Node] = (0, "", node)
    for section, keys in MEMBER_LISTS.items():
        held = node.get(section)
        for entry in held.entries.values() if isinstance(held, MappingNode) else ():
            if not isinstance(entry.value, MappingNode):
                continue
            for key in keys:
                items = entry.value.get(key)
                size = _size(items)
                total += size
                if items is not None and size > largest[0]:
                    largest = (size, key, items)
    if total <= MOST_MEMBERS:
        return False
    number, key, items = largest
    message = tr(
        "technologies, synergies and groups list {total:,} members, {number:,} of them in one "
        "'{key}'; at most {most:,} can be read",
        total=total,
        number=number,
        key=key,
        most=MOST_MEMBERS,
    )
    help = tr(
        "require what a technology needs directly: what that requires in turn need not be listed"
    )
    findings.error("S003", items.start, message, help=help)
    return True


def _size(node: Node | None) -> int:
    """How many members a list holds, lists of alternatives among them."""
    if not isinstance(node, SequenceNode):
        return 0
    return sum(_size(item) if isinstance(item, SequenceNode) else 1 for item in node.items)
