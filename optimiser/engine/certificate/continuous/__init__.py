"""Certificates of continuous fronts: proof that the plans, segments and faces listed are the whole
front of a linear model.

With real-number decisions a front holds segments and faces, and with whole-number ones segments
with an end that is no plan's. What is listed leaves regions open in which something better could
be. A certificate shows with a tree for each region that no plan is in it, and for each segment that
its ends are points of one and the same choice of whole numbers, so that all mixtures of them are
plans too.
"""

from optimiser.engine.certificate.continuous.checker import CheckedListing, check_listing
from optimiser.engine.certificate.continuous.limits import Limit, Region
from optimiser.engine.certificate.continuous.listed import Listing, listing_of, unlistable
from optimiser.engine.certificate.continuous.node_trees import Tree, Vector
from optimiser.engine.certificate.continuous.open_regions import regions_of
from optimiser.engine.certificate.continuous.pieces import Piece, values_of
from optimiser.engine.certificate.continuous.writer import FORMAT, listing_bytes

__all__ = [
    "FORMAT",
    "CheckedListing",
    "Limit",
    "Listing",
    "Piece",
    "Region",
    "Tree",
    "Vector",
    "check_listing",
    "listing_bytes",
    "listing_of",
    "regions_of",
    "unlistable",
    "values_of",
]
