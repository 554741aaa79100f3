"""Questions about a run with --robust, against every plan."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import optimiser
from optimiser.analysis.alternatives import alternatives
from optimiser.analysis.best import best
from optimiser.analysis.replacement import replacement
from optimiser.analysis.tails import cvar
from optimiser.errors import InfeasibleError, UsageError
from optimiser.results import Result
from optimiser.results.naming_plans import listed_plan
from optimiser.study import made_robust
from tests.searches import examples
from tests.small_robust import Small, small

KINDS = ("worst", "gamma:1", "cvar:0.5")


def _solved(tmp_path: Path, model: Small, kind: str) -> Result | None:
    path = tmp_path / "small.yaml"
    path.write_text(model.text(), encoding="utf-8")
    try:
        return optimiser.solve(made_robust(optimiser.load(path), kind, samples=5))
    except InfeasibleError:
        return None


def _robust(model: Small, result: Result, kind: str, name: str, plan: tuple[int, ...]) -> float:
    """A loss in the robust sense, without the program's rows."""
    sense = result.scenario.robust
    assert sense is not None
    if kind.startswith("cvar"):
        import numpy as np

        losses = [float(model.loss(name, plan, one)) for one in sense.vectors()]
        return float(cvar(np.array(losses), 0.5))
    most = len(model.ranges) if kind == "worst" else 1
    return float(max(model.loss(name, plan, one) for one in model.corners(most)))


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 10_000))
@settings(
    max_examples=examples(20, here=3),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_scores_and_values_are_those_of_every_plan(tmp_path: Path, kind: str, seed: int) -> None:
    """The best score was that of a sum made robust as a whole: better than any plan has."""
    model = small(seed, technologies=3)
    if (result := _solved(tmp_path, model, kind)) is None:
        return
    ranges, weights = result.ranking.ranges, result.ranking.weights
    losses = {
        plan: (
            _robust(model, result, kind, "gain", plan),
            _robust(model, result, kind, "harm", plan),
        )
        for plan in model.plans
        if _robust(model, result, kind, "budget", plan) <= 1e-12
    }

    def score(plan: tuple[int, ...]) -> float:
        values = (-losses[plan][0], losses[plan][1])
        return sum(
            weight * (value - worst) / (top - worst) if top != worst else 0.0
            for value, weight, (worst, top) in zip(values, weights, ranges, strict=True)
        )

    for row in replacement(result).rows:
        place = list(model.effects).index(row.technology)
        obeying = [plan for plan in losses if plan[place] == (row.how == "forced")]
        assert row.proven
        assert row.feasible is bool(obeying)
        if obeying:
            assert row.best[0] == pytest.approx(max(-losses[plan][0] for plan in obeying))
            assert row.best[1] == pytest.approx(min(losses[plan][1] for plan in obeying))
            assert row.score == pytest.approx(max(map(score, obeying)), abs=1e-9)
    limit = Fraction(repr(float(sum(losses[plan][1] for plan in losses) / len(losses))))
    answer = best(result, "gain", [f"harm <= {float(limit)!r}", "t0 <= 0"])
    holding = [plan for plan in losses if losses[plan][1] <= limit and not plan[0]]
    assert answer.feasible is bool(holding)
    if holding:
        assert answer.value == pytest.approx(max(-losses[plan][0] for plan in holding))
    for reached in answer.reach:
        assert abs(reached.value - reached.bound) == pytest.approx(reached.by)


def test_regret_is_asked_of_its_list(tmp_path: Path) -> None:
    """A limit on an objective is not one on its regret: 'cost <= 2' was solved as that."""
    result = _solved(tmp_path, small(3, technologies=3), "regret")
    assert result is not None
    assert best(result, "harm").value == result.front.ideal[1]
    with pytest.raises(UsageError, match="only the list"):
        best(result, "harm", ["t0 <= 0"])
    found = alternatives(result, listed_plan(result, 0), within=["90%"], differ=1)
    assert not found.proven
    assert all(one.plan.row is not None for one in found.plans)
    for row in replacement(result).rows:
        listed = [value for value in row.best if value is not None]
        assert all(value >= 0.0 for value in listed)


def test_the_score_of_one_plan_is_known(tmp_path: Path) -> None:
    """Where nothing can be better or worse, the price of an order in the score is 0, and proven."""
    path = tmp_path / "one.yaml"
    path.write_text(
        "optimise: 1\nname: one\nindicators: {gain: {}, cost: {}}\n"
        "technologies: {a: {effects: {gain: 1}}, b: {effects: {cost: 1}}}\n"
        "objectives: {gain: maximise, cost: minimise}\n",
        encoding="utf-8",
    )
    rows = replacement(optimiser.solve(optimiser.load(path))).rows
    assert [(row.how, row.score, row.score_cost, row.proven) for row in rows] == [
        ("forced", 0.0, 0.0, True),
        ("forbidden", 0.0, 0.0, True),
    ] * 2
