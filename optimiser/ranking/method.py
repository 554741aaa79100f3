"""What every ranking method has in common: a name, a definition, a scale, and a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import sealed_each
from optimiser.ranking.tolerances import FLAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Front

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["Method", "Scores", "Yardstick"]


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What the values of plans are measured by: that of the run, also when only some of its plans
    are looked at.

    Attributes:
        names: of the m objectives.
        signs: (m,) +1 minimised, -1 maximised.
        ranges: (m, 2) the worst and the best value of each, the user's directions.
        lengths: (m,) the Euclidean length of each over all plans of the front, as a share of
            ``largest``.
        largest: (m,) the largest absolute value of each over all plans of the front.
    """

    names: tuple[str, ...]
    signs: Floats
    ranges: Floats
    lengths: Floats
    largest: Floats

    @staticmethod
    def of(front: Front, ranges: Sequence[Sequence[float]] | Floats | None = None, /) -> Yardstick:
        """The yardstick of a front: its (m, 2) ranges are those given, else the objectives' own,
        else from its nadir to its ideal.
        """
        if ranges is None:
            ends = zip(front.columns, front.nadir.tolist(), front.ideal.tolist(), strict=True)
            ranges = [column.range or (worst, best) for column, worst, best in ends]
        largest = np.abs(front.y).max(axis=0)
        # scaled by the largest value first: squares of very large or small values neither overflow
        # nor vanish
        scaled = front.y / np.where(largest == 0.0, 1.0, largest)
        return Yardstick(
            tuple(column.name for column in front.columns),
            front.signs,
            *sealed_each(ranges, np.sqrt((scaled**2).sum(axis=0)), largest),
        )

    @cached_property
    def flat(self) -> Flags:
        """(m,) whether worst and best are the same, up to rounding."""
        worst, best = self.ranges.T
        flags: Flags = np.abs(best - worst) <= FLAT * np.abs(self.ranges).max(axis=1)
        return flags

    @property
    def flat_names(self) -> str:
        """The objectives that are the same in every plan, as a list in words."""
        return ", ".join(name for name, flat in zip(self.names, self.flat, strict=True) if flat)

    def shares(self, values: Floats, /) -> Floats:
        """(k, m) of each value how far it is on the way from worst (0) to best (1); 0 where there
        is no way.
        """
        worst, best = self.ranges.T
        way = np.where(self.flat, 1.0, best - worst)
        shares: Floats = np.where(self.flat, 0.0, (values - worst) / way)
        return shares


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
        title: as a table names it, marked for translation.
        normalisation: what the method does to the values by definition; empty where the planner
            chooses (range or none).
        definitions: by normalisation the names of what a score is or was, today's first; a result
            stores the one that it was scored by, and is verified by it.
        score: (k, m) values in the user's directions, their scale, (m,) weights that sum to 1, the
            definition -> one score a plan. No step of it turns the order of two values round, so
            that rounding cannot put a plan above one that is at least as good in everything.
    """

    name: str
    title: str
    normalisation: str
    definitions: Mapping[str, tuple[str, ...]]
    score: Callable[[Floats, Yardstick, Floats, str], Scores]
