"""What it costs to force, forbid or delay technologies: for a spreadsheet, for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.exports.escaping import markdown
from optimiser.language import marked, tr
from optimiser.results.table import number, table_text
from optimiser.results.wording import column_words, readable_or

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimiser.analysis.replacement import Obeyed, Replacement

__all__ = ["text"]

_HEADER = ("technology", "how", "phase", "years", "objective", "unit", "best", "cost", "proven")
_HOW = {"forced": marked("with it"), "forbidden": marked("without it")}


def text(found: Replacement, format: str, /) -> str:
    """As ``csv``, one technology, order and objective a row, the score last; or as ``md``, one
    technology and order a row.
    """
    return table_text([_HEADER, *_rows(found)]) if format == "csv" else _markdown(found)


def _rows(found: Replacement) -> Iterator[tuple[str, ...]]:
    names = [(column.name, column.unit) for column in found.result.front.columns]
    for row in found.rows:
        values = zip((*row.best, row.score), (*row.cost, row.score_cost), strict=True)
        for (name, unit), (best, cost) in zip([*names, ("score", "")], values, strict=True):
            yield (
                row.technology,
                row.how,
                row.phase,
                number(row.years),
                name,
                unit,
                _number(best),
                _number(cost),
                "yes" if row.proven else "no",
            )


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _markdown(found: Replacement) -> str:
    columns = found.result.front.columns
    units = [f" [{column.unit}]" if column.unit else "" for column in columns]
    headings = [markdown(column_words(c) + unit) for c, unit in zip(columns, units, strict=True)]
    costs = [[row.cost[k] for row in found.rows] for k in range(len(columns))]
    texts = [readable_or(own, "?") for own in [*costs, [row.score_cost for row in found.rows]]]
    header = [tr("technology"), tr("best plans"), *headings, tr("score")]
    lines = [
        tr("What each costs: by how much the best of each objective is worse."),
        "",
        f"| {' | '.join(header)} |",
        f"| --- | --- |{' ---: |' * len(texts)}",
    ]
    for place, row in enumerate(found.rows):
        cells = [tr("no plan")] * len(texts)
        if row.feasible is not False:
            cells = [own[place] for own in texts]
        words = [markdown(row.technology), markdown(_how(row)), *cells]
        lines.append(f"| {' | '.join(words)} |")
    notes = found.notes
    if found.rows and all(row.proven for row in found.rows):
        notes = (tr("all of this is proven, over all plans and not the listed ones alone"), *notes)
    return "\n".join([*lines, "", *(f"- {markdown(note)}" for note in notes)]) + "\n"


def _how(row: Obeyed) -> str:
    if row.how == "delayed":
        return tr("not before {phase}", phase=row.phase)
    return tr(_HOW[row.how])
