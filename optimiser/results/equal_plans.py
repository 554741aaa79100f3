"""Plans that a front leaves out because a listed one has the same objectives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.front import Front

__all__ = ["Equivalents"]


@dataclass(frozen=True, eq=False)
class Equivalents:
    """The other plans with the objectives of a listed one.

    Attributes:
        row: of the listed plan in its front.
        others: those plans, the preferred ones first; None where there are none.
        complete: whether they are all.
    """

    row: int
    others: Front | None
    complete: bool

    def __len__(self) -> int:
        return 0 if self.others is None else len(self.others)
