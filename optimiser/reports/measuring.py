"""How much room text takes, by estimate: the same on every machine, whatever fonts it has.

Letters count as wide as in DejaVu Sans, so that boxes hold their words in any of the usual
sans-serif fonts; letters of Chinese, Japanese and Korean are one em wide. What steers a reader is
measured as it is shown, spelled out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from optimiser.patterns import pattern
from optimiser.results.printable import printable

__all__ = ["Rectangle", "shortened", "text_width", "widest", "wrapped"]

# of the letters from the blank to the tilde, in hundredths of an em: DejaVu Sans, which is drawn
# with, and wider than most
_ASCII = (
    "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 "
    "53 100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 "
    "84 50 50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 "
    "64 84"
)
_WIDTHS = {chr(32 + i): int(width) / 100 for i, width in enumerate(_ASCII.split())}
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60"
# a word, or one wide letter with the marks that must not begin a line
_PIECES = pattern(f" +|[{_WIDE}][，。、；：！？）】》]*|[^ {_WIDE}]+")


def text_width(text: str, /, *, size: float) -> float:
    """How wide a line of text is at most, in the units of the drawing."""
    return size * sum(map(_letter_width, printable(text)))


def widest(texts: Sequence[str], /, *, size: float) -> float:
    """The width of the widest of several lines, 0 of none."""
    return max((text_width(text, size=size) for text in texts), default=0.0)


def _letter_width(letter: str, /) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    return 0.84 if unicodedata.category(letter) == "Sm" or letter in "—…" else 0.7


def wrapped(text: str, width: float, /, *, size: float, most: int | None = None) -> list[str]:
    """The text in lines no wider than ``width``: broken at blanks and between wide letters, and
    within a word that is too long by itself; the last of ``most`` lines is shortened.
    """
    lines: list[str] = [""]
    for piece in _PIECES.findall(printable(text).strip()):
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
    kept = printable(text)
    if text_width(kept, size=size) <= width:
        return kept
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
