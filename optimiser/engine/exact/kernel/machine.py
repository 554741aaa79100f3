"""The compiled search on one program: what it is told, how far it goes, what it says."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import interface, places, workspace
from optimiser.engine.exact.kernel.interface import Halt
from optimiser.engine.exact.kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.integer_program import NormalForm, Precision

    Integers = NDArray[np.int64]

__all__ = ["SLICE", "SearchMachine"]

# seconds of compiled code between two questions whether to stop
SLICE = 0.1
# units of work of the first slice, and of the shortest: about a hundred nodes of a small program
_FIRST, _SHORTEST = 16_000, 1_600
# how much more or less work the next slice may get than the last
_MORE, _LESS = 4.0, 0.1


class SearchMachine:
    """The arrays of a front's search, or of single searches one after the other: n columns, p
    objectives.

    Args:
        form: the program.
        widths: its precision, with a scale for each of the costs.
        costs: (c, n) int64, what may be minimised; of a front the p objectives and their sum.
        stack: bytes for the open nodes of one search.
        room: zones and points that the state has room for at first.
        nodes: what a stage of a front's sub-problem may take.
    """

    def __init__(
        self,
        form: NormalForm,
        widths: Precision,
        costs: Integers,
        /,
        *,
        stack: int,
        room: int = 1,
        nodes: int = 0,
    ) -> None:
        self.model = workspace.model(form, widths, costs)
        self.roots = workspace.roots(self.model, workspace.tableau_height(form))
        self.search = workspace.search(form, stack)
        self.state = workspace.state(self.model, len(form.objectives), room, room)
        self.state.Z[places.LIMIT] = nodes
        self._quota = _FIRST

    def go_on(self, seconds: float = SLICE, /) -> Halt:
        """Work for about so many seconds, by how long the work of the slices before took."""
        began = perf_counter()
        halt = self.advance(self._quota)
        if halt == Halt.HALTED:
            pace = seconds / max(1e-6, perf_counter() - began)
            self._quota = max(_SHORTEST, int(self._quota * min(_MORE, max(_LESS, pace))))
        return halt

    def advance(self, work: int, /) -> Halt:
        """Do so many units of work, and why it stands still then; room is made where it was
        missing.
        """
        self.search.S[places.QUOTA] = work
        halt = interface.advance(self.model, self.roots, self.search, self.state)
        if halt == Halt.FULL:
            self.state = workspace.grown(self.state)
        return halt

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
        Z, lo, up, n = self.state.Z, self.search.lo, self.search.up, self.model.c.shape[1]
        lo[:], up[:] = self.model.low, self.model.high
        rows = slice(n, n + len(limits))
        up[rows] = np.minimum(up[rows], limits)
        Z[places.PHASE], Z[places.K], Z[places.LEAVE_OUT] = places.SINGLE, cost, leave_out
        Z[places.CUT], Z[places.LIMIT] = cut, nodes
        self.search.S[places.COLLECT], self.search.S[places.MODE] = every, places.BACK
        return not bool((up[rows] < lo[rows]).any())

    @property
    def found(self) -> bool:
        """Whether the sub-problem at hand has a plan so far."""
        return bool(self.search.S[places.FOUND] > 0)

    @property
    def plan(self) -> Integers:
        """(n,) int64: the last plan that the search looked at and kept."""
        return self.search.xbest.copy()

    @property
    def floor(self) -> int | None:
        """The relaxation's bound of the sub-problem at hand; None before its end."""
        rooted = self.search.S[places.MODE] != places.ROOT
        return int(self.state.Z[places.FLOOR]) if rooted else None

    # ---- a front

    @property
    def first(self) -> bool:
        """Whether the sub-problem at hand is at its first stage: the least of one objective."""
        return bool(self.state.Z[places.PHASE] == places.FIRST)

    @property
    def second(self) -> bool:
        """Whether it is at its second stage: the least sum nowhere above the plan found."""
        return bool(self.state.Z[places.PHASE] == places.SECOND)

    @property
    def points(self) -> int:
        """Points found so far."""
        return int(self.state.Z[places.POINTS])

    @property
    def corners(self) -> int:
        """Objectives whose least value is known."""
        return int(self.state.Z[places.CORNERS])

    @property
    def nodes(self) -> int:
        """Nodes so far."""
        return int(self.search.S[places.NODES])

    @property
    def counts(self) -> dict[str, int]:
        """What was done so far."""
        S, Z = self.search.S, self.state.Z
        return {
            "subproblems": int(Z[places.SUBPROBLEMS]),
            "second_stages": int(Z[places.SECONDS]),
            "repeats": int(Z[places.REPEATS]),
            "nodes": int(S[places.NODES]),
            "nodes_empty": int(Z[places.NODES_EMPTY]),
            "nodes_second": int(Z[places.NODES_SECOND]),
            "pivots": int(S[places.PIVOTS]),
        }

    def plans(self, first: int = 0, /) -> Integers:
        """(points, n) int64: the efficient plans so far, without the ``first`` ones."""
        return self.state.X[first : self.points].astype(np.int64)

    def values(self) -> Integers:
        """(points, p) int64: their objectives."""
        return self.state.Y[: self.points]

    def zones(self) -> Integers:
        """(zones, p) int64: the local upper bounds that are open."""
        return self.state.U[: int(self.state.Z[places.COUNT])]

    def begin(self, corners: Integers, /) -> None:
        """Start from proven corners (p, n): what the least value of every objective is, and a point
        that has it.
        """
        state, Z = self.state, self.state.Z
        points = corners @ self.model.c[:-1].T
        state.ideal[:] = points.min(axis=0)
        Z[places.CORNERS] = len(state.ideal)
        for i, (x, y) in enumerate(zip(corners, points, strict=True)):
            if (points[:i] == y).all(axis=1).any():
                continue
            state.y[:], self.search.xbest[:] = y, x
            Z[places.PHASE], Z[places.K], Z[places.LED] = places.RECORD, -1, 3
            self.advance(1)

    def lead(self, asked: bool, /) -> None:
        """Whether the caller is asked for the next zone, once the corners are known."""
        self.state.Z[places.LED] = int(asked)

    def choose(self, limits: tuple[int, ...], /) -> None:
        """The next sub-problem: the least first objective below the limits (p,)."""
        Z = self.state.Z
        self.state.u[:] = limits
        Z[places.K], Z[places.CUT], Z[places.LED] = 0, limits[0] - 1, 2

    def question(self) -> tuple[Integers, Integers, int]:
        """The stage at hand, for somebody else to answer: (n,) what is minimised, (p,) the
        objectives' limits, and the cut.
        """
        S, Z = self.search.S, self.state.Z
        n, p = self.model.c.shape[1], len(self.state.ideal)
        if not self.found and not self.second:
            # The search may have looked only a little beyond the bound; the fallback is asked once
            # for the whole.
            Z[places.PROBED] = Z[places.CUT]
            S[places.BEST] = Z[places.CUT] + 1
        cost = self.model.c[p if self.second else Z[places.K]]
        return cost, self.search.up[n : n + p].astype(np.int64), int(S[places.BEST]) - 1

    @property
    def objective(self) -> int:
        """The objective that the first stage minimises."""
        return int(self.state.Z[places.K])

    def answer(self, x: Integers | None, /) -> None:
        """Take the answer to the question: a plan (n,), or that there is none but the one found."""
        found = self.found
        if x is not None:
            self.search.xbest[:] = x
            found = True
        self.state.Z[places.ANSWER] = 1 + found

    def snapshot(self) -> Snapshot:
        """The state of a front's search; with it another goes on from here."""
        return Snapshot.of(self.state)

    def restore(self, snapshot: Snapshot, /) -> None:
        """Go on from a state that fits."""
        self.state = snapshot.into(self.state)
