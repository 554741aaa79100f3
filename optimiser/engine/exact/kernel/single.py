"""Single searches on one program: the best plan within limits, or its plans one after the other; in
slices.

Every search runs on the arrays of one object, whose relaxations are kept from one search to the
next. A search that is over its budget or was stopped has proven nothing; one that came to its end
has, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.machine import Halt, SearchMachine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.integer_program import NormalForm

    Integers = NDArray[np.int64]
    Stop = Callable[[], bool]

__all__ = ["NODES_MOST", "Single"]

_STACK = 128 << 20
NODES_MOST = 2_000_000


class Single:
    """One program's arrays, and single searches on them.

    Args:
        form: the program.
        costs: (c, n) int64, what may be minimised; the rows of ``form.dense`` that are among them
            are left out by the caller.
    """

    def __init__(self, form: NormalForm, costs: Integers, /) -> None:
        self.form = form
        self._machine = SearchMachine(form, costs, stack=_STACK)

    @property
    def nodes(self) -> int:
        """Nodes of all searches so far."""
        return self._machine.nodes

    @property
    def floor(self) -> int | None:
        """What the relaxation proves of the cost at the root of the last search; None where it was
        not at its end.
        """
        return self._machine.floor

    def plans(
        self,
        limits: Integers,
        limit: int,
        nodes: int,
        stop: Stop | None,
        /,
        *,
        cut: int | None = None,
        cost: int = 0,
    ) -> tuple[list[Integers], bool]:
        """At most ``limit`` plans (n,) with the first dense rows at most ``limits``, and whether
        they are all.

        Args:
            limits: (p,) of the first dense rows.
            limit: so many plans at most.
            nodes: the budget.
            stop: asked now and then; True ends the search.
            cut: what the cost must not exceed; the sum of the limits where it is not given.
            cost: the position of the cost.
        """
        found: list[Integers] = []
        most = int(limits.sum()) if cut is None else cut
        if not self.start(limits, cost, -1, most, nodes, every=True):
            return found, True
        while (halt := self.advance(stop)) == Halt.PLANNED and len(found) < limit:
            found.append(self.plan())
            if stop is not None and stop():
                return found, False
        return found, halt == Halt.ENDED

    def alike(
        self, points: Integers, most: int, nodes: int, stop: Stop | None, /, *, aim: int
    ) -> tuple[Integers, Integers] | None:
        """The plans (l, n) of efficient points, found in one search, and the rows (l,) of their
        points; None where the search came to no end.

        Args:
            points: (b, p), different ones.
            most: of a point with more plans one more than that is listed.
            nodes: the budget.
            stop: asked now and then; True ends the search.
            aim: the objective that is minimised, whose cost is at its place among the costs.
        """
        self._machine.pose_points(points, aim=aim, most=most, nodes=nodes)
        return self._machine.listed() if self.advance(stop) == Halt.ENDED else None

    def within(
        self, limits: Integers, most: int, nodes: int, stop: Stop | None, /, *, aim: int
    ) -> tuple[Integers, Integers] | None:
        """The plans (l, n) within limits (b, p) that are possible at all, found in one search, and
        the rows (l,) of limits that hold them, one each; None where the search came to no end.

        Args:
            limits: of the objectives.
            most, nodes, stop, aim: as of :meth:`alike`.
        """
        p, n = self.form.objectives.shape
        least = self.form.lower[n : n + p].tolist()
        self._machine.pose_limits(limits, least, aim=aim, most=most, nodes=nodes)
        return self._machine.listed() if self.advance(stop) == Halt.ENDED else None

    def least(
        self, limits: Integers, cost: int, row: int, cut: int, stop: Stop | None, /
    ) -> tuple[Integers | None, bool]:
        """A plan (n,) of least cost if one costs at most ``cut``, where ``row`` is the cost's; and
        whether that is proven.
        """
        if not self.start(limits, cost, row, cut, NODES_MOST):
            return None, True
        halt = self.advance(stop)
        return self.best(), halt == Halt.ENDED

    def best(self) -> Integers | None:
        """(n,) the best plan of the search so far."""
        return self.plan() if self._machine.found else None

    def plan(self) -> Integers:
        """(n,) the plan at which a search for every plan stands."""
        return self._machine.plan

    def start(
        self,
        limits: Integers,
        cost: int,
        leave_out: int,
        cut: int,
        nodes: int,
        /,
        *,
        every: bool = False,
    ) -> bool:
        """Set up a search with the first dense rows at most ``limits`` (q,), for every plan or the
        best. False where one of them cannot be.
        """
        return self._machine.pose(
            limits, cost, leave_out=leave_out, cut=cut, nodes=nodes, every=every
        )

    def advance(self, stop: Stop | None, /) -> Halt:
        """Go on with the search: to its end, its next plan, the end of its budget, or until it is
        stopped.
        """
        while True:
            halt = self._machine.go_on()
            if halt != Halt.HALTED or (stop is not None and stop()):
                return halt
