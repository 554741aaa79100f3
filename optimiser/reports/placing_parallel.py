"""Parallel axes in a rectangle of the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from optimiser.reports.axes import axis_words, with_unit
from optimiser.reports.chart import ChartAxis, Panel, Polyline
from optimiser.reports.drawing import Drawn, DrawnPath, DrawnWord
from optimiser.reports.measuring import Rectangle, shortened, wrapped
from optimiser.reports.placing_plane import LINE_WIDTHS

__all__ = ["parallel"]

_SIZE, _SMALL = 12.5, 11.5
_TITLE_LINES = 3
_STRENGTHS = ((30, 0.7), (120, 0.45), (600, 0.22), (2000, 0.1), (float("inf"), 0.05))


def parallel(panel: Panel, room: Rectangle, /) -> Iterator[Drawn]:
    """The panel in this room: what the axes are stands below them."""
    axes, lines = panel.axes, [mark for mark in panel.marks if isinstance(mark, Polyline)]
    width = room.width / len(axes)
    places = [room.x + width * (i + 0.5) for i in range(len(axes))]
    top = room.y + _SMALL + 10
    bottom = room.bottom - _SMALL - 14 - _TITLE_LINES * (_SIZE + 3)
    pale = _pale(sum(line.role == "plan" for line in lines))

    def at(axis: ChartAxis, value: float) -> float:
        return bottom + (value - axis.low) / (axis.high - axis.low) * (top - bottom)

    for line in lines:
        points = tuple(
            (places[int(place)], at(axes[int(place)], value))
            for place, value in zip(line.x, line.y, strict=True)
        )
        yield DrawnPath(
            points,
            stroke=line.role,
            width=LINE_WIDTHS[line.weight],
            dash=line.dash,
            opacity=pale if line.role == "plan" else 1.0,
        )
    for axis, x in zip(axes, places, strict=True):
        yield DrawnPath(((x, bottom), (x, top)), stroke="ink", width=1.2)
        for tick in axis.ticks:
            y = at(axis, tick.value)
            beside = {top: top - 11, bottom: bottom + 12}.get(y, y)
            text = shortened(with_unit(tick.text, axis.unit), width - 4, size=_SMALL)
            if y in (top, bottom):
                yield DrawnWord(text, x, beside, _SMALL, "muted", "middle")
            else:
                yield DrawnWord(text, x + 6, beside, _SMALL, "muted")
        title = wrapped(axis_words(axis, unit=False), width - 8, size=_SIZE, most=_TITLE_LINES)
        for number, words in enumerate(title):
            y = bottom + _SMALL + 16 + (number + 0.5) * (_SIZE + 3)
            yield DrawnWord(words, x, y, _SIZE, "ink", "middle")


def _pale(plans: int) -> float:
    """How strong one line among many is."""
    return next(strength for most, strength in _STRENGTHS if plans <= most)
