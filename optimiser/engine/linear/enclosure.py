"""What a hull of listed points proves of all plans, whatever the floats did that chose its
simplices.

Let L be the listed points, every l >= o, o a lower bound of every plan's point y, s > 0 the ranges,
and T a set of simplices, each of m corners out of L and the directions e_1, ..., e_m, in which
every ridge (m - 1 corners) lies in an even number of simplices and the simplex {e_1, ..., e_m}
occurs once. Let every other simplex j have weights w_j >= 0, not all 0, with w_jk = 0 if e_k is one
of its corners, a level a_j >= w_j·l for each of its points l, and a proven bound b_j <= w_j·y for
all plans' points y. Then

    gap = max_j max(0, a_j - b_j) / (w_j·s)

covers: for every plan's point y, y + gap·s lies in conv(L) + R^m_+, so some mixture of listed plans
is at most gap·s_k worse in every objective k.

Proof. Send l to (1, l - o) / (1 + sum(l - o)) and e_k to (0, e_k), into the standard simplex of
R^(m+1); each simplex of T becomes the convex hull of its corners, and T, by the count of ridges, an
(m - 1)-cycle modulo 2 in an m-dimensional space, flat and overlapping simplices included. The ray y
+ t·s goes to a part of the straight line through the image of y and q = (0, s / sum(s)), an inner
point of the face {e_1, ..., e_m}. A line in general position meets a cycle in an even number of
points. It meets this one once at q, where no other simplex is: those lie off that face, or, having
at most m - 1 directions, touch it in its boundary. So the line meets another simplex j away from
that face: p = y + t·s, for some real t, is a mixture of the points of j plus a multiple >= 0 of
each of its directions. If t <= 0, y itself lies in conv(L) + R^m_+. Else w_j·p <= a_j, as its
directions have no weight, and w_j·y >= b_j, so t <= (a_j - b_j) / (w_j·s) <= gap. A y whose line is
not in general position is a limit of others; conv(L) + R^m_+ is closed, and what the bounds lose
near y tends to 0. ∎

So no simplex has to be a facet of anything: one that is not only makes the gap larger. All numbers
are rounded outwards.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.claims import UNIT
from optimiser.engine.linear.vertices import InexactError, best
from optimiser.engine.linear.weak_duality import weak_duality

if TYPE_CHECKING:
    from optimiser.engine.linear.hull import Facets
    from optimiser.engine.linear.vertex_listing import Listed
    from optimiser.front import Flags, Floats

__all__ = ["OuterApproximation"]

# rounding a quotient, the ranges as printed, and some to spare
_LAST = 1.0 + 16 * UNIT
# simplices that are tried with the weights of others
_WORST = 200
# seconds for bounds that floats do not give
_SECONDS = 5.0


class OuterApproximation:
    """The gap of listed points, in shares of the ranges."""

    def __init__(self, listed: Listed, /) -> None:
        self._listed = listed
        self._axes = len(listed.axes)
        # how far above the offsets the listed points are, each to nearest
        self._points = np.array([[float(v) for v in above] for above in listed.above])

    def of_points(self) -> float:
        """How much worse than the best values of all objectives the best single plan is: a gap
        without any hull.
        """
        shares = (self._points * (1.0 + 4 * UNIT) / self._listed.ranges).max(axis=1)
        return max(0.0, float(shares.min())) * _LAST

    def of_mixtures(self, facets: Facets, duals: Floats, /) -> float:
        """The gap of closed ``facets``, one simplex at infinity left out.

        Args:
            duals: (f, p) multipliers that are good for the weights of each.
        """
        weights = facets.weights / self._listed.ranges
        lows = self._lows(weights, duals)
        heights = self._heights(weights, facets, np.arange(len(facets)))
        sizes = (weights @ self._listed.ranges) * (1.0 - (self._axes + 2) * UNIT)
        gaps = np.maximum(0.0, heights - lows) / sizes
        barred = _barred(facets, self._axes)
        tried: set[int] = set()
        # the widest with the weights of others, until that does not help
        while len(tried) < _WORST and (i := int(gaps.argmax())) not in tried:
            tried.add(i)
            able = ~(facets.weights[:, barred[i]] > 0.0).any(axis=1)
            others = np.maximum(
                0.0, self._heights(weights[able], facets, np.full(int(able.sum()), i)) - lows[able]
            )
            gaps[i] = min(gaps[i], float((others / sizes[able]).min(initial=np.inf)))
        return float(gaps.max()) * _LAST

    def _heights(self, weights: Floats, facets: Facets, which: np.ndarray) -> Floats:
        """(f,) an upper bound of the weighted value of the points of each simplex, one for each row
        of weights.
        """
        simplices = facets.simplices[which]
        points = self._points[np.maximum(simplices, 0)]
        values = np.einsum("fm,fvm->fv", weights, points)
        errors = (self._axes + 4) * UNIT * np.einsum("fm,fvm->fv", weights, np.abs(points))
        return np.asarray(
            np.where(simplices < 0, -np.inf, values + errors).max(axis=1, initial=-np.inf)
        )

    def _lows(self, weights: Floats, duals: Floats) -> Floats:
        """(f,) proven lower bounds of the weighted value above the offsets."""
        listed = self._listed
        full = np.zeros((len(weights), len(listed.matrix)))
        full[:, list(listed.axes)] = weights
        found = weak_duality(listed.run.program, listed.run.lp).bounds(full, duals)
        rest = np.array(
            [
                float(listed.run.lp.objectives[k].constant - o)
                for k, o in zip(listed.axes, listed.offsets, strict=True)
            ]
        )
        errors = (
            (self._axes + 4)
            * UNIT
            * (weights @ np.abs(rest) + np.where(np.isfinite(found), np.abs(found), 0.0))
        )
        found = found + weights @ rest - errors
        self._settle(found, full)
        # no plan is better than the best of every objective
        return np.asarray(np.maximum(0.0, found))

    def _settle(self, found: Floats, full: Floats) -> None:
        """Exact optima where floats give no bound: a column without ends, whose price is 0 up to
        rounding.
        """
        listed = self._listed
        run = listed.run
        part = run.budget.part(_SECONDS)
        for i in np.flatnonzero(~np.isfinite(found)).tolist():
            weights = tuple(Fraction(w) for w in full[i].tolist())
            if part.exhausted() is not None:
                return
            try:
                vertex = best(run, weights)
            except InexactError:
                return
            low = sum(
                (
                    weights[k] * (vertex.y[k] - o)
                    for k, o in zip(listed.axes, listed.offsets, strict=True)
                ),
                Fraction(0),
            )
            found[i] = np.nextafter(float(low), -np.inf)


def _barred(facets: Facets, m: int) -> Flags:
    """(f, m) the directions among the corners of each simplex, which no weights may touch."""
    return np.stack([(facets.simplices == k - m).any(axis=1) for k in range(m)], axis=1)
