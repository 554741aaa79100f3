"""Why plans are what they are, for other programs: as plain values, for a spreadsheet, for a
page.
"""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

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
from optimiser.analysis.records import head, of_named_plan
from optimiser.analysis.rounded_weights import float_ends
from optimiser.exports.escaping import markdown, markdown_table
from optimiser.language import tr
from optimiser.results.claim_words import proof_words
from optimiser.results.document import cell_value
from optimiser.results.naming_plans import plan_heading
from optimiser.results.table import number, table_text
from optimiser.results.wording import column_words, readable_or, signed, title_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimiser.analysis.breaches import Nearest
    from optimiser.analysis.explaining import Explanation

__all__ = ["record", "text"]


def record(found: Explanation, /) -> dict[str, Any]:
    """The whole explanation, ready for JSON."""
    front, ids = found.result.front, found.result.front.ids
    names = [column.name for column in front.columns]
    return {
        **head(found.result, "explain", found.notes),
        "plan": of_named_plan(found.result, found.plan),
        "reference": found.plan.name or None,
        "status": found.status,
        "status_proven": found.proven,
        "dominated_by": [
            {"plan": ids[row], "by": dict(zip(names, by, strict=True))}
            for row, by in found.dominated_by
        ],
        "dominated_by_mixture": list(found.mixed),
        "violated": [{**asdict(one), "phase": one.phase or None} for one in found.violated],
        "contributions": {
            name: [{"source": part.source, "value": part.value} for part in own.parts]
            for name, own in found.contributions.items()
        },
        "baseline": {name: own.baseline for name, own in found.contributions.items()},
        "ordered": [name for name, own in found.contributions.items() if own.ordered],
        "slack": [
            {**asdict(one), "phase": one.phase or None, "binding": one.binding}
            for one in found.slack
        ],
        "gives_up": {name: asdict(one) for name, one in zip(names, found.gives_up, strict=False)},
        "neighbours": [
            {
                "plan": ids[one.row],
                "change": dict(zip(names, one.change, strict=True)),
                "add": list(one.differs.add),
                "drop": list(one.differs.drop),
                "alter": list(one.differs.alter),
            }
            for one in found.neighbours
        ],
        **_preferences(found, names),
        "nearest": None if found.nearest is None else _nearest(found.nearest),
    }


def text(found: Sequence[Explanation], format: str, /) -> str:
    """As ``csv``, one number a row, or as ``md``: a section a plan."""
    return _csv(found) if format == "csv" else "\n".join(map(_markdown, found))


def _csv(found: Sequence[Explanation]) -> str:
    lines = [("plan", "kind", "name", "phase", "objective", "value")]
    for one in found:
        lines += [(one.plan.id, *row) for row in _numbers(record(one))]
    return table_text(lines)


def _numbers(told: dict[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Kind, name, phase, objective and value of every number of a record."""
    for kind, values in (("value", told["plan"]["objectives"]), ("baseline", told["baseline"])):
        yield from ((kind, "", "", name, _cell(value)) for name, value in values.items())
    for name, parts in told["contributions"].items():
        for part in parts:
            yield "contribution", part["source"], "", name, _cell(part["value"])
    for kind, key in (("slack", "slack"), ("violated", "by")):
        for one in told[kind]:
            yield kind, one["name"], one["phase"] or "", "", _cell(one[key])
    for name, one in told["gives_up"].items():
        yield "best", "", "", name, _cell(one["best"])
        yield "gives_up", "", "", name, _cell(one["by"])
    for kind, group, key in (
        ("dominated_by", "dominated_by", "by"),
        ("neighbour", "neighbours", "change"),
    ):
        for one in told[group]:
            for name, value in one[key].items():
                yield kind, one["plan"], "", name, _cell(value)
    for name, (low, high) in (told["weight_intervals"] or {}).items():
        yield "first_from", "", "", name, _cell(low)
        yield "first_to", "", "", name, _cell(high)
    for name, weight in (told["to_first"] or {"weights": {}})["weights"].items():
        yield "weight_to_first", "", "", name, _cell(weight)
    for name, row in told["give_way"].items():
        for other, value in row.items():
            yield "give_way", other, "", name, _cell(value)


def _cell(value: float | None) -> str:
    return "" if value is None else number(float(value))


def _markdown(found: Explanation) -> str:
    scenario, columns = found.result.scenario, found.result.front.columns
    heads = [f"{column_words(c)} [{c.unit}]" if c.unit else column_words(c) for c in columns]
    lines = [
        f"## {markdown(title_words(scenario))}",
        "",
        f"### {markdown(plan_heading(found.result, found.plan))}",
        "",
        markdown(status_words(found)),
        "",
    ]
    if words := nearest_words(found):
        lines += [markdown(words), ""]
    lines += [*_dominating(found, heads), *_made_of(found, heads), *_bounded(found)]
    if found.gives_up:
        rows = [
            [head, *readable_or([value, one.best, one.by], tr("undefined"))]
            for head, value, one in zip(
                heads, found.plan.objectives.tolist(), found.gives_up, strict=True
            )
        ]
        names = [tr("objective"), tr("value"), tr("best listed"), tr("gives up")]
        lines += _part(tr("What it gives up"), markdown_table(names, rows))
    if found.neighbours:
        ids = found.result.front.ids
        rows = [
            [ids[one.row], differs_words(one.differs), *signed(one.change)]
            for one in found.neighbours
        ]
        table = markdown_table([tr("plan"), "", *heads], rows, left=2)
        lines += _part(tr("What a little more of each objective asks for"), table)
    said = [best_words(found), *way_words(found), *found.notes, proof_words(found.result.front)]
    lines += [*_weighed(found), *(f"- {markdown(words)}" for words in said if words)]
    return "\n".join(lines) + "\n"


def _part(heading: str, table: str) -> list[str]:
    return [f"#### {markdown(heading)}", "", table]


def _dominating(found: Explanation, heads: list[str]) -> list[str]:
    ids = found.result.front.ids
    rows = [[ids[row], *signed(by)] for row, by in found.dominated_by]
    if not rows:
        return []
    return _part(tr("What dominates it"), markdown_table([tr("plan"), *heads], rows))


def _made_of(found: Explanation, heads: list[str]) -> list[str]:
    own = [found.contributions[column.name] for column in found.result.front.columns]
    known = [{part.source: part.value for part in one.parts} for one in own]
    rows = [[tr("nothing adopted"), *readable_or([one.baseline for one in own], tr("undefined"))]]
    for source in dict.fromkeys(part.source for one in own for part in one.parts):
        rows.append([source, *(signed([values.get(source)])[0] for values in known)])
    rows.append([tr("value"), *readable_or(found.plan.objectives.tolist(), tr("undefined"))])
    lines = _part(tr("What makes its values"), markdown_table([tr("from"), *heads], rows))
    words = ordered_words(found)
    return [*lines, markdown(words), ""] if words else lines


def _bounded(found: Explanation) -> list[str]:
    scenario, lines = found.result.scenario, []
    if found.violated:
        names = [tr("violated"), tr("value"), tr("allowed"), tr("too far by")]
        rows = [
            [constraint_words(scenario, one), *readable_or([one.value, one.bound, one.by], "")]
            for one in found.violated
        ]
        lines += _part(tr("What it violates"), markdown_table(names, rows))
    if found.slack:
        rows = [
            [constraint_words(scenario, one), *readable_or([one.slack], "")] for one in found.slack
        ]
        lines += _part(tr("What binds it"), markdown_table([tr("constraint"), tr("slack")], rows))
    return lines


def _weighed(found: Explanation) -> list[str]:
    columns = weight_columns(found)
    if not columns:
        return []
    names = [column_words(column) for column in found.result.front.columns]
    rows = list(zip(names, *columns.values(), strict=True))
    return _part(weights_words(found), markdown_table([tr("weight of"), *columns], rows))


def _preferences(found: Explanation, names: list[str]) -> dict[str, Any]:
    intervals, moved, best, way = (
        found.weight_intervals,
        found.to_first,
        found.best_when,
        found.give_way,
    )
    return {
        "weight_intervals": None
        if intervals is None
        else {n: list(float_ends(*ends)) for n, ends in zip(names, intervals, strict=True)},
        "to_first": None
        if moved is None
        else {
            "weights": {n: float(w) for n, w in zip(names, moved.weights, strict=True)},
            "distance": float_ends(moved.distance, Fraction(1))[0],
        },
        "best_when": None
        if best is None
        else {"objective": names[best.objective], "where": list(found.limits)},
        "give_way": {}
        if way is None
        else {
            n: dict(zip(names, row, strict=True))
            for n, row in zip(names, way.tolist(), strict=True)
        },
    }


def _nearest(found: Nearest) -> dict[str, Any]:
    return {
        "changes": [
            {
                "path": name,
                "from": cell_value(before),
                "to": (to := cell_value(after)),
                "by": to - start
                if not isinstance(start := cell_value(before), str) and not isinstance(to, str)
                else None,
                "set": f"{name}={after}",
            }
            for name, before, after in found.changes
        ],
        "result": found.result,
        "plan": found.id,
    }
