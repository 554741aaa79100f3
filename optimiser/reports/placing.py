"""Where everything of a chart stands on a sheet of some size: title, legend and notes above, the
panels below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from optimiser.reports.chart import Chart, Key, Panel, Shape
from optimiser.reports.drawing import BOLD, Drawn, DrawnDots, DrawnPath, DrawnWord, Picture
from optimiser.reports.measuring import Rectangle, text_width, wrapped
from optimiser.reports.placing_parallel import parallel
from optimiser.reports.placing_plane import LINE_WIDTHS, PlotMargins, arrow, margins, plane
from optimiser.reports.placing_sheet import sheet

__all__ = ["placed"]

_NOTE_LINES = 6  # of one note: a long one leaves room for the picture
_MARGIN = 16.0
_TITLE, _SMALL = 15.0, 11.5
_GAP = 18.0
_PLACES = {"parallel": parallel, "sheet": sheet}


def placed(
    chart: Chart, /, *, size: tuple[float, float] | None = None, titled: bool = True
) -> Picture:
    """The chart on a sheet of this width and height, or of those that suit it.

    Args:
        chart: what is drawn.
        size: of the whole.
        titled: whether its title stands above it.

    A sheet is drawn smaller or larger as a whole; what has axes gets more room.
    """
    width, height = size or chart.size
    drawn, top = _head(chart, width, titled=titled)
    if size is None and all(panel.layout == "sheet" for panel in chart.panels):
        # its own height is known, and the head's only now
        height += top
    room = Rectangle(_MARGIN, top, width - 2 * _MARGIN, height - top - _MARGIN / 2)
    boxes = list(zip(chart.panels, _boxes(chart.panels, room), strict=True))
    for panel, box in boxes:
        if panel.layout == "plane":
            near = [
                margins(other, place)
                for other, place in boxes
                if (other.layout, other.across) == ("plane", panel.across)
            ]
            left, right = (max(ends) for ends in zip(*near, strict=True))
            drawn += plane(panel, box, PlotMargins(left, right))
        else:
            drawn += _PLACES[panel.layout](panel, box)
    return Picture(width, height, chart.title, tuple(drawn))


def _head(chart: Chart, width: float, *, titled: bool) -> tuple[list[Drawn], float]:
    """Title, legend and notes, and where they end."""
    drawn: list[Drawn] = []
    top, room = _MARGIN, width - 2 * _MARGIN
    for line in wrapped(chart.title if titled else "", room / BOLD, size=_TITLE, most=2):
        drawn.append(DrawnWord(line, _MARGIN, top + _TITLE / 2, _TITLE, bold=True))
        top += _TITLE + 5
    legend, top = _legend(chart.legend, width, top + 3)
    drawn += legend
    for note in chart.notes:
        for line in wrapped(note, room, size=_SMALL, most=_NOTE_LINES):
            drawn.append(DrawnWord(line, _MARGIN, top + _SMALL / 2, _SMALL, "muted"))
            top += _SMALL + 5
    return drawn, top + 4


def _boxes(panels: Sequence[Panel], room: Rectangle) -> Iterator[Rectangle]:
    """The room of each panel."""
    gap = _GAP if len({panel.across for panel in panels}) <= 3 else _GAP / 2
    across = _stretches([(p.across, p.width) for p in panels], room.x, room.width, gap)
    down = _stretches([(p.down, p.height) for p in panels], room.y, room.height, gap)
    for panel in panels:
        x, width = across[panel.across]
        y, height = down[panel.down]
        yield Rectangle(x, y, width, height)


def _stretches(
    wanted: Sequence[tuple[int, float]], begin: float, length: float, gap: float
) -> dict[int, tuple[float, float]]:
    """Of each row or column where it begins and how long it is: the largest share of its panels."""
    shares: dict[int, float] = {}
    for place, share in wanted:
        shares[place] = max(share, shares.get(place, 0.0))
    unit = (length - gap * (len(shares) - 1)) / sum(shares.values())
    found = {}
    for place in sorted(shares):
        found[place] = (begin, shares[place] * unit)
        begin += shares[place] * unit + gap
    return found


def _legend(keys: Sequence[Key], width: float, top: float) -> tuple[list[Drawn], float]:
    """The entries in lines, and where they end."""
    drawn: list[Drawn] = []
    x, y = _MARGIN, top
    for key in keys:
        needed = 32 + text_width(key.text, size=_SMALL) + 16
        if x > _MARGIN and x + needed > width - _MARGIN:
            x, y = _MARGIN, y + _SMALL + 7
        for line in wrapped(key.text, width - 2 * _MARGIN - 32, size=_SMALL):
            if line.startswith(key.text[: len(line)]):
                drawn += _sign(key, x, y + _SMALL / 2)
            drawn.append(DrawnWord(line, x + 32, y + _SMALL / 2, _SMALL, "muted"))
            y += _SMALL + 7
        y -= _SMALL + 7
        x += needed
    return drawn, y + (_SMALL + 7 if keys else 0)


def _sign(key: Key, x: float, y: float) -> Iterator[Drawn]:
    if key.shape == "area":
        corners = ((x, y - 6), (x + 26, y - 6), (x + 26, y + 6), (x, y + 6))
        faint = 0.12 if key.role == "region" else 1.0
        yield DrawnPath(corners, fill=key.role, opacity=faint)
    elif key.shape in ("line", "arrow"):
        line = DrawnPath(
            ((x, y), (x + 26, y)),
            stroke=key.role,
            width=LINE_WIDTHS[key.weight],
            dash=key.dash,
        )
        yield from arrow(line) if key.shape == "arrow" else [line]
    else:
        radius = 8.0 if key.shape == "star" else 5.0
        yield DrawnDots(key.role, cast("Shape", key.shape), ((x + 14, y),), (radius,))
