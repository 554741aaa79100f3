"""Punctuation that YAML reads otherwise than it was meant: full-width characters, a colon without
its blank, commas that end a value in braces.

Each is an error that says what to write. The text is then read as it was meant, so that one slip
does not hide the mistakes behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Final

from optimiser.expressions import comma_help
from optimiser.frozen import dataclass
from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.scenario.nodes import BREAK

__all__ = [
    "PROSE",
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
    "：": marked("a full-width colon"),
    "，": marked("a full-width comma"),
    "；": marked("a full-width semicolon"),
    "、": marked("an enumeration comma"),
    ";": marked("a semicolon"),
    "｛": marked("a full-width brace"),
    "｝": marked("a full-width brace"),
    "［": marked("a full-width bracket"),
    "］": marked("a full-width bracket"),
    "【": marked("a full-width bracket"),
    "】": marked("a full-width bracket"),
    "－": marked("a full-width hyphen"),
    "\u3000": marked("a full-width blank"),
    "\u00a0": marked("a no-break space"),
}
_QUOTED: Final = r"\"[^\"]*\"|'[^']*'|(?:^|(?<=\s))\#.*"
#: what may be a slip where a line cannot be read; quoted parts and comments are skipped
_SLIP: Final = pattern(
    rf"{_QUOTED}|(?P<blank>(?<=:)[\u3000\u00a0]|^[ ]*[\u3000\u00a0]+)"
    r"|(?P<wide>[：，；、;｛｝［］【】]|(?<![^\s])－(?=\s))"
    r"|(?P<tight>(?<=[\w)\]}]):(?=[^\s:/\\,}\]]))"
)
_KEY: Final = pattern(r"[：，；、;｛｝［］]")
_ITEM: Final = pattern(r"[，；、;]")
_TIGHT: Final = pattern(r"(?<=[\w)]):(?=\S)")
_START: Final = pattern(r"^[ ]*(?:-[ ]+)?[^\s'\"#：:]+(?P<colon>：)", re.MULTILINE)
_COMMAS: Final = pattern(r"\[\s*[-+]?[0-9]+,[0-9]+(?:,\s+[-+]?[0-9]+,[0-9]+)+\s*\]")
_DIGITS: Final = pattern(r"[0-9]+(?:,[0-9]+)+")
#: characters that are looked at around a place: a file may be one line
_AROUND: Final = 60
_FAR: Final = 1_000
#: keys whose values are text for people, who may begin it with a bracket
PROSE: Final = frozenset({"title", "description", "source", "why", "unit", "layer", "name"})


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
        if not self.inserted:  # nearly always
            return column
        return column - bisect_left(self.inserted.get(line, ()), column)

    def line(self, number: int, /) -> str:
        """A line, counted from 0; empty where there is none."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def changed(self, changes: Iterable[Change], /) -> Reading:
        """The reading with changes in places of their own."""
        inserted = dict(self.inserted)
        pieces, done = [], 0
        ordered = sorted(changes, key=lambda c: (c.line, c.column, c.length))
        for number, own in groupby(ordered, key=lambda c: c.line):
            start, moved = self._starts[number], 0
            before, columns = list(inserted.get(number, ())), []
            for change in own:
                end = change.column + change.length
                while before and before[0] < end:
                    columns.append(before.pop(0) + moved)
                pieces += [self.text[done : start + change.column], change.by]
                done = start + end
                columns += range(end + moved, change.column + moved + len(change.by))
                moved += len(change.by) - change.length
            inserted[number] = (*columns, *(column + moved for column in before))
        return Reading("".join([*pieces, self.text[done:]]), inserted)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, broken where the YAML reader breaks them."""
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
                found.append(_blanks(number, start, line, text))
            elif match.lastgroup == "wide":
                found.append(_wide(number, start, line))
    return found


def text_changes(reading: Reading, first: int, last: int, /) -> list[Change]:
    """The colons of lines that YAML reads as one text where keys are meant: the first of each."""
    return [
        _wide(number, match.start("colon"), reading.line(number))
        for number in range(first, last + 1)
        if (match := _START.match(reading.line(number)))
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
        number, start, line, tr("in { } a bracket starts a list, and this one follows a name")
    )


def key_changes(reading: Reading, number: int, span: tuple[int, int], flow: bool) -> list[Change]:
    """What is not meant in an unquoted key, which stands in these columns of a line."""
    line = reading.line(number)
    start, end = span
    key = line[start:end]
    if key.isascii() and ";" not in key and (not flow or line[end : end + 1] == ":"):
        return []  # nearly always
    if blanks := re.match("[\u3000\u00a0]+", key):
        return [_blanks(number, start, line, blanks.group())]
    found = [_wide(number, start + match.start(), line) for match in _KEY.finditer(key)]
    if not flow or line[end : end + _AROUND].lstrip().startswith(":"):
        return found
    # Without a colon behind it this is no key, but what a comma has cut off.
    if not found and (tight := _TIGHT.search(key)):
        return [_tight(number, start + tight.start(), line)]
    before = line[max(0, start - _FAR) : start]
    if key[:1].isdigit() and before.endswith(",") and before[-2:-1].isdigit():
        return _decimal_comma(number, start - 1, line)
    opening = max(before.rfind(": "), before.rfind("{"))
    value = before[opening + 1 :]
    if value.count("(") > value.count(")"):
        begin = start - len(before) + opening + (2 if before[opening] == ":" else 1)
        return _quotes(number, begin, line, tr("in { } a comma ends the value, in brackets too"))
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
    message = tr(
        "'{text}': commas with and without a blank, as if some were decimal commas", text=text
    )
    help = tr(
        "write {meant}; for a list of whole numbers put a blank behind every comma", meant=meant
    )
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
    if value.isascii():
        return []
    if value[:1] in ("｛", "［") and value[-1:] in ("｝", "］") and key not in PROSE:
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


def _blanks(number: int, column: int, line: str, text: str) -> Change:
    """Blanks that YAML does not read as such; those of an indentation are as wide as they look."""
    width = " " if column >= _FAR or line[:column].strip() else "  "
    by = text.replace("\u3000", width).replace("\u00a0", " ")
    wide = text.lstrip(" ")[0]
    message = tr("{character}, which YAML does not read as a blank", character=tr(_NAMES[wide]))
    return Change(number, column, len(text), by, message, tr("write plain blanks"))


def _decimal_comma(number: int, comma: int, line: str) -> list[Change]:
    """A decimal comma, or the first of several that stand between groups of digits."""
    from_here = _DIGITS.finditer(line, max(0, comma - _AROUND))
    digits = next(m for m in from_here if m.start() < comma < m.end())
    whole, first = digits.group(), digits.start() + digits.group().index(",")
    message = tr("'{whole}': in {{ }} a comma ends the value", whole=whole)
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
    message = tr(
        "'{text}' is {character}, which YAML reads as part of the text",
        text=wide,
        character=tr(_NAMES[wide]),
    )
    written = f"{plain} " if plain in ":,-" else plain
    meant = _around(line, column, plain) if plain in ":," else ""
    if meant:
        help = tr("write '{text}': {meant}", text=written, meant=meant)
    else:
        help = tr("write '{text}'", text=written)
    return Change(number, column, 1, f"{plain} " if spaced else plain, message, help)


def _tight(number: int, column: int, line: str) -> Change:
    meant = _around(line, column, ":")
    message = tr("a colon without a blank behind it, which YAML reads as part of the text")
    return Change(number, column, 1, ": ", message, tr("write '{text}'", text=meant or ": "))


def _around(line: str, column: int, plain: str) -> str:
    """What stands around a separator, written as it was meant; empty where that is long."""
    before = re.search(r"[^\s,，{｛\[［:：;；、]*$", line[max(0, column - _AROUND) : column])
    after = re.match(r"\s*[^\s,，}｝\]］:：;；、]*", line[column + 1 : column + _AROUND])
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
    help = (
        tr("put the text in quotes: {quote}{text}{quote}", quote=quote, text=text)
        if len(text) <= 100
        else tr("put it in ''")
    )
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
