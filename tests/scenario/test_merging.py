"""Several files into one scenario, and --set."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from optimiser.advice import check
from optimiser.errors import ScenarioError
from optimiser.scenario import load, show_merged

Write = Callable[..., Path]

BASE = """\
optimise: 1
name: base
title: The base
parameters: {price: {value: 80, unit: EUR}}
indicators: {cost: {unit: EUR}, output: {baseline: 100}}
technologies:
  a: {effects: {cost: 1, output: +4%}, requires: [b]}
  b: {effects: {cost: 2 * price}}
groups: {g: {of: [a, b], at_most: 2}}
objectives: {cost: minimise, output: {sense: max, weight: 2}}
constraints: {budget: {expr: cost <= 400, why: money}}
"""


def codes(error: ScenarioError) -> list[tuple[str, str, int, int]]:
    return [(d.code, Path(d.file).name, d.line, d.column) for d in error.diagnostics]


def test_child_over_base(write: Write) -> None:
    child = """\
extends: base.yaml
name: child
parameters: {price: 90}
technologies:
  c: {effects: {cost: 5}}
  a: {effects: {output: 7, cost: 3}, requires: [c]}
objectives: {output: minimise}
constraints: {budget: cost <= 500}
"""
    scenario = load(write(base=BASE, child=child))
    assert (scenario.name, scenario.title) == ("child", "The base")
    assert scenario.parameters["price"].unit == "EUR"
    assert scenario.number(scenario.parameters["price"].value) == 90
    assert list(scenario.technologies) == ["a", "b", "c"]
    assert [str(wanted) for wanted in scenario.technologies["a"].requires] == ["c"]
    effect = scenario.technologies["a"].effects["output"]
    assert (effect.percent, str(effect.value)) == (None, "7")
    assert scenario.objectives["output"].sense == "minimise"
    assert scenario.number(scenario.objectives["output"].weight) == 2
    assert (str(scenario.constraints["budget"].expr), scenario.constraints["budget"].why) == (
        "cost <= 500",
        "money",
    )


def test_null_removes(write: Write) -> None:
    child = "extends: base.yaml\ntitle: null\nconstraints: {budget: null}\ngroups: ~\n"
    scenario = load(write(base=BASE, child=child))
    assert (scenario.title, scenario.constraints, scenario.groups) == ("", {}, {})


def test_null_that_removes_nothing(write: Write) -> None:
    child = "extends: base.yaml\nconstraints: {budgte: null}\n"
    with pytest.raises(ScenarioError) as caught:
        load(write(base=BASE, child=child))
    assert codes(caught.value) == [("S062", "child.yaml", 2, 15)]


def test_positions_through_two_files(write: Write) -> None:
    base = BASE.replace("requires: [b]", "requires: [bb]")
    child = "extends: base.yaml\nconstraints:\n  more: cost <= prce\n"
    with pytest.raises(ScenarioError) as caught:
        load(write(base=base, child=child))
    assert codes(caught.value) == [("S031", "child.yaml", 3, 17), ("S012", "base.yaml", 7, 51)]


def test_chain_and_cycle(write: Write) -> None:
    scenario = load(
        write(
            base=BASE,
            middle="extends: base.yaml\ntitle: Middle\n",
            top="extends: middle.yaml\nname: top\n",
        )
    )
    assert (scenario.name, scenario.title) == ("top", "Middle")
    with pytest.raises(ScenarioError) as caught:
        load(write(one="extends: two.yaml\n", two="extends: one.yaml\n"))
    assert [(d.code, Path(d.file).name) for d in caught.value.diagnostics] == [("S061", "one.yaml")]
    assert "two.yaml -> " in caught.value.diagnostics[0].message


def test_outside_the_folder(write: Write, tmp_path: Path) -> None:
    write(base=BASE)
    folder = tmp_path / "inner"
    folder.mkdir()
    child = folder / "child.yaml"
    child.write_text("extends: ../base.yaml\nname: child\n")
    with pytest.raises(ScenarioError) as caught:
        load(child)
    assert [d.code for d in caught.value.diagnostics] == ["S060"]
    assert load(child, allow_outside=True).title == "The base"
    child.unlink()
    child.symlink_to(tmp_path / "base.yaml")
    link = folder / "link.yaml"
    link.write_text("extends: child.yaml\n")
    with pytest.raises(ScenarioError):
        load(link)


def test_up_and_down_inside_the_folder(write: Write, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "middle.yaml").write_text("extends: ../base.yaml\ntitle: Middle\n")
    assert load(write(base=BASE, top="extends: inner/middle.yaml\n")).title == "Middle"


def test_errors_beside_a_missing_base(write: Write) -> None:
    """What the base would have brought is not reported as missing; what is wrong here is."""
    text = (
        "extends: nowhere.yaml\nobjectives: {cost: minimise}\ntechnologies:\n  a: {colour: "
        "red, "
        "effects: {cost: 3 * (}}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load(write(child=text))
    assert [(d.code, d.line) for d in caught.value.diagnostics] == [
        ("S060", 1),
        ("S011", 4),
        ("S030", 4),
    ]


def test_overrides(write: Write) -> None:
    path = write(base=BASE)
    overrides = [
        "parameters.price=90",
        "technologies.b.effects.output=-2.5%",
        "solver.gap=price / 1000",
        "parameters.extra=3",
    ]
    overrides += [
        "groups.g.of=[a]",
        "constraints.budget=null",
        "technologies.a.requires=[]",
        "indicators.cost.unit=USD",
    ]
    scenario = load(path, overrides=overrides, set_new=True)
    cost = scenario.technologies["b"].effects["cost"].value
    assert cost is not None
    assert scenario.number(cost) == 180
    assert str(scenario.technologies["b"].effects["output"].percent) == "-2.5"
    assert scenario.solver.gap == pytest.approx(0.09)
    assert scenario.groups["g"].of == ("a",)
    assert (scenario.constraints, scenario.technologies["a"].requires) == ({}, ())
    assert scenario.indicators["cost"].unit == "USD"
    assert scenario.number(scenario.parameters["extra"].value) == Fraction(3)


def test_error_in_an_override(write: Write) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(
            write(base=BASE),
            overrides=["constraints.budget=cots <= 5", "technologies.b.colour=red"],
        )
    assert [(d.code, d.file, d.line, d.column, d.source) for d in caught.value.diagnostics] == [
        ("S031", "--set", 1, 20, "constraints.budget=cots <= 5"),
        ("S011", "--set", 1, 16, "technologies.b.colour=red"),
    ]


def test_show_merged(write: Write) -> None:
    path = write(
        base=BASE, child='extends: base.yaml\ntitle: "5"\ntechnologies: {b: {title: "a: b"}}\n'
    )
    lines = [
        (text, Path(origin).name) for text, origin in show_merged(path, overrides=["name=other"])
    ]
    assert ("name: other", "--set:1") in lines
    assert ('title: "5"', "child.yaml:2") in lines
    assert ('    title: "a: b"', "child.yaml:3") in lines
    assert ("        percent: +4", "base.yaml:7") in lines
    assert ("    of: [a, b]", "base.yaml:9") in lines
    merged = write(merged="\n".join(text for text, _ in lines) + "\n")
    assert load(merged) == load(path, overrides=["name=other"])
    assert check(merged)[0] == load(merged)


LISTS = """\
optimise: 1
name: lists
indicators: {capex: {timing: one_off}, output: {}}
technologies:
  iot: {effects: {capex: 1}}
  mes: {levels: {pilot: {}, full: {}}, requires: [iot]}
  aps: {requires: [iot, mes.full], requires_any: [[iot, mes]]}
synergies:
  pair: {between: [iot, mes], effects: {output: 1}}
  three: {between: [iot, mes, aps], effects: {output: 1}}
groups: {few: {of: [iot, mes, aps], at_most: 2}}
constraints: {cap: capex <= 5 + iot}
objectives: {capex: minimise, output: maximise}
phases:
  - {name: "2027", limits: {capex: 900}}
  - {name: "2028", limits: {capex: 1100}}
plans: {proposal: {adopt: {iot: 1, mes: full}}}
"""


def test_overrides_reach_into_lists(write: Write) -> None:
    overrides = [
        "phases.0.limits.capex=810",
        "phases.1.years=2",
        "technologies.aps.requires.1=mes.pilot",
        "technologies.aps.requires_any.0.1=null",
    ]
    scenario = load(write(lists=LISTS), overrides=overrides)
    assert [str(phase.limits["capex"]) for phase in scenario.phases] == ["810", "1100"]
    assert str(scenario.phases[1].years) == "2"
    aps = scenario.technologies["aps"]
    assert "mes.pilot" in str(aps.requires)
    assert aps.requires_any == (("iot",),)
    assert scenario.changes == (tuple(overrides), "")


@pytest.mark.parametrize(
    ("override", "column", "help"),
    [
        ("phases.2.years=1", 8, "phases.0 to phases.1"),
        ("phases.-1.years=1", 8, "phases.0 to phases.1"),
        ("phases.2028.limits.capex=1", 8, "phases.1"),
        ("technologies.aps.requires.0.x=1", 1, "as a whole"),
        ("technologies.iott.effects.capex=1", 14, "did you mean 'iot'? to add it use --set-new"),
        ("technologies.mes.levels.pilott.effects.capex=1", 25, "did you mean 'pilot'?"),
        ("technologies={vision: {}}", 1, "to add it use --set-new"),
        ("parameters.price=3", 12, "to add it use --set-new"),
        ("constraints.caps=capex <= 3", 13, "did you mean 'cap'?"),
        ("objectives.both.expr=capex + output", 12, "to add it use --set-new"),
    ],
)
def test_overrides_that_lead_nowhere(write: Write, override: str, column: int, help: str) -> None:
    path = write(lists=LISTS)
    with pytest.raises(ScenarioError) as caught:
        load(path, overrides=[override])
    found = caught.value.diagnostics
    assert [(d.code, d.file, d.line) for d in found] == [("S063", "--set", 1)]
    assert found[0].column == column or "{" in override
    assert help in found[0].help


@pytest.mark.parametrize(
    ("override", "column", "help"),
    [
        ("constraints.budget=", 20, "write --set constraints.budget=null to remove it"),
        ("title=#1", 7, "a text that begins with # stands in quotes"),
        ("name＝other", 1, "write --set name=other"),
    ],
)
def test_an_override_says_its_value(write: Write, override: str, column: int, help: str) -> None:
    path = write(base=BASE)
    with pytest.raises(ScenarioError) as caught:
        load(path, overrides=[override])
    (found,) = caught.value.diagnostics
    assert (found.code, found.column) == ("S063", column)
    assert help in found.help


@pytest.mark.parametrize(
    ("override", "help"),
    [
        ("price=90", "write parameters.price"),
        ("a.effects.cost=2", "write technologies.a"),
        ("cost=2", "write indicators.cost or objectives.cost"),
        ("technologie.a.effects.cost=2", "did you mean 'technologies'?"),
    ],
)
def test_an_id_without_its_section_is_told_where_it_is(
    write: Write, override: str, help: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write(base=BASE), overrides=[override])
    (found,) = caught.value.diagnostics
    assert (found.code, found.column, found.help) == ("S011", 1, help)


@pytest.mark.parametrize("written", ["[b]", "【b】", "（b）"])
def test_a_list_in_other_brackets_is_written_out(write: Write, written: str) -> None:
    path = write(base=BASE.replace("groups: {", f"groups: {{h: {{of: '{written}'}}, "))
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.diagnostics[0].help == "write [b]"


def test_overrides_add_on_request(write: Write) -> None:
    path = write(lists=LISTS)
    overrides = ["parameters.price=3", "technologies.vision.effects.capex=price"]
    scenario = load(path, overrides=overrides, set_new=True)
    assert "vision" in scenario.technologies
    # what has no id of its own is added at any time
    changed = load(path, overrides=["technologies.iot.effects.output=2", "plans.proposal.title=x"])
    assert "output" in changed.technologies["iot"].effects
    assert (
        load(path, overrides=["objectives.output=minimise"]).objectives["output"].sense
        == "minimise"
    )


def test_an_overlay_warns_of_a_slip(write: Write) -> None:
    child = """\
extends: lists.yaml
technologies:
  iott: {effects: {capex: 2}}
  vision: {effects: {capex: 2}}
parameters: {cap_2028: 1}
constraints: {cap_2028: capex <= 3 * cap_2028, output: output >= 0}
"""
    scenario, found = check(write(lists=LISTS, child=child))
    assert scenario is not None
    assert [(d.line, d.column, d.help) for d in found if d.code == "S150"] == [
        (3, 3, "to change 'iot' write 'iot'; where both are meant nothing is to do")
    ]


REMOVED = {
    (6, "mes"): "technologies.mes.requires=[]",
    (7, "aps"): "technologies.aps.requires=[mes.full]",
    (9, "pair"): "synergies.pair=null",
    (10, "three"): "synergies.three.between=[mes, aps]",
    (11, "few"): "groups.few.of=[mes, aps]",
    (12, "cap"): "write constraint 'cap' without it",
    (17, "proposal"): "plans.proposal.adopt.iot=null",
}


def test_removing_what_others_name_says_how(write: Write) -> None:
    path = write(lists=LISTS)
    with pytest.raises(ScenarioError) as caught:
        load(path, overrides=["technologies.iot=null"])
    helps = [(d.line, d.help) for d in caught.value.diagnostics]
    assert all("'iot' was removed by --set technologies.iot=null" in help for _, help in helps)
    for (line, _), fix in REMOVED.items():
        assert any(line == own and fix in help for own, help in helps)
    fixes = [fix for fix in REMOVED.values() if "=" in fix]
    fixes += ["technologies.aps.requires_any=[[mes]]", "constraints.cap=capex <= 5"]
    assert "iot" not in load(path, overrides=["technologies.iot=null", *fixes]).technologies
    child = write(lists=LISTS, child="extends: lists.yaml\ntechnologies: {iot: null}\n")
    with pytest.raises(ScenarioError) as caught:
        load(child)
    help = caught.value.diagnostics[0].help
    assert "was removed in" in help
    assert "child.yaml:2" in help
    assert "write there also technologies: {mes: {requires: []}}" in help
