"""What a verification has to leave open, in a planner's words: claims of plans that nobody
listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.contradictions import all_best
from optimiser.analysis.recomputing import pure
from optimiser.analysis.tolerances import IRRATIONAL
from optimiser.results.claim_words import bound_words, share_words

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground

__all__ = ["MISSING", "unchecked"]

MISSING = ("missing", "bounds")
"""The claims that hold where it is shown that no plan is missing from a complete list."""


def unchecked(ground: Ground, /, *, enumerated: bool) -> dict[str, str]:
    """The claims that were not computed again, by what they are about.

    Args:
        ground: the result.
        enumerated: whether every combination was looked at.
    """
    proof = ground.front.proof
    found: dict[str, str] = {}
    grounds = (
        "rests on exact arithmetic"
        if proof.basis == "exact"
        else "was found in floating point alone"
    )
    if not enumerated:
        if proof.status == "complete":
            found["missing"] = f"that no plan is missing from the list, and that this {grounds}"
        if proof.status == "covering" and proof.gap is not None:
            share = share_words(proof.gap)
            found["gap"] = (
                f"that no possible plan is better than the list by more than {share}, and that "
                f"this {grounds}"
            )
        if bounds := _bounds(ground):
            found["bounds"] = f"that no plan is better than the bounds: {bounds}"
    elif proof.status == "covering" and proof.of == "cells" and proof.gap is not None:
        found["gap"] = (
            "that no possible plan is better than the mixtures of listed plans by more than "
            f"{share_words(proof.gap)}"
        )
    if proof.scale and not (
        ground.exact and (enumerated or all_best(proof, ground.front.ideal.tolist()))
    ):
        found["scale"] = (
            "the scale of the gap: that it is the range of each objective over the corners"
        )
    return {**found, **_plans(ground)}


def _bounds(ground: Ground) -> str:
    """The bounds in words; none where they follow from a complete list."""
    front = ground.front
    if front.proof.status == "complete" and front.proof.basis == "exact":
        return ""
    pairs = zip(front.columns, front.proof.bounds, strict=False)
    return ", ".join(
        f"{column.name} {bound_words(column, bound)}"
        for column, bound in pairs
        if bound is not None
    )


def _plans(ground: Ground) -> dict[str, str]:
    """What is open of the listed plans themselves."""
    found: dict[str, str] = {}
    proof = ground.front.proof
    if proof.feasible_set == "tolerance":
        found["feasible set"] = "that no plan holds every constraint exactly"
    if proof.of == "cells" and not pure(ground.problem):
        found["mixtures"] = "that the mixtures on its segments are plans"
    if not ground.exact:
        found["order"] = (
            f"that plans whose irrational values differ by less than {IRRATIONAL:g} of the range "
            "stand as listed"
        )
    return found
