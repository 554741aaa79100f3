"""Which state stays in a folder: one that proves more is not replaced by one that proves less, and
one of an earlier state of the file moves aside.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimiser import study
from optimiser.engine import Checkpoints, Options, Saved
from optimiser.results import Result
from optimiser.scenario import Scenario, from_resolved, load
from optimiser.session import Place, keep
from optimiser.study.resuming import RESUME_FILE, KeptState, state_in

OPTIONS = Options()


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("production_steps")


@pytest.fixture(scope="module")
def solved(scenario: Scenario) -> Result:
    return study.solve(scenario)


@pytest.fixture(scope="module")
def edited(scenario: Scenario) -> Scenario:
    """The same file in a later state."""
    later = from_resolved({**scenario.resolved(), "title": "Later"})
    return later.traced(scenario.sources, files=scenario.files, file=scenario.file)


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Scenario) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(Path("results", str(scenario.name)), chosen=False)


def checkpoints(place: Place, scenario: Scenario, options: Options, *, resume: bool) -> Checkpoints:
    """As `run` asks for them."""
    state = study.RunState(scenario, place.folder, replaces=place.replace, make_way=place.make_way)
    return state.checkpoints(options, resume=resume)


def state(gap: float | None, *, plans: int = 1) -> Saved:
    return Saved("digest", np.zeros((plans, 3)), gap)


def gap_in(folder: Path) -> float | None:
    found = state_in(folder)
    return None if found is None else found.gap


def claiming(result: Result, **changes: object) -> Result:
    proof = replace(result.front.proof, **changes)  # type: ignore[arg-type]
    return replace(result, front=replace(result.front, proof=proof))


def stopped(result: Result, gap: float) -> Result:
    scale = tuple(1.0 for _ in result.front.columns)
    return claiming(result, status="covering", gap=gap, scale=scale, stopped="time_limit")


@pytest.mark.parametrize(
    ("there", "now", "stays"),
    [
        (0.2, 0.3, 0.2),
        (0.2, None, 0.2),
        (0.2, 0.2, 0.2),
        (0.2, 0.1, 0.1),
        (None, 0.3, 0.3),
        (None, None, np.inf),
    ],
)
def test_a_state_that_proves_less_replaces_none(
    scenario: Scenario, usual: Place, there: float | None, now: float | None, stays: float
) -> None:
    """A second run of some seconds cost the state of one of hours."""
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(there))
    later = checkpoints(usual, scenario, OPTIONS, resume=False)
    later.save(state(now, plans=2))
    assert gap_in(usual.folder) == stays
    # once it proves more it is the one that stays
    later.save(state(0.05, plans=3))
    assert gap_in(usual.folder) == 0.05
    known = checkpoints(usual, scenario, OPTIONS, resume=True).known
    assert known is not None
    assert len(known.plans) == 3


def test_a_run_goes_on_saving_what_it_went_on_from(scenario: Scenario, usual: Place) -> None:
    """Of a state of which only the plans could be used nothing is proven any more."""
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    checkpoints(usual, scenario, OPTIONS, resume=True).save(state(0.9))
    assert gap_in(usual.folder) == 0.9


def test_two_runs_at_once_leave_the_state_that_proves_more(
    scenario: Scenario, usual: Place
) -> None:
    one, other = (checkpoints(usual, scenario, OPTIONS, resume=False) for _ in range(2))
    for run, gap, stays in [
        (one, 0.5, 0.5),
        (other, 0.6, 0.5),
        (other, 0.4, 0.4),
        (one, 0.45, 0.4),
    ]:
        run.save(state(gap))
        assert gap_in(usual.folder) == stays


def test_what_is_asked_for_is_replaced(scenario: Scenario, usual: Place) -> None:
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    place = replace(usual, replace=True)
    checkpoints(place, scenario, OPTIONS, resume=False).save(state(0.9))
    assert gap_in(usual.folder) == 0.9


def test_a_state_of_another_version_makes_way(scenario: Scenario, usual: Place) -> None:
    """Only its plans could be gone on from."""
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    file = usual.folder / RESUME_FILE
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, "version": "0.0.1"}), encoding="utf-8")
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(None))
    assert json.loads(file.read_text(encoding="utf-8"))["gap"] is None


def test_the_state_of_an_earlier_file_moves_with_its_result(
    scenario: Scenario, edited: Scenario, solved: Result, usual: Place
) -> None:
    """It was replaced while the later run was still searching."""
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    keep(stopped(solved, 0.2), usual)
    aside = usual.folder.with_name(f"{usual.folder.name}-{scenario.scenario_hash[:6]}")
    checkpoints(usual, edited, OPTIONS, resume=False).save(state(0.7))
    assert state_in(aside) == KeptState(scenario.scenario_hash, 0.2)
    assert state_in(usual.folder) == KeptState(edited.scenario_hash, 0.7)
    keep(stopped(replace(solved, scenario=edited), 0.7), usual)
    assert Result.load(aside).front.proof.gap == 0.2
    assert state_in(aside) == KeptState(scenario.scenario_hash, 0.2)
    assert state_in(usual.folder) == KeptState(edited.scenario_hash, 0.7)
    # and back again, with less: what lies there stays
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.8))
    checkpoints(usual, edited, OPTIONS, resume=False).save(state(0.9))
    assert state_in(aside) == KeptState(scenario.scenario_hash, 0.2)


def test_what_moves_aside_leaves_alone_what_is_stronger_there(
    scenario: Scenario, edited: Scenario, solved: Result, usual: Place
) -> None:
    """The third result of an earlier state of the file replaced the second, which claimed more."""
    later = replace(solved, scenario=edited)
    for result in (solved, stopped(solved, 0.1), stopped(solved, 0.4), stopped(solved, 0.3)):
        keep(result, usual)
        keep(later, usual)
    digits = scenario.scenario_hash[:6]
    gaps = {
        folder.name.partition(digits)[2]: Result.load(folder).front.proof.gap
        for folder in Path("results").iterdir()
        if digits in folder.name
    }
    assert gaps == {"": None, "-partial": 0.1, "-partial-2": 0.3}


def test_a_complete_front_that_was_stopped_replaces_none_that_was_not(
    solved: Result, usual: Place
) -> None:
    """Not all of its plans are canonical."""
    late = claiming(solved, stopped="time_limit", note="another plan may be preferred")
    keep(late, usual)
    assert Result.load(usual.folder).front.proof.stopped == "time_limit"
    keep(solved, usual)
    keep(late, usual)
    assert Result.load(usual.folder).front.proof.stopped is None


def test_in_a_folder_that_was_asked_for_another_scenario_makes_way(
    scenario: Scenario, edited: Scenario, tmp_path: Path
) -> None:
    place = Place(tmp_path / "kept")
    checkpoints(place, scenario, OPTIONS, resume=False).save(state(0.2))
    checkpoints(place, edited, OPTIONS, resume=False).save(state(0.7))
    assert state_in(place.folder) == KeptState(edited.scenario_hash, 0.7)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_only_the_end_of_a_search_for_all_plans_forgets_a_state(
    scenario: Scenario, solved: Result, usual: Place
) -> None:
    """A run with ``--gap`` removed the state of a stopped run for everything."""
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    provenance = solved.front.provenance
    options = {**provenance.options, "gap": 0.5}
    front = replace(solved.front, provenance=replace(provenance, options=options))
    less = stopped(replace(solved, front=front), 0.5)
    keep(claiming(less, stopped=None), usual)
    assert gap_in(usual.folder) == 0.2
    keep(stopped(solved, 0.2), usual)
    assert gap_in(usual.folder) == 0.2
    keep(solved, usual)
    assert not (usual.folder / RESUME_FILE).exists()


def test_a_complete_list_is_not_gone_on_from_before_it_was(
    scenario: Scenario, solved: Result, usual: Place
) -> None:
    """A run that went on would claim less than the one that it went on from."""
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    keep(claiming(solved, stopped="interrupted", note="another may be preferred"), usual)
    assert not (usual.folder / RESUME_FILE).exists()


def test_the_state_of_what_made_way_is_gone(
    scenario: Scenario, edited: Scenario, solved: Result, tmp_path: Path
) -> None:
    place = Place(tmp_path / "kept")
    checkpoints(place, scenario, OPTIONS, resume=False).save(state(0.2))
    keep(stopped(replace(solved, scenario=edited), 0.9), place)
    assert not (place.folder / RESUME_FILE).exists()


@pytest.mark.parametrize("name", ["../../out", "a/b", "", "0" * 63])
def test_a_state_from_a_stranger_leads_nowhere_else(
    name: str, scenario: Scenario, usual: Place
) -> None:
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.2))
    file = usual.folder / RESUME_FILE
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, "scenario_hash": name}), encoding="utf-8")
    assert state_in(usual.folder) is None
    checkpoints(usual, scenario, OPTIONS, resume=False).save(state(0.9))
    assert gap_in(usual.folder) == 0.9
    assert [path.name for path in Path("results").iterdir()] == [usual.folder.name]
