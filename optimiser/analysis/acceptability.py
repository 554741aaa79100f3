"""For which weights a plan is first: rank acceptability and central weights (SMAA), and potential
optimality.

The weights for which a plan is first are a polytope. Where the weights that are allowed have at
most two dimensions (two or three objectives), it is cut out exactly; else its size is estimated by
samples, and whether it is empty is asked of a linear program. A float proposes each cut and each
answer, rational numbers decide those that are close.

References:
    Lahdelma, Salminen (2001), SMAA-2: stochastic multicriteria acceptability analysis for group
    decision making, Operations Research 49. Lahdelma, Hokkanen, Salminen (1998), EJOR 106.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.tolerances import CLOSE_SCORES, LAST_DIGITS
from optimiser.analysis.weight_sets import Row, WeightSet, dot, independent, solved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.analysis.exact_shares import ExactShares
    from optimiser.front import Flags, Floats

__all__ = ["SAMPLES", "Acceptability", "acceptability", "weight_regions"]

SAMPLES = 9604
"""So many give a share within a hundredth, with 95 % confidence: (1.96 / 0.01)² / 4."""

_EXACT = 2  # dimensions of a set of weights that is divided exactly
_FEW = 64  # plans that are compared one by one
_MOST_TOPS = 256
_BLOCK = 2**20  # scores that are held at once
_MOST_IN_TURN = 4
# extreme point -> the best score there, the first plan that has it, and the scores of all
_Tops = dict[Row, tuple[int, int, list[int]]]
_STEPS = 500  # of a linear program in a few dimensions: it needs some tens


@dataclass(frozen=True, eq=False)
class Acceptability:
    """For which of the allowed weights each of k plans is first.

    Attributes:
        share: of each plan the share of the weights for which none scores higher; equal plans have
            it both.
        central: of each plan the mean of these weights; None where they have no share.
        confidence: of each plan whether it is first for its central weights, as a share of what its
            values can be: 1 where they are exact; None without central weights.
        first: whether there are such weights at all, be it a single one.
        error: of a share, with 95 % confidence; 0 where shares are exact.
    """

    share: tuple[float, ...]
    central: tuple[tuple[float, ...] | None, ...]
    confidence: tuple[float | None, ...]
    first: tuple[bool, ...]
    error: float


def acceptability(
    shares: ExactShares, allowed: WeightSet, /, *, seed: int, samples: int = SAMPLES
) -> Acceptability:
    """Who is first for which weights.

    Args:
        shares: of k plans in m objectives.
        allowed: the weights, uniform over this set, which is not empty.
        seed: of the samples, where they are needed.
        samples: how many.
    """
    # equal plans are first together
    members: dict[tuple[int, ...], list[int]] = {}
    for plan, row in enumerate(shares.parts.tolist()):
        members.setdefault(tuple(row), []).append(plan)
    unlike = shares.taken([plans[0] for plans in members.values()])
    found = (
        _divided(unlike, allowed)
        if allowed.dimension <= _EXACT
        else _sampled(unlike, allowed, np.random.default_rng(seed), samples)
    )
    at = {plan: i for i, plans in enumerate(members.values()) for plan in plans}
    order = [at[plan] for plan in range(len(shares))]
    central = [found.central[i] for i in order]
    return Acceptability(
        tuple(found.share[i] for i in order),
        tuple(central),
        tuple(found.confidence[i] for i in order),
        tuple(found.first[i] for i in order),
        found.error,
    )


def weight_regions(shares: ExactShares, allowed: WeightSet, /) -> tuple[WeightSet, ...]:
    """Of each plan the weights for which none scores higher, exactly; empty where there are none.

    Args:
        shares: of k plans, those with equal values told once, in m objectives.
        allowed: the weights, of at most two dimensions.
    """
    tops: _Tops = {}
    return tuple(_part(shares, allowed, plan, tops) for plan in range(len(shares)))


def _divided(shares: ExactShares, allowed: WeightSet) -> Acceptability:
    """Exactly, by the part of the set that belongs to each plan."""
    parts = weight_regions(shares, allowed)
    whole = _measured(allowed, allowed)[0]
    share, central = list[float](), list[tuple[float, ...] | None]()
    for part in parts:
        size, centre = _measured(part, allowed)
        share.append(float(size / whole))
        central.append(tuple(map(float, centre)) if size else None)
    confidence = tuple(None if centre is None else 1.0 for centre in central)
    return Acceptability(tuple(share), tuple(central), confidence, tuple(map(bool, parts)), 0.0)


def _part(
    shares: ExactShares, allowed: WeightSet, plan: int, tops: _Tops | None = None
) -> WeightSet:
    """The weights for which a plan is first: cut by plans that exceed it at an extreme point until
    none does; in turn by the one that exceeds it most, which tells soon where nothing is left, and
    by the one most like it, whose border is likely to stay.
    """
    tops = {} if tops is None else tops
    ahead = (shares.rounded - shares.rounded[plan]).T
    # of the others those that may still exceed it: over a smaller part nobody exceeds it by more
    left, part, cuts = np.arange(len(shares)), allowed, 0
    apart = (ahead**2).sum(axis=0)
    at = plan
    while part:
        excess = (part.points @ ahead).max(axis=0)
        excess[at] = -1.0
        able = (excess > -CLOSE_SCORES).nonzero()[0]
        left, excess, ahead, apart = left[able], excess[able], ahead[:, able], apart[able]
        above = (excess > CLOSE_SCORES).nonzero()[0]
        if len(above):
            cuts += 1
            most = cuts % _MOST_IN_TURN == 0
            at = int(excess.argmax() if most else above[apart[above].argmin()])
        else:
            at = _exceeding(shares, left, plan, part.rays, tops)
            if at < 0:
                break
        part = part.cut(shares.row(plan, int(left[at])))
    return part


def _exceeding(
    shares: ExactShares, left: NDArray[np.int64], plan: int, rays: Sequence[Row], tops: _Tops
) -> int:
    """The place in ``left`` of a plan that scores higher than another at an extreme point, exactly;
    -1 where none does.

    Thousands of plans on one line all score the same at one point: the best score at a point is
    kept for the next plan.
    """
    if len(left) <= _FEW:
        rows = ((j, shares.row(plan, other)) for j, other in enumerate(left.tolist()))
        return next((j for j, row in rows if any(dot(row, ray) < 0 for ray in rays)), -1)
    for ray in rays:
        if ray not in tops:
            if len(tops) >= _MOST_TOPS:
                tops.clear()
            scores = shares.scores(ray)
            best = max(scores)
            tops[ray] = best, scores.index(best), scores
        best, first, scores = tops[ray]
        if best > scores[plan] and len(places := np.flatnonzero(left == first)):
            return int(places[0])
    return -1


def _measured(part: WeightSet, allowed: WeightSet) -> tuple[Fraction, Row]:
    """The volume of a part of a set, in coordinates of that set, and its centre.

    Of a simplex with corners r_i / s_i, r_i whole and s_i the sum of its parts, the volume is
    |det (s_i, r_i)| over the product of the s_i, r_i on the axes of the set: differences of corners
    need no fractions.
    """
    nothing = Fraction(0)
    if part.dimension < allowed.dimension:
        return nothing, ()
    total, moment = nothing, [nothing] * len(part.rays[0])
    sums = [sum(ray) for ray in part.rays]
    for simplex in part.simplices:
        corners = [part.rays[i] for i in simplex]
        size = abs(_determinant([[sum(r), *(r[a] for a in allowed.axes)] for r in corners]))
        over = math.prod(sums[i] for i in simplex)
        total += Fraction(size, over)
        shares = [over // sums[i] for i in simplex]
        for axis in range(len(moment)):
            along = sum(c[axis] * share for c, share in zip(corners, shares, strict=True))
            moment[axis] += Fraction(size * along, over * over)
    scale = total * len(part.simplices[0])
    return total, tuple(value / scale for value in moment)


def _determinant(rows: list[list[int]]) -> int:
    if not rows:
        return 1
    head, *rest = rows
    found = 0
    for j, value in enumerate(head):
        if value:
            below = [[*row[:j], *row[j + 1 :]] for row in rest]
            found += (-1) ** j * value * _determinant(below)
    return found


def _sampled(
    shares: ExactShares, allowed: WeightSet, generator: np.random.Generator, samples: int
) -> Acceptability:
    """By samples; who is first for none of them is decided by linear programs."""
    k, m = shares.parts.shape
    counts, sums = np.zeros(k, dtype=np.int64), np.zeros((k, m))
    step = max(1, _BLOCK // k)
    for start in range(0, samples, step):
        weights = allowed.sample(min(step, samples - start), generator)
        best = (weights @ shares.rounded.T).argmax(axis=1)
        counts += np.bincount(best, minlength=k)
        np.add.at(sums, best, weights)
    central = [
        tuple((total / count).tolist()) if count else None
        for total, count in zip(sums, counts.tolist(), strict=True)
    ]
    share = counts / samples
    confidence = [_confidence(shares, plan, centre) for plan, centre in enumerate(central)]
    first = counts > 0
    rare = np.flatnonzero(~first)
    if len(rare):
        # most of them are beneath the few that are first somewhere, and so above nobody who is
        hidden = np.zeros(k, dtype=np.bool_)
        few = _Envelope(shares.taken(np.flatnonzero(first)), allowed)
        hidden[rare] = few.hidden(shares.rounded[rare])
        kept = np.flatnonzero(~hidden)
        asked = np.flatnonzero(~first[kept])
        first[kept[asked]] = _Envelope(shares.taken(kept), allowed).touched(asked.tolist())
    error = 1.96 * math.sqrt(0.25 / samples)
    return Acceptability(
        tuple(share.tolist()), tuple(central), tuple(confidence), tuple(first.tolist()), error
    )


def _confidence(shares: ExactShares, plan: int, centre: tuple[float, ...] | None) -> float | None:
    """The plan's own set is convex, so that it is first for the mean of samples out of it; the
    question is asked all the same.
    """
    if centre is None:
        return None
    scores = shares.rounded @ np.array(centre)
    return float(scores[plan] >= scores.max() - CLOSE_SCORES)


class _Envelope:
    """The upper envelope u >= s_j · w of all scores over a set of weights: a plan is first
    somewhere if and only if max s_i · w - u is 0 over it.

    One linear program of d + 1 variables whose objective alone changes from plan to plan; each
    starts at the vertex where the last one ended, and walks along edges.
    """

    def __init__(self, shares: ExactShares, allowed: WeightSet) -> None:
        self._shares, self._allowed = shares, allowed
        points = allowed.points
        edges = [
            [a - b for a, b in zip(p, allowed.extreme[0], strict=True)] for p in allowed.extreme[1:]
        ]
        # the directions of d independent edges span the set
        chosen = independent([list(column) for column in zip(*edges, strict=True)])
        self._base = points[0]
        self._span = (points[1:] - points[0])[chosen]
        borders = np.array([[float(value) for value in row] for row in allowed.borders])
        scores = shares.rounded
        self._rows = np.vstack(
            [
                np.column_stack([scores @ self._span.T, np.full(len(scores), -1.0)]),
                np.column_stack([-borders @ self._span.T, np.zeros(len(borders))]),
            ]
        )
        self._right = np.concatenate([-scores @ self._base, borders @ self._base])
        self._basis = self._start()

    def _start(self) -> list[int]:
        """The highest plan at the first extreme point, and d borders through it."""
        allowed, k = self._allowed, len(self._shares)
        d = len(self._span)
        basis = [int((self._shares.rounded @ self._base).argmax())]
        for border in sorted(allowed.tight[0]):
            trial = [*basis, k + border]
            if np.linalg.matrix_rank(self._rows[trial]) == len(trial):
                basis = trial
            if len(basis) == d + 1:
                break
        return basis

    def hidden(self, scores: Floats, /) -> Flags:
        """(k,) which plans of these shares (k, m), of these or others, are first for no weights;
        False where that was not found out. A vertex settles all plans for which it is the best.
        """
        goals = np.column_stack([scores @ self._span.T, np.full(len(scores), -1.0)])
        levels = scores @ self._base
        found = np.zeros(len(scores), dtype=np.bool_)
        waiting = np.arange(len(scores))
        while len(waiting):
            here = np.zeros(len(waiting), dtype=np.bool_)
            here[0] = True
            walked = self._walked(goals[waiting[0]])
            if walked is not None:
                vertex, self._basis = walked
                prices = goals[waiting] @ np.linalg.inv(self._rows[self._basis])
                here |= (prices >= -LAST_DIGITS).all(axis=1)
                some = waiting[here]
                found[some] = goals[some] @ vertex + levels[some] < -CLOSE_SCORES
            waiting = waiting[~here]
        return found

    def touched(self, plans: Sequence[int], /) -> list[bool]:
        """Of each plan whether it is first for some weights."""
        return [self._touches(plan) for plan in plans]

    def _touches(self, plan: int) -> bool:
        own = self._rows[plan]
        walked = self._walked(own)
        if walked is not None:
            vertex, basis = walked
            self._basis = basis
            if own @ vertex - self._right[plan] < -CLOSE_SCORES:
                return False
            if self._first_at(plan, basis):
                return True
        return bool(_part(self._shares, self._allowed, plan))

    def _walked(self, goal: Floats) -> tuple[Floats, list[int]] | None:
        """The vertex at which goal · z is largest, and the rows that meet there."""
        basis = list(self._basis)
        for step in range(_STEPS):
            try:
                inverse = np.linalg.inv(self._rows[basis])
            except np.linalg.LinAlgError:
                return None
            vertex = inverse @ self._right[basis]
            prices = goal @ inverse
            falling = np.flatnonzero(prices < -LAST_DIGITS)
            if not len(falling):
                return vertex, basis
            # after many steps by the rule of Bland, which does not go round in circles
            leaving = (
                int(prices.argmin())
                if step < _STEPS // 2
                else min(falling.tolist(), key=lambda place: basis[place])
            )
            ahead = self._rows @ -inverse[:, leaving]
            ahead[basis] = 0.0
            left = np.maximum(self._right - self._rows @ vertex, 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(ahead > LAST_DIGITS, left / ahead, np.inf)
            entering = int(ratio.argmin())
            if not np.isfinite(ratio[entering]):
                return None
            basis[leaving] = entering
        return None

    def _first_at(self, plan: int, basis: Sequence[int]) -> bool:
        """Whether the plan is first at the vertex where these rows meet, in rational numbers."""
        shares, allowed = self._shares, self._allowed
        k, m = shares.parts.shape
        lead = next((row for row in basis if row < k), None)
        if lead is None or len(basis) != m:
            return False
        rows = [(Fraction(1),) * m] + [
            shares.row(lead, row) if row < k else allowed.borders[row - k]
            for row in basis
            if row != lead
        ]
        weights = solved(rows, [Fraction(1)] + [Fraction(0)] * (m - 1))
        if weights is None or any(dot(border, weights) < 0 for border in allowed.borders):
            return False
        scores = shares.rounded @ np.array([float(weight) for weight in weights])
        close = np.flatnonzero(scores > scores[plan] - CLOSE_SCORES).tolist()
        return all(dot(shares.row(plan, j), weights) >= 0 for j in close)
