"""Answers to questions that are solved, as plain values for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optimiser.analysis.records import head, of_named_plan

if TYPE_CHECKING:
    from optimiser.analysis.alternatives import Alternatives
    from optimiser.analysis.best import Best
    from optimiser.analysis.replacement import Replacement

__all__ = ["of_alternatives", "of_best", "of_replacement"]


def of_best(found: Best, /) -> dict[str, Any]:
    """The best value under wishes; where nothing holds them, how near one gets to each."""
    return {
        **head(found.result, "best", found.notes),
        "objective": found.column.name,
        "sense": found.column.sense,
        "where": list(found.where),
        "feasible": found.feasible,
        "value": found.value,
        "bound": found.bound,
        "proven": found.proven,
        "plan": None if found.plan is None else of_named_plan(found.result, found.plan),
        "source": found.source,
        "reach": [{**asdict(one), "phase": one.phase or None} for one in found.reach],
    }


def of_alternatives(found: Alternatives, /) -> dict[str, Any]:
    """Plans nearly as good as one."""
    names = [column.name for column in found.result.front.columns]
    return {
        **head(found.result, "alternatives", found.notes),
        "plan": of_named_plan(found.result, found.plan),
        "within": dict(found.within),
        "differ": found.differ,
        "plans": [
            {
                **of_named_plan(found.result, one.plan),
                "differs": list(one.differs),
                "distance": one.distance,
                "change": dict(zip(names, one.change, strict=True)),
            }
            for one in found.plans
        ],
        "exhausted": found.exhausted,
        "proven": found.proven,
    }


def of_replacement(found: Replacement, /) -> dict[str, Any]:
    """What it costs to force, forbid or delay each technology: a part of an assessment."""
    names = [column.name for column in found.result.front.columns]
    return {
        "best": dict(zip(names, found.best, strict=True)),
        "score": found.score,
        "technologies": [
            {
                "technology": row.technology,
                "how": row.how,
                "phase": row.phase or None,
                "years": row.years,
                "feasible": row.feasible,
                "best": dict(zip(names, row.best, strict=True)),
                "cost": dict(zip(names, row.cost, strict=True)),
                "score": row.score,
                "score_cost": row.score_cost,
                "proven": row.proven,
            }
            for row in found.rows
        ],
        "notes": list(found.notes),
    }
