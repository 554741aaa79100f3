"""`init`: a scenario from a template, or around a planner's own table."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from optimiser import language
from optimiser.scenario import json_schema, load
from optimiser.session import starting
from tests.cli.processes import Done

TABLE = """\
id,title,requires,capex [M CNY],output,energy,co2_avoided
iot,Industrial IoT,,1.8,+4%,-3%,
ai,Scheduling by AI,iot,3.1,+7%,-5%,2.5
pv,Solar roofs,,5,,-8%,12
"""


@cache
def schema_in(_language: str) -> dict[str, Any]:
    return json_schema()


@pytest.fixture(autouse=True)
def schema_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema that every new folder gets takes a tenth of a second to make."""
    monkeypatch.setattr(starting, "json_schema", lambda: schema_in(language.spoken()))


def test_a_table_becomes_a_scenario_that_runs(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    Path("measures.csv").write_text(TABLE, encoding="utf-8")
    done = optimise("init", "--from", "measures.csv", "plan")
    assert (done.code, done.out) == (0, f"{Path('plan', 'scenario.yaml')}\n")
    names = ["measures.csv", "scenario.schema.json", "scenario.yaml"]
    assert sorted(path.name for path in Path("plan").iterdir()) == names
    assert Path("plan/measures.csv").read_bytes() == Path("measures.csv").read_bytes()
    checked = optimise("check", "plan/scenario.yaml")
    assert (checked.code, checked.out, checked.err) == (0, "plan/scenario.yaml: valid\n", "")
    assert optimise("run", "plan/scenario.yaml", "-o", "out").code == 0
    result = json.loads(Path("out/result.json").read_text(encoding="utf-8"))
    # The solar roofs cost money and change no output; scheduling needs the sensors.
    found = sorted(tuple(plan["objectives"].values()) for plan in result["plans"])
    assert found == [(0, 100), (1.8, 104), (4.9, 111)]
    assert list(result["scenario"]["sources"]) == ["measures.csv"]
    Path("plan/measures.csv").unlink()
    assert optimise("verify", "out").code == 0


def test_what_the_table_does_not_say_is_guessed_and_said(optimise: Callable[..., Done]) -> None:
    Path("measures.csv").write_text(TABLE, encoding="utf-8")
    optimise("init", "--from", "measures.csv", "plan")
    text = Path("plan/scenario.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert "  capex: {unit: M CNY}" in lines
    assert (
        "  output: {baseline: 100}   # replace 100 by the value today: the percentages in the "
        "table count of it" in lines
    )
    assert "  co2_avoided: {}" in lines
    scenario = load("plan/scenario.yaml")
    assert {name: o.sense for name, o in scenario.objectives.items()} == {
        "capex": "minimise",
        "output": "maximise",
    }
    more = text.replace("  # energy:", "  energy:").replace("  # co2_avoided:", "  co2_avoided:")
    Path("plan/scenario.yaml").write_text(more, encoding="utf-8")
    objectives = load("plan/scenario.yaml").objectives
    assert {name: o.sense for name, o in objectives.items()} == {
        "capex": "minimise",
        "output": "maximise",
        "energy": "minimise",
        "co2_avoided": "maximise",
    }


def test_senses_are_guessed_in_chinese_too(optimise: Callable[..., Done]) -> None:
    Path("措施.csv").write_text(
        "id,总投资 [万元],产量,能耗,减排量\n物联网,180,+4%,-3%,12\n", encoding="utf-8-sig"
    )
    assert optimise("init", "--from", "措施.csv", "计划").code == 0
    text = (
        Path("计划/scenario.yaml")
        .read_text(encoding="utf-8")
        .replace("  # 能耗", "  能耗")
        .replace("  # 减排量", "  减排量")
    )
    Path("计划/scenario.yaml").write_text(text, encoding="utf-8")
    senses = {name: o.sense for name, o in load("计划/scenario.yaml").objectives.items()}
    assert senses == {
        "总投资": "minimise",
        "产量": "maximise",
        "能耗": "minimise",
        "减排量": "maximise",
    }


def test_a_workbook_becomes_a_scenario(optimise: Callable[..., Done]) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["id", "cost", "gain"], ["a", 1.5, 0.1], ["b", 2, 0.3]):
        sheet.append(row)
    for cell in ("C2", "C3"):
        sheet[cell].number_format = "0%"
    book.save("Ma\u00dfnahmen 2027.xlsx")
    assert optimise("init", "--from", "Ma\u00dfnahmen 2027.xlsx", "plan").code == 0
    scenario = load("plan/scenario.yaml")
    assert scenario.name == "Ma\u00dfnahmen-2027"
    assert str(scenario.technologies["b"].effects["gain"].percent) == "30"
    assert optimise("run", "plan/scenario.yaml").code == 0


def test_without_a_folder_the_scenario_stands_beside_the_table(
    optimise: Callable[..., Done],
) -> None:
    Path("data").mkdir()
    Path("data/measures.csv").write_text(TABLE, encoding="utf-8")
    assert (
        optimise("init", "--from", "data/measures.csv").out == f"{Path('data', 'scenario.yaml')}\n"
    )
    names = ["measures.csv", "scenario.schema.json", "scenario.yaml"]
    assert sorted(path.name for path in Path("data").iterdir()) == names
    assert optimise("check", "data/scenario.yaml").code == 0


def test_init_overwrites_nothing(optimise: Callable[..., Done]) -> None:
    Path("measures.csv").write_text(TABLE, encoding="utf-8")
    Path("plan").mkdir()
    Path("plan/measures.csv").write_text("mine", encoding="utf-8")
    done = optimise("init", "--from", "measures.csv", "plan")
    assert done.code == 2
    assert "is there already" in done.err
    assert [path.name for path in Path("plan").iterdir()] == ["measures.csv"]
    assert Path("plan/measures.csv").read_text(encoding="utf-8") == "mine"
    assert optimise("init", "--from", "measures.csv").code == 0
    assert optimise("init", "--from", "measures.csv").code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--from", "measures.csv", "--template", "starter", "plan"],
            "--from and --template exclude each other",
        ),
        (["--from", "nothing.csv", "plan"], "there is no table nothing.csv"),
        (["--from", "notes.txt", "plan"], "notes.txt is no table"),
        (["--from", ".", "plan"], ". is a folder, and no table"),
        (["--from", "measures.csv", "measures.csv"], "name a folder, where init writes"),
        ([], "there is no folder to write to"),
    ],
)
def test_a_wrong_call_is_2(
    arguments: list[str], message: str, optimise: Callable[..., Done]
) -> None:
    Path("measures.csv").write_text(TABLE, encoding="utf-8")
    Path("notes.txt").write_text("id,cost\na,1\n", encoding="utf-8")
    done = optimise("init", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert not Path("plan").exists()


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("id,CO2 saved\na,1\n", "measures.csv:1:4"),
        ("id,cost\na,1\na,2\n", "measures.csv:3:1"),
        ("id,cost\na,1,5\n", "measures.csv:2:5"),
        ("id,cost,requires\na,1,b\n", "measures.csv:2:5"),
        ("id,a\na,1\n", "measures.csv:2:1"),
        ("id,max\na,1\n", "measures.csv:1:4"),
        ("id,score\na,1\n", "measures.csv:1:4"),
        ("id,title\na,A\n", "measures.csv:1:1"),
    ],
)
def test_a_table_with_mistakes_is_3_and_nothing_is_written(
    table: str, place: str, optimise: Callable[..., Done]
) -> None:
    Path("measures.csv").write_text(table, encoding="utf-8")
    done = optimise("init", "--from", "measures.csv", "plan")
    assert (done.code, done.out) == (3, "")
    assert f"--> {place}\n" in done.err
    assert done.err.endswith("1 error\n")
    assert not Path("plan").exists()
    assert "/scenario.yaml" not in done.err, (
        "the draft that was tried is no place that a planner knows"
    )


# the name of a column -> its sense where the effects have both signs; None where a person chooses
SENSES = {
    "capex": "minimise",
    "abatement_cost [EUR/t]": "minimise",
    "co2_saved": "maximise",
    "cost_reduction": "maximise",
    "EnergySaved": "maximise",
    "output_reduction": "minimise",
    "payback": "minimise",
    "defects": "minimise",
    "downtime": "minimise",
    "energy_efficiency": "maximise",
    "npv": "maximise",
    "headcount": None,
    "priority": None,
    "benefit_cost_ratio": None,
    "\u6295\u8d44": "minimise",
    "\u6295\u8d44\u56de\u6536\u671f": "minimise",
    "\u51cf\u6392\u91cf": "maximise",
    "\u51cf\u6392\u6210\u672c": "minimise",
    "\u8282\u7ea6\u6210\u672c": "maximise",
    "\u6545\u969c\u7387": "minimise",
    "\u826f\u54c1\u7387": "maximise",
    "\u5458\u5de5\u6570": None,
    "Investition": "minimise",
    "Vermeidungskosten": "minimise",
    "Energieeinsparung": "maximise",
    "Stromverbrauch": "minimise",
    "Erl\u00f6s": "maximise",
    "Zufall": None,
}


@pytest.mark.parametrize("heading", SENSES)
def test_a_sense_is_guessed_only_where_the_name_decides(
    heading: str, optimise: Callable[..., Done]
) -> None:
    Path("m.csv").write_text(f"id,{heading}\na,-1\nb,2\n", encoding="utf-8")
    done = optimise("init", "--from", "m.csv", "plan")
    assert done.code == 0
    text = Path("plan/scenario.yaml").read_text(encoding="utf-8")
    name, sense = heading.partition(" ")[0], SENSES[heading]
    if sense is None:
        assert f"  # {name}: minimise or maximise" in text
        assert "choose an objective in" in done.err
        assert "It runs once you have chosen an objective" in text
        chosen = text.replace(f"# {name}: minimise or maximise", f"{name}: minimise")
        Path("plan/scenario.yaml").write_text(chosen, encoding="utf-8")
        sense = "minimise"
    assert load("plan/scenario.yaml").objectives[name].sense == sense


@pytest.mark.parametrize(
    ("heading", "effects"),
    [("defects", (1, 40)), ("co2", (3, 5)), ("\u80fd\u8017", (1, 2)), ("co2_saved", (-3, -5))],
)
def test_where_name_and_signs_differ_a_person_chooses(
    heading: str, effects: tuple[int, int], optimise: Callable[..., Done]
) -> None:
    first, second = effects
    Path("m.csv").write_text(f"id,{heading}\na,{first}\nb,{second}\n", encoding="utf-8")
    assert optimise("init", "--from", "m.csv", "plan").code == 0
    text = Path("plan/scenario.yaml").read_text(encoding="utf-8")
    assert f"  # {heading}: minimise or maximise" in text


def test_a_table_is_read_as_the_options_say(optimise: Callable[..., Done]) -> None:
    lines = [
        "\u63aa\u65bd;;;",
        "\u7f16\u53f7;\u6295\u8d44\uff08\u4e07\u5143\uff09;\u4ea7\u91cf;\u5907\u6ce8",
        "A1;1,8;4,5%;\u65e0",
        "A2;3,1;7%;",
    ]
    text = "\n".join(lines)
    Path("m.csv").write_bytes(text.encode("gb18030"))
    options: list[str] = []
    for option, value in (
        ("--encoding", "gb18030"),
        ("--header", "2"),
        ("--columns", "\u7f16\u53f7=id"),
        ("--decimal", ","),
    ):
        done = optimise("init", "--from", "m.csv", *options, "plan")
        assert (done.code, done.out) == (3, "")
        assert f"{option} {value}" in done.err
        options += [option, value]
    options[5] = "\u7f16\u53f7=id,\u6295\u8d44=capex,\u5907\u6ce8="
    assert optimise("init", "--from", "m.csv", *options, "plan").code == 0
    scenario = load("plan/scenario.yaml")
    assert {
        name: str(e.value or e.percent) for name, e in scenario.technologies["A1"].effects.items()
    } == {
        "capex": "1.8",
        "\u4ea7\u91cf": "4.5",
    }
    assert scenario.indicators["capex"].unit == "\u4e07\u5143"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--header", "3", "plan"], "say how --from is read"),
        (["--from", "measures.csv", "--columns", "capex", "plan"], "has no ="),
    ],
)
def test_options_of_a_table_need_one(
    arguments: list[str], message: str, optimise: Callable[..., Done]
) -> None:
    Path("measures.csv").write_text(TABLE, encoding="utf-8")
    done = optimise("init", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_what_is_doubtful_in_the_table_is_told(optimise: Callable[..., Done]) -> None:
    Path("m.csv").write_text("id,cost,output\na,1,4%\nb,2,0.07\n", encoding="utf-8")
    done = optimise("init", "--from", "m.csv", "plan")
    assert done.code == 0
    assert "warning[S131]" in done.err
    assert "m.csv:3:5" in done.err


@pytest.mark.parametrize("how", [["new"], ["new", "--template", "industrial_park"]])
def test_what_init_writes_names_its_schema(optimise: Callable[..., Done], how: list[str]) -> None:
    """By a path that leads there from each scenario, in the first line, and changes nothing."""
    assert optimise("init", *how).code == 0
    schema = json.loads(Path("new/scenario.schema.json").read_text(encoding="utf-8"))
    assert schema == json.loads(optimise("schema").out)
    files = list(Path("new").glob("*.yaml"))
    for file in files:
        first, rest = file.read_bytes().split(b"\n", 1)
        name = first.decode().removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / name).is_file()
        assert not rest.startswith(b"# yaml-language-server")
    assert files


def test_a_schema_of_ours_is_renewed_and_another_is_not(optimise: Callable[..., Done]) -> None:
    assert optimise("--lang", "zh", "init", "new").code == 0
    assert optimise("init", "new", "--template", "steam_supply").code == 0
    schema = Path("new/scenario.schema.json")
    assert json.loads(schema.read_text(encoding="utf-8")) == json.loads(optimise("schema").out)
    schema.write_text("{}", encoding="utf-8")
    done = optimise("init", "new", "--template", "production_steps")
    assert done.code == 2
    assert "scenario.schema.json is there already" in done.err
    assert schema.read_text(encoding="utf-8") == "{}"
    assert not Path("new/production_steps.yaml").exists()
