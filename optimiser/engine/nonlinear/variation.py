"""Operators that make new points of old ones, whole generations at a time, in the unit cube.

References:
    Deb, Agrawal (1995), Simulated binary crossover for continuous search space. Complex Systems 9,
        115-148.
    Deb, Goyal (1996), A combined genetic adaptive search (GeneAS). Computer Science and Informatics
        26, 30-45.
    Zhang, Sanderson (2009), JADE: adaptive differential evolution with optional external archive.
        IEEE Transactions on Evolutionary Computation 13(5), 945-958 (half way to a bound).
    Storn, Price (1997), Differential evolution. Journal of Global Optimization 11, 341-359.
    Zhang, Zhou, Jin (2008), RM-MEDA. IEEE Transactions on Evolutionary Computation 12(1), 41-63
        (the manifold of a front).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.tolerances import NO_GAP, TINY, TWINS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Flags, Floats

    Counts = NDArray[np.int64]

__all__ = [
    "agreed",
    "differential",
    "downhill",
    "manifold",
    "median_of_five",
    "mutate",
    "probes",
    "simulated_binary",
    "step_discrete",
    "within",
]


# a step shorter than this share of the others' tells nothing
_ROOM = 0.1


def simulated_binary(
    a: Floats, b: Floats, rng: np.random.Generator, /, *, eta: float = 15.0
) -> Floats:
    """(k, n) and (k, n) parents -> (2k, n) children, bounded simulated binary crossover; works on
    the entries crossed only.
    """
    k = len(a)
    crossed = (rng.random(a.shape) < 0.5) & (np.abs(a - b) > TWINS)
    crossed &= rng.random((k, 1)) < 0.9
    # positions in all numbers: faster than flags, which are read once for every use
    at = np.flatnonzero(crossed)
    one, other = a.ravel()[at], b.ravel()[at]
    low, high = np.minimum(one, other), np.maximum(one, other)
    gap, u = high - low, rng.random(len(low))
    first = 0.5 * (low + high - _spread(u, 1.0 + 2.0 * low / gap, eta) * gap)
    second = 0.5 * (low + high + _spread(u, 1.0 + 2.0 * (1.0 - high) / gap, eta) * gap)
    swap = rng.random(len(low)) < 0.5
    child = np.concatenate([a, b])
    flat = child.reshape(-1)
    flat[at] = np.where(swap, second, first)
    flat[at + a.size] = np.where(swap, first, second)
    return child


def _spread(u: Floats, bound: Floats, eta: float) -> Floats:
    alpha = 2.0 - bound ** -(eta + 1.0)
    inside = u * alpha
    factor: Floats = np.where(inside <= 1.0, inside, 1.0 / np.maximum(2.0 - inside, NO_GAP)) ** (
        1.0 / (eta + 1.0)
    )
    return factor


def mutate(u: Floats, rng: np.random.Generator, /, *, rate: float, eta: float = 20.0) -> Floats:
    """(k, n) -> (k, n), bounded polynomial mutation of each entry with probability ``rate``; works
    on the entries hit only.
    """
    child = u.copy()
    flat = child.reshape(-1)
    hit = np.flatnonzero(rng.random(u.shape) < rate)
    q = flat[hit]
    r = rng.random(len(q))
    power = eta + 1.0
    lower = (2.0 * r + (1.0 - 2.0 * r) * (1.0 - q) ** power) ** (1.0 / power) - 1.0
    upper = 1.0 - (2.0 * (1.0 - r) + 2.0 * (r - 0.5) * q**power) ** (1.0 / power)
    flat[hit] = np.clip(q + np.where(r < 0.5, lower, upper), 0.0, 1.0)
    return child


def differential(
    base: Floats,
    plus: Floats,
    minus: Floats,
    rng: np.random.Generator,
    /,
    *,
    scale: float,
    crossover: float,
    rebound: float = 0.0,
) -> Floats:
    """(k, n) children base + scale * (plus - minus) where crossed; ``crossover`` 1 keeps the step
    rotation-invariant.
    """
    step = scale * (plus - minus)
    if crossover < 1.0:
        step *= rng.random(base.shape) < crossover
    return within(base + step, base, rng, rebound)


def within(child: Floats, base: Floats, rng: np.random.Generator, rebound: float, /) -> Floats:
    """(k, n) children in the cube: entries beyond a bound are put on it, but in a share ``rebound``
    of the children somewhere between it and where ``base`` (k, n) is.

    On bounds alone whole populations may gather in a corner, from which no difference leads out:
    WFG6 ended there in two of five runs. Where the front is in corners, bounds find it.
    """
    found: Floats = np.clip(child, 0.0, 1.0)
    if rebound > 0.0:
        out = np.flatnonzero((found != child).any(axis=1))
        out = out[rng.random(len(out)) < rebound]
        inner, bounded = base.take(out, axis=0), found.take(out, axis=0)
        back = inner + rng.random(inner.shape) * (bounded - inner)
        found[out] = np.where(bounded == child.take(out, axis=0), bounded, back)
    return found


def manifold(
    base: Floats, near: Floats, rng: np.random.Generator, /, *, scale: float, rebound: float = 0.0
) -> Floats:
    """(k, n) children drawn from the covariance of each point's neighbours (k, q, n), centred at
    the point.
    """
    weight = rng.standard_normal(near.shape[:2]) * (scale / np.sqrt(near.shape[1]))
    # weights are centred in place of the neighbours, of which there are n times as many numbers
    weight -= weight.mean(axis=1, keepdims=True)
    return within(base + np.einsum("kq,kqn->kn", weight, near), base, rng, rebound)


def agreed(own: Floats, near: Floats, /) -> Counts:
    """Columns in which plans from all over a front differ no more than neighbours do, ascending:
    their values are the same everywhere, but for noise.

    Args:
        own: (k, n) plans.
        near: (k, n) a neighbour of each, or the plan itself where it has none.
    """
    different = np.flatnonzero((own != near).any(axis=1))
    if not len(different):
        return np.zeros(0, dtype=np.int64)
    own, near = own.take(different, axis=0), near.take(different, axis=0)
    anywhere = np.median(np.abs(own - np.median(own, axis=0)), axis=0)
    return np.flatnonzero(anywhere <= np.median(np.abs(own - near), axis=0))


def median_of_five(entries: Floats, /) -> Floats:
    """(5, k, c) -> (k, c), each entry the median of five, by comparisons alone: sorting takes ten
    times as long.
    """
    a, b, c, d, e = entries
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    found: Floats = np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))
    return found


def probes(base: Floats, columns: Counts, h: float, /) -> Floats:
    """(n,) point -> (2c + 1, n): itself, then ``h`` less and ``h`` more in each of ``columns``
    (c,), or what the cube leaves of that.
    """
    c = len(columns)
    found = np.tile(base, (2 * c + 1, 1))
    found[1 + np.arange(c), columns] -= h
    found[1 + c + np.arange(c), columns] += h
    return np.clip(found, 0.0, 1.0)


def downhill(base: Floats, y: Floats, h: float, /, *, inward: bool) -> Floats:
    """(c,) entries and (2c + 1, m) objectives of their ``probes`` -> (c,) a step along a kink that
    may lower all objectives.

    Where columns have to move together (kinks where they agree), each alone makes things worse:
    its two differences have a common part, the kink's, which hides the slope, half of their
    difference. In columns scaled so that kinks are equally sharp, the step goes down the slope.
    Columns in which the objectives disagree stay. Columns on a bound, or nearly, have one
    difference only: they go ``inward`` together, or stay while the others move.
    """
    c = len(y) // 2
    with np.errstate(all="ignore"):
        left, right = np.minimum(h, base), np.minimum(h, 1.0 - base)
        less = (y[1 : c + 1] - y[0]) / left[:, None]
        more = (y[c + 1 :] - y[0]) / right[:, None]
        low, high = left < _ROOM * h, right < _ROOM * h
        if inward:
            rise = np.where(low[:, None], more, less)
            agreed = (low != high) & (rise > 0.0).all(axis=1)
            step = np.where(low, 1.0, -1.0) / np.maximum(rise.mean(axis=1), TINY)
        else:
            slope, kink = 0.5 * (more - less), np.abs(0.5 * (more + less).mean(axis=1))
            agreed = (slope > 0.0).all(axis=1) | (slope < 0.0).all(axis=1)
            agreed &= ~low & ~high
            steep = np.maximum(kink, np.abs(slope).max(axis=1))
            step = -slope.mean(axis=1) / np.maximum(steep, TINY) ** 2
    found: Floats = np.where(agreed & np.isfinite(step), step, 0.0)
    return found


def step_discrete(
    u: Floats, columns: Counts, counts: Floats, rng: np.random.Generator, /, *, rate: float
) -> Floats:
    """(k, n) -> (k, n): discrete columns jump to a random value or a few cells aside with
    probability ``rate``.
    """
    child = u.copy()
    count = counts[columns]
    part = u[:, columns]
    hit: Flags = rng.random(part.shape) < rate
    far = rng.random(part.shape) < 0.3
    sign = np.where(rng.random(part.shape) < 0.5, -1.0, 1.0)
    cell = np.minimum(np.floor(part * count), count - 1)
    aside = cell + sign * rng.geometric(0.5, part.shape)
    # over the end: as far to the other side
    aside = np.where((aside < 0) | (aside > count - 1), 2.0 * cell - aside, aside)
    jump = np.where(far, np.floor(rng.random(part.shape) * count), aside)
    jump = np.where(count == 2, 1.0 - cell, np.clip(jump, 0, count - 1))
    child[:, columns] = np.where(hit, (jump + 0.5) / count, part)
    return child
