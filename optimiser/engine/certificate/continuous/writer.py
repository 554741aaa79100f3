"""Certificates of continuous fronts as files: what stands in their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from optimiser.engine.certificate.continuous.pieces import values_of
from optimiser.engine.certificate.sealing import sealed
from optimiser.engine.certificate.system import digest_of

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.limits import Region
    from optimiser.engine.certificate.continuous.listed import Listing
    from optimiser.engine.certificate.continuous.node_trees import Tree
    from optimiser.engine.certificate.continuous.pieces import Piece
    from optimiser.engine.problem import Linear

__all__ = ["FORMAT", "VERSION", "header_of", "listing_bytes", "piece_line", "region_words"]

FORMAT = "optimise certificate of a continuous front"
VERSION = 1


def listing_bytes(
    listing: Listing, pieces: Sequence[Piece], refuted: Iterable[tuple[Region, Tree]], /
) -> bytes:
    """The file that holds the pieces, along the front, and for each region a tree, in the order of
    the regions.
    """
    return sealed(
        chain(
            [header_of(listing, len(pieces))],
            (piece_line(listing.linear, piece) for piece in pieces),
            (_tree_line(region, tree) for region, tree in refuted),
        )
    )


def header_of(listing: Listing, pieces: int, /) -> dict[str, Any]:
    """The first line: what the certificate belongs to."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario_hash": listing.scenario_hash,
        "rows": digest_of(listing.linear),
        "objectives": len(listing.linear.objectives),
        "listed": len(listing.plans),
        "pieces": pieces,
    }


def piece_line(linear: Linear, piece: Piece, /) -> dict[str, Any]:
    """A piece: its ends, whether they are open, and what follows from them, for the reader."""
    return {
        "ends": [[_number(v) for v in x] for x in piece.ends],
        "open": list(piece.open),
        "values": [[_number(v) for v in values_of(linear, x)] for x in piece.ends],
    }


def region_words(region: Region, /) -> list[list[Any]]:
    """The limits of a region: weights and level."""
    return [[list(limit.weights), _number(limit.level)] for limit in region]


def _tree_line(region: Region, tree: Tree) -> dict[str, Any]:
    return {
        "below": region_words(region),
        "columns": list(tree.columns),
        "values": list(tree.values),
        "leaves": [[list(v.weights), list(v.rows), list(v.rows.values())] for v in tree.leaves],
    }


def _number(value: Fraction) -> int | str:
    """A whole number as it is, a fraction as text."""
    return int(value) if value.denominator == 1 else str(value)
