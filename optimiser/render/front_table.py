"""The ranked plans as a table, with what is claimed of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import retold, tr
from optimiser.render.drawn import Styled
from optimiser.render.layout import Field, measured, tables
from optimiser.render.terminal import plain
from optimiser.results import Result
from optimiser.results.claim_words import STAR, best_flags, best_texts, proof_words, value_notes
from optimiser.results.overview import overview
from optimiser.results.phase_notes import phase_notes
from optimiser.results.predicting import predictions_note
from optimiser.results.ranking_words import ranking_notes, ranking_words, score_texts
from optimiser.results.wording import (
    ILLUSTRATIVE,
    headings,
    override_words,
    readable_columns,
    reference_words_each,
    title_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.front import Flags
    from optimiser.results.overview import Group, Overview
    from optimiser.scenario import Scenario

__all__ = ["TOP", "front", "title"]

TOP = 15
"""How many plans a table shows unless asked for more."""


def front(
    result: Result,
    /,
    *,
    top: int = TOP,
    group: Group | None = None,
    width: int | None = None,
) -> Iterator[RenderableType]:
    """What all plans have in common, the ``top`` ranked plans, the reference plans, the ranking and
    the proof.
    """
    yield from title(result)
    plans = len(result.front.ids)
    listed = overview(result, group)
    shown = listed.rows[:top]
    flags = best_flags(result.front)
    common = listed.common_words(result)
    for words in common:
        yield Styled(plain(words))
    if common:
        yield ""
    fields, rules = _fields(result, listed, shown, flags[list(shown)])
    for table in tables(fields, width, keys=2, rules=rules):
        yield table
        yield ""
    if plans > 1 and flags[list(shown)].any():
        yield Styled(tr(STAR))
    for note in value_notes(result.front):
        yield Styled(plain(note))
    for words in listed.words_below(result, shown):
        yield Styled(plain(words))
    if result.scenario.phases:
        yield ""
        yield Styled(
            tr(
                "roadmap of {plan}, rank {rank}:",
                plan=result.front.ids[0],
                rank=result.ranking.rank[0],
            )
        )
        from optimiser.render.roadmap import roadmap

        yield from roadmap(result, 0, width=width)
        yield ""
    yield Styled(plain(ranking_words(result.front, result.ranking)))
    known = ranking_notes(result.ranking) if result.ranking.notes else []
    for note in (*known, *phase_notes(result)):
        yield Styled(tr("note: {note}", note=plain(note)))
    if (doubts := predictions_note(result)) != "":
        yield Styled(tr("note: {note}", note=plain(doubts)), style="yellow")
    yield Styled(plain(retold(result.front.provenance.reason)))
    yield Styled(plain(proof_words(result.front)), style="bold")


def title(about: Result | Scenario, /) -> Iterator[RenderableType]:
    """What the numbers are about, and whether they are invented."""
    scenario = about.scenario if isinstance(about, Result) else about
    yield Styled(plain(title_words(scenario)), style="bold")
    if scenario.illustrative:
        yield Styled(tr(ILLUSTRATIVE), style="yellow")
    if words := override_words(scenario):
        yield Styled(plain(words), style="yellow")
    yield ""


def _fields(
    result: Result, listed: Overview, rows: Sequence[int], flags: Flags, /
) -> tuple[list[Field], list[int]]:
    """The columns, and the rows after which a line is drawn: the plans, then best and worst, then
    the reference plans.
    """
    front, ranking, outcomes = result.front, result.ranking, result.reference_plans
    summary = _summary(result)
    below, shown = len(summary) + len(outcomes), len(rows)
    rules = [shown - 1] * bool(below) + [shown + len(summary) - 1] * bool(summary and outcomes)
    dim = dict.fromkeys(range(shown, shown + len(summary)), "dim")
    labels = [
        *(front.ids[row] for row in rows),
        *(label for label, _ in summary),
        *(outcome.name for outcome in outcomes),
    ]
    words: list[str | list[str]] = [*map(_joined_by_plus, listed.plan_words(result, rows))]
    words += ["" for _ in summary]
    words += [
        tr("reference plan, {stands}", stands=plain(stands))
        for stands in reference_words_each(result)
    ]
    gap = [""] * below
    scores = score_texts(result, rows, references=True)
    fields = [
        Field(tr("rank"), [str(ranking.rank[row]) for row in rows] + gap),
        Field(tr("plan"), labels, left=True, styles=dim),
        Field(tr("score"), scores[:shown] + [""] * len(summary) + scores[shown:]),
        *_objectives(result, rows, flags, [row for _, row in summary], dim),
        Field(tr("decisions"), words, words=True),
    ]
    if listed.grouped:
        counts = [str(count) for count in listed.counts[:shown]]
        fields.insert(3, Field(tr("stands for"), counts + gap, (tr("plans"),)))
    return fields, rules


def _objectives(
    result: Result,
    rows: Sequence[int],
    flags: Flags,
    summary: list[list[float | None]],
    dim: dict[int, str],
    /,
) -> Iterator[Field]:
    """The column of each objective, with a mark behind values that are proven to be the best."""
    front, shown = result.front, len(rows)
    columns = readable_columns(
        [
            [
                *front.y[list(rows), j].tolist(),
                *(row[j] for row in summary),
                *(outcome.objectives[j] for outcome in result.reference_plans),
            ]
            for j in range(len(front.columns))
        ]
    )
    if len(front.ids) > 1:
        for texts, best in zip(
            columns, best_texts(front, [texts[shown] for texts in columns]), strict=True
        ):
            texts[shown] = best
    heads = headings(front.columns)
    for j, (head, texts) in enumerate(zip(heads, columns, strict=True)):
        marked = set(np.flatnonzero(flags[:, j]).tolist())
        cells = [text + ("*" if row in marked else " ") for row, text in enumerate(texts)]
        yield replace(
            measured(head, cells, after=1), styles=dim | dict.fromkeys(marked, "bold green")
        )


def _summary(result: Result, /) -> list[tuple[str, list[float | None]]]:
    """Rows that speak of all plans: best, worst and the targets."""
    front = result.front
    rows: list[tuple[str, list[float | None]]] = []
    if len(front.ids) > 1:
        rows = [
            (tr("best of all"), list(front.ideal.tolist())),
            (tr("worst of all"), list(front.nadir.tolist())),
        ]
    targets = [column.target for column in front.columns]
    if any(target is not None for target in targets):
        rows.append((tr("target"), targets))
    return rows


def _joined_by_plus(items: list[str], /) -> list[str]:
    """The pieces of a sum in words, between which it may wrap."""
    return [
        plain(item) + (" +" if position < len(items) - 1 else "")
        for position, item in enumerate(items)
    ]
