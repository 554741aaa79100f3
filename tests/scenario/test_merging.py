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
    scenario = load(path, overrides=overrides)
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
