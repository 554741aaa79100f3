"""The whole front of a model in which few facts are open at a time, by labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options, Outcome
    from optimiser.engine.problem import Problem

__all__ = ["Labels"]


class Labels:
    """Label setting on decision diagrams: a second exact engine, which shares nothing with the
    search zones but the problem.
    """

    name: ClassVar[str] = "labels"
    rank: ClassVar[int] = 22
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = stored(
        "complete (as exact, columns of few values and few budgets): a second exact engine, "
        "strong where few prerequisites, groups and synergies are open at a time"
    )

    def declines(self, problem: Problem, /) -> str | None:
        """Real or wide columns, rounded logarithms, many budgets, no compiled part."""
        from optimiser.engine.labels import compiled
        from optimiser.engine.labels.reading import reading

        if not compiled():
            return stored("this installation was built without a C++ compiler")
        found = reading(problem)
        return found if isinstance(found, str) else None

    def suits(self, problem: Problem, /) -> str:
        """How many decisions there are, and how many products and rows tie them."""
        from optimiser.engine.labels.reading import reading

        found = reading(problem)
        if isinstance(found, str):
            raise ValueError(found)
        return stored(
            "in whole numbers: columns {columns}, rows {rows}, products {products}",
            columns=len(found.width),
            rows=len(found.row),
            products=len(found.factors),
        )

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """Every efficient plan, the canonical one of each point."""
        from optimiser.engine.labels.corners import LabelCorners
        from optimiser.engine.labels.reading import reading
        from optimiser.engine.labels.search import searched

        found = reading(problem)
        if isinstance(found, str):
            raise ValueError(found)
        corners = LabelCorners(found, options, budget)
        outcome = searched(found, options, budget, turn=corners.turn, scale=corners.scale)
        return corners.also(outcome)
