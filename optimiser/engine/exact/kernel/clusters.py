"""Rows of whole numbers in groups of neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["clustered"]


def clustered(rows: Integers, most: int, /) -> list[Integers]:
    """The positions of (b, m) rows in as few groups of at most ``most`` neighbours as there can be,
    about equally large, by parting them in the coordinate in which they differ most.
    """
    if not len(rows):
        return []
    ranks = np.stack(
        [np.unique(rows[:, k], return_inverse=True)[1] for k in range(rows.shape[1])], axis=1
    )
    found = []
    waiting = [(np.arange(len(rows)), -(-len(rows) // most))]
    while waiting:
        some, groups = waiting.pop()
        if groups == 1:
            found.append(some)
            continue
        k = int(np.argmax(np.ptp(ranks[some], axis=0)))
        ordered = some[np.argsort(ranks[some, k], kind="stable")]
        half = groups // 2
        part = len(ordered) * half // groups
        waiting += [(ordered[part:], groups - half), (ordered[:part], half)]
    return found
