"""Which regions a listed front leaves open, once it is clear that what is listed goes together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from optimiser.engine.certificate.continuous.boxes import box_regions
from optimiser.engine.certificate.continuous.chains import chain_regions
from optimiser.engine.certificate.continuous.closing_faces import check_faces, facet_regions
from optimiser.engine.certificate.continuous.pieces import values_of

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.limits import Region
    from optimiser.engine.certificate.continuous.listed import Listing
    from optimiser.engine.certificate.continuous.pieces import Piece

__all__ = ["regions_of"]

# so many objectives leave a chain
_ALONG = 2


def regions_of(listing: Listing, pieces: Sequence[Piece], /) -> list[Region]:
    """The regions in which a plan is that no listed one, and no mixture on a listed segment or
    face, equals or beats.

    Args:
        listing: what is claimed.
        pieces: what is listed, in full; of two objectives along the front.

    Raises:
        CertificateError: the pieces do not go together: some of what is listed beats or equals
            other parts of it, or faces lack.
    """
    n = len(listing.plans[0])
    if listing.finite and len(pieces) > 1 and len(listing.signs) != _ALONG:
        return box_regions([values_of(listing.linear, piece.ends[0]) for piece in pieces])
    if not listing.faces:
        return chain_regions(listing.linear, n, pieces)
    places = {plan: i for i, plan in enumerate(listing.plans)}
    ordered = sorted(pieces, key=lambda piece: places[piece.ends[0][:n]])
    points = [values_of(listing.linear, piece.ends[0]) for piece in ordered]
    check_faces(points, listing.faces)
    return facet_regions(points)
