"""The plans of a result phase by phase: what starts, what is spent, what is reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.front import finite
from optimiser.study.words import readable

if TYPE_CHECKING:
    from optimiser.formulate import Roadmap
    from optimiser.study.result import Result

__all__ = ["roadmap_records", "roadmaps", "spent_words"]


def roadmaps(result: Result, rows: Sequence[int] | None = None, /) -> Roadmap:
    """The roadmaps of the plans in these rows of the front; of all plans by default.

    The result's scenario must have phases.
    """
    from optimiser.formulate import formulate

    front = result.front
    model = formulate(result.scenario)
    chosen = range(len(front)) if rows is None else rows
    x = [model.encode(dict(zip(front.decision_columns, front.cells[row], strict=True))) for row in chosen]
    return model.phases(np.array(x))


def roadmap_records(result: Result, /) -> list[list[dict[str, Any]]]:
    """For each plan one record a phase, ready for JSON; none where the scenario has no phases.

    ``indicators`` holds what an ongoing indicator is in the phase and what is spent of a one-off one; ``available`` what could
    be spent where there is a limit.
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
                "indicators": dict(zip(names, map(finite, found.values[plan, place].tolist()), strict=True)),
                "available": {
                    name: value
                    for name, value in zip(names, map(finite, found.available[plan, place].tolist()), strict=True)
                    if value is not None
                },
            }
            for place, phase in enumerate(found.phases)
        ]
        for plan in range(len(found.starts))
    ]


def spent_words(roadmap: Roadmap, plan: int, indicator: int, /) -> tuple[str, list[str]]:
    """A heading for an indicator in a roadmap and its value in each phase: ``7 of 9`` where there is a limit."""
    column = roadmap.indicators[indicator]
    title = column.title or column.name
    values, available = (_texts(array[plan, :, indicator].tolist()) for array in (roadmap.values, roadmap.available))
    cells = [f"{value} of {most}" if most else value for value, most in zip(values, available, strict=True)]
    return (f"{title} spent" if roadmap.one_off[indicator] else title), cells


def _texts(values: list[float]) -> list[str]:
    """Numbers with the same decimals; one that is not there is empty."""
    texts = iter(readable([value for value in values if np.isfinite(value)]))
    return [next(texts) if np.isfinite(value) else "" for value in values]
