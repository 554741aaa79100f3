"""What somebody may have meant: a fix for every spelling that is no syntax here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.tree import CONSTANTS, FUNCTIONS, Call
from optimiser.language import listed, marked, tr

__all__ = ["FOREIGN", "LOGIC", "WRONG", "instead_of", "misplaced", "unknown_function"]

_NOT_EQUAL = marked("'not equal' is no constraint; in where, use == and swap the two values")
_ASSIGNED = marked("names cannot be assigned")
_ARITHMETIC = marked("only arithmetic is allowed here")
_CHAIN = marked("write two constraints, or a chain such as 0 <= x <= 5")
_WHERE = marked("for a choice write where(condition, a, b)")

#: spellings from other languages, and what to write in their place
_INSTEAD = {
    "===": "==",
    "=<": "<=",
    "=>": ">=",
    "{": "(",
    "}": ")",
    "≤": "<=",
    "≦": "<=",
    "⩽": "<=",
    "≥": ">=",
    "≧": ">=",
    "⩾": ">=",
    "≈": "==",
    "×": "*",
    "✕": "*",
    "·": "*",
    "⋅": "*",
    "∙": "*",
    "÷": "/",
    "∕": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "√": "sqrt(...)",
    "。": ".",
    "、": ",",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "【": "[",
    "】": "]",
    "〈": "<",
    "〉": ">",
    "《": "<",
    "》": ">",
}
#: currencies
_UNITS = {"¥": "CNY", "￥": "CNY", "€": "EUR", "£": "GBP"}
#: those for which there is more to say
_ADVICE = {
    "**=": marked("write == for equality"),
    ":=": marked("names cannot be assigned: write == for equality"),
    "!==": _NOT_EQUAL,
    "!=": _NOT_EQUAL,
    "<>": _NOT_EQUAL,
    "//": marked("for whole division write floor(a / b)"),
    "&&": _CHAIN,
    "||": marked("write two constraints or two expressions; there is no 'or'"),
    "<<": marked("write < or <="),
    ">>": marked("write > or >="),
    "->": _ARITHMETIC,
    "+=": _ASSIGNED,
    "-=": _ASSIGNED,
    "*=": _ASSIGNED,
    "/=": _ASSIGNED,
    "...": marked("write out all the terms"),
    "^": marked("for a power write **"),
    "%": marked(
        "write a percentage as a number (4 % is 0.04); an effect may be written {percent: 4}"
    ),
    "&": _CHAIN,
    "|": marked("for an absolute value write abs(x)"),
    "!": _ARITHMETIC,
    "~": marked("write the number alone; for a negative write -x"),
    "@": marked("for a product write *"),
    ";": marked("write one expression; to separate arguments use ,"),
    ":": _ARITHMETIC,
    "?": _WHERE,
    "$": marked("write the name without $"),
    "#": marked("comments go outside the expression"),
    "\\": marked("for a division write /"),
    "`": marked("write the name without quotes"),
    "≠": _NOT_EQUAL,
    "∑": marked("write a + b + c, or sum(a, b, c)"),
    "∞": marked("an expression needs finite numbers"),
}
WRONG = frozenset((*_INSTEAD, *_UNITS, *_ADVICE))
"""What is tried before the operators, longest first."""

LOGIC = {
    "and": _CHAIN,
    "or": marked(
        "there is no 'or': write where(condition, a, b), or model the choice with a group"
    ),
    "not": marked("there is no 'not': turn the comparison round"),
    "true": marked("write 1"),
    "false": marked("write 0"),
    "null": marked("write a number"),
}
FOREIGN = {
    "if": _WHERE,
    "else": _WHERE,
    "for": marked("write out the terms: a + b + c"),
    "in": marked("write a chain such as 0 <= x <= 5"),
    "is": marked("write =="),
    "mod": marked("write a - b * floor(a / b)"),
    "div": marked("write floor(a / b)"),
}


def instead_of(wrong: str, /) -> str:
    """The fix for one of the spellings that are wrong here."""
    if wrong in _INSTEAD:
        return tr("write {text}", text=_INSTEAD[wrong])
    if wrong in _UNITS:
        return tr(
            "write the number alone; the unit stands with the indicator or parameter: unit: {unit}",
            unit=_UNITS[wrong],
        )
    return tr(_ADVICE[wrong])


def misplaced(operator: str, /) -> str:
    """What to do about an operator where a value is expected."""
    if operator == "=":
        return tr("for equality write ==")
    if operator == ")":
        return tr("remove the operator before ), or complete it")
    if operator == ".":
        return tr("write the number with its first digit: 0.5")
    return tr("remove one of the two operators")


def unknown_function(call: Call, /, known: Iterable[str] = ()) -> ExpressionError:
    """The error for a call of something that is neither built in nor among ``known`` models."""
    candidates = sorted({*FUNCTIONS, *known})
    near = difflib.get_close_matches(call.function, candidates, n=1, cutoff=0.6)
    if call.function in CONSTANTS:
        fix = tr("write {text}", text="exp(x)" if call.function == "e" else "pi * (...)")
    elif near:
        fix = tr("did you mean {name}?", name=near[0])
    else:
        fix = tr(
            "a fitted model takes its features by name: {name}(x=...); to multiply write "
            "{name} * (...); known functions: {functions}",
            name=call.function,
            functions=listed(candidates),
        )
    end = call.start + len(call.function)
    message = tr("unknown function '{name}'", name=call.function)
    return ExpressionError(message, start=call.start, end=end, help=fix)
