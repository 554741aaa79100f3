"""Exact values of expressions at many whole plans."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from optimiser.expressions import IntegerForms, Polynomial, evaluating, integer_forms
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain
    from optimiser.expressions import Remembering
    from optimiser.formulate.parts import Parts
    from optimiser.front import Floats

__all__ = ["ExactColumn", "ExactNumbers", "PlanByPlan"]

_KEPT = 1_000  # plans

_V = TypeVar("_V")


@dataclass(frozen=True, eq=False)
class ExactColumn:
    """One output at k plans: ``numbers / denominator``, valid where ``defined``."""

    numbers: NDArray[Any]
    denominator: int
    defined: NDArray[np.bool_]


class PlanByPlan(Generic[_V]):
    """Plans at which something is valued one after another: told is only what differs from the one
    before.

    Args:
        domains: the n decisions.
        values: of the nodes at given decisions.
    """

    def __init__(self, domains: Sequence[Domain], values: Remembering[_V], /) -> None:
        self._domains, self._values = domains, values
        self._before, self._asked = np.zeros(len(domains)), 0

    def at(self, plan: Floats, /) -> dict[int, _V]:
        """The values at a plan (n,)."""
        with self._values.alone:
            ours = self._asked and self._asked == self._values.asked
            differs = np.flatnonzero(plan != self._before) if ours else np.arange(len(plan))
            moved = zip(differs.tolist(), plan[differs].tolist(), strict=True)
            domains = self._domains
            found = self._values.at({domains[j].name: domains[j].rational(v) for j, v in moved})
            self._before, self._asked = plan.copy(), self._values.asked
            return found


class ExactNumbers:
    """Exact values of nodes at many whole plans: whole numbers where they can be, else
    fractions.
    """

    def __init__(self, pieces: Parts, nodes: Sequence[int], /) -> None:
        self._nodes = list(nodes)
        expanded = pieces.expansions.polynomials(self._nodes)
        whole = {node: found for node, found in expanded.items() if found is not None}
        self._whole = list(whole)
        self._other = [node for node in expanded if node not in whole]
        self._domains = pieces.domains
        self._inputs = pieces.shared.inputs
        self._plan_by_plan = PlanByPlan(
            self._domains, evaluating(pieces.graph, self._other, pieces.values)
        )
        self._last: dict[bytes, tuple[Fraction | None, ...]] = {}
        self._forms = self.forms(list(whole.values()))

    @property
    def polynomial(self) -> bool:
        """Whether every node is one, so that plans are valued many at once."""
        return not self._other

    def forms(self, polynomials: Sequence[Polynomial], /) -> IntegerForms:
        """Polynomials over the decisions, to be evaluated exactly."""
        domains = self._domains
        return integer_forms(
            polynomials,
            inputs=self._inputs,
            denominators={d.name: d.denominator for d in domains if d.values},
            bounds={
                d.name: (d.lower, d.upper)
                for d in domains
                if d.lower is not None and d.upper is not None
            },
            listed={d.name: d.values for d in domains if d.values},
        )

    def columns(self, x: Floats, /) -> list[ExactColumn]:
        """(k, n) -> one column a node."""
        everywhere = np.ones(len(x), dtype=bool)
        keys = self._forms.keys(x)
        exact = [
            ExactColumn(keys[:, j], d, everywhere) for j, d in enumerate(self._forms.denominators)
        ]
        found = dict(zip(self._whole, exact, strict=True))
        if self._other:
            rows = [self._valued(plan) for plan in x]
            for place, node in enumerate(self._other):
                values = [row[place] for row in rows]
                numbers = np.array([Fraction(0) if v is None else v for v in values], dtype=object)
                found[node] = ExactColumn(
                    numbers, 1, np.array([v is not None for v in values], dtype=bool)
                )
        return [found[node] for node in self._nodes]

    def _valued(self, plan: Floats) -> tuple[Fraction | None, ...]:
        """The values that are no polynomials at a plan (n,): those of the last plans are kept, as
        they are asked for when plans are admitted and again when they are compared.
        """
        key = plan.tobytes()
        if key not in self._last:
            found = self._plan_by_plan.at(plan)
            if len(self._last) >= _KEPT:
                self._last.clear()
            self._last[key] = tuple(found[node] for node in self._other)
        return self._last[key]

    def floats(self, x: Floats, /) -> Floats:
        """(k, nodes) the exact values, each rounded once; NaN where undefined."""
        result = np.full((len(x), len(self._nodes)), np.nan)
        for place, column in enumerate(self.columns(x)):
            whole = column.numbers.dtype != object  # whose quotients are rounded once too
            given = column.numbers.tolist() if whole else map(Fraction, column.numbers.tolist())
            numbers = np.array([float(number / column.denominator) for number in given])
            result[column.defined, place] = numbers[column.defined]
        return result
