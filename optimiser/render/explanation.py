"""Why a plan is what it is, as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.analysis.contributions import synergy_named
from optimiser.analysis.explanation_words import (
    best_words,
    constraint_words,
    differs_words,
    nearest_words,
    ordered_words,
    status_words,
    way_words,
    weight_columns,
    weights_words,
)
from optimiser.language import listed, tr
from optimiser.render.front_table import title
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.claim_words import proof_words
from optimiser.results.naming_plans import plan_heading
from optimiser.results.wording import (
    arrow,
    column_words,
    decision_title,
    decision_words,
    headings,
    readable,
    readable_or,
    signed,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.breaches import Breach
    from optimiser.analysis.explaining import Explanation

__all__ = ["explanation"]

_SHOWN = 3  # plans that dominate another one


def explanation(found: Explanation, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """What makes its values, what binds it, what it gives up, what stands near it, and under which
    wishes it is the best.
    """
    yield from title(found.result)
    yield Text(plain(plan_heading(found.result, found.plan)), style="bold")
    yield Text(status_words(found))
    yield from _against_it(found, width)
    for part in (_contributions, _slack, _gives_up, _neighbours, _weights):
        yield from part(found, width)
    yield from _preferences(found)
    yield ""
    for note in found.notes:
        yield Text(plain(note))
    yield Text(plain(proof_words(found.result.front)), style="bold")


def _section(heading: str, fields: list[Field], width: int | None) -> Iterator[RenderableType]:
    yield ""
    yield Text(heading, style="bold")
    yield from apart(fields, width, keys=1)


def _against_it(found: Explanation, width: int | None) -> Iterator[RenderableType]:
    """What it violates, or what dominates it; and the smallest change that helps."""
    front = found.result.front
    if found.violated:
        names = [plain(constraint_words(found.result.scenario, one)) for one in found.violated]
        fields = [
            Field(tr("violated"), names, left=True),
            Field(tr("value"), [_amount(one, one.value, found) for one in found.violated]),
            Field(tr("allowed"), [_amount(one, one.bound, found) for one in found.violated]),
            Field(tr("too far by"), [_amount(one, one.by, found) for one in found.violated]),
        ]
        yield from _section(tr("What it violates"), fields, width)
    if found.dominated_by:
        shown = found.dominated_by[:_SHOWN]
        fields = [Field(tr("plan"), [front.ids[row] for row, _ in shown], left=True)]
        fields += [
            measured(heading, readable([by[k] for _, by in shown]), what=tr("better by"))
            for k, heading in enumerate(headings(front.columns))
        ]
        yield from _section(tr("What dominates it"), fields, width)
        if len(found.dominated_by) > _SHOWN:
            more = len(found.dominated_by) - _SHOWN
            yield Text(tr("and {number} more", number=more))
    if found.mixed:
        plans = listed(found.mixed, last="and")
        yield Text(plain(tr("dominated by a mixture of {plans}", plans=plans)))
    if words := nearest_words(found):
        yield ""
        yield Text(plain(words))


def _contributions(found: Explanation, width: int | None) -> Iterator[RenderableType]:
    front, scenario = found.result.front, found.result.scenario
    own = [found.contributions[column.name] for column in front.columns]
    sources = list(dict.fromkeys(part.source for one in own for part in one.parts))
    cells = dict(zip(front.decision_columns, found.plan.cells, strict=True))
    names = [
        decision_words(scenario, source, cells[source])
        if source in cells
        else tr("{name} (synergy)", name=synergy_named(source))
        for source in sources
    ]
    titles = [
        decision_title(scenario, source, cells[source])
        if source in cells
        else scenario.synergies[synergy_named(source)].title
        for source in sources
    ]
    fields = [
        Field(tr("from"), [tr("nothing adopted"), *map(plain, names), tr("value")], left=True)
    ]
    for k, heading in enumerate(headings(front.columns)):
        values = {part.source: part.value for part in own[k].parts}
        end = float(found.plan.objectives[k])
        first = own[k].baseline
        if first is None or not own[k].defined:
            start, stop = readable_or([first, end], tr("undefined"))
            fields.append(measured(heading, [start, *[""] * len(sources), stop]))
            continue
        texts = iter(readable([first, *values.values(), end]))
        column = [next(texts)]
        for source in sources:
            if source in values:
                text = next(texts)
                column.append(f"+{text}" if values[source] > 0 else text)
            else:
                column.append("")
        fields.append(measured(heading, [*column, next(texts)]))
    if any(titles):
        words = [[], *(plain(text).split() for text in titles), []]
        fields.append(Field("", words, words=True))
    yield from _section(tr("What makes its values"), fields, width)
    if said := ordered_words(found):
        yield Text(plain(said))


def _slack(found: Explanation, width: int | None) -> Iterator[RenderableType]:
    if not found.slack:
        return
    fields = [
        Field(
            tr("constraint"),
            [plain(constraint_words(found.result.scenario, one)) for one in found.slack],
            left=True,
        ),
        Field(tr("slack"), [readable([one.slack])[0] for one in found.slack]),
        Field(
            "",
            [
                tr("violated") if one.slack < 0 else tr("binding") if one.binding else ""
                for one in found.slack
            ],
            left=True,
        ),
    ]
    yield from _section(tr("What binds it"), fields, width)


def _amount(one: Breach, value: float, found: Explanation) -> str:
    """A number of a constraint, a limit or a decision; those of other rules say nothing."""
    scenario = found.result.scenario
    measured = one.phase or one.name in (
        *scenario.constraints,
        *found.result.front.decision_columns,
    )
    return readable([value])[0] if measured else ""


def _gives_up(found: Explanation, width: int | None) -> Iterator[RenderableType]:
    if not found.gives_up:
        return
    columns = found.result.front.columns
    rows = list(zip(found.plan.objectives.tolist(), found.gives_up, strict=True))
    texts = [readable([value, one.best, one.by]) for value, one in rows]
    fields = [
        Field(
            tr("objective"), [f"{plain(column_words(c))} {arrow(c)}" for c in columns], left=True
        ),
        Field(tr("value"), [text[0] for text in texts]),
        Field(tr("best listed"), [text[1] for text in texts]),
        Field(tr("gives up"), [text[2] for text in texts]),
        Field(tr("unit"), [plain(c.unit) for c in columns], left=True),
        Field(
            "",
            [tr("proven best") if one.proven else tr("best not proven") for _, one in rows],
            left=True,
        ),
    ]
    yield from _section(tr("What it gives up"), fields, width)


def _neighbours(found: Explanation, width: int | None) -> Iterator[RenderableType]:
    front, near = found.result.front, found.neighbours
    if not near:
        return
    fields = [Field(tr("plan"), [front.ids[one.row] for one in near], left=True)]
    fields += [
        measured(heading, signed([one.change[k] for one in near]))
        for k, heading in enumerate(headings(front.columns))
    ]
    fields.append(
        Field("", [plain(differs_words(one.differs)).split() for one in near], words=True)
    )
    yield from _section(tr("What a little more of each objective asks for"), fields, width)


def _weights(found: Explanation, width: int | None) -> Iterator[RenderableType]:
    if found.to_first is None:
        return
    columns = found.result.front.columns
    fields = [
        Field(tr("weight of"), [plain(column_words(c)) for c in columns], left=True),
        *(Field(head, list(texts)) for head, texts in weight_columns(found).items()),
    ]
    yield from _section(weights_words(found), fields, width)


def _preferences(found: Explanation) -> Iterator[RenderableType]:
    best, ways = best_words(found), way_words(found)
    if best:
        yield ""
        yield Text(tr("No weights make it first. Under limits it is the best:"))
        yield Text(plain(best))
    if ways:
        yield ""
        heading = tr("Where to give way first (Shapley values of the plan's own levels)")
        yield Text(heading, style="bold")
        for words in ways:
            yield Text(plain(words))
