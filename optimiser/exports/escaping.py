"""User text in a format that would read some of it as markup."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from optimiser.patterns import pattern
from optimiser.results.printable import printable

__all__ = ["annotation", "attribute", "latex", "markdown", "markdown_table"]

# What Markdown would read as markup; backslashes are legal before ASCII punctuation only.
_MARKUP = pattern(r"([\\`*_{}\[\]<>#|~&!$])")

# XML 1.0 has no way to write these.
_NOT_XML = pattern("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

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


def attribute(words: str, /) -> str:
    """User text as the value of an XML attribute, in its quotes."""
    return quoteattr(printable(_NOT_XML.sub("�", words)))


def annotation(
    level: str, message: str, /, *, file: str = "", line: int = 0, column: int = 0
) -> str:
    r"""A line that a GitHub workflow shows beside a line of a file.

    >>> print(annotation("error", "50 % lost", file="plans/a:b.yaml", line=3, column=1), end="")
    ::error file=plans/a%3Ab.yaml,line=3,col=1::50 %25 lost
    """
    place = f" file={_property(file)}" if file else ""
    if file and line:
        place += f",line={line}" + (f",col={column}" if column else "")
    return printable(f"::{level}{place}::{_data(message)}\n")


def _data(text: str, /) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str, /) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


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
