"""The seam: everything that is handed to compiled code and comes back, array by array, and the two
calls there are.

Whatever takes these values and gives these answers can stand in for all of :mod:`.compiled`, which
nothing else imports. Scalars that outlive a pause have their places in :mod:`.places`.

Throughout: n columns, p objectives, d dense rows (the first p are the objectives), s sparse rows
with e entries, t = n + d + s bounds, c costs (what may be minimised), h rows of a tableau.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimiser.engine.exact.kernel import places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "BoxLimits",
    "Halt",
    "ModelArrays",
    "RefutingArrays",
    "Roots",
    "SearchArrays",
    "StateArrays",
    "TreeEnd",
    "TreeRecord",
    "TreeSpace",
    "advance",
    "grow",
]


class Halt(IntEnum):
    """Why a search of :func:`advance` stands still."""

    COMPLETE = places.COMPLETE  # no zone is left: the front is complete
    HALTED = places.HALTED  # the work that was given is done
    OVERRUN = places.OVERRUN  # a sub-problem is over its budget
    FULL = places.FULL  # the arrays of the state must grow
    PLANNED = places.PLANNED  # of a single search: a plan is in ``xbest``
    ENDED = places.ENDED  # of a single search: there is nothing else
    NEXT = places.NEXT  # the caller is to choose the next zone


class TreeEnd(IntEnum):
    """How a tree of :func:`grow` ends."""

    DONE = places.TREE_DONE  # every box is empty
    FULL = places.TREE_FULL  # the record must grow
    LIMIT = places.TREE_LIMIT  # more nodes than were allowed
    FOUND = places.TREE_FOUND  # what is fixed lies in a box
    NUMBERS = places.TREE_NUMBERS  # whole numbers too wide to confirm a bound
    DEPTH = places.TREE_DEPTH  # more levels than there is space for


class ModelArrays(NamedTuple):
    """A program, which does not change."""

    c: Integers  # (c, n); of a front the p objectives and their sum
    rows: Integers  # (d, n)
    sp_ptr: Integers  # (s + 1,) where each sparse row begins
    sp_idx: Integers  # (e,) columns
    sp_val: Integers  # (e,) values
    cp_ptr: Integers  # (n + 1,) the same by column
    cp_idx: Integers  # (e,) sparse rows
    branchable: Flags  # (n,) False for products
    pr_col: Integers  # (q,) products
    pr_ptr: Integers  # (q + 1,) where the factors of each begin
    pr_idx: Integers  # factors
    low: Floats  # (t,) whole numbers: bounds of columns and of the rows' activities
    high: Floats  # (t,)
    cap: Floats  # (d + s,) the largest multiplier of each row
    scale: Integers  # (c,) what multipliers are rounded at


class Roots(NamedTuple):
    """The relaxation at the root for every cost, between sub-problems; where there is room for
    r < c only, cost o has place o modulo r as long as no other takes it.
    """

    T: Floats  # (r, h, n)
    beta: Floats  # (r, h)
    sg: Floats  # (r, n)
    B: Integers  # (r, h)
    N: Integers  # (r, n)
    low: Floats  # (r, t)
    high: Floats  # (r, t)
    size: Integers  # (r, 4): rows, columns, uses since it was built (-1: not built), the cost


class SearchArrays(NamedTuple):
    """The tree of the sub-problem at hand; :mod:`.compiled.simplex`, :mod:`.compiled.refutation`
    and :mod:`.compiled.siblings` say what stands in it.
    """

    S: Integers  # (SCALARS,)
    T: Floats  # (h, n) the tableau
    beta: Floats  # (h,)
    sg: Floats  # (n,)
    B: Integers  # (h,)
    N: Integers  # (n,)
    loc: Integers  # (t,)
    lo: Floats  # (t,) bounds at the node
    up: Floats  # (t,)
    ratio: Floats  # (n,) room
    x: Floats  # (n,) the relaxation's point
    xi: Integers  # (n,) the same rounded
    xbest: Integers  # (n,) the best plan so far
    mult: Integers  # (2, d + s) multipliers, and whose they are
    cc: Integers  # (n,) the cost with live columns first
    Ac: Integers  # (d, n) the dense rows likewise
    rowfix: Integers  # (d,) what the others add to them
    live: Integers  # (n,) columns in that order
    cidx: Integers  # (n,) places in that order
    D: Integers  # (n,) reduced costs, whole
    tv: Integers  # (trail,) columns whose bounds changed
    tb: Floats  # (trail, 2) what they were
    af: Floats  # open siblings
    ai: Integers  # open siblings
    choice: Floats  # (3,) column to branch on (-1: none), floor, whether to go up first


class StateArrays(NamedTuple):
    """Zones and points, with room for z and k; see :mod:`.compiled.zone_table`."""

    Z: Integers  # (ZONE_SCALARS,)
    U: Integers  # (z, p) local upper bounds
    defining: Integers  # (z, p) their points
    score: Floats  # (z,)
    direction: Integers  # (z,)
    Y: Integers  # (k, p) points
    X: NDArray[np.int32]  # (k, n) plans
    chain: Integers  # (k, p) which points share a component
    ideal: Integers  # (p,) proven least values
    top: Integers  # (p,) one above the greatest values
    u: Integers  # (p,) the zone at hand
    y: Integers  # (p,) the point at hand
    expected: Floats  # (p,) how far above the relaxation's bound an optimum was of late


class RefutingArrays(NamedTuple):
    """A problem in whole numbers for trees that refute boxes: m objectives, then r rows."""

    matrix: Integers  # (m + r, n)
    scaled: Floats  # (m + r, n) the same divided by ``scale``
    low: Integers  # (r,) sides of the rows
    high: Integers  # (r,)
    whole: Flags  # (n,)
    lower: Floats  # (n + m + r,) bounds of columns and of the scaled rows' activities
    upper: Floats  # (n + m + r,)
    weight: Floats  # (m + r,) how much a unit of each multiplier adds to a bound at the most
    scale: Floats  # (m + r,)


class BoxLimits(NamedTuple):
    """The b boxes of a tree."""

    limits: Integers  # (b, m) what the objectives' rows are at most
    ends: Floats  # (b, m) the same divided by the rows' scale
    bounded: Flags  # (b, m) whether that says anything


class TreeSpace(NamedTuple):
    """One tableau a level (the first axis, l), and room to work in; h is m + r + 1."""

    T: Floats  # (l, h, n)
    beta: Floats  # (l, h)
    sg: Floats  # (l, n)
    B: Integers  # (l, h)
    N: Integers  # (l, n)
    loc: Integers  # (l, n + h)
    lo: Floats  # (l, n + h)
    up: Floats  # (l, n + h)
    alive: Flags  # (l, b) boxes that are not refuted yet
    branch: Integers  # (l, 4) column, value, children begun
    ratio: Floats  # (n,)
    x: Floats  # (n,)
    dual: Floats  # (h,)
    mult: Integers  # (h,)
    D: Integers  # (n,)
    seen: Integers  # (b,)
    choice: Floats  # (3,)
    tv: Integers  # (1,)
    tb: Floats  # (1, 2)


class TreeRecord(NamedTuple):
    """A tree, node by node in preorder, as a certificate has it."""

    columns: Integers  # branched on, -1 at a leaf
    values: Integers  # the floor of the branch
    counts: Integers  # vectors of each node
    sizes: Integers  # multipliers of each vector
    rows: Integers  # whose each multiplier is
    multipliers: Integers
    size: Integers  # (4,) nodes, vectors, multipliers filled; the last level looked at


def advance(model: ModelArrays, roots: Roots, search: SearchArrays, state: StateArrays, /) -> Halt:
    """Go on with the front, or a single search, for as many units of work as ``search.S[QUOTA]``
    says; all but ``model`` changes.
    """
    from optimiser.engine.exact.kernel.compiled import zone_loop

    return Halt(zone_loop.advance(model, roots, search, state))


def grow(
    model: RefutingArrays,
    boxes: BoxLimits,
    space: TreeSpace,
    out: TreeRecord,
    /,
    *,
    aim: int,
    most: int,
) -> TreeEnd:
    """Write a tree that empties the boxes into ``out``, with objective ``aim`` minimised and at
    most ``most`` nodes; ``space`` changes.
    """
    from optimiser.engine.exact.kernel.compiled import box_trees

    return TreeEnd(box_trees.grow(model, boxes, aim, most, space, out))
