"""Rows over many columns, of which each touches few: only the numbers that are not 0.

Thousands of prerequisites among thousands of technologies are gigabytes when written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["SparseRows", "sparse_rows"]


def sparse_rows(rows: Iterable[Mapping[int, int]], width: int, /) -> SparseRows:
    """The rows, each given as column -> number, over so many columns."""
    listed = list(rows)
    return SparseRows(
        np.cumsum([0, *map(len, listed)], dtype=np.int64),
        np.array([j for terms in listed for j in terms], dtype=np.int64),
        np.array([c for terms in listed for c in terms.values()], dtype=np.int64),
        width,
    )


@dataclass(frozen=True, eq=False)
class SparseRows:
    """r rows of whole numbers over n columns, e entries in all.

    Attributes:
        starts: (r + 1,) where the entries of each row begin.
        columns: (e,) their columns.
        values: (e,) their numbers.
        width: n.
    """

    starts: Integers
    columns: Integers
    values: Integers
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[dict[int, int]]:
        """Each row as column -> number."""
        columns, values = self.columns.tolist(), self.values.tolist()
        for begin, end in pairwise(self.starts.tolist()):
            yield dict(zip(columns[begin:end], values[begin:end], strict=True))

    def __matmul__(self, x: Integers, /) -> Integers:
        """(n,) -> (r,), or (n, k) -> (r, k), exactly where every row's value fits 64 bits."""
        return self.added((self.values * x[self.columns].T).T)

    def added(self, entries: Integers, /) -> Integers:
        """(e,) whole numbers, one an entry -> (r,) their sums by row, or (e, k) -> (r, k), exactly
        where these fit 64 bits: what runs over on the way is taken off again.
        """
        sums = np.zeros((len(entries) + 1, *entries.shape[1:]), dtype=np.int64)
        np.cumsum(entries, axis=0, out=sums[1:])
        return np.asarray(sums[self.starts[1:]] - sums[self.starts[:-1]])

    def holding(self, marked: NDArray[np.bool_], /) -> NDArray[np.bool_]:
        """(e,) marked entries -> (n,) which columns have one."""
        found = np.zeros(self.width, dtype=np.bool_)
        found[self.columns[marked]] = True
        return found

    def of_rows(self, rows: NDArray[np.bool_], /) -> NDArray[np.bool_]:
        """(r,) marked rows -> (e,) which entries are theirs."""
        return np.repeat(rows, np.diff(self.starts))
