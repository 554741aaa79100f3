"""Parts of the format that this version does not read yet: named, never ignored."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.draft import Path, describe
from optimiser.scenario.nodes import Entry, MappingNode, Node, SequenceNode

__all__ = ["without_unsupported"]

_TOP: Final = {
    "phases": "phases",
    "carry_over": "phases",
    "discount_rate": "phases",
    "models": "fitted models",
    "catalogue": "catalogues",
}
_PARAMETER: Final = dict.fromkeys(("low", "high", "distribution"), "uncertain parameters")
_TECHNOLOGY: Final = dict.fromkeys(("earliest", "latest", "delay", "ramp"), "phases")


def without_unsupported(scenario: MappingNode, findings: Findings, /) -> MappingNode:
    """The scenario without what is not supported yet, each of which is reported."""
    scenario = _without(scenario, _TOP, (), findings)
    scenario = _each(scenario, "parameters", lambda node, path: _without(node, _PARAMETER, path, findings))

    def technology(node: MappingNode, path: Path) -> MappingNode:
        node = _each(node, "levels", lambda level, at: _without(level, _TECHNOLOGY, at, findings), path)
        return _without(_plain_requires(node, path, findings), _TECHNOLOGY, path, findings)

    return _each(scenario, "technologies", technology)


def _without(node: MappingNode, keys: dict[str, str], path: Path, findings: Findings) -> MappingNode:
    kept: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        if key in keys:
            message = f"'{key}' is not supported yet: {keys[key]} come in a later version"
            findings.error("S017", entry.key, message, help="remove it for now")
        else:
            kept[key] = entry
    return node.with_entries(kept)


def _plain_requires(node: MappingNode, path: Path, findings: Findings) -> MappingNode:
    entry = node.entries.get("requires")
    if entry is None or not isinstance(entry.value, SequenceNode):
        return node
    kept: list[Node] = []
    for item in entry.value.items:
        if isinstance(item, MappingNode) and {"technology", "lead"} & set(item.entries):
            message = f"'lead' in {describe((*path, 'requires'))} is not supported yet: phases come in a later version"
            findings.error("S017", item, message, help="write the technology alone: requires: [iot]")
        else:
            kept.append(item)
    changed = replace(entry, value=replace(entry.value, items=tuple(kept)))
    return node.with_entries({**node.entries, "requires": changed})


def _each(node: MappingNode, section: str, change: object, path: Path = ()) -> MappingNode:
    entry = node.entries.get(section)
    if entry is None or not isinstance(entry.value, MappingNode) or not callable(change):
        return node
    changed = {
        name: replace(item, value=change(item.value, (*path, section, name))) if isinstance(item.value, MappingNode) else item
        for name, item in entry.value.entries.items()
    }
    return node.with_entries({**node.entries, section: replace(entry, value=entry.value.with_entries(changed))})
