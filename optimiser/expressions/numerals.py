"""Numbers as people write them, and as they are written here: one literal, a point for decimals,
no groups, no words, no unit.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, NamedTuple

__all__ = ["Misread", "comma_help", "misread", "spelled_out"]

_LITERAL: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: 1,000,000 or 1 000 000.5 or 1.000.000,5
_GROUPED: Final = re.compile(
    r"(?P<head>[0-9]{1,3})(?P<groups>(?P<sep>[.,'’，\u0020\u00a0\u2009\u202f])[0-9]{3}"
    r"(?:(?P=sep)[0-9]{3})*)(?P<rest>[.,，][0-9]+)?(?![0-9]|[.,，][0-9])"
)
_COMMA: Final = re.compile(r"[0-9]+[,，][0-9]+(?:[eE][+-]?[0-9]+)?(?![\w.])")
_WORD: Final = re.compile(r"[ \u00a0\u202f]*([^\W\d_]+)")
#: a word behind a number -> what it multiplies by
_SCALES: Final = {
    "k": 3,
    "tsd": 3,
    "tausend": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "mln": 6,
    "mio": 6,
    "million": 6,
    "millions": 6,
    "millionen": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "billions": 9,
    "mrd": 9,
    "milliarde": 9,
    "milliarden": 9,
    "tn": 12,
    "trillion": 12,
    "lakh": 5,
    "crore": 7,
    "w": 4,
}
#: the same where nothing but a unit follows at once: 18万元
_CHINESE_SCALES: Final = {
    "万亿": 12,
    "萬億": 12,
    "千亿": 11,
    "百亿": 10,
    "十亿": 9,
    "亿": 8,
    "億": 8,
    "千万": 7,
    "百万": 6,
    "十万": 5,
    "万": 4,
    "萬": 4,
    "千": 3,
    "百": 2,
}
_PERCENT: Final = frozenset(("percent", "pct", "prozent"))
_CURRENCIES: Final = frozenset(
    {
        *("eur", "euro", "euros", "usd", "dollar", "dollars", "cny", "rmb", "gbp", "chf", "jpy"),
        *("元", "人民币", "欧元", "美元", "日元", "块"),
    }
)
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2}
_STEPS: Final = {"十": 1, "百": 2, "千": 3}
_MYRIADS: Final = {"万": 4, "萬": 4, "亿": 8, "億": 8}


class Misread(NamedTuple):
    """A number that is written otherwise than here.

    Attributes:
        end: behind its last character.
        message: what it is.
        help: what to write.
    """

    end: int
    message: str
    help: str


def misread(text: str, start: int, /, *, alone: bool) -> Misread | None:
    """What is wrong with the way in which the number at ``start`` goes on; None where nothing is.

    Args:
        alone: whether a comma there separates nothing, as it does between the arguments of a
            function.
    """
    return (
        _in_groups(text, start, alone)
        or _with_comma(text, start, alone)
        or _with_fraction(text, start)
        or _with_word(text, start)
    )


def comma_help(text: str, /) -> str:
    """What to write for digits with commas: ``1,5`` is a decimal, ``1,000,000`` is in groups."""
    groups = re.split("[,，]", text)
    if len(groups) == 2 and (len(groups[1]) != 3 or groups[0] == "0"):
        return f"write {'.'.join(groups)}"
    if len(groups) == 2:
        return f"write {'.'.join(groups)} for a decimal, {''.join(groups)} for thousands"
    return f"write {''.join(groups)}"


def spelled_out(text: str, /) -> int | None:
    """The value of a number in Chinese characters, such as 三百二十; None for another text."""
    if not text or not set(text) <= {*_DIGITS, *_STEPS, *_MYRIADS}:
        return None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = 10 * digit + _DIGITS[character]
        elif character in _STEPS:
            section += (digit or 1) * 10 ** _STEPS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * 10 ** _MYRIADS[character]
            section = digit = 0
    return total + section + digit


def _in_groups(text: str, start: int, alone: bool) -> Misread | None:
    match = _GROUPED.match(text, start)
    if match is None:
        return None
    separator, rest = match["sep"], match["rest"] or ""
    single = len(match["groups"]) == 4
    if separator in ",，":
        if not alone or (single and not rest):
            return None
        if rest[:1] in (",", "，"):
            return None
    elif separator == "." and (rest[:1] == "." or (single and not rest)):
        return None
    plain = match["head"] + match["groups"].replace(separator, "")
    plain += rest.replace(",", ".").replace("，", ".")
    return Misread(match.end(), f"'{match.group()}' has its digits in groups", f"write {plain}")


def _with_comma(text: str, start: int, alone: bool) -> Misread | None:
    match = _COMMA.match(text, start)
    if match is None or not alone:
        return None
    written = match.group()
    help = f"{comma_help(written)}; decimals have a point: 0.5"
    return Misread(match.end(), f"'{written}' has a decimal comma", help)


def _with_fraction(text: str, start: int) -> Misread | None:
    literal = _literal(text, start)
    following = text[literal.end() : literal.end() + 1]
    share = unicodedata.numeric(following, 0.0) if following else 0.0
    if not 0.0 < share < 1.0:
        return None
    value = Decimal(literal.group()) + Decimal(repr(round(share, 6)))
    message = f"'{literal.group()}{following}' is a number and a fraction"
    return Misread(literal.end() + 1, message, f"write {value}")


def _with_word(text: str, start: int) -> Misread | None:
    literal = _literal(text, start)
    match = _WORD.match(text, literal.end())
    if match is None or len(literal.group()) > 40:
        return None
    word = match[1]
    exponent = _exponent(word)
    written = text[start : match.end()]
    if exponent is None:
        if word.casefold() in _PERCENT:
            share = Decimal(literal.group()) / 100
            help = f"write {share:f}, or {literal.group()}% as an effect"
            return Misread(match.end(), f"'{written}' spells its percent sign out", help)
        if word.casefold() not in _CURRENCIES:
            return None
        help = f"write {literal.group()}; the unit stands with the indicator or parameter: unit"
        return Misread(match.end(), f"'{written}' is a number with a unit", f"{help}: {word}")
    value = Decimal(literal.group()).scaleb(exponent)
    plain = f"{value.normalize():f}" if abs(value.adjusted()) < 16 else f"{value:e}"
    digits = literal.group()
    help = (
        f"write {plain}, or {digits} where the unit says '{word}'; for a product with '{word}' "
        f"write {digits} * {word}"
    )
    return Misread(match.end(), f"'{written}' is a number with a word", help)


def _exponent(word: str) -> int | None:
    """The power of ten that a word stands for; None where it is no such word."""
    for scale, exponent in _CHINESE_SCALES.items():
        if word.startswith(scale):
            return exponent
    return _SCALES.get(word.casefold())


def _literal(text: str, start: int) -> re.Match[str]:
    match = _LITERAL.match(text, start)
    assert match is not None
    return match
