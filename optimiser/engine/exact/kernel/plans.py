"""The plans behind a point: all of them, or the one to prefer.

Once a point is known to be efficient, the plans with its objectives are those that are nowhere
above it. A search for everything within ``f <= y`` mostly ends with the one plan that is known
already; neighbouring points are settled in one search, as neighbouring zones are emptied by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.clusters import clustered
from optimiser.engine.exact.kernel.integer_program import (
    UNLIMITED,
    IntegerProgram,
    NormalForm,
    RefusedError,
    normal_form,
)
from optimiser.engine.exact.kernel.multipliers import costs_of
from optimiser.engine.exact.kernel.single import NODES_MOST, Single
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Stop = Callable[[], bool]

__all__ = ["Preference", "Preferred", "apart", "equivalents", "prefer"]

_NODES = 2_000_000
# So many plans are listed and compared; where a point has more, the preferences are minimised one
# after the other.
_LISTED = 64
# Points this far apart, as a share of a range and of what they span, are searched apart.
_GAP, _OF_SPAN = 0.1, 0.5
# So many points at a time, by objectives where no sparse row ties columns, since the bound for few
# neighbours leaves so little there that two halves of the columns tell all; in so many nodes. Where
# these do not suffice, half as many points, and of one as many nodes as minimising took where
# listing did not come to its end.
_TOGETHER, _TOGETHER_LOOSE = 16, {2: 6, 3: 8}
_LISTING_NODES = 5000


@dataclass(frozen=True, eq=False)
class Preferred:
    """The plans (k, n) to prefer, and of each whether that is proven (False where the search was
    stopped).
    """

    x: Integers
    proven: Flags


def equivalents(
    program: IntegerProgram, x: Integers, /, *, limit: int, stop: Stop | None = None
) -> tuple[Integers, bool]:
    """The plans with the objectives of ``x``.

    Args:
        program: arrays of whole numbers.
        x: (n,) an efficient plan.
        limit: list at most so many.
        stop: asked now and then; True ends the search.

    Returns:
        (k, n) plans in lexicographic order, and whether they are all.

    Raises:
        RefusedError: the program is not one that the kernel takes.
    """
    form = normal_form(program)
    p = len(form.objectives)
    plans, complete = _listing(form).plans(form.objectives @ x, limit, _NODES, stop, cost=p)
    unique = np.array(
        sorted({tuple(int(v) for v in plan) for plan in [*plans, *([] if complete else [x])]}),
        dtype=np.int64,
    )
    return unique.reshape(-1, len(x))[:limit], complete


def prefer(
    program: IntegerProgram, x: Integers, weights: Integers, /, *, stop: Stop | None = None
) -> Preferred:
    """For every efficient plan the one with the same objectives that is least in ``weights[0] @
    x``, then the next.

    Args:
        program: arrays of whole numbers.
        x: (k, n) efficient plans.
        weights: (w, n) int64; plans that agree in all of them are told apart in lexicographic order
            where they are few.
        stop: asked now and then; True leaves the remaining plans as they are.

    Raises:
        RefusedError: the program is not one that the kernel takes.
    """
    return Preference(program, weights).settle(x, stop=stop)


def _idle(program: IntegerProgram, weights: Integers, /) -> Flags:
    """(n,) columns that no objective sees and that no row keeps from their lower bound, where no
    preference wants them.
    """
    candidates = (program.objectives == 0).all(axis=0) & (weights >= 0).all(axis=0)
    for column, factors in program.products.items():
        candidates[[column, *factors]] = False
    # as the kernel takes it, a program has no sum that 64 bits do not hold
    rows, lower, upper = program.rows, program.lower, program.upper
    idle = np.zeros(len(candidates), dtype=np.bool_)
    while True:
        ends = rows.values * lower[rows.columns], rows.values * upper[rows.columns]
        least, most = rows.added(np.minimum(*ends)), rows.added(np.maximum(*ends))
        above = (program.row_lower > -UNLIMITED) & (least < program.row_lower)
        below = (program.row_upper < UNLIMITED) & (most > program.row_upper)
        held = rows.holding((rows.values > 0) & rows.of_rows(above)) | rows.holding(
            (rows.values < 0) & rows.of_rows(below)
        )
        more = candidates & ~held & ~idle
        if not more.any():
            return idle
        idle |= more
        upper = np.where(more, lower, upper)


def _listing(form: NormalForm, /) -> Single:
    return Single(form, costs_of(form))


def _ordering(form: NormalForm, weights: Integers, /) -> Single | None:
    """The form with a row for every preference; None where that is too wide for exact
    arithmetic.
    """
    # Bounds are rounded by the size of what is minimised: beside wide rows, small preferences would
    # drown in it.
    factor = max(1, int(np.abs(form.objectives).sum()) // max(1, int(np.abs(weights).sum())))
    for wider in (factor, 16 * factor):
        try:
            return _ordered(form, weights * wider)
        except RefusedError:
            continue
    return None


def _ordered(form: NormalForm, weights: Integers, /) -> Single:
    n, d = form.objectives.shape[1], len(form.dense)
    low, high = form.lower[:n], form.upper[:n]
    least = np.where(weights > 0, weights * low, weights * high).sum(axis=1)
    most = np.where(weights > 0, weights * high, weights * low).sum(axis=1)
    wider = replace(
        form,
        objectives=weights,
        dense=np.vstack([form.dense, weights]),
        lower=np.insert(form.lower, n + d, least),
        upper=np.insert(form.upper, n + d, most),
    )
    return Single(wider, weights)


def _least(
    stages: Single | None, y: Integers, x: Integers, count: int, stop: Stop | None, /
) -> tuple[Integers, bool]:
    """The least plan by one of the ``count`` preferences after the other, and whether that is
    proven.
    """
    if stages is None:
        return x, False
    rows = stages.form.dense
    d = len(rows) - count
    limits = np.full(len(rows), UNLIMITED, dtype=np.int64)
    limits[: len(y)] = y
    for q in range(d, len(rows)):
        # with thousands of columns there are hundreds of stages, each short
        if stop is not None and stop():
            return x, False
        better, complete = stages.least(limits, q - d, q, int(rows[q] @ x) - 1, stop)
        x = x if better is None else better
        if not complete:
            return x, False
        limits[q] = int(rows[q] @ x)
    return x, True


def apart(shares: NDArray[np.float64], /) -> tuple[Integers, Integers] | None:
    """Of some points (b, p) as shares of the ranges, the positions on either side of the widest gap
    where that is wide beside the rest: what lies between would be searched for nothing.
    """
    ordered = np.sort(shares, axis=0)
    gaps = ordered[1:] - ordered[:-1]
    if not len(gaps):
        return None
    at, k = divmod(int(gaps.argmax()), shares.shape[1])
    if gaps[at, k] < max(_GAP, _OF_SPAN * (ordered[-1, k] - ordered[0, k])):
        return None
    below = shares[:, k] <= ordered[at, k]
    return np.flatnonzero(below), np.flatnonzero(~below)


class Preference:
    """The order among plans with equal objectives, by which points are settled one after the other.

    Args:
        program: arrays of whole numbers.
        weights: (w, n) int64, as of :func:`prefer`.

    Raises:
        RefusedError: the program is not one that the kernel takes.
    """

    def __init__(self, program: IntegerProgram, weights: Integers, /) -> None:
        normal_form(program)
        self._idle = _idle(program, weights)
        self._lower, self._weights = program.lower, weights
        self._form = normal_form(
            replace(program, upper=np.where(self._idle, program.lower, program.upper))
        )
        self._listing = _listing(self._form)
        self._ordering: Single | None = None
        loose = not len(self._form.sparse[1])
        most = _TOGETHER_LOOSE.get(len(self._form.objectives), _TOGETHER) if loose else _TOGETHER
        self._most = self._together = most
        self._nodes = _LISTING_NODES

    def settle(self, x: Integers, /, *, stop: Stop | None = None) -> Preferred:
        """The plans (k, n) to prefer among those with the objectives of efficient ones, no two of
        which agree in all.
        """
        x, proven = np.where(self._idle, self._lower, x), np.zeros(len(x), dtype=np.bool_)
        y = x @ self._form.objectives.T
        if not len(x):
            return Preferred(x, proven)
        shares = (y - y.min(axis=0)) / np.maximum(1, np.ptp(y, axis=0))
        waiting = clustered(y, self._most)[::-1]
        while waiting and not (stop is not None and stop()):
            some = waiting.pop()
            if len(some) > self._together:
                waiting += [some[self._together :], some[: self._together]]
                continue
            if (parts := apart(shares[some])) is not None:
                waiting += [some[part] for part in parts]
                continue
            # the objective in which they are lowest leaves the limits of the others wide
            aim = int(shares[some].sum(axis=0).argmin())
            listed = self._alike(y[some], aim, stop)
            if listed is None and len(some) > 1:
                waiting.append(some)
                continue
            plans, whose = (x[:0], x[:0, 0]) if listed is None else listed
            counts = np.bincount(whose, minlength=len(some))
            every = (counts > 0) & (counts <= _LISTED)
            # even a single one need not be the plan known: that may not be a canonical one
            alone = every & (counts == 1)
            known = alone[whose]
            at = some[whose[known]]
            x[at], proven[at] = plans[known], True
            for i in np.flatnonzero(~alone).tolist():
                at = some[i]
                if every[i]:
                    x[at], proven[at] = self._first(plans[whose == i]), True
                else:
                    x[at], proven[at] = self._least(y[at], x[at], stop, over=listed is None)
        return Preferred(x, proven)

    def _first(self, plans: Integers, /) -> Integers:
        """Of plans (k, n) the one to prefer."""
        return min(plans, key=lambda x: ((self._weights @ x).tolist(), x.tolist()))

    def _alike(
        self, y: Integers, aim: int, stop: Stop | None, /
    ) -> tuple[Integers, Integers] | None:
        """The plans of points (b, p), and whose each is; None where listing them takes long."""
        found = self._listing.alike(y, _LISTED, self._nodes, stop, aim=aim)
        if found is None:
            self._together = max(1, len(y) // 2)
        else:
            self._together = min(self._most, max(self._together, 2 * len(y)))
        return found

    def _least(
        self, y: Integers, x: Integers, stop: Stop | None, /, *, over: bool
    ) -> tuple[Integers, bool]:
        """The plan to prefer, and whether that is proven, by minimising; ``over`` says that listing
        would have taken longer.
        """
        self._ordering = self._ordering or _ordering(self._form, self._weights)
        before = 0 if self._ordering is None else self._ordering.nodes
        found = _least(self._ordering, y, x, len(self._weights), stop)
        if over and self._ordering is not None:
            self._nodes = max(self._nodes, min(self._ordering.nodes - before, NODES_MOST))
        return found
