"""One plan of a result, its numbers by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["Plan", "plan_of_result"]


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan, listed or not, in the user's units and directions.

    Attributes:
        id: of its decisions, as everywhere.
        rank: among the listed plans; None of one that is not listed.
        score: likewise.
        decisions: id -> 0, 1, a level, an amount, with phases followed by ``@`` and the phase.
        objectives: id -> value; None where undefined.
        indicators: id -> value of the others, likewise.
        figures: id -> value, likewise.
        named: the same as the rooms below know it.
    """

    id: str
    rank: int | None
    score: float | None
    decisions: Mapping[str, int | float | str]
    objectives: Mapping[str, float | None]
    indicators: Mapping[str, float | None]
    figures: Mapping[str, float | None]
    named: NamedPlan = field(repr=False)

    @property
    def adopted(self) -> dict[str, int | float | str]:
        """The decisions that are not 0."""
        return {name: cell for name, cell in self.decisions.items() if cell != 0}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.objectives.items())
        rank = "" if self.rank is None else f", rank {self.rank}"
        return f"Plan({self.id!r}{rank}: {values}; {self.adopted})"


def plan_of_result(result: Result, plan: NamedPlan, /) -> Plan:
    """A plan of a result by names."""
    from optimiser.analysis.records import of_named_plan

    record: dict[str, Any] = of_named_plan(result, plan)
    return Plan(**record, named=plan)
