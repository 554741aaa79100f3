"""What a verification has to leave open, in a planner's words: claims of plans that nobody
listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.contradictions import all_best
from optimiser.analysis.recomputing import pure
from optimiser.analysis.tolerances import IRRATIONAL
from optimiser.language import listed, marked, tr
from optimiser.results.claim_words import bound_words, share_words

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground

__all__ = ["MISSING", "unchecked"]

MISSING = ("missing", "bounds")
"""The claims that hold where it is shown that no plan is missing from a complete list."""

_COMPLETE = marked("that no plan is missing from the list, and that this rests on exact arithmetic")
_COMPLETE_IN_FLOATS = marked(
    "that no plan is missing from the list, and that this was found in floating point alone"
)
_COVERING = marked(
    "that no possible plan is better than the list by more than {share}, and that this rests on "
    "exact arithmetic"
)
_COVERING_IN_FLOATS = marked(
    "that no possible plan is better than the list by more than {share}, and that this was found "
    "in floating point alone"
)


def unchecked(ground: Ground, /, *, enumerated: bool) -> dict[str, str]:
    """The claims that were not computed again, by what they are about.

    Args:
        ground: the result.
        enumerated: whether every combination was looked at.
    """
    proof = ground.front.proof
    found: dict[str, str] = {}
    exact = proof.basis == "exact"
    if not enumerated:
        if proof.status == "complete":
            found["missing"] = tr(_COMPLETE if exact else _COMPLETE_IN_FLOATS)
        if proof.status == "covering" and proof.gap is not None:
            share = share_words(proof.gap)
            found["gap"] = tr(_COVERING if exact else _COVERING_IN_FLOATS, share=share)
        if bounds := _bounds(ground):
            found["bounds"] = tr("that no plan is better than the bounds: {bounds}", bounds=bounds)
    elif proof.status == "covering" and proof.of == "cells" and proof.gap is not None:
        found["gap"] = tr(
            "that no possible plan is better than the mixtures of listed plans by more than "
            "{share}",
            share=share_words(proof.gap),
        )
    if proof.scale and not (
        ground.exact and (enumerated or all_best(proof, ground.front.ideal.tolist()))
    ):
        found["scale"] = tr(
            "the scale of the gap: that it is the range of each objective over the corners"
        )
    return {**found, **_plans(ground)}


def _bounds(ground: Ground) -> str:
    """The bounds in words; none where they follow from a complete list."""
    front = ground.front
    if front.proof.status == "complete" and front.proof.basis == "exact":
        return ""
    pairs = zip(front.columns, front.proof.bounds, strict=False)
    return listed(
        f"{column.name} {bound_words(column, bound)}"
        for column, bound in pairs
        if bound is not None
    )


def _plans(ground: Ground) -> dict[str, str]:
    """What is open of the listed plans themselves."""
    found: dict[str, str] = {}
    proof = ground.front.proof
    if proof.feasible_set == "tolerance":
        found["feasible set"] = tr("that no plan holds every constraint exactly")
    if proof.of == "cells" and not pure(ground.problem):
        found["mixtures"] = tr("that the mixtures on its segments are plans")
    if not ground.exact:
        found["order"] = tr(
            "that plans whose irrational values differ by less than {share:g} of the range stand "
            "as listed",
            share=IRRATIONAL,
        )
    return {**found, **_robust(ground)}


def _robust(ground: Ground) -> dict[str, str]:
    """What is open of the sense in which plans are robust."""
    from optimiser.study import made_robust

    robust, found = ground.scenario.robust, dict[str, str]()
    if robust is None:
        return found
    if robust.kind == "regret":
        found["ideals"] = tr(
            "the best value of each objective at each value of the sample, from which regret is "
            "measured"
        )
    plain, count = ground.scenario.made_robust(None), len(robust.sample)
    drawn = made_robust(plain, robust.text, samples=max(1, count), seed=robust.seed).robust
    if count and (drawn is None or (drawn.names, drawn.sample) != (robust.names, robust.sample)):
        found["sample"] = tr("that the sample is what seed {seed} draws", seed=robust.seed)
    return found
