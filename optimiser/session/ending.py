"""The end of a run: the result saved, the proof held against what was asked for, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser.errors import InterruptedRun, OptimiseError, ProofError, ScenarioError, UsageError
from optimiser.results.folder import write_text
from optimiser.results.table import csv_text
from optimiser.session.requirements import Required, require
from optimiser.study.resuming import RunState

if TYPE_CHECKING:
    from optimiser.results.result import Result
    from optimiser.session.obtaining import Obtained
    from optimiser.session.request import Examined

__all__ = ["Kept", "exit_code_of", "keep"]

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
        saved: whether the result folder was written.
        errors: what went wrong, each to be told.
        exit_code: of the run.
    """

    saved: bool
    errors: tuple[OptimiseError, ...]
    exit_code: int


def keep(
    result: Result,
    place: Path,
    /,
    *,
    csv: Path | None = None,
    wanted: Required | None = None,
    gap: float | None = None,
) -> Kept:
    """Save a result; a failure to save is told, not raised, since the plans can still be printed.

    Args:
        result: as solved.
        place: the result folder.
        csv: another file for the plans.
        wanted: the proof that was asked for.
        gap: the gap that was asked for.
    """
    errors: list[OptimiseError] = []
    saved = True
    try:
        result.save(place)
        RunState(result.scenario, place).settle(result)
    except UsageError as error:
        saved = False
        errors.append(error)
    try:
        if csv is not None:
            write_text(csv, csv_text(result.front, result.ranking))
    except UsageError as error:
        errors.append(error)
    try:
        if wanted is not None:
            require(result.front, wanted, gap=gap)
    except ProofError as error:
        errors.append(error)
    codes = [error.exit_code for error in errors]
    if result.front.proof.stopped == "interrupted":
        codes.append(InterruptedRun.exit_code)
    return Kept(saved, tuple(errors), _first(codes))


def exit_code_of(parts: Sequence[Obtained | Examined | OptimiseError], /) -> int:
    """The exit code of a command that rests on these results or examined scenarios, and met these
    errors.
    """
    return _first([part.exit_code for part in parts])


def _first(codes: Sequence[int], /) -> int:
    return next((code for code in _PRECEDENCE if code in codes), 0)
