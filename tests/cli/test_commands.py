"""Every command of the contract, with its options and files."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from optimiser import commands
from tests.cli.processes import Done, written
from tests.handmade import scenario_file

# ---- what there is

# fmt: off
COMMANDS = [
    "alternatives", "assess", "best", "check", "compare",
    "decide", "explain", "export", "init", "plot", "rank",
    "repair", "report", "results", "robust", "run", "scenarios", "schema", "serve",
    "show", "sweep", "verify",
]
# fmt: on


def test_there_are_these_commands_and_no_others(optimise: Callable[..., Done]) -> None:
    done = optimise("--help")
    assert done.code == 0
    listed = done.out[done.out.index("Commands:") :].splitlines()[1:]
    named = [line.split()[0] for line in listed if re.match(r"  \S", line)]  # others go on
    assert sorted(named) == COMMANDS
    assert optimise("validate", "--help").code == 0  # another name, which is not listed


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(command: str, optimise: Callable[..., Done]) -> None:
    done = optimise(command, "--help")
    assert done.code == 0
    assert "--color" in done.out


# ---- run


def test_run_saves_prints_and_says_what_next(optimise: Callable[..., Done], tmp_path: Path) -> None:
    done = optimise("run", "production_steps", "--top", "3")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "complete: 10 of 10, proven"
    assert "7 more plans" in done.out
    table = (tmp_path / "results/production_steps/front.csv").read_text(encoding="utf-8")
    first = next(csv.DictReader(table.splitlines()))
    assert done.err.splitlines() == [
        "saved: results/production_steps",
        f"next:  optimise show results/production_steps {first['plan']}",
    ]
    assert optimise("show", "results/production_steps", first["plan"]).code == 0


def test_run_quietly_elsewhere_with_a_table(optimise: Callable[..., Done], tmp_path: Path) -> None:
    done = optimise("run", "production_steps", "-q", "-o", "here/deep", "--csv", "plans.csv")
    assert done.err == ""
    assert (tmp_path / "here/deep/front.csv").read_bytes() == (tmp_path / "plans.csv").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "plans.csv"]


@pytest.mark.parametrize(("format", "file"), [("csv", "front.csv"), ("json", "result.json")])
def test_stdout_carries_the_result_and_nothing_else(
    format: str, file: str, optimise: Callable[..., Done], tmp_path: Path
) -> None:
    done = optimise("run", "production_steps", "--format", format)
    assert done.out.encode() == (tmp_path / "results/production_steps" / file).read_bytes()


def test_json_is_short_for_the_format(optimise: Callable[..., Done]) -> None:
    assert (
        json.loads(optimise("run", "production_steps", "--json").out)["proof"]["status"]
        == "complete"
    )
    assert optimise("run", "production_steps", "--json", "--format", "json").code == 0
    assert optimise("run", "production_steps", "--json", "--format", "csv").code == 2


def test_verbose_tells_what_the_search_cost(optimise: Callable[..., Done]) -> None:
    assert "sub-problems, seed 1" in optimise("run", "production_steps", "-v").err


def test_overrides_and_options_reach_the_run(optimise: Callable[..., Done], tmp_path: Path) -> None:
    done = optimise(
        "run",
        "production_steps",
        "--set",
        "name=other",
        "--seed",
        "5",
        "--method",
        "exact",
        "-q",
        "--json",
    )
    data = json.loads(done.out)
    assert (data["scenario"]["name"], data["seed"], data["options"]["method"]) == (
        "other",
        5,
        "exact",
    )
    assert (tmp_path / "results/other").is_dir()


def test_overrides_are_kept_shown_and_compared(optimise: Callable[..., Done]) -> None:
    setting = ("--set", "discount_rate=0.05", "--set", "phases.0.limits.investment=30")
    assert optimise("run", "smart_manufacturing_phases", "-q", "-o", "base").code == 0
    done = optimise("run", "smart_manufacturing_phases", "-q", "-o", "new", *setting)
    shown = "set: discount_rate=0.05, phases.0.limits.investment=30"
    assert shown in done.out
    data = json.loads(Path("new/result.json").read_text(encoding="utf-8"))
    assert data["overrides"] == {"set": list(setting[1::2]), "at": None}
    assert data["scenario"]["phases"][0]["limits"] == {"investment": "30"}
    assert shown in optimise("show", "new").out
    assert shown in optimise("rank", "new", "--weights", "investment=1").out
    compared = optimise("compare", "base", "new").out
    assert f"set in NEW only: {', '.join(setting[1::2])}" in compared
    assert optimise("verify", "new").code == 0
    data.pop("overrides")
    Path("new/result.json").write_text(json.dumps(data), encoding="utf-8")
    assert "set:" not in optimise("show", "new").out


def test_warnings_go_to_stderr(optimise: Callable[..., Done], tmp_path: Path) -> None:
    path = str(scenario_file(tmp_path, parameters={"unused": 3}))
    done = optimise("run", path)
    assert done.code == 0
    assert "warning[S104]" in done.err
    assert "1 warning" in done.err
    assert "warning" not in optimise("run", path, "-q").err


# ---- check


def test_check_of_valid_and_invalid_files(optimise: Callable[..., Done], tmp_path: Path) -> None:
    bad = written(tmp_path, objectives={"speed": "max"})
    done = optimise("check", "production_steps", bad, "nowhere.yaml")
    assert done.code == 2
    assert done.out == "production_steps: valid\n"
    assert "error[S046]" in done.err
    assert "there is no scenario 'nowhere.yaml'" in done.err
    assert optimise("validate", "production_steps", bad).code == 3


def test_check_for_programs(optimise: Callable[..., Done], tmp_path: Path) -> None:
    bad = written(tmp_path, objectives={"speed": "max"})
    found = json.loads(optimise("check", bad, "--json").out)
    assert [one["severity"] for one in found] == ["error"]
    assert {"code", "file", "line", "column", "message", "help", "source", "label"} <= set(found[0])
    done = optimise("check", bad, "--format", "github")
    assert done.out.startswith(f"::error file={bad},line=")
    assert (done.code, done.err) == (3, "")
    assert json.loads(optimise("check", "production_steps", "--json").out) == []


def test_check_shows_the_merged_scenario_with_origins(optimise: Callable[..., Done]) -> None:
    done = optimise("check", "--show-merged", "steel_routes_clean_grid", "--set", "title=New")
    assert yaml.safe_load(done.out)["title"] == "New"
    lines = done.out.splitlines()
    assert next(line for line in lines if line.startswith("title")).endswith("# --set:1")
    assert any("steel_routes.yaml:" in line for line in lines)
    assert any("steel_routes_clean_grid.yaml:" in line for line in lines)


# ---- results and scenarios alike


def test_a_scenario_stands_for_its_result(optimise: Callable[..., Done], tmp_path: Path) -> None:
    optimise("run", "production_steps", "-q")
    saved = "results/production_steps"
    for command in (
        ["show"],
        ["rank", "--method", "topsis"],
        ["verify"],
        ["show", "--format", "csv"],
        ["show", "--format", "md"],
    ):
        first, second = (
            optimise(command[0], saved, *command[1:]),
            optimise(command[0], "production_steps", *command[1:]),
        )
        assert first.code == second.code == 0
        assert first.out == second.out
        assert optimise(command[0], f"{saved}/result.json", *command[1:]).out == first.out
    assert optimise("export", "production_steps", "-o", "a.csv").code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / saved / "front.csv").read_bytes()


def test_options_of_a_run_are_refused_for_a_result(optimise: Callable[..., Done]) -> None:
    optimise("run", "production_steps", "-q")
    assert optimise("show", "results/production_steps", "--gap", "0.1").code == 2
    assert (
        optimise(
            "compare", "results/production_steps", "results/production_steps", "--seed", "2"
        ).code
        == 2
    )
    assert (
        optimise("compare", "results/production_steps", "production_steps", "--seed", "2").code == 0
    )


def test_rank_with_other_weights(optimise: Callable[..., Done]) -> None:
    done = optimise("rank", "production_steps", "--weights", "cost=1,time=0", "--format", "csv")
    assert done.out.splitlines()[1].split(",")[3:5] == ["115", "79"]


def test_groups_in_tables_and_markdown_only(optimise: Callable[..., Done]) -> None:
    """rooftop_pv and robots come in whole amounts: grouped when asked, in no file for programs."""
    optimise("run", "smart_factory", "-q")
    saved = "results/smart_factory"
    plain = optimise("show", saved, "--top", "100").out
    grouped = optimise("show", saved, "--top", "100", "--group", "technologies").out
    assert "stands for" not in plain
    assert "stands for" in grouped
    assert "in every plan: iot (Industrial IoT)" in plain
    assert optimise("show", saved, "--top", "100", "--group", "none").out == plain
    ranked = optimise("rank", saved, "--method", "topsis", "--group", "technologies").out
    assert "combinations of technologies" in ranked
    for format in ("csv", "json"):
        command = ("show", saved, "--format", format)
        assert optimise(*command, "--group", "technologies").out == optimise(*command).out
    pages = [
        optimise("show", saved, "--format", "md", "--group", group).out.count("| `p")
        for group in ("none", "technologies")
    ]
    assert pages[0] == 61 > pages[1]


def test_show_one_plan_as_json(optimise: Callable[..., Done]) -> None:
    optimise("run", "production_steps", "-q")
    name = json.loads(optimise("show", "results/production_steps", "--json").out)["plans"][3]["id"]
    assert (
        json.loads(optimise("show", "results/production_steps", name[:8], "--json").out)["id"]
        == name
    )


def test_compare_for_programs(optimise: Callable[..., Done]) -> None:
    (found,) = json.loads(
        optimise(
            "compare", "production_steps", "production_steps", "--fail-on", "epsilon:0", "--json"
        ).out
    )
    told = {"base": 30.0, "new": 30.0, "worse": 0.0, "noise": 0.0, "comparable": True}
    known = {
        "base_interval": [30.0, 30.0],
        "new_interval": [30.0, 30.0],
        "worse_interval": [0.0, 0.0],
    }
    assert found["best"]["time"] == {**told, **known}
    gate = {
        "gate": "epsilon:0",
        "passed": True,
        "noise": False,
        "message": "0; 0 worse is tolerated",
        "outcome": "pass",
    }
    assert found["gates"] == [gate]


def test_compare_asks_for_a_proof_and_for_decided_gates(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    """A report is written whatever the exit code; a missing proof comes before a gate."""
    optimise("run", "production_steps", "-q", "-o", "full")
    optimise("run", "production_steps", "-q", "-o", "part")
    document = json.loads((tmp_path / "part/result.json").read_text(encoding="utf-8"))
    document["proof"].update(status="covering", basis="exact", stopped="time_limit")
    document["bounds"] = dict.fromkeys(document["bounds"])
    (tmp_path / "part/result.json").write_text(json.dumps(document), encoding="utf-8")
    enough = optimise(
        "compare",
        "full",
        "part",
        "--fail-on",
        "hypervolume:0",
        "--fail-on",
        "best.time:0",
        "--strict",
    )
    assert (enough.code, "pass  best.time:0: best 30, now 30 or less" in enough.out) == (0, True), (
        "what is listed is enough"
    )
    worse = optimise("compare", "part", "full", "--fail-on", "hypervolume:0", "--strict")
    assert (worse.code, "~ not proven  hypervolume:0" in worse.out) == (5, True)
    assert "1 gate not proven (--strict): hypervolume:0" in worse.err
    both = optimise(
        "compare", "part", "full", "--fail-on", "hypervolume:0", "--strict", "--require", "complete"
    )
    assert both.code == 6
    assert "hypervolume:0" in both.out
    (said,) = [line for line in both.err.splitlines() if line.startswith("error: part: ")]
    assert said.endswith("as required")


# ---- starting


def test_init_then_run(optimise: Callable[..., Done]) -> None:
    done = optimise("init", "plan")
    assert done.out == f"{Path('plan', 'scenario.yaml')}\n"
    assert optimise("check", "plan/scenario.yaml").code == 0
    assert optimise("run", "plan/scenario.yaml").code == 0
    assert optimise("init", "plan").code == 2


def test_schema_and_library(optimise: Callable[..., Done]) -> None:
    parts = json.loads(optimise("schema").out)["definitions"]
    assert "objectives" in parts["Scenario"]["properties"]
    names = [one["name"] for one in json.loads(optimise("scenarios", "--json").out)]
    assert "smart_manufacturing" in names
    table = optimise("scenarios").out
    for name in names:
        assert f"\n{name} " in table


def conforms(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """As much of JSON Schema as the schema of results needs, read anew."""
    if "$ref" in schema:
        return conforms(value, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return any(conforms(value, one, definitions) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    if schema.get("type") == "boolean" or isinstance(value, bool):
        return isinstance(value, bool) and schema.get("type") in ("boolean", None)
    if "type" not in schema:
        return True
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "null": type(None),
    }
    if not isinstance(value, kinds[schema["type"]]):
        return False
    if isinstance(value, list):
        return all(conforms(item, schema["items"], definitions) for item in value)
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        fits = (
            set(schema["required"]) <= set(value) <= set(known)
            and schema["additionalProperties"] is False
        )
        return fits and all(conforms(part, known[key], definitions) for key, part in value.items())
    if isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
        return all(
            conforms(part, schema["additionalProperties"], definitions) for part in value.values()
        )
    return "minimum" not in schema or value >= schema["minimum"]


@pytest.mark.parametrize(
    "name", ["production_steps", "steel_routes", "smart_manufacturing_phases", "sales_regression"]
)
def test_the_schema_of_results_is_that_of_a_result(
    optimise: Callable[..., Done], tmp_path: Path, name: str
) -> None:
    schema = json.loads(optimise("schema", "--of", "result").out)
    parts = schema["definitions"]
    optimise("run", name, "-q", "-o", "r")
    content = json.loads((tmp_path / "r/result.json").read_text(encoding="utf-8"))
    assert conforms(content, schema, parts)
    for change in (
        {"extra": 1},
        {"bounds": {"cost": "low"}},
        {"proof": {**content["proof"], "basis": "sure"}},
    ):
        assert not conforms({**content, **change}, schema, parts)
    without = {key: value for key, value in content.items() if key != "bounds"}
    assert not conforms(without, schema, parts)


def test_commands_are_listed_in_one_order_whatever_was_asked_for_first() -> None:
    commands.application(["verify"])
    commands.application(["init"])
    assert [command.name for command in commands.application().registered_commands] == list(
        commands.COMMANDS
    )
