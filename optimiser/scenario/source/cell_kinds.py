"""Cells of a table that people read as a number, or as none, and a program does not: kind by kind,
with what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from optimiser.language import marked, tr
from optimiser.patterns import pattern

__all__ = ["ABOUT", "MISSING", "NUMERAL", "Fault", "of_a_kind"]

#: what stands in a table where a number is not known, folded
MISSING: Final = frozenset(
    {
        *("-", "--", "---", "–", "—", "/", "\\", ".", "?", "??", "n/a", "na", "n.a.", "#n/a"),
        *("nan", "nil", "null", "none", "tbd", "tba", "k.a.", "keine", "entfällt", "offen"),
        *("unbekannt", "无", "暂无", "待定", "未知", "不适用"),
    }
)
NUMERAL: Final = r"[0-9]+(?:[.,'\u2019][0-9]+)*"
_MONEY: Final = r"(?:[\u00a5\u20ac$\u00a3]|[A-Z]{3}\b)"
_MONTH: Final = (
    r"(?:jan|feb|m(?:ar|\u00e4r)|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z\u00e4]*\.?"
)
_DASH: Final = r"(?:-|[\u2010-\u2015\u2212]|~|\u223c|\.{2,3}|\u2026|to|bis|until|\u81f3|\u5230)"
ABOUT: Final = (
    r"~|\u2248|\u223c|<=?|>=?|\u2264|\u2265|\u00b1|\+/-|\u7ea6|\u5927\u7ea6|\u5927\u6982|\u8fd1|"
    r"\u6700\u591a|\u81f3\u5c11|about|approx\.?|circa|ca\.?|around|up\sto|max\.?|min\.?|at\sleast|"
    r"at\smost|over|under|rund|etwa|ungef\u00e4hr|bis\szu|bis|mindestens|h\u00f6chstens"
)
_SIZES: Final = {
    "\u767e": 2, "\u5343": 3, "k": 3, "K": 3, "Tsd": 3, "\u4e07": 4, "\u842c": 4,
    "\u767e\u4e07": 6, "M": 6, "Mio": 6, "Mill": 6, "million": 6, "\u5343\u4e07": 7,
    "\u4ebf": 8, "\u5104": 8, "bn": 9, "Mrd": 9, "billion": 9,
    "T\u20ac": 3, "TEUR": 3, "lakh": 5, "crore": 7,
}  # fmt: skip
#: a fraction in one character behind a digit, which must not become a digit of its numerator
_JOINED: Final = pattern("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e])")
#: what a cell is, with a place for its text, and what to write
Fault = tuple[str, str]
_ESTIMATE: Final = marked("'{text}' is an estimate or a limit, and a cell is one number")
_MIXED: Final = marked("'{text}' holds a number and something else")


def of_a_kind(text: str, decimal: str, /) -> Fault | None:
    """What a text is that people read as a number, or as none, and a program does not."""
    normal = unicodedata.normalize("NFKC", _JOINED.sub(" ", text)).replace("\u2044", "/").strip()
    if normal.casefold() in MISSING:
        return (
            marked("'{text}' stands for a missing value"),
            tr("write a number, or leave the cell empty where there is no effect"),
        )
    for written, describe in _KINDS:
        match = written.fullmatch(normal)
        if match is not None:
            return describe(match, decimal)
    return None


def _digits(text: str, decimal: str) -> str:
    """A number as it is written here: with a decimal point, and nothing between thousands."""
    text = re.sub("[\\s'\u2019]", "", text)
    marks = re.findall("[.,]", text)
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif len(marks) > 1 or re.fullmatch(rf"[0-9]{{1,3}}[^{decimal}0-9][0-9]{{3}}%?", text):
        decimal = ""
    elif marks:
        decimal = marks[0]
    return "".join("." if c == decimal else "" if c in ".," else c for c in text)


def _bracketed(match: re.Match[str], decimal: str) -> Fault:
    number = _digits(match["n"] + (match["share"] or ""), decimal)
    return (
        marked("'{text}' stands in parentheses, as accountants write what is negative"),
        tr("write -{number} for a negative number, {number} for another", number=number),
    )


def _range(match: re.Match[str], decimal: str) -> Fault:
    low, high = _digits(match["n"], decimal), _digits(match["m"], decimal)
    if "%" in low + high:
        help = tr("write one number, or the name of a parameter that has this range")
    else:
        help = tr(
            "write one number, or the name of a parameter that has this range: {{value: {low}, "
            "low: {low}, high: {high}}}",
            low=low,
            high=high,
        )
    return marked("'{text}' is a range, and a cell is one number"), help


def _date(match: re.Match[str], decimal: str) -> Fault:
    return (
        marked("'{text}' reads as a date, and a cell of effects is a number"),
        tr(
            "write the number; spreadsheet programs turn 3-5 and 1/2 into dates unless the cell is "
            "formatted as text"
        ),
    )


def _fraction(match: re.Match[str], decimal: str) -> Fault:
    whole, top, bottom = match["whole"] or "0", match["top"], match["bottom"]
    message = marked("'{text}' is a fraction, and a cell is a decimal number")
    if int(bottom) == 0:
        return message, tr("write a decimal number")
    value = Decimal(whole) + Decimal(top) / Decimal(bottom)
    number = f"{match['sign'] or ''}{round(value, 6).normalize():f}"
    return message, tr("write {text}", text=number)


def _per_mille(match: re.Match[str], decimal: str) -> Fault:
    number = Decimal(_digits(match["n"], decimal)) / (10 if match["sign"] == "\u2030" else 100)
    message = marked("'{text}' is per ten thousand, which is not read")
    if match["sign"] == "\u2030":
        message = marked("'{text}' is per mille, which is not read")
    return message, tr("write {text}", text=f"{match['minus']}{number.normalize():f}%")


def _about(match: re.Match[str], decimal: str) -> Fault:
    number = _digits(match["n"], decimal)
    return (
        _ESTIMATE,
        tr("write {number}, or the name of a parameter that has a range", number=number),
    )


def _with_words(match: re.Match[str], decimal: str) -> Fault:
    minus, words = match["minus"], (match["words"] or match["before"] or "").strip(" .")
    if re.search(r"(?<![^\W\d_])[0-9]|^[eE][0-9]", words):
        return marked("'{text}' holds several numbers"), tr("write one number, as in 1.5 or 1.5e6")
    number = _digits(match["n"], decimal)
    size = max((word for word in _SIZES if words.startswith(word)), key=len, default="")
    if size and (len(size) > 1 or not words[1:2].isascii() or not words[1:2].isalpha()):
        help = tr(
            "write {number} where the heading names the unit, as in cost [{unit}], or {full}",
            number=minus + number,
            unit=words,
            full=f"{minus}{Decimal(number).scaleb(_SIZES[size]).normalize():f}",
        )
    elif words[:1].isalpha():
        help = tr(
            "write {number}; a unit belongs into the heading, as in cost [{unit}]",
            number=minus + number,
            unit=words,
        )
    else:
        help = tr("write {number}; a unit belongs into the heading", number=minus + number)
    return _MIXED, help


def _fixed(message: str, help: str) -> Callable[[re.Match[str], str], Fault]:
    return lambda match, decimal: (message, tr(help))


def _turned(message: str, write: str) -> Callable[[re.Match[str], str], Fault]:
    return lambda match, decimal: (
        message,
        tr("write {text}", text=write.format(_digits(match["n"], decimal))),
    )


#: kinds of cells in the order in which they are tried, each with what it is and what to write
_KINDS: Final = tuple(
    (pattern(written, re.IGNORECASE if folded else 0), describe)
    for written, folded, describe in (
        (rf"\(\s*-?{_MONEY}?\s*(?P<n>{NUMERAL}\s*%?)\s*{_MONEY}?\s*\)\s*(?P<share>%)?", False,
         _bracketed),
        (rf"(?:{_MONEY}\s*)?(?P<n>{NUMERAL}\s*%?)\s*[-\u2010-\u2015\u2212]", False,
         _turned(marked("'{text}' has its minus behind it"), "-{}")),
        (r"[0-9]{4}[-/.\u5e74][0-9]{1,2}[-/.\u6708][0-9]{1,2}\u65e5?(?:[ T].*)?", False, _date),
        (r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{2}){1,2}(?:[ T].*)?", False, _date),
        (r"(?:19|20)[0-9]{2}(?:[-/](?:0[1-9]|1[0-2])|\u5e74(?:[0-9]{1,2}\u6708)?)|"
         r"[0-9]{1,2}\u6708[0-9]{1,2}\u65e5", False, _date),
        (rf"[0-9]{{1,4}}\.?[- ]{_MONTH}(?:[- ][0-9]{{2,4}})?|{_MONTH}[- ][0-9]{{1,4}}(?:,? .*)?",
         True, _date),
        (r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:\s*[ap]m)?", True,
         _fixed(marked("'{text}' reads as a time, and a cell of effects is a number"),
                marked("write a decimal number"))),
        (rf"[-+]?{_MONEY}?\s*(?P<n>{NUMERAL}\s*%?)\s*{_DASH}\s*{_MONEY}?\s*(?P<m>{NUMERAL}\s*%?)"
         r"(?:\s*[^\s()*/].*)?", True, _range),
        (r"(?P<sign>[-+])?(?:(?P<whole>[0-9]+)\s+)?(?P<top>[0-9]+)\s*/\s*(?P<bottom>[0-9]+)",
         False, _fraction),
        (rf"[+]?(?P<minus>-?)(?P<n>{NUMERAL})\s*(?P<sign>[\u2030\u2031]|bps?|basis\spoints?|"
         r"Basispunkte?|\u4e2a?\u57fa\u70b9)", True, _per_mille),
        (rf"[+]?(?P<n>-?{NUMERAL})\s*(?:per ?cent|pct\.?|prozent|v\.\s?h\.)", True,
         _turned(marked("'{text}' spells its percent sign out"), "{}%")),
        (r"[-+]?(?P<n>[0-9]+(?:_[0-9]+)+)(?:\.[0-9]*)?\s*%?", False,
         lambda match, decimal: (
             marked("'{text}' has an underscore between its digits"),
                                 tr("write {text}", text=match[0].replace("_", "")))),
        (rf"(?:{ABOUT})\s*{_MONEY}?\s*(?P<n>{NUMERAL}\s*%?).*", True, _about),
        (rf"(?P<n>{NUMERAL})\s*(?:\u00b1|\+/-|\u5de6\u53f3|\u4ee5\u4e0a|\u4ee5\u4e0b).*", False,
         _fixed(_ESTIMATE,
                marked("write one number, or the name of a parameter that has a range"))),
        (r"=.*", False,
         _fixed(marked("'{text}' begins with =, and a cell calculates nothing"),
                marked("write the result, or an expression that names a parameter"))),
        (r"[-+]?0[xXbBoO][0-9a-fA-F]+", False,
         _fixed(marked("'{text}' is no decimal number"), marked("write a decimal number"))),
        (rf"(?P<lead>-?)(?P<before>{_MONEY})\s*(?P<minus>-?)\s*(?P<n>{NUMERAL})(?P<words>)|"
         rf".*[^\W\d]\s*[:\uff1a]\s*(?P<after>{NUMERAL}).*", False,
         lambda match, decimal: (
             _MIXED,
             tr("write {text}", text=(match["lead"] or match["minus"] or "")
                + _digits(match["n"] or match["after"], decimal)))),
        (rf"[+]?(?P<before>)(?P<minus>-?)\s*(?P<n>{NUMERAL}(?:\s*%)?)\s*"
         r"(?P<words>[^\s0-9%+*/()^,;.<>=-][^*+^]*|\(.*[^\W\d].*\)|[*?!\u00b0]+|\.-)", False,
         _with_words),
    )
)  # fmt: skip
