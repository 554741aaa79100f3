"""Plans as a planner reads them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from optimiser.formulate.named_plans import named_plans
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.formulate.decisions import Decision
    from optimiser.front import Floats

__all__ = ["Readings"]


@dataclass(frozen=True, eq=False)
class Readings:
    """Plans as a planner reads them.

    Attributes:
        objectives: (k, m) the user's directions and units; NaN where undefined.
        indicators: (k, q) the indicators that are not objectives, then the figures; NaN where
            undefined.
        x: (k, n) the decisions.
        decisions: what they are of.
    """

    objectives: Floats
    indicators: Floats
    x: Floats
    decisions: Sequence[Decision]

    @cached_property
    def named(self) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
        """k rows of decision cells, and k plan ids: made when they are asked for, as most of what
        is read is asked for its values.
        """
        return named_plans(self.x, self.decisions)

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """k rows of decision cells."""
        return self.named[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """k plan ids."""
        return self.named[1]
