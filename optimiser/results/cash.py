"""What the plans of a result pay and gain in each year, as rows and as words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optimiser.results.wording import readable

if TYPE_CHECKING:
    from optimiser.results.ranked_plans import RankedPlans

__all__ = ["CASH_HEADINGS", "cash_records", "cash_words"]

CASH_HEADINGS = ("year", "phase", "spent", "gained", "cumulated")


def cash_records(
    result: RankedPlans, rows: Sequence[int] | None = None, /
) -> list[list[dict[str, Any]]]:
    """For each plan one table a cost and income that figures name, ready for JSON: neither is
    discounted, and what is left at the end is not in it.
    """
    plans = list(range(len(result.front.ids)) if rows is None else rows)
    if not result.scenario.figures:
        return [[] for _ in plans]
    phases = [phase.name for phase in result.scenario.horizon]
    found: list[list[dict[str, Any]]] = [[] for _ in plans]
    for table in result.model.cash(result.decisions(rows), result.points(rows)):
        for own, flows in zip(found, table.flows, strict=True):
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
        *(readable([year[key] for year in years]) for key in CASH_HEADINGS[2:]),
    ]
    headings = ["year", "phase", f"{table['cost']} spent", table["income"], "cumulated"]
    return [[heading, *column] for heading, column in zip(headings, columns, strict=True)]
