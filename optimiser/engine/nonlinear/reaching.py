"""Which points of a batch reach farther along fixed directions than any before: what is done most
often for every point that is tried, compiled from ``native/`` where there was a C++ compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Floats

    Positions = NDArray[np.int64]
    Reach = Callable[[Floats, Floats, Floats], Positions]

__all__ = ["by_arrays", "reaching"]

# numbers of an array that stays near the processor
_BLOCK = 20_000


def reaching() -> Reach:
    """:func:`by_arrays`, compiled where this installation has that."""
    if find_spec("optimiser.engine.nonlinear._native") is None:
        return by_arrays
    from optimiser.engine.nonlinear._native import reach

    return reach


def by_arrays(room: Floats, inverse: Floats, length: Floats, /) -> Positions:
    """Take in points by how far they reach along directions: the least, over the objectives, of
    their room times the inverse of the direction's slope.

    Args:
        room: (k, m) how far each point is from the reference point; no NaN.
        inverse: (m, d) one over the slopes of the directions, positive.
        length: (d,) how far the points before reach; grows in place.

    Returns:
        (d,) the first of the points that reach farthest, -1 where none reaches farther.
    """
    best = np.full(len(length), -1, dtype=np.int64)
    step = max(1, _BLOCK // len(length))
    for start in range(0, len(room), step):
        part = room[start : start + step]
        along = part[:, :1] * inverse[0]
        for j in range(1, len(inverse)):
            np.minimum(along, part[:, j : j + 1] * inverse[j], out=along)
        farther = np.flatnonzero(along.max(axis=0) > length)
        first = along[:, farther].argmax(axis=0)
        best[farther] = start + first
        length[farther] = along[first, farther]
    return best
