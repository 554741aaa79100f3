"""Results through their folder and back: saved whole, read back the same, damage named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimiser.analysis.explaining import explain
from optimiser.errors import ScenarioError, UsageError
from optimiser.results import Result
from optimiser.results.document_reading import read_document
from optimiser.results.naming_plans import named_plan
from optimiser.scenario import load
from optimiser.session import Place, keep
from optimiser.study import solve
from tests.handmade import scenario_file
from tests.test_study import same


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


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
    kept = keep(solved, Place(place), csv=tmp_path / "plans.csv")
    assert (kept.place, kept.exit_code) == (None, 2)
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


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("plans", 0, "rank"), "1" + "0" * 30, "plans[0].rank"),
        (("seconds",), "1e999", "seconds"),
        (("statistics",), '{"a": [1e999]}', "statistics.a[0]: a number that is not finite"),
        (("statistics",), '{"a":' * 300 + "1" + "}" * 300, "nested more than 50 deep"),
        (("options",), '{"a": "\\ud800"}', "options.a: half a character"),
        (("statistics",), '{"a": {"b": 1e300}}', ""),
        (("statistics",), '{"a": [0' + ", 0" * 2_000_000 + "]}", "more than 2,000,000 values"),
        (("plans", 0), '{"": []' + "".join(f', "{i}": []' for i in range(100_000)) + "}", "names"),
        (("plans", 0, "rank"), "1", ""),
    ],
)
def test_what_a_stranger_wrote_is_refused_by_its_place(
    solved: Result, tmp_path: Path, place: tuple[Any, ...], value: str, words: str
) -> None:
    file = solved.save(tmp_path / "r") / "result.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    inside = data
    for part in place[:-1]:
        inside = inside[part]
    inside[place[-1]] = "HERE"
    file.write_text(json.dumps(data).replace('"HERE"', value), encoding="utf-8")
    if not words:
        assert read_document(file).seed == solved.front.provenance.seed
        return
    with pytest.raises(ScenarioError) as caught:
        read_document(file)
    assert words in caught.value.diagnostics[0].message


@pytest.mark.parametrize("place", ["plans", "reference_plans"])
def test_a_thousand_faulty_records_are_one_fault(
    solved: Result, tmp_path: Path, place: str
) -> None:
    """A fault takes 170 bytes and more: 10 MB of empty records took 3.7 GB."""
    with pytest.raises(ScenarioError) as caught:
        read_document(damaged(tmp_path, solved, lambda d: d.update({place: [{}] * 1_000})))
    assert {d.message.split(".")[0] for d in caught.value.diagnostics} == {f"{place}[0]"}


def test_half_a_character_in_a_decision_is_told_with_its_place(
    solved: Result, tmp_path: Path
) -> None:
    def change(document: dict[str, Any]) -> None:
        document["plans"][0]["decisions"]["iot"] = "\ud800"

    with pytest.raises(ScenarioError) as caught:
        Result.load(damaged(tmp_path, solved, change))
    assert {d.code for d in caught.value.diagnostics} == {"R001"}
    assert all("plans[0].decisions.iot" in d.message for d in caught.value.diagnostics)


def _of(what: str, *names: str) -> Callable[[dict[str, Any]], None]:
    """A change of the first reference plan of a document."""

    def change(document: dict[str, Any]) -> None:
        first = document["reference_plans"][0]
        first[what] = names[0] if isinstance(first[what], str | None) else list(names)

    return change


def _cells(*cells: list[int]) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["proof"].update(of="cells", cells=list(cells))

    return change


def _some_equivalents(document: dict[str, Any]) -> None:
    for plan in document["plans"]:
        plan.pop("equivalents", None)
    document["plans"][0]["equivalents"] = {"complete": True, "plans": []}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_of("equals", "p000000000000"), "reference_plans[0].equals"),
        (_of("dominated_by", "p000000000000"), "reference_plans[0].dominated_by"),
        (_of("dominates", "p000000000000"), "reference_plans[0].dominates"),
        (_of("mixed", "p000000000000"), "reference_plans[0].mixed"),
        (_cells([0, 1], []), "proof.cells"),
        (_cells([0, 1], [1, 0]), "proof.cells"),
        (_some_equivalents, "plans[1].equivalents"),
    ],
)
def test_what_names_a_plan_names_one_that_is_listed(
    solved: Result, tmp_path: Path, change: Callable[[dict[str, Any]], None], place: str
) -> None:
    """A reference plan that equals a plan which was taken out was an internal error of ``show``;
    plans with equal objectives of some plans only were believed by ``verify`` without a look.
    """
    with pytest.raises(ScenarioError) as caught:
        read_document(damaged(tmp_path, solved, change))
    assert [d.message.split(":")[0] for d in caught.value.diagnostics] == [place]


@pytest.mark.parametrize("cell", ["sNaN", "x"])
def test_a_decision_that_the_scenario_does_not_have_is_told_with_its_plan(
    solved: Result, tmp_path: Path, cell: str
) -> None:
    """A signalling NaN was an internal error; what no number is was told without a place."""

    def change(document: dict[str, Any]) -> None:
        document["plans"][0]["decisions"]["iot"] = cell

    result = Result.load(damaged(tmp_path, solved, change))
    name = result.front.ids[0]
    for asked in (result.decisions, lambda: explain(result, named_plan(result, name))):
        with pytest.raises(ScenarioError, match=f"^plan {name} of the result: "):
            asked()
