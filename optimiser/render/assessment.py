"""Technologies one by one as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.analysis.assessing import gains
from optimiser.language import listed, tr, trn
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.claim_words import percent, proof_words
from optimiser.results.wording import (
    ILLUSTRATIVE,
    decision_title,
    decision_words,
    headings,
    override_words,
    readable,
    rule_words,
    signed,
    title_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.assessing import Assessed, Assessment
    from optimiser.analysis.open_choices import AdoptedChoices

__all__ = ["assessment"]


def assessment(found: Assessment, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """Effects alone and with what is needed, gains for the cost, relations to other technologies,
    and the front.
    """
    scenario = found.scenario
    yield Text(plain(title_words(scenario)), style="bold")
    if scenario.illustrative:
        yield Text(tr(ILLUSTRATIVE), style="yellow")
    if changed := override_words(scenario):
        yield Text(plain(changed), style="yellow")
    yield ""
    yield Text(tr("Each technology alone, against nothing adopted"), style="bold")
    yield from apart(_effects(found, found.rows, together=False), width, keys=1)
    packages = [row for row in found.rows if len(row.package.cells) > 1]
    if packages:
        yield ""
        yield Text(tr("With what it needs"), style="bold")
        yield from apart(
            [*_effects(found, packages, together=True), _needs(found, packages)], width, keys=1
        )
    yield from _gains(found, width)
    yield from _relations(found, width)
    yield ""
    if found.choices is not None:
        yield from _choices(found.choices, width)
    yield from _notes(found)


def _effects(found: Assessment, rows: Sequence[Assessed], *, together: bool) -> list[Field]:
    fields = [_technology(found, rows)]
    for j, heading in enumerate(headings(found.columns)):
        values = [(row.together if together else row.alone)[j] for row in rows]
        fields.append(measured(heading, signed(values)))
    if not together and found.result is not None:
        fields.append(Field(tr("on the front"), [_share(row) for row in rows]))
    titles = [plain(decision_title(found.scenario, row.technology, row.mode)) for row in rows]
    if not together and any(titles):
        fields.append(Field(tr("title"), titles, words=True))
    return fields


def _technology(found: Assessment, rows: Sequence[Assessed]) -> Field:
    names = [decision_words(found.scenario, row.technology, row.mode) for row in rows]
    return Field(tr("technology"), [plain(name) for name in names], left=True)


def _share(row: Assessed) -> str:
    if row.share is None:
        return ""
    return {0.0: tr("never"), 1.0: tr("always")}.get(row.share, percent(row.share))


def _needs(found: Assessment, rows: Sequence[Assessed]) -> Field:
    """What comes with each, and from which alternatives it was taken."""
    cells = []
    for row in rows:
        words = []
        for name, mode in list(row.package.cells.items())[1:]:
            others = [
                m
                for member, ms in row.package.chosen.items()
                if member.partition(".")[0] == name
                for m in ms
                if m != member
            ]
            decision = decision_words(found.scenario, name, mode)
            if others:
                decision = tr("{decision} (or {others})", decision=decision, others=listed(others))
            words.append(plain(decision))
        cells.append([word + tr(",") for word in words[:-1]] + words[-1:])
    return Field(tr("needs"), cells, words=True)


def _gains(found: Assessment, width: int | None) -> Iterator[RenderableType]:
    """How much better each objective gets for a unit of the cost, package by package."""
    if found.cost is None:
        return
    cost = found.columns[found.cost]
    name = plain(cost.title or cost.name)
    others = [j for j, column in enumerate(found.columns) if column.sense and j != found.cost]
    table = [gains(found, row, found.cost) for row in found.rows]
    if not others or not any(table):
        return
    yield ""
    title = (
        tr(
            "Better by (-: worse by) for 1 {unit} more of {name}, with what it needs",
            unit=plain(cost.unit),
            name=name,
        )
        if cost.unit
        else tr("Better by (-: worse by) for one more of {name}, with what it needs", name=name)
    )
    yield Text(title, style="bold")
    fields = [_technology(found, found.rows)]
    for j, heading in zip(others, headings(found.columns[j] for j in others), strict=True):
        fields.append(measured(heading, signed([row.get(j) for row in table])))
    costs = [row.together[found.cost] for row in found.rows]
    words = [
        "" if row else tr("undefined") if spent is None else tr("raises no cost")
        for row, spent in zip(table, costs, strict=True)
    ]
    if any(words):
        fields.append(Field("", words, left=True))
    yield from apart(fields, width, keys=1)


def _relations(found: Assessment, width: int | None) -> Iterator[RenderableType]:
    """What each technology excludes and enables, and the rules that it breaks with nothing but what
    it needs.
    """
    rows: list[tuple[str, str, str]] = []
    for name in found.scenario.technologies:
        for word, others in (
            (tr("excludes"), found.excludes[name]),
            (tr("enables"), found.enables[name]),
        ):
            if others:
                rows.append((name, word, listed(others)))
        for row in found.rows:
            if row.technology == name and not row.package.possible:
                rows.append(
                    (
                        decision_words(found.scenario, name, row.mode),
                        tr("impossible"),
                        tr("what it needs cannot be"),
                    )
                )
            elif row.technology == name and row.breaks:
                rows.append(
                    (
                        decision_words(found.scenario, name, row.mode),
                        tr("breaks"),
                        rule_words(found.scenario, row.breaks),
                    )
                )
    if not rows:
        return
    yield ""
    fields = [
        Field(tr("technology"), [plain(name) for name, _, _ in rows], left=True),
        Field("", [word for _, word, _ in rows], left=True),
        Field("", [plain(words) for _, _, words in rows], words=True),
    ]
    yield from apart(fields, width, keys=2)


def _choices(found: AdoptedChoices, width: int | None) -> Iterator[RenderableType]:
    """What is adopted in any case, in some cases and never, and what decides in between."""
    front = found.result.front
    if found.core:
        yield Text(plain(tr("in every plan: {names}", names=listed(found.core))))
    if found.open:
        yield Text(plain(tr("in some: {names}", names=listed(o.technology for o in found.open))))
    if found.out:
        yield Text(plain(tr("in none: {names}", names=listed(found.out))))
    yield ""
    if not found.open:
        return
    heads = headings(front.columns)
    names = [plain(one.technology) for one in found.open]
    yield Text(
        tr("What decides: the best ranked plan with it, against the best one without it"),
        style="bold",
    )
    fields = [
        Field(tr("technology"), names, left=True),
        Field(tr("in plans"), [percent(one.share) for one in found.open]),
        Field(tr("with it"), [front.ids[one.adopting] for one in found.open], left=True),
        Field(tr("without it"), [front.ids[one.without] for one in found.open], left=True),
    ]
    for j, heading in enumerate(heads):
        fields.append(measured(heading, signed([one.change[j] for one in found.open])))
    yield from apart(fields, width, keys=1)
    yield ""
    words = tr("Of the plans looked at: the best value of those with it, and of those without it")
    yield Text(words, style="bold")
    fields = [Field(tr("technology"), names, left=True)]
    for j, heading in enumerate(heads):
        texts = readable(
            [
                *(one.best_with[j] for one in found.open),
                *(one.best_without[j] for one in found.open),
            ],
            exact=True,
        )
        fields.append(measured(heading, texts[: len(names)], what=tr("with")))
        fields.append(measured(heading, texts[len(names) :], what=tr("without")))
    yield from apart(fields, width, keys=1)
    yield ""


def _notes(found: Assessment) -> Iterator[RenderableType]:
    if found.result is None:
        yield Text(tr("no front: {why}", why=plain(str(found.failure))), style="bold")
        return
    front = found.result.front
    looked_at = len(front) if found.choices is None else len(found.choices.rows)
    yield Text(
        trn(
            "on the front: the share of its {number} plan that adopt the technology",
            "on the front: the share of its {number} plans that adopt the technology",
            len(front),
        )
        if looked_at == len(front)
        else trn(
            "on the front: the share of its {number} best ranked plan that adopt the technology",
            "on the front: the share of its {number} best ranked plans that adopt the technology",
            looked_at,
        )
    )
    for note in () if found.choices is None else found.choices.notes:
        yield Text(tr("note: {note}", note=plain(note)))
    yield Text(plain(proof_words(front)), style="bold")
