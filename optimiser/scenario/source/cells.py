"""What a cell of a table says: one literal, or an expression that names a parameter. Whatever else
stands there is told apart by its kind, with what to write instead; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Final

from optimiser.expressions import RESERVED, ExpressionError, parse
from optimiser.scenario.format.formulas import NUMBER

__all__ = ["MISSING", "is_words", "literal", "number_fault"]

#: what stands in a table where a number is not known, folded
MISSING: Final = frozenset(
    {
        *("-", "--", "---", "–", "—", "/", "\\", ".", "?", "??", "n/a", "na", "n.a.", "#n/a"),
        *("nan", "nil", "null", "none", "tbd", "tba", "k.a.", "keine", "entfällt", "offen"),
        *("unbekannt", "无", "暂无", "待定", "未知", "不适用"),
    }
)
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_MOST_SHOWN: Final = 60

_N: Final = r"[0-9]+(?:[.,'\u2019][0-9]+)*"
_MONEY: Final = r"(?:[\u00a5\u20ac$\u00a3]|[A-Z]{3}\b)"
_MONTH: Final = (
    r"(?:jan|feb|m(?:ar|\u00e4r)|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z\u00e4]*\.?"
)
_DASH: Final = r"(?:-|[\u2010-\u2015\u2212]|~|\u223c|\.{2,3}|\u2026|to|bis|until|\u81f3|\u5230)"
_ABOUT: Final = (
    r"~|\u2248|\u223c|<=?|>=?|\u2264|\u2265|\u00b1|\+/-|\u7ea6|\u5927\u7ea6|\u5927\u6982|\u8fd1|"
    r"\u6700\u591a|\u81f3\u5c11|about|approx\.?|circa|ca\.?|around|up to|max\.?|min\.?|at least|"
    r"at most|over|under|rund|etwa|ungef\u00e4hr|bis zu|bis|mindestens|h\u00f6chstens"
)
_SIZES: Final = {
    "\u767e": 2, "\u5343": 3, "k": 3, "K": 3, "Tsd": 3, "\u4e07": 4, "\u842c": 4,
    "\u767e\u4e07": 6, "M": 6, "Mio": 6, "Mill": 6, "million": 6, "\u5343\u4e07": 7,
    "\u4ebf": 8, "\u5104": 8, "bn": 9, "Mrd": 9, "billion": 9,
    "T\u20ac": 3, "TEUR": 3, "lakh": 5, "crore": 7,
}  # fmt: skip
_COMMA: Final = re.compile(r"[-+]?[0-9.]*(,[0-9]+)+(\.[0-9]*)?(?:[eE][-+]?[0-9]+)?\s*%?")
_POINT: Final = re.compile(
    r"(?![0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{2}){1,2}$)"  # a date
    r"[-+]?[0-9,]*(\.[0-9]+)+(,[0-9]*)?(?:[eE][-+]?[0-9]+)?\s*%?"
)
_GROUPED: Final = re.compile(
    "[-+]?[0-9]{1,3}([ '`\u00b4\u00a0\u066c\u2007\u2009\u202f\u2019][0-9]{3})+([.,][0-9]*)?\\s*%?"
)
_RAISED_POINT: Final = re.compile(
    "([-+]?[0-9]+)[\u00b7\u02d9\u066b\u2022\u2219\u22c5]([0-9]+\\s*%?)"
)
#: digits that are marks, such as those of footnotes, at a number or alone
_MARKS: Final = re.compile("(?:^|[0-9.,%]\\s*)[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u2473]")
#: a fraction in one character behind a digit, which must not become a digit of its numerator
_JOINED: Final = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e])")
_POINTS: Final = re.compile(r"[-+]?[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]*)?\s*%?")
_MINUS: Final = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d].*[0-9].*")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?%?")

_Fault = tuple[str, str]


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
        and not re.match(rf"\W*{_N}|\({_N}", text)
        and text.casefold() not in MISSING
        and not re.fullmatch(rf"(?i)(?:{_ABOUT})\s*{_N}.*", text)
    )


def number_fault(
    text: str,
    /,
    *,
    decimal: str = ".",
    option: str = "",
    named: Collection[str] | None = None,
    share: bool = False,
) -> _Fault | None:
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
) -> _Fault | None:
    """As :func:`number_fault`, with decimal points in what to write."""
    number = literal(text, decimal=decimal)
    if number is not None and (share or not number.endswith("%")):
        return None
    shown = text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
    if number is not None:
        part = Decimal(number.removesuffix("%"))
        return (
            f"'{shown}' is a percentage, and here stands a plain number",
            f"write {part / 100:f} for the share, or {part:f} for percent",
        )
    if not text or _NO_NUMBER.fullmatch(text):
        return None
    found = set(_NAME.findall(text)) - RESERVED
    readable = _readable(text)
    if found and ((readable and named is None) or found & set(named or ())):
        return None
    fault = _separated(text, decimal, option) or _of_a_kind(text, decimal)
    if fault is None and readable and not found:
        fault = (
            "is a calculation, and a cell is one number or an expression that names a parameter",
            "write its result",
        )
    if fault is None and _is_text(text, readable=readable):
        fault = (
            "is no number",
            "write a number such as 1.8, or an expression that names a parameter; leave the cell "
            "empty where there is no effect",
        )
    return None if fault is None else (f"'{shown}' {fault[0]}", fault[1])


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


def _separated(text: str, decimal: str, option: str) -> _Fault | None:
    """Points, commas and blanks where a plain number has none, dashes that are no minus, and what
    looks like a digit or like nothing.
    """
    unseen = next((c for c in text if unicodedata.category(c) == "Cf"), "")
    if unseen:
        plain = "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
        return (
            f"holds an invisible character, U+{ord(unseen):04X}",
            f"write {plain}" if plain else "empty the cell",
        )
    if _MARKS.search(text):
        return (
            "holds a raised, lowered or circled digit",
            "write the number alone; a note belongs into another column",
        )
    if raised := _RAISED_POINT.fullmatch(text):
        return "has another sign before its decimals", f"write {raised[1]}.{raised[2]}"
    if decimal == "," and _POINT.fullmatch(text):
        return (
            "has a point, and the numbers of this table have decimal commas",
            "write a decimal comma, as in 1,5, and the digits of thousands alone, as in 1500",
        )
    if _COMMA.fullmatch(text):
        help = "write a decimal point, as in 1.5 or 1500"
        if decimal == ",":
            help = "write one decimal comma, as in 1,5, and the digits of thousands alone: 1500"
        elif option and literal(text, decimal=",") and not _THOUSANDS.fullmatch(text.lstrip("+-")):
            help += f"; where every comma of the table stands before decimals, {option}"
        return "is not a number: it has a decimal or thousands comma", help
    if _GROUPED.fullmatch(text) or _POINTS.fullmatch(text):
        return (
            "is not a number: it has a separator between thousands",
            "write the digits alone, as in 1500",
        )
    if _MINUS.fullmatch(text):
        return (
            "is not a number: it begins with a typographer's dash",
            f"write -{text[1:].strip()}",
        )
    normal = unicodedata.normalize("NFKC", text).strip()
    if normal != text and literal(normal) is not None:
        return "is not a number: it is written in full-width characters", f"write {normal}"
    return None


def _of_a_kind(text: str, decimal: str) -> _Fault | None:
    """What a text is that people read as a number, or as none, and a program does not."""
    normal = unicodedata.normalize("NFKC", _JOINED.sub(" ", text)).replace("\u2044", "/").strip()
    if normal.casefold() in MISSING:
        return (
            "stands for a missing value",
            "write a number, or leave the cell empty where there is no effect",
        )
    for pattern, describe in _KINDS:
        match = pattern.fullmatch(normal)
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


def _bracketed(match: re.Match[str], decimal: str) -> _Fault:
    number = _digits(match["n"] + (match["share"] or ""), decimal)
    return (
        "stands in parentheses, as accountants write what is negative",
        f"write -{number} for a negative number, {number} for another",
    )


def _range(match: re.Match[str], decimal: str) -> _Fault:
    low, high = _digits(match["n"], decimal), _digits(match["m"], decimal)
    ends = "" if "%" in low + high else f": {{value: {low}, low: {low}, high: {high}}}"
    return (
        "is a range, and a cell is one number",
        f"write one number, or the name of a parameter that has this range{ends}",
    )


def _date(match: re.Match[str], decimal: str) -> _Fault:
    return (
        "reads as a date, and a cell of effects is a number",
        "write the number; spreadsheet programs turn 3-5 and 1/2 into dates unless the cell is "
        "formatted as text",
    )


def _fraction(match: re.Match[str], decimal: str) -> _Fault:
    whole, top, bottom = match["whole"] or "0", match["top"], match["bottom"]
    message = "is a fraction, and a cell is a decimal number"
    if int(bottom) == 0:
        return message, "write a decimal number"
    value = Decimal(whole) + Decimal(top) / Decimal(bottom)
    return message, f"write {match['sign'] or ''}{round(value, 6).normalize():f}"


def _per_mille(match: re.Match[str], decimal: str) -> _Fault:
    number = Decimal(_digits(match["n"], decimal)) / (10 if match["sign"] == "\u2030" else 100)
    what = "per mille" if match["sign"] == "\u2030" else "per ten thousand"
    return f"is {what}, which is not read", f"write {match['minus']}{number.normalize():f}%"


def _about(match: re.Match[str], decimal: str) -> _Fault:
    number = _digits(match["n"], decimal)
    return (
        "is an estimate or a limit, and a cell is one number",
        f"write {number}, or the name of a parameter that has a range",
    )


def _with_words(match: re.Match[str], decimal: str) -> _Fault:
    minus, words = match["minus"], (match["words"] or match["before"] or "").strip(" .")
    if re.search(r"(?<![^\W\d_])[0-9]|^[eE][0-9]", words):
        return "holds several numbers", "write one number, as in 1.5 or 1.5e6"
    number = _digits(match["n"], decimal)
    size = max((word for word in _SIZES if words.startswith(word)), key=len, default="")
    if size and (len(size) > 1 or not words[1:2].isascii() or not words[1:2].isalpha()):
        full = f"{Decimal(number).scaleb(_SIZES[size]).normalize():f}"
        help = (
            f"write {minus}{number} where the heading names the unit, as in cost [{words}], or "
            f"{minus}{full}"
        )
    else:
        unit = f", as in cost [{words}]" if words[:1].isalpha() else ""
        help = f"write {minus}{number}; a unit belongs into the heading{unit}"
    return "holds a number and something else", help


def _fixed(what: str, help: str) -> Callable[[re.Match[str], str], _Fault]:
    return lambda match, decimal: (what, help)


def _turned(what: str, write: str) -> Callable[[re.Match[str], str], _Fault]:
    return lambda match, decimal: (what, f"write {write.format(_digits(match['n'], decimal))}")


#: kinds of cells in the order in which they are tried, each with what it is and what to write
_KINDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE if folded else 0), describe)
    for pattern, folded, describe in (
        (rf"\(\s*-?{_MONEY}?\s*(?P<n>{_N}\s*%?)\s*{_MONEY}?\s*\)\s*(?P<share>%)?", False,
         _bracketed),
        (rf"(?:{_MONEY}\s*)?(?P<n>{_N}\s*%?)\s*[-\u2010-\u2015\u2212]", False,
         _turned("has its minus behind it", "-{}")),
        (r"[0-9]{4}[-/.\u5e74][0-9]{1,2}[-/.\u6708][0-9]{1,2}\u65e5?(?:[ T].*)?", False, _date),
        (r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{2}){1,2}(?:[ T].*)?", False, _date),
        (r"(?:19|20)[0-9]{2}(?:[-/](?:0[1-9]|1[0-2])|\u5e74(?:[0-9]{1,2}\u6708)?)|"
         r"[0-9]{1,2}\u6708[0-9]{1,2}\u65e5", False, _date),
        (rf"[0-9]{{1,4}}\.?[- ]{_MONTH}(?:[- ][0-9]{{2,4}})?|{_MONTH}[- ][0-9]{{1,4}}(?:,? .*)?",
         True, _date),
        (r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:\s*[ap]m)?", True,
         _fixed("reads as a time, and a cell of effects is a number", "write a decimal number")),
        (rf"[-+]?{_MONEY}?\s*(?P<n>{_N}\s*%?)\s*{_DASH}\s*{_MONEY}?\s*(?P<m>{_N}\s*%?)"
         r"(?:\s*[^\s()*/].*)?", True, _range),
        (r"(?P<sign>[-+])?(?:(?P<whole>[0-9]+)\s+)?(?P<top>[0-9]+)\s*/\s*(?P<bottom>[0-9]+)",
         False, _fraction),
        (rf"[+]?(?P<minus>-?)(?P<n>{_N})\s*(?P<sign>[\u2030\u2031]|bps?|basis points?|Basispunkte?|"
         r"\u4e2a?\u57fa\u70b9)", True, _per_mille),
        (rf"[+]?(?P<n>-?{_N})\s*(?:per ?cent|pct\.?|prozent|v\.\s?h\.)", True,
         _turned("spells its percent sign out", "{}%")),
        (r"[-+]?(?P<n>[0-9]+(?:_[0-9]+)+)(?:\.[0-9]*)?\s*%?", False,
         lambda match, decimal: ("has an underscore between its digits",
                        f"write {match[0].replace('_', '')}")),
        (rf"(?:{_ABOUT})\s*{_MONEY}?\s*(?P<n>{_N}\s*%?).*", True, _about),
        (rf"(?P<n>{_N})\s*(?:\u00b1|\+/-|\u5de6\u53f3|\u4ee5\u4e0a|\u4ee5\u4e0b).*", False,
         _fixed("is an estimate or a limit, and a cell is one number",
                "write one number, or the name of a parameter that has a range")),
        (r"=.*", False,
         _fixed("begins with =, and a cell calculates nothing",
                "write the result, or an expression that names a parameter")),
        (r"[-+]?0[xXbBoO][0-9a-fA-F]+", False,
         _fixed("is no decimal number", "write a decimal number")),
        (rf"(?P<lead>-?)(?P<before>{_MONEY})\s*(?P<minus>-?)\s*(?P<n>{_N})(?P<words>)|"
         rf".*[^\W\d]\s*[:\uff1a]\s*(?P<after>{_N}).*", False,
         lambda match, decimal: (
             "holds a number and something else",
             f"write {match['lead'] or match['minus'] or ''}"
             f"{_digits(match['n'] or match['after'], decimal)}")),
        (rf"[+]?(?P<before>)(?P<minus>-?)\s*(?P<n>{_N}(?:\s*%)?)\s*(?P<words>[^\s0-9%+*/()^,;.<>=-]"
         r"[^*+^]*|\(.*[^\W\d].*\)|[*?!\u00b0]+|\.-)", False, _with_words),
    )
)  # fmt: skip
