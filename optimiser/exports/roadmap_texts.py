"""A plan phase by phase as text for other programs: a spreadsheet, a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.exports.escaping import markdown
from optimiser.language import listed, tr
from optimiser.results.roadmaps import (
    cash_records,
    cash_words,
    roadmap_records,
    roadmaps,
    spent_words,
)
from optimiser.results.table import number, table_text
from optimiser.results.wording import decision_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.results import Result

__all__ = ["cash_markdown", "roadmap_csv", "roadmap_markdown"]


def roadmap_csv(result: Result, row: int, /) -> str:
    """One phase a row: its name, what starts, every indicator, and after an indicator with a limit
    what could be spent.
    """
    records = roadmap_records(result)[row]
    limited = _limited(records)
    names = list(records[0]["indicators"])
    lines = [
        [
            "phase",
            "starts",
            *(h for name in names for h in (name, f"{name} available")[: 1 + (name in limited)]),
        ]
    ]
    for record in records:
        started = "; ".join(_cell(name, mode) for name, mode in record["starts"].items())
        cells = [record["phase"], started]
        for name in names:
            cells.append(_number(record["indicators"][name]))
            if name in limited:
                cells.append(_number(record["available"].get(name)))
        lines.append(cells)
    return table_text(lines)


def roadmap_markdown(result: Result, row: int, /) -> str:
    """The same as a table for a page, numbers as a person reads them."""
    found = roadmaps(result, [row])
    columns = [spent_words(found, 0, j) for j in range(len(found.indicators))]
    headings = [tr("phase"), tr("starts"), *(markdown(heading) for heading, _ in columns)]
    lines = [
        f"| {' | '.join(headings)} |",
        f"| {' | '.join(['---', '---', *('---:' for _ in columns)])} |",
    ]
    for place, phase in enumerate(found.phases):
        started = listed(
            decision_words(result.scenario, name, mode) for name, mode in found.starts[0][place]
        )
        cells = [markdown(phase), markdown(started), *(values[place] for _, values in columns)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def cash_markdown(result: Result, row: int, /) -> list[str]:
    """What a plan pays and gains in each year, one table a cost and income."""
    tables = []
    for record in cash_records(result, [row])[0]:
        columns = cash_words(record)
        lines = [
            f"| {' | '.join(markdown(column[0]) for column in columns)} |",
            "| ---: | --- | ---: | ---: | ---: |",
            *(
                f"| {' | '.join(map(markdown, cells))} |"
                for cells in zip(*(c[1:] for c in columns), strict=True)
            ),
        ]
        tables.append("\n".join(lines) + "\n")
    return tables


def _limited(records: Sequence[dict[str, Any]]) -> set[str]:
    return {name for record in records for name in record["available"]}


def _cell(name: str, mode: str) -> str:
    return name if mode == "1" else f"{name}={mode}"


def _number(value: float | None) -> str:
    return "" if value is None else number(value)
