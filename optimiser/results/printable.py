"""User text in a text that others read: nothing in it steers a terminal, an editor or a browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from optimiser.language import listed, trn
from optimiser.patterns import pattern

__all__ = ["LONGEST_TEXT", "excerpt", "excerpts", "printable"]

LONGEST_TEXT: Final = 20_000
"""Characters of a text in a result, as of the longest in a scenario: every table shows it whole."""

#: characters of a formula in a cell of a table
_MOST_SHOWN: Final = 500
#: texts in a line that lists them
_MOST_LISTED: Final = 40

# Control characters but those that RFC 4180 and JSON lay lines out with, what turns the direction
# of reading, what ends lines for some readers only, halves of characters, which no file holds, and
# what is no character, which no XML holds.
_STEERING = pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def printable(text: str, /) -> str:
    r"""``text`` with every character that steers spelled out, as JSON reads it.

    >>> print(printable("\x1b[31mred \u202e\x9b"))
    \u001b[31mred \u202e\u009b
    """
    if text.replace("\n", "").isprintable():  # which none is: most texts need no pattern
        return text
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def excerpt(text: str, /) -> str:
    """A text that may be as long as a file, in a cell: its beginning and its end."""
    half = _MOST_SHOWN // 2
    return text if len(text) <= _MOST_SHOWN else f"{text[:half]} ... {text[-half:]}"


def excerpts(texts: Sequence[str], /) -> str:
    """Texts of which there may be as many as a file holds, in a line: the first ones, and how many
    there are besides.
    """
    more = len(texts) - _MOST_LISTED
    rest = [trn("and {number} more", "and {number} more", more)] if more > 0 else []
    return listed([*map(excerpt, texts[:_MOST_LISTED]), *rest])
