"""What somebody may have meant: a fix for every spelling that is no syntax here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.tree import CONSTANTS, FUNCTIONS, Call

__all__ = ["FOREIGN", "LOGIC", "WRONG", "misplaced", "unknown_function"]

#: tried before the operators, longest first: spellings from other languages
WRONG = {
    "**=": "write == for equality",
    ":=": "names cannot be assigned: write == for equality",
    "===": "write ==",
    "!==": "'not equal' is no constraint; in where, use == and swap the two values",
    "!=": "'not equal' is no constraint; in where, use == and swap the two values",
    "<>": "'not equal' is no constraint; in where, use == and swap the two values",
    "=<": "write <=",
    "=>": "write >=",
    "//": "for whole division write floor(a / b)",
    "&&": "write two constraints, or a chain such as 0 <= x <= 5",
    "||": "write two constraints or two expressions; there is no 'or'",
    "<<": "write < or <=",
    ">>": "write > or >=",
    "->": "only arithmetic is allowed here",
    "+=": "names cannot be assigned",
    "-=": "names cannot be assigned",
    "*=": "names cannot be assigned",
    "/=": "names cannot be assigned",
    "...": "write out all the terms",
    "^": "for a power write **",
    "%": "write a percentage as a number (4 % is 0.04); an effect may be written {percent: 4}",
    "&": "write two constraints, or a chain such as 0 <= x <= 5",
    "|": "for an absolute value write abs(x)",
    "!": "only arithmetic is allowed here",
    "~": "write the number alone; for a negative write -x",
    "@": "for a product write *",
    "{": "write (",
    "}": "write )",
    ";": "write one expression; to separate arguments use ,",
    ":": "only arithmetic is allowed here",
    "?": "for a choice write where(condition, a, b)",
    "$": "write the name without $",
    "#": "comments go outside the expression",
    "\\": "for a division write /",
    "`": "write the name without quotes",
    "≤": "write <=",
    "≦": "write <=",
    "⩽": "write <=",
    "≥": "write >=",
    "≧": "write >=",
    "⩾": "write >=",
    "≠": "'not equal' is no constraint; in where, use == and swap the two values",
    "≈": "write ==",
    "×": "write *",
    "✕": "write *",
    "·": "write *",
    "⋅": "write *",
    "∙": "write *",
    "÷": "write /",
    "∕": "write /",
    "−": "write -",
    "–": "write -",
    "—": "write -",
    "‐": "write -",
    "¥": "write the number alone; the unit stands with the indicator or parameter: unit: CNY",
    "￥": "write the number alone; the unit stands with the indicator or parameter: unit: CNY",
    "€": "write the number alone; the unit stands with the indicator or parameter: unit: EUR",
    "£": "write the number alone; the unit stands with the indicator or parameter: unit: GBP",
    "√": "write sqrt(...)",
    "∑": "write a + b + c, or sum(a, b, c)",
    "∞": "an expression needs finite numbers",
    "。": "write .",
    "、": "write ,",
    "“": 'write "',
    "”": 'write "',
    "‘": "write '",
    "’": "write '",
    "【": "write [",
    "】": "write ]",
    "〈": "write <",
    "〉": "write >",
    "《": "write <",
    "》": "write >",
}
LOGIC = {
    "and": "write two constraints, or a chain such as 0 <= x <= 5",
    "or": "there is no 'or': write where(condition, a, b), or model the choice with a group",
    "not": "there is no 'not': turn the comparison round",
    "true": "write 1",
    "false": "write 0",
    "null": "write a number",
}
FOREIGN = {
    "if": "for a choice write where(condition, a, b)",
    "else": "for a choice write where(condition, a, b)",
    "for": "write out the terms: a + b + c",
    "in": "write a chain such as 0 <= x <= 5",
    "is": "write ==",
    "mod": "write a - b * floor(a / b)",
    "div": "write floor(a / b)",
}


def misplaced(operator: str, /) -> str:
    """What to do about an operator where a value is expected."""
    if operator == "=":
        return "for equality write =="
    if operator == ")":
        return "remove the operator before ), or complete it"
    if operator == ".":
        return "write the number with its first digit: 0.5"
    return "remove one of the two operators"


def unknown_function(call: Call, /, known: Iterable[str] = ()) -> ExpressionError:
    """The error for a call of something that is neither built in nor among ``known`` models."""
    candidates = sorted({*FUNCTIONS, *known})
    near = difflib.get_close_matches(call.function, candidates, n=1, cutoff=0.6)
    if call.function in CONSTANTS:
        fix = "write exp(x)" if call.function == "e" else "write pi * (...)"
    elif near:
        fix = f"did you mean {near[0]}?"
    else:
        fix = (
            f"a fitted model takes its features by name: {call.function}(x=...); to multiply "
            f"write {call.function} * (...)"
        )
        fix += f"; known functions: {', '.join(candidates)}"
    end = call.start + len(call.function)
    return ExpressionError(
        f"unknown function '{call.function}'", start=call.start, end=end, help=fix
    )
