"""What is compiled from native/: whole numbers in, whole numbers out.

Throughout: n columns, p objectives, d dense rows (the first p are the objectives), s sparse rows
with e entries, t = n + d + s bounds, c costs (what may be minimised).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Wholes = NDArray[np.int64]
_Reals = NDArray[np.float64]
_Flags = NDArray[np.bool_]

HALTS: list[str]
TREE_ENDS: list[str]

class Crew:
    """A front's search, or single searches one after the other.

    Args:
        costs: (c, n); of a front the p objectives and their sum.
        rows: (d, n).
        sparse: (s + 1,) where each sparse row begins, (e,) columns and (e,) values.
        by_column: (n + 1,) the same by column, and (e,) sparse rows.
        branchable: (n,) False for products.
        products: (q,) columns, (q + 1,) where the factors of each begin, and factors.
        lower, upper: (t,) whole numbers: bounds of columns and of the rows' activities.
        cap: (d + s,) the largest multiplier of each row.
        scale: (c,) what multipliers are rounded at.
        objectives: p.
        stack: bytes for the open nodes of one search.
        roots: bytes for kept relaxations.
        nodes: what a stage of a front's sub-problem may take.
        few: at a node with at most so many free columns, ten at the most, all plans are looked at
            at once; 0: nowhere.
        workers: threads that a front's search may use.
        alone: how much one thread does before others join, in pivots, and four for each node.

    Raises:
        ValueError: the arrays differ in shape.
    """

    def __init__(
        self,
        costs: _Wholes,
        rows: _Wholes,
        sparse: tuple[_Wholes, _Wholes, _Wholes],
        by_column: tuple[_Wholes, _Wholes],
        branchable: _Flags,
        products: tuple[_Wholes, _Wholes, _Wholes],
        lower: _Reals,
        upper: _Reals,
        cap: _Reals,
        scale: Sequence[int],
        *,
        objectives: int,
        stack: int,
        roots: int,
        nodes: int,
        few: int,
        workers: int,
        alone: int,
    ) -> None: ...
    def advance(self, work: int) -> int: ...
    def pose(
        self,
        limits: Sequence[int],
        cost: int,
        *,
        leave_out: int,
        cut: int,
        nodes: int,
        every: bool,
    ) -> bool: ...
    def pose_points(self, points: _Wholes, *, aim: int, most: int, nodes: int) -> None: ...
    def pose_limits(
        self, limits: _Wholes, least: Sequence[float], *, aim: int, most: int, nodes: int
    ) -> None: ...
    def know(self, y: Sequence[int], x: Sequence[int]) -> None: ...
    def know_corners(self, ideal: Sequence[int]) -> None: ...
    def lead(self, asked: bool) -> None: ...
    def choose(self, limits: Sequence[int]) -> None: ...
    def question(self) -> int: ...
    def answer(self, x: Sequence[int] | None) -> None: ...
    def confirm(self) -> None: ...
    def state(self) -> dict[str, Any]: ...
    def restore(
        self,
        *,
        Y: _Wholes,
        X: _Wholes,
        chain: _Wholes,
        standing: _Wholes,
        U: _Wholes,
        defining: _Wholes,
        direction: _Wholes,
        score: _Reals,
        ideal: _Wholes,
        expected: _Reals,
        corners: int,
    ) -> None: ...
    def bound(self, cost: int, multipliers: Sequence[int], scale: int) -> int:
        """What any multipliers (d + s,) prove of a cost: ``scale`` times it is at least this."""
    def tableaus(self) -> list[_Reals]:
        """Views of the tableaus and of the values of their basic variables, in turn: the one at
        hand, then those that are kept.
        """
    def plans(self, first: int) -> _Wholes: ...
    @property
    def tentative(self) -> _Wholes: ...
    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def listed(self) -> _Wholes: ...
    @property
    def whose(self) -> _Wholes: ...
    @property
    def sides(self) -> _Reals: ...
    @property
    def plan(self) -> _Wholes: ...
    @property
    def values(self) -> _Wholes: ...
    @property
    def zones(self) -> _Wholes: ...
    @property
    def ideal(self) -> _Wholes: ...
    @property
    def points(self) -> int: ...
    @property
    def corners(self) -> int: ...
    @property
    def nodes(self) -> int: ...
    @property
    def quota(self) -> int: ...
    @property
    def found(self) -> bool: ...
    @property
    def floor(self) -> int | None: ...
    @property
    def direction(self) -> int: ...
    @property
    def first(self) -> bool: ...
    @property
    def second(self) -> bool: ...

class Grown:
    """A tree, node by node in preorder, as a certificate has it.

    Attributes:
        end: how it ended.
        columns, values, counts: of each node: the column branched on (-1 at a leaf), the floor of
            the branch, how many vectors it has.
        sizes: how many multipliers each vector has.
        rows, multipliers: whose each multiplier is, and what it is.
        lower: (n + m + r,) bounds at the node that ended the search, where one did.
    """

    @property
    def end(self) -> int: ...
    @property
    def columns(self) -> _Wholes: ...
    @property
    def values(self) -> _Wholes: ...
    @property
    def counts(self) -> _Wholes: ...
    @property
    def sizes(self) -> _Wholes: ...
    @property
    def rows(self) -> _Wholes: ...
    @property
    def multipliers(self) -> _Wholes: ...
    @property
    def lower(self) -> _Reals: ...

class BoxProgram:
    """A problem whose boxes are to be refuted; its arrays are those of ``RefutingArrays``."""

    def __init__(
        self,
        *,
        matrix: _Wholes,
        scaled: _Reals,
        low: _Wholes,
        high: _Wholes,
        whole: _Flags,
        lower: _Reals,
        upper: _Reals,
        weight: _Reals,
        scale: _Reals,
    ) -> None: ...
    def grow(
        self, limits: _Wholes, ends: _Reals, bounded: _Flags, *, aim: int, depth: int, most: int
    ) -> Grown: ...

def zones(
    points: _Wholes,
    ideal: Sequence[int],
    top: Sequence[int],
    meanwhile: Callable[[], None] | None,
) -> _Wholes:
    """The zones (z, p) that points (k, p) leave of the box below ``top``; what ``meanwhile``,
    called now and then, raises ends it.
    """
