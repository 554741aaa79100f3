"""From a scenario to a result, and through the result folder and back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optimiser
from optimiser.errors import ProofError, ScenarioError, UsageError
from optimiser.front import Proof
from optimiser.results import Result
from optimiser.results.document_reading import read_document
from optimiser.results.mixtures import mixture
from optimiser.results.places import is_result
from optimiser.scenario import load
from optimiser.session import Request, keep, obtain, options_for, parse_weights, start
from optimiser.session.requirements import require
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
    assert optimiser.__all__ == ["Result", "calibrate", "check", "errors", "load", "rank", "solve"]
    again = optimiser.solve(optimiser.load(scenario_file(tmp_path)))
    assert same(again, solved)
    assert dir(optimiser) == optimiser.__all__
    assert optimiser.rank(again, method="topsis").ranking.method == "topsis"
    with pytest.raises(AttributeError, match="it has Result, calibrate, check"):
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
    assert mixture(((0, 1),), listed, np.array([1.0, 1.0])) == ((0, 1), True)
    assert mixture(((0, 1),), listed, np.array([1.5, 1.0])) == ((0, 1), False)
    assert mixture(((0, 1),), listed, np.array([0.5, 1.0])) == ((), False)
    assert mixture((), listed, np.array([1.0, 1.0])) == ((), False)


# ---- saving and loading


def test_a_result_reads_back(solved: Result, tmp_path: Path) -> None:
    folder = solved.save(tmp_path / "deep" / "result")
    assert sorted(path.name for path in folder.iterdir()) == ["front.csv", "result.json"]
    assert same(Result.load(folder), solved)
    assert same(Result.load(folder / "result.json"), solved)


def test_saved_keys_are_the_contract(solved: Result, tmp_path: Path) -> None:
    data = json.loads((solved.save(tmp_path / "r") / "result.json").read_text(encoding="utf-8"))
    contract = (
        "schema_version scenario scenario_hash plans ideal nadir proof solver options versions "
        "seed seconds subproblems"
    )
    assert set(contract.split()) | {"reference_plans"} <= set(data)
    assert set(data["plans"][0]) == {"id", "rank", "score", "decisions", "objectives", "indicators"}
    assert data["scenario_hash"] == solved.scenario.scenario_hash
    assert data["plans"][0]["decisions"]["ai"] in (0, "pilot", "full")


def test_saving_twice_gives_the_same_table(solved: Result, tmp_path: Path) -> None:
    again = solve(solved.scenario)
    assert (solved.save(tmp_path / "a") / "front.csv").read_bytes() == (
        again.save(tmp_path / "b") / "front.csv"
    ).read_bytes()


def test_saving_keeps_other_files_and_replaces_ours(solved: Result, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "front.csv").write_text("old", encoding="utf-8")
    solved.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "front.csv",
        "notes.txt",
        "result.json",
    ]
    assert (tmp_path / "front.csv").read_text(encoding="utf-8").startswith("plan,")


@pytest.mark.parametrize("there_already", [False, True])
def test_a_full_disk_loses_nothing(
    solved: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there_already: bool
) -> None:
    """The second file does not fit: neither is written, and what was there stays."""
    place = tmp_path / "result"
    if there_already:
        solved.save(place)
    before = {path.name: path.read_bytes() for path in place.iterdir()} if there_already else {}
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    kept = keep(solved, place, csv=tmp_path / "plans.csv")
    assert (kept.saved, kept.exit_code) == (False, 2)
    assert "No space left" in kept.errors[0].message
    assert place.exists() == there_already
    assert (
        {path.name: path.read_bytes() for path in place.iterdir()} == before
        if there_already
        else True
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "plans.csv",
        *["result"] * there_already,
    ]


def test_saving_to_a_file_is_refused(solved: Result, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        solved.save(tmp_path / "taken")


def damaged(folder: Path, solved: Result, change: Any) -> Path:
    path = solved.save(folder / "r") / "result.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.pop("plans"), "plans"),
        (lambda d: d.update(plans=[]), "there is none"),
        (lambda d: d.update(schema_version=2), "schema_version 2"),
        (lambda d: d.pop("schema_version"), "not a result"),
        (lambda d: d["plans"][0].update(rank="first"), "plans[0].rank"),
        (lambda d: d["plans"][1]["objectives"].pop("cost"), "plans[1].objectives"),
        (lambda d: d["plans"][0]["objectives"].update(output=None), "plans[0].objectives.output"),
        (lambda d: d["ideal"].clear(), "ideal"),
        (lambda d: d["proof"].update(cells=[[99]]), "beyond the plans"),
        (lambda d: d["proof"].update(status="certain"), "proof.status"),
        (lambda d: d.update(extra=1), "extra"),
        (lambda d: d["scenario"].pop("objectives"), "objectives"),
    ],
)
def test_damage_is_named(solved: Result, tmp_path: Path, change: Any, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Result.load(damaged(tmp_path, solved, change))
    assert any(words in d.message for d in caught.value.diagnostics)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema_version": 1, "seconds": NaN}', "\udcff", "[" * 100_000]
)
def test_what_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ScenarioError):
        read_document(path)


def test_a_missing_result_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no result at"):
        Result.load(tmp_path / "nowhere")


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


# ---- requests


def test_options_come_from_the_request_before_the_scenario(tmp_path: Path) -> None:
    scenario = load(scenario_file(tmp_path, solver={"seed": 7, "time_limit": 9}))
    assert options_for(scenario).seed == 7
    options = options_for(scenario, Request(seed=0, gap=0.0))
    assert (options.seed, options.gap, options.time_limit) == (0, 0.0, 9.0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"seed": -1},
        {"time_limit": 0},
        {"time_limit": float("nan")},
        {"gap": -0.1},
        {"gap": float("inf")},
        {"points": 0},
    ],
)
def test_impossible_options_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Request(**arguments)


def test_a_result_or_a_scenario(solved: Result, tmp_path: Path) -> None:
    folder = solved.save(tmp_path / "r")
    assert is_result(str(folder))
    assert is_result(str(folder / "result.json"))
    copy = shutil.copy(folder / "result.json", tmp_path / "other.json")
    assert is_result(str(copy))
    assert not is_result(str(scenario_file(tmp_path)))
    assert not is_result("production_steps")
    with pytest.raises(UsageError, match=r"no result\.json"):
        is_result(str(tmp_path))


def test_options_for_a_saved_result_are_refused(solved: Result, tmp_path: Path) -> None:
    folder = solved.save(tmp_path / "r")
    with pytest.raises(UsageError, match="--set, --seed"):
        obtain(str(folder), Request(overrides=("name=x",), seed=3))
    found = obtain(str(folder), Request())
    assert same(found.result, solved)
    assert (found.findings, found.exit_code) == ((), 0)


@pytest.mark.parametrize(
    "text",
    ["output", "output=", "=1", "output=x", "output=nan", "output=1,output=2", "", "output=1,"],
)
def test_weights_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError):
        parse_weights(text)


def test_weights_are_read() -> None:
    assert parse_weights("output=0.5, 成本=1e-3") == {"output": 0.5, "成本": 0.001}


# ---- claims


@pytest.mark.parametrize(
    ("proof", "wanted", "gap", "holds"),
    [
        (Proof("complete", basis="exact"), "complete", None, True),
        (Proof("complete", basis="exact"), "covering", 0.01, True),
        (Proof("complete", basis="numerical"), "complete", None, False),
        (Proof("complete", basis="numerical"), "complete:numerical", None, True),
        (Proof("complete", basis="exact"), "complete:numerical", None, True),
        (Proof("covering", gap=0.01, basis="exact"), "covering", None, True),
        (Proof("covering", gap=0.01, basis="exact"), "covering", 0.01, True),
        (Proof("covering", gap=0.01, basis="numerical"), "covering", 0.01, False),
        (Proof("covering", gap=0.01, basis="numerical"), "covering:numerical", 0.01, True),
        (Proof("covering", gap=0.02, basis="exact"), "covering", 0.01, False),
        (Proof("covering", gap=0.02, basis="numerical"), "covering:numerical", 0.01, False),
        (Proof("covering", gap=None, basis="exact"), "covering", 0.01, False),
        (Proof("covering", gap=None, basis="exact"), "covering", None, False),
        (Proof("covering", gap=0.0, basis="exact"), "complete", None, False),
        (Proof("approximate"), "covering", None, False),
        (Proof("approximate", stopped="time_limit"), "complete", None, False),
    ],
)
def test_required_proofs(proof: Proof, wanted: Any, gap: float | None, holds: bool) -> None:
    made = replace(front([[0, 1], [1, 0]]), proof=proof)
    if holds:
        require(made, wanted, gap=gap)
    else:
        with pytest.raises(ProofError):
            require(made, wanted, gap=gap)


def test_exit_codes_in_their_order(tmp_path: Path) -> None:
    def kept(proof: Proof, place: Path) -> int:
        return keep(
            result(tmp_path, replace(front([[0, 1], [1, 0]]), proof=proof)),
            place,
            wanted="complete",
        ).exit_code

    (tmp_path / "file").write_text("", encoding="utf-8")
    assert kept(Proof("complete", basis="exact"), tmp_path / "r") == 0
    assert kept(Proof("approximate"), tmp_path / "r") == 6
    assert kept(Proof("approximate"), tmp_path / "file") == 2
    assert kept(Proof("approximate", stopped="interrupted"), tmp_path / "file") == 130


# ---- starting


def test_the_starter_runs_without_a_warning(tmp_path: Path) -> None:
    file = start(tmp_path / "plan")
    scenario, findings = optimiser.check(file)
    assert scenario is not None
    assert findings == ()
    started = solve(scenario)
    assert started.front.proof.status == "complete"
    assert [outcome.on_front for outcome in started.reference_plans] == [True, False]


def test_a_template_brings_the_files_it_extends(tmp_path: Path) -> None:
    file = start(tmp_path, template="steel_routes_clean_grid")
    assert {path.name for path in tmp_path.iterdir()} == {
        "steel_routes.yaml",
        "steel_routes_clean_grid.yaml",
    }
    assert load(file) == load("steel_routes_clean_grid")


def test_a_template_brings_its_tables(tmp_path: Path) -> None:
    file = start(tmp_path, template="industrial_park")
    assert {path.name for path in tmp_path.iterdir()} == {
        "industrial_park.yaml",
        "industrial_park_projects.csv",
    }
    assert load(file) == load("industrial_park")
    assert load(file).sources == load("industrial_park").sources


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    start(tmp_path)
    with pytest.raises(UsageError, match="is there already"):
        start(tmp_path)


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        start(tmp_path / "x", template="starte")
    assert "did you mean 'starter'" in caught.value.help
    assert not (tmp_path / "x").exists()
