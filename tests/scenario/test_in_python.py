"""Scenarios made in Python: what a file would hold gives the same scenario and the same errors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optimiser
from optimiser import study
from optimiser.errors import ScenarioError, UsageError
from optimiser.formulate import formulate
from optimiser.scenario import library, load
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.source.yaml_reading import read_file
from tests.scenario.test_published_schema import STARTER, data_of, read

# objects take what a file takes, short forms too, which their types do not say
WRITTEN: Any = optimiser

PLAN: dict[str, Any] = {
    "optimise": 1,
    "name": "plant",
    "indicators": {"output": {"baseline": 100}, "cost": {}},
    "technologies": {
        "iot": {"effects": {"output": "+4%", "cost": 1.5}},
        "ai": {"requires": ["iot"], "effects": {"output": "+7%", "cost": 3}},
    },
    "objectives": {"output": "maximise", "cost": "minimise"},
}


def exact(text: str) -> object:
    """A number with the digits that are written."""
    return float(text.replace(".inf", "inf")) if "inf" in text else Decimal(text)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The plan with one value changed."""
    import copy

    data = copy.deepcopy(PLAN)
    *holders, last = path.split(".")
    place: Any = data
    for key in holders:
        place = place[key]
    place[last] = value
    return data


@pytest.mark.parametrize("name", library())
def test_a_mapping_is_the_file_that_holds_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = library()[name]
    monkeypatch.chdir(path.parent)
    assert load(read(path, exact)) == load(path)


@pytest.mark.parametrize("name", ["smart_factory", "steam_supply", "factory_roadmap"])
def test_the_parts_of_a_scenario_are_objects_of_another(name: str) -> None:
    scenario = load(name)
    again = {key: getattr(scenario, key) for key in scenario.model_fields_set}
    assert load(again) == scenario


def test_a_scenario_from_objects() -> None:
    objects = WRITTEN.Scenario(
        optimise=1,
        name="plant",
        indicators={"output": WRITTEN.Indicator(baseline=100), "cost": WRITTEN.Indicator()},
        technologies={
            "iot": WRITTEN.Technology(effects={"output": "+4%", "cost": 1.5}),
            "ai": WRITTEN.Technology(
                requires=["iot"],
                effects={
                    "output": WRITTEN.Effect(percent="+7"),
                    "cost": WRITTEN.Effect(value=3),
                },
            ),
        },
        objectives={
            "output": WRITTEN.Objective(sense="maximise"),
            "cost": "minimise",
        },
    )
    assert not objects.checked
    assert load(objects) == load(PLAN)
    assert optimiser.solve(objects).front.ids == optimiser.solve(PLAN).front.ids


FAULTS = {
    "an unknown key": ("technologies.iot", {"efects": {}}),
    "an unknown name": ("technologies.iot.effects", {"ouput": 1}),
    "a missing key": ("objectives.output", {}),
    "a wrong kind": ("technologies.ai.requires", "iot"),
    "no formula": ("indicators.output.baseline", "1 +"),
    "no sense": ("objectives.cost", "small"),
    "a circle": ("technologies.iot.requires", ["ai"]),
    "no effect": ("technologies.ai.effects.cost", {"value": 1, "percent": 2}),
    "no truth": ("illustrative", "yes"),
    "no version": ("optimise", 2),
    "no id": ("technologies", {"a b": {}}),
    "no number": ("solver", {"seed": -1}),
    "empty": ("objectives", {}),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("objects", [False, True])
def test_the_same_errors_as_in_a_file(fault: str, objects: bool, tmp_path: Path) -> None:
    """By code, words and help; a path stands where a file has line and column."""
    import json

    data = changed(*FAULTS[fault])
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ScenarioError) as written:
        load(file)
    with pytest.raises(ScenarioError) as made:
        load(as_objects(data) if objects else data)
    expected, found = written.value.diagnostics, made.value.diagnostics
    assert [(d.code, d.message, d.help) for d in found] == [
        (d.code, d.message, d.help) for d in expected
    ]
    assert {d.line for d in found} == {0}
    for diagnostic in found:
        assert_leads_somewhere(data, diagnostic.file)
        assert f" --> {diagnostic.file}" in str(made.value)


def as_objects(data: Mapping[str, Any]) -> Any:
    kinds = {"indicators": WRITTEN.Indicator, "technologies": WRITTEN.Technology}
    parts = {
        key: {name: kinds[key](**one) for name, one in value.items()} if key in kinds else value
        for key, value in data.items()
    }
    return WRITTEN.Scenario(**parts)


def assert_leads_somewhere(data: Any, path: str) -> None:
    place = data
    for key in () if path == "the scenario" else path.split("."):
        place = place[int(key) if isinstance(place, list) else key]


def test_a_path_tells_which() -> None:
    with pytest.raises(ScenarioError) as caught:
        load(changed("technologies.ai.effects.ouput", "+1%") | {"titel": "Plant"})
    assert str(caught.value) == (
        "error[S012]: unknown indicator 'ouput' in effects\n"
        " --> technologies.ai.effects.ouput\n"
        "  = known indicators: output, cost\n"
        "  = help: did you mean 'output'?\n"
        "\n"
        "error[S011]: unknown key 'titel' in the scenario\n"
        " --> titel\n"
        f"  = {caught.value.diagnostics[1].label}\n"
        "  = help: did you mean 'title'?\n"
        "\n"
        "2 errors in the scenario"
    )


@pytest.mark.parametrize(
    "number",
    [1.5, Decimal("1.5"), Fraction(3, 2), np.float64(1.5), np.float32(1.5), "1.5", "3/2"],
    ids=repr,
)
def test_numbers_of_every_kind(number: Any) -> None:
    scenario = load(changed("technologies.iot.effects.cost", number))
    assert scenario.number(scenario.technologies["iot"].effects["cost"].value) == Fraction(3, 2)


@pytest.mark.parametrize("whole", [3, np.int64(3), Decimal(3), "3", 3.0], ids=repr)
def test_whole_numbers_of_every_kind(whole: Any) -> None:
    assert load(changed("solver", {"seed": whole})).solver.seed == 3


def test_lists_and_mappings_of_every_kind() -> None:
    for kind in (["iot"], ("iot",), {"iot"}, np.array(["iot"])):
        assert load(changed("technologies.ai.requires", kind)) == load(PLAN)


def test_infinite_bounds() -> None:
    data = changed("variables", {"x": {"min": -math.inf, "max": math.inf}})
    assert load(data).variables["x"].max is not None
    with pytest.raises(ScenarioError):
        load(changed("indicators.output.baseline", math.nan))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("\ud800", "S004"),
        ({"a\x00b": 1}, "S004"),
        (object(), "S014"),
        (1j, "S014"),
        (b"x", "S014"),
        ({1.5: 1, "1.5": 2}, "S006"),
    ],
    ids=["half", "control", "object", "complex", "bytes", "keys"],
)
def test_what_no_file_could_hold(value: Any, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(changed("technologies.iot.effects", value))
    assert code in {d.code for d in caught.value.diagnostics}


@pytest.mark.parametrize(
    "whole", [3, None, [], [PLAN], b"", object()], ids=lambda whole: type(whole).__name__
)
def test_what_is_no_scenario(whole: Any) -> None:
    with pytest.raises(ScenarioError, match=r"a scenario is a mapping|has no place in a scenario"):
        load(whole)


def test_what_holds_itself() -> None:
    data = changed("technologies.iot.effects", {})
    data["technologies"]["iot"]["effects"] = data
    with pytest.raises(ScenarioError, match="nested more than 40 deep"):
        load(data)


def test_files_are_those_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base.yaml").write_bytes(STARTER.read_bytes())
    (tmp_path / "more.csv").write_text("id,investment\nlidar,2\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    scenario = load({"extends": "base.yaml", "name": "mine", "catalogue": "more.csv"})
    assert scenario.name == "mine"
    assert "lidar" in scenario.technologies
    assert [path.name for path in scenario.files] == ["base.yaml", "more.csv"]
    with pytest.raises(ScenarioError, match="leaves the folder"):
        load({"extends": "../base.yaml", "name": "mine"})
    with pytest.raises(ScenarioError, match="does not exist"):
        load({"extends": "other.yaml", "name": "mine"})


def test_overrides_and_values() -> None:
    scenario = load(PLAN, overrides=["technologies.iot.effects.cost=2"])
    assert scenario == load(changed("technologies.iot.effects.cost", 2))
    assert load(scenario) is scenario
    assert load(scenario, overrides=["technologies.iot.effects.cost=1.5"]) == load(PLAN)
    with pytest.raises(ScenarioError, match="iott"):
        load(PLAN, overrides=["technologies.iott.effects.cost=2"])


def test_check_takes_what_load_takes() -> None:
    found, findings = optimiser.check(PLAN)
    assert (found, findings) == (load(PLAN), ())
    found, findings = optimiser.check(changed("titel", "x"))
    assert found is None
    assert [(d.code, d.file) for d in findings] == [("S011", "titel")]


def test_an_object_does_not_change_what_is_read() -> None:
    """Equal objects are equal however they came about."""
    scenario = load(PLAN)
    assert WRITTEN.Indicator(baseline=100) == scenario.indicators["output"]
    assert "ranking" not in scenario.resolved()
    with pytest.raises(TypeError):
        WRITTEN.Technology("iot")


def test_a_missing_library_scenario_is_still_a_wrong_call() -> None:
    with pytest.raises(UsageError):
        optimiser.solve("smart_factry")


def test_the_reader_of_trees_is_the_reader_of_files() -> None:
    """What the tests take for the data of a file is what it says."""
    findings = Findings()
    _, node = read_file(STARTER, "starter", findings)
    assert node is not None
    assert data_of(node)["technologies"]["ai_scheduling"]["requires"] == ["iot"]


@pytest.mark.parametrize(
    "number", [10**400, -(10**400), 10**5000, Fraction(10**5000, 3)], ids="abcd"
)
def test_a_number_of_any_length_is_out_of_range(number: Any) -> None:
    """Python refuses to write out 5,000 digits: that was an internal error."""
    technologies = {"iot": {"effects": {"cost": number}}}
    with pytest.raises(ScenarioError) as caught:
        optimiser.solve(PLAN | {"technologies": technologies})
    assert {one.code for one in caught.value.diagnostics} <= {"S021", "S030"}


def test_a_copy_with_other_values_is_another_scenario(tmp_path: Path) -> None:
    """What was computed of the values before went with them: a budget of 2 was solved as one of 9,
    under the hash of the other scenario; and nothing of it was checked.
    """
    (tmp_path / "s.yaml").write_text(
        "optimise: 1\nname: s\nparameters: {cap: {value: 9}}\n"
        "technologies:\n  a: {effects: {out: 3, cost: 5}}\n  b: {effects: {out: 1, cost: 2}}\n"
        "indicators: {out: {}, cost: {}}\nconstraints: {budget: cost <= cap}\n"
        "objectives: {out: {sense: maximise}}\n",
        encoding="utf-8",
    )
    first = load(tmp_path / "s.yaml")
    other = load(tmp_path / "s.yaml", overrides=["parameters.cap.value=2"])
    assert first.scenario_hash != other.scenario_hash
    assert str(first.constants["cap"].value) == "9"
    copied = first.model_copy(update={"parameters": other.parameters})
    assert not copied.checked
    assert copied.scenario_hash == other.scenario_hash
    assert optimiser.solve(copied).front.y.tolist() == [[1.0]]
    assert first.model_copy().checked
    with pytest.raises(ScenarioError, match="no objective"):
        optimiser.solve(first.model_copy(update={"objectives": {}}))
    with pytest.raises(ScenarioError, match="unknown key 'tecnologies'"):
        optimiser.solve(first.model_copy(update={"tecnologies": {}}))


UNCHECKED: dict[str, dict[str, Any]] = {
    "no indicators": {"indicators": {}},
    "no technologies": {"technologies": {}},
    "no objectives": {"objectives": {}},
    "a text for an objective": {"objectives": {"output": "maximise"}},
    "a text for a constraint": {"constraints": {"budget": "capx <= 3"}},
    "no parameters": {"parameters": {}},
    "a text for a phase": {"phases": ("2027",)},
    "a mapping for options": {"solver": {"method": "x"}},
    "nothing for a plan": {"plans": {"today": None}},
    "all as it was": {"title": "Another"},
}


@pytest.mark.parametrize("update", UNCHECKED.values(), ids=UNCHECKED)
def test_nothing_is_compiled_or_solved_that_is_not_checked(update: dict[str, Any]) -> None:
    copied = load("smart_factory").model_copy(update=update)
    for what in (formulate, study.solve):
        with pytest.raises(UsageError, match="not checked") as caught:
            what(copied)
        assert caught.value.help == "write optimiser.load(scenario), which checks it"
