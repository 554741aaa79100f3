"""The compiled search on one program: what it is told, how far it goes, what it says."""

from __future__ import annotations

from enum import IntEnum
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.engine.exact.kernel.multipliers import precision
from optimiser.engine.exact.kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.integer_program import NormalForm

    Integers = NDArray[np.int64]

__all__ = ["SLICE", "Halt", "SearchMachine"]

# seconds of compiled code between two questions whether to stop
SLICE = 0.1
# units of work of the first slice, and of the shortest: about a hundred nodes of a small program
_FIRST, _SHORTEST = 16_000, 1_600
# how much more or less work the next slice may get than the last
_MORE, _LESS = 4.0, 0.1
# bytes for kept relaxations
_ROOTS: Final = 256 << 20
# free columns of a node whose plans are looked at all at once, without a tree
_FEW = 10
# pivots, and four for each node, that one thread does before others join: some 30 ms
_ALONE = 50_000


class Halt(IntEnum):
    """Why a search stands still; in the order of the compiled code."""

    COMPLETE = 0  # no zone is left: the front is complete
    HALTED = 1  # the work that was given is done
    OVERRUN = 2  # a sub-problem is over its budget
    PLANNED = 3  # of a single search: a plan is found
    ENDED = 4  # of a single search: there is nothing else
    NEXT = 5  # the caller is to choose the next zone


class SearchMachine:
    """A front's search, or single searches one after the other: n columns, p objectives.

    Args:
        form: the program.
        costs: (c, n) int64, what may be minimised; of a front :func:`.multipliers.costs_of`.
        stack: bytes for the open nodes of one search.
        nodes: what a stage of a front's sub-problem may take.
        workers: threads that a front's search may use; others begin once there is work for them.
    """

    def __init__(
        self,
        form: NormalForm,
        costs: Integers,
        /,
        *,
        stack: int,
        nodes: int = 0,
        workers: int = 1,
    ) -> None:
        from optimiser.engine.exact.kernel._native import Crew

        widths = precision(form, costs)
        self.native = Crew(
            np.ascontiguousarray(costs),
            form.dense,
            form.sparse,
            form.by_column,
            form.branchable,
            form.products,
            form.lower,
            form.upper,
            widths.cap,
            widths.scale,
            objectives=len(form.objectives),
            stack=stack,
            roots=_ROOTS,
            nodes=nodes,
            few=_FEW,
            workers=workers,
            alone=_ALONE,
        )
        self._costs, self._quota = costs, _FIRST

    def go_on(self, seconds: float = SLICE, /) -> Halt:
        """Work for about so many seconds, by how long the work of the slices before took."""
        began = perf_counter()
        halt = self.advance(self._quota)
        if halt == Halt.HALTED:
            took = perf_counter() - began
            pace = seconds / took if took else _MORE
            self._quota = max(_SHORTEST, int(self._quota * min(_MORE, max(_LESS, pace))))
        return halt

    def advance(self, work: int, /) -> Halt:
        """Do so many units of work, and why it stands still then."""
        return Halt(self.native.advance(work))

    # ---- single searches

    def pose(
        self, limits: Integers, cost: int, /, *, leave_out: int, cut: int, nodes: int, every: bool
    ) -> bool:
        """Set up a single search; False where a limit is below what is possible at all.

        Args:
            limits: (q,) what the first q dense rows are at most.
            cost: the position of what is minimised.
            leave_out: the dense row that is the cost's own; -1 for none.
            cut: the largest cost of interest.
            nodes: the budget.
            every: whether every plan is wanted, one after the other, not the best.
        """
        return self.native.pose(
            limits.tolist(), cost, leave_out=leave_out, cut=cut, nodes=nodes, every=every
        )

    def pose_points(self, points: Integers, /, *, aim: int, most: int, nodes: int) -> None:
        """Set up a search for the plans of efficient points (b, p), objective ``aim`` minimised;
        of a point that has more than ``most`` one more than that.
        """
        self.native.pose_points(np.ascontiguousarray(points), aim=aim, most=most, nodes=nodes)

    def pose_limits(
        self, limits: Integers, least: Sequence[float], /, *, aim: int, most: int, nodes: int
    ) -> None:
        """The same for all plans within limits (b, p) of objectives that are at ``least`` (p,)."""
        limits = np.ascontiguousarray(limits)
        self.native.pose_limits(limits, list(least), aim=aim, most=most, nodes=nodes)

    def listed(self) -> tuple[Integers, Integers]:
        """(l, n) the plans found so far, and (l,) the rows of their points."""
        return self.native.listed, self.native.whose

    @property
    def found(self) -> bool:
        """Whether the sub-problem at hand has a plan so far."""
        return self.native.found

    @property
    def plan(self) -> Integers:
        """(n,) int64: the last plan that the search looked at and kept."""
        return self.native.plan

    @property
    def floor(self) -> int | None:
        """The relaxation's bound of the sub-problem at hand; None before its end."""
        return self.native.floor

    # ---- a front

    @property
    def first(self) -> bool:
        """Whether the sub-problem at hand is at its first stage: the least of one objective."""
        return self.native.first

    @property
    def second(self) -> bool:
        """Whether it is at its second stage: the least sum nowhere above the plan found."""
        return self.native.second

    @property
    def points(self) -> int:
        """Points that are known to be efficient so far."""
        return self.native.points

    @property
    def corners(self) -> int:
        """Objectives whose least value is known."""
        return self.native.corners

    @property
    def nodes(self) -> int:
        """Nodes so far."""
        return self.native.nodes

    @property
    def counts(self) -> dict[str, int]:
        """What was done so far."""
        return self.native.counts

    def plans(self, first: int = 0, /) -> Integers:
        """(points, n) int64: the efficient plans so far, without the ``first`` ones."""
        return self.native.plans(first)

    def tentative(self) -> Integers:
        """(t, n) int64: plans whose points cut zones, and of which it is not known whether they are
        efficient.
        """
        return self.native.tentative

    def values(self) -> Integers:
        """(points, p) int64: their objectives."""
        return self.native.values

    def zones(self) -> Integers:
        """(zones, p) int64: the local upper bounds that are open."""
        return self.native.zones

    def ideal(self) -> Integers:
        """(p,) int64: proven least values."""
        return self.native.ideal

    def begin(self, corners: Integers, /) -> None:
        """Start from proven corners (p, n): what the least value of every objective is, and a point
        that has it.
        """
        points = corners @ self._costs[:-1].T
        self.native.know_corners(points.min(axis=0).tolist())
        for i, (x, y) in enumerate(zip(corners, points, strict=True)):
            if not (points[:i] == y).all(axis=1).any():
                self.native.know(y.tolist(), x.tolist())

    def lead(self, asked: bool, /) -> None:
        """Whether the caller is asked for the next zone, once the corners are known."""
        self.native.lead(asked)

    def choose(self, limits: tuple[int, ...], /) -> None:
        """The next sub-problem: the least first objective below the limits (p,)."""
        self.native.choose(limits)

    def question(self) -> tuple[Integers, Integers, int]:
        """The stage at hand, for somebody else to answer: (n,) what is minimised, (p,) the
        objectives' limits, and the cut.
        """
        cut = self.native.question()
        cost = self._costs[-1 if self.second else self.objective]
        return cost, self.native.sides[1].astype(np.int64), cut

    def sides(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(p,) what the objectives are at least and at most in the stage at hand."""
        low, high = self.native.sides
        return low, high

    @property
    def objective(self) -> int:
        """The objective that the first stage minimises."""
        return self.native.direction

    def answer(self, x: Integers | None, /) -> None:
        """Take the answer to the question: a plan (n,), or that there is none but the one found."""
        self.native.answer(None if x is None else x.tolist())

    def confirm(self) -> None:
        """Say of the points so far which are efficient; :meth:`advance` does that now and then."""
        self.native.confirm()

    def snapshot(self) -> Snapshot:
        """The state of a front's search; with it another goes on from here."""
        state = self.native.state()
        return Snapshot(**{**state, "corners": np.array(state["corners"])})

    def restore(self, snapshot: Snapshot, /) -> None:
        """Go on from a state that fits."""
        self.native.restore(**{**snapshot.arrays(), "corners": int(snapshot.corners)})
