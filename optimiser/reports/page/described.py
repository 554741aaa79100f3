"""The charts of the page as they are described for pictures too, without what the page knows
anyway: the values of the plans, and what a pointer shows of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from optimiser.reports.axes import objective_axis
from optimiser.reports.chart import Points, record
from optimiser.reports.front_chart import front_chart
from optimiser.reports.kinds import chart_of, kinds_of
from optimiser.reports.parallel_chart import parallel_chart

if TYPE_CHECKING:
    from optimiser.reports.chart import Chart
    from optimiser.results import Result

__all__ = ["answered", "described", "pictures"]

_ACROSS = (0, 1)  # the objectives of the front that is shown first
# what the page does not draw from the plans itself
_PICTURES: Final = ("weights", "core", "technologies")
_LARGEST: Final = 60_000  # letters of all pictures: the page has to stay small
_DIGITS: Final = 7  # of what is drawn: a hundredth of a pixel


def described(result: Result, /) -> dict[str, Any] | None:
    """Axes, marks and legends in the language that is spoken; None of a single objective."""
    if len(result.front.columns) < 2:
        return None
    front = front_chart(result, objectives=_ACROSS)
    marks = front.panels[0].marks
    rows = {plan: row for row, plan in enumerate(result.front.ids)}
    own = {
        mark.role: [rows[plan] for plan in mark.plans]
        for mark in marks
        if isinstance(mark, Points) and mark.plans
    }
    return {
        "axes": [record(axis) for axis in _axes(result, front)],
        "front": [record(mark) for mark in marks if not (isinstance(mark, Points) and mark.plans)],
        "hidden": own.get("hidden", []),
        "knee": own.get("knee", []),
        "references": _references(result, front),
        "parallel": [record(axis) for axis in parallel_chart(result).panels[0].axes],
        "legend": [record(key) for key in front.legend],
    }


def _axes(result: Result, chart: Chart, /) -> list[Any]:
    """Of each objective the axis of a plane that holds all plans and all reference plans."""
    front = result.front
    found = []
    for j, column in enumerate(front.columns):
        if j in _ACROSS:
            found.append(chart.panels[0].axes[_ACROSS.index(j)])
            continue
        others = [plan.objectives[j] for plan in result.reference_plans]
        known = [value for value in others if value is not None]
        found.append(objective_axis(column, [*front.y[:, j].tolist(), *known]))
    return found


def _references(result: Result, chart: Chart, /) -> list[dict[str, Any]]:
    """The reference plans as the chart has them, with their values in all objectives."""
    known = [plan.objectives for plan in result.reference_plans]
    known = [values for values in known if None not in [values[j] for j in _ACROSS]]
    return [
        {**record(mark), "values": [list(values) for values in known]}
        for mark in chart.panels[0].marks
        if mark.role == "reference" and isinstance(mark, Points)
    ]


def pictures(result: Result, /) -> list[dict[str, Any]]:
    """The charts that are drawn as they are described, in the language that is spoken."""
    there, room = kinds_of(result), _LARGEST
    found = []
    for kind in _PICTURES:
        if kind in there:
            chart = _short(record(chart_of(result, kind)))
            size = len(json.dumps(chart, ensure_ascii=False, separators=(",", ":")))
            if size <= room:
                room -= size
                found.append(chart)
    return found


def _short(part: Any, /) -> Any:
    """With numbers as exact as a picture needs them."""
    if isinstance(part, float):
        return float(f"{part:.{_DIGITS}g}")
    if isinstance(part, dict):
        return {key: _short(value) for key, value in part.items()}
    return [_short(value) for value in part] if isinstance(part, list) else part


def answered(result: Result, robust: Mapping[str, Any] | None, /) -> list[dict[str, Any]]:
    """The charts of what `robust` answers, where it was asked, in the language that is spoken."""
    if robust is None:
        return []
    kinds = ("ranges", "tornado") if any(robust.get("sobol", {}).values()) else ("ranges",)
    return [record(chart_of(result, kind, robust=robust)) for kind in kinds]
