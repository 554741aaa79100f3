"""Plans side by side for other programs: as plain values, for a spreadsheet, for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.analysis.records import head, of_named_plan
from optimiser.exports.escaping import markdown
from optimiser.front import finite
from optimiser.language import listed, tr
from optimiser.results.document import cell_value
from optimiser.results.table import number, table_text
from optimiser.results.wording import (
    column_words,
    decision_words,
    readable_or,
    signed,
    title_words,
    titled_words,
)

if TYPE_CHECKING:
    from optimiser.analysis.side_by_side import SideBySide
    from optimiser.front import Column

__all__ = ["record", "text"]


def record(found: SideBySide, /) -> dict[str, Any]:
    """Everything that is the same and that differs, ready for JSON."""
    names = [column.name for column in _columns(found)]
    return {
        **head(found.result, "show"),
        "plans": [of_named_plan(found.result, plan) for plan in found.plans],
        "common": {name: cell_value(cell) for name, cell in found.common},
        "differs": list(found.differs),
        "change": {
            plan.id: dict(zip(names, map(finite, change), strict=True))
            for plan, change in zip(found.plans, found.change, strict=True)
        },
    }


def text(found: SideBySide, format: str, /) -> str:
    """As ``csv`` or as ``md``: one decision or indicator a row, one plan a column."""
    return _csv(found) if format == "csv" else _markdown(found)


def _csv(found: SideBySide) -> str:
    front, plans = found.result.front, found.plans
    later = range(1, len(plans))
    lines = [
        ("kind", "name", "unit", *(p.id for p in plans), *(f"{plans[i].id}-change" for i in later))
    ]
    for at, name in enumerate(front.decision_columns):
        lines.append(("decision", name, "", *(p.cells[at] for p in plans), *("" for _ in later)))
    figures = found.result.scenario.figures
    for at, column in enumerate(_columns(found)):
        kind = "objective" if column.sense else "figure" if column.name in figures else "indicator"
        values = [number(value) for value in _values(found, at)]
        changes = [number(found.change[i][at]) for i in later]
        lines.append((kind, column.name, column.unit, *values, *changes))
    return table_text(lines)


def _markdown(found: SideBySide) -> str:
    scenario, plans = found.result.scenario, found.plans
    lines = [f"## {markdown(title_words(scenario))}", ""]
    adopted = [decision_words(scenario, n, cell) for n, cell in found.common if cell != "0"]
    if adopted and len(plans) > 1:
        lines += [markdown(tr("the same in all: {decisions}", decisions=listed(adopted))), ""]
    names = [p.id for p in plans]
    rows = [[tr("decision"), *names], ["---"] * (len(plans) + 1)]
    cells = found.result.front.decision_places
    for name in found.differs or [n for n, _ in found.common]:
        shown = [p.cells[cells[name]] for p in plans]
        rows.append([titled_words(scenario, name, ""), *shown])
    lines += [_row(row) for row in rows]
    changed = [tr("{plan}: difference", plan=p.id) for p in plans[1:]]
    lines += ["", _row([tr("indicator"), *names, *changed])]
    lines.append(_row(["---", *["---:"] * (2 * len(plans) - 1)]))
    for at, column in enumerate(_columns(found)):
        heading = column_words(column)
        values = readable_or(_values(found, at), tr("undefined"))
        changes = signed([finite(own[at]) for own in found.change[1:]])
        label = f"{heading} [{column.unit}]" if column.unit else heading
        lines.append(_row([label, *values, *changes]))
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(markdown(cell) if cell.strip(':-') else cell for cell in cells)} |"


def _columns(found: SideBySide) -> list[Column]:
    front = found.result.front
    return [*front.columns, *front.indicator_columns]


def _values(found: SideBySide, at: int) -> list[float]:
    return [[*p.objectives.tolist(), *p.indicators.tolist()][at] for p in found.plans]
