"""The two sides of every comparison at given plans, in the planner's own units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.parts import Bound
    from optimiser.front import Floats

__all__ = ["ComparedBound", "compared"]


@dataclass(frozen=True)
class ComparedBound:
    """A constraint, or the limit of a phase, at a plan. Numbers are NaN where undefined.

    Attributes:
        name: the constraint's id, or what is limited and where, in English.
        phase: the one phase that it is about; empty where it is about all.
        value: what is compared.
        bound: what it is compared with; where both sides depend on decisions, the larger of an
            inequality that holds.
        excess: how far it is from holding, in the units of the two: above 0 it does not hold.
        upper: whether the value may not be above the bound; else not below.
        equality: whether the two must be the same; the excess is then their distance.
    """

    name: str
    phase: str
    value: float
    bound: float
    excess: float
    upper: bool
    equality: bool

    @property
    def slack(self) -> float:
        """How much room is left, in the units of the two sides; below 0 where it does not hold."""
        return -self.excess + 0.0


def compared(
    bounds: Iterable[Bound],
    graph: Graph,
    decided: Iterable[str],
    valued: Callable[[tuple[int, ...]], Floats],
    /,
) -> list[tuple[ComparedBound, ...]]:
    """Each comparison at k plans, in the order of the file.

    Args:
        bounds: the comparisons.
        graph: of their nodes.
        decided: the names that are decisions; everything else is a constant.
        valued: nodes -> (k, nodes) their exact values, each rounded once.
    """
    bounds, decisions = list(bounds), frozenset(decided)
    if not bounds:
        return []
    values = valued(tuple(node for b in bounds for node in (b.node, b.top, b.bottom)))
    upper = [
        decisions.isdisjoint(graph.symbols(b.bottom))
        or not decisions.isdisjoint(graph.symbols(b.top))
        for b in bounds
    ]
    found = []
    for row in values.tolist():
        at = iter(row)
        found.append(
            tuple(
                _comparison(bound, next(at), next(at), next(at), up)
                for bound, up in zip(bounds, upper, strict=True)
            )
        )
    return found


def _comparison(
    bound: Bound, excess: float, top: float, bottom: float, upper: bool
) -> ComparedBound:
    name = bound.group.removesuffix(f"@{bound.phase}") if bound.phase else bound.group
    value, limit = (top, bottom) if upper else (bottom, top)
    excess = abs(excess) if bound.equality else excess
    return ComparedBound(name, bound.phase, value, limit, excess, upper, bound.equality)
