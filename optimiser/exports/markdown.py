"""``.md``: the ranked plans as a Markdown table, to paste into a page or a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.exports.escaping import markdown
from optimiser.exports.roadmap_texts import cash_markdown, roadmap_markdown
from optimiser.results.claim_words import best_flags, best_notes, proof_words
from optimiser.results.phase_notes import phase_notes
from optimiser.results.predicting import predictions_note
from optimiser.results.wording import (
    ILLUSTRATIVE,
    arrow,
    at_words,
    plan_words,
    ranking_words,
    readable,
    reference_words,
    score_texts,
    title_words,
    weight_words,
)

if TYPE_CHECKING:
    from optimiser.front import Column
    from optimiser.results import Result

__all__ = ["SUFFIX", "TITLE", "text"]

SUFFIX = ".md"
TITLE = "the ranked plans as a Markdown table"

_ROADMAPS = 3  # plans that are written out phase by phase


def text(result: Result, /) -> str:
    """The front as a Markdown table, with its ranking, its reference plans and its proof."""
    lines = [f"## {markdown(title_words(result.scenario))}", ""]
    if result.scenario.illustrative:
        lines += [f"*{ILLUSTRATIVE}*", ""]
    if at_words(result.front):
        lines += [f"*{markdown(at_words(result.front))}*", ""]
    lines += [*_plans(result), ""]
    if result.reference_plans:
        lines += [*_references(result), ""]
    bold = "Bold: the best of its objective, proven. " if best_flags(result.front).any() else ""
    lines += [f"{bold}{markdown(ranking_words(result.front, result.ranking))}.", ""]
    best = best_notes(result.front) if len(result.front) > 1 else []
    notes = [*best, *result.ranking.notes, *phase_notes(result)]
    notes += filter(None, [predictions_note(result)])
    lines += [f"- {markdown(note)}" for note in notes]
    lines += [""] * bool(notes)
    lines += [*_roadmaps(result)]
    lines += [f"**{markdown(proof_words(result.front))}**"]
    return "\n".join(lines) + "\n"


def _plans(result: Result, /) -> list[str]:
    front, ranking = result.front, result.ranking
    best = best_flags(front)
    values = [readable(front.y[:, j].tolist()) for j in range(len(front.columns))]
    scores = score_texts(result)
    weights = [f"weight {weight_words(weight)}" for weight in ranking.weights.tolist()]
    lines = _header(
        (
            "rank",
            "plan",
            "score",
            *(_heading(c, w) for c, w in zip(front.columns, weights, strict=True)),
            "decisions",
        ),
        left=(1, 3 + len(front.columns)),
    )
    decided = plan_words(result.scenario, front, range(len(front)))
    for row, name in enumerate(front.ids):
        cells = [
            f"**{column[row]}**" if best[row, j] else column[row] for j, column in enumerate(values)
        ]
        words = markdown(" + ".join(decided[row]))
        lines.append(
            f"| {ranking.rank[row]} | `{name}` | {scores[row]} | {' | '.join(cells)} | {words} |"
        )
    return lines


def _roadmaps(result: Result, /) -> list[str]:
    """The first plans phase by phase, where there are phases."""
    lines: list[str] = []
    for row in range(min(_ROADMAPS, len(result.front)) if result.scenario.phases else 0):
        lines += [f"### Roadmap of `{result.front.ids[row]}`, rank {result.ranking.rank[row]}", ""]
        lines += [roadmap_markdown(result, row), *cash_markdown(result, row)]
    return lines


def _references(result: Result, /) -> list[str]:
    columns = result.front.columns
    headings = ("reference plan", *(_heading(column) for column in columns), "against the front")
    lines = _header(headings, left=(0, 1 + len(columns)))
    for outcome in result.reference_plans:
        cells = ["" if value is None else readable([value])[0] for value in outcome.objectives]
        name = f"{outcome.title} ({outcome.name})" if outcome.title else outcome.name
        lines.append(
            f"| {markdown(name)} | {' | '.join(cells)} | "
            f"{markdown(reference_words(result, outcome))} |"
        )
    return lines


def _heading(column: Column, weight: str = "", /) -> str:
    parts = (f"{column.title or column.name} {arrow(column)}", column.unit, weight)
    return "<br>".join(markdown(part) for part in parts if part)


def _header(headings: tuple[str, ...], *, left: tuple[int, ...]) -> list[str]:
    rule = ["---" if j in left else "---:" for j in range(len(headings))]
    return [f"| {' | '.join(headings)} |", f"| {' | '.join(rule)} |"]
