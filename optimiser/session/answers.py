"""Answers that were kept as JSON, and are to be shown with the result that they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import listed, tr
from optimiser.results.document_reading import strange
from optimiser.results.document_schema import Listed, Named, Record, Share, Whole

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["answers_in"]


class _Part(Record):
    # later versions may say more
    model_config = ConfigDict(extra="ignore")


class _Spread(_Part):
    """Over samples; nothing where the plan has no value at any of them."""

    mean: FiniteFloat | None
    p5: FiniteFloat | None
    p95: FiniteFloat | None
    worst: FiniteFloat | None
    cvar: FiniteFloat | None

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        if len({value is None for _, value in self}) > 1:
            raise ValueError("spread")
        return self


class _RobustPlan(_Part):
    id: str
    reference: str | None = None
    objectives: Named[_Spread]
    feasible: Share
    efficient: Share


class _Influence(_Part):
    first: FiniteFloat
    total: FiniteFloat
    error: FiniteFloat


class _Robust(_Part):
    samples: Whole
    plans: Annotated[Listed[_RobustPlan], Field(min_length=1)]
    sobol: Named[Named[_Influence]]


class _Rule(_Part):
    name: str
    text: str
    place: str


class _Change(_Part):
    path: str
    set: str


class _Repair(_Part):
    cost: Share
    changes: Listed[_Change]
    command: str
    enough: Literal["proven", "numerical"]
    minimal: bool


class _Repaired(_Part):
    feasible: bool
    conflict: Listed[_Rule]
    repairs: Listed[_Repair]


#: command -> what its answer holds
_HOLDS: Final[Mapping[str, type[_Part]]] = {"robust": _Robust, "repair": _Repaired}


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
        if command not in of or not _whole(record, command, result):
            commands = listed((f"optimise {name} --json" for name in of), last="or")
            raise UsageError(
                tr("{path} holds no such answer", path=file),
                help=tr("name a file that was written by {commands}", commands=commands),
            )
        if not _about(record, result):
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


def _whole(record: Mapping[str, Any], command: str, result: Result, /) -> bool:
    """Whether what is shown of an answer is there; a file may come from anywhere."""
    if strange(record, command):
        return False
    try:
        found = _HOLDS[command].model_validate(record)
    except ValidationError:
        return False
    if not isinstance(found, _Robust) or not _about(record, result):
        return True
    names = {column.name for column in result.front.columns}
    return all(plan.objectives.keys() >= names for plan in found.plans)


def _about(record: Mapping[str, Any], result: Result, /) -> bool:
    return bool(record.get("scenario_hash") == result.scenario.scenario_hash)


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
