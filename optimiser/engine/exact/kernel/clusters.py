"""Rows of whole numbers in groups of neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["clustered"]


def clustered(rows: Integers, most: int, /) -> list[Integers]:
    """The positions of (b, m) rows in groups of at most ``most`` neighbours, by halving the
    coordinate in which they differ most.
    """
    if not len(rows):
        return []
    ranks = np.stack(
        [np.unique(rows[:, k], return_inverse=True)[1] for k in range(rows.shape[1])], axis=1
    )
    found = []
    waiting = [np.arange(len(rows))]
    while waiting:
        some = waiting.pop()
        if len(some) <= most:
            found.append(some)
            continue
        k = int(np.argmax(np.ptp(ranks[some], axis=0)))
        ordered = some[np.argsort(ranks[some, k], kind="stable")]
        half = len(ordered) // 2
        waiting += [ordered[half:], ordered[:half]]
    return found
