"""How much room text takes, by estimate: the same on every machine, whatever fonts it has.

The estimate is a little wide, so that boxes hold their words in any of the usual sans-serif fonts;
letters of Chinese, Japanese and Korean are one em wide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Rectangle", "shortened", "text_width", "widest", "wrapped"]

_NARROW = frozenset("iljtfrI.,:;'|!()[] -")
_BROAD = frozenset("mwMW%@—–→")
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60"
# a word, or one wide letter with the marks that must not begin a line
_PIECES = re.compile(f" +|[{_WIDE}][，。、；：！？）】》]*|[^ {_WIDE}]+")


def text_width(text: str, /, *, size: float) -> float:
    """How wide a line of text is at most, in the units of the drawing."""
    return size * sum(map(_letter_width, text))


def widest(texts: Sequence[str], /, *, size: float) -> float:
    """The width of the widest of several lines, 0 of none."""
    return max((text_width(text, size=size) for text in texts), default=0.0)


def _letter_width(letter: str, /) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.36
    if letter in _BROAD:
        return 0.92
    return 0.7 if letter.isupper() else 0.58


def wrapped(text: str, width: float, /, *, size: float, most: int | None = None) -> list[str]:
    """The text in lines no wider than ``width``: broken at blanks and between wide letters, and
    within a word that is too long by itself; the last of ``most`` lines is shortened.
    """
    lines: list[str] = [""]
    for piece in _PIECES.findall(text.strip()):
        for part in _parts(piece, width, size):
            if lines[-1] and text_width((lines[-1] + part).rstrip(), size=size) > width:
                lines[-1] = lines[-1].rstrip()
                lines.append("")
            lines[-1] += part if lines[-1] else part.lstrip()
    lines[-1] = lines[-1].rstrip()
    if most is not None and len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], shortened(rest, width, size=size)]
    return [line for line in lines if line]


def _parts(piece: str, width: float, size: float) -> list[str]:
    """A word in parts that fit."""
    parts = [""]
    for letter in piece:
        if parts[-1] and text_width(parts[-1] + letter, size=size) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def shortened(text: str, width: float, /, *, size: float) -> str:
    """The text, or as much of its beginning as there is room for."""
    if text_width(text, size=size) <= width:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size=size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


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
