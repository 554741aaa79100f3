"""Charts, described: axes, marks, labels and a legend in the values of the result, and what each
mark stands for in place of a colour.

A static drawing and an interactive one are made from the same description, so that they cannot
disagree. Nothing here knows how large a picture is or what draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias

__all__ = [
    "Area",
    "Bar",
    "Chart",
    "ChartAxis",
    "Key",
    "Layout",
    "Mark",
    "Panel",
    "Points",
    "Polyline",
    "Role",
    "Shape",
    "Text",
    "Tick",
    "record",
    "with_texts",
]

Role = Literal[
    "plan",  # efficient, or listed where that is not known
    "hidden",  # a plan that no weights make the best
    "first",  # the plan with the best rank
    "knee",
    "front",  # what lies between plans: segments, steps
    "region",  # what some plan is better than
    "reference",
    "better",  # from a reference plan to what dominates it
    "good",
    "bad",
    "limit",
    "ink",
    "muted",
    "grid",
    "surface",
    "ground",  # that of the picture
    "infrastructure",
    "platform",
    "application",
    "ecosystem",
    "series1",
    "series2",
    "series3",
    "series4",
    "series5",
    "series6",
]
"""What a mark stands for; a drawing chooses the colour, for a light and a dark ground."""

Shape = Literal["dot", "ring", "diamond", "star", "square", "bar"]
Dash = Literal["solid", "dashed", "dotted"]
Weight = Literal["thin", "normal", "strong"]
Anchor = Literal["end", "middle", "start"]
Layout = Literal["plane", "parallel", "sheet"]
"""Two axes at a right angle; m upright axes beside each other, a line being one value on each; or a
drawing without axes, in units of the screen, y down."""


@dataclass(frozen=True)
class Tick:
    """A value of an axis that is written beside it."""

    value: float
    text: str


@dataclass(frozen=True)
class ChartAxis:
    """A range of values.

    Attributes:
        title: what is measured, without unit.
        low: the value at the left or the lower end; above ``high`` where the axis is turned over.
        high: the value at the other end.
        ticks: what is written beside it.
        unit: of the values, possibly none.
        better: which values are better, empty where neither are.
        name: the objective or indicator, empty where it is none.
        lines: whether a line leads across the picture at each tick.
    """

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...] = ()
    unit: str = ""
    better: Literal["higher", "lower", ""] = ""
    name: str = ""
    lines: bool = True


@dataclass(frozen=True)
class Points:
    """Points that stand for the same thing.

    Attributes:
        role: what they stand for.
        x, y: their values.
        shape: how each is drawn.
        plans: of each the id of its plan, or empty.
        hints: of each what a pointer shows, or empty.
        labels: of each what is written beside it, or empty; the drawing finds the place.
        size: of each a share of the largest, by area, or empty: all alike.
    """

    role: Role
    x: tuple[float, ...]
    y: tuple[float, ...]
    shape: Shape = "dot"
    plans: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    size: tuple[float, ...] = ()


@dataclass(frozen=True)
class Polyline:
    """A line through points; on parallel axes ``x`` are the positions of the axes from 0, and ``y``
    holds a value on each.

    Attributes:
        curved: it leaves and reaches each point from the side.
        arrow: it has a head at its end.
        plan: the id of the plan it is.
        hint: what a pointer shows.
    """

    role: Role
    x: tuple[float, ...]
    y: tuple[float, ...]
    dash: Dash = "solid"
    weight: Weight = "normal"
    curved: bool = False
    arrow: bool = False
    plan: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Area:
    """A polygon."""

    role: Role
    x: tuple[float, ...]
    y: tuple[float, ...]
    hint: str = ""
    label: str = ""
    outlined: bool = False


@dataclass(frozen=True)
class Bar:
    """An upright rectangle, a bar or a box: from (x, y) to (to_x, to_y).

    Attributes:
        text: written in it where it has room, else beside it.
        hint: what a pointer shows.
        plan: the id of the plan it is.
        outlined: whether its border is drawn.
        soft: whether its ground is pale, so that words on it can be read.
    """

    role: Role
    x: float
    y: float
    to_x: float
    to_y: float
    text: str = ""
    hint: str = ""
    plan: str = ""
    outlined: bool = False
    soft: bool = False


@dataclass(frozen=True)
class Text:
    """A line of text whose middle is at ``y``, and which begins, is centred or ends at ``x``."""

    role: Role
    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    small: bool = False
    bold: bool = False


Mark: TypeAlias = Points | Polyline | Area | Bar | Text


@dataclass(frozen=True)
class Panel:
    """Marks over their axes.

    Attributes:
        axes: of a plane the one across and the upright one; one for each objective where they are
            parallel; of a sheet its width and its height.
        marks: in the order of drawing.
        layout: how the axes stand.
        across, down: columns and rows of the chart from its left upper corner at which the panel
            stands; panels of one chart share them evenly.
        title: above it, possibly none.
        width, height: as shares of what the panels of its row and of its column have.
    """

    axes: tuple[ChartAxis, ...]
    marks: tuple[Mark, ...]
    layout: Layout = "plane"
    across: int = 0
    down: int = 0
    title: str = ""
    width: float = 1.0
    height: float = 1.0


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    role: Role
    text: str
    shape: Shape | Literal["line", "arrow", "area"] = "dot"
    dash: Dash = "solid"
    weight: Weight = "normal"


@dataclass(frozen=True)
class Chart:
    """A picture.

    Attributes:
        kind: as ``plot --kind`` names it.
        title: read out, and above the picture where it stands alone.
        panels: what is drawn.
        legend: what the marks mean.
        notes: sentences below the legend.
        words: the picture in a sentence or two, for who cannot see it.
        size: width and height that suit it, in points of the screen; of sheets those of the sheet
            with its margin, to which the height of title and legend is added.
    """

    kind: str
    title: str
    panels: tuple[Panel, ...]
    legend: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    words: str = ""
    size: tuple[float, float] = (760.0, 492.0)


def with_texts(chart: Any, change: Callable[[str], str], /) -> Any:
    """The same chart, or part of one, with every text changed; ids of plans and objectives stay."""
    if isinstance(chart, tuple) and chart and isinstance(chart[0], float | int):
        return chart
    if isinstance(chart, tuple):
        return tuple(with_texts(part, change) for part in chart)
    if isinstance(chart, str):
        return change(chart)
    if not is_dataclass(chart) or isinstance(chart, type):
        return chart
    told = (field.name for field in fields(chart) if field.name not in _WORDLESS)
    return replace(chart, **{name: with_texts(getattr(chart, name), change) for name in told})


_WORDLESS = frozenset(
    {"anchor", "better", "dash", "kind", "layout", "name", "plan", "plans", "role", "shape"}
    | {"weight"}
)


def record(chart: Any, /) -> Any:
    """A chart, or a part of one, as JSON has it: objects with the names of the fields, those at
    their defaults left out, and ``mark`` with the kind of each mark.
    """
    if isinstance(chart, tuple):
        return [record(part) for part in chart]
    if not is_dataclass(chart):
        return chart
    said = {field.name: getattr(chart, field.name) for field in fields(chart)}
    kept = {
        field.name: record(said[field.name])
        for field in fields(chart)
        if said[field.name] != field.default
    }
    if isinstance(chart, Points | Polyline | Area | Bar | Text):
        return {"mark": type(chart).__name__.lower(), **kept}
    return kept
