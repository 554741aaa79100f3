"""The plans to show, each driven to where no direction improves every objective: what a run does
last.

A plan only makes way for one that is at least as good in every objective, or for a neighbour,
better in some and within a thousandth of the front's range in all, that meets the first-order
conditions. The archive keeps both: its hypervolume cannot fall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import breeder_of
from optimiser.engine.nonlinear.dominance import non_dominated
from optimiser.engine.nonlinear.evaluator import Batch, Evaluator, Margins
from optimiser.engine.nonlinear.newton_steps import NewtonSteps
from optimiser.engine.nonlinear.optimality import residuals
from optimiser.engine.nonlinear.scalar import Aim, Axes, ScalarLimits, coarse, drive
from optimiser.engine.nonlinear.selection import choose, complete
from optimiser.engine.nonlinear.tolerances import (
    DAMPING,
    EFFICIENT,
    FINE_GAIN,
    NEIGHBOUR,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Floats, Problem

    Positions = NDArray[np.int64]

__all__ = ["Finish", "Finished", "finish"]

_STEPS = 2
# columns from which second derivatives cost more than quadratic programming without them
_WIDE = 120
_REFILLS = 3
_PLANS = 1000
_UNITS = 150.0
_LEAST = 120_000.0


@dataclass(frozen=True, eq=False)
class Finish:
    """What to show and how long to work on it.

    Attributes:
        count: plans to show.
        should_stop: asked before every plan; a word ends the work.
    """

    count: int
    should_stop: Callable[[], str | None] | None = None

    @property
    def work(self) -> float:
        """Counted units at most."""
        return max(_LEAST, _UNITS * min(self.count, _PLANS))


@dataclass(frozen=True, eq=False)
class Finished:
    """The archive with what was found last, and which of it to show.

    Attributes:
        x: (k, n) decisions; y: (k, m) their objectives, sorted.
        shown: positions of the plans to show, ascending.
        statistics: counts by name; empty where there was nothing to do.
    """

    x: Floats
    y: Floats
    shown: Positions
    statistics: dict[str, object]


def finish(
    problem: Problem, x: Floats, y: Floats, wanted: Finish, /, *, margins: Margins | None = None
) -> Finished:
    """Choose plans of an archive (k, n), (k, m) and polish them, on counted work, where the problem
    has derivatives.
    """
    shown = (
        choose(y, wanted.count) if y.shape[1] > 1 and len(y) > wanted.count else np.arange(len(y))
    )
    run = _Finishing(problem, margins, wanted, x, y)
    if not len(y) or not run.able:
        return Finished(x, y, shown, {})
    for _ in range(_REFILLS):
        shown = run.polish(shown)
        if len(shown) == min(wanted.count, len(run.y)) or run.over:
            break
    order = np.lexsort(run.y.T[::-1])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Finished(run.x[order], run.y[order], np.sort(place[shown]), run.statistics())


class _Finishing:
    """The archive as it grows; plans that were tried are not tried again."""

    def __init__(
        self, problem: Problem, margins: Margins | None, wanted: Finish, x: Floats, y: Floats
    ) -> None:
        self.x, self.y = x, y
        self._problem, self._margins, self._wanted = problem, margins, wanted
        evaluator = Evaluator(problem, margins)
        self.able = evaluator.smooth and bool(evaluator.space.real.any())
        self._breeder = breeder_of(
            evaluator, np.random.default_rng(0), should_stop=wanted.should_stop
        )
        low, high = (
            (y.min(axis=0), y.max(axis=0))
            if len(y)
            else (np.zeros(evaluator.m), np.ones(evaluator.m))
        )
        self._axes = Axes(low, np.where(high > low, high - low, 1.0))
        self._step = NewtonSteps(self._breeder)
        self._tried: set[bytes] = set()
        self._plans = 0
        self._moved = 0

    @property
    def over(self) -> bool:
        """True where the work is used up, or nobody waits for it any more."""
        stop = self._wanted.should_stop
        return self._breeder.evaluator.work >= self._wanted.work or (
            stop is not None and stop() is not None
        )

    def statistics(self) -> dict[str, object]:
        evaluator = self._breeder.evaluator
        return {
            "plans": self._plans,
            "moved": self._moved,
            "evaluations": evaluator.evaluations,
            "gradients": evaluator.gradients,
            "work": round(evaluator.work, 3),
        }

    def polish(self, shown: Positions) -> Positions:
        """Try plans that were not tried yet; positions of as many as wanted, none dominating
        another.
        """
        x, y = self.x[shown], self.y[shown]
        ends = {int(i) for i in y.argmin(axis=0)}
        todo = [i for i in self._order(x, ends) if x[i].tobytes() not in self._tried]
        self._plans += len(todo)
        for way in self._ways():
            for i in todo:
                if self.over:
                    break
                x[i], y[i] = self._better(x[i], y[i], way(x[i], y[i]), exactly=i in ends)
            todo = (
                [todo[j] for j in np.flatnonzero(self._residuals(x[todo]) > EFFICIENT)]
                if todo
                else []
            )
        self._tried.update(point.tobytes() for point in x)
        return self._settled(x, y)

    def _order(self, x: Floats, ends: set[int]) -> list[int]:
        """Which plans to try: the ends of the front, then evenly those that are not efficient yet;
        a thousand at most.
        """
        lacking = np.flatnonzero(self._residuals(x) > EFFICIENT)
        step = max(1, -(-len(lacking) // _PLANS))
        rest = [int(i) for start in range(step) for i in lacking[start::step] if int(i) not in ends]
        return [*sorted(ends & {int(i) for i in lacking}), *rest][:_PLANS]

    def _residuals(self, x: Floats) -> Floats:
        found = np.zeros(len(x))
        rows = np.arange(0, len(x), max(1, -(-len(x) // (2 * _PLANS))))
        if len(rows):
            found[rows] = residuals(
                self._problem, x[rows], margins=self._margins, span=self._axes.span
            )
        return found

    def _ways(self) -> tuple[Callable[[Floats, Floats], Batch], ...]:
        """Newton steps get there where constraints are straight, quadratic programming to the last
        digit where they are not.
        """
        first = () if self._breeder.evaluator.n > _WIDE else (self._newton, self._newton)
        return (*first, self._coarse, self._newton, self._newton, self._fine, self._fine)

    def _coarse(self, x: Floats, y: Floats) -> Batch:
        return self._line(x, y, coarse(self._breeder.evaluator.n))

    def _fine(self, x: Floats, y: Floats) -> Batch:
        return self._line(x, y, ScalarLimits(100, FINE_GAIN))

    def _line(self, x: Floats, y: Floats, limits: ScalarLimits) -> Batch:
        """As far as every objective can improve alike."""
        aim = Aim(origin=(y - self._axes.ideal) / self._axes.span, line=np.ones(len(y)))
        batch = drive(self._breeder, x, self._axes, aim, limits)
        return self._breeder.constraints.inside(batch.take(np.array([len(batch) - 1])))

    def _newton(self, x: Floats, _: Floats) -> Batch:
        """Steps with the plan's own second derivatives."""
        space = self._breeder.evaluator.space
        last = self._breeder.evaluator(x[None])
        for _turn in range(_STEPS):
            u = space.encode(last.x)
            hessians = self._step.hessians(u[0], self._axes.span)
            u = np.clip(u + self._step(u, self._axes.span, hessians, DAMPING), 0.0, 1.0)
            last = self._breeder.constraints.inside(self._step.settled(u))
        return last

    def _better(self, x: Floats, y: Floats, last: Batch, *, exactly: bool) -> tuple[Floats, Floats]:
        """What came of a plan (n,), (m,), or itself where that is infeasible or not as good."""
        if not last.feasible[0] or not np.isfinite(last.y[0]).all():
            return x, y
        worse = (last.y[0] - y) / self._axes.span
        if (worse > (0.0 if exactly else NEIGHBOUR)).any() or (worse >= 0.0).all():
            return x, y
        if (worse > 0.0).any():
            before, after = self._residuals(np.stack([x, last.x[0]]))
            if before <= EFFICIENT or after > EFFICIENT:
                return x, y
        self._moved += 1
        return last.x[0], last.y[0]

    def _settled(self, x: Floats, y: Floats) -> Positions:
        """Join the archive, drop what is dominated, and fill up the plans to show."""
        whole_x, whole_y = np.concatenate([x, self.x]), np.concatenate([y, self.y])
        kept = non_dominated(whole_y)
        listed = np.arange(int((kept < len(x)).sum()))
        self.x, self.y = whole_x[kept], whole_y[kept]
        return complete(self.y, listed, self._wanted.count)
