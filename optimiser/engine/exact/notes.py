"""What the searches of finite fronts say beside their answers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Stop

__all__ = ["chosen_note", "unconfirmed_note", "unsettled_by", "unsettled_note"]


def chosen_note(plans: int, gap: float, /) -> str:
    """Among how many plans those that are listed were chosen, and what is proven of all of these,
    rounded up.
    """
    return stored(
        "chosen among {number} plans found, which stand for all within {share} %",
        number=plans,
        share=f"{math.ceil(Fraction(gap) * 1000) / 10:g}",
    )


def unsettled_note(count: int, points: int, /) -> str:
    """That the canonical plan of some of the points is not settled; empty where it is of all."""
    if not count:
        return ""
    return stored(
        "of {number} of {total} points another plan with the same objectives may be preferred",
        number=count,
        total=points,
    )


def unsettled_by(count: int, budget: Budget, /) -> Stop | None:
    """What stopped a run whose list is complete before the canonical plan of so many points was
    settled; None where nothing did.
    """
    return budget.exhausted() if count else None


def unconfirmed_note(count: int, /) -> str:
    """That so many answers rest on HiGHS's word; empty where none does."""
    return stored("HiGHS, not confirmed: {number} sub-problems", number=count) if count else ""
