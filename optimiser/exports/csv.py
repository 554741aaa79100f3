"""``.csv``: the ranked front, one plan a row, exactly as in the result folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.language import marked
from optimiser.results.table import csv_text

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["SUFFIX", "TITLE", "text"]

SUFFIX = ".csv"
TITLE = marked("the ranked plans as a table, one plan a row")


def text(result: Result, /) -> str:
    """The front as RFC 4180 text."""
    return csv_text(result.front, result.ranking)
