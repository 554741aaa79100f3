"""What a claim means, for a reader who has not met one: never more than CLAIMS allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.language import tr
from optimiser.results.claim_words import share_words

if TYPE_CHECKING:
    from optimiser.front import Front

__all__ = ["claim_meaning"]


def claim_meaning(front: Front, /) -> list[str]:
    """Sentences on what the list holds, what it rests on, and what it leaves out."""
    proof = front.proof
    said = []
    if proof.status == "approximate":
        said.append(
            tr(
                "Every plan in the list holds all constraints, and none of them beats another. "
                "Nothing is proven about plans that are not in it."
            )
        )
    elif proof.status == "complete" and proof.of == "points":
        said.append(
            tr(
                "The list holds every combination of values that no other plan beats: whatever you "
                "wish for, the best plan is in it or has the same values as one in it."
            )
        )
    elif proof.status == "complete":
        said.append(
            tr(
                "The listed plans are the corners of the front. Every plan that no other beats is "
                "one of them or a mixture of those that share a segment or a face."
            )
        )
    elif proof.gap is None:
        said.append(tr("How much better a plan that is not in the list can be is not known yet."))
    else:
        said.append(
            tr(
                "For every plan there is a listed one that is at most {gap} of its range worse in "
                "each objective.",
                gap=share_words(proof.gap),
            )
            if proof.of == "points"
            else tr(
                "For every plan there is a mixture of listed ones that is at most {gap} of its "
                "range worse in each objective.",
                gap=share_words(proof.gap),
            )
        )
    if proof.status != "approximate":
        said.append(
            tr("Every step of this was confirmed in exact arithmetic: it is proven.")
            if proof.proven
            else tr(
                "Somewhere this rests on floating-point arithmetic that was not confirmed: it is "
                "not proven."
            )
        )
    if proof.feasible_set == "tolerance":
        said.append(
            tr("No plan holds every constraint exactly; those that hold within a tolerance count.")
        )
    said.append(
        tr("What weights, targets and limits do on this page orders and selects the list only.")
    )
    return said
