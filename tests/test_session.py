"""What a command needs: what is asked, what a path names, what is required, what is started."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import optimiser
from optimiser import engine, paths
from optimiser.engine import Options, Solution
from optimiser.engine.problem import Problem
from optimiser.errors import ProofError, UsageError
from optimiser.formulate import Model, formulate
from optimiser.front import Proof
from optimiser.results import Result
from optimiser.results.places import is_result
from optimiser.scenario import load
from optimiser.session import (
    Place,
    Request,
    keep,
    keeping,
    obtain,
    open_scenario,
    options_for,
    parse_weights,
    start,
)
from optimiser.session.requirements import require
from optimiser.study import insist, solve
from optimiser.study.preparing import in_time, pace
from optimiser.study.solving import _limited
from tests.handmade import front, result, scenario_file
from tests.test_study import same


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


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


def test_reading_a_scenario_counts_against_the_time_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 107.0])
    given: list[float] = []

    def solved_now(*arguments: Any, spent: float, **options: Any) -> Result:
        given.append(spent)
        return solve(*arguments, spent=spent, **options)

    monkeypatch.setattr("optimiser.session.obtaining.solve", solved_now)
    monkeypatch.setattr("optimiser.session.obtaining.time.monotonic", lambda: next(clock, 107.0))
    obtain(str(scenario_file(tmp_path)), Request(no_cache=True))
    assert given == [7.0]


@pytest.mark.parametrize(
    ("limit", "seconds", "left"),
    [(None, 50.0, None), (10.0, 4.0, 6.0), (10.0, 0.5, 9.5), (10.0, 40.0, 1.0), (0.2, 3.0, 0.2)],
)
def test_preparation_counts_and_the_search_keeps_a_second(
    limit: float | None, seconds: float, left: float | None
) -> None:
    assert _limited(Options(time_limit=limit), seconds).time_limit == left


@pytest.mark.parametrize(
    ("limit", "prepared", "left"),
    [(1.0, 1.0, 1.0), (1.0, 2.0, 1.0), (1.0, 2.6, 0.49), (1.0, 9.0, 0.25), (0.1, 9.0, 0.1)],
)
def test_a_late_search_leaves_what_comes_after_it_its_time(
    limit: float, prepared: float, left: float
) -> None:
    options = _limited(Options(time_limit=limit), 1.35 * prepared, prepared=prepared)
    assert options.time_limit == pytest.approx(left)


def test_a_run_that_would_be_late_ends_before_it_is_formulated() -> None:
    assert in_time(None, 1e9)
    assert in_time(1.0, 2.77)
    assert not in_time(1.0, 2.78)
    assert in_time(40.0, 31.6)
    assert not in_time(40.0, 31.7)
    insist(1.0, 2.7)
    with pytest.raises(ProofError, match="before the scenario was prepared") as late:
        insist(1.0, 2.8)
    assert "took 2.8 s so far: raise `time_limit` to 8 or more" in late.value.help
    assert in_time(8.0, 2.8)


def test_the_pace_of_a_machine_is_told_by_what_preparing_took(tmp_path: Path) -> None:
    problem = formulate(load(scenario_file(tmp_path))).at()
    assert pace(problem, 0.5) == 1.0
    linear = problem.linear
    assert linear
    rows = (*linear.rows, *linear.objectives)
    numbers = len(problem.decisions) + sum(len(row.terms) for row in rows)
    assert pace(problem, 1.0 + 3 * numbers / 13_333) == pytest.approx(3.0)
    assert pace(problem, 1e9) == 10.0


@pytest.mark.parametrize("stage", [0, 1, 2, 3])
def test_no_stage_of_preparing_begins_that_would_be_late(
    stage: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scenario may be formulated already, and be late all the same."""
    clock = [0.0]
    reached: list[str] = []

    def passing(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            clock[0] += 100.0 * (stage == len(reached) + 1)
            reached.append(name)
            return function(*arguments, **named)

        return called

    monkeypatch.setattr("optimiser.study.solving.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("optimiser.formulate.formulate", passing("model", formulate))
    monkeypatch.setattr(Model, "at", passing("problem", Model.at))
    monkeypatch.setattr("optimiser.engine.solve", passing("search", engine.solve))
    scenario, options = load(scenario_file(tmp_path)), Options(time_limit=5.0)
    if stage == 3:  # the search has a budget of its own
        assert solve(scenario, options).front.proof.status == "complete"
    else:
        with pytest.raises(ProofError, match="before the scenario was prepared"):
            solve(scenario, options, spent=100.0 * (stage == 0))
    assert reached[:3] == ["model", "problem", "search"][:stage]


def test_a_late_scenario_is_read_without_advice_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scenario_file(tmp_path, parameters={"unused": {"value": 1}})
    asked = Request(time_limit=1.0, no_cache=True)
    assert [d.code for d in open_scenario(str(path), asked)[1]] == ["S104"]
    now = time.monotonic()
    assert [d.code for d in open_scenario(str(path), asked, began=now)[1]] == ["S104"]
    assert open_scenario(str(path), asked, began=now - 3600)[1] == ()
    clock = iter([now - 3600])
    monkeypatch.setattr("optimiser.session.obtaining.time.monotonic", lambda: next(clock, now))
    with pytest.raises(ProofError, match="before the scenario was prepared"):
        obtain(str(path), asked)


def test_what_follows_the_search_is_kept_back_by_what_came_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float | None] = []
    before = engine.solve

    def engine_solve(problem: Problem, options: Options, **rest: Any) -> Solution:
        given.append(options.time_limit)
        return before(problem, options, **rest)

    monkeypatch.setattr("optimiser.engine.solve", engine_solve)
    solve(load(scenario_file(tmp_path)), Options(time_limit=100.0), spent=20.0)
    assert given[0] is not None
    assert 72.0 < given[0] <= 73.0


def test_options_for_a_saved_result_are_refused(solved: Result, tmp_path: Path) -> None:
    folder = solved.save(tmp_path / "r")
    with pytest.raises(UsageError, match="--seed, --gap"):
        obtain(str(folder), Request(gap=0.1, seed=3))
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
            Place(place),
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
        "scenario.schema.json",
        "steel_routes.yaml",
        "steel_routes_clean_grid.yaml",
    }
    assert load(file) == load("steel_routes_clean_grid")


def test_a_template_brings_its_tables(tmp_path: Path) -> None:
    file = start(tmp_path, template="industrial_park")
    assert {path.name for path in tmp_path.iterdir()} == {
        "scenario.schema.json",
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


def test_an_earlier_result_is_read_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result of 40 MB was read three times by a run that found it in its place."""
    read: list[Path] = []
    content = paths.content

    def counted(path: Path) -> bytes:
        read.append(path)
        return content(path)

    monkeypatch.setattr(paths, "content", counted)
    assert keeping._held(tmp_path) is None
    document = tmp_path / "result.json"
    for strength, status in enumerate(("approximate", "covering")):
        document.write_text(json.dumps({"proof": {"status": status, "gap": 0.5}}))
        for _ in range(3):
            held = keeping._held(tmp_path)
            assert held is not None
            assert held.strength[0] == strength
        assert len(read) == strength + 1
