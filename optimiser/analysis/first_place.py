"""What keeps a plan first, and what would make it first: weights of a weighted sum, exactly; and
where no weights do, limits under which a plan is the best of all.

With shares s_k of the way from worst to best (or the values themselves, where the scenario takes
them so), plan p is first under the weights w where ``w . (s_p - s_q) >= 0`` for every listed q:
ties are first too. Numbers are the decimals that results hold, and all arithmetic is rational.

- The interval of a weight t: the others keep their proportions, w(t) = t e_k + (1 - t) v, so that
  each q gives one half-line.
- The smallest change: least ``sum |w - w0| / 2``, the weight that has to move, a linear program
  over the simplex. It starts without any q; the most violated one joins until none is violated, and
  each program is solved by a dual simplex from the basis of w0.

References:
    C. E. Lemke (1954). The dual method of solving the linear programming problem. Naval Research
        Logistics Quarterly 1, 36-47.
    Y. Y. Haimes, L. S. Lasdon and D. A. Wismer (1971). On a bicriterion formulation of the problems
        of integrated system identification and system optimization. IEEE Transactions on Systems,
        Man, and Cybernetics 1, 296-297 (limits on all objectives but one).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Floats, Front
    from optimiser.ranking import Ranked

__all__ = [
    "Ahead",
    "BestUnder",
    "Moved",
    "best_when",
    "distance",
    "is_first",
    "to_first",
    "weight_intervals",
    "worths",
]

_ZERO, _ONE = Fraction(0), Fraction(1)

# sets of limits are tried one after the other up to so many objectives, then limits are left out
# one by one
_TRIED = 8

Worths = Sequence[Sequence[Fraction | int]]
"""(k, m) what each value is worth at a weight of 1."""


@dataclass(frozen=True)
class Moved:
    """Weights under which a plan is first, and half the sum of what they differ by."""

    weights: tuple[Fraction, ...]
    distance: Fraction


@dataclass(frozen=True)
class BestUnder:
    """A plan is the best in an objective of all that are no worse than it in some others."""

    objective: int
    limited: tuple[int, ...]


def worths(front: Front, ranking: Ranked, row: int, /) -> tuple[Sequence[int], Worths]:
    """What a plan of a front and all its plans are worth, as the ranking measures them: whole
    numbers in one unit, from where does not matter.

    The ends that half-open segments come as close to as one likes are rivals too: what is first
    scores at least as much as they would.
    """
    ends = [limit for _, limit in front.proof.open_ends]
    raw = ranking.normalise == "none" and ranking.method == "weighted_sum"
    columns, units = [], []
    for k, sign in enumerate(front.signs.tolist()):
        told = front.told(k)
        written = [*told, *(_exact(end[k]) for end in ends), told[row]]
        over = math.lcm(*{value.denominator for value in written})
        columns.append([value.numerator * (over // value.denominator) for value in written])
        worst, best = front.columns[k].exactly(*ranking.ranges[k].tolist())
        way = Fraction(-int(sign)) if raw else best - worst
        units.append(1 / (way * over) if way else _ZERO)
    by = math.lcm(*(unit.denominator for unit in units))
    whole = [int(unit * by) for unit in units]
    scaled = [[value * unit for value in c] for c, unit in zip(columns, whole, strict=True)]
    *rows, last = zip(*scaled, strict=True)
    return last, rows


def _exact(value: float) -> Fraction:
    return Fraction(repr(value))


class Ahead:
    """By how much one plan is worth more than each of the others, objective by objective.

    Args:
        own: (m,) what it is worth.
        others: (k, m) what the others are worth.
    """

    def __init__(self, own: Sequence[Fraction | int], others: Worths, /) -> None:
        rows = {tuple(a - b for a, b in zip(own, other, strict=True)) for other in others}
        # whole numbers over one denominator: sums of fractions would look for common factors
        by = math.lcm(*(v.denominator for row in rows for v in row)) if rows else 1
        self.rows = sorted(
            tuple(v.numerator * (by // v.denominator) for v in row) for row in rows if any(row)
        )

    def by_more(self, digits: int, /) -> Ahead:
        """The same, less so much that weights which differ from those that sum to 1 by at most
        ``10**-digits`` each, and under which this is nowhere behind, are enough.
        """
        lowered = copy(self)
        lowered.rows = [
            tuple(value * 10**digits - sum(map(abs, row)) for value in row) for row in self.rows
        ]
        return lowered

    def least(self, weights: Sequence[Fraction], /) -> tuple[int, tuple[int, ...]] | None:
        """The one that is furthest ahead under these weights, with by how much, in some unit."""
        by = math.lcm(*(weight.denominator for weight in weights))
        whole = [weight.numerator * (by // weight.denominator) for weight in weights]
        found = [(sum(w * v for w, v in zip(whole, row, strict=True)), row) for row in self.rows]
        return min(found, default=None)


def is_first(ahead: Ahead, weights: Sequence[Fraction], /) -> bool:
    """Whether no other plan scores higher."""
    least = ahead.least(weights)
    return least is None or least[0] >= 0


def weight_intervals(
    ahead: Ahead, weights: Sequence[Fraction], /
) -> list[tuple[Fraction, Fraction]]:
    """For each weight between what it keeps a plan first that is first, the others in
    proportion.
    """
    found = []
    for k, weight in enumerate(weights):
        others = 1 - weight
        # where all weight is on one objective, the others have none to be in proportion to
        rest = [
            _ZERO if j == k else w / others if others else Fraction(1, max(1, len(weights) - 1))
            for j, w in enumerate(weights)
        ]
        by = math.lcm(*(share.denominator for share in rest))
        whole = [share.numerator * (by // share.denominator) for share in rest]
        low, high = _ZERO, _ONE
        for row in ahead.rows:
            at = sum(w * v for w, v in zip(whole, row, strict=True))
            slope = row[k] * by - at
            if slope > 0:
                low = max(low, Fraction(-at, slope))
            elif slope < 0:
                high = min(high, Fraction(-at, slope))
        found.append((low, high))
    return found


def to_first(ahead: Ahead, weights: Sequence[Fraction], /) -> Moved | None:
    """The weights nearest to the given ones under which a plan is first; None where there are
    none.
    """
    program = _Moving(weights)
    while True:
        now = program.weights()
        least = ahead.least(now)
        if least is None or least[0] >= 0:
            return Moved(now, distance(now, weights))
        if not program.add(least[1]):
            return None


def distance(some: Sequence[Fraction], others: Sequence[Fraction], /) -> Fraction:
    """Half the sum of what weights differ by: what has to move from one objective to another."""
    return sum((abs(a - b) for a, b in zip(some, others, strict=True)), _ZERO) / 2


class _Moving:
    """Least sum u over ``w = w0 + u - v``, u, v >= 0, v <= w0, sum u = sum v, and rows
    ``a . w >= 0``: columns u, then v, then a slack a row.

    The tableau keeps each basic variable as ``rhs + sum(t_j x_j)`` over the others.
    """

    def __init__(self, weights: Sequence[Fraction], /) -> None:
        m = self._m = len(weights)
        self._start = tuple(weights)
        self._rows: dict[int, tuple[Fraction, dict[int, Fraction]]] = {}
        self._costs = dict.fromkeys(range(m), _ONE) | {m + j: _ZERO for j in range(m)}
        self._count = 2 * m
        for j, weight in enumerate(weights):
            self._join(weight, {m + j: -_ONE})
        for sign in (_ONE, -_ONE):
            self._join(_ZERO, {j: sign if j < m else -sign for j in range(2 * m)})

    def weights(self) -> tuple[Fraction, ...]:
        at = [self._rows[j][0] if j in self._rows else _ZERO for j in range(2 * self._m)]
        return tuple(
            w + u - v for w, u, v in zip(self._start, at[: self._m], at[self._m :], strict=True)
        )

    def add(self, row: Sequence[int], /) -> bool:
        """Take a row in; whether there still are such weights."""
        at = sum((a * w for a, w in zip(row, self._start, strict=True)), _ZERO)
        terms = {j: Fraction(a) for j, a in enumerate(row) if a}
        terms |= {self._m + j: -a for j, a in terms.items()}
        self._join(at, terms)
        return self._solved()

    def _join(self, at: Fraction, terms: dict[int, Fraction]) -> None:
        for j in [j for j in terms if j in self._rows]:
            weight = terms.pop(j)
            right, own = self._rows[j]
            at += weight * right
            for i, t in own.items():
                terms[i] = terms.get(i, _ZERO) + weight * t
        self._rows[self._count] = at, {j: t for j, t in terms.items() if t}
        self._count += 1

    def _solved(self) -> bool:
        """Dual simplex; of several the least index, which cannot cycle."""
        while True:
            leaving = min((b for b, (at, _) in self._rows.items() if at < 0), default=None)
            if leaving is None:
                return True
            able = [(self._costs[j] / t, j) for j, t in self._rows[leaving][1].items() if t > 0]
            if not able:
                return False
            self._exchange(leaving, min(able)[1])

    def _exchange(self, leaving: int, entering: int) -> None:
        at, terms = self._rows.pop(leaving)
        pivot = terms.pop(entering)
        row = {j: -t / pivot for j, t in terms.items()} | {leaving: 1 / pivot}
        right = -at / pivot
        for b, (other, own) in list(self._rows.items()):
            if weight := own.pop(entering, None):
                self._rows[b] = (
                    other + weight * right,
                    {
                        j: t
                        for j in own.keys() | row.keys()
                        if (t := own.get(j, _ZERO) + weight * row.get(j, _ZERO))
                    },
                )
        self._rows[entering] = right, row
        price = self._costs.pop(entering)
        for j, t in row.items():
            self._costs[j] = self._costs.get(j, _ZERO) + price * t


def best_when(
    values: Floats, own: Floats, /, *, order: Sequence[int] | None = None, fewest: bool = True
) -> BestUnder | None:
    """The objective in which a plan is best of all that hold the fewest limits at its own values.

    Args:
        values: (k, m) of all plans, minimised.
        own: (m,) of the plan, likewise.
        order: in which objectives are looked at; of several with as few limits the first is taken.
        fewest: whether limits may be left out; else all other objectives are limited.

    Returns:
        None where some plan is at least as good in everything and better in something.
    """
    m = len(own)
    better, worse = values < own, values > own
    # an objective in which no plan is worse limits nothing
    limiting = [j for j in range(m) if worse[:, j].any() or not fewest]
    found: list[BestUnder] = []
    for k in range(m) if order is None else order:
        rivals = worse[better[:, k]]
        others = [j for j in limiting if j != k]
        if len(rivals) and not (others and rivals[:, others].any(axis=1).all()):
            continue
        found.append(BestUnder(k, _limits(rivals, others) if fewest else tuple(others)))
    return min(found, key=lambda one: len(one.limited), default=None)


def _limits(rivals: np.ndarray, others: list[int], /) -> tuple[int, ...]:
    """The fewest of the other objectives such that each of the (r, m) rivals is worse in one."""
    if len(others) < _TRIED:
        for count in range(len(others) + 1):
            for chosen in itertools.combinations(others, count):
                if rivals[:, list(chosen)].any(axis=1).all():
                    return chosen
    kept = list(others)
    for j in others:
        fewer = [i for i in kept if i != j]
        if rivals[:, fewer].any(axis=1).all():
            kept = fewer
    return tuple(kept)
