"""Branching trees whose leaves carry whole-number multipliers, for certificates of completeness.

One tree empties many boxes ``f(x) < u`` at once: at a node the relaxation is solved for one box
after the other (only the objectives' limits change), and the dual vector that excludes one box
often excludes its neighbours as well. What floating point suggests is rounded, evaluated in whole
numbers, and branched on where that does not confirm it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from optimiser.engine.exact.kernel import (
    BoxLimits,
    BoxTrees,
    RefutingArrays,
    TreeEnd,
    clustered,
    compiled,
    zones_left,
)
from optimiser.language import stored, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "MissingPlanError",
    "NotRefutedError",
    "RefutingRows",
    "RefutingTree",
    "left_open",
    "neighbours",
    "refute",
]

# Boxes beyond have no limit.
_UNBOUNDED = 1 << 62
_NODES = 1 << 16
_FEWEST, _WORK = 200, 200_000_000
# Beyond, floating point cannot tell neighbouring values of an objective apart, and the search would
# enumerate.
_EXACT = 1 << 43
_GROUP = 128
_UNCOMPILED = stored("this installation was built without a C++ compiler")
_WIDE = stored("an objective's whole numbers are too wide for the search")
_STOPPED = stored("stopped before every box was refuted")
# Groups that are handed to another thread before their turn.
_AHEAD = 2


class RefutingRows(Protocol):
    """The problem in whole numbers: objectives first in ``matrix``; see the certificate's own
    description. n columns, m objectives, r rows.
    """

    @property
    def matrix(self) -> Integers:
        """(h, n) the m objectives, then the r rows."""

    @property
    def constants(self) -> Integers:
        """(m,) what is added to the objectives."""

    @property
    def low(self) -> Integers:
        """(r,) lower sides."""

    @property
    def high(self) -> Integers:
        """(r,) upper sides."""

    @property
    def low_known(self) -> Flags:
        """(r,) whether the row has a lower side."""

    @property
    def high_known(self) -> Flags:
        """(r,) whether it has an upper side."""

    @property
    def lower(self) -> Integers:
        """(n,) lower bounds of the columns."""

    @property
    def upper(self) -> Integers:
        """(n,) upper bounds."""

    @property
    def lower_known(self) -> Flags:
        """(n,) whether the column has a lower bound."""

    @property
    def upper_known(self) -> Flags:
        """(n,) whether it has an upper bound."""

    @property
    def whole(self) -> Flags:
        """(n,) whether the column is whole."""


class NotRefutedError(ValueError):
    """A box could not be refuted: the search was given up; the message says why."""


class MissingPlanError(NotRefutedError):
    """A box holds a plan: the list that left it open is not complete."""


@dataclass(frozen=True, eq=False)
class RefutingTree:
    """A branching tree that empties ``boxes``, node by node in preorder; arrays as a certificate
    has them.
    """

    boxes: Integers
    columns: Integers
    values: Integers
    counts: Integers
    sizes: Integers
    rows: Integers
    multipliers: Integers


def left_open(points: Integers, /, *, stop: Callable[[], bool] | None = None) -> Integers:
    """(l, m) local upper bounds of points (k, m), none of which dominates another, in lexicographic
    order: the boxes that a certificate has to refute. Whoever checks it computes them again.

    Raises:
        NotRefutedError: they are too many for the time: ``stop``, asked now and then, said so.
    """

    def meanwhile() -> None:
        if stop is not None and stop():
            raise NotRefutedError(_STOPPED)

    if not compiled():
        raise NotRefutedError(_UNCOMPILED)
    if len(points) and np.abs(points).max() > _EXACT:
        raise NotRefutedError(_WIDE)
    order = np.lexsort(points.T[::-1])
    m = points.shape[1]
    below = (points.min(axis=0, initial=0) - 1).tolist()
    top = [_UNBOUNDED] * m
    zones = zones_left(points[order], ideal=below, top=top, meanwhile=meanwhile)
    return zones[np.lexsort(zones.T[::-1])]


def refute(
    rows: RefutingRows,
    boxes: Integers,
    /,
    *,
    group: int = _GROUP,
    nodes: int = 1_000_000,
    workers: int = 1,
    on_progress: Callable[[int], bool] | None = None,
) -> Iterator[RefutingTree]:
    """Trees that empty all of the (b, m) boxes ``f(x) < u``.

    Args:
        rows: the problem; every column boxed.
        boxes: upper bounds, 2**62 where there is none.
        group: how many neighbouring boxes one tree takes at most.
        nodes: a single box is given up after so many.
        workers: threads that may be used; the trees and their order are the same with any number.
        on_progress: called with how many boxes are done; True gives up.

    Raises:
        MissingPlanError: a box holds a plan.
        NotRefutedError: a box was given up.
    """
    if not compiled():
        raise NotRefutedError(_UNCOMPILED)
    if not (rows.lower_known.all() and rows.upper_known.all()):
        raise NotRefutedError(stored("a column has no bounds"))
    if (rows.lower > rows.upper).any():
        yield _leaf(boxes)
        return
    model = _Model(rows)
    if max(np.abs(model.least).max(), np.abs(model.most).max()) > _EXACT:
        raise NotRefutedError(_WIDE)
    # wide models have slow nodes: a box takes so much work at most, however many nodes that is
    nodes = min(nodes, max(_FEWEST, _WORK // (model.height * model.n + 1)))
    done = 0
    for tree in _grown(model, neighbours(boxes, group), nodes, workers - 1):
        done += len(tree.boxes)
        yield tree
        if on_progress is not None and on_progress(done):
            raise NotRefutedError(_STOPPED)


@dataclass(eq=False)
class _Group:
    """Boxes (b, m) for one tree, and that where another thread is asked for it."""

    boxes: Integers
    asked: Future[RefutingTree | None] | None = None


def _grown(
    model: _Model, groups: list[Integers], nodes: int, others: int, /
) -> Iterator[RefutingTree]:
    """The trees of the groups in their order, or of parts of them; so many other threads grow those
    that come next.
    """

    def grow(boxes: Integers) -> RefutingTree | None:
        return model.tree(boxes, min(nodes, _NODES * len(boxes)) if len(boxes) > 1 else nodes)

    waiting = [_Group(boxes) for boxes in reversed(groups)]
    pool = ThreadPoolExecutor(others) if others > 0 else None
    try:
        while waiting:
            first = waiting.pop()
            if pool is not None:
                for group in reversed(waiting[-_AHEAD * others :]):
                    group.asked = group.asked or pool.submit(grow, group.boxes)
            begun = first.asked is not None and not first.asked.cancel()
            tree = first.asked.result() if begun and first.asked else grow(first.boxes)
            if tree is not None:
                yield tree
                continue
            # too large together: in halves
            middle = len(first.boxes) // 2
            waiting += [_Group(first.boxes[middle:]), _Group(first.boxes[:middle])]
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def neighbours(boxes: Integers, most: int, /) -> list[Integers]:
    """The boxes (b, m) in groups of at most ``most`` neighbours."""
    return [boxes[some] for some in clustered(boxes, most)]


def _leaf(boxes: Integers) -> RefutingTree:
    """Nothing lies in an empty box of columns."""
    none, one = np.zeros(0, dtype=np.int64), np.ones(1, dtype=np.int64)
    return RefutingTree(boxes, -one, 0 * one, 0 * one, none, none, none)


class _Model:
    """What the compiled search works on."""

    def __init__(self, rows: RefutingRows, /) -> None:
        self.rows = rows
        m, (height, n) = len(rows.constants), rows.matrix.shape
        lower, upper = rows.lower, rows.upper
        self.least = np.where(
            rows.matrix[:m] > 0, rows.matrix[:m] * lower, rows.matrix[:m] * upper
        ).sum(axis=1)
        self.most = np.where(
            rows.matrix[:m] > 0, rows.matrix[:m] * upper, rows.matrix[:m] * lower
        ).sum(axis=1)
        scale = np.maximum(1.0, np.abs(rows.matrix).max(axis=1, initial=0).astype(np.float64))
        low = np.concatenate(
            [lower, np.full(m, -np.inf), np.where(rows.low_known, rows.low, -np.inf)]
        )
        high = np.concatenate([upper, self.most, np.where(rows.high_known, rows.high, np.inf)])
        low[n:] /= scale
        high[n:] /= scale
        reach = np.maximum(np.abs(self.least), np.abs(self.most)) + np.abs(rows.constants)
        sides = np.maximum(np.abs(rows.low), np.abs(rows.high)).astype(np.float64)
        span = 1.0 + np.maximum(np.abs(lower), np.abs(upper)).astype(np.float64).sum()
        weight = (
            1.0
            + np.abs(rows.matrix).max(axis=1, initial=0).astype(np.float64) * span
            + np.concatenate([2.0 * reach, sides])
        )
        arrays = RefutingArrays(
            matrix=rows.matrix,
            scaled=rows.matrix / scale[:, None],
            low=rows.low,
            high=rows.high,
            whole=rows.whole,
            lower=low,
            upper=high,
            weight=weight,
            scale=scale,
        )
        self.trees, self.scale = BoxTrees(arrays), scale[:m]
        depth = int((upper - lower)[rows.whole].sum()) + 1
        self.depth = min(depth, 400)
        self.height, self.n, self.m = height, n, m

    def tree(self, boxes: Integers, nodes: int, /) -> RefutingTree | None:
        """The tree of some boxes (b, m); None where it grows beyond ``nodes`` and there is more
        than one box.
        """
        limits = np.clip(boxes - 1 - self.rows.constants, self.least - 1, self.most)
        bounded = limits < self.most
        aim = int(np.argmax(bounded.sum(axis=0)))
        given = BoxLimits(limits, limits / self.scale, bounded)
        end, grown = self.trees.grow(given, aim=aim, depth=self.depth, most=nodes)
        if end == TreeEnd.LIMIT and len(boxes) > 1:
            return None
        if end == TreeEnd.FOUND and (x := self._plan(grown.lower, boxes)) is not None:
            raise MissingPlanError(
                tr("a box holds a plan: the list is not complete (columns {x})", x=x)
            )
        if end != TreeEnd.DONE:
            raise NotRefutedError(_WORDS.get(end.name, _WORDS["NUMBERS"]))
        return RefutingTree(
            boxes,
            grown.columns,
            grown.values,
            grown.counts,
            grown.sizes,
            grown.rows,
            grown.multipliers,
        )

    def _plan(self, lower: NDArray[np.float64], boxes: Integers, /) -> list[int] | None:
        """The plan with all columns at these values if it is one, and lies in a box; in whole
        numbers.
        """
        rows, m = self.rows, self.m
        x = lower[: self.n].astype(np.int64)
        values = rows.matrix @ x
        activity = values[m:]
        good = not (
            (rows.low_known & (activity < rows.low)) | (rows.high_known & (activity > rows.high))
        ).any()
        good = (
            good
            and bool(rows.whole.all())
            and bool((values[:m] + rows.constants < boxes).all(axis=1).any())
        )
        return [int(v) for v in x] if good else None


_WORDS = {
    "LIMIT": stored("a box was given up: its tree grew beyond the limit of nodes"),
    "NUMBERS": stored("a box was given up: its numbers are too wide for the search"),
    "DEPTH": stored("a box was given up: its tree is too deep"),
}
