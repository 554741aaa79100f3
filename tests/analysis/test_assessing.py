"""Technologies one by one: effects against an independent reading, packages against every subset,
shares against the front.
"""

from __future__ import annotations

import itertools
import re
import time
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from optimiser.analysis.assessing import Assessment, assess, cost_columns, gains
from optimiser.analysis.packages import package
from optimiser.analysis.reaching import Clock, reached_each
from optimiser.errors import ProofError, ScenarioError, UsageError
from optimiser.formulate import Model, formulate
from optimiser.language import speaking
from optimiser.render.assessment import assessment
from optimiser.render.layout import Grid
from optimiser.scenario import load
from tests.domain import oracle
from tests.formulate.test_agreement import prepared
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

TEXT = """\
optimise: 1
name: factory
indicators:
  output: {baseline: 100, unit: kt}
  energy: {baseline: 500, combine: compound}
  investment: {timing: one_off}
technologies:
  iot: {effects: {output: +4%, energy: -10%, investment: 2}}
  gateway: {effects: {investment: 1}}
  cloud: {effects: {investment: 0.5}, requires: [vault], excludes: [gateway]}
  vault: {effects: {investment: 3}}
  ai:
    requires: [iot]
    requires_any: [[cloud, gateway]]
    levels: {pilot: {effects: {output: 2}}, full: {effects: {output: 7, energy: -20%}}}
  pv: {scale: {min: 1, max: 9, step: 3}, effects: {investment: 0.5}, effects_per_unit: {investment: 2, energy: -1%}}
synergies: {live: {between: [iot, ai.full], effects: {output: 3}}}
groups: {one: {of: [pv, vault], at_most: 1}}
objectives: {output: maximise, energy: minimise}
constraints: {budget: investment <= 14}
"""


def assessed(folder: Path, text: str) -> Assessment:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return assess(load(path))


def row(found: Assessment, technology: str, mode: str = "1") -> dict[str, Any]:
    one = next(r for r in found.rows if (r.technology, r.mode) == (technology, mode))
    names = [column.name for column in found.columns]
    return {
        "alone": dict(zip(names, one.alone, strict=True)),
        "together": dict(zip(names, one.together, strict=True)),
        "needs": dict(list(one.package.cells.items())[1:]),
        "breaks": one.breaks,
        "share": one.share,
        "one": one,
    }


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assessed(tmp_path_factory.mktemp("scenario"), TEXT)


def test_effects_by_hand(factory: Assessment) -> None:
    """Percentages of the baseline where effects add, of what others leave where they compound; a
    synergy counts in a package.
    """
    assert row(factory, "iot")["alone"] == {"output": 4.0, "energy": -50.0, "investment": 2.0}
    full = row(factory, "ai", "full")
    assert full["alone"] == {"output": 7.0, "energy": -100.0, "investment": 0.0}
    assert full["together"] == {"output": 14.0, "energy": 500 * 0.9 * 0.8 - 500, "investment": 3.0}
    assert row(factory, "pv", "7")["alone"] == {"output": 0.0, "energy": -35.0, "investment": 14.5}


@pytest.mark.parametrize("together", [1, 2, 7])
def test_many_technologies_are_read_in_parts(
    together: int, factory: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("assessing", "reaching"):
        monkeypatch.setattr(f"optimiser.analysis.{module}.READ_TOGETHER", together)
    monkeypatch.setattr("optimiser.analysis.reaching._READ_FIRST", 1)
    assert assessed(tmp_path, TEXT).rows == factory.rows


@pytest.mark.parametrize("limit", [None, 1.0])
def test_what_many_plans_reach_ends_with_the_time(
    limit: float | None, factory: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10,000 plans of a model of 15,000 decisions were each computed, however late it was: once the
    time is over no further plans are.
    """
    model = formulate(factory.scenario)
    plans = [{}, *({"iot": "1"} for _ in range(50))]
    read: list[int] = []
    whole = Model.read

    def counted(own: Model, x: Any, *rest: Any) -> Any:
        read.append(len(x))
        return whole(own, x, *rest)

    monkeypatch.setattr(Model, "read", counted)
    clock = Clock(limit, time.monotonic() - 1_000)
    if limit is None:
        assert len(reached_each(model, plans, clock)) == sum(read) == len(plans)
        return
    with pytest.raises(ProofError, match="every technology") as caught:
        reached_each(model, plans, clock)
    assert len(read) == 1
    assert f"{read[0]} of 51" in caught.value.help


def test_what_is_needed_is_told_by_the_fastest_step() -> None:
    """The first step makes what all plans are valued by: 2,034 s were asked for where 60 do."""
    now = time.monotonic()
    clock = Clock(1.0, now - 10)
    with pytest.raises(ProofError) as told:
        clock.insist_on(4, 1004, now - 2, 0.01)
    assert "to 31 or more" in told.value.help


def test_modes(factory: Assessment) -> None:
    """A row a level; the smallest and the largest amount, which is the last that the step
    reaches.
    """
    modes = [(r.technology, r.mode) for r in factory.rows]
    assert modes[-4:] == [("ai", "pilot"), ("ai", "full"), ("pv", "1"), ("pv", "7")]


def test_the_smallest_package(factory: Assessment) -> None:
    """The gateway comes along, since the cloud would bring the vault; what was chosen from what is
    said.
    """
    assert row(factory, "ai", "pilot")["needs"] == {"iot": "1", "gateway": "1"}
    assert row(factory, "ai", "pilot")["one"].package.chosen == {"gateway": ("cloud", "gateway")}
    assert row(factory, "cloud")["needs"] == {"vault": "1"}


def test_gains_for_a_cost(factory: Assessment) -> None:
    """No objective that is minimised gets worse, so the indicator paid once is the cost."""
    assert factory.cost is not None
    assert factory.columns[factory.cost].name == "investment"
    full = row(factory, "ai", "full")["one"]
    assert gains(factory, full, factory.cost) == {
        0: pytest.approx(14 / 3),
        1: pytest.approx(140 / 3),
    }
    assert cost_columns(factory, full) == (2,)
    ends = row(factory, "iot")["one"]
    assert gains(factory, ends, 1) == {}  # it lowers the energy: nothing is paid in it


def test_a_cost_that_is_undefined_is_not_said_to_be_raised_by_nothing(tmp_path: Path) -> None:
    """Cost per output where nothing is made."""
    found = assessed(
        tmp_path,
        """\
optimise: 1
name: undefined
indicators: {capex: {baseline: 4}, out: {baseline: 1}, unit: {expr: capex / out}}
technologies:
  big: {effects: {capex: 6, out: 1}}
  stop: {effects: {capex: 1, out: -1}}
  cheap: {effects: {capex: -1, out: 1}}
objectives: {unit: minimise, out: maximise}
""",
    )
    written = StringIO()
    Console(width=100, file=written).print(*assessment(found))
    shown = written.getvalue()
    assert re.search(r"^stop +undefined *$", shown, re.MULTILINE)
    assert re.search(r"^cheap +raises no cost *$", shown, re.MULTILINE)


def test_relations(factory: Assessment) -> None:
    assert factory.excludes["gateway"] == ("cloud",)
    assert factory.excludes["cloud"] == ("gateway",)
    assert factory.excludes["pv"] == ("vault",)
    assert factory.enables["iot"] == ("ai",)
    assert factory.enables["cloud"] == ("ai",)
    assert factory.enables["ai"] == ()
    assert row(factory, "pv", "7")["breaks"] == ("budget",)
    assert row(factory, "pv", "1")["breaks"] == ()


def test_shares_are_those_of_the_front(factory: Assessment) -> None:
    assert factory.result is not None
    front = factory.result.front
    for one in factory.rows:
        column = front.decision_columns.index(one.technology)
        cells = [cells[column] for cells in front.cells]
        levelled = one.technology == "ai"
        expected = sum(cell == one.mode if levelled else cell != "0" for cell in cells) / len(front)
        assert one.share == expected


def test_an_objective_is_the_cost_before_an_indicator(tmp_path: Path) -> None:
    text = TEXT.replace("energy: minimise}", "energy: minimise, investment: minimise}")
    found = assessed(tmp_path, text)
    assert found.cost == 2
    assert found.columns[2].sense == "minimise"


def test_without_a_plan_the_technologies_are_assessed_still(tmp_path: Path) -> None:
    found = assessed(tmp_path, TEXT.replace("budget: investment <= 14", "budget: investment <= -1"))
    assert found.result is None
    assert found.failure is not None
    assert {one.share for one in found.rows} == {None}


def test_rules_that_are_broken_are_said_in_the_language_that_is_spoken(tmp_path: Path) -> None:
    text = """
optimise: 1
name: limited
phases: [{name: "2027", limits: {capex: 5}}, {name: "2028", limits: {capex: 9}}]
indicators: {capex: {timing: one_off}, output: {}}
technologies:
  dear: {latest: "2027", effects: {capex: 7, output: 3}}
  cheap: {effects: {capex: 1, output: 1}}
constraints: {output_at_most: output <= 2}
objectives: {capex: minimise, output: maximise}
"""
    found = assessed(tmp_path, text)
    assert set(row(found, "dear")["breaks"]) == {"limit of capex in 2027", "output_at_most"}
    for language, words in (("en", "limit of capex in 2027"), ("zh", "2027 中 capex 的限额")):
        with speaking(language):
            (table,) = [
                part.fields
                for part in assessment(found)
                if isinstance(part, Grid) and len(part.fields) == 3 and part.fields[2].words
            ]
        assert words in table[2].cells[0]
        assert "output_at_most" in table[2].cells[0]


def test_without_technologies_there_is_nothing_to_assess() -> None:
    with pytest.raises(UsageError, match="no technologies"):
        assess(load("fusion_linear"))


PHASED = """\
optimise: 1
name: phased
indicators: {output: {baseline: 100, aggregate: final}, capex: {timing: one_off}}
technologies:
  iot: {effects: {output: 4, capex: 2}, earliest: second}
  ai: {effects: {output: 7, capex: 3}, requires: [{technology: iot, lead: 1}], delay: 1}
  late: {effects: {output: 1}, requires: [{technology: ai, lead: 1}]}
objectives: {output: maximise, capex: minimise}
phases: [{name: first}, {name: second}, {name: third}]
"""


def test_everything_starts_as_early_as_it_can(tmp_path: Path) -> None:
    """The effect of ai would come in a fourth phase; late would have to start in it."""
    found = assessed(tmp_path, PHASED)
    assert row(found, "ai")["alone"]["output"] == 7.0
    assert row(found, "ai")["together"] == {"output": 4.0, "capex": 5.0}
    assert not row(found, "late")["one"].package.possible
    assert row(found, "late")["share"] == 0.0


@settings(max_examples=examples(20), deadline=None, suppress_health_check=_QUIET)
@given(data=portfolios(most=3))
def test_effects_alone_are_those_of_an_independent_reading(data: Data, tmp_path: Path) -> None:
    found = assessed(tmp_path, yaml.safe_dump(data, sort_keys=False))
    nothing = dict.fromkeys(data["technologies"], 0)
    start = oracle.readings(prepared(data), nothing)
    for one in found.rows:
        scaled = "scale" in data["technologies"][one.technology]
        cell: Any = Fraction(one.mode) if scaled else one.mode if one.mode != "1" else 1
        reached = oracle.readings(prepared(data), {**nothing, one.technology: cell})
        for column, change in zip(found.columns, one.alone, strict=True):
            expected = float(reached[column.name] - start[column.name])
            assert change == pytest.approx(expected, rel=1e-9, abs=1e-9)


@st.composite
def prerequisites(draw: st.DrawFn) -> Data:
    names = [f"t{i}" for i in range(draw(st.integers(2, 6)))]
    some = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    technologies: Data = {}
    for place, name in enumerate(names):
        technologies[name] = {"effects": {"cost": 1}}
        if place and draw(st.booleans()):
            technologies[name]["requires"] = [draw(st.sampled_from(names[:place]))]
        if place and draw(st.booleans()):
            later = [m for m in draw(some) if m != name] or [names[0]]
            technologies[name]["requires_any"] = [later]
        if place and draw(st.integers(0, 3)) == 0:
            technologies[name]["excludes"] = [draw(st.sampled_from(names[:place]))]
    data = {
        "optimise": 1,
        "name": "p",
        "indicators": {"cost": {}},
        "objectives": {"cost": "minimise"},
    }
    return {**data, "technologies": technologies}


@settings(max_examples=examples(40), deadline=None, suppress_health_check=_QUIET)
@given(data=prerequisites())
def test_packages_are_the_smallest_of_all_subsets(data: Data, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    technologies = data["technologies"]

    def holds(chosen: frozenset[str]) -> bool:
        return all(
            set(technologies[name].get("requires", [])) <= chosen
            and all(chosen & set(members) for members in technologies[name].get("requires_any", []))
            and not chosen & set(technologies[name].get("excludes", []))
            for name in chosen
        )

    try:
        scenario = load(path)
    except ScenarioError:  # prerequisites that contradict one another are an error of the file
        return
    subsets = [
        frozenset(s)
        for n in range(1, len(technologies) + 1)
        for s in itertools.combinations(technologies, n)
    ]
    for name in technologies:
        possible = [subset for subset in subsets if name in subset and holds(subset)]
        found = package(scenario, name, "1")
        assert found.possible == bool(possible)
        if possible:
            assert holds(frozenset(found.cells))
            assert len(found.cells) == min(map(len, possible))


def test_a_large_group_is_named_and_not_listed_with_each_member(tmp_path: Path) -> None:
    """Of thousands of members there would be millions of names: 320 MB of JSON."""

    def excluded(n: int) -> int:
        members = ", ".join(f"t{i}" for i in range(n))
        file = tmp_path / f"group{n}.yaml"
        file.write_text(
            "optimise: 1\nname: grouped\nindicators: {gain: {}}\nobjectives: {gain: maximise}\n"
            f"groups: {{one: {{of: [{members}], at_most: 1}}}}\ntechnologies:\n"
            + "".join(f"  t{i}: {{effects: {{gain: {i}}}}}\n" for i in range(n)),
            encoding="utf-8",
        )
        found = assess(load(file))
        return sum(map(len, found.excludes.values()))

    assert excluded(20) == 20 * 19
    assert excluded(200) == 200
