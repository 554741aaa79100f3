"""How far inside a zone a plan can be: bounds by the relaxation, plans by rounding it, and both by limited searches.

For a zone u the question is the largest t with f(x) + t * scale <= u (Pascoletti and Serafini). The variable t may be
negative, so that every feasible plan has one: rounding the relaxation then only has to respect the rows of the problem, and
what it ends with is a plan as far inside the zone as rounding got, or a little outside it.

References:
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of Optimization Theory and
    Applications 42, 499-524.
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear programming. Mathematical
    Programming 99, 283-296 (bounds by weak duality, whatever the tolerances of the solver did).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers import highs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.solvers.contract import Budget
    from optimiser.solvers.discrete.whole import Whole

__all__ = ["Distance", "Seen", "measurable"]

_NOISE = 1e-7
_ROUNDED = 1e-9
_WHOLE = 1e-6
# t moves between these: no plan is further than the whole range from a zone that a plan made
_LEAST, _MOST = -2.0, 1.0
# of plans equally far inside, those with the smaller sum; the bound of t itself is taken from the same prices
_TIE = 1e-4
# rounding fixes one column before the relaxation is asked again, where many are left one of so many
_BATCH = 64
_NEAR = 0.1
_EXACT_FROM = 64


@dataclass(frozen=True, eq=False)
class Seen:
    """What a limited search saw of a zone: a proven bound of t, all columns of a plan or None, and whether that is all."""

    bound: float
    x: Floats | None
    final: bool


def measurable(whole: Whole, /) -> bool:
    """Whether distances to zones mean anything: exact values with proven ranges that differ, over columns with bounds."""
    widths = np.array([axis.high - axis.low for axis in whole.axes])
    bounded = np.isfinite(whole.program.lower).all() and np.isfinite(whole.program.upper).all()
    plain = whole.exact and bounded and all(axis.unit for axis in whole.axes)
    return bool(plain and np.isfinite(widths).all() and widths.max() >= 1.0)


class Distance:
    """The relaxation of a problem with the column t, kept inside HiGHS: from zone to zone only limits of rows change.

    Args:
        whole: a measurable view.
        budget: ends what takes long.

    Attributes:
        varying: (a,) the objectives that differ between plans; zones are in these.
        scale: (a,) the ranges that t is measured by.
    """

    def __init__(self, whole: Whole, budget: Budget, /) -> None:
        from scipy.sparse import csr_array

        self.whole = whole
        widths = np.array([axis.high - axis.low for axis in whole.axes])
        self.varying: NDArray[np.int64] = np.flatnonzero(widths >= 1.0)
        self.scale: Floats = widths[self.varying]
        columns = len(whole.program.lower)
        self._cost = np.zeros(columns + 1)
        self._cost[columns] = -1.0
        cuts = []
        for k, width in zip(self.varying, self.scale, strict=True):
            terms = whole.axes[k].terms
            at = np.array([*(j for j, _ in terms), columns], dtype=np.int32)
            cuts.append(highs.Cut(at, np.array([*(float(c) / width for _, c in terms), 1.0]), -np.inf, np.inf))
        old = whole.program
        self._program = highs.Program(
            np.append(old.lower, _LEAST), np.append(old.upper, _MOST), np.append(old.integral, False), (*cuts, *old.rows)
        )
        rows = self._program.rows
        starts = np.cumsum([0, *(len(row.columns) for row in rows)])
        entries = (np.concatenate([row.values for row in rows]), np.concatenate([row.columns for row in rows]), starts)
        self._rows = csr_array(entries, shape=(len(rows), columns + 1))
        self._low = np.array([row.lower for row in rows])
        self._high = np.array([row.upper for row in rows])
        tied = self._cost + _TIE * (self._rows[: len(cuts)].sum(axis=0) - len(cuts) * np.eye(1, columns + 1, columns)[0])
        self._held = highs.Resolved(self._program.relaxed(), np.asarray(tied).ravel(), budget)

    def bound(self, zone: Floats, /) -> float:
        """No plan has a t above this; -inf where that is below 0, inf where HiGHS does not say."""
        self._aim(zone)
        return self._bound() if self._held.run() else np.inf

    def dive(self, zone: Floats, /) -> Floats | None:
        """(columns,) a plan by rounding: what is nearest to whole is fixed, the relaxation solved again, and so on."""
        self._aim(zone)
        return self._rounded()

    def corner(self, k: int | None, /) -> Floats | None:
        """A plan by rounding what is best in the k-th varying objective, or in their sum."""
        m = len(self.scale)
        weights = np.full(m, 1.0 if k is None else 1e-3)
        if k is not None:
            weights[k] = 1.0
        self._aim(np.full(m, np.inf))
        cost = np.asarray(weights @ self._rows[:m]).ravel()
        cost[-1] = 0.0
        with self._held.costing(cost):
            return self._rounded()

    def within(self, zone: Floats, point: Floats, /) -> float:
        """How far inside the zone a point (a,) is; negative outside."""
        return float(((zone - point) / self.scale).min())

    def search(self, zone: Floats, nodes: int, budget: Budget, /) -> Seen:
        """A search of its own of at most so many nodes; a small one also ends where its plan is good enough."""
        lower = self._program.lower.copy()
        lower[-1] = 0.0
        limits = [*(zone / self.scale), *self._high[len(zone) :]]
        rows = tuple(
            highs.Cut(row.columns, row.values, row.lower, high) for row, high in zip(self._program.rows, limits, strict=True)
        )
        program = highs.Program(lower, self._program.upper, self._program.integral, rows)
        answer = highs.attempt(program, self._cost, budget, nodes=nodes, share=_NEAR if nodes < _EXACT_FROM else 0.0)
        if answer.status == "infeasible":
            return Seen(-np.inf, None, True)
        bound = -answer.bound + _NOISE if np.isfinite(answer.bound) else np.inf
        return Seen(bound, answer.x[:-1] if len(answer.x) else None, answer.status == "optimal")

    def _aim(self, zone: Floats) -> None:
        self._high[: len(zone)] = zone / self.scale
        self._held.limit(self._high[: len(zone)])

    def _bound(self) -> float:
        """Weak duality of the prices for t alone: each column and row at the side of its range where it costs least."""
        duals = self._held.duals()
        # a price against a side that is not there is noise
        duals = np.where((duals > 0.0) & ~np.isfinite(self._low) | (duals < 0.0) & ~np.isfinite(self._high), 0.0, duals)
        prices = self._cost - duals @ self._rows
        parts = np.concatenate(
            [
                prices * np.where(prices > 0.0, self._program.lower, self._program.upper),
                duals * np.where(duals > 0.0, self._low, np.where(duals < 0.0, self._high, 0.0)),
            ]
        )
        bound = -float(parts.sum()) + _ROUNDED * (1.0 + float(np.abs(parts).sum()))
        return bound if bound >= 0.0 else -np.inf

    def _rounded(self) -> Floats | None:
        held, program = self._held, self._program
        lower, upper = program.lower.copy(), program.upper.copy()
        touched = np.zeros(len(lower), dtype=bool)
        x = held.values() if held.run() else None
        while x is not None:
            off = np.abs(x - np.rint(x))
            left = np.flatnonzero(program.integral & (lower < upper) & (off > _WHOLE))
            if not len(left):
                break
            order = np.argsort(off[left], kind="stable")
            surest, batch = left[order[:1]], np.sort(left[order[: 1 + len(left) // _BATCH]])
            before = lower[batch], upper[batch]
            lower[batch] = upper[batch] = np.rint(x[batch])
            touched[batch] = True
            held.box(batch, lower[batch], upper[batch])
            if held.run():
                x = held.values()
                continue
            # the other way for the surest of them, once
            lower[batch], upper[batch] = before
            lower[surest] = upper[surest] = np.where(np.rint(x[surest]) > x[surest], np.floor(x[surest]), np.ceil(x[surest]))
            held.box(batch, lower[batch], upper[batch])
            x = held.values() if held.run() else None
        at = np.flatnonzero(touched)
        held.box(at, program.lower[at], program.upper[at])
        return None if x is None else x[:-1]
