"""What every ranking method has in common: a name, what it does to the values, and a score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.ranking.tolerances import FLAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["Method", "Scores", "flat_columns", "names"]


def flat_columns(values: Floats, /) -> Flags:
    """(m,) which columns of the (k, m) values are the same in every row, up to rounding."""
    span = values.max(axis=0) - values.min(axis=0)
    flat: Flags = span <= FLAT * np.abs(values).max(axis=0)
    return flat


def names(flags: Flags, titles: tuple[str, ...], /) -> str:
    """The titles that are flagged among (m,), as a list in words."""
    return ", ".join(title for title, flag in zip(titles, flags, strict=True) if flag)


@dataclass(frozen=True, eq=False)
class Scores:
    """One score a plan, higher is better.

    Attributes:
        values: (k,) the scores.
        magnitude: the size of the terms the scores were summed from, against which two scores count
            as equal.
        notes: what a reader of the ranking should know.
    """

    values: Floats
    magnitude: float = 1.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """A way to rank a front.

    Attributes:
        name: as a scenario writes it.
        title: as a table names it.
        normalisation: what the method does to the values by definition; empty where the planner
            chooses (range or none).
        score: (k, m) values in the user's directions, (m,) signs (+1 minimised, -1 maximised), (m,)
            weights that sum to 1, the normalisation, the m names of the objectives -> one score a
            plan.
    """

    name: str
    title: str
    normalisation: str
    score: Callable[[Floats, Floats, Floats, str, tuple[str, ...]], Scores]
