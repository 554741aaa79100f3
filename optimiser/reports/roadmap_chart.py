"""The roadmap of a plan: what starts when (a Gantt chart), and what is spent in each phase against
its limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import tr
from optimiser.reports.axes import even_axis, with_unit
from optimiser.reports.chart import Bar, Chart, ChartAxis, Key, Mark, Panel, Polyline, Text, Tick
from optimiser.results.wording import column_words, decision_words, readable

if TYPE_CHECKING:
    from optimiser.formulate import Roadmap
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario

__all__ = ["roadmap_chart"]

_ROW = 30.0
_SPENDING = 190.0


def roadmap_chart(result: Result, plan: NamedPlan | None = None, /) -> Chart:
    """The roadmap of a plan.

    Args:
        result: of a scenario with phases.
        plan: whose; the first by default.
    """
    front = result.front
    cells = front.cells[0] if plan is None else plan.cells
    name = front.ids[0] if plan is None else plan.name or plan.id
    row = 0 if plan is None else plan.row
    x = result.encoded([(name, cells)])
    found = result.model.phases(x, None if row is None else result.points([row]))
    across = _phases(found)
    gantt = _gantt(result.scenario, found, across)
    spending = list(_spending(found, across))
    rows = max(1.0, len(gantt.axes[1].ticks))
    high = rows * _ROW + 60
    panels = (
        Panel(gantt.axes, gantt.marks, height=high),
        *(
            Panel(panel.axes, panel.marks, down=place, height=_SPENDING)
            for place, panel in enumerate(spending, start=1)
        ),
    )
    legend = [Key("plan", tr("in use from its start"), "area")]
    if spending:
        legend += [
            Key("good", tr("spent"), "area"),
            Key("limit", tr("most that may be spent"), "line"),
        ]
    title = result.scenario.title or result.scenario.name
    return Chart(
        "roadmap",
        tr("Roadmap of {plan}: {title}", plan=name, title=title),
        panels,
        tuple(legend),
        words=tr(
            "{number} technologies in {count} phases.",
            number=len(gantt.axes[1].ticks),
            count=len(found.phases),
        ),
        size=(820.0, 80.0 + high + _SPENDING * len(spending)),
    )


def _phases(found: Roadmap) -> ChartAxis:
    count = len(found.phases)
    ticks = tuple(Tick(place + 0.5, phase) for place, phase in enumerate(found.phases))
    return ChartAxis("", 0.0, float(count), ticks, lines=False)


def _gantt(scenario: Scenario, found: Roadmap, across: ChartAxis) -> Panel:
    started = [
        (place, name, mode) for place, starts in enumerate(found.starts[0]) for name, mode in starts
    ]
    count = len(started)
    marks: list[Mark] = list(_borders(across, max(1, count)))
    for row, (place, name, mode) in enumerate(started):
        words = decision_words(scenario, name, mode) if mode != "1" else ""
        hint = tr("{name} starts in {phase}", name=name, phase=found.phases[place])
        marks.append(
            Bar("plan", place, row - 0.32, across.high, row + 0.32, words, hint, soft=True)
        )
    ticks = tuple(
        Tick(row, scenario.technologies[name].title or name)
        for row, (_, name, _) in enumerate(started)
    )
    if not started:
        marks.append(Text("muted", across.high / 2, 0.0, tr("nothing adopted"), "middle"))
    rows = ChartAxis("", max(1, count) - 0.5, -0.5, ticks, lines=False)
    return Panel((across, rows), tuple(marks))


def _borders(across: ChartAxis, count: int) -> Iterator[Mark]:
    """Lines between the phases."""
    for place in range(int(across.high) + 1):
        yield Polyline("grid", (place, place), (-0.5, count - 0.5), weight="thin")


def _spending(found: Roadmap, across: ChartAxis) -> Iterator[Panel]:
    """A panel for each indicator that has a limit in some phase."""
    for j, column in enumerate(found.indicators):
        limits = found.limits[:, j]
        if not np.isfinite(limits).any():
            continue
        spent, available = found.values[0, :, j].tolist(), found.available[0, :, j].tolist()
        known = [v for v in (*spent, *available, 0.0) if np.isfinite(v)]
        title = (
            tr("{name} spent", name=column_words(column))
            if found.one_off[j]
            else column_words(column)
        )
        axis = even_axis(known, title=title, unit=column.unit)
        marks: list[Mark] = []
        for place, (value, most) in enumerate(zip(spent, available, strict=True)):
            marks += _phase(found.phases[place], place, value, most, column.unit)
        yield Panel((across, axis), tuple(marks))


def _phase(phase: str, place: int, value: float, most: float, unit: str) -> Iterator[Mark]:
    if np.isfinite(value):
        text = readable([value])[0]
        hint = tr("{phase}: {value}", phase=phase, value=with_unit(text, unit))
        over = np.isfinite(most) and value > most
        yield Bar("bad" if over else "good", place + 0.2, 0.0, place + 0.8, value, hint=hint)
    if np.isfinite(most):
        hint = tr("at most {value}", value=with_unit(readable([most])[0], unit))
        yield Polyline(
            "limit", (place + 0.08, place + 0.92), (most, most), weight="strong", hint=hint
        )
