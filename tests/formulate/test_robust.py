"""Robust counterparts against their definitions, looked up over every plan of small models.

The oracle reads nothing of the program: effects are the numbers that went into the YAML, values
are sums of fractions, worst cases corners of the box, samples the stored decimals.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from optimiser import Result, load, solve
from optimiser.analysis.verification import verify
from optimiser.engine import Options
from optimiser.engine.combinations import every_combination
from optimiser.errors import InfeasibleError, ProofError, UsageError
from optimiser.expressions import rationals
from optimiser.formulate import Model
from optimiser.formulate.robust_moments import moment
from optimiser.formulate.robust_numbers import UncertainParameter, sources_of
from optimiser.formulate.robust_tails import foremost
from optimiser.scenario import Scenario
from optimiser.scenario.format.robust import parse_robust
from optimiser.study import made_robust
from optimiser.study.robust import with_ideals
from tests.searches import seeds
from tests.small_robust import Small, small

MORE = (1, *range(3, 12))
SEEDS = [0, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MORE)]
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
@pytest.mark.parametrize("seed", SEEDS)
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


def _lottery(written: Callable[[str], Scenario], level: str) -> float:
    """The CVaR of losses with profits -100 (10 %), -20 (30 %), 0 (40 %), 50 (20 %)."""
    from dataclasses import replace

    text = """
optimise: 1
name: lottery
parameters: {profit: {value: 0, low: -100, high: 50}}
variables: {ticket: {type: binary}}
objectives: {won: {sense: maximise, expr: profit * ticket}}
constraints: {bought: ticket == 1}
"""
    scenario = made_robust(written(text), f"cvar:{level}", samples=10)
    profits = ("-100.0", *["-20.0"] * 3, *["0.0"] * 4, *["50.0"] * 2)
    assert scenario.robust is not None
    sample = tuple((profit,) for profit in profits)
    return -float(
        solve(scenario.made_robust(replace(scenario.robust, sample=sample))).front.y[0, 0]
    )


def test_cvar_of_losses_by_hand(written: Callable[[str], Scenario]) -> None:
    tails = {level: _lottery(written, level) for level in ("0.8", "0.6", "0.2", "0.1")}
    assert tails == {"0.8": 60.0, "0.6": 40.0, "0.2": 20.0, "0.1": pytest.approx(12.22, abs=0.003)}


def test_portfolio_of_bertsimas_and_sim(written: Callable[[str], Scenario]) -> None:
    """Their example with 150 assets, section 6; 1.1709 is what RSOME prints for it."""
    scenario = written(_portfolio(150))
    values = {
        gamma: solve(made_robust(scenario, f"gamma:{gamma}", samples=1)).front.y[0, 0]
        for gamma in (0, 5, 10, 50)
    }
    assert values == pytest.approx({0: 1.2, 5: 1.1709, 10: 1.1601, 50: 1.1267}, abs=5e-5)


def _portfolio(n: int) -> str:
    lines = ["optimise: 1", "name: portfolio", "parameters:"]
    for i in range(1, n + 1):
        mean = 1.15 + i * 0.05 / n
        spread = 0.05 / 450 * (2 * i * n * (n + 1)) ** 0.5
        ends = f"low: {mean - spread:.10f}, high: {mean + spread:.10f}"
        lines.append(f"  r{i}: {{value: {mean:.10f}, {ends}, distribution: uniform}}")
    lines.append("variables:")
    lines += [f"  x{i}: {{type: real, min: 0, max: 1}}" for i in range(1, n + 1)]
    wealth = " + ".join(f"r{i} * x{i}" for i in range(1, n + 1))
    everything = " + ".join(f"x{i}" for i in range(1, n + 1))
    lines += [f"objectives: {{wealth: {{sense: maximise, expr: {wealth}}}}}"]
    lines += [f"constraints: {{all: {everything} == 1}}"]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_foremost_points_are_enough_in_every_direction(seed: int) -> None:
    """The largest of few functions is the mean of the largest values, wherever one looks."""
    rng = random.Random(seed)
    size = rng.choice([1, 2])
    points = [
        tuple(Fraction(rng.randint(-6, 6), rng.choice([1, 3])) for _ in range(size))
        for _ in range(rng.randint(1, 9))
    ]
    count = Fraction(rng.randint(1, 3 * len(points)), 3)
    signs = [rng.choice([(True, True), (False, True), (True, False)]) for _ in range(size)]
    found = foremost(points, count, signs)
    for _ in range(60):
        direction = [
            Fraction(rng.randint(-9 if below else 0, 9 if above else 0)) for below, above in signs
        ]
        values = [
            sum((d * p for d, p in zip(direction, point, strict=True)), Fraction(0))
            for point in points
        ]
        best = max(
            sum((d * z for d, z in zip(direction, point, strict=True)), Fraction(0))
            for point in found
        )
        assert best == rationals.largest([count, *values])


@pytest.mark.parametrize("kind", ["uniform", "triangular", "normal"])
def test_moments_are_those_of_the_distribution(kind: str) -> None:
    """Against numerical integration over the quantiles of another implementation."""
    from scipy import stats

    low, value, high = 2.0, (4.5 if kind == "normal" else 3.0), 7.0
    own = {
        "uniform": stats.uniform(low, high - low),
        "triangular": stats.triang((value - low) / (high - low), low, high - low),
        "normal": stats.norm(value, (high - low) / (2 * stats.norm.ppf(0.95))),
    }[kind]
    middle, least, most = ({"p": Fraction(number)} for number in (value, low, high))
    source = UncertainParameter("p", middle, least, most, kind)
    for power in range(1, 5):
        assert float(moment(source, "p", power)) == pytest.approx(own.moment(power), rel=1e-9)


def test_expected_values_of_products_are_exact(written: Callable[[str], Scenario]) -> None:
    """``p * p`` has the mean of a square, and ``p * q`` that of independent factors."""
    text = """
optimise: 1
name: products
parameters:
  p: {value: 0, low: 0, high: 1, distribution: uniform}
  q: {value: 3, low: 0, high: 3, distribution: triangular}
variables: {on: {type: binary}}
objectives:
  square: {sense: maximise, expr: p * p * on}
  both: {sense: minimise, expr: p * q * on}
"""
    front = solve(made_robust(written(text), "expected")).front
    assert sorted(map(tuple, front.y.tolist())) == [(0.0, 0.0), (1 / 3, 1.0)]


def test_what_is_not_linear_is_taken_over_the_sample_and_said(
    written: Callable[[str], Scenario],
) -> None:
    text = """
optimise: 1
name: curved
parameters: {p: {value: 1, low: 0, high: 2}}
variables: {on: {type: binary}}
objectives: {cost: {sense: minimise, expr: exp(p) * on + 1}, good: {sense: maximise, expr: on}}
"""
    result = solve(made_robust(written(text), "worst", samples=4))
    assert "cost: over a sample of 4 values (seed 1) instead" in result.front.proof.note
    assert result.front.y.max() == pytest.approx(1 + 2.718281828459045**2)
    with pytest.raises(UsageError, match="not linear"):
        solve(made_robust(written(text), "gamma:1"))


def test_what_decides_the_choice_may_not_be_uncertain(
    written: Callable[[str], Scenario],
) -> None:
    text = """
optimise: 1
name: ranged
parameters: {p: {value: 1, low: 0, high: 2}}
variables: {x: {type: real, min: 0, max: 2 * p}}
objectives: {cost: {sense: minimise, expr: x}}
"""
    with pytest.raises(UsageError, match="may be chosen"):
        solve(made_robust(written(text), "worst"))


def test_equalities_hold_everywhere_or_in_the_mean(written: Callable[[str], Scenario]) -> None:
    text = """
optimise: 1
name: equal
parameters: {p: {value: 1, low: 0, high: 2}}
variables: {a: {type: binary}, b: {type: binary}}
objectives: {cost: {sense: maximise, expr: a + b}}
constraints: {same: p * a == b}
"""
    scenario = written(text)
    assert solve(made_robust(scenario, "expected")).front.y.tolist() == [[2.0]]
    assert solve(made_robust(scenario, "worst")).front.y.tolist() == [[0.0]]
    assert solve(made_robust(scenario, "cvar:0.5")).front.y.tolist() == [[0.0]]


def test_a_saved_result_is_verified_in_its_sense(
    written: Callable[[str], Scenario], tmp_path: Path
) -> None:
    result = solve(made_robust(written(small(1).text()), "regret", samples=5))
    folder = result.save(tmp_path / "kept")
    loaded = Result.load(folder)
    assert loaded.scenario.robust == result.scenario.robust
    assert loaded.scenario.scenario_hash == result.scenario.scenario_hash
    assert verify(loaded).holds
    document = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert document["robust"]["kind"] == "regret"
    assert list(document["robust"]["nominal"]) == [plan["id"] for plan in document["plans"]]
    document["robust"]["sample"][0][0] = "99"
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
    assert not verify(Result.load(folder)).holds


@pytest.mark.parametrize("text", ["", "best", "cvar", "cvar:1", "cvar:-1", "gamma:x", "worst:2"])
def test_senses_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="--robust"):
        parse_robust(text)


@pytest.mark.parametrize("sense", ["worst", "gamma:1", "cvar:0.9"])
@pytest.mark.parametrize(
    "name", ["dyeing_mill", pytest.param("dairy_plant", marks=pytest.mark.slow)]
)
def test_library_plans_reach_what_all_values_of_their_parameters_say(name: str, sense: str) -> None:
    """Phases, prices by phase, figures: against the plain model at every value in question."""
    scenario = made_robust(load(name), sense)
    assert scenario.robust is not None
    robust, plain, sources = Model(scenario), Model(load(name)), sources_of(scenario)
    names = [key for source in sources for key in source.value]
    ways = itertools.product(*((s.value, s.low, s.high) for s in sources))
    places = itertools.product(range(3), repeat=len(sources))
    vectors = [
        {key: value for end in way for key, value in end.items()}
        for way, place in zip(ways, places, strict=True)
        if sense != "gamma:1" or sum(map(bool, place)) <= 1
    ]
    if sense == "cvar:0.9":
        vectors = scenario.robust.vectors()
    values = np.array([[float(vector[key]) for key in names] for vector in vectors])
    problem = robust.at()
    x = next(every_combination(problem, fixed=problem.idle).blocks(4096))[::50]
    losses = plain.evaluate_at(x, values, names=names).objectives * problem.signs
    worst = 5 if sense == "cvar:0.9" else 1
    expected = np.sort(losses, axis=0)[::-1][:worst].mean(axis=0) * problem.signs
    assert robust.read(x).objectives == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_time_limit_is_for_all_that_regret_is_measured_from(tmp_path: Path) -> None:
    """Each of 100 problems took the whole of a limit of 2 s."""
    path = tmp_path / "two.yaml"
    path.write_text(
        "optimise: 1\nname: two\nindicators: {cost: {}, gain: {}}\n"
        "parameters: {p: {value: 1, low: 0.5, high: 1.5}}\n"
        "technologies: {a: {effects: {cost: {value: p}, gain: 2}}, b: {effects: {cost: 1}}}\n"
        "objectives: {cost: minimise, gain: maximise}\n"
    )
    scenario = made_robust(load(path), "regret", samples=3)
    with pytest.raises(ProofError, match=r"0 of 6 problems were solved") as caught:
        with_ideals(scenario, Options(time_limit=-1.0))
    assert "time_limit" in caught.value.help
    assert (
        with_ideals(scenario, Options(time_limit=1e6)).robust
        == with_ideals(scenario, Options()).robust
    )
