"""Bytes to text: a file is UTF-8; of one that is not, what it seems to be and how to save it."""

from __future__ import annotations

import codecs
from typing import Final

from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source

__all__ = ["byte_order", "decoded", "encoding_of"]

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
#: encodings of Chinese: the last first byte of its common characters, and their least second byte
_COMMON: Final = {"gb18030": (0xD7, 0xA1), "big5": (0xC6, 0x40)}
#: what is looked at to tell an encoding
_SAMPLE: Final = 65_536
_CONVERT: Final = marked("save the file with the encoding UTF-8, or: iconv -f {codec} -t UTF-8")


def encoding_of(data: bytes, /) -> str:
    """The encoding that a text seems to be in: ``UTF-8``, ``UTF-16``, ``UTF-32``, ``GB18030``,
    ``Big5`` or ``Windows-1252``, as other programs call them; empty where it is no text at all.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # Latin letters in UTF-16 are pairs with a NUL, and so valid UTF-8 of another meaning.
        return "UTF-8" if b"\0" not in data else _with_nulls(data)
    if b"\0" in data:
        return _with_nulls(data)
    simple, traditional = (_in_use(data, codec, *of) for codec, of in _COMMON.items())
    if traditional > max(simple, 0.5):
        return "Big5"
    return "GB18030" if simple > 0 and _chinese(data) else "Windows-1252"


def decoded(data: bytes, name: str, findings: Findings, /) -> Source | None:
    """The text of a file in UTF-8, with or without a byte order mark; None, with the place in
    ``findings``, of another.
    """
    encoding = encoding_of(data)
    if encoding == "UTF-8":
        return Source(name, data.decode("utf-8").removeprefix("\ufeff"))
    if encoding in ("UTF-16", "UTF-32"):
        help = tr(_CONVERT, codec=_codec(data, encoding).upper())
        message = tr("the file is not UTF-8 but {encoding}", encoding=encoding)
        findings.error("S004", Position(Source(name)), message, help=help)
        return None
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        start = error.start
    line = data.count(b"\n", 0, start) + 1
    before = data[data.rfind(b"\n", 0, start) + 1 : start]
    codec = {"GB18030": "gb18030", "Big5": "big5", "Windows-1252": "cp1252"}.get(encoding, "utf-8")
    shown = Source(name, data.decode(codec, "replace"))
    if encoding:
        message = tr(
            "the file is not UTF-8: byte 0x{byte:02x} cannot be read; it looks like {encoding}",
            byte=data[start],
            encoding=encoding,
        )
        help = tr(_CONVERT, codec=encoding.upper())
    else:
        message = tr("the file is not UTF-8: byte 0x{byte:02x} cannot be read", byte=data[start])
        help = tr("save the file with the encoding UTF-8")
    at = Position(shown, line, len(before.decode("utf-8")) + 1)
    findings.error("S004", at, message, help=help)
    return None


def byte_order(data: bytes, /) -> str:
    """The codec of a text in UTF-16, with or without a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _codec(data, "utf-16-").lower()


def _with_nulls(data: bytes) -> str:
    """What a text with NUL bytes and without a mark is: in UTF-16 half of most pairs is 0."""
    sample = data[:_SAMPLE]
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    pairs = max(1, len(sample) // 2)
    # Chinese text has a NUL only in its blanks, line ends and keys: an eighth is rarely missed.
    if max(low, high) < max(3, pairs / 8) or min(low, high) * 8 > max(low, high):
        return "UTF-8" if _utf8(data) else ""
    try:
        sample[: len(sample) // 2 * 2].decode(
            "utf-16-le" if high > low else "utf-16-be", "surrogatepass"
        )
    except UnicodeDecodeError:
        return ""
    return "UTF-16"


def _utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _codec(data: bytes, encoding: str) -> str:
    """The name of the encoding for a converter, which without a mark needs the order of bytes."""
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return encoding
    return f"{encoding}LE" if data[1::2].count(0) > data[0::2].count(0) else f"{encoding}BE"


def _in_use(data: bytes, codec: str, last: int, lowest: int) -> float:
    """The share of characters beyond ASCII that are common in an encoding of Chinese; 0 where the
    bytes are another one. A pair with a byte of ASCII needs a neighbour: a lone one is more often
    a sign of Windows-1252 before a letter, as in 20 \u00b0C.
    """
    try:
        text = data.decode(codec)[:_SAMPLE]
    except UnicodeDecodeError:
        return 0.0
    wide = [i for i, character in enumerate(text) if character > "\x7f"]
    common = 0
    for i in wide:
        code = text[i].encode(codec)
        beside = text[max(i - 1, 0) : i] + text[i + 1 : i + 2]
        known = len(code) == 2 and 0xA1 <= code[0] <= last and code[1] >= lowest
        common += known and (code[1] >= 0xA1 or any(other > "\x7f" for other in beside))
    return common / max(1, len(wide))


def _chinese(data: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Chinese in GB18030, of which GBK and GB2312 are parts.

    Letters with accents in Windows-1252 stand alone, so that they pair with the ASCII letter behind
    them; Chinese characters in common use are two high bytes.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    wide = [character.encode("gb18030") for character in text[:_SAMPLE] if character > "\x7f"]
    high = sum(all(byte >= 0x80 for byte in code[:2]) for code in wide)
    return 2 * high > len(wide)
