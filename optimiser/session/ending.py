"""The end of a run: the result saved, the proof held against what was asked for, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.errors import InterruptedRun, OptimiseError, ProofError, ScenarioError, UsageError
from optimiser.frozen import dataclass
from optimiser.language import tr
from optimiser.results.folder import one_at_a_time, write_text
from optimiser.results.places import FRONT_FILE
from optimiser.results.table import csv_text
from optimiser.session.keeping import Place, settle
from optimiser.study.resuming import forget

if TYPE_CHECKING:
    from optimiser.results.result import Result
    from optimiser.session.earlier_runs import SolvedBefore
    from optimiser.session.obtaining import Obtained
    from optimiser.session.request import Examined
    from optimiser.session.requirements import Required

__all__ = ["Kept", "exit_code_of", "first_of", "keep"]

# When several apply, the first of these is the exit code.
_PRECEDENCE = (
    InterruptedRun.exit_code,
    OptimiseError.exit_code,
    UsageError.exit_code,
    ScenarioError.exit_code,
    4,
    ProofError.exit_code,
    5,
)


@dataclass(frozen=True)
class Kept:
    """What became of a result.

    Attributes:
        place: where the result was written; None where it was not.
        errors: what went wrong, each to be told.
        exit_code: of the run.
    """

    place: Place | None
    errors: tuple[OptimiseError, ...]
    exit_code: int


def keep(
    result: Result,
    place: Place,
    /,
    *,
    csv: Path | None = None,
    wanted: Required | None = None,
    gap: float | None = None,
    known: SolvedBefore | None = None,
) -> Kept:
    """Save a result; a failure to save is told, not raised, since the plans can still be printed.

    Args:
        result: as solved.
        place: that of the run.
        csv: another file for the plans.
        wanted: the proof that was asked for.
        gap: the gap that was asked for.
        known: the earlier run that it was taken from, if any.
    """
    errors: list[OptimiseError] = []
    kept: Place | None = None
    try:
        with one_at_a_time(place.folder.parent):
            settled = settle(place, result)
            if known is None or not _is_there(result, known, settled.folder):
                result.save(settled.folder)
        kept = settled
        forget(result, place.folder, kept=settled.folder == place.folder)
    except (OptimiseError, OSError) as error:
        errors.append(_told(error, place.folder))
    try:
        if csv is not None:
            write_text(csv, csv_text(result.front, result.ranking))
    except (OptimiseError, OSError) as error:
        errors.append(_told(error, csv))
    try:
        if wanted is not None:
            from optimiser.session.requirements import require

            require(result.front, wanted, gap=gap)
    except ProofError as error:
        errors.append(error)
    codes = [error.exit_code for error in errors]
    if result.front.proof.stopped == "interrupted":
        codes.append(InterruptedRun.exit_code)
    return Kept(kept, tuple(errors), first_of(codes))


def _is_there(result: Result, known: SolvedBefore, folder: Path, /) -> bool:
    """Whether what would be saved in a folder is what stands there, table included."""
    if not known.same or not paths.same_file(known.folder, folder):
        return False
    try:
        table = paths.content(folder / FRONT_FILE)
    except (OSError, UsageError):
        return False
    return table == csv_text(result.front, result.ranking).encode()


def _told(error: OptimiseError | OSError, path: Path | None, /) -> OptimiseError:
    """What was in the way, in a planner's words."""
    if isinstance(error, OptimiseError):
        return error
    return UsageError(
        tr("cannot write {path}: {reason}", path=path, reason=paths.reason(error)),
        help=tr("choose another place with -o"),
    )


def exit_code_of(parts: Sequence[Obtained | Examined | OptimiseError], /) -> int:
    """The exit code of a command that rests on these results or examined scenarios, and met these
    errors.
    """
    return first_of([part.exit_code for part in parts])


def first_of(codes: Sequence[int], /) -> int:
    """The exit code where several apply."""
    return next((code for code in _PRECEDENCE if code in codes), 0)
