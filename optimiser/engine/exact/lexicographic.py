"""The canonical one of all plans with the same objectives: the least by the problem's rows of
preference, in exact arithmetic.
"""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.canonical import positioned, runs

if TYPE_CHECKING:
    from optimiser.engine.branching.narrowing import Number
    from optimiser.engine.canonical import Weights
    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.whole import Whole
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

    Run = list[tuple[Weights, int | None]]

__all__ = ["Canonical"]

# weights of a run of rows stay below this, so that the relaxation sees the last one
_CHUNK = 2**20
# nodes that one question may take, entries of rows that they may look at, and nodes all the same:
# counted, since what is listed does not depend on how busy a machine is
_NODES, _ENTRIES, _FEWEST = 5_000, 5_000_000, 50


class Canonical:
    """Finds canonical plans of one problem.

    Args:
        whole: the problem; its axes are counted.
        budget: ends what takes long.

    Attributes:
        solved: how many problems that took.
    """

    def __init__(self, whole: Whole, budget: Budget, /) -> None:
        self._whole = whole
        self._runs = runs(whole.problem, _CHUNK)
        self._sums = [_weighted(whole.problem, run) for run in self._runs]
        self._tree = RefutationTree(
            whole.linear, [*(dict(axis.terms) for axis in whole.axes), *self._sums], budget
        )
        entries = sum(len(row.terms) for row in (*whole.linear.objectives, *whole.linear.rows))
        self._nodes = min(_NODES, max(_FEWEST, _ENTRIES // (1 + entries)))
        self.solved = 0

    def plan(self, plan: Floats, point: tuple[float, ...], /) -> tuple[Floats, bool]:
        """The canonical plan at ``point`` (m,), ``plan`` (n,) being one of them, and whether it is
        proven to be that.
        """
        uppers: list[Number | None] = [*(int(v) for v in point), *(None for _ in self._sums)]
        for i, weights in enumerate(self._sums, start=len(point)):
            value = self._value(self._runs[i - len(point)], plan)
            answer = self._tree.least(weights, uppers, nodes=self._nodes, below=value)
            self.solved += 1
            if answer.x:
                plan, value = self._whole.decided(answer.x), answer.value or Fraction(0)
            if answer.status == "unknown":
                return plan, False
            uppers[i] = value
        return plan, True

    def _value(self, run: Run, plan: Floats, /) -> Fraction:
        """What the sum of a run is at a plan: a listed decision counts by its position among the
        values.
        """
        x, problem = self._whole.snapped(plan), self._whole.problem
        total, weight = Fraction(0), 1
        for row, values in reversed(run):
            listed = positioned(problem, row) != row
            for j, w in row:
                total += (
                    weight
                    * w
                    * (bisect_left(problem.decisions[j].values, x[j]) if listed else x[j])
                )
            weight *= values or 1
        return total


def _weighted(problem: Problem, run: Run) -> dict[int, int]:
    """One sum that compares the rows of a run in order."""
    weights: dict[int, int] = {}
    weight = 1
    for row, values in reversed(run):
        for j, w in positioned(problem, row):
            weights[j] = weights.get(j, 0) + weight * w
        weight *= values or 1
    return {j: w for j, w in weights.items() if w}
