"""The best plan of every objective of a linear problem with real and whole columns, exactly, before
anything else.

The corner of objective k is lexicographic: k first, then the others in their order. What a gap is a
share of, and what is proven of the best values, follows from the corners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.branching.refutation_tree import RefutationTree

if TYPE_CHECKING:
    from optimiser.engine.branching.refutation_tree import Least
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear, Point

__all__ = ["MixedCorners", "activity", "corners_of"]

# nodes of the first try of each step; every further one gets so many times more
_NODES, _MORE = 500, 8
_ZERO = Fraction(0)

Value = tuple[Fraction, ...]


@dataclass(eq=False)
class MixedCorners:
    """What is known of the corners, values in the units of the objectives' rows, constants
    included.

    Attributes:
        tree: over the problem, with the objectives' rows as its limits.
        plans: (columns,) exact plans, corners first where proven; their values are in ``points``.
        points: (m,) each.
        bounds: (m,) proven least values, None where nothing is proven.
        proven: whether every corner is.
        status: "infeasible" or "unbounded" (in objective ``worst``) where that is proven.
        solved: questions asked.
    """

    tree: RefutationTree
    bounds: list[Fraction | None]
    plans: list[Point] = field(default_factory=list)
    points: list[Value] = field(default_factory=list)
    proven: bool = False
    status: str = ""
    worst: int = -1
    solved: int = 0

    def scale(self, linear: Linear, /) -> list[Fraction] | None:
        """(m,) the range of each objective over the corners; where they agree, over all plans; None
        while that is not known.
        """
        if not self.proven:
            return None
        corners = self.points[: len(linear.objectives)]
        found = [max(values) - min(values) for values in zip(*corners, strict=True)]
        for k, width in enumerate(found):
            # corners that agree in everything are one ideal plan, or all of a front in two
            # objectives
            if width or len(found) < 3 or len(set(corners)) == 1:
                continue
            terms = {j: -c for j, c in linear.objectives[k].terms}
            self.solved += 1
            most = self.tree.least(terms, [None] * len(found), nodes=_NODES * _MORE)
            if most.bound is None:
                return None
            found[k] = linear.objectives[k].constant - most.bound - corners[0][k]
        return found


def activity(linear: Linear, x: Sequence[Fraction], /) -> Value:
    """(m,) the values of the objectives' rows at a plan (columns,), constants included."""
    return tuple(
        sum((c * x[j] for j, c in row.terms), Fraction(row.constant)) for row in linear.objectives
    )


def corners_of(linear: Linear, budget: Budget, /) -> MixedCorners:
    """Search for the corners in turns, until all are proven or the budget ends."""
    m = len(linear.objectives)
    found = MixedCorners(
        RefutationTree(linear, [dict(row.terms) for row in linear.objectives], budget), [None] * m
    )
    steps: list[list[Fraction | None]] = [[None] * m for _ in range(m)]
    places: list[Point] = [()] * m
    waiting = list(range(m))
    nodes = _NODES
    while waiting and budget.exhausted() is None:
        for k in tuple(waiting):
            order = (k, *(i for i in range(m) if i != k))
            for i in order:
                if steps[k][i] is not None:
                    continue
                answer = _asked(found, linear, i, steps[k], nodes)
                if found.status:
                    return found
                if i == k and answer.bound is not None:
                    low = answer.bound + linear.objectives[k].constant
                    before = found.bounds[k]
                    found.bounds[k] = low if before is None else max(before, low)
                if answer.x:
                    places[k] = answer.x
                if answer.status != "optimal" or answer.value is None:
                    break
                steps[k][i] = answer.value
            else:
                waiting.remove(k)
        nodes *= _MORE
    found.proven = not waiting
    for x in places:
        if x:
            found.plans.append(x)
            found.points.append(activity(linear, x))
    return found


def _asked(
    found: MixedCorners, linear: Linear, i: int, uppers: Sequence[Fraction | None], nodes: int
) -> Least:
    found.solved += 1
    answer = found.tree.least(dict(linear.objectives[i].terms), uppers, nodes=nodes)
    if answer.status == "empty":
        found.status = "infeasible"
    elif answer.status == "unbounded":
        found.status, found.worst = "unbounded", i
    return answer
