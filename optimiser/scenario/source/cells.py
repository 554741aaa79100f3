"""What a cell of a table says: one literal, or an expression that names a parameter. Whatever else
stands there is told apart by its kind, with what to write instead; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from typing import Final

from optimiser.expressions import RESERVED, ExpressionError, parse
from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.scenario.format.formulas import NUMBER
from optimiser.scenario.source.cell_kinds import ABOUT, MISSING, NUMERAL, Fault, of_a_kind

__all__ = ["NUMBER_HELP", "is_words", "literal", "number_fault"]

_NO_NUMBER: Final = pattern(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)")
_NAME: Final = pattern(r"[^\W\d]\w*")
_MOST_SHOWN: Final = 60
NUMBER_HELP: Final = marked(
    "write a number such as 1.8, or an expression that names a parameter; leave the cell empty "
    "where there is no effect"
)

_COMMA: Final = pattern(r"[-+]?[0-9.]*(,[0-9]+)+(\.[0-9]*)?(?:[eE][-+]?[0-9]+)?\s*%?")
_POINT: Final = pattern(
    r"(?![0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{2}){1,2}$)"  # a date
    r"[-+]?[0-9,]*(\.[0-9]+)+(,[0-9]*)?(?:[eE][-+]?[0-9]+)?\s*%?"
)
_GROUPED: Final = pattern(
    "[-+]?[0-9]{1,3}([ '`\u00b4\u00a0\u066c\u2007\u2009\u202f\u2019][0-9]{3})+([.,][0-9]*)?\\s*%?"
)
_RAISED_POINT: Final = pattern("([-+]?[0-9]+)[\u00b7\u02d9\u066b\u2022\u2219\u22c5]([0-9]+\\s*%?)")
#: digits that are marks, such as those of footnotes, at a number or alone
_MARKS: Final = pattern("(?:^|[0-9.,%]\\s*)[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u2473]")
_POINTS: Final = pattern(r"[-+]?[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]*)?\s*%?")
_MINUS: Final = pattern("[\u2010-\u2015\u2212\ufe63\uff0d].*[0-9].*")
_THOUSANDS: Final = pattern(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?%?")


def literal(text: str, /, *, decimal: str = ".") -> str | None:
    """The number that a text is, as expressions write it, with its ``%`` if it has one; None where
    it is none.

    >>> literal("+4,5 %", decimal=","), literal("1,800")
    ('+4.5%', None)
    """
    plain = text.removesuffix("%").rstrip()
    share = "%" if text.endswith("%") else ""
    if decimal == "," and "." in plain:
        return None
    number = plain.replace(decimal, ".", 1)
    return f"{number}{share}" if NUMBER.fullmatch(number) else None


def is_words(text: str, /) -> bool:
    """Whether a text is words, as in a column of names or notes, and no attempt at a number."""
    return (
        bool(re.search(r"[^\W\d_]", text))
        and not re.match(rf"\W*{NUMERAL}|\({NUMERAL}", text)
        and text.casefold() not in MISSING
        and not re.fullmatch(rf"(?i)(?:{ABOUT})\s*{NUMERAL}.*", text)
    )


def number_fault(
    text: str,
    /,
    *,
    decimal: str = ".",
    option: str = "",
    named: Collection[str] | None = None,
    share: bool = False,
) -> Fault | None:
    """What keeps a text from being a number, or an expression that names a parameter, and the
    easiest fix; None where it is one, or where it reads as an expression and the reader of
    expressions knows better what is wrong with it.

    Args:
        decimal: what stands before the decimals of the table's numbers.
        option: how to say that this table has decimal commas; empty where that cannot be said.
        named: the parameters that an expression may name; None where any name may be meant.
        share: whether ``4%`` may stand here.
    """
    fault = _fault(text, decimal, option, named, share=share)
    if fault is None or decimal == ".":
        return fault
    help, brace, yaml = fault[1].partition("{")
    return fault[0], re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", help) + brace + yaml


def _fault(
    text: str, decimal: str, option: str, named: Collection[str] | None, *, share: bool
) -> Fault | None:
    """As :func:`number_fault`, with decimal points in what to write."""
    number = literal(text, decimal=decimal)
    if number is not None and (share or not number.endswith("%")):
        return None
    if number is not None:
        part = Decimal(number.removesuffix("%"))
        return (
            tr("'{text}' is a percentage, and here stands a plain number", text=_shown(text)),
            tr(
                "write {share:f} for the share, or {part:f} for percent",
                share=part / 100,
                part=part,
            ),
        )
    if not text or _NO_NUMBER.fullmatch(text):
        return None
    found = set(_NAME.findall(text)) - RESERVED
    readable = _readable(text)
    if found and ((readable and named is None) or found & set(named or ())):
        return None
    if any(map(_is_unseen, text)):
        return _unseen(text)
    fault = _separated(text, decimal, option) or of_a_kind(text, decimal)
    if fault is None and readable and not found:
        fault = (
            marked(
                "'{text}' is a calculation, and a cell is one number or an expression that names a "
                "parameter"
            ),
            tr("write its result"),
        )
    if fault is None and _is_text(text, readable=readable):
        fault = marked("'{text}' is no number"), tr(NUMBER_HELP)
    return None if fault is None else (tr(fault[0], text=_shown(text)), fault[1])


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


def _unseen(text: str) -> Fault:
    """What is said of a text with characters that look like nothing."""
    plain = "".join(c for c in text if not _is_unseen(c)).strip()
    message = tr(
        "'{text}' holds an invisible character, U+{code:04X}",
        text=_shown(text),
        code=ord(next(filter(_is_unseen, text))),
    )
    return message, tr("write {text}", text=plain) if plain else tr("empty the cell")


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _is_text(text: str, *, readable: bool) -> bool:
    """Whether nobody can have meant an expression."""
    if readable:
        return not re.search(r"[0-9]", text)
    return not re.search(r"[*^+()]", text.lstrip("+-")) or "%" in text


def _readable(text: str) -> bool:
    if len(text) > 2000:
        return True
    try:
        parse(text)
    except (ExpressionError, RecursionError):
        return False
    return True


def _separated(text: str, decimal: str, option: str) -> Fault | None:
    """Points, commas and blanks where a plain number has none, dashes that are no minus, and what
    looks like a digit.
    """
    if _MARKS.search(text):
        return (
            marked("'{text}' holds a raised, lowered or circled digit"),
            tr("write the number alone; a note belongs into another column"),
        )
    if raised := _RAISED_POINT.fullmatch(text):
        return (
            marked("'{text}' has another sign before its decimals"),
            tr("write {text}", text=f"{raised[1]}.{raised[2]}"),
        )
    if decimal == "," and _POINT.fullmatch(text):
        return (
            marked("'{text}' has a point, and the numbers of this table have decimal commas"),
            tr("write a decimal comma, as in 1,5, and the digits of thousands alone, as in 1500"),
        )
    if _COMMA.fullmatch(text):
        help = tr("write a decimal point, as in 1.5 or 1500")
        if decimal == ",":
            help = tr("write one decimal comma, as in 1,5, and the digits of thousands alone: 1500")
        elif option and literal(text, decimal=",") and not _THOUSANDS.fullmatch(text.lstrip("+-")):
            help = tr(
                "write a decimal point, as in 1.5 or 1500; where every comma of the table stands "
                "before decimals, {option}",
                option=option,
            )
        return marked("'{text}' is not a number: it has a decimal or thousands comma"), help
    if _GROUPED.fullmatch(text) or _POINTS.fullmatch(text):
        return (
            marked("'{text}' is not a number: it has a separator between thousands"),
            tr("write the digits alone, as in 1500"),
        )
    if _MINUS.fullmatch(text):
        return (
            marked("'{text}' is not a number: it begins with a typographer's dash"),
            tr("write {text}", text=f"-{text[1:].strip()}"),
        )
    normal = unicodedata.normalize("NFKC", text).strip()
    if normal != text and literal(normal) is not None:
        return (
            marked("'{text}' is not a number: it is written in full-width characters"),
            tr("write {text}", text=normal),
        )
    return None
