"""Certificates as files: JSON lines in a gzip member, sealed by a second member with its checksum.

The same lines give the same bytes (with the same zlib). ``zcat`` shows all of it as text.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from optimiser.engine.certificate.error import CertificateError
from optimiser.language import marked, tr

__all__ = ["SEAL_SIZE", "check_header", "format_of", "opened", "seal", "sealed"]

# A gzip member without name and time, made by no particular system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LEVEL = 4
_STORED = len(_HEADER) + 5 + 8
SEAL_SIZE = _STORED + len('{"sha256":""}\n') + 64
# bytes of a line, and how many times those of the file where that is more: a line of numbers takes
# about three times, one that a stranger repeats a thousand times
_LONGEST, _EXPANSION = 1 << 25, 4
# bytes of all lines, and how many times those of the file besides: what we write takes 5 to 8 times
_MOST, _EXPANSION_OF_ALL = 1 << 23, 8
_OF = {
    "format": marked("the certificate is no certificate of such a list"),
    "version": marked("the certificate has another version of the format"),
    "scenario_hash": marked("the certificate belongs to another scenario"),
    "rows": marked(
        "the certificate belongs to other rows: the model is not the one that was certified"
    ),
    "points": marked("the certificate belongs to another list of points"),
    "objectives": marked("the certificate has another number of objectives"),
    "listed": marked("the certificate belongs to a list of another length"),
    "pieces": marked("the certificate does not say of how many pieces the front is"),
}


def sealed(lines: Iterable[Mapping[str, Any]], /) -> bytes:
    """The file that holds the lines, in the order given."""
    buffer, size = io.BytesIO(), 0
    with gzip.GzipFile("", "wb", _LEVEL, buffer, mtime=0) as file:
        for line in lines:
            size += file.write(
                json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            )
    content = buffer.getvalue()
    if size > _allowed(len(content)):
        content = _coarser(gzip.GzipFile(fileobj=io.BytesIO(content)))
    return content + seal(content)


def _coarser(lines: Iterable[bytes]) -> bytes:
    """A gzip member of lines that shrink by more than a reader believes, as vectors of numbers of
    hundreds of digits do: some are stored as they are.
    """
    found, size, checksum = bytearray(_HEADER), 0, 0
    for line in lines:
        size, checksum = size + len(line), zlib.crc32(line, checksum)
        for level in (_LEVEL, 0):
            packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
            # ends at a byte, so that what another packer makes can follow
            packed = packer.compress(line) + packer.flush(zlib.Z_FULL_FLUSH)
            if size <= _allowed(len(found) + len(packed)):
                break
        found += packed
    # an empty block, the last one
    found += b"\x03\x00"
    return bytes(found + b"".join(v.to_bytes(4, "little") for v in (checksum, size % (1 << 32))))


def _allowed(size: int) -> int:
    """Bytes that a file of so many may unpack to."""
    return _MOST + _EXPANSION_OF_ALL * size


def seal(content: bytes, /) -> bytes:
    """The second member: the SHA-256 of ``content``, stored uncompressed, so that every byte of it
    follows.
    """
    text = f'{{"sha256":"{hashlib.sha256(content).hexdigest()}"}}\n'.encode()
    size = len(text).to_bytes(2, "little")
    inverse = (len(text) ^ 0xFFFF).to_bytes(2, "little")
    checksum = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return _HEADER + b"\x01" + size + inverse + text + checksum


def opened(content: bytes, /) -> Iterator[dict[str, Any]]:
    """The lines of a file, one after the other.

    Raises:
        CertificateError: the file is damaged.
    """
    if len(content) <= SEAL_SIZE or content[-SEAL_SIZE:] != seal(content[:-SEAL_SIZE]):
        raise CertificateError(tr("the certificate is damaged: its checksum is wrong"))
    most = max(_LONGEST, _EXPANSION * len(content))
    left = of_all = _allowed(len(content))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content[:-SEAL_SIZE])) as file:
            while line := file.readline(most + 1):
                if len(line) > most:
                    raise CertificateError(
                        tr("the certificate is damaged: a line of over {most:,} bytes", most=most)
                    )
                left -= len(line)
                if left < 0:
                    raise CertificateError(
                        tr(
                            "the certificate is damaged: it unpacks to over {most:,} bytes",
                            most=of_all,
                        )
                    )
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise CertificateError(tr("the certificate is damaged: a line is no object"))
                yield value
    except (ValueError, OSError, EOFError, zlib.error, RecursionError) as error:
        raise CertificateError(tr("the certificate is damaged: {error}", error=error)) from None


def format_of(content: bytes, /) -> object:
    """What the first line says the file is.

    Raises:
        CertificateError: the file is damaged.
    """
    return next(opened(content), {}).get("format")


def check_header(found: Mapping[str, Any], expected: Mapping[str, Any], /) -> None:
    """Insist on a first line.

    Raises:
        CertificateError: it says something else, and the certificate belongs to something else.
    """
    for key, value in expected.items():
        if key not in found or type(found[key]) is not type(value) or found[key] != value:
            raise CertificateError(tr(_OF[key]))
    if set(found) != set(expected):
        raise CertificateError(
            tr("the certificate is damaged: its first line holds something else")
        )
