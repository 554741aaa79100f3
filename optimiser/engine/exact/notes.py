"""What the searches of finite fronts say beside their answers."""

from __future__ import annotations

from optimiser.language import stored

__all__ = ["unconfirmed_note", "unsettled_note"]


def unsettled_note(count: int, points: int, /) -> str:
    """That the canonical plan of some of the points is not settled; empty where it is of all."""
    if not count:
        return ""
    return stored(
        "of {number} of {total} points another plan with the same objectives may be preferred",
        number=count,
        total=points,
    )


def unconfirmed_note(count: int, /) -> str:
    """That so many answers rest on HiGHS's word; empty where none does."""
    return stored("HiGHS, not confirmed: {number} sub-problems", number=count) if count else ""
