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
# Nothing of ours has so many parts; every run of them is looked up, so that more cost too much.
_MOST_JOINED: Final = 24
_QUOTES: Final = ("'", '"', "`")
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
    if _spoken == _ENGLISH or not message:
        return message.format_map(values) if values else message
    message = _catalogue(_spoken).gettext(message)
    return _filled(message, values) if values else message


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """The message for a number of things, which stands at ``{number}``.

    >>> trn("{number} plan", "{number} plans", 1), trn("{number} plan", "{number} plans", 2)
    ('1 plan', '2 plans')
    """
    values["number"] = number
    if _spoken == _ENGLISH:
        return (one if number == 1 else many).format_map(values)
    return _filled(_catalogue(_spoken).ngettext(one, many, number), values)


def listed(words: Iterable[str], /, *, last: Literal["and", "or"] | None = None) -> str:
    """Words one after the other.

    >>> listed(["iot", "ai"]), listed(["iot", "ai", "mes"], last="or")
    ('iot, ai', 'iot, ai or mes')
    """
    words = list(words)
    if last is None or len(words) < 2:
        return tr(", ").join(words)
    between = tr(" and ") if last == "and" else tr(" or ")
    first = tr(", ").join(words[:-1])
    if _spoken == _ENGLISH:
        return f"{first}{between}{words[-1]}"
    return _beside(_beside(first, between), words[-1])


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
    if len(left) > _MOST_JOINED:
        return text
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
            return _filled(_unformatted(catalogue.pgettext(RETOLD, message)), places)
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


def _filled(message: str, values: Mapping[str, object]) -> str:
    """The message with its values, and a blank just where wide and narrow letters meet: what stands
    in a place may be a name in either.
    """
    from string import Formatter

    formatter, said, quoted = Formatter(), "", False
    for piece, name, form, conversion in formatter.parse(message):
        # a quotation mark of the message itself encloses a place
        said = _beside(said + " " * (quoted and _ideograph(piece[:1])), piece)
        if name is not None:
            value = formatter.convert_field(values[name], conversion)
            text = formatter.format_field(value, form or "")
            before = _ideograph(said[-1:]) and text.startswith(_QUOTES)
            said = _beside(said + " " * before, text)
            quoted = text.endswith(_QUOTES)
    return said


def _beside(left: str, right: str) -> str:
    """Two texts in one line, with the blank that belongs between them."""
    before, after = left.rstrip(" "), right.lstrip(" ")
    blanks = len(left) - len(before) + len(right) - len(after)
    if not before or not after or blanks > 1:
        return left + right
    end, start = before[-1], after[0]
    if blanks and _wide(end) and _wide(start):
        return before + after
    if not blanks and (
        (_ideograph(end) and _narrow(start)) or (_ideograph(start) and _narrow(end))
    ):
        return f"{before} {after}"
    return left + right


def _ideograph(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"


def _narrow(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _wide(letter: str) -> bool:
    """Whether it is an ideograph or one of the marks that bring their own space."""
    return _ideograph(letter) or "\u3000" <= letter <= "\u303f" or "\uff00" <= letter <= "\uff60"


def _file(language: str) -> Path:
    return _FOLDER / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"


@functools.cache
def _catalogue(language: str) -> NullTranslations:
    import gettext

    return gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)


@functools.cache
def _patterned(language: str) -> dict[str, tuple[str, ...]]:
    """The messages with places that may be said again, and what each says between them."""
    from string import Formatter

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
    from string import Formatter

    written: list[str] = []
    for piece, name, *_ in Formatter().parse(message):
        written.append(re.escape(piece))
        if name is not None:
            again = f"(?P<{name}>" in "".join(written)
            written.append(f"(?P={name})" if again else f"(?P<{name}>.+?)")
    return "".join(written)


def _unformatted(message: str) -> str:
    """A message whose values are text already."""
    from string import Formatter

    return "".join(
        piece.replace("{", "{{").replace("}", "}}") + (f"{{{name}}}" if name is not None else "")
        for piece, name, *_ in Formatter().parse(message)
    )
