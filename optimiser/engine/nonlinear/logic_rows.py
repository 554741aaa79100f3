"""Logic rows as numbers, sparse where they have millions of entries, and what each row holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Flags, Floats, Row

    Positions = NDArray[np.int64]

__all__ = ["LogicRows"]

# more entries than these are kept sparse
_DENSE = 1 << 22


class LogicRows:
    """r rows over n columns.

    Attributes:
        terms: of each row column -> coefficient.
        a: (r, n) coefficients.
        sparse: whether ``a`` is.
        lower, upper: (r,) bounds, infinite where there are none.
        largest: (r,) the greatest coefficient, in absolute value.
    """

    def __init__(self, rows: Sequence[Row], n: int, /) -> None:
        self.terms = terms = [_summed(row) for row in rows]
        self._length = np.array([len(own) for own in terms], dtype=np.int64)
        self._start = np.concatenate([[0], np.cumsum(self._length)])[:-1]
        self._column = np.array([j for own in terms for j in own], dtype=np.int64)
        self._value = np.array([c for own in terms for c in own.values()])
        self._of = np.repeat(np.arange(len(rows)), self._length)
        self.sparse = len(rows) * n > _DENSE
        self.a: Any
        if self.sparse:
            from scipy.sparse import csr_array

            self.a = csr_array((self._value, (self._of, self._column)), shape=(len(rows), n))
        else:
            self.a = np.zeros((len(rows), n))
            self.a[self._of, self._column] = self._value
        self.lower = np.full(len(rows), -np.inf)
        self.upper = np.full(len(rows), np.inf)
        for i, row in enumerate(rows):
            self.lower[i] = -np.inf if row.lower is None else row.lower - row.constant
            self.upper[i] = np.inf if row.upper is None else row.upper - row.constant
        self.largest = np.zeros(len(rows))
        np.maximum.at(self.largest, self._of, np.abs(self._value))

    def __len__(self) -> int:
        return len(self.lower)

    def having(self, columns: Flags, /) -> Flags:
        """(n,) which columns -> (r,) which rows have one of them."""
        found: Flags = np.bincount(self._of[columns[self._column]], minlength=len(self)) > 0
        return found

    def dense(self, rows: Flags, /) -> Floats:
        """(r,) which rows -> (z, n) their coefficients."""
        found: Floats = self.a[rows].toarray() if self.sparse else self.a[rows]
        return found

    def members(self, rows: Positions, /) -> tuple[Positions, Floats]:
        """(k,) rows -> their columns and coefficients (k, z), 0 behind the end of a row."""
        z = np.arange(max(1, int(self._length.max(initial=0))))
        present = z < self._length[rows][:, None]
        at = np.where(present, self._start[rows][:, None] + z, 0)
        return np.where(present, self._column[at], 0), np.where(present, self._value[at], 0.0)

    def beside(self, columns: Positions, /) -> Floats:
        """(k,) columns -> (k, r) their coefficients in every row."""
        found: Floats = self._turned[columns].toarray() if self.sparse else self.a.T[columns]
        return found

    @cached_property
    def _turned(self) -> Any:
        return self.a.T.tocsr()


def _summed(row: Row) -> dict[int, float]:
    """Column -> coefficient, by column. Whole numbers as they are: dividing by five would leave an
    amount at its upper end a hair outside.
    """
    found: dict[int, float] = {}
    for j, c in row.terms:
        found[j] = found.get(j, 0.0) + c
    return {j: found[j] for j in sorted(found) if found[j]}
