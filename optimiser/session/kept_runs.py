"""The runs so far: which of them are asked for, and which are let go of."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import listed, tr
from optimiser.patterns import pattern
from optimiser.results.folder import one_at_a_time, remove_folder
from optimiser.results.places import CERTIFICATE_FILE, FRONT_FILE, RESULT_FILE
from optimiser.results.store import KeptRun, run_folders, runs_in
from optimiser.session.earlier_runs import IMPLICIT, has_implicit
from optimiser.session.keeping import RESULTS
from optimiser.study.resuming import RESUME_FILE
from optimiser.sweeps.variants import VARIANT_FILE

__all__ = ["Pruned", "RunFilter", "is_named", "prune", "runs_below", "seconds_of"]

_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_AGE: Final = pattern(r"([0-9]+(?:\.[0-9]+)?)([smhdw])")
_BY_HASH: Final = pattern(r".+-(?P<digits>[0-9a-f]{6,64})(-partial(-[0-9]+)?)?")
_OWN: Final = frozenset([FRONT_FILE, RESULT_FILE, CERTIFICATE_FILE])


@dataclass(frozen=True)
class RunFilter:
    """Which runs are asked for; None asks for all.

    Attributes:
        scenario: the name or the file of the scenario.
        proof: the status of the claim.
        changed: what ``--set`` changed: a path, or a path and its value.
        newer: seconds, at most so long ago.
        older: seconds, longer ago.
    """

    scenario: str | None = None
    proof: str | None = None
    changed: str | None = None
    newer: float | None = None
    older: float | None = None

    def takes(self, run: KeptRun, now: float, /) -> bool:
        """Whether a run is asked for.

        Args:
            now: seconds since 1970.
        """
        age = now - run.saved
        return (
            (self.scenario is None or self.scenario in (run.scenario, run.file))
            and (self.proof is None or self.proof == run.proof["status"])
            and (self.changed is None or self._changes(run))
            and (self.newer is None or age <= self.newer)
            and (self.older is None or age > self.older)
        )

    def _changes(self, run: KeptRun) -> bool:
        wanted, equals, value = (part.strip() for part in (self.changed or "").partition("="))
        typed = [[part.strip() for part in text.partition("=")] for text in run.overrides]
        return any(path == wanted and (not equals or own == value) for path, _, own in typed)


def seconds_of(option: str, text: str, /) -> float:
    """An age such as ``90s``, ``15m``, ``12h``, ``7d`` or ``4w`` in seconds.

    >>> seconds_of("--older", "1.5d")
    129600.0

    Raises:
        UsageError: it is none.
    """
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            tr("{option} {text} is no age", option=option, text=text),
            help=tr("write a number and s, m, h, d or w: {example}", example=f"{option} 7d"),
        )
    return float(found[1]) * _SECONDS[found[2]]


def runs_below(
    folder: Path | None, asked: RunFilter, /, *, implicit: bool = False
) -> tuple[list[KeptRun], list[str]]:
    """The runs in a folder that are asked for, the newest first; and in words what cannot be
    read.

    Args:
        folder: None is ``results``.
        asked: which.
        implicit: whether those in ``.optimise`` count too.
    """
    notes = []
    if folder is not None and (found := paths.kind(folder)) != "folder":
        nothing = tr("there is no folder {folder}", folder=folder)
        notes.append(tr("{path} is no folder", path=folder) if found else nothing)
    places = [folder or Path(RESULTS), *([Path(IMPLICIT)] if implicit and has_implicit() else [])]
    inside: list[Path] = []
    for place in places:
        try:
            inside += run_folders(place)
        except UsageError as error:
            notes.append(error.message)
    runs, damaged = runs_in(dict.fromkeys(inside))
    now = time.time()
    return [run for run in runs if asked.takes(run, now)], [*notes, *damaged]


def is_named(run: KeptRun, /) -> bool:
    """Whether a person named the folder of a run, or the scenario did: all others have a name that
    the program made of their content.
    """
    if run.folder.parent.name == IMPLICIT:
        return False
    found = _BY_HASH.fullmatch(run.folder.name)
    return found is None or not run.scenario_hash.startswith(found["digits"])


@dataclass(frozen=True)
class Pruned:
    """What became of runs that were to be let go of.

    Attributes:
        gone: the folders that were removed.
        kept: why others were not, in words.
    """

    gone: tuple[Path, ...]
    kept: tuple[str, ...]


def prune(runs: Sequence[KeptRun], keep: Sequence[str], /) -> Pruned:
    """Remove the folders of runs that nobody named; those of sweeps, of runs that can be resumed,
    and what holds files of others stay.

    Args:
        runs: of which.
        keep: folders that stay, by their path or their name.

    Raises:
        UsageError: one of these names no run, or a folder cannot be removed.
    """
    named = {str(run.folder): run for run in runs} | {run.folder.name: run for run in runs}
    unknown = [text for text in keep if str(Path(text)) not in named]
    if unknown:
        raise UsageError(
            tr("--keep {name}: there is no such run", name=listed(unknown)),
            help=tr("optimise results lists them"),
        )
    chosen = {named[str(Path(text))].folder for text in keep}
    gone: list[Path] = []
    kept: list[str] = []
    for run in runs:
        if is_named(run) or run.folder in chosen or paths.is_file(run.folder / VARIANT_FILE):
            continue
        with one_at_a_time(run.folder.parent):
            words = _in_the_way(run)
            if words:
                kept.append(words)
            elif paths.state(run.folder / RESULT_FILE) == run.state:
                remove_folder(run.folder)
                gone.append(run.folder)
    return Pruned(tuple(gone), tuple(kept))


def _in_the_way(run: KeptRun, /) -> str:
    """Why the folder of a run stays; empty where nothing speaks for that."""
    try:
        with os.scandir(run.folder) as entries:
            names = {entry.name for entry in entries}
    except FileNotFoundError:
        return ""
    if RESUME_FILE in names:
        return tr("kept: {folder} can be resumed", folder=run.folder)
    others = sorted(names - _OWN)
    if others:
        return tr(
            "kept: {folder} holds other files: {names}", folder=run.folder, names=listed(others)
        )
    return ""
