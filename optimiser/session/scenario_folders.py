"""The scenarios in folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.patterns import pattern
from optimiser.results.places import results_in
from optimiser.results.store import run_folders
from optimiser.scenario import library

__all__ = [
    "ENDINGS",
    "is_folder",
    "nothing_in",
    "results_or_scenarios_in",
    "scenario_files",
    "scenarios_in",
]

ENDINGS: Final = (".yaml", ".yml")
"""Of the files that hold scenarios."""

_FIRST: Final = pattern(rb"""(^|[{,]\s*)["']?optimise["']?\s*:""", re.MULTILINE)


def scenarios_in(names: Sequence[str], /) -> tuple[list[str], list[str]]:
    """These names, a folder as the scenarios in it, in the order of their names; and the files in
    folders that are none, such as parts that others extend.

    Raises:
        UsageError: a folder holds none.
    """
    found: list[str] = []
    others: list[str] = []
    for name in names:
        if not is_folder(name):
            found.append(name)
            continue
        inside, parts = scenario_files(Path(name))
        if not inside:
            raise nothing_in(name)
        found += map(str, inside)
        others += map(str, parts)
    return list(dict.fromkeys(found)), list(dict.fromkeys(others))


def results_or_scenarios_in(names: Sequence[str], /) -> list[str]:
    """These names, a folder as the results in it, or, where it holds none, as the scenarios.

    Raises:
        UsageError: a folder holds neither.
    """
    found: list[str] = []
    for name in names:
        if is_folder(name) and not run_folders(Path(name)) and scenario_files(Path(name))[0]:
            found += scenarios_in([name])[0]
        else:
            found += results_in([name])
    return list(dict.fromkeys(found))


def is_folder(name: str, /) -> bool:
    """Whether a name is that of a folder: one of the library is not hidden by a folder."""
    return paths.is_folder(name) and name not in library()


def nothing_in(name: str, /) -> UsageError:
    """The error of a folder that holds no scenario."""
    return UsageError(
        tr("no scenario in the folder {folder} or below", folder=name),
        help=tr("a scenario is a .yaml file that says 'optimise: 1'"),
    )


def scenario_files(folder: Path, /) -> tuple[list[Path], list[Path]]:
    """The scenarios below a folder, and what is none."""
    found: list[Path] = []
    others: list[Path] = []
    for file in paths.ending(folder, ENDINGS):
        try:
            is_one = bool(_FIRST.search(paths.content(file)))
        except (OSError, UsageError):
            is_one = True  # what is wrong with it is said when it is read
        (found if is_one else others).append(file)
    return found, others
