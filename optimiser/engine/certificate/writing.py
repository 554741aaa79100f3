"""Certificates of lists of points as files: what stands in their lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from optimiser.engine.certificate.bounds import UNBOUNDED
from optimiser.engine.certificate.claim import points_digest
from optimiser.engine.certificate.sealing import sealed

if TYPE_CHECKING:
    from optimiser.engine.certificate.claim import Claim
    from optimiser.engine.certificate.refuted_boxes import Refutation

__all__ = ["FORMAT", "VERSION", "certificate_bytes", "header_of"]

FORMAT = "optimise certificate"
VERSION = 1


def certificate_bytes(claim: Claim, refutations: Iterable[Refutation], /) -> bytes:
    """The file that holds the refutations, in the order given."""
    return sealed(chain([header_of(claim)], map(_document, refutations)))


def header_of(claim: Claim, /) -> dict[str, Any]:
    """The first line: what the certificate belongs to."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario_hash": claim.scenario_hash,
        "rows": claim.system.digest,
        "points": points_digest(claim.points),
        "objectives": claim.system.m,
        "listed": len(claim.points),
    }


def _document(refutation: Refutation) -> dict[str, Any]:
    return {
        "boxes": [
            [None if u >= UNBOUNDED else u for u in box] for box in refutation.boxes.tolist()
        ],
        "columns": refutation.columns.tolist(),
        "values": refutation.values.tolist(),
        "counts": refutation.counts.tolist(),
        "sizes": refutation.sizes.tolist(),
        "rows": refutation.rows.tolist(),
        "multipliers": refutation.multipliers.tolist(),
    }
