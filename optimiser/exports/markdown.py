"""``.md``: the ranked plans as a Markdown table, to paste into a page or a pull request: as many
as its comments have room for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.exports.escaping import markdown
from optimiser.exports.roadmap_texts import cash_markdown, roadmap_markdown
from optimiser.language import marked, tr
from optimiser.results.claim_words import best_flags, proof_words, value_notes
from optimiser.results.overview import overview
from optimiser.results.phase_notes import phase_notes
from optimiser.results.predicting import predictions_note
from optimiser.results.ranking_words import ranking_notes, ranking_words, score_texts, weight_words
from optimiser.results.wording import (
    ILLUSTRATIVE,
    arrow,
    override_words,
    readable_columns,
    reference_words,
    says_more,
    title_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.front import Column
    from optimiser.results import Result
    from optimiser.results.overview import Group, Overview

__all__ = ["SUFFIX", "TITLE", "text"]

SUFFIX = ".md"
TITLE = marked("the ranked plans as a Markdown table")

_ROADMAPS = 3  # plans that are written out phase by phase
# letters that a comment on GitHub may have, but for the line that says who wrote it
_ROOM = 65_536 - 64
# a line of a table has more than this: its plan alone has 13
_SHORTEST = 32


def text(result: Result, /, *, group: Group | None = None) -> str:
    """The front as a Markdown table, with its ranking, its reference plans and its proof; the top
    of it where all have no room in a comment.

    Args:
        result: its rows stand in rank order.
        group: as :func:`optimiser.results.overview.overview` has it.
    """
    listed = overview(result, group)
    fits = min(len(listed.rows), _ROOM // _SHORTEST)
    page = _page(result, listed, fits)
    if len(page) <= _ROOM and fits == len(listed.rows):
        return page
    # all that can be left out but one plan: what fits is found by halving
    roadmaps = len(_page(result, listed, 1)) <= _ROOM
    low, high = 1, fits
    while low < high:
        middle = (low + high + 1) // 2
        if len(_page(result, listed, middle, roadmaps=roadmaps)) <= _ROOM:
            low = middle
        else:
            high = middle - 1
    return _page(result, listed, low, roadmaps=roadmaps)


def _page(result: Result, listed: Overview, shown: int, /, *, roadmaps: bool = True) -> str:
    """The page with the first lines of the table."""
    rows = listed.rows[:shown]
    lines = [f"## {markdown(title_words(result.scenario))}", ""]
    if result.scenario.illustrative:
        lines += [f"*{tr(ILLUSTRATIVE)}*", ""]
    if override_words(result.scenario):
        lines += [f"*{markdown(override_words(result.scenario))}*", ""]
    for words in listed.common_words(result):
        lines += [_sentence(words), ""]
    lines += [*_plans(result, listed, rows), ""]
    for words in listed.words_below(result, rows, on_page=True):
        lines += [_sentence(words), ""]
    if result.reference_plans:
        lines += [*_references(result, rows), ""]
    lines += _notes(result, rows)
    lines += [*_roadmaps(result)] if roadmaps else []
    lines += [f"**{markdown(proof_words(result.front))}**"]
    return "\n".join(lines) + "\n"


def _notes(result: Result, rows: Sequence[int], /) -> list[str]:
    """How the plans were ranked, and what else is to be known of those in these rows."""
    ranked = tr("{sentence}.", sentence=markdown(ranking_words(result.front, result.ranking)))
    if best_flags(result.front)[list(rows)].any():
        ranked = tr("Bold: the best of its objective, proven. {more}", more=ranked)
    notes = [*value_notes(result.front), *ranking_notes(result.ranking), *phase_notes(result)]
    notes += filter(None, [predictions_note(result)])
    lines = [ranked, "", *(f"- {markdown(note)}" for note in notes)]
    return lines + [""] * bool(notes)


def _sentence(words: str, /) -> str:
    return tr("{sentence}.", sentence=markdown(words[0].upper() + words[1:]))


def _values(result: Result, rows: Sequence[int], /) -> list[list[str]]:
    """Of each objective the values of the plans in these rows, then of the reference plans: with
    the same digits, since they are read side by side.
    """
    y, outcomes = result.front.y, result.reference_plans
    return readable_columns(
        [*y[list(rows), j].tolist(), *(outcome.objectives[j] for outcome in outcomes)]
        for j in range(y.shape[1])
    )


def _plans(result: Result, listed: Overview, rows: Sequence[int], /) -> list[str]:
    front, ranking = result.front, result.ranking
    best = best_flags(front)
    values = _values(result, rows)
    scores = score_texts(result, rows, references=True)
    weights = [
        tr("weight {weight}", weight=weight_words(weight)) for weight in ranking.weights.tolist()
    ]
    lines = _header(
        (
            tr("rank"),
            tr("plan"),
            tr("score"),
            *([tr("stands for")] if listed.grouped else []),
            *(_heading(c, w) for c, w in zip(front.columns, weights, strict=True)),
            tr("decisions"),
        ),
        left=(1, 3 + listed.grouped + len(front.columns)),
    )
    decided = listed.plan_words(result, rows)
    for line, row in enumerate(rows):
        cells = [f"**{v[line]}**" if best[row, j] else v[line] for j, v in enumerate(values)]
        cells = [scores[line], *([str(listed.counts[line])] if listed.grouped else []), *cells]
        words = markdown(" + ".join(decided[line]))
        lines.append(
            f"| {ranking.rank[row]} | `{front.ids[row]}` | {' | '.join(cells)} | {words} |"
        )
    return lines


def _roadmaps(result: Result, /) -> list[str]:
    """The first plans phase by phase, where there are phases."""
    lines: list[str] = []
    for row in range(min(_ROADMAPS, len(result.front)) if result.scenario.phases else 0):
        plan, rank = result.front.ids[row], result.ranking.rank[row]
        lines += [tr("### Roadmap of `{plan}`, rank {rank}", plan=plan, rank=rank), ""]
        lines += [roadmap_markdown(result, row), *cash_markdown(result, row)]
    return lines


def _references(result: Result, rows: Sequence[int], /) -> list[str]:
    columns = result.front.columns
    headings = (tr("score"), *map(_heading, columns), tr("against the front"))
    lines = _header((tr("reference plan"), *headings), left=(0, 2 + len(columns)))
    scores = score_texts(result, rows, references=True)
    values = [scores, *_values(result, rows)]
    for line, outcome in enumerate(result.reference_plans, start=len(rows)):
        cells = [column[line] for column in values]
        name = outcome.name
        if outcome.title:
            name = tr("{title} ({name})", title=outcome.title, name=name)
        lines.append(
            f"| {markdown(name)} | {' | '.join(cells)} | "
            f"{markdown(reference_words(result, outcome))} |"
        )
    return lines


def _heading(column: Column, weight: str = "", /) -> str:
    name = column.name if says_more(column.title, column.name) else ""
    parts = (f"{column.title or column.name} {arrow(column)}", name, column.unit, weight)
    return "<br>".join(markdown(part) for part in parts if part)


def _header(headings: tuple[str, ...], *, left: tuple[int, ...]) -> list[str]:
    rule = ["---" if j in left else "---:" for j in range(len(headings))]
    return [f"| {' | '.join(headings)} |", f"| {' | '.join(rule)} |"]
