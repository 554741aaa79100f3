"""``.csv`` as a spreadsheet opens it by a double click: with a byte-order mark, and the separator
and the decimal mark of the locale.
"""

from __future__ import annotations

import locale
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimiser.results.table import headings, rows, table_text

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["CsvMarks", "data", "marks_of"]

# write numbers with a point, and have their spreadsheets separate by semicolons
_POINT_AND_SEMICOLON = ("_CH", "_LI", "-CH", "-LI", "Switzerland", "Liechtenstein")


@dataclass(frozen=True)
class CsvMarks:
    """What stands between cells, and before decimals."""

    separator: str = ","
    decimal: str = "."


def data(result: Result, marks: CsvMarks, /) -> bytes:
    """The ranked plans, one a row, with the columns of ``front.csv``."""
    lines = [headings(result.front), *rows(result.front, result.ranking)]
    text = table_text(lines, separator=marks.separator, decimal=marks.decimal)
    return BOM_UTF8 + text.encode("utf-8")


def marks_of(decimal: str | None = None, /) -> CsvMarks:
    """The marks that go with a decimal mark, by default with that of the locale: a spreadsheet
    separates by semicolons where numbers have commas.

    >>> marks_of(","), marks_of(".")
    (CsvMarks(separator=';', decimal=','), CsvMarks(separator=',', decimal='.'))
    """
    if decimal is not None:
        return CsvMarks(";" if decimal == "," else ",", decimal)
    found, name = _of_locale()
    if found != ",":
        semicolon = any(place in name for place in _POINT_AND_SEMICOLON)
        return CsvMarks(";" if semicolon else ",")
    return CsvMarks(";", ",")


def _of_locale() -> tuple[str, str]:
    """The decimal mark of the locale that the system is set to, and its name; a point where that
    locale is not installed.
    """
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        name = locale.setlocale(locale.LC_NUMERIC, "")
        return str(locale.localeconv()["decimal_point"]), name
    except locale.Error:
        return ".", ""
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
