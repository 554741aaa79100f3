"""What a limit on an aggregate does not say of its phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.language import trn

if TYPE_CHECKING:
    from optimiser.results.ranked_plans import RankedPlans

__all__ = ["phase_notes"]


def phase_notes(result: RankedPlans, /) -> list[str]:
    """One sentence for each constraint that plans hold for its aggregate and break in a phase."""
    scenario = result.scenario
    if len(scenario.phases) < 2 or not scenario.constraints:
        return []
    broken = result.model.broken_in_phases(result.decisions(), result.points())
    count = len(result.front.ids)
    return [
        trn(
            "{plans} of {number} plan keep '{name}' on the whole and break it in a phase; "
            "'phases: each' asks for it in every one",
            "{plans} of {number} plans keep '{name}' on the whole and break it in a phase; "
            "'phases: each' asks for it in every one",
            count,
            plans=plans,
            name=name,
        )
        for name, plans in broken.items()
        if plans
    ]
