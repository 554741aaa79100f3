"""Technologies one by one for other programs: as plain values, for a spreadsheet, for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.analysis.assessing import cost_columns, gains
from optimiser.analysis.records import head
from optimiser.exports.escaping import markdown
from optimiser.language import listed, tr
from optimiser.results.claim_words import percent
from optimiser.results.table import number, table_text
from optimiser.results.wording import (
    column_words,
    decision_words,
    override_words,
    title_words,
    titled_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.assessing import Assessed, Assessment
    from optimiser.analysis.open_choices import AdoptedChoices
    from optimiser.front import Column

__all__ = ["record", "text"]


def record(found: Assessment, /) -> dict[str, Any]:
    """The whole assessment, ready for JSON; null where a value is undefined."""
    names = [column.name for column in found.columns]
    front = None if found.result is None else found.result.front
    notes = () if found.choices is None else found.choices.notes
    return {
        **head(found.result or found.scenario, "assess", notes),
        "illustrative": found.scenario.illustrative,
        "nothing_adopted": dict(zip(names, found.start, strict=True)),
        "technologies": [_row(found, row, names) for row in found.rows],
        "cost": None if found.cost is None else names[found.cost],
        "front": None if front is None else {"plans": len(front), "status": front.proof.status},
        "choices": None if found.choices is None else _choices(found.choices),
    }


def text(found: Assessment, format: str, /) -> str:
    """As ``csv``, one technology and indicator a row, or as ``md``, one technology a row."""
    return _csv(found) if format == "csv" else _markdown(found)


def _choices(found: AdoptedChoices) -> dict[str, Any]:
    """What is in every plan looked at, in some, in none, and what decides about those in some."""
    front = found.result.front
    names = [column.name for column in front.columns]
    return {
        "plans": len(found.rows),
        "core": list(found.core),
        "open": {one.technology: one.share for one in found.open},
        "out": list(found.out),
        "proven": found.proven,
        "decides": [
            {
                "technology": one.technology,
                "with": front.ids[one.adopting],
                "without": front.ids[one.without],
                "change": dict(zip(names, one.change, strict=True)),
                "best_with": dict(zip(names, one.best_with, strict=True)),
                "best_without": dict(zip(names, one.best_without, strict=True)),
            }
            for one in found.open
        ],
    }


def _row(found: Assessment, row: Assessed, names: Sequence[str]) -> dict[str, Any]:
    return {
        "technology": row.technology,
        "mode": row.mode,
        "title": found.scenario.technologies[row.technology].title,
        "alone": dict(zip(names, row.alone, strict=True)),
        "needs": dict(list(row.package.cells.items())[1:]),
        "chosen_from": {member: list(others) for member, others in row.package.chosen.items()},
        "together": dict(zip(names, row.together, strict=True)),
        "gains": {
            names[cost]: {names[j]: gain for j, gain in gains(found, row, cost).items()}
            for cost in cost_columns(found, row)
        },
        "possible": row.package.possible,
        "breaks": list(row.breaks),
        "excludes": list(found.excludes[row.technology]),
        "enables": list(found.enables[row.technology]),
        "share": row.share,
    }


def _csv(found: Assessment) -> str:
    lines = [
        (
            "technology",
            "mode",
            "indicator",
            "unit",
            "alone",
            "needs",
            "together",
            "gain",
            "gain_per",
            "share",
        )
    ]
    cost = None if found.cost is None else found.columns[found.cost].name
    for row in found.rows:
        gained = {} if found.cost is None else gains(found, row, found.cost)
        needs = "; ".join(f"{name}={mode}" for name, mode in list(row.package.cells.items())[1:])
        for j, column in enumerate(found.columns):
            lines.append(
                (
                    row.technology,
                    row.mode,
                    column.name,
                    column.unit,
                    _number(row.alone[j]),
                    needs,
                    _number(row.together[j]),
                    _number(gained.get(j)),
                    cost if cost is not None and j in gained else "",
                    _number(row.share),
                )
            )
    return table_text(lines)


def _markdown(found: Assessment) -> str:
    lines = [f"## {markdown(title_words(found.scenario))}", ""]
    if changed := override_words(found.scenario):
        lines += [f"*{markdown(changed)}*", ""]
    headings = [
        tr("technology"),
        *(_heading(column) for column in found.columns),
        tr("needs"),
        tr("on the front"),
    ]
    lines += [
        f"| {' | '.join(headings)} |",
        f"| --- |{' ---: |' * len(found.columns)} --- | ---: |",
    ]
    columns = [_changes([row.alone[j] for row in found.rows]) for j in range(len(found.columns))]
    for place, row in enumerate(found.rows):
        name = titled_words(found.scenario, row.technology, row.mode)
        needs = listed(
            decision_words(found.scenario, *pair) for pair in list(row.package.cells.items())[1:]
        )
        values = [texts[place] for texts in columns]
        share = "" if row.share is None else percent(row.share)
        lines.append(f"| {' | '.join([markdown(name), *values, markdown(needs), share])} |")
    lines += ["", tr("Each technology alone, against nothing adopted.")]
    if (chosen := found.choices) is not None:
        some = [one.technology for one in chosen.open]
        said = [
            tr("in every plan: {names}", names=listed(chosen.core)) if chosen.core else "",
            tr("in some: {names}", names=listed(some)) if some else "",
            tr("in none: {names}", names=listed(chosen.out)) if chosen.out else "",
        ]
        lines += ["", *(f"- {markdown(words)}" for words in said if words)]
    return "\n".join(lines) + "\n"


def _changes(values: Sequence[float | None]) -> list[str]:
    """A column of changes with six digits, or as many as tell them apart."""
    known = [value for value in values if value is not None]
    texts: dict[float, str] = {}
    for digits in range(6, 18):
        texts = {value: f"{value:+.{digits}g}" if value else "0" for value in known}
        if len(set(texts.values())) == len(texts):
            break
    return ["" if value is None else texts[value] for value in values]


def _heading(column: Column) -> str:
    name = column_words(column)
    return markdown(f"{name} [{column.unit}]" if column.unit else name)


def _number(value: float | None) -> str:
    return "" if value is None else number(value)
