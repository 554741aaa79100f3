"""Plans as a planner reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["Readings"]


@dataclass(frozen=True, eq=False)
class Readings:
    """Plans as a planner reads them.

    Attributes:
        objectives: (k, m) the user's directions and units; NaN where undefined.
        indicators: (k, q) the indicators that are not objectives, then the figures; NaN where
            undefined.
        cells: k rows of decision cells.
        ids: k plan ids.
    """

    objectives: Floats
    indicators: Floats
    cells: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...]
