"""The upper envelope of all scores over a set of weights: a plan on it is first somewhere.

Over weights w the envelope is the least u with u >= s_j · w for the shares s_j of every plan j. A
plan i is first somewhere if and only if the largest s_i · w - u over it is 0: one linear program of
d + 1 variables whose objective alone changes from plan to plan. Each starts at the vertex where the
last one ended, and walks along edges; every vertex on the way tells of several plans.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.tolerances import CLOSE_SCORES, LAST_DIGITS
from optimiser.analysis.weight_regions import weight_region
from optimiser.analysis.weight_sets import dot, independent, whole_inverse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.analysis.exact_shares import ExactShares
    from optimiser.analysis.weight_sets import WeightSet
    from optimiser.front import Flags, Floats

__all__ = ["Envelope"]

_STEPS = 500  # of a linear program in a few dimensions: it needs some tens
#: in scores that are looked at, what an exact region costs, for each plan
_REGION: Final = 160
#: largest entry of an inverse by which a vertex is known to a hundredth of what counts as close
_STEADY = 1e4


class Envelope:
    """The envelope of k plans in m objectives over a set of weights of d dimensions.

    Attributes:
        work: how many scores were looked at so far.

    Args:
        shares: of the plans.
        allowed: the weights, of one dimension at least.
    """

    def __init__(self, shares: ExactShares, allowed: WeightSet, /) -> None:
        self._shares, self._allowed = shares, allowed
        self.work = 0
        points = allowed.points
        edges = [
            [a - b for a, b in zip(p, allowed.extreme[0], strict=True)] for p in allowed.extreme[1:]
        ]
        # the directions of d independent edges span the set
        chosen = independent([list(column) for column in zip(*edges, strict=True)])
        self._base = points[0]
        self._span = (points[1:] - points[0])[chosen]
        sizes = [max(abs(Fraction(value)) for value in row) for row in allowed.borders]
        borders = np.array(
            [
                [float(value / size) for value in row]
                for row, size in zip(allowed.borders, sizes, strict=True)
            ]
        )
        scores = shares.rounded
        self._rows = np.vstack(
            [
                np.column_stack([scores @ self._span.T, np.full(len(scores), -1.0)]),
                np.column_stack([-borders @ self._span.T, np.zeros(len(borders))]),
            ]
        )
        self._right = np.concatenate([-scores @ self._base, borders @ self._base])
        self._basis = self._start()

    def _start(self) -> list[int]:
        """The highest plan at the first extreme point, and d borders through it."""
        allowed, k = self._allowed, len(self._shares)
        d = len(self._span)
        basis = [int((self._shares.rounded @ self._base).argmax())]
        for border in sorted(allowed.tight[0]):
            trial = [*basis, k + border]
            if np.linalg.matrix_rank(self._rows[trial]) == len(trial):
                basis = trial
            if len(basis) == d + 1:
                break
        return basis

    def hidden(self, scores: Floats, /, *, most: int) -> Flags:
        """(q,) which plans of these shares (q, m), of these or others, are first for no weights;
        False where that was not found out. A vertex settles all plans for which it is the best.

        Args:
            scores: the shares.
            most: scores that may be looked at.
        """
        goals = np.column_stack([scores @ self._span.T, np.full(len(scores), -1.0)])
        levels = scores @ self._base
        found = np.zeros(len(scores), dtype=np.bool_)
        waiting = np.arange(len(scores))
        while len(waiting) and self.work < most:
            self.work += len(waiting)
            here = np.zeros(len(waiting), dtype=np.bool_)
            here[0] = True
            vertex = self._walked(goals[waiting[0]])
            if vertex is not None:
                here |= self._highest_here(goals[waiting])
                found[waiting] = here & (goals[waiting] @ vertex + levels[waiting] < -CLOSE_SCORES)
            waiting = waiting[~here]
        return found

    def first(self, asked: NDArray[np.int64], /, *, most: int) -> tuple[Flags, NDArray[np.int64]]:
        """(k,) which plans are first for some weights, of those not asked about only some of them;
        and the rows of those of which that was not found out.

        Args:
            asked: (q,) their rows.
            most: scores that may be looked at.
        """
        k = len(self._shares)
        goals, levels = self._rows[:k], -self._right[:k]
        found = np.zeros(k, dtype=np.bool_)
        waiting = np.array(asked)
        while len(waiting) and self.work < most:
            self.work += len(waiting)
            plan = int(waiting[0])
            vertex = self._walked(goals[plan], found)
            height = np.zeros(len(waiting))
            beneath = np.zeros(len(waiting), dtype=np.bool_)
            if vertex is not None:
                height = goals[waiting] @ vertex + levels[waiting]
                beneath = (height < -CLOSE_SCORES) & self._highest_here(goals[waiting])
                if not (beneath[0] or found[plan]):
                    first, none = self._exactly(waiting)
                    found[first] = True
                    beneath |= none
            if not (beneath[0] or found[plan]):
                self.work += _REGION * k
                found[plan] = bool(weight_region(self._shares, self._allowed, plan))
            left = ~(beneath | found[waiting])
            left[0] = False
            waiting, height = waiting[left], height[left]
            if len(waiting):
                # the nearest to the envelope here is a few steps away
                near = int(height.argmax())
                waiting[[0, near]] = waiting[[near, 0]]
        return found, waiting[~found[waiting]]

    def _highest_here(self, goals: Floats) -> Flags:
        """(q,) for which of the goals (q, d + 1) the vertex reached last is the best."""
        prices = goals @ np.linalg.inv(self._rows[self._basis])
        return np.asarray((prices >= -LAST_DIGITS).all(axis=1))

    def _walked(self, goal: Floats, met: Flags | None = None) -> Floats | None:
        """The vertex at which goal · z is largest; None where rounding does not tell.

        Args:
            goal: (d + 1,) its coefficients.
            met: (k,) where the plans are marked whose rows meet in a vertex on the way, all others
                being clearly below: they meet there in exact numbers as well.
        """
        basis = list(self._basis)
        for step in range(_STEPS):
            self.work += len(self._rows)
            try:
                inverted = np.linalg.inv(self._rows[basis])
            except np.linalg.LinAlgError:
                return None
            vertex = inverted @ self._right[basis]
            prices = goal @ inverted
            falling = np.flatnonzero(prices < -LAST_DIGITS)
            if not len(falling) and met is None:
                self._basis = basis
                return np.asarray(vertex)
            room = self._right - self._rows @ vertex
            if met is not None and np.abs(inverted).max() < _STEADY:
                room[basis] = np.inf
                if room.min() > CLOSE_SCORES:
                    met[[row for row in basis if row < len(met)]] = True
            if not len(falling):
                self._basis = basis
                return np.asarray(vertex)
            # after many steps by the rule of Bland, which does not go round in circles
            leaving = (
                int(prices.argmin())
                if step < _STEPS // 2
                else min(falling.tolist(), key=lambda place: basis[place])
            )
            ahead = self._rows @ -inverted[:, leaving]
            ahead[basis] = 0.0
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(ahead > LAST_DIGITS, np.maximum(room, 0.0) / ahead, np.inf)
            entering = int(ratio.argmin())
            if not np.isfinite(ratio[entering]):
                return None
            basis[leaving] = entering
        return None

    def _exactly(self, plans: NDArray[np.int64]) -> tuple[NDArray[np.int64], Flags]:
        """At the vertex reached last, in whole numbers: the plans that score highest there, and
        (q,) which of those given are first nowhere, as they are below there and no vertex is
        better for them.
        """
        shares, allowed = self._shares, self._allowed
        k, m = shares.parts.shape
        nothing = np.zeros(0, dtype=np.int64), np.zeros(len(plans), dtype=np.bool_)
        if len(self._basis) != m:
            return nothing
        rows = [
            (*shares.parts[row].tolist(), -shares.whole)
            if row < k
            else (*(-value for value in allowed.borders[row - k]), 0)
            for row in self._basis
        ]
        # z = (w, u): all rows are 0 at the vertex, where weights sum to 1
        columns = whole_inverse([*rows, (1,) * m + (0,)])
        if columns is None:
            return nothing
        weights = [row[m] for row in columns[:m]]
        if any(dot(border, weights) < 0 for border in allowed.borders):
            return nothing
        total = sum(weights)
        scores = shares.rounded @ np.array([weight / total for weight in weights])
        close = np.flatnonzero(scores > scores.max() - CLOSE_SCORES)
        exact = shares.parts[close] @ np.array(weights, dtype=object)
        goals = np.column_stack(
            [shares.parts[plans], np.full(len(plans), -shares.whole, dtype=object)]
        )
        prices = goals @ np.array(columns, dtype=object)
        below = (prices[:, :m] >= 0).all(axis=1) & (prices[:, m] < 0)
        return close[exact == exact.max()], below.astype(np.bool_)
