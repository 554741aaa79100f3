"""Certificates of fronts of segments: proof that the pieces listed are the whole front of two linear objectives.

With real-number decisions a front holds segments, and with whole-number ones segments with an end that is no plan's. The pieces
divide all that could be better than them into regions, a certificate shows with a tree for each region that no plan is in it, and
for each piece that its ends are plans of one and the same choice of whole numbers, so that all mixtures of them are plans too.
"""

from optimiser.certificate.segments.checking import CheckedSegments, check_segments
from optimiser.certificate.segments.listing import Listing, listing_of, unlistable
from optimiser.certificate.segments.pieces import Piece, values_of
from optimiser.certificate.segments.regions import Limit, Region, regions_of
from optimiser.certificate.segments.trees import Tree, Vector
from optimiser.certificate.segments.writing import segments_bytes

__all__ = [
    "CheckedSegments",
    "Limit",
    "Listing",
    "Piece",
    "Region",
    "Tree",
    "Vector",
    "check_segments",
    "listing_of",
    "regions_of",
    "segments_bytes",
    "unlistable",
    "values_of",
]
