"""What statements leave over, and a step towards a plan, for a spreadsheet and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.decision_notes import decision_notes, stated_notes
from optimiser.exports.escaping import markdown, markdown_table
from optimiser.language import listed, marked, tr, trn
from optimiser.results.claim_words import percent
from optimiser.results.table import number, table_text
from optimiser.results.wording import column_words, readable_or, title_words, titled_words

if TYPE_CHECKING:
    from optimiser.analysis.deciding import Decided, Stated
    from optimiser.analysis.enautilus import Step
    from optimiser.analysis.interval_scores import IntervalSet
    from optimiser.analysis.questions import Question
    from optimiser.front import Column

__all__ = ["interval_text", "step_text", "text"]


def text(found: Decided, format: str, /) -> str:
    """As ``csv``, one plan left a row, best rank first; or as ``md``."""
    return _csv(found) if format == "csv" else _markdown(found)


def _csv(found: Decided) -> str:
    front, ranked = found.stated.front, found.ranked
    names = [column.name for column in front.columns]
    heads = ("plan", *names, "knee", "first", "acceptability", "confidence")
    central = tuple(f"{name}-central" for name in names)
    lines = [(*heads, *central, *front.decision_columns)]
    for at, row in enumerate(found.stated.left):
        assert ranked is not None
        confidence, weights = ranked.confidence[at], ranked.central[at]
        lines.append(
            (
                front.ids[row],
                *map(number, front.y[row].tolist()),
                str(int(row == found.knee)),
                str(int(ranked.first[at])),
                number(ranked.share[at]),
                "" if confidence is None else number(confidence),
                *([""] * len(names) if weights is None else map(number, weights)),
                *front.cells[row],
            )
        )
    return table_text(lines)


def _markdown(found: Decided) -> str:
    stated, ranked, own = found.stated, found.ranked, found.technologies
    front, scenario = stated.front, stated.result.scenario
    lines = [f"## {markdown(title_words(scenario))}", ""]
    lines += [f"- {markdown(one.option)}" for one in stated.statements]
    if stated.statements:
        lines.append("")
    if ranked is not None:
        heads = [
            tr("plan"),
            "",
            *map(_heading, front.columns),
            tr("first for this share of weights"),
        ]
        values = [readable_or(column, "") for column in front.y[list(stated.left)].T.tolist()]
        rows = [
            [
                front.ids[row],
                tr("knee") if row == found.knee else "",
                *(column[at] for column in values),
                percent(ranked.share[at]),
            ]
            for at, row in enumerate(stated.left)
        ]
        lines.append(markdown_table(heads, rows, left=2))
    counted = len(lines)
    groups = [
        (marked("in every plan: {decisions}"), own.core),
        (marked("in none: {decisions}"), own.out),
    ]
    for said, names in groups:
        if names:
            words = listed(titled_words(scenario, name, "") for name in names)
            lines.append(f"- {markdown(tr(said, decisions=words))}")
    if own.open:
        heads = [tr("technology"), tr("in some")]
        rows = [[name, percent(share)] for name, share in own.open.items()]
        if len(lines) > counted:
            lines.append("")
        lines.append(markdown_table(heads, rows))
    if found.next is not None:
        telling = tr("most telling question:")
        lines += [
            *([] if own.open else [""]),
            markdown(telling),
            "",
            f"- {markdown(_answers(found.next))}",
        ]
    lines += [f"- {markdown(note)}" for note in decision_notes(found)]
    return "\n".join(lines) + "\n"


def _answers(question: Question) -> str:
    said = [
        trn(
            "{option} leaves {number} plan",
            "{option} leaves {number} plans",
            answer.left,
            option=answer.statement.option,
        )
        for answer in question.answers
    ]
    return listed(said)


def _heading(column: Column) -> str:
    words = column_words(column)
    return f"{words} [{column.unit}]" if column.unit else words


def step_text(stated: Stated, found: Step, format: str, /) -> str:
    """The points of a step, one a row, and what stays reachable from each."""
    front = stated.front
    plans = [front.ids[p.plans[0]] if len(p.plans) == 1 else "" for p in found.points]
    if format == "csv":
        names = [column.name for column in front.columns]
        heads = [part for name in names for part in (name, f"{name}-from", f"{name}-to")]
        table = [("state", "point", *heads, "plans", "plan")]
        for point, plan in zip(found.points, plans, strict=True):
            known = zip(point.objectives, point.reachable, strict=True)
            values = [number(value) for own, reach in known for value in (own, *reach)]
            table.append((found.state, str(point.id), *values, str(len(point.plans)), plan))
        return table_text(table)
    heads = [part for c in front.columns for part in (_heading(c), tr("reachable"))]
    rows = []
    for point, plan in zip(found.points, plans, strict=True):
        cells = []
        for own, (low, high) in zip(point.objectives, point.reachable, strict=True):
            value, *ends = readable_or([own, low, high], "")
            cells += [value, tr("{low} to {high}", low=ends[0], high=ends[1])]
        rows.append([str(point.id), *cells, plan or str(len(point.plans))])
    lines = [f"## {markdown(title_words(stated.result.scenario))}", ""]
    lines.append(markdown_table([tr("point"), *heads, tr("plans")], rows))
    if not found.done:
        lines.append(markdown(tr("go on: --step {state}/N, N the point", state=found.state)))
    lines += [f"- {markdown(note)}" for note in stated_notes(stated)]
    return "\n".join(lines) + "\n"


def interval_text(found: IntervalSet, format: str, /) -> str:
    """The plans that are left when scores are intervals, one a row."""
    front = found.result.front
    if format == "csv":
        heads = ("plan", *(column.name for column in front.columns), "efficient")
        table = [(*heads, *front.decision_columns)]
        plans = zip(found.ids, found.y.tolist(), found.efficient, found.cells, strict=True)
        for plan, values, own, cells in plans:
            table.append((plan, *map(number, values), str(int(own)), *cells))
        return table_text(table)
    columns = [readable_or(column, "") for column in found.y.T.tolist()]
    heads_shown = [tr("plan"), "", *map(_heading, front.columns)]
    rows = [
        [plan, "" if own else tr("back"), *values]
        for plan, own, *values in zip(found.ids, found.efficient, *columns, strict=True)
    ]
    shares = [[name, percent(share)] for name, share in found.core_index.items()]
    title = f"## {markdown(title_words(found.result.scenario))}"
    left = markdown_table(heads_shown, rows, left=2)
    adopted = markdown_table([tr("technology"), tr("in some")], shares)
    return f"{title}\n\n{left}\n{adopted}\n"
