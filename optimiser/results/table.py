"""A ranked front as rows of text: the content of ``front.csv``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from optimiser.patterns import pattern
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from optimiser.front import Front
    from optimiser.ranking import Ranked

__all__ = [
    "FIXED",
    "cell_text",
    "csv_text",
    "headings",
    "is_number",
    "number",
    "rows",
    "table_text",
]

FIXED = ("plan", "rank", "score")

_NUMBER = pattern(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def number(value: float, /) -> str:
    """The shortest text that reads back as ``value``, without ``.0`` or ``-0``.

    An undefined value, which only an indicator that nothing depends on can have, is empty.

    >>> number(12.0), number(-0.0), number(0.1), number(1e-7)
    ('12', '0', '0.1', '1e-07')
    """
    if not math.isfinite(value):
        return ""
    text = repr(float(value) + 0.0)
    return text.removesuffix(".0")


def cell_text(value: float | str | None, /) -> str:
    """A value as a cell; what is not known is empty."""
    if value is None:
        return ""
    return value if isinstance(value, str) else number(value)


def is_number(text: str, /) -> bool:
    """Whether a cell holds a number: ``nan`` and ``inf`` are names like any other."""
    return _NUMBER.fullmatch(text) is not None


def headings(front: Front, /) -> tuple[str, ...]:
    """The columns in their order: plan, rank, score, objectives, other indicators, decisions."""
    return (
        *FIXED,
        *(column.name for column in front.columns),
        *(column.name for column in front.indicator_columns),
        *front.decision_columns,
    )


def rows(front: Front, ranking: Ranked, /) -> list[tuple[str, ...]]:
    """One row of text a plan, best rank first."""
    return [
        (
            front.ids[row],
            str(int(ranking.rank[row])),
            number(float(ranking.score[row])),
            *(number(value) for value in front.y[row].tolist()),
            *(number(value) for value in front.indicators[row].tolist()),
            *front.cells[row],
        )
        for row in ranking.order.tolist()
    ]


def csv_text(front: Front, ranking: Ranked, /) -> str:
    """The front as RFC 4180 text."""
    return table_text([headings(front), *rows(front, ranking)])


def table_text(
    lines: Sequence[Sequence[str]], /, *, separator: str = ",", decimal: str = "."
) -> str:
    """Cells as RFC 4180 text with ``\\n`` between the lines; no cell is run by a spreadsheet.

    >>> table_text([["a;b", "0.5"]], separator=";", decimal=",")
    '"a;b";0,5\\n'
    """
    written = {
        cell: cell if cell.isalnum() else _quoted(_decimals(_neutral(cell), decimal), separator)
        for cell in set(chain.from_iterable(lines))
    }
    return "".join(separator.join([written[cell] for cell in line]) + "\n" for line in lines)


def _quoted(cell: str, separator: str, /) -> str:
    """``cell`` in quotes where RFC 4180 asks for them, after a lone carriage return too, which
    ``csv`` forgets.
    """
    marks = ('"', separator, "\r", "\n")
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in marks) else cell


def _decimals(cell: str, decimal: str, /) -> str:
    return cell.replace(".", decimal) if decimal != "." and is_number(cell) else cell


def _neutral(cell: str, /) -> str:
    """``cell`` with an apostrophe before what a spreadsheet would take for a formula, and nothing
    in it that steers; numbers stay numbers.
    """
    if cell.startswith(_RUN_BY_SPREADSHEETS) and not is_number(cell):
        return f"'{printable(cell)}"
    return printable(cell)
