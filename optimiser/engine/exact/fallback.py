"""HiGHS for sub-problems that are over the compiled engine's node budget; what it says is confirmed
as far as possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import KernelAnswer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine import highs
    from optimiser.engine.branching.refutation_tree import RefutationTree
    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.kernel import IntegerProgram, SubProblem
    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.engine.problem import Linear

    Integers = NDArray[np.int64]

__all__ = ["Fallback"]

_UNLIMITED = 1 << 62
# nodes that confirming HiGHS may take, seconds at the least, and how much longer than HiGHS itself
# took
_NODES, _SECONDS, _TIMES = 50_000, 5.0, 10.0


class Fallback:
    """HiGHS for a sub-problem that is over the engine's node budget, confirmed by the refutation
    tree as far as that gets.

    Attributes:
        unconfirmed: how many answers rest on HiGHS's word.
    """

    def __init__(
        self, linear: Linear, view: WideProgram, program: IntegerProgram, budget: Budget, /
    ) -> None:
        self._linear, self._columns, self._program = linear, view.columns, program
        self._budget = budget
        self._tree: RefutationTree | None = None
        self.unconfirmed = 0

    def __call__(self, sub: SubProblem, /) -> KernelAnswer:
        began = self._budget.seconds()
        proposed = self._proposed(sub)
        x = (
            None
            if proposed.status != "optimal"
            else np.rint(proposed.x[list(self._columns)]).astype(np.int64)
        )
        if x is not None and not self._holds(x, sub):
            x = None
        answer = self._confirmed(sub, x, max(_SECONDS, _TIMES * (self._budget.seconds() - began)))
        if answer is not None:
            return answer
        if proposed.status == "infeasible" or x is not None:
            self.unconfirmed += 1
            return KernelAnswer(x, proven=True)
        return KernelAnswer(None, proven=False)

    def _proposed(self, sub: SubProblem) -> highs.Answer:
        # few searches need it, and none of those that end in a moment
        from optimiser.engine import highs

        program, columns = highs.program_of(self._linear), self._columns
        cuts = [
            self._cut(row, int(limit))
            for row, limit in zip(
                (*self._program.objectives, sub.objective),
                (*sub.limits, sub.cut),
                strict=True,
            )
            if limit < _UNLIMITED
        ]
        cost = {columns[i]: float(sub.objective[i]) for i in np.flatnonzero(sub.objective)}
        return highs.minimise(program, cost, self._budget, cuts=cuts)

    def _confirmed(
        self, sub: SubProblem, x: Integers | None, seconds: float
    ) -> KernelAnswer | None:
        """What is proven: that nothing is better than ``x``, or what is best; None where time or
        nodes ended first.
        """
        below = (
            int(sub.objective @ x)
            if x is not None
            else int(sub.cut) + 1
            if sub.cut < _UNLIMITED
            else None
        )
        uppers = [None if limit >= _UNLIMITED else int(limit) for limit in sub.limits]
        answer = self._asked().least(
            self._terms(sub.objective), uppers, nodes=_NODES, seconds=seconds, below=below
        )
        if answer.status == "empty":
            return KernelAnswer(x, proven=True)
        if answer.status != "optimal":
            return None
        found = np.array([int(answer.x[j]) for j in self._columns], dtype=np.int64)
        return KernelAnswer(found, proven=True) if self._holds(found, sub) else None

    def _asked(self) -> RefutationTree:
        if self._tree is None:
            from optimiser.engine.branching.refutation_tree import RefutationTree

            rows = [self._terms(row) for row in self._program.objectives]
            self._tree = RefutationTree(self._linear, rows, self._budget)
        return self._tree

    def _terms(self, row: Integers) -> dict[int, int]:
        return {self._columns[i]: int(row[i]) for i in np.flatnonzero(row)}

    def _cut(self, row: Integers, limit: int) -> highs.Cut:
        from optimiser.engine import highs

        at = np.flatnonzero(row)
        columns = np.array([self._columns[i] for i in at], dtype=np.int32)
        return highs.Cut(columns, row[at].astype(np.float64), -np.inf, float(limit) + 0.4)

    def _holds(self, x: Integers, sub: SubProblem) -> bool:
        """Whether a proposal solves the sub-problem, limits and cut included, in whole numbers: a
        question about columns and sides that no plan has; whether plans hold, ``holding`` says.
        """
        program = self._program
        activity = program.rows @ x
        return bool(
            (activity >= program.row_lower).all()
            and (activity <= program.row_upper).all()
            and (x >= program.lower).all()
            and (x <= program.upper).all()
            and all(x[y] == x[list(factors)].prod() for y, factors in program.products.items())
            and (program.objectives @ x <= sub.limits).all()
            and int(sub.objective @ x) <= sub.cut
        )
