"""From a path to a checked Scenario."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from optimiser import paths
from optimiser.errors import ScenarioError, UsageError
from optimiser.language import tr, trn
from optimiser.scenario.checks.by_phase import check_by_phase
from optimiser.scenario.checks.effects import check_effects
from optimiser.scenario.checks.figures import check_figures
from optimiser.scenario.checks.money import check_money
from optimiser.scenario.checks.names import check_references
from optimiser.scenario.checks.prerequisites import check_prerequisites
from optimiser.scenario.checks.quantities import check_quantities
from optimiser.scenario.checks.sizes import crowded
from optimiser.scenario.checks.timing import check_phases
from optimiser.scenario.checks.wants import check_wants
from optimiser.scenario.diagnostics import Findings, hinting
from optimiser.scenario.format.schema import Scenario
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
)
from optimiser.scenario.source.building import build
from optimiser.scenario.source.draft import Draft
from optimiser.scenario.source.files import Files
from optimiser.scenario.source.identifiers import check_identifiers
from optimiser.scenario.source.layering import Ids, without_nulls
from optimiser.scenario.source.library import locate
from optimiser.scenario.source.merging import Merged, merged
from optimiser.scenario.source.overrides import apply_overrides
from optimiser.scenario.source.parameter_values import ENDS, At, parse_at, put_at
from optimiser.scenario.source.uncertainty import check_uncertainty

__all__ = ["examine", "examine_changed", "from_resolved", "load", "show_merged"]

#: how messages call where a resolved scenario is kept
RESOLVED: Final = "result.json"


def load(
    path: str | Path,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    allow_outside: bool = False,
    at: str | None = None,
) -> Scenario:
    """Read, merge and check a scenario.

    Args:
        path: a file, or the name of a library scenario.
        overrides: ``a.b.c=value``, applied last; elements of lists go by position, null removes.
        set_new: whether overrides may add what has an id of its own, such as a technology.
        allow_outside: whether paths in it may leave the scenario's folder.
        at: the values of uncertain parameters: ``low``, ``high``, or a file of values; None takes
            each one's ``value``.

    Raises:
        UsageError: there is no such file or library scenario.
        ScenarioError: it is invalid; ``diagnostics`` holds every error, by position.
    """
    draft, findings = examine(
        path, overrides=overrides, set_new=set_new, allow_outside=allow_outside, at=at
    )
    return _accepted(draft, findings, str(path))


def examine(
    path: str | Path,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    allow_outside: bool = False,
    at: str | None = None,
) -> tuple[Draft | None, Findings]:
    """Read and merge a scenario, and look for errors; None where there are some.

    Args:
        path: as for :func:`load`, and so are the others.

    Raises:
        UsageError: there is no such file or library scenario.
    """
    findings = Findings()
    asked = _Asked(tuple(overrides), set_new, allow_outside, _parsed(at, overrides))
    with hinting():
        draft = _read(path, asked, findings)
    return (None if findings.errors else draft), findings


def examine_changed(
    scenario: Scenario,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    at: str | None = None,
) -> tuple[Draft | None, Findings]:
    """The same of a scenario that was read before and is changed, which needs no file of it: what
    reading it with all overrides at once gives, those that it was read with, then these.

    Raises:
        UsageError: there is no such file of values, or its parameters have no ranges any more.
    """
    findings = Findings()
    typed, put = scenario.changes
    typed = (*typed, *overrides)
    asked = _parsed(at, typed)
    data = scenario.resolved()
    sources = data.pop("sources", {})
    node = _node(data, Position(Source(RESOLVED)))
    assert isinstance(node, MappingNode)
    if asked is not None:
        put = _both(put, asked.text)
    with hinting():
        changed, removed = apply_overrides(node, overrides, findings, add=set_new)
        draft = _changed(without_nulls(changed, findings), removed, asked, findings)
    if draft is None:
        return None, findings
    read = () if asked is None or asked.file is None else (asked.file,)
    changed_scenario = draft.scenario.changed_by(typed, put)
    draft = replace(
        draft, scenario=changed_scenario.traced(sources, files=read, file=scenario.file)
    )
    return (None if findings.errors else draft), findings


def _changed(node: MappingNode, removed: Ids, asked: At | None, findings: Findings) -> Draft | None:
    if findings.errors or crowded(node, findings) or not _self_contained(node, findings):
        return None
    put = node if asked is None else _put_at(node, None, removed, asked, findings)
    return None if put is None else _checked(put, findings, None, removed)


def _both(before: str, now: str) -> str:
    """Where uncertain parameters are that were put somewhere, and then elsewhere.

    Raises:
        UsageError: they were put at one end, which leaves no ranges for another.
    """
    if before in ENDS and now in ENDS and before != now:
        raise UsageError(
            tr("--at {now} for a result at {before}", now=now, before=before),
            help=tr("change the result without --at, or the scenario"),
        )
    return now if before in ("", now) else f"{before}, {now}"


def from_resolved(data: Mapping[str, Any], /, *, name: str = RESOLVED) -> Scenario:
    """The scenario that ``Scenario.resolved`` wrote, checked again; ``name`` is how messages call
    it.

    Raises:
        ScenarioError: the data are not a valid scenario.
    """
    findings = Findings()
    position = Position(Source(name))
    node = _node({key: value for key, value in data.items() if key != "sources"}, position)
    assert isinstance(node, MappingNode)
    closed = _self_contained(node, findings)
    sources = data.get("sources", {})
    if not isinstance(sources, Mapping) or not all(
        isinstance(text, str) for item in sources.items() for text in item
    ):
        findings.error(
            "S014", position, tr("'sources' holds the SHA-256 of each data file by its name")
        )
        sources = {}
    with hinting():
        draft = _checked(node, findings, None) if closed and not crowded(node, findings) else None
    return _accepted(draft, findings, name).traced(sources)


def _self_contained(node: MappingNode, findings: Findings) -> bool:
    """Whether a resolved scenario names no file whose content is part of it."""
    if "catalogue" not in node.entries:
        return True
    help = tr("its rows belong among the technologies: run the scenario again")
    at = node.entries["catalogue"].key
    findings.error("S060", at, tr("a resolved scenario names no catalogue"), help=help)
    return False


def show_merged(
    path: str | Path,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    allow_outside: bool = False,
    at: str | None = None,
) -> list[tuple[str, str]]:
    """The merged scenario as lines of YAML, each with the ``file:line`` its value comes from (empty
    for a heading).

    Raises:
        UsageError: there is no such file or library scenario.
        ScenarioError: a file cannot be read or merged.
    """
    from optimiser.scenario.source.yaml_writing import lines

    findings = Findings()
    asked = _Asked(tuple(overrides), set_new, allow_outside, None)
    with hinting():
        whole = _merged(path, asked, findings)
        node = None if whole is None else whole.node
        if whole is not None and at is not None and not findings.errors:
            node = _put_at(
                whole.node, whole.files, whole.removed, parse_at(at, overrides), findings
            )
    if node is None or findings.errors:
        raise _failure(findings, str(path))
    return lines(node)


def _merged(path: str | Path, asked: _Asked, findings: Findings) -> Merged | None:
    return merged(
        *locate(path),
        findings,
        overrides=asked.overrides,
        set_new=asked.set_new,
        allow_outside=asked.allow_outside,
    )


def _parsed(at: str | None, overrides: Sequence[str]) -> At | None:
    return None if at is None else parse_at(at, overrides)


def _read(path: str | Path, asked: _Asked, findings: Findings) -> Draft | None:
    whole = _merged(path, asked, findings)
    if whole is None or crowded(whole.node, findings):
        return None
    if not whole.complete:
        # What is missing, and what names mean, cannot be told without the rest: only what is wrong
        # in itself is reported.
        build(whole.node, findings, partial=True)
        return None
    node: MappingNode | None = whole.node
    if asked.at is not None:
        node = _put_at(whole.node, whole.files, whole.removed, asked.at, findings)
    if node is None:
        return None
    draft = _checked(node, findings, whole.files, whole.removed)
    at = "" if asked.at is None else asked.at.text
    scenario = draft.scenario.changed_by(asked.overrides, at)
    read = whole.files.read
    if asked.at is not None and asked.at.file is not None:
        read = (*read, asked.at.file)
    scenario = scenario.traced(whole.files.sources, files=read, file=_file(path, read[0]))
    return replace(draft, scenario=scenario)


def _file(path: str | Path, read: Path) -> str:
    """How a result names the file of its scenario."""
    if read != Path(path):
        return str(path)  # of the library
    name = read.as_posix()
    with contextlib.suppress(ValueError):  # on another drive
        name = Path(os.path.relpath(paths.resolved(read))).as_posix()
    # a file name may be no text
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _put_at(
    node: MappingNode, files: Files | None, removed: Ids, at: At, findings: Findings, /
) -> MappingNode | None:
    """The tree at other parameter values; None, with the errors in ``findings``, where it is wrong
    without them.
    """
    plain = Findings()
    _checked(node, plain, files, removed)
    if plain.errors:
        findings.add(plain)
        return None
    changed = put_at(node, build(node, Findings()), findings, at)
    return None if findings.errors else changed


def _checked(
    node: MappingNode, findings: Findings, files: Files | None, removed: Ids | None = None
) -> Draft:
    """What a merged and expanded tree holds, with every error found about it.

    Its data are read from ``files``; without them they are in the tree.
    """
    draft = build(node, findings, removed=removed)
    if draft.scenario.models:
        from optimiser.scenario.source.estimation import fit_models

        draft = fit_models(draft, files)
    for examine in (
        check_identifiers,
        check_references,
        check_quantities,
        check_uncertainty,
        check_effects,
        check_phases,
        check_by_phase,
        check_money,
        check_figures,
        check_wants,
        check_prerequisites,
    ):
        examine(draft)
    return draft


def _accepted(draft: Draft | None, findings: Findings, name: str) -> Scenario:
    if draft is None or findings.errors:
        raise _failure(findings, name)
    return draft.scenario


def _failure(findings: Findings, name: str) -> ScenarioError:
    diagnostics = [d for d in findings.ordered() if d.severity == "error"]
    message = trn(
        "{number} error in {name}", "{number} errors in {name}", findings.errors, name=name
    )
    return ScenarioError(message, diagnostics=diagnostics)


def _node(value: object, position: Position, depth: int = 0) -> Node:
    """JSON data as nodes, all at one position."""
    if depth > 40:
        raise ScenarioError(
            tr("{file}: the scenario is nested too deeply", file=position.source.name),
            help=tr("take it from a whole result: run it again"),
        )
    until = (0, 0)
    if isinstance(value, Mapping):
        entries = {
            str(key): Entry(position, _node(item, position, depth + 1))
            for key, item in value.items()
        }
        return MappingNode(position, until, entries)
    if isinstance(value, list | tuple):
        return SequenceNode(
            position, until, tuple(_node(item, position, depth + 1) for item in value)
        )
    if value is None:
        return ScalarNode(position, until, "", "null")
    if isinstance(value, bool):
        return ScalarNode(position, until, str(value).lower(), "bool")
    if isinstance(value, int | float):
        return ScalarNode(position, until, repr(value), "number")
    return ScalarNode(position, until, str(value), "text")


@dataclass(frozen=True)
class _Asked:
    """What is asked of a scenario when it is read: see :func:`load`."""

    overrides: tuple[str, ...]
    set_new: bool
    allow_outside: bool
    at: At | None
