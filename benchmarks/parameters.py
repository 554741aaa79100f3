"""What a change of parameters costs: a problem for new values, against compiling the scenario anew,
in turns in one process.

Robustness analysis asks for thousands of parameter vectors: the median CPU seconds of one are
compared.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import optimiser
from optimiser.formulate import Model
from optimiser.scenario import Scenario, sample

__all__ = ["Cost", "main", "measured", "sixteen"]

_VECTORS, _PLANS = 1024, 200


@dataclass(frozen=True)
class Cost:
    """CPU seconds.

    Attributes:
        anew: compiling the scenario and making the problem, for one vector.
        at: making the problem from the compiled model, for one vector.
        plan: evaluating one given plan at one vector, in the midst of many.
    """

    anew: float
    at: float
    plan: float


def main() -> None:
    """Measure and print."""
    table = Table(
        "effects on output",
        "anew ms",
        "Model.at ms",
        "times faster",
        "a plan at a vector, µs",
        title="Parameters",
    )
    for combine in ("add", "compound"):
        cost = measured(combine)
        ms = [f"{1000 * seconds:.2f}" for seconds in (cost.anew, cost.at)]
        table.add_row(combine, *ms, f"{cost.anew / cost.at:.1f}", f"{1e6 * cost.plan:.2f}")
    Console().print(table)


def _compiled_at(scenario: Scenario, values: Mapping[str, float]) -> None:
    Model(scenario).at(values)


def measured(combine: str, /, *, times: int = 25) -> Cost:
    """Median costs for 16 technologies, 6 uncertain parameters and 3 objectives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sixteen.yaml"
        path.write_text(sixteen(combine))
        scenario = optimiser.load(path)
    model = Model(scenario)
    drawn = sample(scenario, _VECTORS)
    vectors = [dict(zip(drawn.names, row, strict=True)) for row in drawn.values.tolist()]
    model.at(vectors[0])
    anew, at = [], []
    for vector in vectors[:times]:
        anew.append(_seconds(partial(_compiled_at, scenario, vector)))
        at.append(_seconds(partial(model.at, vector)))
    x = np.random.default_rng(1).integers(0, 2, (_PLANS, 16)).astype(np.float64)
    model.evaluate_at(x, drawn.values[:1])
    plans = _seconds(lambda: model.evaluate_at(x, drawn.values))
    return Cost(statistics.median(anew), statistics.median(at), plans / (_PLANS * _VECTORS))


def sixteen(combine: str, /) -> str:
    """A scenario of 16 technologies whose effects, budget and cap depend on 6 uncertain
    parameters.
    """
    lines = ["optimise: 1", "name: sixteen", "parameters:"]
    lines += [f"  p{i}: {{value: {1 + i / 10:.1f}, low: 0.8, high: 2}}" for i in range(6)]
    lines += ["  twice: 2 * p0", "indicators:", f"  output: {{baseline: 100, combine: {combine}}}"]
    lines += ["  energy: {baseline: 500}", "  investment: {}", "technologies:"]
    for j in range(16):
        output, energy = (
            f"{{percent: {1 + 37 * j % 41 / 10:.1f} * p{j % 6}}}",
            f"{{value: -{1 + 53 * j % 19} * p{(j + 2) % 6}}}",
        )
        needs = f", requires: [t{j - 1}]" if j % 4 == 3 else ""
        lines.append(
            f"  t{j}: {{effects: {{output: {output}, energy: {energy}, investment: "
            f"{1 + 29 * j % 9}}}{needs}}}"
        )
    lines.append("synergies:")
    lines += [
        f"  s{j}: {{between: [t{j}, t{j + 7}], effects: {{output: {{percent: 1.5 * p{j}}}}}}}"
        for j in range(4)
    ]
    lines += [
        "objectives: {output: maximise, energy: minimise, investment: minimise}",
        "constraints:",
    ]
    lines += ["  budget: investment <= 30 * twice", "  cap: energy <= 490 * p1"]
    return "\n".join(lines) + "\n"


def _seconds(work: Callable[[], object], /) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
