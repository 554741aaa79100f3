"""What it takes to say why a plan is what it is, and to set six side by side: CPU seconds on a
front of 1,000 plans, 5 objectives and 60 technologies.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

import optimiser
from optimiser.analysis.explaining import explain
from optimiser.analysis.side_by_side import side_by_side
from optimiser.dominance import non_dominated
from optimiser.formulate import formulate
from optimiser.front import Front, Proof, Provenance
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.naming_plans import named_plan
from optimiser.results.result import arrange

__all__ = ["main", "result"]

_PLANS, _OBJECTIVES, _TECHNOLOGIES, _SYNERGIES = 1_000, 5, 60, 10
_DRAWN = 40_000  # of which enough are not dominated


def main() -> None:
    """Measure and print."""
    found = result()
    table = Table("question", "median s", "most s", title="Explaining")
    ids, rows = found.front.ids, range(0, len(found.front), 100)
    told = [
        _seconds(lambda name: explain(found, named_plan(found, name)), ids[row]) for row in rows
    ]
    table.add_row("explain a listed plan", f"{statistics.median(told):.3f}", f"{max(told):.3f}")
    none = _seconds(lambda name: explain(found, named_plan(found, name)), "none")
    table.add_row("explain a typed plan", f"{none:.3f}", f"{none:.3f}")
    shown = _seconds(
        lambda _: side_by_side(found, [named_plan(found, name) for name in ids[:6]]), ""
    )
    table.add_row("six plans side by side", f"{shown:.3f}", f"{shown:.3f}")
    Console().print(table)


def result() -> Result:
    """A front of random plans of which none dominates another; nobody searched for it."""
    rng = np.random.default_rng(2)
    names = [f"o{k}" for k in range(_OBJECTIVES)]
    data = {
        "optimise": 1,
        "name": "long",
        "indicators": {name: {"baseline": 100} for name in names},
        "technologies": {
            f"t{i}": {"effects": {name: round(float(rng.normal()) * 10, 3) for name in names}}
            for i in range(_TECHNOLOGIES)
        },
        "synergies": {
            f"s{i}": {"between": [f"t{2 * i}", f"t{2 * i + 1}"], "effects": {"o0": 1.5}}
            for i in range(_SYNERGIES)
        },
        "constraints": {"budget": "o1 <= 150"},
        "objectives": {name: "minimise" if k % 2 else "maximise" for k, name in enumerate(names)},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.yaml"
        path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        scenario = optimiser.load(path)
    model = formulate(scenario)
    x = (rng.random((_DRAWN, _TECHNOLOGIES)) < 0.5).astype(float)
    read = model.read(x)
    signs = np.array([column.sign for column in model.columns])
    kept = np.flatnonzero(non_dominated(read.objectives * signs))[:_PLANS].tolist()
    front = Front(
        columns=model.columns,
        y=read.objectives[kept],
        x=x[kept],
        indicator_columns=model.indicator_columns,
        indicators=read.indicators[kept],
        decision_columns=model.decision_columns,
        cells=tuple(read.cells[row] for row in kept),
        ids=tuple(read.ids[row] for row in kept),
        proof=Proof("approximate"),
        provenance=Provenance("drawn", "drawn at random", 2),
    )
    return arrange(scenario, front, rank(front), compiled=model)


def _seconds(ask: Callable[[str], object], name: str, /) -> float:
    start = time.process_time()
    ask(name)
    return time.process_time() - start
