"""Results of any size, made without a solver: the page shows plans, and proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from optimiser.formulate import formulate
from optimiser.front import Front, Proof, Provenance
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.result import arrange
from optimiser.scenario import load

__all__ = ["HOSTILE", "made", "result_of"]

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "line\u2028separator\u2029 & \"quotes\" 'too' <!-- -->",
    "{count} ${alert(3)} `alert(4)` \\u003cb\\u003e",
    "[red]智能制造[/red] ]]> &lt;b&gt; \u202eright to left",
)
"""Titles that would do something if they were markup, a script, a template or a style."""


def made(
    folder: Path,
    /,
    *,
    plans: int,
    technologies: int = 8,
    objectives: int = 3,
    phases: bool = False,
    hostile: bool = False,
    seed: int = 0,
    scale: float = 1.0,
) -> Result:
    """A result with so many random plans of a random scenario.

    Args:
        folder: where the scenario is written.
        plans: how many at most; equal ones are one.
        technologies: how many may be adopted.
        objectives: half of them maximised.
        phases: whether there are three, with a limit.
        hostile: whether titles try to be more than text.
        seed: of everything random.
        scale: the size of the effects, such as 1e9.
    """
    rng = np.random.default_rng(seed)

    def title(j: int) -> str:
        return HOSTILE[j % len(HOSTILE)] if hostile else f"技术 {j}"

    names = [f"o{j}" for j in range(objectives)]
    written: dict[str, Any] = {
        "optimise": 1,
        "name": "made",
        "title": HOSTILE[0] if hostile else "Made 造出来的",
        "indicators": {name: {"title": title(j), "unit": "kt"} for j, name in enumerate(names)},
        "technologies": {
            f"t{j}": {
                "title": title(j + 1),
                "effects": {name: float(np.round(scale * rng.random(), 12)) for name in names},
            }
            for j in range(technologies)
        },
        "objectives": {
            name: {"sense": "minimise" if j % 2 else "maximise", "weight": 1}
            for j, name in enumerate(names)
        },
        "plans": {"today": {"title": title(2), "adopt": {}}},
    }
    if phases:
        written["phases"] = [{"name": p} for p in ("2027", "2028", "2029")]
        written["indicators"]["o1"]["timing"] = "one_off"
    file = folder / "made.yaml"
    file.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return result_of(file, plans, rng)


def result_of(file: Path, plans: int, rng: np.random.Generator, /) -> Result:
    """Random plans of a scenario, as a result."""
    scenario = load(file)
    model = formulate(scenario)
    modes = ["0", "1@2027", "1@2028", "1@2029"] if scenario.phases else ["0", "1"]
    choices = rng.integers(len(modes), size=(plans, len(scenario.technologies)))
    x = model.encode_all(
        [
            {name: modes[mode] for name, mode in zip(scenario.technologies, row, strict=True)}
            for row in choices.tolist()
        ]
    )
    found = model.read(x)
    kept = [found.ids.index(name) for name in dict.fromkeys(found.ids)]
    front = Front(
        columns=model.columns,
        y=found.objectives[kept],
        x=x[kept],
        indicator_columns=model.indicator_columns,
        indicators=found.indicators[kept],
        decision_columns=model.decision_columns,
        cells=tuple(found.cells[row] for row in kept),
        ids=tuple(found.ids[row] for row in kept),
        proof=Proof("approximate"),
        provenance=Provenance("made", "made at random", 0),
    )
    return arrange(scenario, front, rank(front), compiled=model)
