"""The runs so far as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from optimiser.language import tr, trn
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.claim_words import STAR, claim_words
from optimiser.results.store import changed_words
from optimiser.results.wording import readable

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["TOP", "runs_table"]

TOP: Final = 40
"""How many runs a table shows unless another number is asked for."""

_AGES: Final = (("d", 86_400), ("h", 3600), ("min", 60))


def runs_table(
    record: Mapping[str, Any], /, *, top: int = TOP, width: int | None = None
) -> Iterator[RenderableType]:
    """One run a row, the newest first; the best values of its objectives, marked where none better
    is possible.
    """
    runs = record["runs"]
    shown = runs[:top]
    if not runs:
        yield Text(tr("no runs"))
    else:
        yield from apart(_fields(shown), width, keys=1)
        yield ""
        if any(proven for run in shown for proven in _proven(run)):
            yield Text(tr(STAR))
    if len(runs) > len(shown):
        more = len(runs) - len(shown)
        yield Text(
            trn(
                "{number} more run: --top {all} shows all",
                "{number} more runs: --top {all} shows all",
                more,
                all=len(runs),
            )
        )
    for folder in record["pruned"]:
        yield Text(tr("removed: {folder}", folder=plain(folder)))
    for note in record["notes"]:
        yield Text(tr("note: {note}", note=plain(note)))


def _fields(runs: Sequence[Mapping[str, Any]]) -> list[Field]:
    fields = [
        Field(tr("run"), [plain(run["folder"]) for run in runs], left=True),
        Field(tr("scenario"), [plain(run["scenario"]) for run in runs], left=True),
        Field(tr("changed"), [plain(changed_words(run["overrides"])) for run in runs], left=True),
        Field(tr("plans"), [str(run["plans"]) for run in runs]),
        Field(tr("proof"), [claim_words(run["proof"]) for run in runs], left=True),
        Field(tr("age"), [_age(run["age"]) for run in runs]),
        Field(tr("seconds"), [f"{run['seconds']:.1f}" for run in runs]),
        Field(tr("best values"), [_best(run) for run in runs], words=True),
    ]
    return [one for one in fields if one.heading != tr("changed") or any(one.cells)]


def _proven(run: Mapping[str, Any]) -> list[bool]:
    return [run["bounds"].get(name) == value for name, value in run["ideal"].items()]


def _best(run: Mapping[str, Any]) -> list[str]:
    """The best listed value of each objective, as pieces between which a line may end."""
    units = {one["name"]: one["unit"] for one in run["objectives"]}
    pieces = []
    for (name, value), proven in zip(run["ideal"].items(), _proven(run), strict=True):
        words = f"{name} {readable([value])[0]}{'*' if proven else ''} {units.get(name) or ''}"
        pieces.append(plain(words))
    return [f"{piece}," for piece in pieces[:-1]] + pieces[-1:]


def _age(seconds: float) -> str:
    """In the largest unit of which there is one."""
    for unit, size in _AGES:
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"
