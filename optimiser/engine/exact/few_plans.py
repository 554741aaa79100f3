"""A few of the plans found, chosen so that they stand for all that there can be within little.

One plan stands for another within the largest share of a range by which it is worse in any
objective. Which few of many plans stand for these within the least is hard to say from three
objectives on; here a greedy cover is made within a share, and the least share is found by halving
for which it takes no more plans than asked for. How far what was not found can be from the few is
then asked: that is what is claimed. Plans met on the way are candidates for another choice.

References:
    D. S. Hochbaum and D. B. Shmoys (1985). A best possible heuristic for the k-center problem.
        Mathematics of Operations Research 10, 180-184.
    V. Chvatal (1979). A greedy heuristic for the set-covering problem. Mathematics of Operations
        Research 4, 233-235.
    D. Vaz, L. Paquete and A. Ponte (2013). A note on the epsilon-indicator subset selection.
        Theoretical Computer Science 499, 113-116.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.anytime import Anytime
    from optimiser.front import Flags, Floats

    Integers = NDArray[np.int64]

__all__ = ["chosen", "few_of"]

# how often they are chosen anew, with the plans that were met while the ones before were measured
_CHOICES = 5


def few_of(
    search: Anytime,
    most: int,
    over: Callable[[], bool],
    /,
    *,
    gap: float = 0.0,
) -> Anytime:
    """The search of which only at most so many plans are listed, the corners among them.

    Args:
        search: what all plans were found by; it learns of plans that are met.
        most: how many plans; the corners are listed even where these are more.
        over: ends asking; what is known then is claimed.
        gap: as small a one is enough.
    """
    best: Anytime | None = None
    for _ in range(_CHOICES):
        few, others = _few(search, most)
        met = few.measure(others, over, gap=gap)
        search.solved += few.solved
        best = few if best is None or few.gap < best.gap else best
        if over() or best.gap <= gap or not _learnt(search, met):
            break
    assert best is not None
    return best


def _learnt(search: Anytime, met: list[Integers]) -> bool:
    """Whether any of the plans (n,) that were met is a candidate more."""
    before = search.points
    for x in met:
        search.learn(x)
    return search.points is not before


def _few(search: Anytime, most: int) -> tuple[Anytime, Floats]:
    """Those that are chosen now, and the (k, m) points of all."""
    every, points = search.plans, search.points
    away = np.zeros((len(every), len(every)))
    for own in (points / search.scale).T:
        np.maximum(away, own[:, None] - own[None], out=away)
    corners = {int(np.lexsort((*points.T[::-1], own))[0]) for own in points.T}
    listed = chosen(away, sorted(corners), most)
    return search.among(every[listed]), points


def chosen(away: Floats, always: Sequence[int], most: int, /) -> list[int]:
    """At most so many of n plans, for which none is far away: the cover within the least share.

    Args:
        away: (n, n) how far the column's plan is from what the row's one is as good as.
        always: positions of plans that are chosen in any case, at least one.
        most: how many plans.
    """
    shares = np.unique(away)
    low, high, found = 0, len(shares) - 1, list(always)
    while low < high:
        middle = (low + high) // 2
        cover = _cover(away <= shares[middle], always, most)
        if cover is None:
            low = middle + 1
        else:
            high, found = middle, cover
    return _filled(away, found, most)


def _cover(within: Flags, always: Sequence[int], most: int) -> list[int] | None:
    """Plans that stand for all, each chosen as it stands for the most that are left; None where
    they are more than so many.
    """
    found, left = list(always), ~within[always].any(axis=0)
    gains = within[:, left].sum(axis=1)
    while left.any():
        if len(found) >= most:
            return None
        found.append(int(np.argmax(gains)))
        more = left & within[found[-1]]
        gains -= within[:, more].sum(axis=1)
        left &= ~more
    return found


def _filled(away: Floats, found: list[int], most: int) -> list[int]:
    """As many as asked for: each time the plan that is furthest away."""
    least = away[found].min(axis=0)
    while len(found) < min(most, len(away)):
        least[found] = -1.0
        found.append(int(np.argmax(least)))
        np.minimum(least, away[found[-1]], out=least)
    return found
