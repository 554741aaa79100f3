"""User text in a format that would read some of it as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from optimiser.results.printable import printable

__all__ = ["latex", "markdown", "markdown_table"]

# What Markdown would read as markup; backslashes are legal before ASCII punctuation only.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")

# What TeX would read as a command, a mark or a ligature.
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",
    "`": r"\textasciigrave{}",
    "'": r"\symbol{39}",
    "-": "{-}",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "−": "$-$",
    **{mark: f"\\{mark}" for mark in "{}$&#%_"},
}


def latex(words: str, /) -> str:
    r"""User text that TeX sets as written.

    >>> print(latex("50 % of a_b {c}"))
    50 \% of a\_b \{c\}
    """
    return "".join(_TEX.get(letter, letter) for letter in printable(" ".join(words.split())))


def markdown(words: str, /) -> str:
    """User text that Markdown shows as written."""
    return _MARKUP.sub(r"\\\1", printable(" ".join(words.split())))


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]], /, *, left: int = 1) -> str:
    """A table of user text whose first ``left`` columns stand left, and an empty line after
    it.
    """
    marks = ["---"] * left + ["---:"] * (len(heads) - left)
    shown = [[markdown(cell) for cell in row] for row in (heads, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in (shown[0], marks, *shown[1:])]
    return "\n".join([*lines, ""])
