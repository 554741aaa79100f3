"""The part of a problem that stands in whole columns alone, where other parts need real ones: its
objectives' best plans, and what they prove of the whole.

Rows that are left out only allow more: a least value of the part bounds that of the problem from
below, and a plan of it that holds is the best there is.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.corners import Corners
from optimiser.engine.exact.narrowed import narrowed
from optimiser.engine.exact.questions import LeastAnswer
from optimiser.engine.exact.wide_program import wide_program
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.corners import Finder
    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.engine.problem import Linear, Problem, Row
    from optimiser.front import Floats

__all__ = ["CountedEnds", "counted_ends"]

# nodes of a corner, after which what is known by then has to do
_NODES = 200_000


@dataclass(frozen=True, eq=False)
class CountedEnds:
    """What the corners of the part are.

    Attributes:
        plans: (k, n) decisions of plans of the part, which the rest of the problem may forbid.
        bounds: (m,) what each objective of the problem is at least, in its own unit; None where
            nothing is proven.
        infeasible: whether it is proven that no plan holds.
    """

    plans: Floats
    bounds: tuple[Fraction | None, ...]
    infeasible: bool = False


def counted_ends(problem: Problem, budget: Budget, /) -> CountedEnds:
    """The corners of the part, as far as the budget and a number of nodes go."""
    m, n = len(problem.objectives), len(problem.decisions)
    nothing = CountedEnds(np.empty((0, n)), (None,) * m)
    linear = problem.linear
    if not linear or any(c.kind != "whole" for c in linear.columns[:n]):
        return nothing
    part, whose = _part(linear)
    view = wide_program(replace(problem, linear=part)) if whose else None
    narrow = None if view is None else narrowed(view)
    if view is None or narrow is None:
        return nothing

    def finder(given: WideProgram) -> Finder:
        own = narrow if given is view else narrowed(given)
        assert own is not None
        return LeastAnswer(given, own)

    corners = Corners(view, finder)
    while not corners.over and budget.exhausted() is None and corners.nodes < _NODES:
        corners.step(lambda: True)
    bounds: list[Fraction | None] = [None] * m
    for k, low, unit, offset in zip(whose, corners.floors, view.unit, view.offset, strict=True):
        # behind a link, or rounded, a row's value is not the objective's
        exact = linear.resolution is None and not (linear.linked and linear.linked[k])
        bounds[k] = unit * low + offset if exact else None
    plans = np.array(corners.plans, dtype=np.int64).reshape(-1, len(view.columns))
    infeasible = corners.infeasible and linear.resolution is None
    return CountedEnds(view.decisions(plans), tuple(bounds), infeasible)


def _part(linear: Linear) -> tuple[Linear, list[int]]:
    """The rows over whole columns, and whose objectives are among them."""
    place = {
        j: i for i, j in enumerate(j for j, c in enumerate(linear.columns) if c.kind == "whole")
    }

    def moved(row: Row) -> Row:
        return replace(row, terms=tuple((place[j], c) for j, c in row.terms))

    def counted(row: Row) -> bool:
        return all(j in place for j, _ in row.terms)

    whose = [k for k, row in enumerate(linear.objectives) if counted(row)]
    part = replace(
        linear,
        columns=tuple(linear.columns[j] for j in place),
        objectives=tuple(moved(linear.objectives[k]) for k in whose),
        rows=tuple(moved(row) for row in linear.rows if counted(row)),
        products={
            place[z]: tuple(place[f] for f in factors)
            for z, factors in linear.products.items()
            if z in place and all(f in place for f in factors)
        },
        linked=(),
        enclosing=(),
        positions={},
    )
    return part, whose
