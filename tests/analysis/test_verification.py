"""Verification believes nothing, and says which plan does not hold and why; an honest result
passes.
"""

from __future__ import annotations

import itertools
import json
from operator import mul
from pathlib import Path
from typing import Any

import pytest

from optimiser.analysis import files_of_result
from optimiser.analysis.proving import prove
from optimiser.analysis.verification import Verified, insist, verify, verify_saved
from optimiser.errors import GateError, ProofError, ScenarioError
from optimiser.language import LANGUAGES, speaking
from optimiser.ranking import methods
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import certify, made_robust, rank_again, read_certificate, solve
from tests.handmade import scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


@pytest.mark.parametrize(
    "name", ["production_steps", "fusion_linear", "smart_factory", "steel_routes"]
)
def test_honest_results_hold(name: str, tmp_path: Path) -> None:
    found = solve(load(name))
    assert verify(found).holds
    assert verify_saved(found.save(tmp_path / "r"))[1].holds


def test_how_many_combinations_are_looked_at_is_how_many_keep_rules_and_linear_limits(
    tmp_path: Path,
) -> None:
    """By one's own counting; what a curved limit excludes is looked at."""
    path = tmp_path / "counted.yaml"
    path.write_text(COUNTED, encoding="utf-8")
    found = solve(load(path))
    kept = [
        chosen
        for chosen in itertools.product((0, 1), repeat=4)
        if chosen[0] <= chosen[1] and sum(map(mul, (3, 2, 2, 1), chosen)) <= 5
    ]
    (said,) = verify(found).checked
    assert f"each of the {len(kept)} combinations that keep the rules and linear limits" in said


COUNTED = """
optimise: 1
name: counted
indicators: {gain: {}, cost: {}}
technologies:
  a: {requires: [b], effects: {gain: 3, cost: 3}}
  b: {effects: {gain: 1, cost: 2}}
  c: {effects: {gain: 2, cost: 2}}
  d: {effects: {gain: 1, cost: 1}}
objectives: {gain: maximise, cost: minimise}
constraints:
  budget: cost <= 5
  curved: gain ** 3 <= 60
"""


@pytest.mark.parametrize("method", sorted(methods()))
def test_results_ranked_again_hold(method: str, solved: Result, tmp_path: Path) -> None:
    again = rank_again(solved, method=method, weights={"cost": 2, "output": 1})
    assert verify_saved(again.save(tmp_path / "r"))[1].holds


def test_a_certificate_is_of_the_run_that_is_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another run took the place of the result meanwhile, its certificate was held against
    the plans of the first, and did not hold.
    """
    one, other = (
        certify(solve(load(scenario_file(tmp_path, title=title)))) for title in ("one", "other")
    )
    place = one.save(tmp_path / "r")
    read = read_certificate

    def late(path: Path) -> bytes:
        other.save(place)
        return read(path)

    monkeypatch.setattr(files_of_result, "read_certificate", late)
    found, verified = verify_saved(place, proof=True)
    assert found.certificate == other.certificate != one.certificate
    assert prove(found, str(place), verified)[1].holds


def plan(data: dict[str, Any], **decisions: Any) -> dict[str, Any]:
    wanted = {"lines": 0, "iot": 0, "ai": 0, "pv": 0} | decisions
    found: dict[str, Any] = next(one for one in data["plans"] if one["decisions"] == wanted)
    return found


def swap(data: dict[str, Any]) -> None:
    data["plans"][0], data["plans"][1] = data["plans"][1], data["plans"][0]


def repeat(data: dict[str, Any]) -> None:
    data["plans"].append(data["plans"][-1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda d: plan(d, iot=1, ai="full")["objectives"].update(output=112),
            "output is listed as 112.0, the scenario gives 111.0",
        ),
        (
            lambda d: plan(d, iot=1, ai="full")["objectives"].update(output=111.0000002),
            "output is listed as 111.0000002",
        ),
        (
            lambda d: plan(d, iot=1, ai="full")["indicators"].update(jobs=11),
            "jobs is listed as 11.0",
        ),
        (lambda d: plan(d, iot=1, ai="full")["decisions"].update(pv=2), "infeasible: budget"),
        (
            lambda d: plan(d, iot=1, ai="full")["decisions"].update(lines=1),
            "its decisions are those of plan p",
        ),
        (
            lambda d: plan(d, iot=1, ai="full")["decisions"].update(lines=3),
            "outside what is allowed",
        ),
        (lambda d: plan(d, iot=1, ai="full")["decisions"].update(ai="huge"), "'huge' is no level"),
        (
            lambda d: plan(d, iot=1, ai="full")["decisions"].update(pv=1.5),
            "outside what is allowed",
        ),
        (
            lambda d: plan(d, iot=1, ai="full")["decisions"].update(ai="pilot"),
            "is dominated by plan p",
        ),
        (
            lambda d: plan(d, iot=1, ai="full").update(id="p000000000000"),
            "plan p000000000000: its decisions are those of plan p",
        ),
        (lambda d: plan(d, iot=1, ai="full").update(rank=7), "is listed with rank 7"),
        (lambda d: plan(d, iot=1, ai="full").update(score=0.99), "its score is listed as 0.99"),
        (swap, "do not stand in the order of their ranks"),
        (repeat, "is listed twice"),
        (repeat, "has the same values as plan"),
        (lambda d: d["ranking"].update(method="dice"), "the ranking cannot be repeated"),
        (lambda d: d["ranking"]["weights"].update(output=0.5, cost=0.5), "its score is listed as"),
        (lambda d: d["ranking"].update(definition="signed"), "its score is listed as"),
        (lambda d: d["ranking"].update(definition="closeness"), "the ranking cannot be repeated"),
        (
            lambda d: d["ranking"]["ranges"].update(cost=[7.0, 0.0]),
            "scores are measured by a range of cost from 7.0 to 0.0, and it goes from",
        ),
        (lambda d: d["ideal"].update(cost=-1), "ideal of cost is listed as -1.0"),
        (lambda d: d["nadir"].update(cost=1), "nadir of cost is listed as 1.0"),
        (lambda d: d.update(scenario_hash="0" * 64), "its hash differs"),
        (
            lambda d: d["scenario"]["indicators"]["output"].update(baseline="101"),
            "its hash differs",
        ),
        (
            lambda d: d["reference_plans"][1].update(feasible=True, violated=["x"]),
            "reference plan pilot is not where",
        ),
        (
            lambda d: d["reference_plans"][1].update(
                feasible=not d["reference_plans"][1]["feasible"]
            ),
            "reference plan pilot is not where",
        ),
        (lambda d: d["reference_plans"].pop(), "the reference plans are not those of the scenario"),
        (
            lambda d: d["objectives"][0].update(unit="t"),
            "the objectives are not those of the scenario",
        ),
    ],
)
def test_what_was_tampered_with_is_named(
    change: Any, words: str, solved: Result, tmp_path: Path
) -> None:
    path = solved.save(tmp_path / "r") / "result.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    _, verified = verify_saved(path)
    assert any(words in str(finding) for finding in verified.findings), [
        str(finding) for finding in verified.findings
    ]
    with pytest.raises(GateError):
        insist(verified, str(path))


@pytest.fixture
def robust(tmp_path: Path) -> Path:
    """A saved result whose objectives are tails of what an uncertain price makes of them."""
    made = {
        "optimise": 1,
        "name": "priced",
        "parameters": {"price": {"value": 3, "low": 1, "high": 4}},
        "indicators": {"cost": {}, "gain": {}},
        "technologies": {"iot": {"effects": {"cost": {"value": "2 * price"}, "gain": 5}}},
        "objectives": {"cost": "minimise", "gain": "maximise"},
    }
    return solve(made_robust(load(made), "cvar:0.5", samples=4)).save(tmp_path / "r")


def test_values_at_the_parameters_own_are_computed_again(robust: Path) -> None:
    """Robust plans whose nominal objectives were changed were verified."""
    assert verify_saved(robust)[1].holds
    path = robust / "result.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    (name,) = (name for name, own in data["robust"]["nominal"].items() if own["gain"] == 5)
    assert data["robust"]["nominal"][name]["cost"] == 6
    data["robust"]["nominal"][name]["cost"] = 7.0
    path.write_text(json.dumps(data), encoding="utf-8")
    (finding,) = verify_saved(path)[1].findings
    assert "robust.nominal.cost is listed as 7.0, the scenario gives 6.0" in str(finding)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r.update(parameters=["prise"]), "robust.parameters: prise; expected price"),
        (
            lambda r: r["nominal"].update({name: {"cost": 0.0} for name in r["nominal"]}),
            "cost; expected cost, gain",
        ),
    ],
)
def test_a_robust_record_of_something_else_is_damaged(
    change: Any, words: str, robust: Path
) -> None:
    """Another name of a parameter ended with an internal error."""
    path = robust / "result.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data["robust"])
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        verify_saved(path)


def test_a_table_that_says_something_else_is_named(solved: Result, tmp_path: Path) -> None:
    folder = solved.save(tmp_path / "r")
    table = folder / "front.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",111,", ",112,"), encoding="utf-8")
    _, verified = verify_saved(folder)
    assert "front.csv differs from result.json in line" in str(verified.findings[0])
    assert verify_saved(folder / "result.json")[1].holds


def test_nothing_found_is_no_failure() -> None:
    insist(Verified(()), "x")
    insist(Verified(()), "x", exactly=True)
    insist(Verified((), unchecked={"missing": "that no plan is missing"}), "x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whether_anything_is_claimed_does_not_hang_on_words(language: str) -> None:
    with speaking(language), pytest.raises(ProofError):
        insist(Verified((), ("what is said of it",), claims=False), "x", exactly=True)


def test_what_is_open_is_no_proof() -> None:
    with pytest.raises(ProofError, match="that no plan is missing and 1 more"):
        insist(
            Verified((), unchecked={"missing": "that no plan is missing", "scale": "the scale"}),
            "x",
            exactly=True,
        )


def test_a_result_of_before_definitions_were_stored_still_holds(
    solved: Result, tmp_path: Path
) -> None:
    """It was scored with minimised objectives from 0 down to minus their weight."""
    from dataclasses import replace

    from optimiser.ranking import rank

    earlier = replace(solved, ranking=rank(solved.front, definition="signed"))
    path = earlier.save(tmp_path / "earlier") / "result.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["ranking"]["definition"], data["ranking"]["ranges"]
    for objective in data["objectives"]:
        del objective["range"]
    path.write_text(json.dumps(data), encoding="utf-8")
    again, verified = verify_saved(path.parent)
    assert verified.findings == ()
    assert again.ranking.score.max() == pytest.approx(0.4)
    assert rank_again(again).ranking.score.max() == pytest.approx(0.7)


def test_the_definition_and_the_ranges_are_stored(tmp_path: Path) -> None:
    objectives = {
        "output": {"sense": "maximise", "range": [90, 130]},
        "cost": {"sense": "minimise"},
    }
    made = solve(load(scenario_file(tmp_path, objectives=objectives)))
    made.save(tmp_path / "r")
    data = json.loads((tmp_path / "r" / "result.json").read_text(encoding="utf-8"))
    assert data["ranking"]["definition"] == "shares"
    assert data["ranking"]["ranges"] == {
        "output": [90, 130],
        "cost": [data["nadir"]["cost"], data["ideal"]["cost"]],
    }
    found, verified = verify_saved(tmp_path / "r")
    assert verified.findings == ()
    topsis = rank_again(found, method="topsis_minmax")
    assert topsis.ranking.ranges.tolist() == made.ranking.ranges.tolist()
    assert verify(topsis).findings == ()
