"""Why a plan is what it is, for other programs: as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optimiser.analysis.records import head, of_named_plan
from optimiser.results.document import cell_value

if TYPE_CHECKING:
    from optimiser.analysis.breaches import Nearest
    from optimiser.analysis.explaining import Explanation

__all__ = ["record"]


def record(found: Explanation, /) -> dict[str, Any]:
    """The whole explanation, ready for JSON."""
    front, ids = found.result.front, found.result.front.ids
    names = [column.name for column in front.columns]
    return {
        **head(found.result, "explain", found.notes),
        "plan": of_named_plan(found.result, found.plan),
        "reference": found.plan.name or None,
        "status": found.status,
        "status_proven": found.proven,
        "dominated_by": [
            {"plan": ids[row], "by": dict(zip(names, by, strict=True))}
            for row, by in found.dominated_by
        ],
        "dominated_by_mixture": list(found.mixed),
        "violated": [{**asdict(one), "phase": one.phase or None} for one in found.violated],
        "contributions": {
            name: [{"source": part.source, "value": part.value} for part in own.parts]
            for name, own in found.contributions.items()
        },
        "baseline": {name: own.baseline for name, own in found.contributions.items()},
        "ordered": [name for name, own in found.contributions.items() if own.ordered],
        "slack": [
            {**asdict(one), "phase": one.phase or None, "binding": one.binding}
            for one in found.slack
        ],
        "gives_up": {name: asdict(one) for name, one in zip(names, found.gives_up, strict=False)},
        "neighbours": [
            {
                "plan": ids[one.row],
                "change": dict(zip(names, one.change, strict=True)),
                "add": list(one.differs.add),
                "drop": list(one.differs.drop),
                "alter": list(one.differs.alter),
            }
            for one in found.neighbours
        ],
        **_preferences(found, names),
        "nearest": None if found.nearest is None else _nearest(found.nearest),
    }


def _preferences(found: Explanation, names: list[str]) -> dict[str, Any]:
    intervals, moved, best, way = (
        found.weight_intervals,
        found.to_first,
        found.best_when,
        found.give_way,
    )
    return {
        "weight_intervals": None
        if intervals is None
        else {n: [float(end) for end in ends] for n, ends in zip(names, intervals, strict=True)},
        "to_first": None
        if moved is None
        else {
            "weights": {n: float(w) for n, w in zip(names, moved.weights, strict=True)},
            "distance": float(moved.distance),
        },
        "best_when": None
        if best is None
        else {"objective": names[best.objective], "where": list(found.limits)},
        "give_way": {}
        if way is None
        else {
            n: dict(zip(names, row, strict=True))
            for n, row in zip(names, way.tolist(), strict=True)
        },
    }


def _nearest(found: Nearest) -> dict[str, Any]:
    return {
        "changes": [
            {
                "path": name,
                "from": cell_value(before),
                "to": (to := cell_value(after)),
                "by": to - start
                if not isinstance(start := cell_value(before), str) and not isinstance(to, str)
                else None,
                "set": f"{name}={after}",
            }
            for name, before, after in found.changes
        ],
        "result": found.result,
        "plan": found.id,
    }
