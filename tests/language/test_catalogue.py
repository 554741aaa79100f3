"""Every message of the code stands in every catalogue, translated, with the same places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Message

from docs.messages import CATALOGUES, brought_in_line, read, written
from optimiser.results import document_schema
from optimiser.scenario.format import published_schema

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


def descriptions(schema: Any) -> Iterator[str]:
    """What a JSON Schema says of its parts."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "description" and isinstance(value, str):
                yield value
            yield from descriptions(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from descriptions(item)


@EACH
@pytest.mark.parametrize("schema", [published_schema, document_schema])
def test_a_schema_says_nothing_that_is_not_catalogued(path: Path, schema: Any) -> None:
    said = set(descriptions(schema.json_schema()))
    assert len(said) > 10
    assert said - {message.id for message in read(path)} == set()


@pytest.mark.parametrize("schema", [published_schema, document_schema])
def test_a_schema_is_said_in_the_language_of_the_reader(
    schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = set(descriptions(schema.json_schema()))
    monkeypatch.setattr(published_schema, "tr", str.upper)
    assert set(descriptions(schema.json_schema())) == set(map(str.upper, english))
