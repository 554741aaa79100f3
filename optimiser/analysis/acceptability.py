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
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.score_envelope import Envelope
from optimiser.analysis.tolerances import CLOSE_SCORES
from optimiser.analysis.weight_regions import weight_regions
from optimiser.analysis.weight_sets import Row, WeightSet

if TYPE_CHECKING:
    from optimiser.analysis.exact_shares import ExactShares

__all__ = ["SAMPLES", "Acceptability", "acceptability"]

SAMPLES = 9604
"""So many give a share within a hundredth, with 95 % confidence: (1.96 / 0.01)² / 4."""

_EXACT = 2  # dimensions of a set of weights that is divided exactly
_BLOCK = 2**20  # scores that are held at once
# scores that are looked at for who is first, some seconds; and plans that are first somewhere and
# set against each other exactly
_MOST_WORK = 300_000_000
_MOST_EXACT = 20_000


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
        unsettled: of each plan whether it is unknown if there are such weights: each of tens of
            thousands of plans may be first for weights of its own, but for no sample.
    """

    share: tuple[float, ...]
    central: tuple[tuple[float, ...] | None, ...]
    confidence: tuple[float | None, ...]
    first: tuple[bool, ...]
    error: float
    unsettled: tuple[bool, ...]


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
    found = _divided(unlike, allowed) if allowed.dimension <= _EXACT else None
    if found is None:
        found = _sampled(unlike, allowed, np.random.default_rng(seed), samples)
    at = {plan: i for i, plans in enumerate(members.values()) for plan in plans}
    order = [at[plan] for plan in range(len(shares))]
    central = [found.central[i] for i in order]
    return Acceptability(
        tuple(found.share[i] for i in order),
        tuple(central),
        tuple(found.confidence[i] for i in order),
        tuple(found.first[i] for i in order),
        found.error,
        tuple(found.unsettled[i] for i in order),
    )


def _divided(shares: ExactShares, allowed: WeightSet) -> Acceptability | None:
    """Exactly, by the part of the set that belongs to each plan; None where too many have one."""
    parts = _parts(shares, allowed)
    if parts is None:
        return None
    whole = _measured(allowed, allowed)[0]
    share, central = list[float](), list[tuple[float, ...] | None]()
    for part in parts:
        size, centre = _measured(part, allowed)
        share.append(float(size / whole))
        central.append(tuple(map(float, centre)) if size else None)
    confidence = tuple(None if centre is None else 1.0 for centre in central)
    first, unsettled = tuple(map(bool, parts)), (False,) * len(parts)
    return Acceptability(tuple(share), tuple(central), confidence, first, 0.0, unsettled)


def _parts(shares: ExactShares, allowed: WeightSet) -> list[WeightSet] | None:
    """The weights for which each plan is first; of an area those alone are set against each other
    that are first somewhere. None where these are too many.
    """
    if allowed.dimension < _EXACT:
        return list(weight_regions(shares, allowed))
    parts = [WeightSet((), (), allowed.borders)] * len(shares)
    every = np.arange(len(shares))
    first, unsettled = Envelope(shares, allowed).first(every, most=_MOST_WORK)
    some = np.flatnonzero(first)
    if len(unsettled) or len(some) > _MOST_EXACT:
        return None
    for plan, part in zip(some.tolist(), weight_regions(shares.taken(some), allowed), strict=True):
        parts[plan] = part
    return parts


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
    unsettled = np.zeros(k, dtype=np.bool_)
    if len(rare):
        # most of them are beneath the few that are first somewhere, and so above nobody who is
        hidden = np.zeros(k, dtype=np.bool_)
        few = Envelope(shares.taken(np.flatnonzero(first)), allowed)
        hidden[rare] = few.hidden(shares.rounded[rare], most=_MOST_WORK // 3)
        kept = np.flatnonzero(~hidden)
        asked = np.flatnonzero(~first[kept])
        more, left = Envelope(shares.taken(kept), allowed).first(asked, most=_MOST_WORK)
        first[kept] |= more
        unsettled[kept[left]] = True
    error = 1.96 * math.sqrt(0.25 / samples)
    return Acceptability(
        tuple(share.tolist()),
        tuple(central),
        tuple(confidence),
        tuple(first.tolist()),
        error,
        tuple(unsettled.tolist()),
    )


def _confidence(shares: ExactShares, plan: int, centre: tuple[float, ...] | None) -> float | None:
    """The plan's own set is convex, so that it is first for the mean of samples out of it; the
    question is asked all the same.
    """
    if centre is None:
        return None
    scores = shares.rounded @ np.array(centre)
    return float(scores[plan] >= scores.max() - CLOSE_SCORES)
