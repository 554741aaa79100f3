"""Robust counterparts against their definitions, looked up over every plan of small models.

The oracle reads nothing of the program: effects are the numbers that went into the YAML, values
are sums of fractions, worst cases corners of the box, samples the stored decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from optimiser import load, solve
from optimiser.engine import Options
from optimiser.errors import InfeasibleError
from optimiser.scenario import Scenario
from optimiser.study import made_robust
from tests.small_robust import Small, small

SENSES = ("expected", "worst", "cvar:0.9", "cvar:0.25", "gamma:1", "gamma:1.5", "regret")


def robust_value(model: Small, scenario: Scenario, name: str, plan: tuple[int, ...]) -> Fraction:
    """A loss in the sense of a scenario, by definition."""
    sense = scenario.robust
    assert sense is not None

    def over(thetas: list[dict[str, Fraction]]) -> list[Fraction]:
        return sorted((model.loss(name, plan, theta) for theta in thetas), reverse=True)

    own = {n: v for n, (_, v, _, _) in model.ranges.items()}
    vectors = [{**own, **vector} for vector in sense.vectors()]
    if sense.kind == "expected":
        return model.loss(name, plan, model.mean())
    if sense.kind == "worst":
        return over(model.corners(len(model.ranges)))[0]
    if sense.kind == "gamma":
        # at a fraction the best of the adversary is a mixture of whole numbers of parameters
        whole = int(sense.number)
        fewer, more = (over(model.corners(count))[0] for count in (whole, whole + 1))
        return fewer + (sense.number - whole) * (more - fewer)
    if sense.kind == "cvar":
        left, total, worst = len(vectors) * (1 - sense.number), Fraction(0), over(vectors)
        size = left
        for loss in worst:
            total += min(left, Fraction(1)) * loss
            left -= min(left, Fraction(1))
        return total / size
    holding = [
        [other for other in model.plans if model.loss("budget", other, theta) <= 0]
        for theta in vectors
    ]
    if name == "budget":
        return over(vectors)[0]
    return max(
        model.loss(name, plan, theta) - min(model.loss(name, other, theta) for other in others)
        for theta, others in zip(vectors, holding, strict=True)
    )


def efficient(model: Small, scenario: Scenario) -> set[tuple[float, ...]]:
    """The points of the robust front, by looking at every plan."""
    found = {
        tuple(robust_value(model, scenario, name, plan) for name in ("gain", "harm"))
        for plan in model.plans
        if robust_value(model, scenario, "budget", plan) <= 0
    }
    kept = [
        point
        for point in found
        if not any(o != point and all(a <= b for a, b in zip(o, point, strict=True)) for o in found)
    ]
    regret = scenario.robust is not None and scenario.robust.kind == "regret"
    return {(float(gain if regret else -gain) + 0.0, float(harm) + 0.0) for gain, harm in kept}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Scenario]:
    """Loads a scenario from its text."""

    def read(text: str) -> Scenario:
        (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
        return load(tmp_path / "small.yaml")

    return read


@pytest.mark.parametrize("sense", SENSES)
@pytest.mark.parametrize("seed", range(6))
def test_points_are_those_of_every_plan_looked_at(
    sense: str, seed: int, written: Callable[[str], Scenario]
) -> None:
    model = small(seed)
    scenario = made_robust(written(model.text()), sense, samples=6, seed=seed)
    for method in ("auto", "exact"):
        try:
            result = solve(scenario, Options(method=method))
        except InfeasibleError:
            assert efficient(model, scenario) == set()
            continue
        assert (result.front.proof.status, result.front.proof.basis) == ("complete", "exact")
        assert set(map(tuple, result.front.y.tolist())) == efficient(model, scenario), method
