"""Plans side by side: what they have in common first, then what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.front import finite
from optimiser.language import listed, tr
from optimiser.render.front_table import title
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.claim_words import near_notes, proof_words
from optimiser.results.naming_plans import plan_heading
from optimiser.results.wording import (
    arrow,
    column_words,
    decision_title,
    decision_words,
    readable_or,
    signed,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.side_by_side import SideBySide
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["side_by_side"]

_SAME = "·"  # in the place of a decision that is not taken


def side_by_side(found: SideBySide, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The decisions that are the same, those that differ, and every indicator with its difference
    to the first plan.
    """
    yield from title(found.result)
    for plan in found.plans:
        yield Text(plain(plan_heading(found.result, plan)), style="bold")
    yield ""
    yield from _common(found)
    if found.differs:
        yield from apart(_decisions(found), width, keys=1)
        yield ""
    yield from apart(_values(found), width, keys=1)
    yield ""
    for note in near_notes(found.result.front):
        yield Text(plain(note))
    yield Text(plain(proof_words(found.result.front)), style="bold")


def _common(found: SideBySide) -> Iterator[RenderableType]:
    scenario = found.result.scenario
    taken = [decision_words(scenario, n, cell) for n, cell in found.common if cell != "0"]
    left = [name for name, cell in found.common if cell == "0"]
    if len(found.plans) == 1:
        if taken:
            yield Text(plain(tr("decided: {decisions}", decisions=listed(taken))))
        if left:
            yield Text(plain(tr("not adopted: {decisions}", decisions=listed(left))))
    else:
        if taken:
            yield Text(plain(tr("the same in all: {decisions}", decisions=listed(taken))))
        if left:
            yield Text(plain(tr("adopted in none: {decisions}", decisions=listed(left))))
    if taken or left:
        yield ""


def _decisions(found: SideBySide) -> list[Field]:
    scenario, front = found.result.scenario, found.result.front
    places = front.decision_places
    fields = [Field(tr("decision"), [plain(name) for name in found.differs], left=True)]
    for plan in found.plans:
        cells = [plan.cells[places[name]] for name in found.differs]
        shown = [plain(cell) if cell != "0" else _SAME for cell in cells]
        fields.append(Field(_label(plan), shown))
    titles = [plain(decision_title(scenario, name)).split() for name in found.differs]
    return [*fields, Field("", titles, words=True)] if any(titles) else fields


def _values(found: SideBySide) -> list[Field]:
    front, plans = found.result.front, found.plans
    columns = [*front.columns, *front.indicator_columns]
    values = [
        readable_or(
            [[*p.objectives.tolist(), *p.indicators.tolist()][at] for p in plans], tr("undefined")
        )
        for at in range(len(columns))
    ]
    changes = [signed([finite(own[at]) for own in found.change[1:]]) for at in range(len(columns))]
    fields = [
        Field(
            tr("indicator"),
            [f"{plain(column_words(c))} {arrow(c)}".rstrip() for c in columns],
            left=True,
        ),
        Field(tr("unit"), [plain(c.unit) for c in columns], left=True),
    ]
    for at, plan in enumerate(plans):
        fields.append(Field(_label(plan), [texts[at] for texts in values]))
        if at:
            fields.append(Field(tr("difference"), [texts[at - 1] for texts in changes]))
    return fields


def _label(plan: NamedPlan) -> str:
    return f"{plan.id} {plain(plan.name)}".rstrip()
