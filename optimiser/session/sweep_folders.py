"""The folder of a sweep, and what is written beside it, held against what would be missed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.results.folder import remove_folder
from optimiser.results.places import CERTIFICATE_FILE, FRONT_FILE, RESULT_FILE
from optimiser.session.outputs import Output, guard
from optimiser.sweeps.sweeping import FILES, kept_design
from optimiser.sweeps.variants import VARIANT_FILE, Design

__all__ = ["guard_merged", "reserve_sweep"]

_OF_VARIANT: Final = frozenset([FRONT_FILE, RESULT_FILE, CERTIFICATE_FILE, VARIANT_FILE])


def reserve_sweep(
    folder: Path,
    design: Design,
    beside: Sequence[Output],
    inputs: Sequence[Path],
    /,
    *,
    replace: bool = False,
    overwrite: bool = False,
) -> None:
    """Refuse a sweep that would replace what is missed, before any of it is solved; what makes way
    is removed.

    Args:
        folder: where it is kept.
        design: what it is.
        beside: what else is written.
        inputs: what all of it is made from.
        replace: whether the sweep of another scenario makes way.
        overwrite: whether files of others do.

    Raises:
        UsageError: it would, or the folder cannot be read.
    """
    kept = _kept(folder, damaged=replace or overwrite)
    guard([*_own(folder, ours=kept is not None), *beside], inputs, overwrite=overwrite)
    if kept is None or kept.scenario_hash == design.scenario_hash:
        return
    if not replace:
        held = {"folder": folder, "name": kept.name, "file": kept.file}
        raise UsageError(
            tr("{folder} holds a sweep of an earlier state of {file}", **held)
            if (kept.name, kept.file) == (design.name, design.file)
            else tr("{folder} holds a sweep of another scenario, {name}", **held),
            help=tr("name another folder with -o, or let it go: --replace"),
        )
    for name in sorted({one.id for one in kept.variants} & paths.folders(folder)):
        if set(os.listdir(folder / name)) <= _OF_VARIANT:
            remove_folder(folder / name)


def guard_merged(
    folder: Path, beside: Sequence[Output], inputs: Sequence[Path], /, *, overwrite: bool
) -> None:
    """The same of a sweep that is only gathered.

    Raises:
        UsageError: what is written beside it would replace what is missed.
    """
    guard([*_own(folder, ours=True), *beside], inputs, overwrite=overwrite)


def _own(folder: Path, /, *, ours: bool) -> list[Output]:
    return [Output("-o", folder / name, ours=ours) for name in FILES]


def _kept(folder: Path, /, *, damaged: bool) -> Design | None:
    """The sweep in a folder; None where there is none, or none that can be read and that may be
    lost.
    """
    try:
        return kept_design(folder)
    except UsageError:
        if damaged:
            return None
        raise
