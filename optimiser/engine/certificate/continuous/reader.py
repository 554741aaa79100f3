"""Certificates of continuous fronts from files: well-formed, and nothing beyond what the format
has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from optimiser.engine.certificate.continuous.node_trees import Tree, Vector
from optimiser.engine.certificate.continuous.pieces import Piece
from optimiser.engine.certificate.continuous.writer import header_of, piece_line
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.sealing import check_header, opened
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.listed import Listing

__all__ = ["Lines", "lines_of"]

_PIECE = {"ends", "open", "values"}
_TREE = {"below", "columns", "values", "leaves"}
_FRACTION = re.compile(r"-?[1-9][0-9]*/[1-9][0-9]*")
_ENDS = (1, 2)
_PARTS = 3

Lines = tuple[list[Piece], Iterator[tuple[int, Any, Tree]]]


def lines_of(listing: Listing, content: bytes, /) -> Lines:
    """The pieces, and the trees one after the other: the number of the line, what it says its
    region is, and the tree.

    Raises:
        CertificateError: the file is damaged or is the certificate of something else.
    """
    lines = opened(content)
    header = next(lines, {})
    count = header.get("pieces")
    if type(count) is not int or count < 0:
        # what else is wrong with the line is said first
        count = 0
    check_header(header, header_of(listing, count))
    pieces = []
    for number in range(2, 2 + count):
        pieces.append(_numbered(number, _piece, listing, next(lines, {})))
    return pieces, _trees(lines, 2 + count)


def _trees(lines: Iterator[dict[str, Any]], start: int) -> Iterator[tuple[int, Any, Tree]]:
    for number, line in enumerate(lines, start=start):
        yield number, line.get("below"), _numbered(number, _tree, line)


def _numbered(number: int, read: Any, /, *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except CertificateError as error:
        raise CertificateError(
            tr("line {number}: {message}", number=number, message=error.message)
        ) from None


def _piece(listing: Listing, line: dict[str, Any]) -> Piece:
    if set(line) != _PIECE:
        raise CertificateError(tr("expected a piece of the front"))
    ends = line["ends"]
    if (
        not isinstance(ends, list)
        or len(ends) not in _ENDS
        or not all(isinstance(x, list) for x in ends)
    ):
        raise CertificateError(tr("a piece has one end or two"))
    piece = Piece(tuple(tuple(_fraction(v) for v in x) for x in ends), tuple(_flags(line["open"])))
    if len(piece.open) != len(piece.ends):
        raise CertificateError(tr("a piece says of each end whether it is open"))
    if any(len(x) != len(listing.linear.columns) for x in piece.ends):
        raise CertificateError(
            tr("an end does not have {number} columns", number=len(listing.linear.columns))
        )
    if piece_line(listing.linear, piece) != line:
        raise CertificateError(tr("the values of a piece are not those of its ends"))
    return piece


def _flags(value: Any) -> list[bool]:
    if not isinstance(value, list) or not all(isinstance(flag, bool) for flag in value):
        raise CertificateError(tr("a piece says of each end whether it is open"))
    return value


def _fraction(value: Any) -> Fraction:
    """A whole number, or a fraction in lowest terms as text."""
    if type(value) is int:
        return Fraction(value)
    try:
        found = Fraction(value) if isinstance(value, str) and _FRACTION.fullmatch(value) else None
    except ValueError:  # digits beyond what Python reads
        found = None
    if found is None or str(found) != value:
        raise CertificateError(
            tr("a column is neither a whole number nor a fraction in lowest terms")
        )
    return found


def _tree(line: dict[str, Any]) -> Tree:
    if set(line) != _TREE:
        raise CertificateError(tr("expected a tree"))
    leaves = line["leaves"]
    if not isinstance(leaves, list):
        raise CertificateError(tr("leaves must be a list"))
    return Tree(
        _integers(line["columns"]),
        _integers(line["values"]),
        tuple(_vector(leaf) for leaf in leaves),
    )


def _vector(leaf: Any) -> Vector:
    if not isinstance(leaf, list) or len(leaf) != _PARTS:
        raise CertificateError(tr("a leaf has weights, rows and multipliers"))
    weights, rows, multipliers = (_integers(part) for part in leaf)
    if len(rows) != len(multipliers) or len(set(rows)) != len(rows):
        raise CertificateError(tr("a vector has one multiplier a row"))
    return Vector(weights, dict(zip(rows, multipliers, strict=True)))


def _integers(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(v) is int for v in value):
        raise CertificateError(tr("expected a list of whole numbers"))
    return tuple(value)
