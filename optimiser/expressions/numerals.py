"""Numbers as people write them, and as they are written here: one literal, a point for decimals,
no groups, no words, no unit.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, NamedTuple

from optimiser.language import tr
from optimiser.patterns import pattern

__all__ = ["Misread", "comma_help", "misread", "spelled_out"]

_LITERAL: Final = pattern(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: what ends a number and is never a part of one, "" at the end of a text
_ENDS: Final = frozenset({"", *"()*/+-<>="})
#: 1,000,000 or 1 000 000.5 or 1.000.000,5
_GROUPED: Final = pattern(
    r"(?P<head>[0-9]{1,3})(?P<groups>(?P<sep>[.,'’，\u0020\u00a0\u2009\u202f])[0-9]{3}"
    r"(?:(?P=sep)[0-9]{3})*)(?P<rest>[.,，][0-9]+)?(?![0-9]|[.,，][0-9])"
)
_COMMA: Final = pattern(r"[0-9]+[,，][0-9]+(?:[eE][+-]?[0-9]+)?(?![\w.])")
_WORD: Final = pattern(r"[ \u00a0\u202f]*([^\W\d_]+)")
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
    end = _literal(text, start).end()
    if text[end : end + 1] in _ENDS:
        return None
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
        return tr("write {text}", text=".".join(groups))
    if len(groups) == 2:
        return tr(
            "write {decimal} for a decimal, {whole} for thousands",
            decimal=".".join(groups),
            whole="".join(groups),
        )
    return tr("write {text}", text="".join(groups))


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
    message = tr("'{text}' has its digits in groups", text=match.group())
    return Misread(match.end(), message, tr("write {text}", text=plain))


def _with_comma(text: str, start: int, alone: bool) -> Misread | None:
    match = _COMMA.match(text, start)
    if match is None or not alone:
        return None
    written = match.group()
    help = tr("{fix}; decimals have a point: 0.5", fix=comma_help(written))
    return Misread(match.end(), tr("'{text}' has a decimal comma", text=written), help)


def _with_fraction(text: str, start: int) -> Misread | None:
    literal = _literal(text, start)
    following = text[literal.end() : literal.end() + 1]
    share = unicodedata.numeric(following, 0.0) if following else 0.0
    if not 0.0 < share < 1.0:
        return None
    value = Decimal(literal.group()) + Decimal(repr(round(share, 6)))
    message = tr("'{text}' is a number and a fraction", text=literal.group() + following)
    return Misread(literal.end() + 1, message, tr("write {text}", text=value))


def _with_word(text: str, start: int) -> Misread | None:
    literal = _literal(text, start)
    match = _WORD.match(text, literal.end())
    if match is None or len(literal.group()) > 40:
        return None
    word, digits = match[1], literal.group()
    exponent = _exponent(word)
    written = text[start : match.end()]
    if exponent is None:
        if word.casefold() in _PERCENT:
            message = tr("'{text}' spells its percent sign out", text=written)
            help = tr(
                "write {share:f}, or {digits}% as an effect",
                share=Decimal(digits) / 100,
                digits=digits,
            )
            return Misread(match.end(), message, help)
        if word.casefold() not in _CURRENCIES:
            return None
        message = tr("'{text}' is a number with a unit", text=written)
        help = tr(
            "write {digits}; the unit stands with the indicator or parameter: unit: {word}",
            digits=digits,
            word=word,
        )
        return Misread(match.end(), message, help)
    value = Decimal(digits).scaleb(exponent)
    plain = f"{value.normalize():f}" if abs(value.adjusted()) < 16 else f"{value:e}"
    message = tr("'{text}' is a number with a word", text=written)
    help = tr(
        "write {plain}, or {digits} where the unit says '{word}'; for a product with '{word}' "
        "write {digits} * {word}",
        plain=plain,
        digits=digits,
        word=word,
    )
    return Misread(match.end(), message, help)


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
