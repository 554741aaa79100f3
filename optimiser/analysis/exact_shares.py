"""Plans measured by the ranges of their objectives, in whole numbers: which scores are equal is
never a matter of rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import sub
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.dominance import undominated
from optimiser.ranking import Yardstick

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.analysis.weight_sets import Row
    from optimiser.front import Flags, Floats, Front

    Whole = NDArray[np.int64]

__all__ = ["ExactShares", "decimal", "shares_of", "unbeaten"]


def decimal(value: float, /) -> Fraction:
    """The number that a float shows: 0.1 is a tenth."""
    return Fraction(repr(float(value)))


def shares_of(
    front: Front, ranges: Floats, /, *, values: Sequence[Sequence[Fraction]] | None = None
) -> ExactShares:
    """How far each value of a front is on the way from worst to best.

    Args:
        front: k plans, m objectives; values count as the decimals that they show, or exactly where
            these do not tell how plans differ.
        ranges: (m, 2) the worst and the best value of each objective.
        values: m times those of other plans, to be measured in place of the front's own.
    """
    columns: list[list[Fraction]] = []
    flat = Yardstick.of(front, ranges).flat
    for j, ends in enumerate(ranges.tolist()):
        low, high = front.columns[j].exactly(*ends)
        way = Fraction(1) if flat[j] else high - low
        own = front.told(j) if values is None else values[j]
        # by object: most plans share a few, and comparing fractions takes longer than this
        known = {id(value): value for value in own}
        shares = {
            key: Fraction(0) if flat[j] else (value - low) / way for key, value in known.items()
        }
        columns.append([shares[id(value)] for value in own])
    whole = math.lcm(*(share.denominator for column in columns for share in column))
    exact = np.empty((len(columns[0]), len(columns)), dtype=object)
    for j, column in enumerate(columns):
        exact[:, j] = [share.numerator * (whole // share.denominator) for share in column]
    return ExactShares(exact, whole)


@dataclass(frozen=True, eq=False)
class ExactShares:
    """k plans by m objectives, 1 best and 0 worst, over one denominator.

    Attributes:
        parts: (k, m) Python integers.
        whole: what they are parts of.
    """

    parts: NDArray[Any]
    whole: int

    def __len__(self) -> int:
        return len(self.parts)

    @cached_property
    def rounded(self) -> Floats:
        """(k, m) the shares as floats, for comparing plans: from the least of each objective on,
        and divided by one number for all, so that they lie between 0 and 1 whatever the ranges.
        Ranges that values are far outside would leave rounding of more than what counts as close.
        """
        least = [min(column) for column in self.parts.T.tolist()]
        spans = (max(c) - low for c, low in zip(self.parts.T.tolist(), least, strict=True))
        whole = max(self.whole, *spans)
        return np.array(
            [
                [(part - low) / whole for part, low in zip(row, least, strict=True)]
                for row in self.parts.tolist()
            ]
        )

    def taken(self, rows: Sequence[int] | Whole, /) -> ExactShares:
        """Of some of the k plans, (rows, m)."""
        places = np.asarray(rows, dtype=np.int64)
        found = ExactShares(self.parts[places], self.whole)
        # of all plans: what is compared with others is rounded as they are
        found.__dict__["rounded"] = self.rounded[places]
        return found

    def row(self, better: int, worse: int, /) -> Row:
        """By how many parts one plan is better than another in each objective."""
        return tuple(map(sub, self.parts[better].tolist(), self.parts[worse].tolist()))

    def scores(self, weights: Row, /) -> list[int]:
        """The score of each plan, times a number that is the same for all."""
        whole = math.lcm(*(weight.denominator for weight in weights))
        times = [int(weight * whole) for weight in weights]
        found: list[int] = (self.parts @ np.array(times, dtype=object)).tolist()
        return found

    def places(self, weights: Sequence[Row], /) -> Whole:
        """(k, e) by each of these weights the place of every plan from the lowest score, 0; equal
        scores share one.
        """
        for weight in weights:
            if weight not in self._places:
                scores = self.scores(weight)
                place = {score: i for i, score in enumerate(sorted(set(scores)))}
                self._places[weight] = np.array([place[score] for score in scores], dtype=np.int64)
        return np.column_stack([self._places[weight] for weight in weights])

    @cached_property
    def _places(self) -> dict[Row, Whole]:
        """By weights that were asked about; parts of a set of weights share extreme points."""
        return {}

    def unbeaten(self, weights: Sequence[Row], /) -> Flags:
        """(k,) the plans that no other one beats: scores at least as high as under all of these
        weights and higher under some.

        With the extreme points of a set of weights: under all weights of the set.
        """
        return unbeaten(self.places(weights))


def unbeaten(places: Whole, /) -> Flags:
    """(k,) the plans than which no other one has places (k, e) at least as high and one higher."""
    # places are fewer than what a float holds exactly
    return undominated(-places.astype(np.float64))
