"""What the answers of a decision rest on, and what they leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.statements import RESTRICTING, limits_what_is_good
from optimiser.language import listed, tr, trn
from optimiser.ranking import Yardstick
from optimiser.results.claim_words import near_notes, share_words

if TYPE_CHECKING:
    from optimiser.analysis.deciding import Decided, Stated

__all__ = ["decision_notes", "stated_notes"]


def decision_notes(decision: Decided, /) -> list[str]:
    """One sentence each, the weightiest first."""
    notes = stated_notes(decision.stated)
    ranked = decision.ranked
    if ranked is not None and ranked.error > 0.0:
        notes.append(
            tr(
                "shares of weights are from samples, uniform over the weights allowed (by a "
                "triangulation): within {error}, with 95 % confidence",
                error=share_words(ranked.error),
            )
        )
    if ranked is not None and (unknown := sum(ranked.unsettled)):
        notes.append(
            trn(
                "whether {number} more plan is first for some weights was not found out: too many "
                "plans may be",
                "whether {number} more plans are first for some weights was not found out: too "
                "many plans may be",
                unknown,
            )
        )
    return notes


def stated_notes(stated: Stated, /) -> list[str]:
    """The same of the plans left alone."""
    notes = [*_about_proof(stated)]
    if stated.emptied_by:
        options = listed([one.option for one in stated.emptied_by], last="and")
        notes.append(
            trn(
                "no plan holds {statements}",
                "no plan holds {statements} together",
                len(stated.emptied_by),
                statements=options,
            )
        )
    if not stated.equal_known and stated.front.proof.of == "points":
        notes.append(
            tr(
                "plans with equal objectives are not all known: technologies and rules are those "
                "of the plans that are counted"
            )
        )
    hidden = [
        one.option
        for one in stated.statements
        if one.kind in RESTRICTING and not limits_what_is_good(stated.front, one)
    ]
    if hidden and stated.kept.any():
        notes.append(
            tr(
                "plans are chosen from the list: those that are efficient only under {statements} "
                "are not in it, but are found where the scenario has it as a constraint",
                statements=listed(hidden, last="and"),
            )
        )
    notes += near_notes(stated.front)
    flat = Yardstick.of(stated.front, stated.result.ranking.ranges).flat_names
    if flat:
        said = tr("the same in every plan, so its weight decides nothing: {names}", names=flat)
        notes.append(said)
    return notes


def _about_proof(stated: Stated) -> list[str]:
    proof = stated.front.proof
    notes = []
    if proof.status == "approximate":
        notes.append(
            tr(
                "nothing is proven of the list: what is said of every plan is said of the listed "
                "ones, and one that is not listed may change each answer"
            )
        )
    elif proof.status == "covering" and proof.gap is None:
        notes.append(
            tr(
                "the list is not complete: what is said of every plan is said of the listed ones, "
                "and one that is not listed may change each answer"
            )
        )
    elif proof.status == "covering" and proof.gap is not None:
        notes.append(
            tr(
                "the list is not complete: what is said of every plan is said of the listed ones; "
                "for every other plan one of them is at most {gap} of a range worse in each "
                "objective",
                gap=share_words(proof.gap),
            )
        )
    elif not proof.proven:
        notes.append(
            tr("that the list is complete holds numerically only: no rule and no count is proven")
        )
    if proof.of == "cells":
        chosen = any(one.kind in RESTRICTING for one in stated.statements)
        notes.append(
            # a mixture that is best where plans are restricted is the end of no segment
            tr(
                "mixtures between the listed plans are plans too: those that are counted, and "
                "first for some weights, are of the listed ones, and no rule is proven"
            )
            if chosen or proof.status != "complete" or not proof.proven
            else tr(
                "mixtures between the listed plans are plans too: those that are counted are the "
                "listed ones, and no rule is proven; who is first for which weights holds for all"
            )
        )
    return notes
