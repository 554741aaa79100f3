"""Certificates from files: sealed, well-formed, and nothing beyond what the format has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.certificate.bounds import UNBOUNDED
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.refuted_boxes import LEAF, Refutation
from optimiser.engine.certificate.sealing import check_header, opened
from optimiser.engine.certificate.writing import header_of
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.certificate.claim import Claim
    from optimiser.engine.certificate.system import System

    Integers = NDArray[np.int64]

__all__ = ["refutations_of"]

_KEYS = ["boxes", "columns", "values", "counts", "sizes", "rows", "multipliers"]


def refutations_of(claim: Claim, content: bytes, /) -> Iterator[Refutation]:
    """The refutations of a certificate of ``claim``, one after the other, each well-formed.

    Raises:
        CertificateError: the file is damaged or is the certificate of something else.
    """
    lines = opened(content)
    check_header(next(lines, {}), header_of(claim))
    for number, line in enumerate(lines, start=2):
        try:
            yield _refutation(line, claim.system)
        except CertificateError as error:
            raise CertificateError(
                tr("line {number}: {message}", number=number, message=error.message)
            ) from None


def _refutation(line: dict[str, Any], system: System) -> Refutation:
    if sorted(line) != sorted(_KEYS):
        raise CertificateError(
            tr("expected {keys}, found {found}", keys=listed(_KEYS), found=listed(line))
        )
    boxes = _boxes(line["boxes"], system.m)
    columns, values, counts, sizes, rows, multipliers = (
        _integers(line[key], key) for key in _KEYS[1:]
    )
    _check_tree(columns, values, counts, system)
    if (counts < 0).any() or (counts > len(sizes)).any() or counts.sum() != len(sizes):
        raise CertificateError(tr("the nodes' vectors are not as many as counted"))
    if (
        (sizes < 1).any()
        or (sizes > len(rows)).any()
        or sizes.sum() != len(rows)
        or len(rows) != len(multipliers)
    ):
        raise CertificateError(tr("the vectors' multipliers are not as many as counted"))
    _check_multipliers(rows, multipliers, system)
    return Refutation(boxes, columns, values, counts, sizes, rows, multipliers)


def _check_tree(columns: Integers, values: Integers, counts: Integers, system: System) -> None:
    """The nodes are one binary tree in preorder, branching on whole columns."""
    if not len(columns) == len(values) == len(counts) > 0:
        raise CertificateError(tr("columns, values and counts must have one entry a node"))
    inner = columns != LEAF
    if (
        (columns < LEAF).any()
        or (columns >= len(system.whole)).any()
        or not system.whole[columns[inner]].all()
    ):
        raise CertificateError(tr("a branching is on no whole column"))
    left = 1 + np.cumsum(np.where(columns == LEAF, -1, 1))
    if left[-1] != 0 or (left[:-1] <= 0).any():
        raise CertificateError(tr("the branchings are not one tree"))
    if values[~inner].any():
        raise CertificateError(tr("a leaf has a value"))


def _check_multipliers(rows: Integers, multipliers: Integers, system: System) -> None:
    if (rows < 0).any() or (rows >= len(system.matrix)).any():
        raise CertificateError(tr("a multiplier is of no row"))
    if (multipliers[rows < system.m] < 0).any():
        raise CertificateError(tr("an objective has a negative weight"))
    some = rows >= system.m
    of, by = rows[some] - system.m, multipliers[some]
    if not (system.low_known[of[by > 0]].all() and system.high_known[of[by < 0]].all()):
        raise CertificateError(tr("a multiplier is of a side that its row does not have"))


def _boxes(value: object, m: int) -> Integers:
    if (
        not isinstance(value, list)
        or not value
        or any(not isinstance(box, list) or len(box) != m for box in value)
    ):
        raise CertificateError(tr("boxes must be lists of {m} bounds", m=m))
    flat = _integers([UNBOUNDED if u is None else u for box in value for u in box], "boxes")
    if (np.abs(flat) > UNBOUNDED).any():
        raise CertificateError(tr("a bound of a box is too wide"))
    return flat.reshape(len(value), m)


def _integers(value: object, key: str) -> Integers:
    """A list of whole numbers of at most 64 bits."""
    if not isinstance(value, list):
        raise CertificateError(tr("{key} must be a list", key=key))
    if not value:
        return np.zeros(0, dtype=np.int64)
    try:
        found = np.array(value)
    except (ValueError, OverflowError):
        found = np.zeros(0)
    if found.dtype != np.int64 or found.ndim != 1:
        raise CertificateError(tr("{key} must be whole numbers of at most 63 bits", key=key))
    return found
