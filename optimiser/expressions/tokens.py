"""Text to tokens, with a fix for whatever is not one."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Literal, NamedTuple

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.hints import WRONG, instead_of
from optimiser.expressions.numerals import misread
from optimiser.language import marked, tr
from optimiser.patterns import pattern

__all__ = ["MAX_DIGITS", "MAX_LENGTH", "Token", "exact_decimal", "tokenise"]

MAX_LENGTH = 200_000
MAX_DIGITS = 400
# beyond these a float is infinite or zero, and an exact fraction needlessly long
_LARGEST_EXPONENT, _SMALLEST_EXPONENT = 308, -330

_SPACE = frozenset(" \t\r\n\u00a0\u2009\u202f\u3000")
_NUMBER = pattern(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OPERATORS = (
    "**",
    "<=",
    ">=",
    "==",
    "+",
    "-",
    "*",
    "/",
    "(",
    ")",
    ",",
    ".",
    "<",
    ">",
    "[",
    "]",
    "=",
)
# first character -> what starts with it, longest first
_WRONG_FROM = {
    text[0]: sorted((w for w in WRONG if w[0] == text[0]), key=len, reverse=True) for text in WRONG
}
_OPERATORS_FROM = {text[0]: [o for o in _OPERATORS if o[0] == text[0]] for text in _OPERATORS}
# what starts a wrong spelling but no name may hold: a middle dot is a letter to Python
_NO_LETTER = frozenset(text for text in WRONG if len(text) == 1)
_THOUSANDTHS = {
    "\u2030": marked("write 5 \u2030 as 0.005; an effect may be a percentage: 0.5%"),
    "\u2031": marked("write 5 \u2031 as 0.0005; an effect may be a percentage: 0.5%"),
}

Kind = Literal["number", "name", "operator", "string", "end"]


class Token(NamedTuple):
    """``text`` is normalised for names and without quotes for strings; offsets are into the
    original.
    """

    kind: Kind
    text: str
    start: int
    end: int


def tokenise(text: str, /) -> list[Token]:
    """The tokens of ``text``, closed by an ``end`` token.

    Raises:
        ExpressionError: not a text, too long, or something that is no token.
    """
    if not isinstance(text, str):
        raise ExpressionError(
            tr("expected an expression as text, got {kind}", kind=type(text).__name__),
            help=tr("write it in quotes"),
        )
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            tr(
                "expression of {length:,} characters; at most {most:,} are allowed",
                length=len(text),
                most=MAX_LENGTH,
            ),
            end=len(text),
            help=tr("split it into several indicators"),
        )
    tokens: list[Token] = []
    at = depth = 0
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
            continue
        token = _next(text, at, alone=depth <= 0)
        tokens.append(token)
        if token.kind == "operator":
            depth += (token.text == "(") - (token.text == ")")
        at = token.end
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def exact_decimal(value: Decimal, /, *, start: int = 0, end: int = 0) -> Decimal:
    """``value`` itself, once it is known to be finite and of a sane length."""
    if not value.is_finite():
        raise ExpressionError(
            tr("expected a finite number, got {value}", value=value),
            start=start,
            end=end,
            help=tr("only min and max of a variable may be infinite"),
        )
    if not value:
        return Decimal(0)
    if len(value.as_tuple().digits) > MAX_DIGITS:
        raise _too_long(start, end)
    if not _SMALLEST_EXPONENT <= value.adjusted() <= _LARGEST_EXPONENT or not abs(
        float(value)
    ) < float("inf"):
        raise ExpressionError(
            tr("the number is too large")
            if value.adjusted() > 0
            else tr("the number is too small"),
            start=start,
            end=end,
            help=tr("numbers lie between 1e-330 and 1.79e308; choose another unit"),
        )
    return value


def _too_long(start: int, end: int, /) -> ExpressionError:
    message = tr("a number with more than {most} digits", most=MAX_DIGITS)
    return ExpressionError(message, start=start, end=end, help=tr("round it"))


def _next(text: str, at: int, /, *, alone: bool) -> Token:
    """The token at a place; ``alone`` says that a comma there separates nothing."""
    char = text[at]
    if match := _NUMBER.match(text, at):
        if fault := misread(text, at, alone=alone):
            raise ExpressionError(fault.message, start=at, end=fault.end, help=fault.help)
        return _number(text, at, match.end())
    for wrong in _WRONG_FROM.get(char, ()):
        if text.startswith(wrong, at):
            raise ExpressionError(
                tr("'{text}' is not an operator here", text=wrong),
                start=at,
                end=at + len(wrong),
                help=instead_of(wrong),
            )
    for operator in _OPERATORS_FROM.get(char, ()):
        if text.startswith(operator, at):
            return Token("operator", operator, at, at + len(operator))
    if char.isidentifier():
        return _name(text, at)
    if char in "\"'":
        return _string(text, at)
    raise _unknown(text, at)


def _number(text: str, start: int, end: int, /) -> Token:
    literal = text[start:end]
    follows = text[end : end + 1]
    if (
        literal == "0"
        and follows in ("x", "X", "b", "B", "o", "O")
        and text[end + 1 : end + 2].isalnum()
    ):
        raise ExpressionError(
            tr("only decimal numbers are allowed"),
            start=start,
            end=end + 1,
            help=tr("write the number in base 10"),
        )
    if follows == "_" and text[end + 1 : end + 2].isdigit():
        last = end + 1
        while last < len(text) and (text[last].isdigit() or text[last] in "_."):
            last += 1
        plain = text[start:last].replace("_", "")
        raise ExpressionError(
            tr("digits cannot be grouped"),
            start=start,
            end=end + 1,
            help=tr("write {text}", text=plain),
        )
    if len(literal) > MAX_DIGITS + 20:
        raise _too_long(start, end)
    exponent = literal.lower().partition("e")[2]
    # Decimal itself refuses exponents past its own limits with an error of its own
    if len(exponent.lstrip("+-0")) > 6 and any(
        digit in "123456789" for digit in literal.lower().partition("e")[0]
    ):
        small = exponent.startswith("-")
        raise ExpressionError(
            tr("the number is too small") if small else tr("the number is too large"),
            start=start,
            end=end,
            help=tr("choose another unit"),
        )
    value = Decimal(literal) if len(exponent) <= 8 else Decimal(0)
    exact_decimal(value, start=start, end=end)
    return Token("number", literal, start, end)


def _name(text: str, start: int, /) -> Token:
    end = start + 1
    while end < len(text) and text[end] not in _NO_LETTER and ("a" + text[end]).isidentifier():
        end += 1
    name = unicodedata.normalize("NFKC", text[start:end])
    if not name.isidentifier():
        raise ExpressionError(
            tr("{text} is not a name", text=_shown(text[start:end])),
            start=start,
            end=end,
            help=tr("a name has letters, digits and _"),
        )
    return Token("name", name, start, end)


def _string(text: str, start: int, /) -> Token:
    end = text.find(text[start], start + 1)
    if end < 0:
        raise ExpressionError(
            tr("a quotation mark is not closed"),
            start=start,
            end=len(text),
            help=tr("add {mark} at the end", mark=text[start]),
        )
    return Token("string", text[start + 1 : end], start, end + 1)


def _unknown(text: str, at: int, /) -> ExpressionError:
    """The error for a character that starts no token: look-alikes say what to write."""
    char = text[at]
    if char == "…":
        return ExpressionError(
            tr("… is not an operator here"), start=at, end=at + 1, help=instead_of("...")
        )
    end = at + 1
    if plain := _look_alike(char):
        while char.isdecimal() and end < len(text) and text[end].isdecimal():
            end += 1
        while plain in "<>=" and end < len(text) and _look_alike(text[end]) == "=":
            end += 1
        plain = unicodedata.normalize("NFKC", text[at:end])
        fix = "==" if plain == "=" and text[at - 1 : at] not in ("<", ">", "=") else plain
        fix = f"**{plain}" if unicodedata.category(char) == "No" and plain.isdigit() else fix
        shown = _shown(text[at:end])
        message = tr(
            "{character} looks like {plain} but is another character", character=shown, plain=plain
        )
        return ExpressionError(message, start=at, end=end, help=tr("write {text}", text=fix))
    share = unicodedata.numeric(char, 0.0)
    if char in _THOUSANDTHS:
        message = tr("{character} is not read", character=char)
        return ExpressionError(message, start=at, end=end, help=tr(_THOUSANDTHS[char]))
    part = 0.0 < share < 1.0
    fix = tr("write {text}", text=round(share, 6)) if part else tr("remove it")
    if char == "\u00b1":
        fix = tr("write one number, or a parameter with low and high")
    message = tr("unexpected character {character}", character=_shown(char))
    return ExpressionError(message, start=at, end=end, help=fix)


def _look_alike(char: str, /) -> str:
    """The character of ASCII that another one looks like; empty where it looks like none."""
    plain = unicodedata.normalize("NFKC", char)
    ascii = char != plain and plain.isascii() and plain.isprintable() and plain.strip() != ""
    return plain if ascii else ""


def _shown(text: str, /) -> str:
    if text.isprintable():
        return f"'{text}'"
    control = tr("a control character")
    return " ".join(f"U+{ord(char):04X} ({unicodedata.name(char, control)})" for char in text)
