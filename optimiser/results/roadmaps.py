"""The plans of a result phase by phase: what starts, what is spent, what is reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optimiser.front import finite
from optimiser.results.wording import column_words, readable_or

if TYPE_CHECKING:
    from optimiser.formulate import Roadmap
    from optimiser.results.ranked_plans import RankedPlans

__all__ = ["roadmap_records", "roadmaps", "spent_words"]


def roadmaps(result: RankedPlans, rows: Sequence[int] | None = None, /) -> Roadmap:
    """The roadmaps of the plans in these rows of the front; of all plans by default.

    The result's scenario must have phases.
    """
    return result.model.phases(result.decisions(rows), result.points(rows))


def roadmap_records(result: RankedPlans, /) -> list[list[dict[str, Any]]]:
    """For each plan one record a phase, ready for JSON; none where the scenario has no phases.

    ``indicators`` holds what an ongoing indicator is in the phase and what is spent of a one-off
    one; ``available`` what could be spent where there is a limit.
    """
    if not result.scenario.phases:
        return [[] for _ in result.front.ids]
    found = roadmaps(result)
    names = [column.name for column in found.indicators]
    return [
        [
            {
                "phase": phase,
                "starts": dict(found.starts[plan][place]),
                "indicators": dict(
                    zip(names, map(finite, found.values[plan, place].tolist()), strict=True)
                ),
                "available": {
                    name: value
                    for name, value in zip(
                        names, map(finite, found.available[plan, place].tolist()), strict=True
                    )
                    if value is not None
                },
            }
            for place, phase in enumerate(found.phases)
        ]
        for plan in range(len(found.starts))
    ]


def spent_words(roadmap: Roadmap, plan: int, indicator: int, /) -> tuple[str, list[str]]:
    """A heading for an indicator in a roadmap and its value in each phase: ``7 of 9`` where there
    is a limit.
    """
    column = roadmap.indicators[indicator]
    title = column_words(column)
    values, available = (
        readable_or(array[plan, :, indicator].tolist(), "")
        for array in (roadmap.values, roadmap.available)
    )
    cells = [
        f"{value} of {most}" if most else value
        for value, most in zip(values, available, strict=True)
    ]
    return (f"{title} spent" if roadmap.one_off[indicator] else title), cells
