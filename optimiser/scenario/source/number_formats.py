"""What the number format of a workbook's cell makes of the number that the cell holds.

A planner sees the formatted number. Where that is another number than the one that is stored, the
cell is refused: 1,800,000 with the format ``0.0,,`` shows 1.8, and nobody can know which is meant.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

from optimiser.language import tr
from optimiser.patterns import pattern

__all__ = ["format_fault", "is_percentage"]

#: texts in quotes or behind an escape, paddings and fillings, colours, currencies and conditions
_ASIDE: Final = pattern(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]')
_TEXTS: Final = pattern(r'"([^"]*)"|\\(.)|\[\$([^-\]]*)')
#: what shows nothing, or a currency
_UNSEEN: Final = pattern(r"(\\.|\"[^\"]*\")|[_*].|\[[^\]]*\]|E[-+]")
#: texts between digits, in ``0\.0`` or ``0"h"00``; the blanks and apostrophes of thousands are none
_BETWEEN: Final = pattern(
    "[0#?.,](?![ '\u2019\u00a0\u202f\\\\\"]+[0#?]{3}(?![0#?]))"
    r'(?:"[^"]+"|\\.|[^0#?.,/"\\])+[0#?]'
)
#: a minus, or how accountants write one, before the digits
_MINUS: Final = pattern("[-(\u2013\u2212][^\\w#?]*(?:[0#?]|general)", re.IGNORECASE)
#: what makes digits behind a number a factor, as in ``0.0"x 1000"`` and ``0"e3"``
_TIMES: Final = pattern(r"(?:^e|\bx\s*)(?=[-+]?[0-9])", re.IGNORECASE)
_CONDITION: Final = pattern(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)\]")
#: a comma behind the last digit divides by a thousand; one between digits groups them
_SCALED: Final = pattern(r"[0#?],+(?=[^0#?,]|$)")
_COLOUR: Final = pattern(r"\[(?!\$|[<>=]|DBNum|h|m|s)[A-Za-z]+[0-9 ]*\]", re.IGNORECASE)
_HOLDS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


def is_percentage(form: str, value: float, /) -> bool:
    """Whether a number is shown as a percentage: a ``%`` stands outside of quotes and escapes."""
    return "%" in _ASIDE.sub("", _section(form, value)[0])


def format_fault(form: str, value: float, /) -> tuple[str, str] | None:
    """How a number is shown as another one, and what to do; None where it is shown as it is.

    >>> format_fault("0.0,,", 1800000.0)[0]
    'its format 0.0,, shows it divided by 1,000,000'
    """
    section, negative = _section(form, value)
    bare = _ASIDE.sub("", section)
    texts = "".join(map("".join, _TEXTS.findall(section)))
    seen = _UNSEEN.sub(lambda match: match[1] or "", section)
    plain = tr("write the number that is meant, in a plain number format")
    if "\u2030" in section or "\u2031" in section:
        return tr("it only looks like per mille"), plain
    if ("%" in texts and "%" not in bare) or "\uff05" in section:
        return (
            tr("it only looks like a percentage"),
            tr("format the cell as a percentage, or as a plain number"),
        )
    scaled = _SCALED.search(bare)
    if scaled is not None:
        by = 1000 ** scaled[0].count(",")
        return tr("its format {form} shows it divided by {by:,}", form=form, by=by), plain
    if value == 0 or not form or form.casefold() == "general":
        return None
    if not re.search(r"[0#?@]|general", bare, re.IGNORECASE):
        return tr("its format {form} shows no digit of it", form=form), plain
    amount = _TIMES.sub("", texts)
    if re.search(r"[0-9]", amount) and not re.search(r"[^\W\d_]", amount):
        return tr("its format {form} shows digits that it does not hold", form=form), plain
    if "/" not in bare and _BETWEEN.search(seen):
        return tr("its format {form} shows something else between its digits", form=form), plain
    if value > 0 and _MINUS.search(seen.replace('"', "").replace("\\", "")):
        return tr("its format {form} shows it as if it were negative", form=form), plain
    if negative and not (re.search(r"[-(]", bare + texts) or _COLOUR.search(section)):
        return tr("its format {form} shows it without its minus", form=form), plain
    return None


def _section(form: str, value: float) -> tuple[str, bool]:
    """The part of a format that applies to a number; and whether that is one for negative numbers,
    which show no minus of their own.
    """
    sections = _split(form)
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None:
                return section, False
            limit = float(condition[2])
            if _HOLDS[condition[1]](value, limit):
                return section, value < 0 and limit <= 0 and condition[1] in {"<", "<="}
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _split(form: str) -> list[str]:
    """The sections of a format, which semicolons outside of quotes and escapes separate."""
    found, start = [], 0
    hidden = {i for match in _ASIDE.finditer(form) for i in range(*match.span())}
    for i, character in enumerate(form):
        if character == ";" and i not in hidden:
            found.append(form[start:i])
            start = i + 1
    return [*found, form[start:]]
