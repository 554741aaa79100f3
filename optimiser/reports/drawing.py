"""A small SVG canvas: the same drawing is the same bytes everywhere, whatever fonts are installed.

Text is measured by estimate, a little wide, so that boxes hold their words in any of the usual
sans-serif fonts; letters of Chinese, Japanese and Korean are one em wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from optimiser.results.printable import printable

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "LIGHT",
    "ORANGE",
    "RED",
    "Canvas",
    "Rectangle",
    "text_width",
    "wrapped",
]

BLUE, GREEN, ORANGE, RED = "#1f5fa8", "#2b7d4f", "#c05a00", "#b3261e"
INK, GREY, LIGHT = "#222222", "#6b6b6b", "#d9d9d9"

_FONTS = (
    "Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', "
    "'Microsoft YaHei', 'WenQuanYi Micro Hei'"
)
_NARROW = frozenset("iljtfrI.,:;'|!()[] -")
_BROAD = frozenset("mwMW%@—–→")


def text_width(text: str, /, *, size: float) -> float:
    """How wide a line of text is at most, in the units of the drawing."""
    return size * sum(map(_letter_width, text))


def _letter_width(letter: str, /) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.36
    if letter in _BROAD:
        return 0.92
    return 0.7 if letter.isupper() else 0.58


def wrapped(text: str, width: float, /, *, size: float) -> list[str]:
    """The text in lines no wider than ``width``, unless a single word is."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size=size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _shown(text: str, /) -> str:
    """User text that is read as written: no markup, and no character that XML does not have."""
    return escape(printable(text))


def _number(value: float, /) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Rectangle:
    """A rectangle by its left upper corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def meets(self, other: Rectangle, /) -> bool:
        """Whether they have some area in common."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def within(self, other: Rectangle, /) -> bool:
        """Whether the other one covers it."""
        return (
            other.x <= self.x
            and other.y <= self.y
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass
class Canvas:
    """What is drawn, in the order of drawing.

    Attributes:
        width, height: of the whole drawing.
        title: read out, and shown where the drawing itself cannot be.
    """

    width: float
    height: float
    title: str
    _elements: list[str] = field(default_factory=list)

    def shape(
        self, kind: str, /, *, title: str = "", inside: str = "", **attributes: float | str | None
    ) -> None:
        """An element with attributes, ``_`` standing for ``-``; ``title`` is what a pointer
        shows.
        """
        named = (
            (key.replace("_", "-"), value) for key, value in attributes.items() if value is not None
        )
        written = " ".join(
            f"{key}={quoteattr(value if isinstance(value, str) else _number(value))}"
            for key, value in named
        )
        content = (f"<title>{_shown(title)}</title>" if title else "") + _shown(inside)
        self._elements.append(f"<{kind} {written}" + (f">{content}</{kind}>" if content else "/>"))

    def box(
        self,
        box: Rectangle,
        /,
        *,
        fill: str = "none",
        stroke: str | None = None,
        radius: float = 0,
        title: str = "",
    ) -> None:
        """A rectangle, with rounded corners where it has a radius."""
        self.shape(
            "rect",
            x=box.x,
            y=box.y,
            width=box.width,
            height=box.height,
            rx=radius,
            fill=fill,
            stroke=stroke,
            title=title,
        )

    def dot(
        self,
        x: float,
        y: float,
        /,
        *,
        radius: float,
        fill: str,
        stroke: str | None = None,
        title: str = "",
    ) -> None:
        """A circle by its centre."""
        self.shape("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke, title=title)

    def line(
        self,
        points: Iterable[tuple[float, float]],
        /,
        *,
        stroke: str,
        width: float = 1,
        dash: str | None = None,
        opacity: float | None = None,
        title: str = "",
    ) -> None:
        """A line through points."""
        path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self.shape(
            "polyline",
            points=path,
            fill="none",
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_opacity=opacity,
            title=title,
        )

    def curve(
        self,
        points: Sequence[tuple[float, float]],
        /,
        *,
        stroke: str,
        width: float = 1.4,
        dash: str | None = None,
    ) -> None:
        """A curve through points that leaves and reaches each of them from the side."""
        (x, y), *rest = points
        path = [f"M{_number(x)},{_number(y)}"]
        for to_x, to_y in rest:
            middle = _number((x + to_x) / 2)
            path.append(
                f"C{middle},{_number(y)} {middle},{_number(to_y)} {_number(to_x)},{_number(to_y)}"
            )
            x, y = to_x, to_y
        self.shape(
            "path",
            d=" ".join(path),
            fill="none",
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        /,
        *,
        size: float = 12,
        fill: str = INK,
        anchor: str = "start",
        turned: bool = False,
    ) -> None:
        """A line of text whose baseline begins, is centred or ends at a point; ``turned`` reads
        from below.
        """
        at = f"rotate(-90 {_number(x)} {_number(y)})" if turned else None
        self.shape(
            "text",
            x=x,
            y=y,
            font_size=size,
            fill=fill,
            text_anchor=anchor,
            transform=at,
            inside=text,
        )

    def svg(self) -> str:
        """The drawing as a file."""
        size = f'width="{_number(self.width)}" height="{_number(self.height)}"'
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_number(self.width)} '
            f'{_number(self.height)}" role="img" font-family="{_FONTS}, sans-serif">'
        )
        ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
        return (
            "\n".join(
                [head, f"<title>{_shown(self.title)}</title>", ground, *self._elements, "</svg>"]
            )
            + "\n"
        )
