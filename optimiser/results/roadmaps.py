"""The plans of a result phase by phase: what starts, what is spent, what is reached; and year by
year: what is paid and gained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optimiser.front import finite
from optimiser.language import tr
from optimiser.results.wording import column_words, readable, readable_or

if TYPE_CHECKING:
    from optimiser.formulate import Roadmap
    from optimiser.results.ranked_plans import RankedPlans

__all__ = ["cash_records", "cash_words", "roadmap_records", "roadmaps", "spent_words"]

_AMOUNTS = ("spent", "gained", "cumulated")


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
        tr("{value} of {most}", value=value, most=most) if most else value
        for value, most in zip(values, available, strict=True)
    ]
    return (tr("{name} spent", name=title) if roadmap.one_off[indicator] else title), cells


def cash_records(
    result: RankedPlans, rows: Sequence[int] | None = None, /
) -> list[list[dict[str, Any]]]:
    """For each plan one table a cost and income that figures name, and that is defined, ready for
    JSON: neither is discounted, and what is left at the end is not in it.
    """
    plans = list(range(len(result.front.ids)) if rows is None else rows)
    if not result.scenario.figures:
        return [[] for _ in plans]
    phases = [phase.name for phase in result.scenario.horizon]
    found: list[list[dict[str, Any]]] = [[] for _ in plans]
    for table in result.model.cash(result.decisions(rows), result.points(rows)):
        for own, flows in zip(found, table.flows, strict=True):
            if flows is None:
                continue
            years = zip(table.cash.years, flows.years, flows.cumulated, strict=True)
            own.append(
                {
                    "cost": table.cash.cost,
                    "income": table.cash.income,
                    "years": [
                        {
                            "year": float(year.end),
                            "phase": phases[place.phase],
                            "spent": float(year.paid),
                            "gained": float(year.gained),
                            "cumulated": float(cumulated),
                        }
                        for place, year, cumulated in years
                    ],
                }
            )
    return found


def cash_words(table: dict[str, Any], /) -> list[list[str]]:
    """The columns of a table, headings first, numbers as a person reads them."""
    years = table["years"]
    columns = [
        [f"{year['year']:g}" for year in years],
        [year["phase"] for year in years],
        *(readable([year[key] for year in years]) for key in _AMOUNTS),
    ]
    spent = tr("{name} spent", name=table["cost"])
    headings = [tr("year"), tr("phase"), spent, table["income"], tr("cumulated")]
    return [[heading, *column] for heading, column in zip(headings, columns, strict=True)]
