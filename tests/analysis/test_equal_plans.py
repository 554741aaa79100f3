"""Plans with equal objectives that are kept with a result: read back as found, and verified."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import optimiser
from optimiser.analysis.deciding import decide
from optimiser.analysis.decision_records import of_decision
from optimiser.analysis.verification import verify_saved
from optimiser.errors import ScenarioError
from optimiser.results import Result
from optimiser.results.document import equal_records
from optimiser.study import equivalents, with_equal_plans

Damage = Callable[[list[dict[str, Any]]], object]


@pytest.fixture(scope="module")
def phased() -> Result:
    return with_equal_plans(optimiser.solve(optimiser.load("smart_manufacturing_phases")))


def test_they_are_read_back_as_they_were_found(phased: Result, tmp_path: Path) -> None:
    loaded = Result.load(phased.save(tmp_path / "r"))
    assert loaded.equal_plans is not None
    assert sum(map(len, loaded.equal_plans)) == 4
    found = equivalents(replace(loaded, equal_plans=None), range(len(loaded.front)))
    assert list(map(equal_records, loaded.equal_plans)) == list(map(equal_records, found))
    assert verify_saved(tmp_path / "r")[1].holds


def test_what_is_decided_is_the_same_with_them_and_with_a_search(phased: Result) -> None:
    bare = replace(phased, equal_plans=None)
    searched = equivalents(bare, range(len(bare.front)))
    assert of_decision(decide(phased, equivalents=phased.equal_plans)) == of_decision(
        decide(bare, equivalents=searched)
    )


def test_they_move_with_their_plans_when_these_are_ranked_again(phased: Result) -> None:
    again = optimiser.rank(phased, weights={"investment": 1.0})
    assert again.front.ids != phased.front.ids
    assert again.equal_plans is not None
    assert [one.row for one in again.equal_plans] == list(range(len(again.front)))
    for one in again.equal_plans:
        for other in () if one.others is None else one.others.y.tolist():
            assert other == again.front.y[one.row].tolist()


def test_a_limit_that_is_used_up_leaves_no_search_for_them(
    phased: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search has seconds of its own, which came on top of an expired limit."""
    monkeypatch.setattr(
        "optimiser.study.equal_plans.equivalents", lambda *_, **__: pytest.fail("searched")
    )
    bare = replace(phased, equal_plans=None)
    assert with_equal_plans(bare, seconds=0.0) is bare
    assert with_equal_plans(bare, seconds=-1.0) is bare


def test_they_are_not_kept_where_amounts_are_real_numbers() -> None:
    result = optimiser.solve(optimiser.load("steel_routes"))
    assert with_equal_plans(result).equal_plans is None


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda plans: plans[0]["equivalents"]["plans"].pop(), "not those that are listed beside"),
        (lambda plans: plans[0]["equivalents"].update(complete=False), "not those that are listed"),
        (
            lambda plans: plans[0]["equivalents"]["plans"][0]["objectives"].update(output=99.0),
            "not what its decisions lead to",
        ),
        (
            lambda plans: plans[0]["equivalents"]["plans"].append(
                plans[0]["equivalents"]["plans"][0]
            ),
            "not a plan of its own",
        ),
        (
            lambda plans: plans[1]["equivalents"]["plans"].append(
                plans[0]["equivalents"]["plans"][0]
            ),
            "does not have the objectives of",
        ),
        (
            lambda plans: plans[0]["equivalents"]["plans"][0]["decisions"].update(
                iot_monitoring=0, iiot_warehouse=0, ai_scheduling="1@2027"
            ),
            "",
        ),
    ],
    ids=["one is gone", "not all", "a value", "twice", "of another plan", "breaks a rule"],
)
def test_verification_finds_what_was_changed(
    phased: Result, tmp_path: Path, damage: Damage, words: str
) -> None:
    phased.save(tmp_path / "r")
    file = tmp_path / "r" / "result.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    # those with equal plans first
    damage(sorted(document["plans"], key=lambda plan: not plan["equivalents"]["plans"]))
    file.write_text(json.dumps(document), encoding="utf-8")
    findings = verify_saved(tmp_path / "r")[1].findings
    assert findings
    assert any(words in str(finding) for finding in findings)


def test_names_that_the_front_does_not_have_are_damage(phased: Result, tmp_path: Path) -> None:
    phased.save(tmp_path / "r")
    file = tmp_path / "r" / "result.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    plan = next(plan for plan in document["plans"] if plan["equivalents"]["plans"])
    plan["equivalents"]["plans"][0]["decisions"]["robots"] = 1
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"equivalents.plans\[0\].decisions"):
        Result.load(tmp_path / "r")
