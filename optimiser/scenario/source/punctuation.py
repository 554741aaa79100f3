"""Punctuation that YAML reads otherwise than it was meant: full-width characters, a colon without
its blank, commas that end a value in braces.

Each is an error that says what to write. The text is then read as it was meant, so that one slip
does not hide the mistakes behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from optimiser.expressions import comma_help
from optimiser.scenario.nodes import BREAK

__all__ = [
    "Change",
    "Reading",
    "bracket_change",
    "item_changes",
    "key_changes",
    "list_changes",
    "slips",
    "swallowed_changes",
    "text_changes",
]

_PLAIN: Final = {
    "：": ":",
    "，": ",",
    "；": ",",
    "、": ",",
    ";": ",",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "－": "-",
    "\u3000": "  ",
    "\u00a0": " ",
}
_NAMES: Final = {
    "：": "a full-width colon",
    "，": "a full-width comma",
    "；": "a full-width semicolon",
    "、": "an enumeration comma",
    ";": "a semicolon",
    "｛": "a full-width brace",
    "｝": "a full-width brace",
    "［": "a full-width bracket",
    "］": "a full-width bracket",
    "【": "a full-width bracket",
    "】": "a full-width bracket",
    "－": "a full-width hyphen",
    "\u3000": "a full-width blank",
    "\u00a0": "a no-break space",
}
_QUOTED: Final = r"\"[^\"]*\"|'[^']*'|(?:^|(?<=\s))\#.*"
#: what may be a slip where a line cannot be read; quoted parts and comments are skipped
_SLIP: Final = re.compile(
    rf"{_QUOTED}|(?P<blank>(?<=:)[\u3000\u00a0]|^[ ]*[\u3000\u00a0]+)"
    r"|(?P<wide>[：，；、;｛｝［］【】]|(?<![^\s])－(?=\s))"
    r"|(?P<tight>(?<=[\w)\]}]):(?=[^\s:/\\,}\]]))"
)
_KEY: Final = re.compile(r"[：，；、;｛｝［］]")
_ITEM: Final = re.compile(r"[，；、;]")
_TIGHT: Final = re.compile(r"(?<=[\w)]):(?=\S)")
_START: Final = re.compile(r"^[ ]*(?:-[ ]+)?[^\s'\"#：:]+(?P<colon>：)", re.MULTILINE)
_COMMAS: Final = re.compile(r"\[\s*[-+]?[0-9]+,[0-9]+(?:,\s+[-+]?[0-9]+,[0-9]+)+\s*\]")
_DIGITS: Final = re.compile(r"[0-9]+(?:,[0-9]+)+")
#: keys whose values are text for people, who may begin it with a bracket
_PROSE: Final = frozenset({"title", "description", "source", "why", "unit", "layer", "name"})


@dataclass(frozen=True)
class Change:
    """What was probably meant in one place.

    Attributes:
        line: from 0.
        column: from 0, in the reading that it changes.
        length: how many characters are replaced; 0 only inserts.
        by: what is read in their place.
        message: what is wrong; empty where another change says it.
        help: what to write.
    """

    line: int
    column: int
    length: int
    by: str
    message: str = ""
    help: str = ""


@dataclass(frozen=True)
class Reading:
    """A text as it is read: as it is written, or as it was meant.

    Attributes:
        text: what YAML reads.
        inserted: line, from 0 -> the columns, from 0, of characters that are not written.
    """

    text: str
    inserted: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def written(self, line: int, column: int, /) -> int:
        """The column, from 0, at which something stands in the text as it is written."""
        return column - bisect_left(self.inserted.get(line, ()), column)

    def line(self, number: int, /) -> str:
        """A line, counted from 0; empty where there is none."""
        return self._lines[number] if 0 <= number < len(self._lines) else ""

    def changed(self, change: Change, /) -> Reading:
        """The reading with a change."""
        start = self._starts[change.line] + change.column
        text = self.text[:start] + change.by + self.text[start + change.length :]
        more = len(change.by) - change.length
        column = change.column
        before = self.inserted.get(change.line, ())
        moved = [c + more if c >= column + change.length else c for c in before]
        moved += range(column + change.length, column + len(change.by))
        return Reading(text, {**self.inserted, change.line: tuple(sorted(moved))})

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        return tuple(BREAK.split(self.text))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in BREAK.finditer(self.text)))


def slips(reading: Reading, first: int, last: int, /) -> list[Change]:
    """What may have been meant otherwise in the lines from ``first`` to ``last``, from 0."""
    found = []
    for number in range(max(0, first), last + 1):
        line = reading.line(number)
        for match in _SLIP.finditer(line):
            start, text = match.start(), match.group()
            if match.lastgroup == "tight":
                found.append(_tight(number, start, line))
            elif match.lastgroup == "blank":
                by = text.replace("\u3000", "  " if match.start() == 0 else " ")
                by = by.replace("\u00a0", " ")
                place = start + len(text) - len(text.lstrip(" "))
                wide = line[place]
                message = f"{_NAMES[wide]}, which YAML does not read as a blank"
                found.append(Change(number, start, len(text), by, message, "write plain blanks"))
            elif match.lastgroup == "wide":
                found.append(_wide(number, start, line))
    return found


def text_changes(reading: Reading, /) -> list[Change]:
    """The colons of a file without any that YAML reads: the first of each line."""
    return [
        _wide(number, match.start("colon"), line)
        for number, line in enumerate(BREAK.split(reading.text))
        if (match := _START.match(line))
    ]


def bracket_change(reading: Reading, number: int, column: int, /) -> list[Change]:
    """``{expr: cost["2027"] <= 5}``: the bracket at a place starts a list, so the text around it
    needs quotes.
    """
    line = reading.line(number)
    if line[column : column + 1] != "[" or not re.match(r"[\w)\]]", line[column - 1 : column]):
        return []
    opening = max(line.rfind(mark, 0, column) for mark in (": ", "{", ", ", "- "))
    start = opening + (1 if line[opening : opening + 1] == "{" else 2)
    return _quotes(
        number, start, line, "in { } a bracket starts a list, and this one follows a name"
    )


def key_changes(reading: Reading, number: int, span: tuple[int, int], flow: bool) -> list[Change]:
    """What is not meant in an unquoted key, which stands in these columns of a line."""
    line = reading.line(number)
    start, end = span
    key = line[start:end]
    found = [_wide(number, start + match.start(), line) for match in _KEY.finditer(key)]
    if not flow or line[end:].lstrip().startswith(":"):
        return found
    # Without a colon behind it this is no key, but what a comma has cut off.
    if not found and (tight := _TIGHT.search(key)):
        return [_tight(number, start + tight.start(), line)]
    before = line[:start]
    if key[:1].isdigit() and before.endswith(",") and before[-2:-1].isdigit():
        return _decimal_comma(number, start - 1, line)
    opening = max(before.rfind(": "), before.rfind("{"))
    value = before[opening + 1 :]
    if value.count("(") > value.count(")"):
        begin = opening + (2 if line[opening] == ":" else 1)
        return _quotes(number, begin, line, "in { } a comma ends the value, in brackets too")
    return found


def item_changes(reading: Reading, number: int, span: tuple[int, int], /) -> list[Change]:
    """What is not meant in an unquoted element of a list: none is text with commas."""
    line = reading.line(number)
    return [
        _wide(number, span[0] + match.start(), line)
        for match in _ITEM.finditer(line[span[0] : span[1]])
    ]


def list_changes(reading: Reading, number: int, span: tuple[int, int], /) -> list[Change]:
    """``[0,5, 0,8]``: commas with a blank between numbers, and commas without one inside them."""
    text = reading.line(number)[span[0] : span[1]]
    if not _COMMAS.fullmatch(text):
        return []
    meant = re.sub(r",(?=[0-9])", ".", text)
    message = f"'{text}': commas with and without a blank, as if some were decimal commas"
    help = f"write {meant}; for a list of whole numbers put a blank behind every comma"
    places = [span[0] + match.start() for match in re.finditer(r",(?=[0-9])", text)]
    return [
        Change(number, place, 1, ".", message if i == 0 else "", help)
        for i, place in enumerate(places)
    ]


def swallowed_changes(
    reading: Reading, number: int, span: tuple[int, int], key: str, flow: bool
) -> list[Change]:
    """What is not meant in an unquoted value: a mapping or list in full-width brackets, or in
    braces a key of the format that the value has swallowed.
    """
    line = reading.line(number)
    start, end = span
    value = line[start:end]
    if value[:1] in ("｛", "［") and value[-1:] in ("｝", "］") and key not in _PROSE:
        places = [start + match.start() for match in re.finditer("[：，；、;｛｝［］]", value)]
        return [_wide(number, place, line) for place in places]
    if not flow or not ("：" in value or "，" in value):
        return []
    found = []
    for match in re.finditer(r"(?P<comma>[，；、;])\s*(?P<key>\w+)\s*(?P<colon>[：:])", value):
        if match["key"] in _known_keys():
            found.append(_wide(number, start + match.start("comma"), line))
            if match["colon"] == "：":
                found.append(_wide(number, start + match.start("colon"), line))
    return found


def _decimal_comma(number: int, comma: int, line: str) -> list[Change]:
    """A decimal comma, or the first of several that stand between groups of digits."""
    digits = next(m for m in _DIGITS.finditer(line) if m.start() < comma < m.end())
    whole, first = digits.group(), digits.start() + digits.group().index(",")
    message = f"'{whole}': in {{ }} a comma ends the value"
    if whole.count(",") == 1:
        return [Change(number, comma, 1, ".", message, comma_help(whole))]
    if comma != first:
        return []
    # As long as what is written, so that the columns behind it stay what they are.
    by = whole.replace(",", "").ljust(len(whole))
    return [Change(number, digits.start(), len(whole), by, message, comma_help(whole))]


def _wide(number: int, column: int, line: str) -> Change:
    wide = line[column]
    plain = _PLAIN[wide]
    follows = line[column + 1 : column + 2]
    spaced = plain in ":,-" and follows.strip() != ""
    message = f"'{wide}' is {_NAMES[wide]}, which YAML reads as part of the text"
    help = f"write '{plain}{' ' if plain in ':,-' else ''}'"
    if plain in ":,":
        meant = _around(line, column, plain)
        help += f": {meant}" if meant else ""
    return Change(number, column, 1, f"{plain} " if spaced else plain, message, help)


def _tight(number: int, column: int, line: str) -> Change:
    meant = _around(line, column, ":")
    message = "a colon without a blank behind it, which YAML reads as part of the text"
    return Change(number, column, 1, ": ", message, f"write '{meant}'" if meant else "write ': '")


def _around(line: str, column: int, plain: str) -> str:
    """What stands around a separator, written as it was meant; empty where that is long."""
    before = re.search(r"[^\s,，{｛\[［:：;；、]*$", line[:column])
    after = re.match(r"\s*[^\s,，}｝\]］:：;；、]*", line[column + 1 :])
    text = f"{before.group() if before else ''}{plain} {after.group().strip() if after else ''}"
    return text.strip() if len(text) <= 40 else ""


def _quotes(number: int, start: int, line: str, message: str) -> list[Change]:
    """Quotes around a value in braces, up to the comma or brace outside its brackets."""
    start += len(line[start:]) - len(line[start:].lstrip())
    end = start + _value_length(line[start:])
    text = line[start:end].rstrip()
    quote = "'" if "'" not in text else '"'
    if not text or quote in text or text[0] in "'\"":
        return []
    help = f"put the text in quotes: {quote}{text}{quote}" if len(text) <= 100 else "put it in ''"
    return [
        Change(number, start + len(text), 0, quote),
        Change(number, start, 0, quote, message, help),
    ]


def _value_length(text: str) -> int:
    depth = 0
    for place, character in enumerate(text):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character in ",}" and depth <= 0:
            return place
    return len(text)


@lru_cache(maxsize=1)
def _known_keys() -> frozenset[str]:
    """Every key of the format."""
    from pydantic import BaseModel

    from optimiser.scenario.format import schema

    def models() -> Iterator[type[BaseModel]]:
        for value in vars(schema).values():
            if isinstance(value, type) and issubclass(value, BaseModel):
                yield value

    return frozenset(name for model in models() for name in model.model_fields)
