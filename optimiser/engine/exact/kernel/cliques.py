"""Rows of which at most one column can be 1, merged into maximal cliques.

Two columns are in conflict where some row lets at most one of them be 1. Of columns that are in
conflict pair by pair at most one can be 1, which one row says more sharply than a row a pair: the
relaxation of three pairwise exclusions takes a half of each column, that of their clique one in
all. Such rows cost nothing in whole numbers: the same plans satisfy them.

A. Atamturk, G. L. Nemhauser, M. W. P. Savelsbergh, "Conflict graphs in solving integer programming
problems", European Journal of Operational Research 121, 2000, 40-55.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    SparseRow = tuple[dict[int, int], int, int]

__all__ = ["merged_cliques"]

# Steps, each of which looks at one column's conflicts: some tenths of a second.
_STEPS = 1_000_000


class _Conflicts:
    """Which columns are in conflict, as bits of whole numbers, and which cliques are kept."""

    def __init__(self, rows: Sequence[frozenset[int]], n: int, /) -> None:
        self._of = [0] * n
        self._kept: list[list[int]] = [[] for _ in range(n)]
        self._covered = [0] * n
        self._steps = _STEPS
        for row in rows:
            mask = _mask(row)
            for j in row:
                self._of[j] |= mask & ~(1 << j)

    def within(self, row: frozenset[int], /) -> bool:
        """Whether some clique that is kept holds the whole row."""
        mask, first = _mask(row), min(row)
        return any(mask & ~clique == 0 for clique in self._kept[first])

    def keep(self, row: frozenset[int], /) -> None:
        """Remember a clique."""
        mask = _mask(row)
        for j in row:
            self._kept[j].append(mask)
            self._covered[j] |= mask

    def extended(self, row: frozenset[int], /) -> frozenset[int]:
        """A maximal clique around the row: first whatever has most conflicts in it that no clique
        holds yet.
        """
        clique, mask = set(row), _mask(row)
        common = -1
        for j in row:
            common &= self._of[j]
        while common and self._steps > 0:
            best, chosen = -1, -1
            for j in _bits(common):
                self._steps -= 1
                worth = (mask & ~self._covered[j]).bit_count()
                if worth > best:
                    best, chosen = worth, j
            clique.add(chosen)
            mask |= 1 << chosen
            common &= self._of[chosen]
        return frozenset(clique)


def merged_cliques(
    rows: Sequence[SparseRow], lower: Integers, upper: Integers, /
) -> list[SparseRow]:
    """The rows, those that say "at most one" merged: each in a maximal clique, which stands where
    the first of its rows stood; the same plans satisfy them.

    Args:
        rows: column -> coefficient, lower and upper limit.
        lower, upper: (n,) bounds of the columns.
    """
    exclusive = {
        i: frozenset(terms)
        for i, (terms, low, high) in enumerate(rows)
        if high == 1
        and all(a == 1 for a in terms.values())
        and all(lower[j] == 0 and upper[j] <= 1 for j in terms)
    }
    if len(exclusive) < 2:
        return list(rows)
    conflicts = _Conflicts(list(exclusive.values()), len(lower))
    # one that must be chosen says more than a clique does and stays; wide ones begin
    order = sorted(exclusive, key=lambda i: (rows[i][1] <= 0, -len(exclusive[i]), i))
    merged: dict[int, SparseRow | None] = {}
    for i in order:
        row, (terms, low, high) = exclusive[i], rows[i]
        if low > 0:
            merged[i] = (terms, low, high)
        elif conflicts.within(row):
            merged[i] = None
            continue
        else:
            row = conflicts.extended(row)
            merged[i] = (dict.fromkeys(sorted(row), 1), low, high)
        conflicts.keep(row)
    found = (merged.get(i, row) for i, row in enumerate(rows))
    return [row for row in found if row is not None]


def _mask(columns: frozenset[int]) -> int:
    return sum(1 << j for j in columns)


def _bits(mask: int) -> list[int]:
    """The positions of the bits that are set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
