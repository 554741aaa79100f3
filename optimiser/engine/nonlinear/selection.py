"""The k plans to show: the subset with the most hypervolume, the ends of every objective included.

References:
    Auger, Bader, Brockhoff, Zitzler (2009), Investigating and exploiting the bias of the weighted
        hypervolume. GECCO 2009 (dynamic programming for two objectives).
    Guerreiro, Fonseca, Paquete (2016), Greedy hypervolume subset selection in low dimensions.
        Evolutionary Computation 24(3).
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.hypervolumes import REFERENCE, directions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Floats

    Positions = NDArray[np.int64]

__all__ = ["choose", "complete"]

_CANDIDATES = 1000
_EXACT = 200
_EXACT_VOLUME = 4
_DIRECTIONS = 2000
_AT_ONCE = 4_000_000


def choose(y: Floats, k: int, /) -> Positions:
    """Positions of k of the mutually non-dominated points (n, m), ascending; all of them where
    there are no more.

    Two objectives, k up to 200: the best subset of the candidates. More plans: what adds least
    goes, one after another. More objectives: what adds most comes, which reaches at least 1 - 1/e
    of the best and in practice nearly all of it; more than 200 of them: what dominates most along
    even directions. Candidates are all points up to 1,000, above that as many evenly drawn. The
    best point of each objective is always taken, even where k is below m.
    """
    n, m = y.shape
    if n <= k:
        return np.arange(n)
    low, high = y.min(axis=0), y.max(axis=0)
    z = (y - low) / np.where(high > low, high - low, 1.0)
    ends = _ends(z)
    if len(ends) >= k:
        return ends
    if m == 2 and k > _EXACT:
        return np.sort(_least_out(z, k))
    if k > _EXACT:
        return _evenly(z, ends, k)
    rows = np.arange(n) if n <= _CANDIDATES else _candidates(z, ends, _CANDIDATES)
    if m == 2:
        return np.sort(rows[_best_of_two(z[rows], k)])
    greedy = _greedy if m <= _EXACT_VOLUME else _greedy_estimate
    return np.sort(rows[greedy(z[rows], k, np.searchsorted(rows, ends))])


def complete(y: Floats, chosen: Positions, k: int, /) -> Positions:
    """The chosen ones and, of the other mutually non-dominated points (n, m), what adds most, until
    there are k; ascending.
    """
    n, m = y.shape
    if len(chosen) >= min(n, k):
        return np.sort(chosen)
    low, high = y.min(axis=0), y.max(axis=0)
    z = (y - low) / np.where(high > low, high - low, 1.0)
    if k > _EXACT:
        rest = np.setdiff1d(np.arange(n), chosen)
        return np.sort(
            np.concatenate(
                [
                    chosen,
                    rest[np.linspace(0, len(rest) - 1, min(n, k) - len(chosen)).astype(np.int64)],
                ]
            )
        )
    rows = np.union1d(
        np.arange(n) if n <= _CANDIDATES else _candidates(z, _ends(z), _CANDIDATES), chosen
    )
    greedy = _greedy if m <= _EXACT_VOLUME else _greedy_estimate
    return np.sort(rows[greedy(z[rows], k, np.searchsorted(rows, chosen))])


def _ends(z: Floats) -> Positions:
    """The best point of each objective; among equals the one with the least sum."""
    total = z.sum(axis=1)
    ends: Positions = np.unique([np.lexsort((total, z[:, j]))[0] for j in range(z.shape[1])])
    return ends


def _candidates(z: Floats, ends: Positions, size: int) -> Positions:
    """About ``size`` points evenly spread, ascending: along the front for two objectives, by
    direction for more.
    """
    if z.shape[1] == 2:
        order = np.argsort(z[:, 0], kind="stable")
        length = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(z[order], axis=0)).sum(axis=1))])
        picks = np.searchsorted(length, np.linspace(0.0, length[-1], size))
        drawn = order[np.minimum(picks, len(order) - 1)]
    else:
        drawn = _farthest(z, size)
    rest = np.setdiff1d(np.arange(len(z)), drawn)
    fill = rest[:: max(1, len(rest) // max(1, size - len(np.unique(drawn))))][:size]
    return np.unique(np.concatenate([drawn, ends, fill]))


def _evenly(z: Floats, ends: Positions, k: int) -> Positions:
    """k positions, ascending: the ends, what is best along some direction, and evenly drawn
    others.
    """
    best = np.setdiff1d(_farthest(z, min(k, _DIRECTIONS)), ends)[: k - len(ends)]
    chosen = np.concatenate([ends, best])
    rest = np.setdiff1d(np.arange(len(z)), chosen)
    fill = rest[np.linspace(0, len(rest) - 1, k - len(chosen)).astype(np.int64)]
    return np.sort(np.concatenate([chosen, fill]))


def _farthest(z: Floats, count: int) -> Positions:
    """(count,) which point dominates farthest along each of so many directions; a few directions at
    a time to save memory.
    """
    w = directions(z.shape[1], count, np.random.default_rng(0))
    parts = np.array_split(w, -(-count * len(z) // _AT_ONCE))
    return np.concatenate([_lengths(z, part).argmax(axis=0) for part in parts])


def _lengths(z: Floats, w: Floats) -> Floats:
    """(n, directions) how far each point dominates along each direction (directions, m) from the
    reference corner.
    """
    found = np.full((len(z), len(w)), np.inf)
    for j in range(z.shape[1]):
        np.minimum(found, (REFERENCE - z[:, j : j + 1]) / w[:, j], out=found)
    return found


def _best_of_two(z: Floats, k: int) -> Positions:
    """Dynamic programming over points sorted by the first objective: the area left of the next
    chosen one adds up.
    """
    order = np.lexsort((z[:, 1], z[:, 0]))
    first, second = z[order].T
    n = len(order)
    # a row for the later point: the memory is read in the order in which it lies
    area = (first[:, None] - first) * (REFERENCE - second)
    area[np.triu_indices(n)] = -np.inf
    value = np.full(n, -np.inf)
    value[0] = 0.0
    came = np.zeros((k, n), dtype=np.int64)
    total = np.empty_like(area)
    for step in range(1, k):
        np.add(area, value, out=total)
        came[step] = total.argmax(axis=1)
        value = total[np.arange(n), came[step]]
    chosen = [n - 1]
    for step in range(k - 1, 0, -1):
        chosen.append(int(came[step, chosen[-1]]))
    return order[chosen]


def _least_out(z: Floats, k: int) -> Positions:
    """Points of two objectives, all but the ends in a queue by the area that only they dominate."""
    order = np.lexsort((z[:, 1], z[:, 0]))
    first, second = z[order].T.tolist()
    before, after = list(range(-1, len(order) - 1)), list(range(1, len(order) + 1))

    def alone(i: int) -> float:
        return float((first[after[i]] - first[i]) * (second[before[i]] - second[i]))

    area = [np.inf, *(alone(i) for i in range(1, len(order) - 1)), np.inf]
    queue = [(area[i], i) for i in range(1, len(order) - 1)]
    heapq.heapify(queue)
    left = len(order)
    while left > k:
        size, i = heapq.heappop(queue)
        if size != area[i]:
            continue
        left -= 1
        area[i] = -1.0
        a, b = before[i], after[i]
        after[a], before[b] = b, a
        for neighbour in (a, b):
            if 0 < neighbour < len(order) - 1:
                area[neighbour] = alone(neighbour)
                heapq.heappush(queue, (area[neighbour], neighbour))
    return order[np.array(area) >= 0]


def _greedy(z: Floats, k: int, chosen: Positions) -> Positions:
    """Always the point that adds most; what a point adds only shrinks, so old figures are bounds
    (lazy evaluation).
    """
    import moocore

    reference = np.full(z.shape[1], REFERENCE)
    taken = list(chosen)
    volume = moocore.hypervolume(z[taken], ref=reference)
    left = [
        (-float(np.prod(REFERENCE - z[i])), 0, int(i))
        for i in np.setdiff1d(np.arange(len(z)), chosen)
    ]
    heapq.heapify(left)
    while len(taken) < k and left:
        bound, seen, i = heapq.heappop(left)
        if seen == len(taken):
            taken.append(i)
            volume -= bound
            continue
        gain = moocore.hypervolume(z[[*taken, i]], ref=reference) - volume
        heapq.heappush(left, (-max(0.0, float(gain)), len(taken), i))
    return np.array(taken)


def _greedy_estimate(z: Floats, k: int, chosen: Positions) -> Positions:
    """The same with the volume estimated along directions: exact volumes of many objectives take
    too long.
    """
    power = _lengths(z, directions(z.shape[1], _CANDIDATES, np.random.default_rng(0))) ** z.shape[1]
    taken = list(chosen)
    reached = power[taken].max(axis=0)
    while len(taken) < k:
        gain = np.maximum(power - reached, 0.0).sum(axis=1)
        gain[taken] = -1.0
        best = int(gain.argmax())
        taken.append(best)
        reached = np.maximum(reached, power[best])
    return np.array(taken)
