"""What is read of a run without loading it, and when two runs have one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimiser
from optimiser.engine import Options
from optimiser.errors import UsageError
from optimiser.results import Result
from optimiser.results.document import json_text
from optimiser.results.store import KeptRun, asked_key, read_run, runs_in
from optimiser.results.versions import versions
from optimiser.scenario import load
from optimiser.session.earlier_runs import solved_before
from optimiser.session.kept_runs import RunFilter, is_named
from optimiser.study import rank_again, solve
from tests.handmade import scenario_file
from tests.searches import examples


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def saved(folder: Path, document: Mapping[str, Any], text: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    text = json_text(document) if text is None else text
    (folder / "result.json").write_text(text, encoding="utf-8")
    return folder


# ---- what is read


def test_what_is_told_of_a_run(solved: Result, tmp_path: Path) -> None:
    run = read_run(solved.save(tmp_path / "r"))
    front = solved.front
    assert (run.scenario, run.scenario_hash) == ("handmade", solved.scenario.scenario_hash)
    assert (run.plans, run.proof["status"], run.proof["basis"]) == (len(front), "complete", "exact")
    assert list(run.ideal.values()) == front.ideal.tolist()
    assert all(proven for _, proven in run.best.values())
    assert run.options == asdict(Options(**dict(solved.scenario.solver)))
    assert run.finished


WORDS = st.text(max_size=12) | st.sampled_from(
    ['\n "proof": ', '"plans": [', '\n  {"id": ', "工厂\u2028", "}", '\\"', "\ud800"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.sampled_from(["proof", "name", "plans"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=examples(40))
@given(
    name=WORDS,
    inside=st.dictionaries(st.sampled_from(["proof", "plans", "ranking", "x"]), VALUES, max_size=3),
    before=st.dictionaries(WORDS, VALUES, max_size=2),
    typed=st.lists(WORDS, max_size=2),
    plans=st.lists(st.dictionaries(WORDS, VALUES, max_size=2), min_size=1, max_size=4),
    statistics=st.dictionaries(WORDS, VALUES, max_size=3),
)
def test_a_little_of_it_says_what_the_whole_says(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    inside: dict[str, Any],
    before: dict[str, Any],
    typed: list[str],
    plans: list[dict[str, Any]],
    statistics: dict[str, Any],
) -> None:
    """Texts that look like keys, and keys of one name further in, are no keys of the document."""
    document = {
        "schema_version": 1,
        "scenario": {"optimise": 1, "name": name, **inside, "technologies": before},
        "scenario_hash": "0" * 64,
        "scenario_file": name,
        "objectives": [{"name": "a", "title": name, "unit": "", "sense": "minimise"}],
        "decisions": [],
        "plans": [{"id": f"p{row}", **plan} for row, plan in enumerate(plans)],
        "ranking": inside,
        "ideal": {"a": 1.5},
        "proof": {"status": "covering", "basis": None, "gap": 0.5, "stopped": "points"},
        "bounds": {"a": None},
        "solver": "exact",
        "options": {"gap": None, "seed": 1},
        "overrides": {"set": typed, "at": None},
        "versions": {"optimise": "1"},
        "statistics": statistics,
        "seconds": 0.25,
    }
    folder = tmp_path_factory.mktemp("run")
    quick = read_run(saved(folder, document))
    # laid out by another program, it is read as a whole
    whole = read_run(saved(folder, document, json.dumps(document, indent=4)))
    assert quick == whole
    assert quick.plans == len(plans)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"scenario": 1}', "\udc80", "[" * 100_000, "1e999"],
)
def test_what_is_no_run_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError, match="damaged"):
        read_run(tmp_path)
    assert runs_in([tmp_path])[0] == []


def test_every_piece_of_a_run_is_a_run_or_damaged(solved: Result, tmp_path: Path) -> None:
    """A disk that was full once, a copy that was cut."""
    text = solved.json_text()
    for end in range(0, len(text), len(text) // 20):
        folder = saved(tmp_path / "cut", {}, text[:end])
        with pytest.raises(UsageError, match="damaged"):
            read_run(folder)


def test_runs_from_python(solved: Result, tmp_path: Path) -> None:
    solved.save(tmp_path / "one")
    solved.save(tmp_path / "deeper" / "two")
    saved(tmp_path / "damaged", {}, "{")
    found = optimiser.runs(tmp_path)
    assert {run.folder.name for run in found} == {"one", "two"}
    assert isinstance(found[0], optimiser.KeptRun)
    assert optimiser.runs(tmp_path / "nothing") == ()


# ---- which run is the answer


def run_of(**changes: Any) -> KeptRun:
    told: dict[str, Any] = {
        "folder": Path("r"),
        "scenario": "s",
        "scenario_hash": "a" * 64,
        "file": "",
        "overrides": (),
        "at": "",
        "robust": "",
        "plans": 1,
        "proof": {"status": "complete", "basis": "exact", "gap": None, "stopped": None},
        "objectives": (),
        "ideal": {},
        "bounds": {},
        "solver": "exact",
        "options": asdict(Options()),
        "versions": versions(),
        "seconds": 1.0,
        "saved": 0.0,
    }
    return KeptRun(**{**told, **changes})


ASKED = st.builds(
    Options,
    method=st.sampled_from(["auto", "exact"]),
    seed=st.integers(1, 2),
    time_limit=st.sampled_from([None, 5.0]),
    gap=st.sampled_from([None, 0.1]),
    points=st.sampled_from([None, 3]),
    workers=st.sampled_from([None, 1]),
)


@settings(max_examples=examples(200))
@given(
    own=ASKED,
    asked=ASKED,
    status=st.sampled_from(["complete", "covering", "approximate"]),
    stopped=st.sampled_from([None, "points", "time_limit", "interrupted"]),
    same=st.booleans(),
    version=st.booleans(),
)
def test_what_answers(
    own: Options, asked: Options, status: str, stopped: str | None, same: bool, version: bool
) -> None:
    """The contract, field by field: scenario, what changes the answer, version; workers and clocks
    are not in it; only finished runs; a complete front answers a gap and points.
    """
    proof = {"status": status, "basis": "exact", "gap": None, "stopped": stopped}
    run = run_of(
        proof=proof,
        options=asdict(own),
        versions=versions() if version else {**versions(), "optimise": "0"},
    )
    less = status == "complete" or (own.gap, own.points) == (asked.gap, asked.points)
    expected = (
        same
        and version
        and stopped in (None, "points")
        and (own.method, own.seed) == (asked.method, asked.seed)
        and less
    )
    wanted = "a" * 64 if same else "b" * 64
    assert run.answers(wanted, asdict(asked)) == expected


def test_a_key_is_made_of_what_decides() -> None:
    options = asdict(Options())
    key = asked_key("a" * 64, options)
    assert key == asked_key("a" * 64, {**options, "workers": 7, "time_limit": 3.0, "at": "low"})
    for name, value in {"seed": 9, "gap": 0.1, "points": 3, "method": "exact"}.items():
        assert key != asked_key("a" * 64, {**options, name: value})
    assert key != asked_key("b" * 64, options)


def test_a_run_that_was_ranked_by_hand_is_no_answer(
    solved: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = Options(**dict(solved.scenario.solver))
    rank_again(solved, method="topsis").save("results/other")
    assert solved_before(solved.scenario, options) is None
    solved.save("results/same")
    found = solved_before(solved.scenario, options)
    assert found is not None
    assert (found.folder, found.same, found.implicit) == (Path("results/same"), True, False)
    assert found.result.json_text() == solved.json_text()


# ---- which folders were named


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("results/plant", True),
        ("results/plant-aaaaaa", False),
        ("results/plant-aaaaaaa", False),
        ("results/plant-aaaaaa-partial", False),
        ("results/plant-aaaaaa-partial-2", False),
        ("results/plant-aaaaa", True),
        ("results/plant-bbbbbb", True),
        ("results/plant-aaaaaa-final", True),
        ("results/aaaaaa", True),
        (".optimise/aaaaaa", False),
    ],
)
def test_a_name_that_was_made_of_the_content(name: str, named: bool) -> None:
    assert is_named(run_of(folder=Path(name))) == named


def test_filters() -> None:
    run = run_of(overrides=("parameters.price = 3", "name=x"), file="plans/a.yaml", saved=100.0)
    assert RunFilter().takes(run, 200.0)
    for asked, taken in (
        (RunFilter(scenario="s"), True),
        (RunFilter(scenario="plans/a.yaml"), True),
        (RunFilter(scenario="t"), False),
        (RunFilter(proof="complete"), True),
        (RunFilter(proof="covering"), False),
        (RunFilter(changed="parameters.price"), True),
        (RunFilter(changed="parameters.price=3"), True),
        (RunFilter(changed="parameters.price=4"), False),
        (RunFilter(changed="price"), False),
        (RunFilter(newer=100.0), True),
        (RunFilter(newer=99.0), False),
        (RunFilter(older=99.0), True),
        (RunFilter(older=100.0), False),
    ):
        assert asked.takes(run, 200.0) == taken, asked
    assert replace(run, saved=0.0) == run  # when it was saved is not what it is
