"""What each combination of technologies reaches: a bar for each objective from the worst to the
best of the plans that adopt it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from optimiser.language import listed, tr, trn
from optimiser.reports.axes import objective_axis, plan_hints, with_unit
from optimiser.reports.chart import Bar, Chart, ChartAxis, Key, Mark, Panel, Points, Tick
from optimiser.results.overview import overview
from optimiser.results.wording import decision_words, readable

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["MOST_ROWS", "combination_chart"]

MOST_ROWS = 16
"""More combinations are not shown."""

_THICK = 0.26  # half a bar, as a share of the way to the next
_ROW = 32.0
_LONG = 90  # letters of a name


def combination_chart(result: Result, /, *, objectives: Sequence[int]) -> Chart:
    """The combinations in the order of their best plans, a panel for each objective.

    Args:
        result: k plans.
        objectives: the columns of the front from left to right.
    """
    whole = overview(result, "technologies").members
    shown = whole[:MOST_ROWS]
    height = len(shown)
    names, common = _names(result, shown)
    ticks = tuple(Tick(place, name) for place, name in enumerate(names))
    named = ChartAxis("", height - 0.5, -0.5, ticks, lines=False)
    panels = tuple(
        _panel(result, column, shown, place, replace(named, ticks=() if place else ticks))
        for place, column in enumerate(objectives)
    )
    title = result.scenario.title or result.scenario.name
    more = len(whole) - len(shown)
    said = trn(
        "{number} more combination is not shown.",
        "{number} more combinations are not shown.",
        more,
    )
    return Chart(
        "combinations",
        tr("What combinations of technologies reach: {title}", title=title),
        panels,
        (
            Key("plan", tr("from the worst to the best of its plans"), "line", weight="strong"),
            Key("first", tr("its plan with the best rank")),
        ),
        tuple(filter(None, [_all(common), said if more else ""])),
        tr(
            "{number} combinations of technologies in {plans} plans.",
            number=len(whole),
            plans=len(result.front),
        ),
        (230.0 * (len(objectives) + 1.2), 130.0 + _ROW * height),
    )


def _adopted(result: Result, rows: Sequence[int]) -> dict[str, str]:
    """The technologies of a combination in words, without what its plans do not share."""
    front = result.front
    columns = zip(*(front.cells[row] for row in rows), strict=True)
    return {
        name: decision_words(result.scenario, name, cells[0]) if len(set(cells)) == 1 else name
        for name, cells in zip(front.decision_columns, columns, strict=True)
        if cells[0] != "0" and name in result.scenario.technologies
    }


def _names(result: Result, shown: Sequence[Sequence[int]]) -> tuple[list[str], list[str]]:
    """Of each combination what tells it from the others, or its plan where that is long; and what
    all adopt.
    """
    plans = [_adopted(result, rows) for rows in shown]
    common = [name for name in plans[0] if all(name in plan for plan in plans)]
    if len(plans) == 1:
        common = []
    names = []
    for plan, rows in zip(plans, shown, strict=True):
        words = " + ".join(text for name, text in plan.items() if name not in common)
        if len(words) > _LONG:
            words = trn(
                "{number} technology: {plan}",
                "{number} technologies: {plan}",
                len(plan),
                plan=result.front.ids[rows[0]],
            )
        words = words or (tr("no more") if common else tr("nothing adopted"))
        if len(rows) > 1:
            words = tr("{number} plans: {names}", names=words, number=len(rows))
        names.append(words)
    return names, common


def _all(common: Sequence[str]) -> str:
    """What every combination adopts, as far as a line goes."""
    words = listed(common)
    if not common:
        return ""
    if len(words) > _LONG:
        return trn(
            "All of them adopt {number} technology more.",
            "All of them adopt {number} technologies more.",
            len(common),
        )
    return tr("All of them adopt {names} too.", names=words)


def _panel(
    result: Result, column: int, shown: Sequence[Sequence[int]], place: int, ranks: ChartAxis
) -> Panel:
    front = result.front
    own, y = front.columns[column], front.y[:, column]
    told = [row for rows in shown for row in rows]
    axis = objective_axis(own, y[told].tolist())
    marks: list[Mark] = []
    for height, rows in enumerate(shown):
        low, high = float(y[list(rows)].min()), float(y[list(rows)].max())
        ends = listed(readable([low, high])) if low < high else readable([low])[0]
        hint = with_unit(ends, own.unit)
        marks.append(
            Bar("plan", low, height - _THICK, high, height + _THICK, hint=hint, outlined=True)
        )
    best = [rows[0] for rows in shown]
    hints = plan_hints(front, [column], front.y[best], [front.ids[row] for row in best])
    marks.append(
        Points(
            "first",
            tuple(y[best].tolist()),
            tuple(map(float, range(len(shown)))),
            plans=tuple(front.ids[row] for row in best),
            hints=tuple(hints),
        )
    )
    wider = 1.0 if place else 2.0
    return Panel((axis, ranks), tuple(marks), across=place, width=wider)
