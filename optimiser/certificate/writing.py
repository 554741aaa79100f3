"""Certificates as files: JSON lines in a gzip member, sealed by a second member with its checksum.

The same refutations give the same bytes (with the same zlib). ``zcat`` shows all of it as text.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from optimiser.certificate.bounds import UNBOUNDED
from optimiser.certificate.claim import points_digest

if TYPE_CHECKING:
    from optimiser.certificate.claim import Claim
    from optimiser.certificate.refutation import Refutation

__all__ = ["FORMAT", "SEAL_SIZE", "VERSION", "certificate_bytes", "header_of", "seal"]

FORMAT = "optimise certificate"
VERSION = 1

# A gzip member without name and time, made by no particular system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_STORED = len(_HEADER) + 5 + 8
SEAL_SIZE = _STORED + len('{"sha256":""}\n') + 64


def certificate_bytes(claim: Claim, refutations: Iterable[Refutation], /) -> bytes:
    """The file that holds the refutations, in the order given."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=4, mtime=0) as file:
        file.write(_line(header_of(claim)))
        for refutation in refutations:
            file.write(_line(_document(refutation)))
    content = buffer.getvalue()
    return content + seal(content)


def header_of(claim: Claim, /) -> dict[str, Any]:
    """The first line: what the certificate belongs to."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario_hash": claim.scenario_hash,
        "rows": claim.system.digest,
        "points": points_digest(claim.points),
        "objectives": claim.system.m,
        "listed": len(claim.points),
    }


def seal(content: bytes, /) -> bytes:
    """The second member: the SHA-256 of ``content``, stored uncompressed, so that every byte of it follows."""
    text = f'{{"sha256":"{hashlib.sha256(content).hexdigest()}"}}\n'.encode()
    size = len(text).to_bytes(2, "little")
    inverse = (len(text) ^ 0xFFFF).to_bytes(2, "little")
    checksum = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return _HEADER + b"\x01" + size + inverse + text + checksum


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _document(refutation: Refutation) -> dict[str, Any]:
    return {
        "boxes": [[None if u >= UNBOUNDED else u for u in box] for box in refutation.boxes.tolist()],
        "columns": refutation.columns.tolist(),
        "values": refutation.values.tolist(),
        "counts": refutation.counts.tolist(),
        "sizes": refutation.sizes.tolist(),
        "rows": refutation.rows.tolist(),
        "multipliers": refutation.multipliers.tolist(),
    }
