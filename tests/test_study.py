"""From a scenario to a result, and ranked again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import optimiser
from optimiser.front import Proof
from optimiser.results import Result
from optimiser.results.mixtures import Cells
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.handmade import front, result, scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def same(one: Result, other: Result) -> bool:
    return (
        np.array_equal(one.front.y, other.front.y)
        and np.array_equal(one.front.indicators, other.front.indicators, equal_nan=True)
        and replace(one.front.provenance, seconds=0.0)
        == replace(other.front.provenance, seconds=0.0)
        and all(
            getattr(one.front, name) == getattr(other.front, name)
            for name in (
                "columns",
                "indicator_columns",
                "decision_columns",
                "cells",
                "ids",
                "proof",
            )
        )
        and one.ranking.rank.tolist() == other.ranking.rank.tolist()
        and one.ranking.score.tolist() == other.ranking.score.tolist()
        and one.reference_plans == other.reference_plans
        and one.scenario == other.scenario
    )


# ---- solving


def test_rows_stand_in_rank_order(solved: Result) -> None:
    assert solved.ranking.order.tolist() == list(range(len(solved.front)))
    assert (np.diff(solved.ranking.rank) >= 0).all()
    assert solved.front.proof.status == "complete"


def test_the_public_interface(solved: Result, tmp_path: Path) -> None:
    functions = ["__version__", "calibrate", "check", "errors", "load", "rank", "runs", "solve"]
    assert optimiser.__all__[-len(functions) :] == functions
    assert {"Options", "Plan", "Result", "Scenario", "Technology"} <= {*optimiser.__all__}
    again = optimiser.solve(optimiser.load(scenario_file(tmp_path)))
    assert same(again, solved)
    assert dir(optimiser) == optimiser.__all__
    assert optimiser.rank(again, method="topsis").ranking.method == "topsis"
    with pytest.raises(AttributeError, match="it has Constraint, Effect, Figure"):
        _ = optimiser.sovle


def test_cells_follow_the_rows_when_these_move(tmp_path: Path) -> None:
    made = result(tmp_path, front([[0, 3], [2, 2], [9, 0]], weights=[9, 1], of="cells"))
    assert made.front.proof.cells == ()
    moved = result(
        tmp_path,
        replace(
            front([[9, 0], [2, 2], [0, 3]], weights=[9, 1]),
            proof=Proof("complete", "cells", cells=((0, 1), (1, 2))),
        ),
    )
    assert moved.front.ids == ("p000000000002", "p000000000001", "p000000000000")
    assert moved.front.proof.cells == ((0, 1), (1, 2))
    segment = result(
        tmp_path,
        replace(
            front([[9, 0], [2, 2], [0, 3]], weights=[9, 1]),
            proof=Proof("complete", "cells", cells=((0, 1),)),
        ),
    )
    assert segment.front.proof.cells == ((1, 2),)


# ---- reference plans


def test_reference_plans_are_placed(solved: Result) -> None:
    today, pilot, everything = solved.reference_plans
    assert (today.on_front, today.equals, today.feasible) == (
        True,
        solved.front.ids[solved.front.cells.index(("0", "0", "0", "0"))],
        True,
    )
    assert pilot.feasible
    assert not pilot.on_front
    by = solved.front.minimised[solved.plan(pilot.dominated_by or "")]
    assert (by <= np.array([-102.0, 1.5])).all()
    assert everything.violated == ("budget",)
    assert (everything.equals, everything.dominated_by) == (None, None)


def test_reference_plan_with_the_values_of_another(tmp_path: Path) -> None:
    """lines costs nothing and brings nothing: the plan is on the front by its values."""
    outcome = solve(
        load(scenario_file(tmp_path, plans={"more": {"set": {"lines": 2}}}))
    ).reference_plans[0]
    assert outcome.on_front
    assert dict(outcome.cells)["lines"] == "2"


def test_reference_plan_outside_its_range_and_rules(tmp_path: Path) -> None:
    scenario = load(scenario_file(tmp_path, groups={"one": {"of": ["iot", "ai"], "at_most": 1}}))
    outcome = solve(scenario).reference_plans[2]
    assert set(outcome.violated) == {"group one", "budget"}


def test_mixtures_of_a_segment() -> None:
    listed = np.array([[0.0, 2.0], [2.0, 0.0]])
    assert Cells(((0, 1),), listed).reach(np.array([1.0, 1.0])) == ((0, 1), True)
    assert Cells(((0, 1),), listed).reach(np.array([1.5, 1.0])) == ((0, 1), False)
    assert Cells(((0, 1),), listed).reach(np.array([0.5, 1.0])) == ((), False)
    assert Cells((), listed).reach(np.array([1.0, 1.0])) == ((), False)


# ---- ranking again


def test_ranking_again_changes_only_the_order(solved: Result) -> None:
    again = rank_again(solved, weights={"cost": 1.0})
    assert set(again.front.ids) == set(solved.front.ids)
    assert again.front.ids[0] == solved.reference_plans[0].equals
    assert again.front.y[0].tolist() == [100.0, 0.0]
    back = rank_again(again, weights={"output": 0.7, "cost": 0.3})
    assert same(replace(back), solved)


def test_ranking_again_keeps_method_and_normalisation(solved: Result) -> None:
    raw = rank_again(solved, normalise="none")
    assert rank_again(raw, weights={"cost": 1}).ranking.normalise == "none"
    topsis = rank_again(raw, method="topsis")
    assert rank_again(topsis, weights={"cost": 1}).ranking.method == "topsis"
    assert rank_again(topsis, method="weighted_sum").ranking.normalise == "range"
