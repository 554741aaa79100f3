"""From a path to a checked Scenario."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimiser import paths
from optimiser.collecting import collecting_nothing
from optimiser.errors import UsageError
from optimiser.frozen import dataclass
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
from optimiser.scenario.source.building import build
from optimiser.scenario.source.draft import Draft
from optimiser.scenario.source.files import Files
from optimiser.scenario.source.layering import Ids, without_nulls
from optimiser.scenario.source.library import locate
from optimiser.scenario.source.merging import Merged, merged
from optimiser.scenario.source.overrides import apply_overrides

if TYPE_CHECKING:
    from optimiser.scenario.source.parameter_values import At

__all__ = ["Writing", "examine", "examine_changed", "load", "show_merged"]

Writing = str | Path | Mapping[str, Any] | Scenario
"""How a scenario is given: a file, the name of one of the library, or what a file would hold, as a
mapping or as objects of the format.
"""

_HERE = "scenario"  # what is made in Python is a file of the working folder, that is not there


@collecting_nothing()
def load(
    path: Writing,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    allow_outside: bool = False,
    at: str | None = None,
) -> Scenario:
    """Read, merge and check a scenario.

    Args:
        path: a file, the name of a library scenario, or what a file would hold, made in Python: its
            files are then those of the working folder, and the place of a finding is its path.
        overrides: ``a.b.c=value``, applied last; elements of lists go by position, null removes.
        set_new: whether overrides may add what has an id of its own, such as a technology.
        allow_outside: whether paths in it may leave the scenario's folder.
        at: the values of uncertain parameters: ``low``, ``high``, or a file of values; None takes
            each one's ``value``.

    Raises:
        UsageError: there is no such file or library scenario.
        ScenarioError: it is invalid; ``diagnostics`` holds every error, by position.
    """
    if isinstance(path, Scenario) and path.checked and not overrides and at is None:
        return path
    draft, findings = examine(
        path, overrides=overrides, set_new=set_new, allow_outside=allow_outside, at=at
    )
    return accepted(draft, findings, _called(path))


def examine(
    path: Writing,
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
    if isinstance(path, Scenario) and path.checked:
        return examine_changed(path, overrides=overrides, set_new=set_new, at=at)
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
    from optimiser.scenario.resolved import RESOLVED, node_of

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
    draft = draft.traced(changed_scenario.traced(sources, files=read, file=scenario.file))
    return (None if findings.errors else draft), findings


def _changed(node: MappingNode, removed: Ids, asked: At | None, findings: Findings) -> Draft | None:
    from optimiser.scenario.resolved import self_contained

    if findings.errors or crowded(node, findings) or not self_contained(node, findings):
        return None
    put = node if asked is None else _put_at(node, None, removed, asked, findings)
    return None if put is None else checked(put, findings, None, removed)


def _both(before: str, now: str) -> str:
    """Where uncertain parameters are that were put somewhere, and then elsewhere.

    Raises:
        UsageError: they were put at one end, which leaves no ranges for another.
    """
    from optimiser.scenario.source.parameter_values import ENDS

    if before in ENDS and now in ENDS and before != now:
        raise UsageError(
            tr("--at {now} for a result at {before}", now=now, before=before),
            help=tr("change the result without --at, or the scenario"),
        )
    return now if before in ("", now) else f"{before}, {now}"


def show_merged(
    path: Writing,
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
    from optimiser.scenario.source.parameter_values import parse_at
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
        raise failure(findings, _called(path))
    return lines(node)


def _called(path: Writing) -> str:
    """How messages call a scenario."""
    if isinstance(path, str | Path):
        return str(path)
    from optimiser.scenario.source.in_python import PYTHON

    return tr(PYTHON)


def _merged(path: Writing, asked: _Asked, findings: Findings) -> Merged | None:
    top = None
    if isinstance(path, str | Path):
        where = locate(path)
    else:
        where = Path(_HERE), _called(path)
        from optimiser.scenario.source.in_python import written_node

        top = written_node(path, findings)
        if top is None:
            return None
    return merged(
        *where,
        findings,
        top=top,
        overrides=asked.overrides,
        set_new=asked.set_new,
        allow_outside=asked.allow_outside,
    )


def _parsed(at: str | None, overrides: Sequence[str]) -> At | None:
    if at is None:
        return None
    from optimiser.scenario.source.parameter_values import parse_at

    return parse_at(at, overrides)


def _read(path: Writing, asked: _Asked, findings: Findings) -> Draft | None:
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
    made = not isinstance(path, str | Path)
    read = whole.files.read[made:]
    if asked.at is not None and asked.at.file is not None:
        read = (*read, asked.at.file)
    scenario = scenario.traced(
        whole.files.sources, files=read, file="" if made else _file(path, read[0])
    )
    return draft.traced(scenario)


def _file(path: Writing, read: Path) -> str:
    """How a result names the file of its scenario."""
    if read != Path(str(path)):
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
    from optimiser.scenario.source.parameter_values import put_at

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
