"""User text in a format that would read some of it as markup."""

from __future__ import annotations

import re

from optimiser.results.printable import printable

__all__ = ["markdown"]

# What Markdown would read as markup; backslashes are legal before ASCII punctuation only.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")


def markdown(words: str, /) -> str:
    """User text that Markdown shows as written."""
    return _MARKUP.sub(r"\\\1", printable(" ".join(words.split())))
