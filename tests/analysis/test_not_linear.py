"""Answers about models that are not linear, some of whose plans have no values:
against a look at all plans.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest

import optimiser
from optimiser.analysis.best import best
from optimiser.analysis.explaining import explain
from optimiser.analysis.repair import repair
from optimiser.engine.contract import Budget
from optimiser.exports.explanation_texts import record, text
from optimiser.formulate import Model
from optimiser.results import Result
from optimiser.results.naming_plans import named_plan

Data = dict[str, Any]
EFFECTS = {"a": (3, 2), "b": (2, 1), "c": (-1, 0)}


def quotient(**more: Any) -> Data:
    """Cost per output, which has no value where nothing is made."""
    return {
        "optimise": 1,
        "name": "quotient",
        "indicators": {"cost": {}, "out": {}},
        "technologies": {
            name: {"effects": {"cost": cost, "out": out}} for name, (cost, out) in EFFECTS.items()
        },
        "objectives": {"ratio": {"sense": "minimise", "expr": "cost / out"}, "out": "maximise"},
        **more,
    }


def solved(data: Data) -> Result:
    return optimiser.solve(data)


def plans() -> dict[frozenset[str], tuple[Fraction, Fraction]]:
    """Adopted technologies -> cost and output, of plans that have a ratio."""
    chosen = (frozenset(names) for n in range(4) for names in itertools.combinations(EFFECTS, n))
    sums = {
        names: tuple(Fraction(sum(EFFECTS[name][k] for name in names)) for k in range(2))
        for names in chosen
    }
    return {names: (cost, out) for names, (cost, out) in sums.items() if out}


@pytest.mark.parametrize("name", ["cost", "out"])
@pytest.mark.parametrize("sense", ["minimise", "maximise"])
def test_the_best_of_anything_is_a_plan_whose_objectives_have_values(name: str, sense: Any) -> None:
    found = best(solved(quotient()), name, sense=sense)
    values = [values[name == "out"] for values in plans().values()]
    assert found.proven
    assert found.value == float(min(values) if sense == "minimise" else max(values))


def test_of_plans_as_good_one_is_named_that_none_of_them_dominates() -> None:
    result = solved(quotient())
    for least in range(4):
        found = best(result, "out", [f"out >= {least}"], sense="minimise")
        assert found.plan is not None
        cost, out = dict(
            zip(["ratio", "out"], found.plan.objectives.tolist(), strict=True)
        ).values()
        same = [c / o for c, o in plans().values() if o == found.value]
        assert (cost, out) == (float(min(same)), found.value)


def test_wishes_that_only_plans_without_values_hold_are_held_by_none() -> None:
    found = best(solved(quotient()), "cost", ["out <= 0"], sense="minimise")
    assert (found.feasible, found.proven) == (False, True)
    assert [one.value for one in found.reach] == [1]


def test_a_repair_lets_in_plans_with_values() -> None:
    """Without them giving up 4 would be enough, for nothing adopted."""
    found = repair(
        Model(optimiser.load(quotient(constraints={"k": "cost - 3 * out >= 4"}))), Budget()
    )
    assert [one.changes[0].after for one in found.repairs] == [
        max(cost - 3 * out for cost, out in plans().values())
    ]


def test_a_plan_without_values_is_not_repaired() -> None:
    model = Model(optimiser.load(quotient(constraints={"k": "cost >= 1"})))
    found = repair(model, Budget(), cells={})
    assert (found.feasible, found.repairs) == (False, ())
    assert found.notes == ("the plan breaks a rule that no change of a limit loosens",)


def test_no_limit_is_blamed_where_no_plan_has_values() -> None:
    """Whatever is limited: nothing is made, and cost per output has no value."""
    data = quotient(constraints={"any": "cost <= 100", "mix": "cost / (7 + cost) <= 9"})
    for technology in data["technologies"].values():
        technology["effects"].pop("out")
    found = repair(Model(optimiser.load(data)), Budget(), count=1)
    assert (found.feasible, found.conflict, found.repairs) == (False, (), ())


def test_what_nothing_adopted_has_is_no_number_where_it_has_no_value() -> None:
    result = solved(quotient())
    found = explain(result, named_plan(result, "a=1,c=1"))
    told = record(found)
    assert told["baseline"] == {"ratio": None, "out": 0}
    assert told["contributions"]["ratio"] == []
    assert "| nothing adopted | undefined | 0 |" in text([found], "md")
    assert f"{found.plan.id},baseline,,,ratio,\n" in text([found], "csv")


def test_what_conflicts_are_all_the_rules_that_it_takes() -> None:
    """Linear limits and rules of adoption conflict with a limit that is not linear; a rule that
    does not matter is not named.
    """
    data = quotient(
        objectives={"out": "maximise"},
        constraints={
            "any": "cost <= 100",
            "mix": "out / (1 + cost + c) + cost / (1 + out) <= 1.4",
            "need": "out >= 1",
        },
    )
    data["technologies"]["b"]["requires"] = ["a"]
    data["technologies"]["c"]["excludes"] = ["a"]
    found = repair(Model(optimiser.load(data)), Budget(), count=1)
    named = {rule.name for rule in found.conflict}
    assert named == {"mix", "need", "b requires a", "c excludes a"}
    assert not _fits(named)
    assert all(_fits(named - {name}) for name in named)


def _fits(kept: set[str]) -> bool:
    """Whether a plan keeps these rules."""
    for a, b, c in itertools.product((0, 1), repeat=3):
        adopted = [name for name, one in zip("abc", (a, b, c), strict=True) if one]
        cost, out = (sum(EFFECTS[name][k] for name in adopted) for k in range(2))
        mix = Fraction(out, 1 + cost + c) + Fraction(cost, 1 + out)
        held = {"mix": mix <= Fraction("1.4"), "need": out >= 1}
        held |= {"b requires a": a >= b, "c excludes a": a + c <= 1}
        if all(held[name] for name in kept):
            return True
    return False


@pytest.mark.parametrize(
    "curve",
    ["max(cost, 2)", "abs(cost - 3)", "min(cost, 60) + x", "cost * x", "where(cost > 9, cost, x)"],
)
def test_what_conflicts_are_rules_of_the_scenario(curve: str) -> None:
    """Columns that only stand for a part of an expression are not among them."""
    data = {
        "optimise": 1,
        "name": "curves",
        "indicators": {"cost": {}},
        "technologies": {f"t{i}": {"effects": {"cost": 20 + i}} for i in range(5)},
        "variables": {"x": {"values": ["1", "1.5", "4"]}},
        "constraints": {
            "any": "cost + x <= 1000",
            "high": f"{curve} >= 46.5",
            "low": f"{curve} <= 44.5",
        },
        "objectives": {"cost": "minimise"},
    }
    found = repair(Model(optimiser.load(data)), Budget(), count=1)
    assert [rule.name for rule in found.conflict] == ["high", "low"]
