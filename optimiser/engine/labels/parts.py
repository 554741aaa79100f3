"""Parts of a model that share no row and no product: each has a front of its own, and the front of
the whole is among the sums of theirs.

A plan that is efficient is efficient in each part: what was better there would be better in all.
Which of equal plans is preferred is a sum as well, compared number by number, so that the preferred
plan of a point is made of the preferred ones of its parts; of several ways to a point the least sum
is taken. A row that is an objective ("at most so much of what is minimised", "at least so much of
what is maximised") ties nothing together: whatever is better in a part leaves it more room.
Everything is in whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.dominance import undominated
from optimiser.engine.labels.reading import LabelArrays
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from optimiser.engine.labels.reading import Sums

    Integers = NDArray[np.int64]
    Caps = list[tuple[int, int]]

__all__ = ["Part", "Some", "capped", "independent", "some_of", "some_together", "together"]

# columns that nothing ties, and parts of fewer columns than this, are one part: labels are quick at
# these, and sums of many small fronts are not
_SMALL = 5
# sums that are compared at a time
_BLOCK = 1 << 18
# plans of a sum that are looked at where time is up
_SHOWN = 200


@dataclass(frozen=True, eq=False)
class Part(LabelArrays):
    """Some columns with all rows and products that they are in.

    Attributes:
        columns: (c,) of the whole.
        objectives: (m',) of the whole that the part has to do with; the first where it has to do
            with none.
    """

    columns: list[int]
    objectives: list[int]


@dataclass(frozen=True, eq=False)
class Some:
    """Plans of some columns: (k, columns) values, 0 of others, (k, m) objectives, (k, orders)
    their places in the order of preference.
    """

    x: Integers
    y: Integers
    places: Integers

    def __len__(self) -> int:
        return len(self.x)

    def taken(self, rows: Integers, /) -> Some:
        """The plans at the positions (l,)."""
        return Some(self.x[rows], self.y[rows], self.places[rows])


def independent(given: LabelArrays, /) -> list[Part]:
    """The parts of a model, the one of fewest columns first; none where it is only one."""
    n = len(given.width)
    ties = [list(f) for f in given.factors] + [
        [j for i, c in enumerate(row) if c for j in ([i] if i < n else given.factors[i - n])]
        for row in given.row
        if row not in given.objective
    ]
    if not all(ties):
        return []  # a row of nothing: whether it holds the search says
    groups = _groups(n, ties)
    small = sorted(j for group in groups if len(group) < _SMALL for j in group)
    groups = [group for group in groups if len(group) >= _SMALL] + ([small] if small else [])
    if len(groups) < 2:
        return []
    return [_part(given, group) for group in sorted(groups, key=len)]


def _groups(n: int, ties: Sequence[Sequence[int]]) -> list[list[int]]:
    """Columns that are tied, directly or by others."""
    head = list(range(n))

    def first(j: int) -> int:
        while head[j] != j:
            head[j] = j = head[head[j]]
        return j

    for tie in ties:
        for j in tie[1:]:
            head[first(j)] = first(tie[0])
    groups: dict[int, list[int]] = {}
    for j in range(n):
        groups.setdefault(first(j), []).append(j)
    return list(groups.values())


def _part(given: LabelArrays, columns: list[int]) -> Part:
    n, place = len(given.width), {column: i for i, column in enumerate(columns)}
    products = [p for p, factors in enumerate(given.factors) if factors[0] in place]
    items = [*columns, *(n + p for p in products)]
    objectives = [k for k, sums in enumerate(given.objective) if any(sums[i] for i in items)]
    objectives = objectives or [0]
    rest = sorted({*range(n + len(given.factors))} - {*items})
    rows: Sums = []
    bounds: list[int] = []
    for row, bound in zip(given.row, given.bound, strict=True):
        if any(row[i] for i in items):
            rows.append([row[i] for i in items])
            # the others of an objective's row are this at least
            bounds.append(bound - sum(min(0, row[i] * _most(given, i)) for i in rest))
    return Part(
        [given.width[j] for j in columns],
        [[place[j] for j in given.factors[p]] for p in products],
        [[given.objective[k][i] for i in items] for k in objectives],
        rows,
        bounds,
        [[weights[j] for j in columns] for weights in given.order],
        columns,
        objectives,
    )


def _most(given: LabelArrays, item: int) -> int:
    return given.width[item] - 1 if item < len(given.width) else 1


def capped(given: LabelArrays, /) -> Caps:
    """The rows that are objectives: which, and what it is at most."""
    rows = zip(given.row, given.bound, strict=True)
    return [(given.objective.index(row), bound) for row, bound in rows if row in given.objective]


def some_of(given: LabelArrays, part: Part, plans: Sequence[Sequence[int]], /) -> Some:
    """(k, c) plans of a part as plans of the whole."""
    x = np.zeros((len(plans), len(given.width)), dtype=np.int64)
    x[:, part.columns] = np.array(plans, dtype=np.int64).reshape(len(plans), len(part.columns))
    return Some(
        x,
        given.values(x),
        x @ np.array(given.order, dtype=np.int64).reshape(-1, x.shape[1]).T,
    )


def together(
    somes: Sequence[Some], caps: Caps, most: int, going_on: Callable[[int], bool], /
) -> tuple[Some, str]:
    """The efficient ones of all sums of one plan each, and "" where that is all there is: none
    where no sum holds;
    "stopped" where ``going_on``, told now and then how many plans there are, ended it, "pairs"
    where more than ``most`` would have to be compared at a time.
    """
    first, *others = sorted(somes, key=len)
    for i, other in enumerate(others):
        if len(first) * len(other) > most:
            return first, "pairs"
        first, reason = _summed(first, other, _left(caps, others[i + 1 :]), going_on)
        if reason or not len(first):
            return first, reason
    return first, ""


def _left(caps: Caps, others: Sequence[Some]) -> Caps:
    """What caps leave over, whichever plans of others follow."""
    return [(k, most - sum(int(some.y[:, k].min()) for some in others)) for k, most in caps]


def some_together(somes: Sequence[Some], caps: Caps, /) -> Some:
    """Some sums, found in no time."""
    found, *others = map(_thinned, somes)
    for i, other in enumerate(others):
        if not all(map(len, (found, *others))):
            return found.taken(np.empty(0, dtype=np.int64))
        found = _thinned(_summed(found, other, _left(caps, others[i + 1 :]), lambda known: True)[0])
    return found


def _thinned(some: Some) -> Some:
    return some.taken(np.arange(0, len(some), 1 + len(some) // _SHOWN))


def _summed(
    one: Some, other: Some, caps: Caps, going_on: Callable[[int], bool]
) -> tuple[Some, str]:
    step = max(1, _BLOCK // max(1, len(other)))
    pairs = np.zeros((0, 2), dtype=np.int64)
    for start in range(0, len(one), step):
        if not going_on(len(pairs)):
            return _of(one, other, pairs), "stopped"
        rows = np.arange(start, min(start + step, len(one)))
        more = np.stack(np.meshgrid(rows, np.arange(len(other)), indexing="ij"), -1).reshape(-1, 2)
        for k, most in caps:
            more = more[one.y[more[:, 0], k] + other.y[more[:, 1], k] <= most]
        pairs = _best(one, other, np.vstack([pairs, more]))
    return _of(one, other, pairs), ""


def _of(one: Some, other: Some, pairs: Integers) -> Some:
    i, j = pairs.T
    return Some(one.x[i] + other.x[j], one.y[i] + other.y[j], one.places[i] + other.places[j])


def _best(one: Some, other: Some, pairs: Integers) -> Integers:
    """Of (k, 2) pairs those whose sums are efficient, of equal ones the one to prefer."""
    if not len(pairs):
        return pairs
    y = one.y[pairs[:, 0]] + other.y[pairs[:, 1]]
    # sums are below 2^41: exact in floats
    kept = np.flatnonzero(undominated(y.astype(np.float64)))
    pairs, y = pairs[kept], y[kept]
    places = one.places[pairs[:, 0]] + other.places[pairs[:, 1]]
    order = np.lexsort((*places.T[::-1], *y.T[::-1]))
    pairs, y = pairs[order], y[order]
    first = np.append(True, (y[1:] != y[:-1]).any(axis=1))[: len(y)]
    return np.asarray(pairs[first])
