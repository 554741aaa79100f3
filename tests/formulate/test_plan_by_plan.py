"""Plans valued one after another have the values that each has alone, whoever asks in between."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np

from optimiser.expressions import evaluating
from optimiser.formulate import Model, formulate
from optimiser.formulate.exact_numbers import PlanByPlan
from optimiser.scenario import load

#: what is no polynomial, so that plans are valued one by one
TEXT = """
optimise: 1
name: one_by_one
indicators:
  cost: {unit: M}
  output: {unit: t}
  share: {expr: (output + 1) / (cost + 2)}
technologies:
  a: {effects: {cost: 3, output: 5}}
  b: {scale: {min: 1, max: 4, step: 1}, effects_per_unit: {cost: 1.5, output: 2}}
  c: {levels: {low: {effects: {cost: 1, output: 1}}, high: {effects: {cost: 2, output: 3}}}}
  d: {effects: {cost: 7, output: 6}}
synergies:
  both: {between: [a, d], effects: {output: 2.5}}
objectives:
  share: maximise
  cost: minimise
"""


def made(folder: Path) -> Model:
    path = folder / "one_by_one.yaml"
    path.write_text(TEXT)
    return formulate(load(path))


def test_plans_one_after_another_and_each_alone(tmp_path: Path) -> None:
    model = made(tmp_path)
    random = Random(4)
    plans = model.encode_all(
        [
            {
                "a": random.choice("01"),
                "b": random.choice("01234"),
                "c": random.choice(["0", "low", "high"]),
                "d": random.choice("01"),
            }
            for _ in range(60)
        ]
    )
    together = model.read(plans)
    for row in random.sample(range(60), 20):
        alone = made(tmp_path).read(plans[row : row + 1])
        assert np.array_equal(together.objectives[row], alone.objectives[0])
        assert np.array_equal(together.indicators[row], alone.indicators[0])


def test_what_somebody_else_asked_for_in_between_is_no_plan_before(tmp_path: Path) -> None:
    model = made(tmp_path)
    graph, domains = model._own.graph, model._own.domains
    nodes = [objective.node for objective in model._own.objectives]
    values = evaluating(graph, nodes, model._own.values)
    ours, theirs = (PlanByPlan(domains, values) for _ in range(2))
    fresh = [evaluating(graph, nodes, model._own.values) for _ in range(4)]
    plans = model.encode_all([{"a": "1"}, {"a": "1", "d": "1"}, {"b": "2"}, {"a": "1", "c": "low"}])
    for plan, who, alone in zip(plans, (ours, theirs, ours, theirs), fresh, strict=True):
        assert who.at(plan) == PlanByPlan(domains, alone).at(plan)
