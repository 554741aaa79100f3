"""What it costs to force, forbid or delay technologies, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import marked, tr
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.wording import decision_title, headings, readable_or

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.replacement import Obeyed, Replacement

__all__ = ["replacement"]

_HOW = {"forced": marked("with it"), "forbidden": marked("without it")}
_UNKNOWN = "?"


def replacement(found: Replacement, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """By how much the best of each objective and the best score are worse, technology by
    technology, first with it and without it, then later.
    """
    now = [row for row in found.rows if row.how != "delayed"]
    later = [row for row in found.rows if row.how == "delayed"]
    yield Text(
        tr("What each costs: by how much the best of each objective is worse (· not at all)"),
        style="bold",
    )
    yield from apart(_fields(found, now), width, keys=2)
    if later:
        yield ""
        yield Text(tr("What a delay costs: the same where it starts later"), style="bold")
        yield from apart(_fields(found, later), width, keys=2)
    if not all(row.proven for row in found.rows):
        yield ""
    elif found.rows:
        yield Text(tr("all of this is proven, over all plans and not the listed ones alone"))
    for note in found.notes:
        yield Text(plain(note))


def _fields(found: Replacement, rows: Sequence[Obeyed]) -> list[Field]:
    scenario = found.result.scenario
    fields = [
        Field(tr("technology"), [plain(row.technology) for row in rows], left=True),
        Field(tr("best plans"), [_how(row) for row in rows], left=True),
    ]
    for k, heading in enumerate(headings(found.result.front.columns)):
        cells = _cells(rows, [row.cost[k] for row in rows])
        fields.append(measured(heading, cells))
    fields.append(Field(tr("score"), _cells(rows, [row.score_cost for row in rows])))
    if any(row.years for row in rows):
        fields.append(Field(tr("years later"), readable_or([row.years for row in rows], "")))
    titles = [plain(decision_title(scenario, row.technology)).split() for row in rows]
    return [*fields, Field("", titles, words=True)] if any(titles) else fields


def _how(row: Obeyed) -> str:
    if row.how == "delayed":
        return plain(tr("not before {phase}", phase=row.phase))
    return tr(_HOW[row.how])


def _cells(rows: Sequence[Obeyed], costs: Sequence[float | None]) -> list[str]:
    """Costs, and words where there is none."""
    texts = readable_or(costs, _UNKNOWN)
    return [
        tr("no plan") if row.feasible is False else "·" if cost == 0.0 else text
        for row, cost, text in zip(rows, costs, texts, strict=True)
    ]
