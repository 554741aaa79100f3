"""The best of one objective in a search zone: HiGHS proposes, the refutation tree confirms in exact
arithmetic.

Where values are not whole numbers there is nothing to confirm: HiGHS's word stands, and is called
numerical.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine import highs
from optimiser.engine.exact.tolerances import NOISE, UNRANGED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.engine.branching.narrowing import Number
    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.whole import Whole
    from optimiser.front import Floats

__all__ = ["Found", "SubProblems"]

# augmented weights stay small enough for a float solver to see the last digit; else two solves take
# the place of one
_AUGMENTED = 1e8
_REPAIRS = 30
# nodes that confirming one answer may take, and seconds: at least so many, or so many times what
# HiGHS took
_NODES = 50_000
_SECONDS, _TIMES = 5.0, 10.0


@dataclass(frozen=True, eq=False)
class Found:
    """The answer of one zone: empty, a plan with its point, or nothing certain.

    Attributes:
        plan: (n,) decisions.
        point: (m,) its values: whole numbers of any width where axes are counted, else floats.
        proven: whether nothing in the zone is better in the objective that was minimised, as far as
            HiGHS knows at least.
    """

    kind: Literal["empty", "point", "unknown"]
    plan: Floats | None = None
    point: tuple[float, ...] = ()
    proven: bool = False


class SubProblems:
    """Zones of one problem, searched one after the other.

    Args:
        whole: the problem.
        budget: ends what takes long.

    Attributes:
        solved: how many problems were solved.
        unconfirmed: how many answers rest on HiGHS's word.
    """

    def __init__(self, whole: Whole, budget: Budget, /) -> None:
        self.whole, self._budget = whole, budget
        self.solved = self.unconfirmed = 0

    def best(self, zone: Floats, k: int, /) -> Found:
        """The best of objective k below a zone (m,), then of the sum of all."""
        if not self.whole.counted:
            found = self._proposed(zone, k)
            self.unconfirmed += found.kind == "empty" or found.proven
            return found
        began = self._budget.seconds()
        proposed = self._proposed(zone, k)
        return self._confirmed(
            zone, k, proposed, max(_SECONDS, _TIMES * (self._budget.seconds() - began))
        )

    def _confirmed(self, zone: Floats, k: int, proposed: Found, seconds: float) -> Found:
        """The same in whole numbers: nothing is better than what was proposed, or here it is."""
        whole, uppers = self.whole, self._uppers(zone)
        limit = uppers[k]
        known = (
            int(proposed.point[k])
            if proposed.kind == "point"
            else None
            if limit is None
            else limit + 1
        )
        cost = dict(whole.axes[k].terms)
        answer = whole.tree.least(cost, uppers, nodes=_NODES, seconds=seconds, below=known)
        self.solved += 1
        if answer.status == "empty":
            return (
                Found("point", proposed.plan, proposed.point, True)
                if proposed.kind == "point"
                else Found("empty")
            )
        if answer.x:
            plan, point = self._second_stage(
                uppers, k, whole.decided(answer.x), whole.point(answer.x)
            )
            return Found("point", plan, point, answer.status == "optimal")
        if self._budget.exhausted() is None and (proposed.kind == "empty" or proposed.proven):
            self.unconfirmed += 1
            return proposed
        return (
            Found("point", proposed.plan, proposed.point, False)
            if proposed.kind == "point"
            else Found("unknown")
        )

    def _uppers(self, zone: Floats) -> list[Number | None]:
        """What a plan below a zone has at most, in whole numbers."""
        return [None if math.isinf(u) else int(u) - 1 for u in zone.tolist()]

    def _proposed(self, zone: Floats, k: int) -> Found:
        """What HiGHS says; a plan is one, in whole numbers where axes are counted."""
        whole = self.whole
        limits = [float(u - axis.step) for u, axis in zip(zone, whole.axes, strict=True)]
        cuts = [whole.cut(j, limit) for j, limit in enumerate(limits) if math.isfinite(limit)]
        weight = self._augmented(zone, k)
        for _ in range(_REPAIRS):
            answer = self._minimised(_weights(whole, k, weight), cuts)
            if answer.status == "infeasible":
                return Found("empty")
            if answer.status != "optimal":
                return Found("unknown")
            read = self._read(answer.x, self._uppers(zone) if whole.counted else [None] * len(zone))
            if read is not None and all(v < u for v, u in zip(read[1], zone, strict=True)):
                break
            # a tolerance let through what does not hold exactly: forbid this one plan
            forbidden = None if whole.counted else _no_good(whole, answer.x)
            if forbidden is None:
                return Found("unknown")
            cuts.append(forbidden)
        else:
            return Found("unknown")
        plan, point = read
        proven = answer.bound > answer.value - 0.5 * (weight or 1.0)
        if weight is None and len(whole.axes) > 1:
            plan, point = self._second_stage(
                self._uppers(zone) if whole.counted else [None] * len(zone), k, plan, point, cuts
            )
        return Found("point", plan, point, proven)

    def _second_stage(
        self,
        uppers: Sequence[Number | None],
        k: int,
        plan: Floats,
        point: tuple[float, ...],
        cuts: Sequence[highs.Cut] | None = None,
    ) -> tuple[Floats, tuple[float, ...]]:
        """Among the optima of objective k one that nothing dominates; the first plan where that
        cannot be found out.
        """
        whole = self.whole
        if len(whole.axes) == 1:
            return plan, point
        weights = [
            1.0 / max(1.0, axis.high - axis.low) if math.isfinite(axis.high) else UNRANGED
            for axis in whole.axes
        ]
        noise = 0.0 if whole.axes[k].counted else NOISE * abs(point[k])
        if cuts is None:
            cuts = [whole.cut(j, float(u)) for j, u in enumerate(uppers) if u is not None]
        answer = self._minimised(
            [w / min(weights) for w in weights], [*cuts, whole.cut(k, point[k] + noise)]
        )
        read = self._read(answer.x, uppers) if answer.status == "optimal" else None
        return (plan, point) if read is None or read[1][k] > point[k] else read

    def _read(
        self, x: Floats, uppers: Sequence[Number | None]
    ) -> tuple[Floats, tuple[float, ...]] | None:
        """The decisions of a float answer (columns,) and their values; None where rounding shows
        that it does not hold.
        """
        whole = self.whole
        if not whole.counted:
            return whole.plan(x)
        weights = [
            Fraction(1) if not axis.high > axis.low else 1 / Fraction(axis.high - axis.low)
            for axis in whole.axes
        ]
        answer = whole.tree.least(
            whole.weighted(weights), uppers, nodes=_REPAIRS, fixed=whole.snapped(x)
        )
        return (whole.decided(answer.x), whole.point(answer.x)) if answer.x else None

    def _augmented(self, zone: Floats, k: int) -> float | None:
        """The weight W of objective k in W * f_k + sum of the others that puts f_k first; None
        where it would be too large.
        """
        axes = self.whole.axes
        if not all(axis.exact for axis in axes):
            return None
        tops = [min(float(u) - 1.0, axis.high) for u, axis in zip(zone, axes, strict=True)]
        weight = 1.0 + sum(
            top - axis.low for j, (top, axis) in enumerate(zip(tops, axes, strict=True)) if j != k
        )
        return weight if weight * max(1.0, tops[k] - axes[k].low) < _AUGMENTED else None

    def _minimised(self, weights: Sequence[float], cuts: Sequence[highs.Cut]) -> highs.Answer:
        self.solved += 1
        return highs.minimise(self.whole.program, self.whole.cost(weights), self._budget, cuts=cuts)


def _weights(whole: Whole, k: int, weight: float | None) -> list[float]:
    rest = 0.0 if weight is None else 1.0
    return [(weight or 1.0) if j == k else rest for j in range(len(whole.axes))]


def _no_good(whole: Whole, x: Floats) -> highs.Cut | None:
    """A row that only the given plan breaks; None unless every decision is yes/no."""
    decisions = whole.problem.decisions
    if not all(d.binary for d in decisions):
        return None
    taken = np.rint(x[: len(decisions)])
    signs = np.where(taken > 0.5, -1.0, 1.0)
    return highs.Cut(
        np.arange(len(decisions), dtype=np.int32), signs, 1.0 - float(taken.sum()), np.inf
    )
