"""Fronts and results with numbers that a reader can check in the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from optimiser.front import Column, Front, Proof, Provenance
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.equal_plans import Equivalents
from optimiser.results.result import arrange
from optimiser.scenario import load

__all__ = ["alone", "front", "result", "scenario_file"]


def front(
    y: Sequence[Sequence[float]],
    /,
    *,
    senses: str = "",
    weights: Sequence[float] = (),
    cells: Sequence[tuple[str, ...]] = (),
    decisions: tuple[str, ...] = (),
    **proof: Any,
) -> Front:
    """A front of (k, m) values; ``senses`` holds a + (maximised) or - for each objective, - where
    left out.
    """
    k, m = len(y), len(y[0])
    columns = tuple(
        Column(
            f"o{j}",
            sense="maximise" if senses[j : j + 1] == "+" else "minimise",
            weight=weights[j] if weights else 1.0,
        )
        for j in range(m)
    )
    return Front(
        columns=columns,
        y=np.array(y),
        x=np.zeros((k, 0)),
        indicator_columns=(),
        indicators=np.zeros((k, 0)),
        decision_columns=decisions,
        cells=tuple(cells) or ((),) * k,
        ids=tuple(f"p{row:012x}" for row in range(k)),
        proof=Proof(**({"status": "complete", "basis": "exact"} | proof)),
        provenance=Provenance("enumerate", "enumerate: made by hand", 1),
    )


def scenario_file(folder: Path, /, **changes: Any) -> Path:
    """A small scenario with everything a table shows, as a file; ``changes`` replace its top-level
    keys.
    """
    content = {
        "optimise": 1,
        "name": "handmade",
        "title": "手工 [red]plan[/]",
        "illustrative": True,
        "variables": {"lines": {"type": "integer", "min": 0, "max": 2}},
        "indicators": {
            "output": {"baseline": 100, "unit": "kt/yr", "title": "产量"},
            "cost": {"unit": "M CNY"},
            "jobs": {"baseline": 10},
        },
        "technologies": {
            "iot": {"title": "物联网", "effects": {"output": "+4%", "cost": 2}},
            "ai": {
                "levels": {
                    "pilot": {"effects": {"output": "+2%", "cost": 1.5}},
                    "full": {"effects": {"output": "+7%", "cost": 4}},
                }
            },
            "pv": {
                "scale": {"min": 1, "max": 2, "step": 1, "unit": "MW"},
                "effects_per_unit": {"output": 1, "cost": 0.7, "jobs": 1},
            },
        },
        "constraints": {"budget": "cost <= 6"},
        "objectives": {
            "output": {"sense": "maximise", "weight": 0.7, "target": 112},
            "cost": {"sense": "minimise", "weight": 0.3},
        },
        "plans": {
            "today": {"title": "As it is"},
            "pilot": {"adopt": {"ai": "pilot"}},
            "everything": {"adopt": {"iot": 1, "ai": "full", "pv": 2}},
        },
    }
    path = folder / "handmade.yaml"
    path.write_text(
        yaml.safe_dump({**content, **changes}, sort_keys=False, allow_unicode=True),
        encoding="utf-8",
    )
    return path


def result(folder: Path, made: Front, /, **changes: Any) -> Result:
    """A result around a handmade front; its scenario is only there for its title and flags."""
    return arrange(load(scenario_file(folder, **changes)), made, rank(made))


def alone(found: Result, /) -> Result:
    """A result of which it is known that no other plans have the objectives of a listed one."""
    rows = range(len(found.front))
    return replace(found, equal_plans=tuple(Equivalents(row, None, True) for row in rows))
