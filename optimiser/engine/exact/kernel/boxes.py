"""Two objectives: where points can still be, and which part of that to search next.

Between two neighbouring points lies a box that all further points of that stretch are in. Solving
the lower half of the largest box leaves two smaller ones whatever is found, so that a run may end
at any time with what is open spread evenly.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["Boxes", "floors", "zones_left"]


def floors(points: Integers, zones: Integers, ideal: Integers, /) -> Integers:
    """(z, p) lower bounds of the non-dominated points below each zone: with two objectives the
    neighbours', else the ideal.

    Args:
        points: (k, p) non-dominated points.
        zones: (z, p) local upper bounds.
        ideal: (p,) lower bounds of all points.
    """
    lower = np.broadcast_to(ideal, zones.shape).astype(np.int64)
    if zones.shape[1] == 2 and len(points):
        y = points[np.argsort(points[:, 0])]
        # A further point below the zone is beyond every point that is no better in the other
        # objective.
        before = np.searchsorted(-y[:, 1], -zones[:, 1], side="right")
        after = np.searchsorted(y[:, 0], zones[:, 0], side="left")
        left, right = np.append(ideal[0] - 1, y[:, 0]), np.append(y[:, 1], ideal[1] - 1)
        lower = np.stack([left[before] + 1, right[after] + 1], axis=1)
    return np.asarray(lower, dtype=np.int64)


def zones_left(
    points: Integers,
    /,
    *,
    ideal: Sequence[int],
    top: Sequence[int],
    meanwhile: Callable[[], None] | None = None,
) -> Integers:
    """(z, p) the local upper bounds that non-dominated points (k, p) leave of the box from
    ``ideal`` to ``top``, both (p,); what ``meanwhile``, called now and then, raises ends it.
    """
    from optimiser.engine.exact.kernel._native import zones

    return zones(points, list(ideal), list(top), meanwhile)


class Boxes:
    """The open boxes of a front with two objectives, the largest first.

    Args:
        points: (k, 2), with the least value of either objective among them.
        zones: (z, 2) local upper bounds.
        ideal: (2,) least values.
    """

    def __init__(self, points: Integers, zones: Integers, ideal: Integers, /) -> None:
        self._span = np.maximum(points.max(axis=0) - ideal, 1).tolist()
        self._heap: list[tuple[float, int, int, int, int]] = []
        self._current: tuple[int, int, int, int] | None = None
        self._middle = 0
        for (l0, l1), (u0, u1) in zip(
            floors(points, zones, ideal).tolist(), zones.tolist(), strict=True
        ):
            self._push(l0, l1, u0, u1)

    def _push(self, l0: int, l1: int, u0: int, u1: int) -> None:
        if l0 < u0 and l1 < u1:
            heapq.heappush(
                self._heap,
                (-min((u0 - l0) / self._span[0], (u1 - l1) / self._span[1]), u0, u1, l0, l1),
            )

    def next(self, least: float, /) -> tuple[int, int] | None:
        """What to solve next: the points below it, least first objective; None where no box is
        larger than ``least``.
        """
        if not self._heap or -self._heap[0][0] <= least:
            return None
        _, u0, u1, l0, l1 = heapq.heappop(self._heap)
        self._current, self._middle = (l0, l1, u0, u1), (l1 + u1 - 1) // 2
        return u0, self._middle + 1

    def settle(self, found: tuple[int, int] | None, /) -> None:
        """Take in the answer: the efficient point below it with the least first objective, or None
        where there is none.
        """
        if self._current is None:
            return
        l0, l1, u0, u1 = self._current
        self._current = None
        if found is None:
            self._push(l0, self._middle + 1, u0, u1)
        else:
            self._push(l0, self._middle + 1, found[0], u1)
            self._push(found[0] + 1, l1, u0, found[1])

    def open(self) -> tuple[Integers, Integers]:
        """(b, 2) lower and (b, 2) upper ends: every further non-dominated point y has lower <= y <
        upper in one of them.
        """
        listed = [(l0, l1, u0, u1) for _, u0, u1, l0, l1 in self._heap] + (
            [self._current] if self._current else []
        )
        ends = np.array(listed, dtype=np.int64).reshape(-1, 4)
        return ends[:, :2], ends[:, 2:]
