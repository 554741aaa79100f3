"""The weights for which a plan scores highest, exactly.

They are a polytope: the set of weights, cut by each plan that exceeds it at an extreme point until
none does. A float proposes each cut, rational numbers decide those that are close.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.tolerances import CLOSE_SCORES
from optimiser.analysis.weight_sets import Row, WeightSet, dot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.analysis.exact_shares import ExactShares

__all__ = ["weight_region", "weight_regions"]

_FEW = 64  # plans that are compared one by one
_MOST_TOPS = 256
_MOST_IN_TURN = 4
# extreme point -> the best score there, the first plan that has it, and the scores of all
_Tops = dict[Row, tuple[int, int, list[int]]]


def weight_regions(shares: ExactShares, allowed: WeightSet, /) -> tuple[WeightSet, ...]:
    """Of each plan the weights for which none scores higher, exactly; empty where there are none.

    Args:
        shares: of k plans, those with equal values told once, in m objectives.
        allowed: the weights, of at most two dimensions.
    """
    if allowed.dimension == 1:
        return tuple(_along(shares, allowed))
    tops: _Tops = {}
    return tuple(weight_region(shares, allowed, plan, tops) for plan in range(len(shares)))


def _along(shares: ExactShares, allowed: WeightSet) -> list[WeightSet]:
    """The same of weights on a segment: by the convex chain of the scores at its two ends, whose
    neighbours alone bound what belongs to a plan (Andrew 1979, Information Processing Letters 9).
    """
    ends = list(zip(*map(shares.scores, allowed.rays), strict=True))
    plans = {end: plan for plan, end in enumerate(ends)}
    chain: list[tuple[int, int]] = []
    for end in sorted(plans, key=lambda end: (-end[0], end[1])):
        # once the other end has been exceeded there is nothing left to be first for
        if chain and end[1] < chain[-1][1]:
            continue
        while len(chain) > 1 and _turns_in(chain[-2], chain[-1], end):
            chain.pop()
        chain.append(end)
    nowhere = WeightSet((), (), allowed.borders)
    found = dict.fromkeys(plans, nowhere)
    for place, end in enumerate(chain):
        part = allowed
        for other in (*chain[max(0, place - 1) : place], *chain[place + 1 : place + 2]):
            part = part.cut(shares.row(plans[end], plans[other]))
        found[end] = part
    return [found[end] for end in ends]


def _turns_in(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether the middle one lies below the line from the first to the last, never to be first."""
    along = middle[0] - first[0], middle[1] - first[1]
    whole = last[0] - first[0], last[1] - first[1]
    return along[0] * whole[1] < along[1] * whole[0]


def weight_region(
    shares: ExactShares, allowed: WeightSet, plan: int, tops: _Tops | None = None, /
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
