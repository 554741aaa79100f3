"""What verification stands on: the listed plans computed again from the scenario, their decisions
and the rows they stand on.

Decisions are rationals: the decimals in the cells, or where a plan stands on rows, what these rows
determine. Objectives are rationals too, unless an expression is irrational; then values that are
correctly rounded are compared as floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.analysis.tolerances import IRRATIONAL
from optimiser.dominance import non_dominated
from optimiser.engine import ordinals
from optimiser.engine.holding import holding, in_domains
from optimiser.engine.standing import rebuilt
from optimiser.language import tr
from optimiser.results.wording import decision_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Point, Problem
    from optimiser.formulate import Model
    from optimiser.front import Flags, Floats, Front
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["Ground", "Plans", "Values", "ground_of", "pure"]

Values = tuple[Fraction, ...]
"""The m objectives of a plan, minimised, exact."""


@dataclass(frozen=True, eq=False)
class Plans:
    """Plans with their exact decisions and objectives.

    Attributes:
        problem: of which they are plans.
        x: (k, n) decisions as printed.
        given: k times the n decisions exactly; None where they are what the printed ones stand for.
    """

    problem: Problem
    x: Floats
    given: tuple[Point | None, ...]

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """k times the n decisions exactly. It takes a while for many plans."""
        return tuple(
            self.problem.point(row) if given is None else given
            for row, given in zip(self.x.tolist(), self.given, strict=True)
        )

    @cached_property
    def compared(self) -> tuple[NDArray[Any], Flags] | None:
        """(k, m) keys in the exact order of the objectives, and (k,) which hold exactly; None where
        a decision is real or an expression irrational."""
        return None if self.problem.exact is None else self.problem.exact(self.x)

    @cached_property
    def values(self) -> tuple[Values, ...] | None:
        """k times the objectives; None where one is irrational. It takes a while for many plans."""
        if self.problem.values is None:
            return None
        found: list[Values] = []
        for row in self.problem.values(self.points):
            known = tuple(value for value in row if value is not None)
            if len(known) < len(row):
                return None
            found.append(known)
        return tuple(found)

    def some(self, rows: Sequence[int], /) -> Plans:
        """Those in these rows."""
        found = Plans(self.problem, self.x[list(rows)], tuple(self.given[row] for row in rows))
        if self.compared is not None:
            keys, good = self.compared
            found.__dict__["compared"] = keys[list(rows)], good[list(rows)]
        return found


@dataclass(frozen=True, eq=False)
class Ground:
    """A result with what its plans are, computed again.

    Attributes:
        problem: with its constraints loosened by the tolerance where the front says so.
        plans: the k listed ones.
    """

    result: Result
    model: Model
    problem: Problem
    plans: Plans

    @property
    def front(self) -> Front:
        """What is listed."""
        return self.result.front

    @property
    def scenario(self) -> Scenario:
        """What it is a result of."""
        return self.result.scenario

    @property
    def exact(self) -> bool:
        """Whether plans are compared in exact arithmetic."""
        return self.problem.exact is not None or self.plans.values is not None

    @property
    def slack(self) -> Floats:
        """(m,) what two values may differ by and be the same."""
        y = self.front.y
        if self.exact:
            return np.zeros(y.shape[1])
        return np.asarray(IRRATIONAL * np.maximum(np.abs(y).max(axis=0), np.ptp(y, axis=0)))

    @property
    def given(self) -> list[Point | None]:
        """Of each listed plan its decisions where it stands on rows, which floats may not tell."""
        stands = self.front.stands or (None,) * len(self.plans)
        pairs = zip(self.plans.points, stands, strict=True)
        return [None if stand is None else point for point, stand in pairs]

    def read(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Plans:
        """Other (k, n) plans: of those that are not known exactly, the decimals."""
        return Plans(self.problem, x, tuple(points or [None] * len(x)))

    def holding(self, plans: Plans, /) -> Plans:
        """Of these plans the ones that hold exactly."""
        return plans.some(np.flatnonzero(self.exactly(plans)).tolist())

    def exactly(self, plans: Plans, /) -> Flags:
        """(k,) which of these plans surely hold exactly."""
        if plans.compared is not None:
            return in_domains(self.problem.decisions, plans.x) & plans.compared[1]
        return holding(self.problem, plans.x, plans.points).exactly

    def order(self, *blocks: Plans) -> list[Floats]:
        """Each block of plans as (k, m) floats in the order of the objectives of all of them: exact
        where these are rational.
        """
        keys = [block.compared[0] for block in blocks if block.compared is not None]
        if len(keys) == len(blocks):
            ranks = ordinals(np.concatenate(keys))
        elif all(block.values is not None for block in blocks):
            rows = [values for block in blocks for values in block.values or ()]
            exact = np.empty((len(rows), len(self.problem.objectives)), dtype=object)
            for i, row in enumerate(rows):
                exact[i] = row
            ranks = ordinals(exact)
        else:
            ranks = np.concatenate([self.minimised(block) for block in blocks])
        return np.split(ranks, np.cumsum([len(block) for block in blocks])[:-1])

    def minimised(self, plans: Plans, /) -> Floats:
        """(k, m) the objectives, each rounded once."""
        signs = self.front.signs
        return np.asarray(self.model.read(plans.x, plans.given).objectives * signs + 0.0)

    def undominated(self) -> tuple[Flags, Floats]:
        """(k,) which listed plans no other one dominates or equals, the first of equal ones aside,
        and what was compared.
        """
        compared = self.order(self.plans)[0]
        return non_dominated(compared), compared

    def named(self, plans: Plans, row: int, /) -> str:
        """A plan that is not listed, so that it can be found: its id and what it decides."""
        readings = self.model.read(plans.x[row : row + 1])
        cells = zip(self.model.decision_columns, readings.cells[0], strict=True)
        words = [decision_words(self.scenario, name, cell) for name, cell in cells if cell != "0"]
        decided = " + ".join(words) or tr("nothing adopted")
        return tr("{name} ({words})", name=readings.ids[0], words=decided)


def ground_of(result: Result, x: Floats, /) -> Ground:
    """The ground of a result whose (k, n) decisions could be read.

    Raises:
        ValueError: what a plan is said to stand on does not determine its decisions; the message
            begins with its id.
    """
    problem = result.problem
    stands = result.front.stands or (None,) * len(x)
    points = []
    for name, row, stand in zip(result.front.ids, x.tolist(), stands, strict=True):
        try:
            points.append(rebuilt(problem, row, stand))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return Ground(result, result.model, problem, Plans(problem, x, tuple(points)))


def pure(problem: Problem, /) -> bool:
    """Whether every mixture of plans is a plan, and has the mixture of their objectives: all is
    linear, nothing is whole.
    """
    linear = problem.linear
    if not linear or linear.resolution is not None or any(linear.linked):
        return False
    return all(column.kind == "real" for column in (*problem.decisions, *linear.columns))
