"""Robust counterparts against their definitions, looked up over every plan of small models.

The oracle reads nothing of the program: effects are the numbers that went into the YAML, values
are sums of fractions, worst cases corners of the box, samples the stored decimals.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from optimiser import load, solve
from optimiser.engine import Options
from optimiser.errors import InfeasibleError
from optimiser.scenario import Scenario
from optimiser.study import made_robust

Theta = Mapping[str, Fraction]
SENSES = ("expected", "worst", "cvar:0.9", "cvar:0.25", "gamma:1", "gamma:1.5", "regret")


@dataclass(frozen=True)
class Small:
    """A model of yes/no technologies with effects ``a + b * p``.

    Attributes:
        effects: technology -> indicator -> (a, parameter, b).
        budget: the most that ``spent`` may be, ``spent`` being uncertain as well.
        ranges: parameter -> (low, value, high, distribution).
        maximised: whether ``gain`` is.
    """

    effects: dict[str, dict[str, tuple[Fraction, str, Fraction]]]
    budget: Fraction
    ranges: dict[str, tuple[Fraction, Fraction, Fraction, str]]

    def text(self) -> str:
        """As YAML."""
        lines = ["optimise: 1", "name: small", "parameters:"]
        for name, (low, value, high, kind) in self.ranges.items():
            numbers = f"value: {float(value)}, low: {float(low)}, high: {float(high)}"
            lines.append(f"  {name}: {{{numbers}, distribution: {kind}}}")
        lines += ["indicators:", "  gain: {}", "  spent: {}", "  harm: {}", "technologies:"]
        for tech, own in self.effects.items():
            parts = [
                f"{indicator}: {{value: {float(a)} + {float(b)} * {p}}}"
                for indicator, (a, p, b) in own.items()
            ]
            lines.append(f"  {tech}: {{effects: {{{', '.join(parts)}}}}}")
        lines += ["objectives:", "  gain: maximise", "  harm: minimise", "constraints:"]
        lines.append(f"  budget: spent <= {float(self.budget)}")
        return "\n".join(lines)

    def value(self, indicator: str, plan: tuple[int, ...], theta: Theta) -> Fraction:
        """An indicator of a plan."""
        found = Fraction(0)
        for adopted, own in zip(plan, self.effects.values(), strict=True):
            if adopted:
                a, p, b = own[indicator]
                found += a + b * theta[p]
        return found

    def loss(self, name: str, plan: tuple[int, ...], theta: Theta) -> Fraction:
        """What is to be small, or at most 0."""
        if name == "budget":
            return self.value("spent", plan, theta) - self.budget
        return self.value(name, plan, theta) * (-1 if name == "gain" else 1)

    @property
    def plans(self) -> list[tuple[int, ...]]:
        """All of them."""
        return list(itertools.product((0, 1), repeat=len(self.effects)))

    def corners(self, most: int) -> list[dict[str, Fraction]]:
        """Every vector with at most so many parameters at an end, the others at their value."""
        ways = [[(v, 0), (low, 1), (high, 1)] for low, v, high, _ in self.ranges.values()]
        return [
            {name: v for name, (v, _) in zip(self.ranges, chosen, strict=True)}
            for chosen in itertools.product(*ways)
            if sum(off for _, off in chosen) <= most
        ]

    def mean(self) -> dict[str, Fraction]:
        """Each parameter at its mean."""
        found = {}
        for name, (low, value, high, kind) in self.ranges.items():
            shape = {"uniform": (low, high), "triangular": (low, value, high), "normal": (value,)}
            found[name] = sum(shape[kind], Fraction(0)) / len(shape[kind])
        return found


def small(seed: int, *, technologies: int = 5) -> Small:
    """A random one."""
    rng = random.Random(seed)

    def number(low: int, high: int) -> Fraction:
        return Fraction(rng.randint(low, high), rng.choice([1, 2, 4]))

    ranges = {}
    for name in ("p", "q", "r")[: rng.randint(1, 3)]:
        value = number(-4, 12)
        kind = rng.choice(["uniform", "triangular", "normal"])
        below = number(0, 8)
        above = below if kind == "normal" else number(0, 8)
        ranges[name] = (value - below, value, value + above + (below + above == 0), kind)
    effects = {
        f"t{i}": {
            indicator: (number(-6, 20), rng.choice(list(ranges)), number(-4, 4))
            for indicator in ("gain", "spent", "harm")
        }
        for i in range(technologies)
    }
    ranges = {
        n: (low, v, high, "uniform" if kind == "normal" and 2 * v != low + high else kind)
        for n, (low, v, high, kind) in ranges.items()
    }
    return Small(effects, number(20, 120), ranges)


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
