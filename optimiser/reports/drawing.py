"""What is drawn in the end: lines, dots and words at their places on a sheet, y down, and the
colours that roles have on a light and on a dark ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from optimiser.reports.chart import Anchor, Dash, Role, Shape
from optimiser.reports.measuring import Rectangle, text_width

__all__ = [
    "BOLD",
    "COLOURS",
    "GROUNDS",
    "DrawnDots",
    "DrawnPath",
    "DrawnWord",
    "Picture",
    "Theme",
]

Theme = Literal["light", "dark"]

BOLD = 1.13
"""How much wider bold letters are."""

GROUNDS: Mapping[Theme, str] = {"light": "#ffffff", "dark": "#17191d"}
"""The colour behind everything."""

# after Okabe and Ito (2008): told apart by eyes that see fewer colours; each role light, then dark
_PAIRS: Mapping[Role, tuple[str, str]] = {
    "plan": ("#1f5fa8", "#7fb2ea"),
    "hidden": ("#1f5fa8", "#7fb2ea"),
    "first": ("#1d7a4c", "#63c994"),
    "knee": ("#7a3e9d", "#cf9bea"),
    "front": ("#1f5fa8", "#7fb2ea"),
    "region": ("#1f5fa8", "#7fb2ea"),
    "reference": ("#b85400", "#f2a35e"),
    "better": ("#b85400", "#f2a35e"),
    "good": ("#1d7a4c", "#63c994"),
    "bad": ("#b3261e", "#f08a82"),
    "limit": ("#b3261e", "#f08a82"),
    "ink": ("#222222", "#eceef1"),
    "muted": ("#5f6368", "#a9afb8"),
    "grid": ("#dcdfe3", "#33373d"),
    "ground": ("#ffffff", "#17191d"),
    "surface": ("#f1f2f4", "#262a30"),
    "infrastructure": ("#c9daf0", "#24456e"),
    "platform": ("#cbe6d5", "#1f5138"),
    "application": ("#f8e1bd", "#66481a"),
    "ecosystem": ("#e6d2ec", "#553263"),
    "series1": ("#1f5fa8", "#7fb2ea"),
    "series2": ("#c05a00", "#f2a35e"),
    "series3": ("#1d7a4c", "#63c994"),
    "series4": ("#8d3b72", "#e39cc8"),
    "series5": ("#6b5b00", "#d9c85a"),
    "series6": ("#00707a", "#5fd0da"),
}
COLOURS: Mapping[Theme, Mapping[Role, str]] = {
    "light": {role: pair[0] for role, pair in _PAIRS.items()},
    "dark": {role: pair[1] for role, pair in _PAIRS.items()},
}
"""The colour of each role."""


@dataclass(frozen=True)
class DrawnPath:
    """A line through points or, where it has a ``fill``, a polygon."""

    points: tuple[tuple[float, float], ...]
    stroke: Role | None = None
    fill: Role | None = None
    width: float = 1.0
    dash: Dash = "solid"
    opacity: float = 1.0
    curved: bool = False
    hint: str = ""


@dataclass(frozen=True)
class DrawnDots:
    """Dots, or small signs, of one kind by their middles; ``radius`` of each. ``hint`` is what a
    pointer shows of all; ``edged`` ones are told apart where they overlap.
    """

    role: Role
    shape: Shape
    centres: tuple[tuple[float, float], ...]
    radius: tuple[float, ...]
    hint: str = ""
    edged: bool = True


@dataclass(frozen=True)
class DrawnWord:
    """A line of text: where it begins, has its middle or ends, and how high its middle is."""

    text: str
    x: float
    y: float
    size: float
    role: Role = "ink"
    anchor: Anchor = "start"
    bold: bool = False

    @property
    def box(self) -> Rectangle:
        """The room it takes at most."""
        width = text_width(self.text, size=self.size) * (BOLD if self.bold else 1.0)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Rectangle(left, self.y - self.size / 2, width, self.size)


Drawn: TypeAlias = DrawnPath | DrawnDots | DrawnWord


@dataclass(frozen=True)
class Picture:
    """Everything in the order of drawing, on a sheet of this width and height."""

    width: float
    height: float
    title: str
    drawn: tuple[Drawn, ...]

    @property
    def words(self) -> tuple[DrawnWord, ...]:
        """The text in it."""
        return tuple(one for one in self.drawn if isinstance(one, DrawnWord))
