"""A drawing without axes in a rectangle of the sheet, as large as it fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from optimiser.reports.chart import Panel
from optimiser.reports.drawing import Drawn, DrawnDots, DrawnPath, DrawnWord
from optimiser.reports.measuring import Rectangle
from optimiser.reports.placing_plane import marks_drawn

__all__ = ["sheet"]


def sheet(panel: Panel, room: Rectangle, /) -> Iterator[Drawn]:
    """The panel in this room, everything in it enlarged alike."""
    width, height = (axis.high - axis.low for axis in panel.axes)
    scale = min(room.width / width, room.height / height)
    left = room.x + (room.width - width * scale) / 2
    low = [axis.low for axis in panel.axes]

    def x(value: float) -> float:
        return left + (value - low[0]) * scale

    def y(value: float) -> float:
        return room.y + (value - low[1]) * scale

    for one in marks_drawn(panel.marks, x, y, room):
        if isinstance(one, DrawnWord):
            yield replace(one, size=one.size * scale)
        elif isinstance(one, DrawnPath):
            yield replace(one, width=one.width * scale)
        elif isinstance(one, DrawnDots):
            yield replace(one, radius=tuple(radius * scale for radius in one.radius))
