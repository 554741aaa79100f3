"""Every plan of a small random scenario, by the oracles of the domain: what answers to questions
are compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from optimiser.errors import NoSolutionError, ScenarioError
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.domain import oracle, roadmaps
from tests.formulate.test_agreement import prepared

__all__ = ["every_plan", "solved"]

Data = dict[str, Any]


def solved(data: Data, folder: Path) -> Result | None:
    """The result of a scenario; None where it has none, or is not taken."""
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    try:
        result = solve(load(path))
    except (NoSolutionError, ScenarioError):
        return None
    return result if result.front.proof.feasible_set == "exact" else None


def every_plan(data: Data) -> list[tuple[dict[str, str], Mapping[Any, Fraction]]]:
    """The cells of every feasible plan, and the value of each indicator by name or by (name,
    phase).
    """
    full = prepared(data)
    if "phases" in data:
        return [
            (
                dict(zip(choice, roadmaps.cells(data, choice), strict=True)),
                roadmaps.readings(full, choice),
            )
            for choice, _ in roadmaps.plans(full)
        ]
    return [
        ({name: str(cell) for name, cell in choice.items()}, oracle.readings(full, choice))
        for choice, _ in oracle.plans(full)
    ]
