"""What-ifs: a stored result solved again against its file solved directly, and what becomes of each
plan against every plan of the changed scenario looked at.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.analysis.what_if import WhatIf, carried, changes, what_if
from optimiser.engine import Options
from optimiser.errors import NoSolutionError, ScenarioError, UsageError
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.session import Request, obtain
from optimiser.session.request import options_again
from optimiser.study import solve
from tests.domain import oracle
from tests.formulate.test_agreement import prepared
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

TEXT = """\
optimise: 1
name: mill
parameters:
  purse: {value: 9, low: 3, high: 12}
  price: {value: 2, low: 1, high: 4}
indicators:
  output: {unit: kt}
  cost: {unit: M CNY}
  energy: {expr: 20 - price * output}
technologies:
  iot: {effects: {output: 3, cost: 2}}
  ai: {effects: {output: 5, cost: 4}, requires: [iot]}
  pump: {levels: {small: {effects: {output: 1, cost: 1}}, large: {effects: {output: 4, cost: 5}}}}
  pv: {scale: {min: 1, max: 3, step: 1}, effects_per_unit: {output: 1, cost: 1.5}}
constraints: {budget: cost <= purse}
objectives: {output: maximise, cost: minimise}
plans: {today: {adopt: {}}}
"""


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    path = tmp_path / "mill.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def asked(path: Path, *overrides: str, at: str | None = None, new: bool = False) -> WhatIf:
    """A saved result of the file with changes."""
    folder = solve(load(path)).save(path.parent / "saved")
    found = obtain(str(folder), Request(overrides=overrides, at=at, set_new=new))
    assert found.base is not None
    return what_if(found.base, found.result)


def becomes(found: WhatIf) -> dict[str, str]:
    """What becomes of each plan, by what it adopts."""
    front = found.base.front
    return {
        ",".join(
            f"{n}={c}"
            for n, c in zip(front.decision_columns, front.cells[p.row], strict=True)
            if c != "0"
        ): p.becomes
        for p in found.plans
    }


def claimed(result: Result, **proof: Any) -> Result:
    """The same list under another claim."""
    return replace(result, front=replace(result.front, proof=replace(result.front.proof, **proof)))


# ---- solved again


@pytest.mark.parametrize(
    ("overrides", "at"),
    [
        (("parameters.purse=7",), None),
        (("parameters.purse=7", "technologies.ai.requires=null"), None),
        ((), "low"),
        (("parameters.price=3",), "high"),
        (("technologies.pump=null",), None),
        (("technologies.pump.levels.large.effects.cost=9",), None),
        (("objectives.cost=null", "objectives.energy=minimise"), None),
    ],
)
def test_a_changed_result_is_its_changed_file(
    mill: Path, overrides: tuple[str, ...], at: str | None
) -> None:
    found = asked(mill, *overrides, at=at)
    direct = solve(load(mill, overrides=overrides, at=at))
    changed = found.changed
    assert changed.scenario.scenario_hash == direct.scenario.scenario_hash
    assert changed.scenario.changes == direct.scenario.changes
    assert changed.front.ids == direct.front.ids
    assert np.array_equal(changed.front.y, direct.front.y)


def test_changes_come_on_top_of_those_of_the_run(mill: Path) -> None:
    folder = solve(load(mill, overrides=["parameters.purse=7"])).save(mill.parent / "r")
    found = obtain(str(folder), Request(overrides=("parameters.price=4",)))
    direct = load(mill, overrides=["parameters.purse=7", "parameters.price=4"])
    assert found.result.scenario.scenario_hash == direct.scenario_hash
    assert found.result.scenario.changes == direct.changes


def test_parameters_at_one_end_have_no_other_end(mill: Path) -> None:
    folder = solve(load(mill, at="low")).save(mill.parent / "r")
    with pytest.raises(UsageError, match="--at high for a result at low"):
        obtain(str(folder), Request(at="high"))


def test_nothing_is_saved(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mill.parent)
    folder = solve(load(mill)).save("r")
    before = {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()}
    obtain(str(folder), Request(overrides=("parameters.purse=7",)))
    assert {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("parameters.purze=7", "did you mean 'purse'"),
        ("technologies.pump.levels.larg.effects.cost=7", "did you mean 'large'"),
        ("technologies.iot.effects.outputt=7", "did you mean 'output'"),
        ("constrains.budget=cost <= 3", "did you mean 'constraints'"),
        ("catalogue.file=x.csv", "its rows belong among the technologies"),
    ],
)
def test_what_does_not_apply_is_an_error_with_the_nearest_name(
    mill: Path, override: str, said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(mill, override)
    assert any(said in one.help for one in caught.value.diagnostics)


def test_a_run_is_asked_again_as_it_was_asked(mill: Path) -> None:
    scenario = load(mill)
    base = solve(scenario, Options(seed=7, gap=0.25))
    again = options_again(base, scenario, Request(gap=0.5))
    assert (again.seed, again.gap, again.time_limit) == (7, 0.5, scenario.solver.time_limit)


# ---- what becomes of the plans


def test_every_end_that_a_plan_can_come_to(mill: Path) -> None:
    base = becomes(asked(mill, "parameters.purse=9"))
    assert set(base.values()) == {"efficient"}
    tight = becomes(asked(mill, "parameters.purse=4"))
    assert tight["iot=1"] == "efficient"
    assert tight["iot=1,ai=1"] == "infeasible"
    dear = asked(mill, "technologies.iot.effects.cost=6")
    plan = next(p for p in dear.plans if dear.base.front.cells[p.row][0] == "1")
    assert (plan.before[1], plan.after[1]) in {(2.0, 6.0), (3.5, 7.5), (3.0, 7.0), (6.0, 10.0)}
    assert "dominated" in becomes(dear).values()
    gone = becomes(asked(mill, "technologies.ai=null"))
    assert gone["iot=1,ai=1"] == "impossible"


def test_an_unfinished_front_proves_nothing_but_what_it_shows(mill: Path) -> None:
    base = solve(load(mill))
    changed = solve(load(mill, overrides=["parameters.purse=8", "technologies.iot.effects.cost=3"]))
    found = what_if(base, claimed(changed, status="approximate", basis=None, bounds=()))
    kinds = {plan.becomes for plan in found.plans}
    assert "efficient" not in kinds
    assert all(
        p.proven == (p.becomes in ("infeasible", "listed", "dominated")) for p in found.plans
    )
    assert any("not proven complete" in note for note in found.notes)


def test_a_numerical_front_proves_nothing_to_be_efficient(mill: Path) -> None:
    base = solve(load(mill))
    found = what_if(base, claimed(base, basis="numerical"))
    assert {(plan.becomes, plan.proven) for plan in found.plans} == {("efficient", False)}


SHARES = """\
optimise: 1
name: shares
variables: {a: {min: 0, max: 1}, b: {min: 0, max: 1}, c: {min: 0, max: 1}}
parameters: {b_cost: 2, b_co2: 1.8}
indicators: {cost: {expr: a + b_cost * b + 4 * c}, co2: {expr: 3 * a + b_co2 * b + c}}
constraints: {whole: a + b + c == 1}
objectives: {cost: minimise, co2: minimise}
"""


@pytest.mark.parametrize(
    ("overrides", "middle"),
    [
        ((), ("efficient", True, "")),
        # (2.5, 1.8) lies below the line from (1, 3) to (4, 1), (2.5, 2) on it, (3.5, 1.8) above it
        (("parameters.b_cost=2.5",), ("efficient", True, "")),
        (("parameters.b_cost=2.5", "parameters.b_co2=2"), ("efficient", False, "a, c")),
        (("parameters.b_cost=3.5",), ("dominated", False, "a, c")),
        (("parameters.b_cost=4.5",), ("dominated", True, "")),
    ],
)
def test_segments_worked_by_hand(
    tmp_path: Path, overrides: tuple[str, ...], middle: tuple[str, bool, str]
) -> None:
    path = tmp_path / "shares.yaml"
    path.write_text(SHARES, encoding="utf-8")
    base = solve(load(path))
    assert (base.front.proof.of, len(base.front)) == ("cells", 3)
    found = what_if(base, solve(load(path, overrides=overrides)))
    names = {"100": "a", "010": "b", "001": "c"}
    by_name = {names["".join(base.front.cells[plan.row])]: plan for plan in found.plans}
    for end in ("a", "c"):
        assert (by_name[end].becomes, by_name[end].proven) == ("efficient", True)
    own = by_name["b"]
    between = sorted(names["".join(found.changed.front.cells[row])] for row in own.mixed)
    assert (own.becomes, own.proven, ", ".join(between)) == middle


def test_objectives_that_are_new_have_no_value_before(mill: Path) -> None:
    found = asked(mill, "objectives.cost=null", "objectives.energy=minimise")
    assert [column.name for column in found.columns] == ["output", "energy"]
    assert all(plan.before[1] is not None for plan in found.plans)  # it was an indicator
    assert found.best[1][0] is None
    assert "energy was no objective before the change" in found.notes


def test_values_that_changed(mill: Path) -> None:
    before, after = load(mill), load(mill, overrides=["parameters.purse=7"], at="low")
    found = {(c.path, c.before, c.after) for c in changes(before, after)}
    assert found == {
        ("parameters.purse.value", "9", "7"),
        ("parameters.price.value", "2", "1"),
    }


def test_a_plan_is_named_as_the_base_lists_it(mill: Path) -> None:
    found = asked(mill, "parameters.purse=4")
    lost = next(p for p in found.plans if p.becomes == "infeasible")
    name = found.base.front.ids[lost.row]
    (plan,) = carried(found.base, found.changed, name)
    assert (plan.id, plan.row) == (name, None)
    (first,) = carried(found.base, found.changed, "1")
    assert first.id == found.base.front.ids[0]
    gone = asked(mill, "technologies.ai=null")
    with_ai = next(p for p in gone.plans if p.becomes == "impossible")
    with pytest.raises(UsageError, match="there is no 'ai'"):
        carried(gone.base, gone.changed, gone.base.front.ids[with_ai.row])


@settings(max_examples=examples(25), deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=4), st.data())
def test_brute_force_says_the_same(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    """Another effect, and every plan of the changed scenario looked at by the oracle of the
    domain."""
    name = draw.draw(st.sampled_from(sorted(data["technologies"])))
    effects = data["technologies"][name]["effects"]
    indicator = draw.draw(st.sampled_from(sorted(effects)))
    value = draw.draw(st.sampled_from(["5", "-7", "12"]))
    if str(effects[indicator]).endswith("%") or data["indicators"][indicator].get("combine"):
        value += "%"
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    override = f"technologies.{name}.effects.{indicator}={value}"
    try:
        base = solve(load(path))
        changed = solve(load(path, overrides=[override]))
    except (NoSolutionError, ScenarioError):
        return
    found = what_if(base, changed)
    if changed.front.proof.status != "complete" or changed.front.proof.feasible_set != "exact":
        return
    effects[indicator] = value
    full = prepared(data)
    signs = [-1 if o["sense"].startswith("max") else 1 for o in full["objectives"].values()]
    every = {
        tuple(map(str, choice.values())): tuple(s * v for s, v in zip(signs, point, strict=True))
        for choice, point in oracle.plans(full)
    }
    for plan in found.plans:
        cells = base.front.cells[plan.row]
        own = every.get(cells)
        assert plan.holds == (own is not None), (override, cells)
        if own is None:
            continue
        beaten = any(
            other != own and all(a <= b for a, b in zip(other, own, strict=True))
            for other in every.values()
        )
        assert plan.becomes == ("dominated" if beaten else "efficient"), (override, cells)
