"""The combinations that discrete columns may take, where they are few, and what each leaves of the
real columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.space import Space

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats, Problem

__all__ = ["ListedChoices"]


class ListedChoices:
    """c combinations of the discrete columns, in the order of the slices.

    Attributes:
        lower, upper: (c, n) bounds of every column in each of them.
    """

    def __init__(self, space: Space, parts: Sequence[Problem], /) -> None:
        spaces = [Space(part.decisions) for part in parts]
        self.lower: Floats = np.array([s.lower for s in spaces])
        self.upper: Floats = np.array([s.upper for s in spaces])
        self._columns = space.discrete
        self._width = space.width[self._columns]

    def settle(self, x: Floats, /) -> tuple[Floats, Floats, Floats]:
        """(k, n) decisions -> the same in the nearest combination and its bounds, and these bounds
        (k, n), (k, n).
        """
        values = self.lower[:, self._columns]
        distance = (np.abs(x[:, None, self._columns] - values) / self._width).sum(axis=2)
        nearest = distance.argmin(axis=1)
        low, high = self.lower[nearest], self.upper[nearest]
        return np.clip(x, low, high), low, high
