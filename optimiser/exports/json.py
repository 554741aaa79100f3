"""``.json``: the whole result, exactly as in the result folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.language import marked

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["SUFFIX", "TITLE", "text"]

SUFFIX = ".json"
TITLE = marked("the whole result, from which it can be shown, ranked, compared and verified again")


def text(result: Result, /) -> str:
    """The result as JSON text."""
    return result.json_text()
