"""Checking a certificate of a continuous front: pieces that are what is listed, a tree for every
region that they leave.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimiser.engine.certificate.continuous.node_trees import check_tree, rows_of
from optimiser.engine.certificate.continuous.open_regions import regions_of
from optimiser.engine.certificate.continuous.pieces import check_pieces
from optimiser.engine.certificate.continuous.reader import lines_of
from optimiser.engine.certificate.continuous.writer import region_words
from optimiser.engine.certificate.error import CertificateError
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.listed import Listing

__all__ = ["CheckedListing", "check_listing"]


@dataclass(frozen=True)
class CheckedListing:
    """What was checked, everything holding.

    Attributes:
        points: listed plans.
        segments: closed and half-open ones, of three and more objectives faces.
        regions: in which a plan could be missing, each refuted by a tree.
        leaves: of the trees, each with a vector.
        size: of the file, in bytes.
        seconds: it took.
    """

    points: int
    segments: int
    regions: int
    leaves: int
    size: int
    seconds: float


def check_listing(listing: Listing, content: bytes, /) -> CheckedListing:
    """Check a certificate that what is listed is the whole front.

    Raises:
        CertificateError: it does not hold, and why.
    """
    began = time.perf_counter()
    pieces, trees = lines_of(listing, content)
    check_pieces(listing, pieces)
    regions = regions_of(listing, pieces)
    rows = rows_of(listing.linear)
    leaves = 0
    for region in regions:
        number, below, tree = next(trees, (0, None, None))
        if tree is None:
            raise CertificateError(
                tr(
                    "the certificate leaves a part open where a plan may be missing: it has too "
                    "few trees"
                )
            )
        if below != region_words(region):
            raise CertificateError(
                tr(
                    "line {number}: its tree is of another region than the pieces leave open",
                    number=number,
                )
            )
        try:
            check_tree(rows, region, tree)
        except CertificateError as error:
            raise CertificateError(
                tr("line {number}: {message}", number=number, message=error.message)
            ) from None
        leaves += len(tree.leaves)
    if next(trees, None) is not None:
        raise CertificateError(tr("the certificate has more trees than there are regions"))
    segments = sum(len(piece.ends) > 1 for piece in pieces) + sum(
        len(face) > 1 for face in listing.faces
    )
    seconds = time.perf_counter() - began
    return CheckedListing(len(listing.plans), segments, len(regions), leaves, len(content), seconds)
