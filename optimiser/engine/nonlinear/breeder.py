"""From points of the unit cube to evaluated plans that obey, and a draw among ways to make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.evaluator import Batch, Evaluator
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.restoration import Constraints
from optimiser.engine.nonlinear.variation import mutate, step_discrete

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats

__all__ = ["Breeder", "Credit"]

# a mixed-integer program, however small, costs milliseconds
_PROJECTION = 500.0


@dataclass(eq=False)
class Credit:
    """How often each of some choices paid lately, and a draw that prefers what pays."""

    count: int
    floor: float = 0.1
    memory: float = 0.95
    rate: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.rate = np.full(self.count, 0.5)

    def draw(self, rng: np.random.Generator, /) -> int:
        """A choice, each with at least the probability ``floor``."""
        share = self.rate / self.rate.sum()
        share = self.floor + (1.0 - self.count * self.floor) * share
        return min(self.count - 1, int(np.searchsorted(np.cumsum(share), rng.random())))

    def pay(self, choice: int, success: float, /) -> None:
        """Tell what came of a choice, between 0 and 1."""
        self.rate[choice] = max(
            1e-3, self.memory * self.rate[choice] + (1.0 - self.memory) * success
        )


@dataclass(eq=False)
class Breeder:
    """What every source of points needs to turn points of the cube into evaluated plans.

    Attributes:
        scarce: feasible points are rare: every point is moved towards the constraints before it is
            judged.
    """

    evaluator: Evaluator
    logic: LogicRepair
    constraints: Constraints
    rng: np.random.Generator
    scarce: bool = False

    def plans(self, u: Floats, /) -> Batch:
        """(k, n) points of the cube -> evaluated plans, discrete columns and logic rows
        respected.
        """
        x = self.evaluator.space.decode(u)
        if not len(self.logic):
            batch = self.evaluator(x)
        else:
            before = self.logic.projected
            x, allowed = self.logic.repair(x, self.rng)
            self.evaluator.work += _PROJECTION * (self.logic.projected - before)
            batch = self.evaluator(x, allowed=allowed)
        if self.evaluator.margins is not None and (self.scarce or self.evaluator.equal.any()):
            return self.constraints.inside(batch, reach=np.inf)
        return batch

    def vary(self, u: Floats, /) -> Floats:
        """Mutation of each column in its own kind, one column a point on average."""
        space = self.evaluator.space
        rate = 1.0 / max(1, int(space.real.sum()) + len(space.discrete))
        if not space.continuous:
            u = step_discrete(u, space.discrete, space.counts, self.rng, rate=rate)
            real = np.flatnonzero(space.real)
            if len(real):
                u[:, real] = mutate(u[:, real], self.rng, rate=rate)
            return u
        return mutate(u, self.rng, rate=rate)
