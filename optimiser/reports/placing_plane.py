"""A plane with two axes in a rectangle of the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from optimiser.reports.axes import axis_words
from optimiser.reports.chart import (
    Area,
    Bar,
    ChartAxis,
    Mark,
    Panel,
    Points,
    Polyline,
    Role,
)
from optimiser.reports.drawing import BOLD, Drawn, DrawnDots, DrawnPath, DrawnWord
from optimiser.reports.label_places import labels
from optimiser.reports.measuring import Rectangle, shortened, text_width, widest, wrapped

__all__ = ["LINE_WIDTHS", "PlotMargins", "arrow", "margins", "marks_drawn", "plane"]

LINE_WIDTHS = {"thin": 1.0, "normal": 1.6, "strong": 2.6}
"""Of each weight of a line."""

_SIZE, _SMALL = 12.0, 11.0
_LINE = 13.0  # from one small line to the next
_LARGEST = 9.0  # radius of a point whose share is 1
_MANY = 60  # points from which they are smaller
_HINTS = 200  # points up to which each has a hint of its own
_STEP = 8.0
_FEW = 3  # letters that say nothing
_HEAD = 8.0  # of an arrow
_LARGER = ("first", "knee", "reference")
_MOST_LEFT = 0.5  # share of a panel that words left of it may take


@dataclass(frozen=True)
class _Along:
    """An axis along a length of the sheet."""

    axis: ChartAxis
    begin: float
    end: float

    def __call__(self, value: float, /) -> float:
        share = (value - self.axis.low) / (self.axis.high - self.axis.low)
        return self.begin + share * (self.end - self.begin)


class PlotMargins(NamedTuple):
    """What words take left and right of a plot."""

    left: float
    right: float


def margins(panel: Panel, room: Rectangle, /) -> PlotMargins:
    """What the words of a plane take in this room; panels below one another share the most."""
    across, up = panel.axes
    half = widest([tick.text for tick in across.ticks[:1]], size=_SMALL) / 2
    beside = widest([tick.text for tick in up.ticks], size=_SMALL)
    right = widest([tick.text for tick in across.ticks[-1:]], size=_SMALL) / 2
    last = across.ticks[-1].value if across.ticks else across.low
    return PlotMargins(
        max(min(room.width * _MOST_LEFT, beside) + 8, half if across.ticks else 0.0),
        right if last == across.high else 4.0,
    )


def plane(panel: Panel, room: Rectangle, beside: PlotMargins, /) -> Iterator[Drawn]:
    """The panel in this room, with so much left and right of the plot."""
    across, up = panel.axes
    top = room.y
    for words, bold in ((panel.title, True), (axis_words(up), False)):
        width = room.width / (BOLD if bold else 1.0)
        for line in wrapped(words, width, size=_SIZE, most=2):
            yield DrawnWord(line, room.x, top + _SIZE / 2, _SIZE, bold=bold)
            top += _SIZE + 4
    below = wrapped(axis_words(across), room.width, size=_SIZE, most=2)
    words_below = any(tick.text for tick in across.ticks)
    bottom = (_SMALL + 7 if words_below else 0) + len(below) * (_SIZE + 4)
    plot = Rectangle(
        room.x + beside.left,
        top + 6,
        max(10.0, room.width - beside.left - beside.right),
        max(10.0, room.bottom - bottom - top - 8),
    )
    x, y = _Along(across, plot.x, plot.right), _Along(up, plot.bottom, plot.y)
    yield from _upright_ticks(up, y, plot, beside.left - 7)
    yield from _ticks_below(across, x, plot)
    for number, line in enumerate(below):
        middle = room.bottom - (len(below) - number - 0.5) * (_SIZE + 4)
        half = text_width(line, size=_SIZE) / 2
        centre = min(max(plot.x + plot.width / 2, room.x + half), room.right - half)
        yield DrawnWord(line, centre, middle, _SIZE, anchor="middle")
    yield from marks_drawn(panel.marks, x, y, plot)


def _upright_ticks(axis: ChartAxis, y: _Along, plot: Rectangle, most: float) -> Iterator[Drawn]:
    step = abs(y.end - y.begin) / max(1, len(axis.ticks))
    every = max(1, round(_SMALL / step + 0.5)) if step < _SMALL + 2 else 1
    for number, tick in enumerate(axis.ticks):
        if axis.lines:
            yield DrawnPath(((plot.x, y(tick.value)), (plot.right, y(tick.value))), stroke="grid")
        if number % every == 0:
            lines = wrapped(tick.text, most, size=_SMALL, most=max(1, int(step / _LINE)))
            for place, line in enumerate(lines):
                middle = y(tick.value) + (place - (len(lines) - 1) / 2) * _LINE
                yield DrawnWord(line, plot.x - 7, middle, _SMALL, "muted", "end")


def _ticks_below(axis: ChartAxis, x: _Along, plot: Rectangle) -> Iterator[Drawn]:
    step = plot.width / max(1, len(axis.ticks) - 1)
    needed = widest([tick.text for tick in axis.ticks], size=_SMALL) + 6
    every = max(1, int(needed / step) + 1) if needed > step else 1
    for number, tick in enumerate(axis.ticks):
        place = x(tick.value)
        if axis.lines:
            yield DrawnPath(((place, plot.y), (place, plot.bottom)), stroke="grid")
        if tick.text and number % every == 0:
            yield DrawnWord(tick.text, place, plot.bottom + 11, _SMALL, "muted", "middle")


def marks_drawn(
    marks: Sequence[Mark],
    x: Callable[[float], float],
    y: Callable[[float], float],
    plot: Rectangle,
    /,
) -> Iterator[Drawn]:
    """Marks at their places, the labels of points last and where there is room."""
    dots = sum(len(mark.x) for mark in marks if isinstance(mark, Points))
    named: list[tuple[float, float, str, Points]] = []
    covered: list[tuple[float, float]] = []
    for mark in marks:
        if isinstance(mark, Points):
            places = _places(mark, x, y)
            covered += places
            named += [
                (*place, text, mark)
                for place, text in zip(places, mark.labels, strict=False)
                if text
            ]
            yield from _dots(mark, places, many=dots > _MANY, hints=dots <= _HINTS)
        elif isinstance(mark, Polyline):
            if mark.role in ("front", "better"):
                covered += _along(_places(mark, x, y))
            line = DrawnPath(
                _places(mark, x, y),
                stroke=mark.role,
                width=LINE_WIDTHS[mark.weight],
                dash=mark.dash,
                curved=mark.curved,
                hint=mark.hint,
            )
            yield from arrow(line) if mark.arrow else [line]
        elif isinstance(mark, Area):
            faint = 0.1 if mark.role == "region" else 0.35
            edge: Role | None = "ink" if mark.outlined else None
            yield DrawnPath(_places(mark, x, y), edge, mark.role, opacity=faint, hint=mark.hint)
        elif isinstance(mark, Bar):
            yield from _bar(mark, x, y)
        else:
            size = _SMALL if mark.small else _SIZE
            yield DrawnWord(
                mark.text, x(mark.x), y(mark.y), size, mark.role, mark.anchor, bold=mark.bold
            )
    yield from labels(named, covered, plot)


def arrow(line: DrawnPath, /) -> Iterator[DrawnPath]:
    """A line with a head at its end; a curve reaches it from the side."""
    yield line
    (x, y), (to_x, to_y) = line.points[-2:]
    across, down = to_x - x, 0.0 if line.curved else to_y - y
    length = hypot(across, down)
    if length > 0.0:
        across, down = _HEAD * across / length, _HEAD * down / length
        foot = (to_x - across, to_y - down)
        yield DrawnPath(
            (
                (to_x, to_y),
                (foot[0] - down / 2, foot[1] + across / 2),
                (foot[0] + down / 2, foot[1] - across / 2),
            ),
            fill=line.stroke,
        )


def _places(
    mark: Points | Polyline | Area, x: Callable[[float], float], y: Callable[[float], float]
) -> tuple[tuple[float, float], ...]:
    return tuple((x(a), y(b)) for a, b in zip(mark.x, mark.y, strict=True))


def _dots(
    mark: Points, places: tuple[tuple[float, float], ...], *, many: bool, hints: bool
) -> Iterator[DrawnDots]:
    """All at once, or one by one where a pointer can tell them apart."""
    usual = 6.0 if mark.role in _LARGER else 2.4 if not hints else 3.2 if many else 4.5
    radii = tuple(_LARGEST * share**0.5 for share in mark.size) or (usual,) * len(places)
    if hints and mark.hints:
        for place, radius, hint in zip(places, radii, mark.hints, strict=True):
            yield DrawnDots(mark.role, mark.shape, (place,), (radius,), hint)
    else:
        # thousands of edges would cover the dots
        edged = hints or mark.role in _LARGER
        yield DrawnDots(mark.role, mark.shape, places, radii, edged=edged)


def _along(points: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Points on a line every few units, which names should not cover either."""
    for (a, b), (c, d) in pairwise(points):
        parts = int(max(abs(c - a), abs(d - b)) / _STEP) + 1
        yield from ((a + (c - a) * k / parts, b + (d - b) * k / parts) for k in range(1, parts))


def _bar(bar: Bar, x: Callable[[float], float], y: Callable[[float], float]) -> Iterator[Drawn]:
    left, right = sorted((x(bar.x), x(bar.to_x)))
    top, bottom = sorted((y(bar.y), y(bar.to_y)))
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    edge: Role | None = "muted" if bar.outlined else None
    yield DrawnPath(corners, edge, bar.role, opacity=0.3 if bar.soft else 1.0, hint=bar.hint)
    middle, free = (top + bottom) / 2, right - left - 8
    if bar.soft:
        text = shortened(bar.text, free, size=_SMALL)
        if text and (text == bar.text or len(text) > _FEW):
            yield DrawnWord(text, (left + right) / 2, middle, _SMALL, "ink", "middle")
    elif bar.text:
        yield DrawnWord(bar.text, right + 5, middle, _SMALL)
