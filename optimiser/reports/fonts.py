"""The fonts that pictures are set in, and which letters none of them has."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

__all__ = ["FAMILIES", "hushed", "installed_families", "missing_letters", "spelled_out"]

FAMILIES: Final = (
    "DejaVu Sans",  # comes with matplotlib
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",  # the first face of the file that holds them all
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
"""In the order in which a letter is looked for."""


def hushed() -> None:
    """What matplotlib says of its fonts and its folders is for programmers."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)


@cache
def installed_families() -> tuple[str, ...]:
    """Those that this machine has."""
    hushed()
    from matplotlib.font_manager import fontManager

    known = set(fontManager.get_font_names())
    return tuple(family for family in FAMILIES if family in known)


@cache
def _letters() -> frozenset[int]:
    """What some installed font of ours can draw."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    found: set[int] = set()
    for family in installed_families():
        found.update(get_font(findfont(FontProperties(family=[family]))).get_charmap())
    return frozenset(found)


def missing_letters(texts: Iterable[str], /) -> str:
    """The letters of the texts that no installed font has, each once."""
    letters = sorted(set("".join(texts)))
    return "".join(letter for letter in letters if ord(letter) not in _letters())


def spelled_out(text: str, /) -> str:
    """The text without letters that no font has: a letter with a mark loses the mark, what has no
    simpler form is written by its number in Unicode.
    """
    return "".join(map(_spelled, text)) if missing_letters([text]) else text


def _spelled(letter: str, /) -> str:
    if not missing_letters([letter]):
        return letter
    simpler = unicodedata.normalize("NFKD", letter)
    kept = "".join(part for part in simpler if not unicodedata.combining(part))
    if kept and kept != letter and not missing_letters([kept]):
        return kept
    return f"<{ord(letter):04X}>"
