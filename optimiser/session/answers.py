"""Answers that were kept as JSON, and are to be shown with the result that they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["answers_in"]

#: command -> what its answer holds, as lists or objects
_HOLDS: Final[Mapping[str, Mapping[str, type]]] = {
    "robust": {"plans": list, "sobol": dict},
    "repair": {"conflict": list, "repairs": list},
}


def answers_in(
    files: Sequence[Path], result: Result, /, *, of: Sequence[str] = tuple(_HOLDS)
) -> dict[str, Any]:
    """By command what is in files that `robust --json` and `repair --json` wrote.

    Args:
        files: one an answer.
        result: that they have to be about.
        of: the commands whose answers are asked for.

    Raises:
        UsageError: one cannot be read, is no such answer, or is about something else.
    """
    found: dict[str, Any] = {}
    for file in files:
        record = _record(file)
        command = str(record.get("command"))
        if command not in of or any(
            not isinstance(record.get(name), kind) for name, kind in _HOLDS[command].items()
        ):
            commands = listed((f"optimise {name} --json" for name in of), last="or")
            raise UsageError(
                tr("{path} holds no such answer", path=file),
                help=tr("name a file that was written by {commands}", commands=commands),
            )
        if record.get("scenario_hash") != result.scenario.scenario_hash:
            raise UsageError(
                tr("{path} answers for another scenario", path=file),
                help=tr("ask {command} again, of this result", command=f"optimise {command}"),
            )
        if command in found:
            raise UsageError(
                tr("two answers of {command}", command=command), help=tr("name one of them")
            )
        found[command] = record
    return found


def _record(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(paths.content(file, pipes=True).decode("utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            tr("no file {path}", path=file), help=tr("name a file that may be read")
        ) from error
    except (ValueError, RecursionError):
        record = None
    return record if isinstance(record, dict) else {}
