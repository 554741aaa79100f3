"""Plans of a model that is not linear that ask little of its limits: found by a search, claimed of
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from optimiser.analysis.elastic import elastic
from optimiser.errors import OptimiseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimiser.analysis.changeable import Changeable
    from optimiser.engine import Budget
    from optimiser.engine.problem import Point
    from optimiser.formulate import Model

__all__ = ["points_near"]

#: of one search
_SECONDS: Final = 3.0


def points_near(
    model: Model, limits: Sequence[Changeable], budget: Budget, /, *, seed: int
) -> Iterator[Point]:
    """Decisions for which the limits have to give little, the best first.

    Args:
        model: the scenario, formulated.
        limits: that may give way.
        budget: ends the search.
        seed: of everything random in it.
    """
    from optimiser import engine
    from optimiser.engine import Options

    seconds = min(_SECONDS, budget.remaining())
    if seconds <= 0:
        return
    loose = elastic(model, limits)
    options = Options(method="evolutionary", seed=seed, time_limit=seconds)
    try:
        solution = engine.solve(loose.problem, options)
    except OptimiseError:
        return
    own = [domain.name for domain in model.at().decisions]
    for point in solution.points(loose.problem):
        decided = loose.decided(point)
        yield tuple(decided[name] for name in own)
