"""Certificates of continuous fronts: proof that the plans, segments and faces listed are the whole front of a linear model.

With real-number decisions a front holds segments and faces, and with whole-number ones segments with an end that is no plan's.
What is listed leaves regions open in which something better could be. A certificate shows with a tree for each region that no
plan is in it, and for each segment that its ends are points of one and the same choice of whole numbers, so that all mixtures of
them are plans too.
"""

from optimiser.certificate.continuous.checking import CheckedListing, check_listing
from optimiser.certificate.continuous.limits import Limit, Region
from optimiser.certificate.continuous.listing import Listing, listing_of, unlistable
from optimiser.certificate.continuous.pieces import Piece, values_of
from optimiser.certificate.continuous.regions import regions_of
from optimiser.certificate.continuous.trees import Tree, Vector
from optimiser.certificate.continuous.writing import FORMAT, listing_bytes

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
