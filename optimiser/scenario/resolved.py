"""A scenario again from what a result holds of it: merged, without any file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from optimiser.errors import ScenarioError
from optimiser.language import tr
from optimiser.scenario.checking import accepted, checked
from optimiser.scenario.checks.sizes import crowded
from optimiser.scenario.diagnostics import Findings, hinting
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
)

if TYPE_CHECKING:
    from optimiser.scenario.format.schema import Scenario

__all__ = ["RESOLVED", "from_resolved", "node_of", "self_contained"]

RESOLVED: Final = "result.json"
"""How messages call where a resolved scenario is kept."""


def from_resolved(data: Mapping[str, Any], /, *, name: str = RESOLVED) -> Scenario:
    """The scenario that ``Scenario.resolved`` wrote, checked again; ``name`` is how messages call
    it.

    Raises:
        ScenarioError: the data are not a valid scenario.
    """
    findings = Findings()
    position = Position(Source(name))
    node = node_of({key: value for key, value in data.items() if key != "sources"}, position)
    assert isinstance(node, MappingNode)
    closed = self_contained(node, findings)
    sources = data.get("sources", {})
    if not isinstance(sources, Mapping) or not all(
        isinstance(text, str) for item in sources.items() for text in item
    ):
        findings.error(
            "S014", position, tr("'sources' holds the SHA-256 of each data file by its name")
        )
        sources = {}
    with hinting():
        draft = checked(node, findings, None) if closed and not crowded(node, findings) else None
    return accepted(draft, findings, name).traced(sources)


def self_contained(node: MappingNode, findings: Findings, /) -> bool:
    """Whether a resolved scenario names no file whose content is part of it."""
    if "catalogue" not in node.entries:
        return True
    help = tr("its rows belong among the technologies: run the scenario again")
    at = node.entries["catalogue"].key
    findings.error("S060", at, tr("a resolved scenario names no catalogue"), help=help)
    return False


def node_of(value: object, position: Position, depth: int = 0, /) -> Node:
    """JSON data as nodes, all at one position."""
    if depth > 40:
        raise ScenarioError(
            tr("{file}: the scenario is nested too deeply", file=position.source.name),
            help=tr("take it from a whole result: run it again"),
        )
    until = (0, 0)
    if isinstance(value, Mapping):
        entries = {
            str(key): Entry(position, node_of(item, position, depth + 1))
            for key, item in value.items()
        }
        return MappingNode(position, until, entries)
    if isinstance(value, list | tuple):
        return SequenceNode(
            position, until, tuple(node_of(item, position, depth + 1) for item in value)
        )
    if value is None:
        return ScalarNode(position, until, "", "null")
    if isinstance(value, bool):
        return ScalarNode(position, until, str(value).lower(), "bool")
    if isinstance(value, int | float):
        return ScalarNode(position, until, repr(value), "number")
    return ScalarNode(position, until, str(value), "text")
