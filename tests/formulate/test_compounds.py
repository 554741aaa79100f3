"""Indicators whose effects compound: complete fronts on exact ground, at any size, against exact
products of every plan.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, registry, run
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError, ScenarioError
from optimiser.formulate import assembly, formulate, links
from optimiser.scenario import load
from tests.engine.models import front_by_force, front_of
from tests.searches import examples, seeds

FEW = settings(max_examples=examples(12), deadline=None, derandomize=True)
ONE = Options(workers=1)
# -10 % twice is -19 %, +25 % takes back -20 %: products that are equal, and nearly
PERCENT = (-10, -19, -20, 25, -50, 100, -5, 5, -1, "-0.1", "-0.2", "-12.3456", "7.5")
Data = dict[str, Any]


def problem_in(data: Data, folder: Path) -> Problem:
    path = folder / "compounds.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return formulate(load(path)).at()


def decimal(value: Fraction) -> str:
    with localcontext() as context:
        context.prec = 80
        return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


def random_scenario(seed: int) -> Data:
    r = Random(seed)
    phased = r.random() < 0.15
    n = r.randint(2, 3) if phased else r.randint(3, 6)
    pool = r.sample(PERCENT, r.choice([2, 4, 8]))
    base = r.choice(["520", "1000000000", "0.000000001"])
    names = [f"e{k}" for k in range(r.choice([1, 1, 2, 3]))]
    technologies: Data = {}
    for t in range(n):
        effects: Data = {"cost": r.randint(1, 5)} | {e: f"{r.choice(pool)}%" for e in names}
        technologies[f"t{t}"] = {"effects": effects}
        if t == 0 and not phased and r.random() < 0.3:
            other = {name: f"{r.choice(pool)}%" for name in names}
            technologies["t0"] = {
                "levels": {"a": {"effects": effects}, "b": {"effects": {"cost": 2} | other}}
            }
        if t and r.random() < 0.2:
            technologies[f"t{t}"][r.choice(["requires", "excludes"])] = [f"t{r.randrange(t)}"]
    data: Data = {
        "optimise": 1,
        "name": "compounds",
        "title": "Compounds",
        "indicators": {"cost": {}}
        | {e: {"baseline": float(base), "combine": "compound"} for e in names},
        "technologies": technologies,
        "objectives": {"cost": "minimise"}
        | {e: r.choice(["minimise", "maximise"]) for e in names if e == "e0" or r.random() < 0.8},
    }
    if phased:
        data["phases"] = [{"name": "soon", "years": 1}, {"name": "later", "years": 3}]
    if r.random() < 0.4:
        data["synergies"] = {
            "s": {"between": ["t1", "t2" if n > 2 else "t0"], "effects": {"e0": f"{pool[0]}%"}}
        }
    limits: Data = {"budget": f"cost <= {r.randint(4, 15)}"} if r.random() < 0.4 else {}
    if r.random() < 0.5:  # a bound that some products meet exactly
        value = Fraction(base)
        for _ in range(r.randint(0, 3)):
            value *= 1 + Fraction(str(r.choice(pool))) / 100
        limits["bound"] = f"e0 {r.choice(['<=', '>='])} {decimal(value)}"
    if len(names) > 1 and r.random() < 0.3:
        limits["ratio"] = f"e0 {r.choice(['<=', '>='])} e1"
    return data | ({"constraints": limits} if limits else {})


def agrees(problem: Problem, method: str) -> None:
    truth = front_by_force(problem)
    try:
        solution = run(registry()[method], "test", problem, ONE)
    except InfeasibleError:
        assert not truth
        return
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    assert front_of(problem, solution.x) == truth


def every_product_by_its_logarithm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_FEW_PRODUCTS", 1)
    monkeypatch.setattr(assembly, "_FEW_PRODUCTS", 1)


@pytest.mark.parametrize("first", seeds(0, 60, 20, here=1))
def test_random_scenarios_match_brute_force(first: int, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        every_product_by_its_logarithm(patch)
        linked = 0
        for seed in range(first, first + 20):
            try:
                problem = problem_in(random_scenario(seed), tmp_path)
            except ScenarioError:
                continue  # a technology that excludes what it requires
            if not problem.linear:
                continue
            linked += any(problem.linear.linked)
            assert problem.linear.resolution is None
            agrees(problem, "exact")
        assert linked > 6


@pytest.mark.slow
def test_many_random_scenarios_match_brute_force(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        every_product_by_its_logarithm(patch)
        for seed in range(1000, 1600):
            try:
                problem = problem_in(random_scenario(seed), tmp_path)
            except ScenarioError:
                continue
            if not problem.linear:
                continue
            for method in ("exact", "labels"):
                if registry()[method].declines(problem) is None and any(problem.linear.linked):
                    agrees(problem, method)


def portfolio(n: int, seed: int, *, digits: int, compounds: int = 1) -> Data:
    r = Random(seed)
    names = [f"e{k}" for k in range(compounds)]
    return {
        "optimise": 1,
        "name": "portfolio",
        "title": "Portfolio",
        "indicators": {"cost": {}} | {e: {"baseline": 500, "combine": "compound"} for e in names},
        "technologies": {
            f"t{t}": {
                "effects": {"cost": r.randint(5, 60)}
                | {e: f"-{r.uniform(0.5, 12):.{digits}f}%" for e in names}
            }
            for t in range(n)
        },
        "objectives": dict.fromkeys(("cost", *names), "minimise"),
    }


@FEW
@given(seed=st.integers(0, 10**6), digits=st.sampled_from([0, 1, 4, 15]))
def test_what_is_enumerated_is_found_by_logarithms(
    tmp_path_factory: pytest.TempPathFactory, seed: int, digits: int
) -> None:
    problem = problem_in(portfolio(8, seed, digits=digits), tmp_path_factory.mktemp("c"))
    assert problem.linear
    assert problem.linear.linked == ("", "exp")
    agrees(problem, "exact")


def test_thirty_measures_are_listed_completely_on_exact_ground(tmp_path: Path) -> None:
    """2^30 combinations, of whose logarithms no 64 bits tell all apart."""
    problem = problem_in(portfolio(30, 1, digits=1), tmp_path)
    solution = run(registry()["exact"], "test", problem, ONE)
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    assert solution.proof.resolution is None
    assert problem.exact is not None
    keys, held = problem.exact(solution.x)
    assert held.all()
    # the other objective's best under every cost, by dynamic programming over whole costs
    assert {(int(c), Fraction(e)) for c, e in keys} == by_costs(portfolio(30, 1, digits=1))


def by_costs(data: Data) -> set[tuple[int, Fraction]]:
    """The least product at every cost, exactly."""
    best = {0: Fraction(500)}
    for written in data["technologies"].values():
        cost, share = written["effects"]["cost"], written["effects"]["e0"]
        factor = 1 + Fraction(share.rstrip("%")) / 100
        for at, value in sorted(best.items(), reverse=True):
            more = value * factor
            best[at + cost] = min(more, best.get(at + cost, more))
    front: set[tuple[int, Fraction]] = set()
    least = None
    for cost in sorted(best):
        if least is None or best[cost] < least:
            least = best[cost]
            front.add((cost, least))
    return front
