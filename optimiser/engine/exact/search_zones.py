"""Search zones: where points not yet known can lie, as a set of local upper bounds.

A zone with upper bound u holds every point that is less than u in all objectives. Given points N,
the zones of N cover exactly what no point of N weakly dominates.

References:
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in
        multi-objective optimization.
    European Journal of Operational Research 245, 767-778 (redundancy elimination, their algorithm
        2, which asks nothing of equal coordinates).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats

__all__ = ["inside", "inside_any", "split"]


def inside(bounds: Floats, box: Floats, /) -> NDArray[np.bool_]:
    """Which of the zones (u, m) lie within the zone of ``box`` (m,)."""
    return np.asarray((bounds <= box).all(axis=1), dtype=bool)


def split(bounds: Floats, point: Floats, /) -> tuple[NDArray[np.bool_], Floats, NDArray[np.int64]]:
    """What a new point (m,) does to the zones (u, m).

    Returns:
        (u,) which zones stay; (c, m) the new ones; (c,) the old zone that each lies in.
    """
    hit = (point < bounds).all(axis=1)
    parents = np.flatnonzero(hit)
    m = bounds.shape[1]
    children = np.repeat(bounds[parents], m, axis=0)
    children[np.arange(len(children)), np.tile(np.arange(m), len(parents))] = np.tile(
        point, len(parents)
    )
    origin = np.repeat(parents, m)
    children, origin = _distinct(children, origin)
    kept = bounds[~hit]
    needed = np.ones(len(children), dtype=bool)
    for i, child in enumerate(children):
        larger = inside_any(child, kept) or inside_any(
            child, children[np.arange(len(children)) != i]
        )
        needed[i] = not larger and bool((child > -np.inf).all())
    return (
        np.asarray(~hit, dtype=bool),
        children[needed],
        np.asarray(origin[needed], dtype=np.int64),
    )


def inside_any(zone: Floats, others: Floats, /) -> bool:
    """Whether the zone (m,) lies within one of the others (z, m)."""
    return bool((zone <= others).all(axis=1).any())


def _distinct(children: Floats, origin: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """Each of the zones (c, m) once, in order, with the first of its origins."""
    if children.dtype != object:
        children, first = np.unique(children, axis=0, return_index=True)
        return children, origin[first]
    # whole numbers of any width, which numpy does not sort by rows
    first_of: dict[tuple[float, ...], int] = {}
    for child, parent in zip(children.tolist(), origin.tolist(), strict=True):
        first_of.setdefault(tuple(child), parent)
    ordered = sorted(first_of)
    distinct = np.array(ordered, dtype=object).reshape(len(ordered), children.shape[1])
    return distinct, np.array([first_of[child] for child in ordered], dtype=np.int64)
