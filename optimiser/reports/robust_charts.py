"""What uncertain parameters do to plans: how far each objective spreads, and which parameter moves
it.

Both are drawn from the record of ``robust``, as its JSON has it.

References:
    Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
    Communications 181: first-order and total indices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from optimiser.language import tr
from optimiser.reports.axes import objective_axis, with_unit
from optimiser.reports.chart import Bar, Chart, ChartAxis, Key, Mark, Panel, Points, Polyline, Tick
from optimiser.results.wording import readable

if TYPE_CHECKING:
    from optimiser.front import Column

__all__ = ["ranges_chart", "tornado_chart"]

_ROW = 24.0
_PLANS = 20  # that are shown
_PARAMETERS = 20
_THICK = 0.3


def tornado_chart(record: Mapping[str, Any], columns: Sequence[Column], /, *, title: str) -> Chart:
    """For each objective the parameters that move it, the one that does most first.

    Args:
        record: of ``robust``, with ``sobol``.
        columns: the objectives.
        title: of the scenario.
    """
    panels = [
        _influences(record["sobol"][column.name], column, place)
        for place, column in enumerate(c for c in columns if record["sobol"].get(c.name))
    ]
    rows = [len(panel.axes[1].ticks) for panel in panels]
    return Chart(
        "tornado",
        tr("Which parameter moves what: {title}", title=title),
        tuple(panels),
        (
            Key("plan", tr("with the others (total index)"), "area"),
            Key("first", tr("alone (first-order index)")),
            Key("muted", tr("within the error of the samples"), "line"),
        ),
        words=tr("{number} objectives and the parameters that move them.", number=len(panels)),
        size=(780.0, 90.0 + sum(rows) * _ROW + 66.0 * len(panels)),
    )


def _influences(found: Mapping[str, Mapping[str, float]], column: Column, place: int) -> Panel:
    order = sorted(found, key=lambda name: -found[name]["total"])[:_PARAMETERS]
    marks: list[Mark] = []
    for row, name in enumerate(order):
        first, total, error = (found[name][key] for key in ("first", "total", "error"))
        told = readable([first, total, error])
        hint = tr(
            "{name}: alone {first}, with the others {total}, error {error}",
            name=name,
            first=told[0],
            total=told[1],
            error=told[2],
        )
        # an index that samples estimate below 0 is 0
        marks.append(Bar("plan", 0.0, row - _THICK, max(0.0, total), row + _THICK, hint=hint))
        low, high = max(0.0, total - error), min(1.2, total + error)
        marks.append(Polyline("muted", (low, high), (row, row), hint=hint))
        marks.append(Points("first", (max(0.0, first),), (row,), hints=(hint,)))
    top = max([1.0, *(min(1.2, found[name]["total"]) for name in order)])
    ticks = tuple(Tick(value / 5, f"{value / 5:g}") for value in range(6))
    across = ChartAxis(tr("share of the variance"), 0.0, top, ticks)
    names = tuple(Tick(row, name) for row, name in enumerate(order))
    rows = ChartAxis("", len(order) - 0.5, -0.5, names, lines=False)
    words = column.title or column.name
    return Panel((across, rows), tuple(marks), down=place, title=words, height=len(order) + 3.0)


def ranges_chart(record: Mapping[str, Any], columns: Sequence[Column], /, *, title: str) -> Chart:
    """For each plan and objective the mean, where nine of ten samples lie, and the worst.

    Args:
        record: of ``robust``.
        columns: the objectives.
        title: of the scenario.
    """
    plans = record["plans"][:_PLANS]
    names = tuple(Tick(row, plan.get("reference") or plan["id"]) for row, plan in enumerate(plans))
    rows = ChartAxis("", len(plans) - 0.5, -0.5, names, lines=False)
    panels = tuple(
        _spread(plans, column, place, rows if place == 0 else replace(rows, ticks=()))
        for place, column in enumerate(columns)
    )
    more = len(record["plans"]) - len(plans)
    return Chart(
        "ranges",
        tr("The plans over uncertain parameters: {title}", title=title),
        panels,
        (
            Key("plan", tr("from 5 % to 95 % of the samples"), "line", weight="strong"),
            Key("first", tr("mean")),
            Key("bad", tr("worst sample"), "bar"),
        ),
        (tr("{number} more plans are not shown.", number=more),) if more else (),
        tr(
            "{number} plans over {samples} samples.",
            number=len(record["plans"]),
            samples=record["samples"],
        ),
        (200.0 + 220.0 * len(columns), 120.0 + _ROW * len(plans)),
    )


def _spread(
    plans: Sequence[Mapping[str, Any]], column: Column, place: int, rows: ChartAxis
) -> Panel:
    values = [(row, plan["objectives"][column.name]) for row, plan in enumerate(plans)]
    # a plan without a value at any sample has none
    known = [(row, one) for row, one in values if one["mean"] is not None]
    ends = [one[key] for _, one in known for key in ("p5", "p95", "worst")]
    axis = objective_axis(column, ends or [0.0])
    marks = tuple(mark for row, one in known for mark in _row(row, one, column))
    return Panel((axis, rows), marks, across=place, width=1.0 if place else 1.6)


def _row(row: int, one: Mapping[str, float], column: Column) -> Iterator[Mark]:
    low, mean, high, worst = readable([one["p5"], one["mean"], one["p95"], one["worst"]])
    hint = tr(
        "mean {mean}, 5 % {low}, 95 % {high}, worst {worst}",
        mean=with_unit(mean, column.unit),
        low=low,
        high=high,
        worst=worst,
    )
    yield Bar("plan", one["p5"], row - 0.16, one["p95"], row + 0.16, hint=hint, soft=True)
    yield Points("bad", (one["worst"],), (row,), "bar", hints=(hint,))
    yield Points("first", (one["mean"],), (row,), hints=(hint,), size=(0.3,))
