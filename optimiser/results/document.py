"""``result.json``: a result as a document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.front import Column, Front, Proof, Stand, finite
from optimiser.results.exact_values import exact_text
from optimiser.results.printable import printable
from optimiser.results.table import is_number

if TYPE_CHECKING:
    from optimiser.ranking import Ranked
    from optimiser.results.equal_plans import Equivalents
    from optimiser.results.ranked_plans import RankedPlans, ReferenceOutcome

__all__ = [
    "SCHEMA_VERSION",
    "cell_value",
    "decision_records",
    "equal_records",
    "json_text",
    "to_document",
    "with_equals",
]

SCHEMA_VERSION = 1
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_DEPTH = 3  # below the technologies of the scenario an entry is a line


def json_text(document: Mapping[str, Any], /) -> str:
    """A document as JSON that can be read and compared line by line: each plan and each technology
    is one line.
    """
    return printable(_laid_out(document, 0)) + "\n"


def _overrides(typed: Sequence[str], at: str) -> dict[str, Any]:
    return {"set": list(typed), "at": at or None}


def _laid_out(value: Any, depth: int) -> str:
    # the encoder of the standard library indents in Python, at many times the cost of encoding line
    # by line
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(part, dict | list) and part for part in parts) or (
        depth == _DEPTH and isinstance(value, dict)
    ):
        return _ENCODER.encode(value)
    margin = "\n" + " " * depth
    if isinstance(value, list):
        lines, (first, last) = [_ENCODER.encode(part) for part in value], "[]"
    else:
        lines, (first, last) = (
            [
                f"{_ENCODER.encode(key)}: {_laid_out(part, depth + 1)}"
                for key, part in value.items()
            ],
            "{}",
        )
    return f"{first}{margin} " + f",{margin} ".join(lines) + f"{margin}{last}"


def to_document(result: RankedPlans, /) -> dict[str, Any]:
    """The result as plain values, ready for JSON, in a fixed order."""
    front = result.front
    names = [column.name for column in front.columns]
    figures = result.scenario.figures
    source, proof = front.provenance, front.proof
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": result.scenario.resolved(),
        "scenario_hash": result.scenario.scenario_hash,
        "scenario_file": result.scenario.file,
        "objectives": [
            {
                **_column(column),
                "sense": column.sense,
                "weight": column.weight,
                "target": column.target,
                "range": None if column.range is None else list(column.range),
            }
            for column in front.columns
        ],
        "indicators": [_column(c) for c in front.indicator_columns if c.name not in figures],
        **(
            {"figures": [_column(c) for c in front.indicator_columns if c.name in figures]}
            if figures
            else {}
        ),
        "decisions": list(front.decision_columns),
        "plans": _plans(result),
        "ranking": _ranking(names, result.ranking),
        "ideal": _values(names, front.ideal.tolist()),
        "nadir": _values(names, front.nadir.tolist()),
        "proof": _proof(names, proof),
        "bounds": dict(zip(names, proof.bounds or (None,) * len(names), strict=True)),
        "solver": source.solver,
        "reason": source.reason,
        "options": _plain(source.options),
        "overrides": _overrides(*result.scenario.changes),
        "versions": dict(sorted(source.versions.items())),
        "statistics": _plain(source.statistics),
        "seed": source.seed,
        "seconds": round(source.seconds, 3),
        "subproblems": source.subproblems,
        "reference_plans": [_reference(names, outcome) for outcome in result.reference_plans],
        **_of_robust(result),
        **_of_models(result),
    }


def _of_robust(result: RankedPlans) -> dict[str, Any]:
    if result.scenario.robust is None:
        return {}
    from optimiser.results.robust_record import robust_record

    return {"robust": robust_record(result)}


def _of_models(result: RankedPlans) -> dict[str, Any]:
    if not result.scenario.models:
        return {}
    from optimiser.results.predicting import doubtful_records

    return {"doubtful_predictions": doubtful_records(result)}


def with_equals(document: dict[str, Any], equal_plans: Sequence[Equivalents], /) -> dict[str, Any]:
    """The document with the plans that have the same objectives as a listed one beside it."""
    for one in equal_plans:
        document["plans"][one.row]["equivalents"] = equal_records(one)
    return document


def _ranking(names: list[str], ranking: Ranked, /) -> dict[str, Any]:
    return {
        "method": ranking.method,
        "normalise": ranking.normalise,
        "weights": dict(zip(names, ranking.weights.tolist(), strict=True)),
        "definition": ranking.definition,
        "ranges": dict(zip(names, ranking.ranges.tolist(), strict=True)),
        "notes": list(ranking.notes),
    }


def _proof(names: list[str], proof: Proof, /) -> dict[str, Any]:
    return {
        "status": proof.status,
        "of": proof.of,
        "gap": proof.gap,
        "scale": dict(zip(names, proof.scale, strict=False)),
        "stopped": proof.stopped,
        "resolution": proof.resolution,
        "cells": [list(cell) for cell in proof.cells],
        "open_ends": [
            {"plan": row, "limit": _values(names, list(limit))} for row, limit in proof.open_ends
        ],
        "note": proof.note,
        "basis": proof.basis,
        "feasible_set": proof.feasible_set,
    }


def _column(column: Column, /) -> dict[str, Any]:
    return {"name": column.name, "title": column.title, "unit": column.unit}


def _details(ranking: Ranked, /) -> list[dict[str, Any]]:
    """What each score is made of, nothing where the method publishes nothing."""
    if not ranking.details:
        return [{}] * len(ranking.score)
    columns = [values.tolist() for values in ranking.details.values()]
    return [
        {"details": dict(zip(ranking.details, values, strict=True))}
        for values in zip(*columns, strict=True)
    ]


def _plans(result: RankedPlans, /) -> list[dict[str, Any]]:
    ranking = result.ranking
    figures = result.scenario.figures
    places = zip(
        ranking.rank.tolist(), ranking.score.tolist(), decision_records(result.front), strict=True
    )
    plans = [
        {"id": record.pop("id"), "rank": int(rank), "score": float(score), **details, **record}
        for (rank, score, record), details in zip(places, _details(ranking), strict=True)
    ]
    if figures:
        from optimiser.results.roadmaps import cash_records

        plans = [
            {
                **plan,
                "indicators": {n: v for n, v in plan["indicators"].items() if n not in figures},
                "figures": {n: v for n, v in plan["indicators"].items() if n in figures},
                "cash": cash,
            }
            for plan, cash in zip(plans, cash_records(result), strict=True)
        ]
    if result.front.exact:
        names = [column.name for column in result.front.columns]
        plans = [
            {**plan, "exact": {names[j]: exact_text(known[j]) for j in sorted(known)}}
            if known
            else plan
            for plan, known in zip(plans, result.front.exact, strict=True)
        ]
    if any(result.front.stands):
        stands = zip(plans, result.front.stands, strict=True)
        plans = [
            plan if stand is None else {**plan, "stands_on": _stand(stand)}
            for plan, stand in stands
        ]
    if result.scenario.phases:
        from optimiser.results.roadmaps import roadmap_records

        plans = [
            {**plan, "phases": phases}
            for plan, phases in zip(plans, roadmap_records(result), strict=True)
        ]
    return plans


def equal_records(found: Equivalents, /) -> dict[str, Any]:
    """The plans with the objectives of a listed one."""
    plans = [] if found.others is None else decision_records(found.others)
    return {"complete": found.complete, "plans": plans}


def _stand(stand: Stand, /) -> dict[str, Any]:
    return {"columns": dict(stand.columns), "rows": dict(stand.rows), "solved": list(stand.solved)}


def decision_records(front: Front, /) -> list[dict[str, Any]]:
    """What each plan decides, and the values it leads to."""
    objectives = [column.name for column in front.columns]
    indicators = [column.name for column in front.indicator_columns]
    return [
        {
            "id": front.ids[row],
            "decisions": {
                name: cell_value(text)
                for name, text in zip(front.decision_columns, front.cells[row], strict=True)
            },
            "objectives": _values(objectives, front.y[row].tolist()),
            "indicators": dict(
                zip(indicators, map(finite, front.indicators[row].tolist()), strict=True)
            ),
        }
        for row in range(len(front.ids))
    ]


def _reference(names: list[str], outcome: ReferenceOutcome, /) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "title": outcome.title,
        "decisions": {name: cell_value(text) for name, text in outcome.cells},
        "objectives": dict(zip(names, outcome.objectives, strict=True)),
        "feasible": outcome.feasible,
        "violated": list(outcome.violated),
        "tolerated": list(outcome.tolerated),
        "on_front": outcome.on_front,
        "equals": outcome.equals,
        "dominated_by": outcome.dominated_by,
        "dominates": list(outcome.dominates),
        "mixed": list(outcome.mixed),
    }


def _values(names: list[str], values: list[float], /) -> dict[str, float]:
    return dict(zip(names, values, strict=True))


@lru_cache(maxsize=1024)
def cell_value(text: str, /) -> int | float | str:
    """A decision's cell as JSON holds it: whole numbers as such, names as text."""
    if not is_number(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _plain(values: Any, /) -> Any:
    """``values`` with arrays as lists, and None for what is not finite."""
    if isinstance(values, Mapping):
        return {str(key): _plain(value) for key, value in values.items()}
    if isinstance(values, np.ndarray | list | tuple | set | frozenset):
        return [
            _plain(value)
            for value in (sorted(values) if isinstance(values, set | frozenset) else values)
        ]
    if isinstance(values, np.generic):
        return _plain(values.item())
    if isinstance(values, float) and not np.isfinite(values):
        return None
    return values if isinstance(values, bool | int | float | str | None) else str(values)
