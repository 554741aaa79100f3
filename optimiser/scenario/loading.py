"""From a path to a checked Scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario.building import build
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.effects import check_effects
from optimiser.scenario.identifiers import check_identifiers
from optimiser.scenario.library import locate
from optimiser.scenario.merging import apply_overrides, merged, without_nulls
from optimiser.scenario.nodes import Entry, MappingNode, Node, Position, ScalarNode, SequenceNode, Source
from optimiser.scenario.prerequisites import check_prerequisites
from optimiser.scenario.quantities import check_quantities
from optimiser.scenario.references import check_references
from optimiser.scenario.schema import Scenario
from optimiser.scenario.unsupported import without_unsupported
from optimiser.scenario.wants import check_wants

__all__ = ["check", "from_resolved", "load", "show_merged"]


def load(path: str | Path, /, *, overrides: Sequence[str] = (), allow_outside: bool = False) -> Scenario:
    """Read, merge and check a scenario.

    Args:
        path: a file, or the name of a library scenario.
        overrides: ``a.b.c=value``, applied last.
        allow_outside: whether ``extends`` may leave the scenario's folder.

    Raises:
        UsageError: there is no such file or library scenario.
        ScenarioError: it is invalid; ``diagnostics`` holds every error, by position.
    """
    findings = Findings()
    scenario = _read(path, overrides, findings, allow_outside=allow_outside, advise=False)
    return _accepted(scenario, findings, str(path))


def check(
    path: str | Path, /, *, overrides: Sequence[str] = (), allow_outside: bool = False
) -> tuple[Scenario | None, tuple[Diagnostic, ...]]:
    """Read, merge and check a scenario; None where it is invalid, and every error and warning.

    Raises:
        UsageError: there is no such file or library scenario.
    """
    findings = Findings()
    scenario = _read(path, overrides, findings, allow_outside=allow_outside, advise=True)
    return (None if findings.errors else scenario), findings.ordered()


def from_resolved(data: Mapping[str, Any], /, *, name: str = "result.json") -> Scenario:
    """The scenario that ``Scenario.resolved`` wrote, checked again; ``name`` is how messages call it.

    Raises:
        ScenarioError: the data are not a valid scenario.
    """
    findings = Findings()
    position = Position(Source(name))
    node = _node(data, position)
    assert isinstance(node, MappingNode)
    scenario = _checked(node, findings, advise=False)
    return _accepted(scenario, findings, name)


def show_merged(path: str | Path, /, *, overrides: Sequence[str] = (), allow_outside: bool = False) -> list[tuple[str, str]]:
    """The merged scenario as lines of YAML, each with the ``file:line`` its value comes from (empty for a heading).

    Raises:
        UsageError: there is no such file or library scenario.
        ScenarioError: a file cannot be read or merged.
    """
    from optimiser.scenario.writing import lines

    findings = Findings()
    node, _ = _merged(path, overrides, findings, allow_outside=allow_outside)
    if node is None or findings.errors:
        raise _failure(findings, str(path))
    return lines(node)


def _merged(
    path: str | Path, overrides: Sequence[str], findings: Findings, *, allow_outside: bool
) -> tuple[MappingNode | None, bool]:
    file, shown = locate(path)
    node, complete = merged(file, shown, findings, allow_outside=allow_outside)
    if node is None:
        return None, complete
    return without_nulls(apply_overrides(node, overrides, findings), findings), complete


def _read(
    path: str | Path, overrides: Sequence[str], findings: Findings, *, allow_outside: bool, advise: bool
) -> Scenario | None:
    node, complete = _merged(path, overrides, findings, allow_outside=allow_outside)
    if node is None:
        return None
    if not complete:
        # What is missing, and what names mean, cannot be told without the rest: only what is wrong in itself is reported.
        build(without_unsupported(node, findings), findings, partial=True)
        return None
    return _checked(node, findings, advise=advise)


def _checked(node: MappingNode, findings: Findings, *, advise: bool) -> Scenario:
    """The scenario that a merged and expanded tree holds, with everything found about it."""
    draft = build(without_unsupported(node, findings), findings)
    for examine in (check_identifiers, check_references, check_quantities, check_effects, check_wants, check_prerequisites):
        examine(draft)
    if advise and not findings.errors:
        from optimiser.scenario.advice import advise as add_warnings

        add_warnings(draft)
    return draft.scenario


def _accepted(scenario: Scenario | None, findings: Findings, name: str) -> Scenario:
    if scenario is None or findings.errors:
        raise _failure(findings, name)
    return scenario


def _failure(findings: Findings, name: str) -> ScenarioError:
    count = findings.errors
    diagnostics = [d for d in findings.ordered() if d.severity == "error"]
    return ScenarioError(f"{count} error{'s' if count != 1 else ''} in {name}", diagnostics=diagnostics)


def _node(value: object, position: Position, depth: int = 0) -> Node:
    """JSON data as nodes, all at one position."""
    if depth > 40:
        raise ScenarioError(f"{position.source.name}: the scenario is nested too deeply")
    until = (0, 0)
    if isinstance(value, Mapping):
        entries = {str(key): Entry(position, _node(item, position, depth + 1)) for key, item in value.items()}
        return MappingNode(position, until, entries)
    if isinstance(value, list | tuple):
        return SequenceNode(position, until, tuple(_node(item, position, depth + 1) for item in value))
    if value is None:
        return ScalarNode(position, until, "", "null")
    if isinstance(value, bool):
        return ScalarNode(position, until, str(value).lower(), "bool")
    if isinstance(value, int | float):
        return ScalarNode(position, until, repr(value), "number")
    return ScalarNode(position, until, str(value), "text")
