"""What is said, in the reader's language: English as it stands in the code, the others from the
catalogue (``locale/``).

A message is a whole sentence, or a whole cell or heading of a table, with named places for what
varies: ``tr("{path} holds {number} plans", path=path, number=3)``. Sentences are never put together
from pieces, for their order is another one in another language. Codes, ids, names of the scenario,
keys and columns are what is put in, and are never translated.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = [
    "LANGUAGES",
    "RETOLD",
    "installed",
    "joined",
    "listed",
    "locale_language",
    "marked",
    "retold",
    "speak",
    "speaking",
    "spoken",
    "stored",
    "tr",
    "trn",
]

LANGUAGES: Final = ("en", "zh")
"""What can be spoken: the code holds the first, a catalogue each of the others."""

RETOLD: Final = "retold"
"""The context in which the catalogue has what is kept, or said by libraries, in English."""

_ENGLISH: Final = LANGUAGES[0]
_FOLDER: Final = Path(__file__).parent / "locale"
_DOMAIN: Final = "optimise"
_BETWEEN: Final = "; "
_spoken = _ENGLISH


def tr(message: str, /, **values: object) -> str:
    """The message in the language that is spoken, with the values in its places.

    Args:
        message: English, as the catalogue lists it; without values braces are only braces.
        values: what is put at ``{name}``, with a format (``{gap:g}``) or a conversion
            (``{name!r}``) where the message asks for one.

    >>> tr("the front has {number} plans", number=3)
    'the front has 3 plans'
    """
    if _spoken != _ENGLISH and message:
        message = _catalogue(_spoken).gettext(message)
    return message.format_map(values) if values else message


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """The message for a number of things, which stands at ``{number}``.

    >>> trn("{number} plan", "{number} plans", 1), trn("{number} plan", "{number} plans", 2)
    ('1 plan', '2 plans')
    """
    if _spoken != _ENGLISH:
        message = _catalogue(_spoken).ngettext(one, many, number)
    else:
        message = one if number == 1 else many
    return message.format_map({"number": number, **values})


def listed(words: Iterable[str], /, *, last: Literal["and", "or"] | None = None) -> str:
    """Words one after the other.

    >>> listed(["iot", "ai"]), listed(["iot", "ai", "mes"], last="or")
    ('iot, ai', 'iot, ai or mes')
    """
    words = list(words)
    if last is None or len(words) < 2:
        return tr(", ").join(words)
    between = tr(" and ") if last == "and" else tr(" or ")
    return between.join([tr(", ").join(words[:-1]), words[-1]])


def marked(message: str, /) -> str:
    """The message as it is: for constants, which are made before the language is known, and are
    translated where they are used: ``tr(CONSTANT)``.
    """
    return message


def stored(message: str, /, **values: object) -> str:
    """The message in English whatever is spoken: for what is kept in a result, which is the same
    for every reader, and for sentences of libraries; :func:`retold` says it in the reader's
    language.
    """
    return message.format_map(values) if values else message


def joined(*sentences: str) -> str:
    """Several that are kept as one text, empty ones left out; :func:`retold` takes it apart.

    >>> joined("the list is short", "", "one plan is rounded")
    'the list is short; one plan is rounded'
    """
    return _BETWEEN.join(filter(None, sentences))


def retold(text: str, /) -> str:
    """What :func:`stored` and :func:`joined` made, in the language that is spoken; unknown text
    stays as it is.
    """
    if _spoken == _ENGLISH or not text:
        return text
    left, told, known = text.split(_BETWEEN), list[str](), False
    while left:
        # a message may have a semicolon of its own
        for count in range(len(left), 0, -1):
            said = _said(_BETWEEN.join(left[:count]), several=count > 1)
            if said is not None:
                break
        told.append(left[0] if said is None else said)
        known |= said is not None
        left = left[count:]
    return tr("; ").join(told) if known else text


def _said(text: str, *, several: bool) -> str | None:
    """The translation of one message, None where none says this."""
    catalogue = _catalogue(_spoken)
    if (whole := catalogue.pgettext(RETOLD, text)) != text:
        return whole
    likely = [
        (sum(map(len, pieces)), message)
        for message, pieces in _patterned(_spoken).items()
        if all(piece in text for piece in pieces)
        # what has no word of its own would swallow the sentence after it
        and (not several or any(map(str.isalpha, "".join(pieces))))
    ]
    for _, message in sorted(likely, reverse=True):  # the one that says most of the text itself
        if found := re.fullmatch(_expression(message), text, re.DOTALL):
            places = {name: _inner(value) for name, value in found.groupdict().items()}
            return _unformatted(catalogue.pgettext(RETOLD, message)).format_map(places)
    return None


def _inner(value: str) -> str:
    """What stands in a place: one word is a name, whatever it means elsewhere."""
    if " " not in value:
        return value
    if (told := retold(value)) != value:
        return told
    quote = value[0] if value[0] == value[-1] and value[0] in "'\"" else ""
    return quote + retold(value.removeprefix(quote).removesuffix(quote)) + quote


def speak(language: str, /) -> None:
    """From now on everything is said in this language.

    Raises:
        ValueError: nobody speaks it here.
    """
    global _spoken  # noqa: PLW0603
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not one of {', '.join(LANGUAGES)}")
    _spoken = language


def spoken() -> str:
    """The language in which everything is said now."""
    return _spoken


@contextlib.contextmanager
def speaking(language: str, /) -> Iterator[None]:
    """As :func:`speak`, for a while."""
    before = _spoken
    speak(language)
    try:
        yield
    finally:
        speak(before)


def installed(language: str, /) -> bool:
    """Whether the catalogue of a language was compiled where the program was installed."""
    return language == _ENGLISH or _file(language).is_file()


def locale_language(environment: Mapping[str, str] = os.environ, /) -> str:
    """The language of the locale, English where it is none of ours.

    >>> locale_language({"LANG": "zh_CN.UTF-8"}), locale_language({"LC_ALL": "C", "LANG": "zh_CN"})
    ('zh', 'en')
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            language = re.split("[_.@-]", value.lower(), maxsplit=1)[0]
            return language if language in LANGUAGES else _ENGLISH
    return _ENGLISH


def _file(language: str) -> Path:
    return _FOLDER / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"


@functools.cache
def _catalogue(language: str) -> NullTranslations:
    import gettext

    return gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)


@functools.cache
def _patterned(language: str) -> dict[str, tuple[str, ...]]:
    """The messages with places that may be said again, and what each says between them."""
    start = f"{RETOLD}\x04"  # as gettext writes a context
    catalogued = getattr(_catalogue(language), "_catalog", {})
    messages = [
        key.removeprefix(start)
        for key in catalogued
        if isinstance(key, str) and key.startswith(start) and "{" in key
    ]
    return {
        message: tuple(piece for piece, *_ in Formatter().parse(message) if piece)
        for message in messages
    }


def _expression(message: str) -> str:
    """A regular expression of what a message becomes with values."""
    written: list[str] = []
    for piece, name, *_ in Formatter().parse(message):
        written.append(re.escape(piece))
        if name is not None:
            again = f"(?P<{name}>" in "".join(written)
            written.append(f"(?P={name})" if again else f"(?P<{name}>.+?)")
    return "".join(written)


def _unformatted(message: str) -> str:
    """A message whose values are text already."""
    return "".join(
        piece.replace("{", "{{").replace("}", "}}") + (f"{{{name}}}" if name is not None else "")
        for piece, name, *_ in Formatter().parse(message)
    )
