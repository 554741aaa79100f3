"""What becomes of the plans of a result when its scenario changes, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.analysis.differences import difference
from optimiser.analysis.what_if_words import becomes_words, change_words, count_words
from optimiser.language import tr, trn
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.wording import headings, readable_or, signed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.what_if import PlanAfter, WhatIf

__all__ = ["what_if"]

_CHANGES = 6  # values that are named one by one


def what_if(
    found: WhatIf,
    /,
    *,
    top: int,
    rows: Sequence[int] | None = None,
    width: int | None = None,
) -> Iterator[RenderableType]:
    """What changed, the best values before and after, and what becomes of the base's plans, those
    that are lost first.

    Args:
        found: the answer.
        top: how many plans are shown.
        rows: only these of the base's plans; None for all.
        width: cells across.
    """
    yield Text(tr("What changes"), style="bold")
    for change in found.changes[:_CHANGES]:
        yield Text(plain(change_words(change)))
    if (more := len(found.changes) - _CHANGES) > 0:
        yield Text(trn("and {number} more value", "and {number} more values", more))
    if not found.changes:
        yield Text(tr("nothing: the scenario is as it was"))
    yield ""
    if rows is None:
        yield from apart(_best(found), width, keys=1)
        yield ""
        for words in count_words(found):
            yield Text(words)
    plans = [plan for plan in found.plans if rows is None or plan.row in rows]
    plans.sort(key=lambda plan: plan.becomes in ("efficient", "listed", "open"))
    if plans:
        if rows is None:
            yield ""
        yield from apart(_plans(found, plans[:top]), width, keys=2)
        if (left := len(plans) - top) > 0:
            yield Text(trn("and {number} more plan", "and {number} more plans", left))
    for note in found.notes:
        yield Text(tr("note: {note}", note=plain(note)))


def _best(found: WhatIf) -> list[Field]:
    """Of each objective the best listed value before and after, and the difference."""
    fields = [Field("", [tr("best before"), tr("best after"), tr("change")], left=True)]
    for heading, (before, after) in zip(headings(found.columns), found.best, strict=True):
        change = signed([difference(before, after)])[0]
        fields.append(measured(heading, [*readable_or([before, after], ""), change]))
    return fields


def _plans(found: WhatIf, plans: Sequence[PlanAfter]) -> list[Field]:
    """One row a plan of the base: where its values change, each before and after."""
    front, ranks = found.base.front, found.base.ranking.rank
    fields = [
        Field(tr("rank"), [str(ranks[plan.row]) for plan in plans]),
        Field(tr("plan"), [front.ids[plan.row] for plan in plans], left=True),
    ]
    for j, heading in enumerate(headings(found.columns)):
        before = [plan.before[j] for plan in plans]
        after = [plan.after[j] for plan in plans]
        texts = readable_or([*before, *after], "")
        moved = any(
            one != other and other is not None for one, other in zip(before, after, strict=True)
        )
        first, second = texts[: len(plans)], texts[len(plans) :]
        if moved:
            fields.append(measured(heading, first, what=tr("before")))
            fields.append(measured(heading, second, what=tr("after")))
        else:
            fields.append(measured(heading, first))
    words = [plain(becomes_words(found, plan)).split() for plan in plans]
    fields.append(Field(tr("after the change"), words, words=True))
    return fields
