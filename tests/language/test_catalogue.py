"""Every message of the code stands in every catalogue, translated, with the same places."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from docs.messages import CATALOGUES, brought_in_line, read, written

EACH = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def places(text: str) -> list[str]:
    """The places of a message with their formats and conversions, in order of name."""
    return sorted(
        f"{name}!{conversion}:{form}"
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None
    )


def texts(message: Message) -> list[tuple[str, str]]:
    """Pairs of English and translation; of a plural the last English form has all its places."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string or ""))]
    return [(message.id[-1], string) for string in message.string or ("",)]


@EACH
def test_a_catalogue_is_what_the_code_says(path: Path) -> None:
    """Else: python -m docs.messages."""
    assert path.read_bytes() == written(brought_in_line(read(path)))


@EACH
def test_everything_is_translated(path: Path) -> None:
    missing = [m.id for m in read(path) if m.id and (m.fuzzy or not all(t for _, t in texts(m)))]
    assert missing == []


@EACH
def test_translations_have_the_places_of_their_message(path: Path) -> None:
    wrong = [
        (english, other)
        for message in read(path)
        if message.id
        for english, other in texts(message)
        if "python-brace-format" in message.flags and places(english) != places(other)
    ]
    assert wrong == []
