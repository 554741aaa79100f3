"""From a path to a checked Scenario."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.scenario.checking import accepted, checked, failure
from optimiser.scenario.checks.sizes import crowded
from optimiser.scenario.diagnostics import Findings, hinting
from optimiser.scenario.format.schema import Scenario
from optimiser.scenario.nodes import (
    MappingNode,
    Position,
    Source,
)
from optimiser.scenario.resolved import RESOLVED, node_of, self_contained
from optimiser.scenario.source.building import build
from optimiser.scenario.source.draft import Draft
from optimiser.scenario.source.files import Files
from optimiser.scenario.source.layering import Ids, without_nulls
from optimiser.scenario.source.library import locate
from optimiser.scenario.source.merging import Merged, merged
from optimiser.scenario.source.overrides import apply_overrides
from optimiser.scenario.source.parameter_values import ENDS, At, parse_at, put_at

__all__ = ["examine", "examine_changed", "load", "show_merged"]


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
    return accepted(draft, findings, str(path))


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
    node = node_of(data, Position(Source(RESOLVED)))
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
    if findings.errors or crowded(node, findings) or not self_contained(node, findings):
        return None
    put = node if asked is None else _put_at(node, None, removed, asked, findings)
    return None if put is None else checked(put, findings, None, removed)


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
        raise failure(findings, str(path))
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
    draft = checked(node, findings, whole.files, whole.removed)
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
    checked(node, plain, files, removed)
    if plain.errors:
        findings.add(plain)
        return None
    changed = put_at(node, build(node, Findings()), findings, at)
    return None if findings.errors else changed


@dataclass(frozen=True)
class _Asked:
    """What is asked of a scenario when it is read: see :func:`load`."""

    overrides: tuple[str, ...]
    set_new: bool
    allow_outside: bool
    at: At | None
