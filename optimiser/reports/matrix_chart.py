"""Every two objectives against each other: the scatter plot matrix.

References:
    Chambers, Cleveland, Kleiner, Tukey (1983), Graphical Methods for Data Analysis, chapter 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from optimiser.language import tr
from optimiser.reports.axes import axis_words, objective_axis, with_unit
from optimiser.reports.chart import Chart, ChartAxis, Key, Mark, Panel, Points, Text, Tick
from optimiser.reports.front_chart import front_panel
from optimiser.results.wording import readable

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["matrix_chart"]

_CELL = 150.0


def matrix_chart(result: Result, /, *, objectives: Sequence[int]) -> Chart:
    """The plans by every two of the objectives; the objectives stand on the diagonal.

    Args:
        result: with two objectives or more.
        objectives: the columns of the front from the left and from above.
    """
    panels = []
    for down, upright in enumerate(objectives):
        panels.append(_named(result, upright, down))
        for across, level in enumerate(objectives[:down]):
            panel = front_panel(result, (level, upright), across=across, down=down)
            panels.append(_bare(panel))
    roles = {mark.role for panel in panels for mark in panel.marks}
    legend = [
        Key("first", tr("first by the weights")),
        Key("plan", tr("the other listed plans")),
        Key("reference", tr("reference plan"), "diamond"),
    ]
    count = len(objectives)
    title = result.scenario.title or result.scenario.name
    return Chart(
        "matrix",
        tr("The front of {title}", title=title),
        tuple(panels),
        tuple(key for key in legend if key.role in roles),
        (tr("Of two objectives the one above lies across, the one on the right is upright."),),
        tr(
            "{number} plans by every two of {count} objectives.",
            number=len(result.front),
            count=count,
        ),
        (32 + _CELL * 1.25 * count, 90 + _CELL * count),
    )


def _bare(panel: Panel) -> Panel:
    """Without what is on the diagonal, with points that are like everywhere else."""
    axes = tuple(
        replace(axis, title="", unit="", better="", ticks=_unwritten(axis)) for axis in panel.axes
    )
    marks: list[Mark] = []
    for mark in panel.marks:
        if isinstance(mark, Points) and mark.role != "reference":
            first = mark.role == "first"
            marks.append(replace(mark, role="first" if first else "plan", shape="dot", labels=()))
        elif isinstance(mark, Points):
            marks.append(replace(mark, labels=()))
    return replace(panel, axes=axes, marks=tuple(marks))


def _unwritten(axis: ChartAxis) -> tuple[Tick, ...]:
    """Its lines without their numbers."""
    return tuple(replace(tick, text="") for tick in axis.ticks)


def _named(result: Result, column: int, place: int) -> Panel:
    """An objective with its best and its worst value."""
    front = result.front
    own = front.columns[column]
    best, worst = readable([float(front.ideal[column]), float(front.nadir[column])])
    axis = ChartAxis("", 0.0, 1.0)
    words = axis_words(objective_axis(own, [0.0]))
    told = (
        tr("best {value}", value=with_unit(best, own.unit)),
        tr("worst {value}", value=with_unit(worst, own.unit)),
    )
    marks = tuple(
        Text("muted", 0.0, 0.75 - 0.3 * i, text, small=True) for i, text in enumerate(told)
    )
    return Panel((axis, axis), marks, across=place, down=place, title=words)
