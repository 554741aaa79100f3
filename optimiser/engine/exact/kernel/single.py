"""Single searches on one program: the best plan within limits, or its plans one after the other; in
slices.

Every search runs on the arrays of one object, whose relaxations are kept from one search to the
next. A search that is over its budget or was stopped has proven nothing; one that came to its end
has, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import workspace
from optimiser.engine.exact.kernel.compiled.places import COLLECT, FOUND, NODES, QUOTA
from optimiser.engine.exact.kernel.integer_program import NormalForm, Precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Stop = Callable[[], bool]

__all__ = ["NODES_MOST", "Single"]

_STACK = 256 << 20
# seconds between two questions whether to stop: a node of a large program takes many milliseconds
_SLICE = 0.1
NODES_MOST = 2_000_000


class Single:
    """One program's arrays, and single searches on them.

    Args:
        form: the program.
        widths: its precision, with a scale for each of the costs.
        costs: (c, n) int64, what may be minimised; the rows of ``form.dense`` that are among them
            are left out by the caller.
    """

    def __init__(self, form: NormalForm, widths: Precision, costs: Integers, /) -> None:
        from optimiser.engine.exact.kernel.compiled import zone_loop

        self.form, self.enumeration = form, zone_loop
        self.model = workspace.model(form, widths, costs)
        self.roots = workspace.roots(self.model, workspace.tableau_height(form))
        self.search = workspace.search(form, _STACK)
        self.state = workspace.state(self.model, len(form.objectives), 1, 1)
        self.quota = 20

    @property
    def nodes(self) -> int:
        """Nodes of all searches so far."""
        return int(self.search.S[NODES])

    def plans(
        self,
        limits: Integers,
        limit: int,
        nodes: int,
        stop: Stop | None,
        /,
        *,
        cut: int | None = None,
    ) -> tuple[list[Integers], bool]:
        """At most ``limit`` plans with the first dense rows at most ``limits``, and whether they
        are all.

        Args:
            limits: (p,) of the first dense rows.
            limit: so many plans at most.
            nodes: the budget.
            stop: asked now and then; True ends the search.
            cut: what the first of the costs must not exceed; the sum of the limits where it is not
                given.
        """
        found: list[Integers] = []
        e = self.enumeration
        if not self.start(limits, 0, -1, int(limits.sum()) if cut is None else cut, nodes):
            return found, True
        self.search.S[COLLECT] = 1
        while (code := self.advance(stop)) == e.PLANNED and len(found) < limit:
            found.append(self.search.xbest.copy())
        return found, code == e.ENDED

    def least(
        self, limits: Integers, cost: int, row: int, cut: int, stop: Stop | None, /
    ) -> tuple[Integers | None, bool]:
        """A plan of least cost if one costs at most ``cut``, where ``row`` is the cost's; and
        whether that is proven.
        """
        if not self.start(limits, cost, row, cut, NODES_MOST):
            return None, True
        self.search.S[COLLECT] = 0
        code = self.advance(stop)
        return self.best(), code == self.enumeration.ENDED

    def best(self) -> Integers | None:
        """(n,) the best plan of the search so far."""
        return self.search.xbest.copy() if self.search.S[FOUND] else None

    def start(self, limits: Integers, cost: int, leave_out: int, cut: int, nodes: int, /) -> bool:
        """Set up a search with the first dense rows at most ``limits``. False where one of them
        cannot be.
        """
        e, Z, lo, up = self.enumeration, self.state.Z, self.search.lo, self.search.up
        n = self.form.objectives.shape[1]
        lo[:], up[:] = self.model.low, self.model.high
        rows = slice(n, n + len(limits))
        up[rows] = np.minimum(up[rows], limits)
        Z[e.PHASE], Z[e.K], Z[e.LEAVE_OUT], Z[e.CUT], Z[e.LIMIT] = (
            e.SINGLE,
            cost,
            leave_out,
            cut,
            nodes,
        )
        return not bool((up[rows] < lo[rows]).any())

    def advance(self, stop: Stop | None, /) -> int:
        """Go on with the search: to its end, its next plan, the end of its budget, or until it is
        stopped.
        """
        e = self.enumeration
        while True:
            self.search.S[QUOTA] = self.quota
            began = perf_counter()
            code = int(e.advance(self.model, self.roots, self.search, self.state))
            if code == e.HALTED:
                self.quota = max(
                    1,
                    int(
                        self.quota * min(4.0, max(0.1, _SLICE / max(1e-6, perf_counter() - began)))
                    ),
                )
            if code != e.HALTED or (stop is not None and stop()):
                return code
