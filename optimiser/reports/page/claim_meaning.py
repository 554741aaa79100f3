"""What a claim means, for a reader who has not met one, and never more than holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from optimiser.language import marked, tr
from optimiser.results.claim_words import share_words

if TYPE_CHECKING:
    from optimiser.front import Front

__all__ = ["claim_meaning"]

# by status and of what the claim is
_HOLDS: Final = {
    ("complete", "points"): marked(
        "The list holds every combination of values that no other plan beats: whatever you wish "
        "for, the best plan is in it or has the same values as one in it."
    ),
    ("complete", "cells"): marked(
        "The listed plans are the corners of the front. Every plan that no other beats is one of "
        "them or a mixture of those that share a segment or a face."
    ),
    ("covering", "points"): marked(
        "For every plan there is a listed one that is at most {gap} of its range worse in each "
        "objective."
    ),
    ("covering", "cells"): marked(
        "For every plan there is a mixture of listed ones that is at most {gap} of its range worse "
        "in each objective."
    ),
}


def claim_meaning(front: Front, /) -> list[str]:
    """Sentences on what the list holds, what that rests on, and what it leaves out."""
    return list(_sentences(front))


def _sentences(front: Front, /) -> Iterator[str]:
    proof = front.proof
    if proof.status == "approximate":
        yield tr(
            "Every plan in the list holds all constraints, and none of them beats another. "
            "Nothing is proven about plans that are not in it."
        )
    elif proof.status == "covering" and proof.gap is None:
        yield tr("How much better a plan that is not in the list can be is not known yet.")
    else:
        gap = "" if proof.gap is None else share_words(proof.gap)
        yield tr(_HOLDS[proof.status, proof.of], gap=gap)
        yield (
            tr("Every step of this was confirmed in exact arithmetic: it is proven.")
            if proof.proven
            else tr(
                "Somewhere this rests on floating-point arithmetic that was not confirmed: it is "
                "not proven."
            )
        )
    if proof.feasible_set == "tolerance":
        yield tr(
            "No plan holds every constraint exactly; those that hold within a tolerance count."
        )
    yield tr("What weights, targets and limits do on this page orders and selects the list only.")
