"""What the searches of finite fronts say beside their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.language import stored, tr

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget

__all__ = ["announce_compiling", "unconfirmed_note", "unsettled_note"]


def announce_compiling(budget: Budget, /) -> None:
    """Say why the engine's first use takes a while."""
    from optimiser.engine.exact.kernel import compiled_before

    if not compiled_before():
        budget.announce(tr("compiling the exact engine, once: about half a minute"))


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
