"""Sums of large products: chains of real columns say what the expressions say, and lead to the same
front.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import yaml

from optimiser.engine import Options
from optimiser.formulate import Model, formulate
from optimiser.formulate.choices import Choices
from optimiser.scenario import load
from optimiser.study import solve
from tests.formulate.test_linear_forms import least
from tests.searches import seeds

COUNT = 11  # 2^11 products are too many


def written(folder: Path, *, phases: int = 0, levels: bool = False) -> Path:
    """CO2 of fuel and power, each what the measures leave of it: too large to be expanded."""
    rng = random.Random(5)

    def effects() -> dict[str, object]:
        return {
            "fuel": f"-{rng.randint(1, 90) / 10}%",
            "power": f"-{rng.randint(1, 90) / 10}%",
            "cost": rng.randint(1, 60) / 10,
        }

    technologies: dict[str, object] = {f"t{i}": {"effects": effects()} for i in range(COUNT)}
    if levels:
        technologies["levelled"] = {
            "levels": {"low": {"effects": effects()}, "high": {"effects": effects()}}
        }
    data: dict[str, object] = {
        "optimise": 1,
        "name": "chained",
        "indicators": {
            "fuel": {"baseline": 4000, "combine": "compound"},
            "power": {"baseline": 120, "combine": "compound"},
            "cost": {"timing": "one_off"},
            "co2": {"expr": "0.093 * fuel + 0.5 * power"},
        },
        "technologies": technologies,
        "synergies": {"s": {"between": ["t0", "t1"], "effects": {"fuel": "-3%"}}},
        "objectives": {"co2": "minimise", "cost": "minimise"},
        "constraints": {"c": "fuel + power <= 4100"},
    }
    if phases:
        data["phases"] = [{"name": f"p{i}", "years": i + 1} for i in range(phases)]
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


def sampled(model: Model, count: int) -> np.ndarray:
    rng = random.Random(7)
    rows = []
    for _ in range(count):
        cells = {}
        for decision in model._decisions:
            option = rng.randrange(3)
            mode = rng.choice(decision.levels) if decision.levels else "1"
            if option:
                phase = rng.choice(decision.modes[0].phases)
                cells[decision.name] = f"{mode}@{phase}" if phase else mode
        rows.append(model.encode(cells))
    return np.array(rows)


@pytest.mark.parametrize("phases", [0, 3])
@pytest.mark.parametrize("levels", [False, True])
@pytest.mark.parametrize("first", seeds(4, here=1))
def test_the_chain_has_the_value_of_the_expression(
    first: int, phases: int, levels: bool, tmp_path: Path
) -> None:
    model = formulate(load(written(tmp_path, phases=phases, levels=levels)))
    problem = model.at()
    assert problem.linear, problem.linear
    assert problem.linear.resolution is None
    assert problem.linear.linked == ("", "")
    assert any(column.kind == "real" for column in problem.linear.columns)
    x = sampled(model, 8)[first::4]
    values, violations = problem.evaluate(x)
    for point, value, excess in zip(x, values[:, 0], violations, strict=True):
        found = least(problem.linear, problem.linear.objectives[0], point)
        assert found == (pytest.approx(value, rel=1e-6) if (excess <= 0).all() else None)


@pytest.mark.slow
@pytest.mark.parametrize("phases", [0, 2])
def test_the_front_by_highs_is_that_of_enumeration(phases: int, tmp_path: Path) -> None:
    scenario = load(written(tmp_path, phases=phases))
    every, chained = (
        solve(scenario, Options(method=method)).front for method in ("enumerate", "highs")
    )
    assert every.proof.status == "complete"
    assert chained.proof.status == "covering"
    assert chained.proof.resolution == pytest.approx(1e-6)
    assert sorted(map(tuple, chained.y.tolist())) == sorted(map(tuple, every.y.tolist()))


def test_products_of_starts_are_the_smallest_there_are() -> None:
    choices = Choices(
        [[["a1", "a2", "a3"]], [["b.x"], ["b.y1", "b.y2"]]], amounts={"a.scale": "a3"}
    )
    assert choices.product(("a2", "a1", "a3", "z")) == ("a1", "z")
    assert choices.product(("b.x", "b.y2")) is None
    assert choices.product(("b.y2", "b.y1")) == ("b.y1",)
    assert choices.product(("a.scale", "a3")) == ("a.scale",)
    assert choices.product(("a.scale", "a2")) == ("a.scale", "a2")
    assert choices.exclusive([("b.x", "z"), ("b.y1",)])
    assert not choices.exclusive([("a1",), ("a2",)])
