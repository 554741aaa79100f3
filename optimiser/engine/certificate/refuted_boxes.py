"""A refutation in memory: one branching tree that empties a set of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["LEAF", "Refutation"]

LEAF = -1


@dataclass(frozen=True, eq=False)
class Refutation:
    """That no plan lies in any of some boxes ``f(x) < u``.

    The tree divides the columns' box; its nodes stand in preorder. A node's vectors hold in all of
    its part: with weights w >= 0 on the objectives, multipliers t on the rows, and ``D = w C - t
    A``,

        w f(x) >= w constants + sum_i t_i side_i + sum_j min(D_j l_j, D_j u_j) =: bound,

    where ``side_i`` is the row's lower side for t_i > 0, else its upper side, and l, u is the box
    of the node. It excludes the boxes with ``bound > w (u - 1)``. Every box is excluded on every
    way from the root to a leaf.

    Attributes:
        boxes: (b, m) upper bounds, ``UNBOUNDED`` where there is none.
        columns: (nodes,) the column a node branches on, ``LEAF`` where it is a leaf.
        values: (nodes,) v: first child ``x <= v``, second child ``x >= v + 1``; 0 at a leaf.
        counts: (nodes,) how many vectors a node has.
        sizes: (vectors,) how many multipliers a vector has.
        rows: (multipliers,) the rows, numbered as in the system: objectives first.
        multipliers: (multipliers,) whole numbers.
    """

    boxes: Integers
    columns: Integers
    values: Integers
    counts: Integers
    sizes: Integers
    rows: Integers
    multipliers: Integers
