"""Scenarios to start from: the commented one here, those of the library, and drafts around a
table.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.advice import check
from optimiser.errors import Diagnostic, ScenarioError, UsageError
from optimiser.language import listed, marked, tr, trn
from optimiser.results.folder import write_folder
from optimiser.scenario import effect_table, json_schema, library, load, nearest
from optimiser.session.new_scenario import draft
from optimiser.session.outputs import Output, guard

if TYPE_CHECKING:
    from optimiser.scenario.nodes import Entry

__all__ = ["STARTER", "NewScenario", "start", "start_from"]

STARTER = "starter"
_DRAFT = "scenario.yaml"
_SCHEMA = "scenario.schema.json"
_OURS = b'"#/definitions/ScenarioPart"'  # what every such schema of ours says
#: what editors look for at the top of a file: the schema that stands beside it
_LINE = f"# yaml-language-server: $schema={_SCHEMA}\n"
#: warnings about how a table was read
_OF_TABLES = ("S130", "S131", "S132", "S133", "S134")


@dataclass(frozen=True)
class NewScenario:
    """A scenario that was written.

    Attributes:
        file: where it is.
        warnings: what is doubtful in the table.
        runs: whether it can be run before an objective is chosen.
    """

    file: Path
    warnings: tuple[Diagnostic, ...]
    runs: bool


def start(folder: str | Path, /, *, template: str = STARTER, overwrite: bool = False) -> Path:
    """Write a scenario to start from into ``folder``, with every file it extends or takes data
    from.

    Returns:
        The scenario's file.

    Raises:
        UsageError: no such template, or a file is there already: nothing is overwritten.
    """
    texts = _texts(template)
    inputs = () if template == STARTER else (library()[template],)
    return _write(Path(folder), texts, inputs, overwrite=overwrite)


def start_from(
    table: str | Path,
    /,
    *,
    folder: str | Path | None = None,
    options: Mapping[str, Entry] | None = None,
    overwrite: bool = False,
) -> NewScenario:
    """Write a scenario whose technologies are the rows of a table, with the table beside it, into
    ``folder``.

    Args:
        table: ``.csv`` or ``.xlsx``, one technology a row.
        folder: where the scenario is written; None takes the folder of the table.
        options: how the table is read, as ``option_entries`` gives them.
        overwrite: whether files that are there are replaced; the table itself never is.

    Raises:
        UsageError: no such table, or a file is there already: nothing is overwritten.
        ScenarioError: the table cannot be a catalogue; ``diagnostics`` holds every reason, by
            position.
    """
    given = Path(table)
    target = given.parent if folder is None else Path(folder)
    text = draft(effect_table(given, options), given.name)
    contents: dict[str, str | bytes] = {_DRAFT: text, given.name: paths.content(given)}
    warnings, runs = _check_draft(contents, given)
    beside = target / given.name
    if paths.kind(beside) is not None and paths.same_file(beside, given):
        del contents[given.name]
    return NewScenario(_write(target, contents, (given,), overwrite=overwrite), warnings, runs)


def _check_draft(
    contents: dict[str, str | bytes], table: Path, /
) -> tuple[tuple[Diagnostic, ...], bool]:
    """The warnings about the table, and whether the draft has an objective already.

    Raises:
        ScenarioError: what is wrong with the rows, before anything is written where a planner asked
            for it.
    """
    with tempfile.TemporaryDirectory() as trial:
        write_folder(Path(trial), contents)
        _, findings = check(Path(trial, _DRAFT))
    told = [_told(d, trial, table) for d in findings]
    choice = [d for d in told if d.severity == "error" and d.file != str(table)]
    errors = [d for d in told if d.severity == "error" and d not in choice]
    if errors:
        words = trn(
            "{number} error in {file}", "{number} errors in {file}", len(errors), file=table
        )
        raise ScenarioError(words, diagnostics=errors)
    return tuple(d for d in told if d.code in _OF_TABLES), not choice


def _told(found: Diagnostic, trial: str, table: Path, /) -> Diagnostic:
    """A finding in the folder of the trial, in words that fit the planner's own."""
    file = str(table) if found.file == str(Path(trial, table.name)) else found.file
    here = str(Path(trial, ""))
    return replace(
        found,
        file=file.replace(f"{here}{os.sep}", ""),
        message=found.message.replace(f"{here}{os.sep}", ""),
    )


def _write(
    folder: Path, contents: dict[str, str | bytes], inputs: Sequence[Path], /, *, overwrite: bool
) -> Path:
    """The first of several files, all written into a folder where none of them is yet, or may be
    replaced; with the schema by which editors complete and check them.
    """
    contents = {name: _with_line(name, content) for name, content in contents.items()}
    if paths.is_file(folder):
        raise UsageError(
            tr("{folder} is a file", folder=folder),
            help=tr("name a folder, where init writes the scenario"),
        )
    taken = [name for name in contents if paths.kind(folder / name) is not None]
    if paths.is_file(folder / _SCHEMA) and _OURS not in paths.content(folder / _SCHEMA):
        taken.append(_SCHEMA)
    contents[_SCHEMA] = json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"
    guard([Output("init", folder / name) for name in contents], inputs, overwrite=True)
    if taken and not overwrite:
        raise UsageError(
            tr("{path} is there already", path=folder / taken[0]),
            help=tr("choose another folder, or replace it with --overwrite"),
        )
    write_folder(folder, contents, help=marked("name another folder"))
    return folder / next(iter(contents))


def _with_line(name: str, content: str | bytes, /) -> str | bytes:
    """A file with the line for editors, where it is a scenario."""
    if not name.endswith((".yaml", ".yml")):
        return content
    return _LINE + content if isinstance(content, str) else _LINE.encode() + content


def _texts(template: str, /) -> dict[str, str | bytes]:
    """File name -> content, the scenario itself first."""
    if template == STARTER:
        starter = files("optimiser.session") / "starter.yaml"
        return {"scenario.yaml": starter.read_text(encoding="utf-8")}
    known = library()
    if template not in known:
        near = nearest(template, (STARTER, *known))
        names = listed([STARTER, *known])
        raise UsageError(
            tr("there is no template '{name}'", name=template),
            help=tr("did you mean '{near}'? templates: {names}", near=near, names=names)
            if near
            else tr("templates: {names}", names=names),
        )
    folder = known[template].parent
    data = [folder / name for name in load(known[template]).sources]
    return {path.name: path.read_bytes() for path in (*_chain(known[template]), *data)}


def _chain(path: Path, /) -> list[Path]:
    """The file and those it extends; the library's own files hold no surprises."""
    import yaml

    found = [path]
    while (
        content := yaml.safe_load(found[-1].read_text(encoding="utf-8"))
    ) and "extends" in content:
        found.append(found[-1].parent / content["extends"])
    return found
