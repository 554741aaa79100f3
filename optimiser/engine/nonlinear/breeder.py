"""From points of the unit cube to evaluated plans that obey, and a draw among ways to make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.evaluator import Batch, Evaluator
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.restoration import Constraints
from optimiser.engine.nonlinear.tolerances import LEAST_CREDIT, TINY
from optimiser.engine.nonlinear.variation import mutate, simulated_binary, step_discrete

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.nonlinear.listed_choices import ListedChoices
    from optimiser.engine.problem import Floats

    Positions = NDArray[np.int64]

__all__ = ["Breeder", "Credit", "breeder_of"]

# columns with more values are blended like reals
_FEW = 8
# of so many first points one is in a corner
_CORNERS = 4
# more columns have too many corners to try some
_NUMBERED = 12
# a mixed-integer program, however small, costs milliseconds
_PROJECTION = 500.0


def breeder_of(
    evaluator: Evaluator,
    rng: np.random.Generator,
    /,
    *,
    choices: ListedChoices | None = None,
    should_stop: Callable[[], object] | None = None,
) -> Breeder:
    """Repair and restoration for a problem, on the evaluator's meter."""
    rows, space = evaluator.problem.logic, evaluator.space
    logic = LogicRepair(rows, space, choices, should_stop=should_stop)
    return Breeder(evaluator, logic, Constraints(evaluator, logic), rng)


@dataclass(eq=False)
class Credit:
    """How well each of some choices paid lately, and a draw that prefers what pays.

    Attributes:
        weights: how many times over the success of each choice counts.
        floor: the least probability of a choice.
        memory: weight of the past.
        usual: what a choice gained lately, whichever it was.
        rate: (choices,) success lately, between 0 and 1.
    """

    weights: tuple[float, ...]
    floor: float
    memory: float = 0.9
    usual: float = 0.0
    rate: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.rate = np.full(len(self.weights), 0.5)
        self._weights = np.array(self.weights)

    def draw(self, rng: np.random.Generator, /) -> int:
        """A choice, each with at least the probability ``floor``."""
        share = self.rate * self._weights
        share = self.floor + (1.0 - len(share) * self.floor) * share / share.sum()
        return min(len(share) - 1, int(np.searchsorted(np.cumsum(share), rng.random())))

    def pay(self, choice: int, gain: float, /) -> None:
        """Tell what a choice gained, at least 0, in any unit: what counts is its share in itself
        and the usual gain, which means the same while gains fall by powers of ten.
        """
        new = 1.0 - self.memory
        self.usual = self.memory * self.usual + new * gain
        success = gain / max(gain + self.usual, TINY)
        self.rate[choice] = max(LEAST_CREDIT, self.memory * self.rate[choice] + new * success)


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

    @property
    def blind(self) -> bool:
        """True where derivatives are missing: variation alone has to come to the front, column by
        column, and out of corners.
        """
        return not self.evaluator.smooth

    @property
    def rebound(self) -> float:
        """Share of the children over a bound that do not end on it."""
        return 0.5 if self.blind else 0.0

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

    def sample(self, size: int, /) -> Floats:
        """(size, n) points of the cube, one in each slice of every column; where derivatives lead
        out of corners and there are few of these, up to a quarter of the points are in corners,
        where the best of an objective often is.
        """
        n = self.evaluator.n
        strata = self.rng.permuted(np.tile(np.arange(size), (n, 1)), axis=1).T
        found: Floats = (strata + self.rng.random((size, n))) / size
        if not self.blind and n <= _NUMBERED:
            corners = self.rng.choice(2**n, min(size // _CORNERS, 2**n), replace=False)
            found[: len(corners)] = corners[:, None] >> np.arange(n) & 1
        return found

    def cross(self, parents: Floats, /, *, eta: float = 15.0) -> Floats:
        """(2k, n) parents, the first half with the second -> (2k, n) children."""
        half = len(parents) // 2
        child = simulated_binary(parents[:half], parents[half:], self.rng, eta=eta)
        return self.inherit(child, parents, np.roll(parents, half, axis=0))

    def inherit(self, child: Floats, first: Floats, second: Floats, /) -> Floats:
        """(k, n) children whose columns with few values come from one of their parents (k, n) as
        they are: there is no half way between yes and no.
        """
        few = self.few
        if len(few):
            child = child.copy()
            swap = self.rng.random((len(child), len(few))) < 0.5
            child[:, few] = np.where(swap, second[:, few], first[:, few])
        return child

    @property
    def few(self) -> Positions:
        """(c,) positions of the discrete columns with few values."""
        space = self.evaluator.space
        found: Positions = space.discrete[space.counts[space.discrete] <= _FEW]
        return found

    def vary(self, u: Floats, /, *, columns: float = 1.0, eta: float = 20.0) -> Floats:
        """(k, n) -> (k, n), each column mutated in its own kind, so many a point on average."""
        space = self.evaluator.space
        rate = columns / max(1, int(space.real.sum()) + len(space.discrete))
        if not space.continuous:
            u = step_discrete(u, space.discrete, space.counts, self.rng, rate=rate)
            real = np.flatnonzero(space.real)
            if len(real):
                u[:, real] = mutate(u[:, real], self.rng, rate=rate, eta=eta)
            return u
        return mutate(u, self.rng, rate=rate, eta=eta)
