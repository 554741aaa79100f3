"""The files of a saved result: whether they are of one run."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.analysis.contradictions import Finding
from optimiser.engine.certificate import CertificateError
from optimiser.results.document_reading import read_document
from optimiser.results.places import FRONT_FILE, RESULT_FILE
from optimiser.results.table import csv_text
from optimiser.study import read_certificate

if TYPE_CHECKING:
    from optimiser.results import Result
    from optimiser.results.document_schema import Document

__all__ = ["differing", "of_one_run"]

# runs that end while a result is read
_ATTEMPTS = 5


def of_one_run(place: Path, /, *, proof: bool = False) -> tuple[Document, str | None, bytes | None]:
    """What ``result.json`` and ``front.csv`` hold and, with ``proof``, the certificate, each of
    these None where it cannot be read; read again where another run took the place of the result
    between the one and the other.
    """
    for _ in range(_ATTEMPTS):
        before = _identity(place)
        document, file = read_document(place), place / FRONT_FILE
        table = certificate = None
        if proof:
            with contextlib.suppress(CertificateError):
                certificate = read_certificate(place)
        if paths.is_folder(place) and paths.is_file(file):
            with contextlib.suppress(FileNotFoundError):
                table = paths.content(file).decode("utf-8", "replace")
        if _identity(place) == before:
            break
    return document, table, certificate


def _identity(place: Path, /) -> tuple[int, ...]:
    """Which ``result.json`` is there now."""
    with contextlib.suppress(OSError, ValueError):
        found = os.stat(place / RESULT_FILE if paths.is_folder(place) else place)
        return found.st_ino, found.st_mtime_ns, found.st_size
    return ()


def differing(table: str | None, result: Result, /) -> Iterator[Finding]:
    """Where ``front.csv`` says something else than ``result.json``."""
    if table is None:
        return
    listed = table.splitlines()
    own = csv_text(result.front, result.ranking).splitlines()
    for number, (line, expected) in enumerate(zip_longest(listed, own, fillvalue=""), start=1):
        if line != expected:
            found = f"{line[:60]!r}, expected {expected[:60]!r}"
            names = {row.partition(",")[0] for row in listed[1:]}
            other = "" if names == set(result.front.ids) else "; it is of another run: run it again"
            yield Finding(
                "", f"{FRONT_FILE} differs from {RESULT_FILE} in line {number}: {found}{other}"
            )
            return
