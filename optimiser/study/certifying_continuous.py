"""The certificate of a continuous front: its plans completed, the regions that they leave open
refuted, all of it checked.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimiser.engine.certificate import CertificateError
from optimiser.engine.certificate.continuous import (
    Listing,
    Piece,
    Tree,
    Vector,
    check_listing,
    listing_bytes,
    listing_of,
    regions_of,
    values_of,
)
from optimiser.engine.standing import rebuilt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from optimiser.engine import Budget
    from optimiser.engine.certificate.continuous import Region
    from optimiser.engine.linear.region_trees import RegionTree
    from optimiser.engine.problem import Point, Problem
    from optimiser.results.result import Result

__all__ = ["listed", "listing_certificate"]


def listed(result: Result, problem: Problem, /) -> Listing:
    """What the result claims, from its scenario, its decisions and what they stand on.

    Raises:
        CertificateError: a plan does not hold, or what it stands on does not make it.
    """
    stands = result.front.stands or (None,) * len(result.front)
    try:
        plans = [
            rebuilt(problem, x, stand)
            for x, stand in zip(result.decisions().tolist(), stands, strict=True)
        ]
    except ValueError as error:
        raise CertificateError(f"the rows that a plan stands on do not make it: {error}") from None
    return listing_of(
        problem, plans, result.front.proof, scenario_hash=result.scenario.scenario_hash
    )


def listing_certificate(listing: Listing, budget: Budget, /) -> tuple[bytes, int]:
    """The certificate, checked, and how many regions it refutes.

    Raises:
        MissingPlanError: a plan is missing.
        NotRefutedError: the search was given up.
        CertificateError: something listed should not be there.
    """
    from optimiser.engine.linear.region_trees import refuted

    pieces = _pieces(listing, budget)
    regions = regions_of(listing, pieces)
    limits = [[(limit.weights, limit.level) for limit in region] for region in regions]
    trees = refuted(listing.linear, limits, _widths(listing, pieces), budget)
    content = listing_bytes(listing, pieces, _paired(regions, trees))
    check_listing(listing, content)
    return content, len(regions)


def _pieces(listing: Listing, budget: Budget) -> list[Piece]:
    """The listed pieces with their ends in full, along the front."""
    from optimiser.engine.linear.completing import Completing

    completing = Completing(listing.linear, listing.plans, listing.values, budget)
    found: list[tuple[tuple[Fraction, ...], Piece]] = []

    def add(ends: Sequence[Point], opened: Sequence[bool]) -> None:
        ordered = sorted(zip(map(completing.values, ends), ends, opened, strict=True))
        found.append(
            (
                ordered[0][0],
                Piece(tuple(x for _, x, _ in ordered), tuple(flag for _, _, flag in ordered)),
            )
        )

    cells = [] if listing.faces else [cell for cell in listing.cells if len(cell) > 1]
    for i, j in cells:
        add(completing.segment(i, j), (False, False))
    for i, limit in listing.open_ends:
        add(completing.open_end(i, limit, listing.signs), (False, True))
    joined = {i for cell in cells for i in cell} | {i for i, _ in listing.open_ends}
    for i in range(len(listing.plans)):
        if i not in joined:
            add((completing.plan(i),), (False,))
    # a plan stands before a segment that starts, open, at its point
    return [piece for _, piece in sorted(found, key=lambda entry: (entry[0], len(entry[1].ends)))]


def _widths(listing: Listing, pieces: Sequence[Piece]) -> list[int]:
    """(m,) about the range of each objective over the pieces, in the units of its row."""
    columns = zip(
        *(values_of(listing.linear, x) for piece in pieces for x in piece.ends), strict=True
    )
    return [max(1, math.ceil(max(column) - min(column))) for column in columns]


def _paired(
    regions: Sequence[Region], trees: Iterator[RegionTree]
) -> Iterator[tuple[Region, Tree]]:
    for region, tree in zip(regions, trees, strict=True):
        leaves = tuple(Vector(weights, rows) for weights, rows in tree.leaves)
        yield region, Tree(tuple(tree.columns), tuple(tree.values), leaves)
