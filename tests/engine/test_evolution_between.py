"""Compound effects inside a sum, which HiGHS alone takes: a stopped run has what evolution found,
and a finished one what enumeration says.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import moocore
import numpy as np
import pytest

from optimiser.engine import Options, choose, relaying, run
from optimiser.engine.contract import Budget, Progress
from optimiser.engine.exact.counted_part import counted_ends
from optimiser.engine.holding import feasible
from optimiser.engine.methods import evolutionary
from optimiser.engine.problem import Problem
from optimiser.engine.relaying import EvolutionBetween
from optimiser.errors import InfeasibleError
from optimiser.formulate import shared
from tests.engine.models import front_by_force, front_of
from tests.formulate.test_compounds import problem_in

Data = dict[str, Any]
ALL = Options()


def emissions(n: int, seed: int) -> Data:
    """Fuel and power are saved in percent of what is left; emissions add them up."""
    r = Random(seed)
    technologies: Data = {}
    for t in range(n):
        effects: Data = {"cost": r.randint(5, 60) / 10, "benefit": r.randint(5, 80) / 10}
        effects["fuel"] = f"-{r.randint(50, 800) / 100}%"
        if r.random() < 0.4:
            effects["power"] = f"-{r.randint(50, 800) / 100}%"
        technologies[f"t{t}"] = {"effects": effects}
        if t and r.random() < 0.3:
            technologies[f"t{t}"]["requires"] = [f"t{r.randrange(t)}"]
    whole = sum(t["effects"]["cost"] for t in technologies.values())
    return {
        "optimise": 1,
        "name": "emissions",
        "indicators": {
            "cost": {},
            "benefit": {},
            "fuel": {"baseline": 4000, "combine": "compound"},
            "power": {"baseline": 900, "combine": "compound"},
        },
        "technologies": technologies,
        "objectives": {
            "co2": {"sense": "minimise", "expr": "0.093 * fuel + 0.5 * power"},
            "benefit": "maximise",
            "cost": "minimise",
        },
        "constraints": {"budget": f"cost <= {whole / 2:.1f}"},
    }


def stopped_after(work: int, problem: Problem, options: Options = ALL) -> np.ndarray[Any, Any]:
    """The objectives (k, m) of a run that is interrupted after so many units of evolution."""

    def seen(progress: Progress) -> None:
        if progress.solved >= work:
            budget.cancel()

    budget = Budget(on_progress=seen)
    outcome = EvolutionBetween().solve(problem, options, budget)
    assert (outcome.status, outcome.stopped) == ("approximate", "interrupted")
    y, holds = feasible(problem, outcome.x)
    assert holds.all()
    return y


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evolution has its turn after a few looks at the budget."""
    monkeypatch.setattr(relaying, "_LOOKS", 20)


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return problem_in(emissions(60, 1), tmp_path_factory.mktemp("sixty"))


def test_a_stopped_run_lists_hundreds_of_plans(sixty: Problem) -> None:
    """Sixty technologies listed one plan in ten seconds: HiGHS's first."""
    assert choose(sixty, Options())[0].__class__ is EvolutionBetween
    y = stopped_after(10_000, sixty)
    assert moocore.is_nondominated(y).sum() >= 300
    low, high = y.min(axis=0), y.max(axis=0)
    shares = (y - low) / (high - low)
    middle = (shares > 0.2).all(axis=1) & (shares < 0.8).all(axis=1)
    assert middle.sum() >= 30


def test_corners_of_what_is_counted_come_first_and_are_proven(sixty: Problem) -> None:
    """With nothing adopted nothing is spent: evolution alone had no cheaper plan than 4.3."""
    ends = counted_ends(sixty, Budget())
    assert not ends.infeasible
    assert ends.bounds[0] is None
    y, holds = feasible(sixty, ends.plans)
    assert holds.all()
    best = y[:, 1:].min(axis=0)
    assert [float(bound or 0) for bound in ends.bounds[1:]] == pytest.approx(best)
    assert stopped_after(1, sixty)[:, 1:].min(axis=0) == pytest.approx(best)


def test_a_few_plans_asked_for_come_of_evolution_where_time_is_over(sixty: Problem) -> None:
    """HiGHS alone had three in ten seconds."""
    options = Options(points=12)
    assert choose(sixty, options)[0].__class__ is EvolutionBetween
    y = stopped_after(10_000, sixty, options)
    assert len(y) == 12
    assert moocore.is_nondominated(y).all()
    every = stopped_after(10_000, sixty)
    low, high = every.min(axis=0), every.max(axis=0)
    y = np.minimum(y, high)
    few, all_ = (moocore.hypervolume((v - low) / (high - low), ref=[1.1] * 3) for v in (y, every))
    assert few >= 0.8 * all_


def test_an_interlude_comes_once() -> None:
    """The turn comes by looks at the budget, once, and the run goes on."""
    budget, turns = Budget(), []
    budget.interlude(lambda: turns.append(budget.exhausted()), looks=2, seconds=1e9)
    for looks in range(1, 6):
        assert budget.exhausted() is None
        assert len(turns) == (looks > 2)


@pytest.mark.slow
def test_six_times_the_work_adds_little(sixty: Problem) -> None:
    few, many = stopped_after(10_000, sixty), stopped_after(60_000, sixty)
    every = np.vstack([few, many])
    low, high = every.min(axis=0), every.max(axis=0)
    volumes = [moocore.hypervolume((y - low) / (high - low), ref=[1.1] * 3) for y in (few, many)]
    assert volumes[0] >= 0.93 * volumes[1]


@pytest.fixture
def chained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products are chains of real columns however few factors they have, and evolution is short."""
    monkeypatch.setattr(shared, "_MOST_MONOMIALS", 12)
    monkeypatch.setattr(evolutionary, "_WORK", 5_000.0)


@pytest.mark.usefixtures("chained")
def test_small_models_match_brute_force(tmp_path: Path) -> None:
    asked = 0
    for seed in range(6):
        problem = problem_in(emissions(Random(seed).randint(5, 7), seed), tmp_path)
        first = EvolutionBetween()
        if first.declines(problem) is not None:
            continue
        asked += 1
        solution = run(first, "test", problem, Options(workers=1))
        truth = front_by_force(problem)
        ends = counted_ends(problem, Budget())
        best = problem.evaluate(np.array(list(truth.values())))[0].min(axis=0)
        for bound, value in zip(ends.bounds[1:], best[1:], strict=True):
            # no row was left out that matters to these two
            assert float(bound or 0) == pytest.approx(value)
        assert (solution.proof.status, solution.solver) == ("covering", "exact")
        assert front_of(problem, solution.x) == truth
    assert asked >= 5


@pytest.mark.usefixtures("chained")
def test_what_the_compiled_engines_take_is_left_to_them(tmp_path: Path) -> None:
    linear = emissions(6, 0)
    linear["objectives"]["co2"] = "minimise"
    linear["indicators"]["co2"] = {}
    single = emissions(6, 0)
    single["objectives"] = {"co2": single["objectives"]["co2"]}
    for data in (linear, single):
        assert EvolutionBetween().declines(problem_in(data, tmp_path)) is not None


@pytest.mark.usefixtures("chained")
def test_what_cannot_hold_is_proven_without_evolution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = emissions(6, 0)
    data["constraints"] |= {"much": "benefit >= 1000"}
    problem = problem_in(data, tmp_path)
    assert counted_ends(problem, Budget()).infeasible
    monkeypatch.setattr(evolutionary.Evolutionary, "solve", None)
    with pytest.raises(InfeasibleError):
        run(EvolutionBetween(), "test", problem, Options(workers=1))
