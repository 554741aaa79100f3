"""`decide` on the command line: plans with equal objectives count, answers are JSON, none is 0."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from optimiser.analysis.deciding import decide
from optimiser.ranking import rank
from optimiser.render.decision import decision
from optimiser.results.result import arrange
from optimiser.scenario import load
from optimiser.study import equivalents, solve
from tests.cli.processes import Done
from tests.handmade import front

SCENARIO = """
optimise: 1
name: 选择
indicators:
  产量: {unit: kt}
  cost: {unit: M}
  jobs: {unit: people}
technologies:
  a: {effects: {产量: 2, cost: 1, jobs: 3}}
  b: {effects: {产量: 2, cost: 1, jobs: 5}}
  c: {effects: {产量: 1, cost: 2}}
phases: [{name: "2027"}, {name: "2028"}]
objectives: {产量: maximise, cost: minimise}
"""
PLAIN = SCENARIO.replace('phases: [{name: "2027"}, {name: "2028"}]\n', "")
EFFECTS = {"a": (2, 1, 3), "b": (2, 1, 5), "c": (1, 2, 0)}


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    (tmp_path / "equal.yaml").write_text(PLAIN, encoding="utf-8")
    return "equal.yaml"


def efficient() -> list[tuple[set[str], tuple[int, ...]]]:
    """Every efficient plan and its values, by a look at all; equal ones included."""
    plans = []
    for chosen in product((0, 1), repeat=3):
        names = {name for name, taken in zip(EFFECTS, chosen, strict=True) if taken}
        values = tuple(sum(EFFECTS[name][k] for name in names) for k in range(3))
        plans.append((names, values))
    return [
        (names, own)
        for names, own in plans
        if not any(
            o[0] >= own[0] and o[1] <= own[1] and (o[0], o[1]) != (own[0], own[1]) for _, o in plans
        )
    ]


def test_equal_plans_count_like_the_listed_ones(
    optimise: Callable[..., Done], scenario: str
) -> None:
    answer = json.loads(optimise("decide", scenario, "--json").out)
    plans = efficient()
    assert len(answer["plans"]) == len(plans) == 5
    for name in EFFECTS:
        share = sum(name in names for names, _ in plans) / len(plans)
        assert answer["core_index_all"][name] == pytest.approx(share)
    assert answer["acceptability_error"] == 0
    assert all(rule["proven"] for rule in answer["rules"])
    assert {"schema_version", "command", "scenario", "scenario_hash", "proof", "notes"} < set(
        answer
    )


def test_plans_with_equal_objectives_are_not_called_listed(tmp_path: Path, scenario: str) -> None:
    """A list of 129 plans, 360 equal to one of them beside, was called 489 listed plans."""
    result = solve(load(tmp_path / scenario))
    some = [replace(one, complete=False) for one in equivalents(result, range(len(result.front)))]
    text = "\n".join(str(part) for part in decision(decide(result, equivalents=some), width=80))
    assert (len(result.front), len(efficient())) == (4, 5)
    assert "4 listed plans, 1 other with objectives of one of them" in text


def test_a_plan_that_is_not_listed_may_be_preferred(
    optimise: Callable[..., Done], scenario: str
) -> None:
    """Of 产量 3 for cost 3 it is said that it beats 产量 4 for cost 2: no weights allow that."""
    told = optimise("decide", scenario, "--prefer", "a=1,c=1:a=1,b=1")
    assert told.code == 2
    assert "no weights hold --prefer a=1,c=1:a=1,b=1" in told.err
    answer = json.loads(optimise("decide", scenario, "--prefer", "a=1:a=1,c=1", "--json").out)
    # so the weight of 产量 is at most 5/7, where a + b + c is only as good as a + b
    assert len(answer["plans"]) == 4


def test_a_limit_on_an_indicator_parts_equal_plans(
    optimise: Callable[..., Done], scenario: str
) -> None:
    answer = json.loads(optimise("decide", scenario, "--where", "jobs >= 4", "--json").out)
    assert len(answer["plans"]) == sum(values[2] >= 4 for _, values in efficient())
    assert "b" in answer["technologies"]["core"]
    assert any("jobs >= 4" in note for note in answer["notes"])


def test_no_plan_is_an_answer_and_a_contradiction_an_error(
    optimise: Callable[..., Done], scenario: str
) -> None:
    nothing = optimise("decide", scenario, "--where", "cost <= -1")
    assert nothing.code == 0
    assert 'no plan holds --where "cost <= -1"' in nothing.out
    told = optimise("decide", scenario, "--with", "a", "--without", "a")
    assert told.code == 2
    assert "--with a and --without a" in told.err


def test_steps_go_on_from_the_printed_state(optimise: Callable[..., Done], scenario: str) -> None:
    state, seen = "2x2", []
    for _ in range(3):
        answer = json.loads(optimise("decide", scenario, "--step", state, "--json").out)
        seen.append(answer["points"][-1]["plans"])
        state = f"{answer['state']}/{len(answer['points'])}"
    assert seen == sorted(seen, reverse=True)
    assert len(answer["points"]) == 1
    assert optimise("decide", scenario, "--step", "2x2.000000").code == 2


def test_what_starts_now_starts_in_the_first_phase_of_every_plan(tmp_path: Path) -> None:
    (tmp_path / "phases.yaml").write_text(SCENARIO, encoding="utf-8")
    made = front(
        [(0, 4), (1, 2), (4, 0)],
        cells=[("1@2027", "1@2027", "0"), ("1@2027", "1@2028", "1@2027"), ("1@2027",) * 3],
        decisions=("a", "b", "c"),
    )
    found = decide(arrange(load(tmp_path / "phases.yaml"), made, rank(made)))
    assert found.technologies.core == ("a", "b")
    assert found.technologies.start_now == ("a",)
    text = "\n".join(str(part) for part in decision(found, width=80))
    assert "to start now: a" in text
