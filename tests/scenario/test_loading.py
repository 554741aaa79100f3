"""Valid files: what they become."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from optimiser.advice import check
from optimiser.errors import ScenarioError, UsageError
from optimiser.scenario import (
    Scenario,
    from_resolved,
    json_schema,
    library,
    load,
    reference_markdown,
)
from optimiser.scenario.format.schema import Technology
from tests.counting import calls

Write = Callable[..., Path]

FULL = Path(__file__).with_name("full.yaml").read_text(encoding="utf-8")
SMALL = "optimise: 1\nname: a\nindicators: {c: {}}\nobjectives: {c: min}\n"


def test_full_scenario(write: Write) -> None:
    scenario, diagnostics = check(write(full=FULL))
    assert scenario is not None
    assert not [d for d in diagnostics if d.severity == "error"]
    assert scenario.title == "2027"
    assert scenario.number(scenario.parameters["both"].value) == 72
    assert scenario.number(scenario.parameters["rate"].value) == Fraction(1, 100)
    assert scenario.variables["A"].max.infinite == 1  # type: ignore[union-attr]
    assert scenario.variables["lines"].min.infinite == -1  # type: ignore[union-attr]
    assert scenario.number(scenario.variables["yield"].max) == 10
    effect = scenario.technologies["ai"].levels["full"].effects["output"]
    assert scenario.number(effect.percent) == Fraction(63, 10)
    assert scenario.objectives["risk"].sense == "minimise"
    assert scenario.plans["proposal"].adopt == {
        "iot": "1",
        "ai": "pilot",
        "pv": "5.5",
        "manual": "0",
    }
    assert (scenario.solver.seed, scenario.solver.time_limit, scenario.solver.points) == (
        7,
        60.0,
        20,
    )
    assert scenario.ranking.method == "topsis"


def test_numbers_stay_as_written(write: Write) -> None:
    scenario = load(write(full=FULL))
    values = scenario.variables["pipe"].values
    assert values is not None
    assert [value.literal for value in values] == [Decimal("0.2"), Decimal("0.31"), Decimal("0.44")]
    assert scenario.number(values[0]) == Fraction(1, 5)


def test_resolved_round_trip(write: Write) -> None:
    scenario = load(write(full=FULL))
    again = from_resolved(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario
    assert again.model_dump() == scenario.model_dump()
    assert again.scenario_hash == scenario.scenario_hash
    assert len(scenario.scenario_hash) == 64
    assert (
        load(write(full=FULL), overrides=["solver.seed=8"]).scenario_hash != scenario.scenario_hash
    )


def test_resolved_is_checked_again(write: Write) -> None:
    data = load(write(full=FULL)).resolved()
    data["technologies"]["iot"]["effects"]["oops"] = {"value": "1"}
    with pytest.raises(ScenarioError) as caught:
        from_resolved(data)
    assert [d.code for d in caught.value.diagnostics] == ["S012"]
    with pytest.raises(ScenarioError):
        from_resolved({})
    with pytest.raises(ScenarioError):
        from_resolved(json.loads("{" + '"a":{' * 500 + "}" * 501))


def test_frozen(write: Write) -> None:
    scenario = load(write(full=FULL))
    with pytest.raises(ValueError, match="frozen"):
        scenario.name = "other"


def test_yaml_1_2(write: Write) -> None:
    text = """\
optimise: 1
name: "007"
description: no
source: on
indicators: {no: {unit: y}, on: {baseline: 1e2}, sum_: {baseline: 010}}
objectives: {no: min, on: max, sum_: min}
"""
    scenario = load(write(plain=text))
    assert (scenario.name, scenario.description, scenario.source) == ("007", "no", "on")
    assert list(scenario.indicators) == ["no", "on", "sum_"]
    assert scenario.number(scenario.indicators["on"].baseline) == 100
    assert scenario.number(scenario.indicators["sum_"].baseline) == 10


def test_byte_order_mark_and_line_ends(write: Write) -> None:
    text = "\ufeffoptimise: 1\r\nname: a\r\nindicators: {c: {}}\r\nobjectives: {c: min}\r\n"
    assert load(write(bom=text)).name == "a"


def test_ids_of_any_language(write: Write) -> None:
    text = """\
optimise: 1
name: 智能工厂-1
indicators: {产量: {baseline: 100}, énergie: {}}
technologies:
  物联网: {effects: {产量: +4%, énergie: 3}}
  أتمتة: {requires: [物联网]}
objectives: {产量: max}
constraints: {预算: "énergie + 物联网 <= 7"}
"""
    scenario = load(write(unicode=text))
    assert scenario.name == "智能工厂-1"
    assert list(scenario.technologies) == ["物联网", "أتمتة"]


def test_ids_meet_in_their_normal_form(write: Write) -> None:
    """A decomposed \u00e9 in one place and a composed one in another are the same id."""
    text = (
        "optimise: 1\nname: a\nindicators: {caf\u00e9: {}}\ntechnologies: {t: {effects: "
        "{cafe\u0301: 1}}}\n"
    )
    text += "objectives: {cafe\u0301: min}\n"
    assert list(load(write(normal=text)).technologies["t"].effects) == ["caf\u00e9"]


def test_chain_of_a_thousand_parameters_and_a_long_sum(write: Write) -> None:
    parameters = "\n".join(["  p0: 1"] + [f"  p{i}: p{i - 1} + 1" for i in range(1, 1000)])
    total = " + ".join(f"p{i} * c" for i in range(1000)) + " + c" * 1000
    text = f"{SMALL}parameters:\n{parameters}\nconstraints: {{k: {total} <= 1}}\n"
    scenario = load(write(long=text))
    assert scenario.number(scenario.parameters["p999"].value) == 1000


def test_irrational_parameter(write: Write) -> None:
    text = f"{SMALL}parameters: {{p: sqrt(2), q: p * 2}}\n"
    scenario = load(write(root=text))
    assert float(scenario.number(scenario.parameters["q"].value)) == pytest.approx(
        2 * 2**0.5, rel=1e-15
    )


def test_number_refuses_decisions(write: Write) -> None:
    scenario = load(write(full=FULL))
    with pytest.raises(ScenarioError):
        scenario.number(scenario.constraints["budget"].expr)
    with pytest.raises(ScenarioError):
        scenario.number(scenario.variables["A"].max)


def test_missing_scenario() -> None:
    with pytest.raises(UsageError, match=r"there is no scenario 'nowhere\.yaml'"):
        load("nowhere.yaml")
    with pytest.raises(UsageError):
        load("a\0b")
    near = next(iter(library()))
    with pytest.raises(UsageError) as caught:
        load(near + "x")
    assert near in caught.value.help


def test_library_loads_by_name() -> None:
    assert library()
    for name, path in library().items():
        scenario, diagnostics = check(name)
        assert scenario is not None, diagnostics
        assert path.is_file()


def portfolio(n: int) -> str:
    lines = [
        f"  t{i}: {{effects: {{cost: {i}.5, output: +{i % 7}.25%, energy: -{i}}}, requires: "
        f"[t{i // 2}]}}"
        for i in range(1, n)
    ]
    groups = "\n".join(
        f"  g{i}: {{of: [t{i}, t{i + 1}, t{i + 2}], at_most: 2}}"
        for i in range(n // 2 + 1, n - 2, 3)
    )
    text = (
        "optimise: 1\nname: big\nindicators: {cost: {}, output: {baseline: 100}, energy: "
        "{}}\ntechnologies:\n  t0: {}\n"
    )
    return text + (
        "\n".join(lines) + f"\ngroups:\n{groups}\nobjectives: {{cost: min, output: max, energy: "
        f"min}}\nconstraints: {{b: cost <= 9000}}\n"
    )


@pytest.mark.parametrize(("what", "most"), [(load, 1_200), (check, 3_000)])
def test_twice_as_many_technologies_take_twice_as_many_calls(
    what: Callable[[Path], object], most: int, write: Write
) -> None:
    few, many = (calls(partial(what, write(big=portfolio(n)))) for n in (150, 300))
    assert many < 300 * most, many
    assert many < 2.2 * few, (few, many)


def test_loading_imports_no_heavy_library() -> None:
    heavy = ("scipy", "moocore", "pymoo", "highspy", "pandas")
    code = f"import sys, optimiser.scenario; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_json_schema_and_reference_name_every_key() -> None:
    schema = json_schema()
    page = reference_markdown()
    for field, info in {**Scenario.model_fields, **Technology.model_fields}.items():
        assert f"| `{field}` |" in page
        assert info.description
    definitions = schema["definitions"]
    assert {"extends", *Scenario.model_fields} == set(definitions["Scenario"]["properties"])
    references = {r for r in json.dumps(schema).split('"') if r.startswith("#/definitions/")}
    assert {r.removeprefix("#/definitions/") for r in references} <= set(definitions)
    json.dumps(schema, allow_nan=False)
